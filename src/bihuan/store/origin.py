"""From a row back to source, sheet and line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.store.engine import connect, text
from bihuan.store.snapshot import ORDINAL_BITS, Snapshot, Source, part_path, source_of
from bihuan.store.workspace import Workspace


@dataclass(frozen=True)
class Place:
    """Where a row stands in what was handed over; `line` counts from 1, heading included."""

    source: str
    sheet: str
    line: int
    number: int  # of the source


def locate(workspace: Workspace, snapshot: Snapshot, row_ids: Iterable[int]) -> dict[int, Place]:
    """The place of each row."""
    wanted: dict[int, list[int]] = defaultdict(list)
    for one in sorted(set(row_ids)):
        wanted[source_of(one)].append(one)
    places: dict[int, Place] = {}
    for number, rows in wanted.items():
        places |= _in_source(workspace, snapshot.source(number), rows)
    return places


def _in_source(workspace: Workspace, source: Source, rows: list[int]) -> dict[int, Place]:
    if source.origin is None:
        mask = (1 << ORDINAL_BITS) - 1
        return {one: Place(source.name, source.sheets[0], one & mask, source.number) for one in rows}
    path = text(str(part_path(workspace, source.origin)))
    with connect(workspace.settings) as engine:
        found = engine.rows(
            f"SELECT row_id, sheet, line FROM read_parquet({path}) WHERE row_id IN (SELECT unnest($rows))",
            {"rows": rows},
        )
    return {row: Place(source.name, source.sheets[sheet], line, source.number) for row, sheet, line in found}
