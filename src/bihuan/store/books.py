"""A snapshot opened for reading: one view per table of the model."""

from __future__ import annotations

from bihuan.model.table import SQL_TYPES, Table, tables
from bihuan.store.engine import Engine, connect, quoted
from bihuan.store.snapshot import Part, Snapshot, relation
from bihuan.store.workspace import Workspace


def open_books(workspace: Workspace, snapshot: Snapshot) -> Engine:
    """A session in which every table of the snapshot is a view with all columns of the model and `row_id`."""
    spill = workspace.runs / "tmp" / "spill"
    engine = connect(workspace.settings, spill=spill)
    for name, parts in snapshot.tables.items():
        if name in tables():
            engine.run(view(workspace, tables()[name], parts))
    return engine


def view(workspace: Workspace, table: Table, parts: list[Part]) -> str:
    """The statement that makes one table readable."""
    return f"CREATE OR REPLACE VIEW {quoted(table.name)} AS {relation(workspace, parts, columns_of(table))}"


def columns_of(table: Table) -> dict[str, str]:
    """Column names and SQL types as a snapshot holds them, `row_id` first."""
    return {"row_id": "BIGINT", **{one.name: SQL_TYPES[one.type] for one in table.columns}}
