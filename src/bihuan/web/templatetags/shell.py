"""Tags that only the shell uses: the page's title said twice."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY

from bihuan.matters.words import Role
from bihuan.people.language import words

register = template.Library()


@register.simple_tag(takes_context=True)
def title(context: Context) -> str:
    """What the page put into its block `title`, for the heading."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block("title")
    return str(block.render(context)) if block else ""


@register.simple_tag
def role(name: str) -> str:
    """A role's word in the reader's language."""
    return words(Role(name))
