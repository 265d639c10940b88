"""The database's own guard of the journal and of states: triggers, one SQL file for each kind of database."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

STATEMENT_END = "-- ;;"
_TRIGGER = re.compile(r"CREATE (?:OR REPLACE )?TRIGGER (\w+)[^;]*? ON (\w+)")
_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\(\)[^$]*\$\$(.*)\$\$", re.DOTALL)


def reinstall(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Put every trigger in place, whatever was there. SQLite's table rebuilds drop them."""
    if has_tables(using):
        _run(using, _statements(using))


def remove(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Take the triggers away: before a migration, which SQLite refuses while a trigger names a table being rebuilt."""
    if not has_tables(using):
        return
    on = " ON {1}" if connections[using].vendor == "postgresql" else ""
    drop = "DROP TRIGGER IF EXISTS {0}" + on
    _run(using, [drop.format(name, table) for name, table in _named(using)])


def check(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The names of triggers that are missing, switched off or other than shipped; none where all is well."""
    held = _held(using)
    wanted = {name: one for one in _statements(using) for name in _names(one)}
    return sorted(name for name, statement in wanted.items() if not _is_in_place(name, statement, held))


def has_tables(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the workbench was ever set up in this database."""
    return "matters_entry" in connections[using].introspection.table_names()


def _is_in_place(name: str, statement: str, held: dict[str, str]) -> bool:
    if function := _FUNCTION.search(statement):
        return held.get(name) == function[2]
    if name not in held:
        return False
    return held[name] in ("A", statement)


def _held(using: str) -> dict[str, str]:
    """What the database holds: a trigger's text (SQLite), its switch or its function's text (PostgreSQL)."""
    if connections[using].vendor == "postgresql":
        query = (
            "SELECT tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'journal%' "
            "UNION ALL SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'journal%'"
        )
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal%'"
    with connections[using].cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


def _names(statement: str) -> list[str]:
    found = _FUNCTION.search(statement) or _TRIGGER.search(statement)
    return [found[1]] if found else []


def _named(using: str) -> list[tuple[str, str]]:
    """Every trigger with its table."""
    return [(found[1], found[2]) for one in _statements(using) if (found := _TRIGGER.search(one))]


def _statements(using: str) -> list[str]:
    path = resources.files(__name__) / f"{connections[using].vendor}.sql"
    statements = [one.strip() for one in path.read_text(encoding="utf-8").split(STATEMENT_END)]
    return [one.removesuffix(";") for one in statements if one]


def _run(using: str, statements: list[str]) -> None:
    with connections[using].cursor() as cursor:
        for one in statements:
            cursor.execute(one)
