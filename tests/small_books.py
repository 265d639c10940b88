"""Small real books for tests: a workspace whose snapshot holds the rows that a test writes down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from bihuan.model.table import table
from bihuan.settings import Settings
from bihuan.store.books import columns_of
from bihuan.store.engine import connect, text
from bihuan.store.snapshot import Part, Snapshot, Source, commit, head, keep_part, next_number, row_id
from bihuan.store.workspace import Workspace, init

Rows = list[dict[str, Any]]


def workspace(folder: Path, given: Mapping[str, Rows], **settings: Any) -> Workspace:
    """A workspace whose books hold the rows; missing columns are empty, the unit is U1 and the currency CNY."""
    made = init(folder / "W", Settings(name="W", **settings))
    add(made, given)
    return made


def add(made: Workspace, given: Mapping[str, Rows]) -> Snapshot:
    """Add the rows of one more source to the books."""
    parent = head(made)
    number = next_number(parent)
    parts = [_part(made, number, name, rows) for name, rows in given.items()]
    now = datetime.now(UTC).isoformat()
    source = Source(number, f"s{number}.csv", f"s{number}", f"{number:064d}", "csv", now, f"sources/{number}")
    with made.locked("books"):
        return commit(made, [*parent.sources, source], [*parent.parts, *parts], parent=parent)


def _part(made: Workspace, number: int, name: str, rows: Rows) -> Part:
    model = table(name)
    columns = columns_of(model)
    unit = {model.unit: "U1"} if model.unit else {}
    money = {"currency": "CNY"} if "currency" in columns else {}
    full = [{**unit, **money, "row_id": row_id(number, index), **row} for index, row in enumerate(rows, start=1)]
    assert {key for row in rows for key in row} <= set(columns), name
    cells = {key: pa.array([None if row.get(key) is None else str(row[key]) for row in full]) for key in columns}
    held = pa.table({key: value.cast(pa.string()) for key, value in cells.items()})
    days = sorted(str(row[model.date])[:10] for row in full if model.date and row.get(model.date))
    with made.scratch(made.books) as aside, connect(made.settings) as engine:
        engine.register("held", held)
        typed = ", ".join(f'CAST("{key}" AS {kind}) AS "{key}"' for key, kind in columns.items())
        engine.run(f"COPY (SELECT {typed} FROM held) TO {text(str(aside / 'part.parquet'))} (FORMAT parquet)")
        kept = keep_part(made, aside / "part.parquet")
    units = tuple(sorted({str(row[model.unit]) for row in full})) if model.unit else ()
    first, last = (days[0], days[-1]) if days else (None, None)
    return Part(name, number, None, len(rows), kept, tuple(columns), units, first, last)
