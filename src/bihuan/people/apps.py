"""The people app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Units, users, roles."""

    name = "bihuan.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "单位与人员"
