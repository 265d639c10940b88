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
        """Triggers step aside for a migration, which may rebuild tables on SQLite, and are put back after it."""
        from django.db.models.signals import post_migrate, pre_migrate

        from bihuan.matters.triggers import reinstall, remove

        self._watch_the_desk()
        self._speak_as_the_office()
        pre_migrate.connect(remove, sender=self)
        post_migrate.connect(reinstall, sender=self)

    def _speak_as_the_office(self) -> None:
        from pathlib import Path

        from django.conf import settings

        from bihuan.matters.local import name_classes

        name_classes(Path(settings.BIHUAN_WORKSPACE))

    def _watch_the_desk(self) -> None:
        from django.apps import apps
        from django.db.models.signals import post_save

        from bihuan.matters.watch import of_desk

        post_save.connect(of_desk, sender=apps.get_model("admin", "LogEntry"))
