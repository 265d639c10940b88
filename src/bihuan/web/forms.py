"""How every form looks: `{{ form }}` comes out labelled, with hints and errors beside each field."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Our own frame around fields."""

    form_template_name = "web/form.html"
    field_template_name = "web/field.html"
