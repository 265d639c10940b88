"""A PostgreSQL workbench as one file a table, taken and put back by COPY: no other program and no superuser needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from bihuan.errors import WrongUse
from bihuan.matters import triggers

SUFFIX = ".copy"
LEFT_OUT = ("sessions", "axes", "contenttypes", "auth", "admin")


def tables() -> list[type[Model]]:
    """Every table, those of many-to-many columns too; what lives only for a while is left out."""
    found = apps.get_models(include_auto_created=True)
    return [one for one in found if one._meta.managed and not one._meta.proxy and _is_kept(one)]


def _is_kept(one: type[Model]) -> bool:
    meta = one._meta
    if any(field.related_model and field.related_model._meta.app_label in LEFT_OUT for field in meta.local_fields):
        return False  # the framework's groups and permissions, which nobody uses here
    return meta.app_label not in LEFT_OUT


def write(folder: Path) -> Iterator[Path]:
    """All tables as they are at one moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for model in tables():
            name = model._meta.db_table
            columns = [str(field.column) for field in model._meta.local_concrete_fields]
            path = folder / f"{name}{SUFFIX}"
            with path.open("wb") as file:
                file.write(json.dumps(columns).encode() + b"\n")
                with cursor.copy(f"COPY {_named(name, columns)} TO STDOUT") as copied:
                    for block in copied:
                        file.write(block)
            yield path
            path.unlink()


def read(folder: Path) -> None:
    """Put them into the empty tables of a migrated database, with the journal's triggers aside for as long."""
    models = {one._meta.db_table: one for one in tables()}
    _must_be_empty(models)
    with transaction.atomic(), connection.cursor() as cursor:
        triggers.remove()
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            _read_table(cursor, path, models[path.stem])
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models.values())):
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        triggers.reinstall()


def _read_table(cursor: Any, path: Path, model: type[Model]) -> None:
    name = model._meta.db_table
    # Rows that migrations put in come back with the copy.
    cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
    with path.open("rb") as file, cursor.copy(f"COPY {_named(name, json.loads(file.readline()))} FROM STDIN") as copied:
        while block := file.read(1 << 20):
            copied.write(block)


def _named(table: str, columns: list[str]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(table)} ({', '.join(map(quote, columns))})"


def _must_be_empty(models: dict[str, type[Model]]) -> None:
    from bihuan.matters.models import Entry

    if Entry.objects.exists():
        raise WrongUse("The database is in use: its journal has entries. Restore into an empty one.")
