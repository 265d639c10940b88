"""The matters app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """Matters, their evidence, their rectification, the journal."""

    name = "bihuan.matters"
    label = "matters"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "事项"

    def ready(self) -> None:
        """The triggers are put back after every migration, since SQLite's table rebuilds drop them."""
        from django.db.models.signals import post_migrate

        from bihuan.matters.triggers import reinstall

        post_migrate.connect(reinstall, sender=self)
