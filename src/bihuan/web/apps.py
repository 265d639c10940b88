"""The shell as Django knows it, and the administrators' desk without the wording of a framework."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class WebConfig(AppConfig):
    """Settings, base template, sign-in, jobs, health."""

    name = "bihuan.web"
    label = "web"
    verbose_name = "闭环"

    def ready(self) -> None:
        """Sign-ins go to the log."""
        from bihuan.web import sign_in

        sign_in.listen()


class AdminConfig(DjangoAdminConfig):
    """Tables that the office edits, for administrators only."""

    default_site = "bihuan.people.desk.Desk"
