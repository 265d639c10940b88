"""The database's own guard of the journal and of states: triggers, one SQL file for each kind of database."""

from __future__ import annotations

from importlib import resources
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

STATEMENT_END = "-- ;;"


def reinstall(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Put every trigger in place, whatever was there."""
    connection = connections[using]
    if "matters_entry" not in connection.introspection.table_names():
        return
    text = (resources.files(__name__) / f"{connection.vendor}.sql").read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        for statement in text.split(STATEMENT_END):
            if statement.strip():
                cursor.execute(statement)
