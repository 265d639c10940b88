"""The queue of long runs: a small SQLite file of its own, so that it never holds up the workbench's database."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from huey import SqliteHuey

from bihuan.web.environment import is_testing

FILE = "jobs.sqlite3"
BEAT = ".worker.beat"  # touched by the worker while it lives
BEAT_EVERY, BEAT_OLD = 10, 60  # seconds

# Under pytest a task runs where it is asked for.
queue = SqliteHuey(
    "bihuan", filename=str(Path(settings.BIHUAN_WORKSPACE) / FILE), results=False, immediate=is_testing()
)
