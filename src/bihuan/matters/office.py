"""The workspace that this workbench serves."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from bihuan.store.workspace import Workspace, open_workspace


def workspace() -> Workspace:
    """The workspace with the books and runs, and where documents and checkpoints lie."""
    return open_workspace(_root())


def documents() -> Path:
    """The folder of documents, by their hash; nothing in it is ever run or served as a file."""
    folder = _root() / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _root() -> Path:
    return Path(str(getattr(settings, "BIHUAN_WORKSPACE", ".")))
