"""Django's start for commands, servers and workers: which workspace, which settings, tables as they must be."""

from __future__ import annotations

import os
from pathlib import Path

import django as framework
from django.apps import apps
from django.conf import settings

from bihuan.errors import WrongUse
from bihuan.store.workspace import Workspace
from bihuan.web.environment import WORKSPACE


def django(workspace: Workspace | Path, *, migrate: bool = False) -> None:
    """Start Django on this workspace, once; `migrate` brings tables and triggers to where they must be."""
    root = (workspace.root if isinstance(workspace, Workspace) else workspace).resolve()
    _start(root)
    if migrate:
        make_tables()


def make_tables() -> None:
    """Migrate, and put the journal's triggers back."""
    from django.core.management import call_command

    from bihuan.matters.triggers import reinstall

    call_command("migrate", interactive=False, verbosity=0)
    reinstall()


def _start(root: Path) -> None:
    if apps.ready:
        if Path(settings.BIHUAN_WORKSPACE) != root:
            raise WrongUse(f"{root}: this program already serves {settings.BIHUAN_WORKSPACE}. Use a program for each.")
        return
    os.environ[WORKSPACE] = str(root)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.web.settings")
    framework.setup()
