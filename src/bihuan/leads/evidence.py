"""The very rows behind a lead, each with its place in what was handed over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bihuan.leads.lead import Run
from bihuan.leads.mask import mask_row
from bihuan.store.books import open_books
from bihuan.store.engine import connect, quoted, text
from bihuan.store.origin import Place, locate
from bihuan.store.snapshot import Snapshot, load
from bihuan.store.workspace import Workspace


@dataclass(frozen=True)
class EvidenceRow:
    """One row of evidence; `values` are the row's columns where they were asked for."""

    table: str
    row_id: int
    place: Place
    values: dict[str, object] = field(default_factory=dict)


def evidence(workspace: Workspace, run: Run, lead_ids: Iterable[str]) -> dict[str, list[EvidenceRow]]:
    """The evidence of each lead, by table and row; at most 1,000 rows a lead."""
    found = _rows(workspace, run, lead_ids)
    wanted = {row for rows in found.values() for _, row in rows}
    places = locate(workspace, load(workspace, run.snapshot), wanted)
    return {
        lead: [EvidenceRow(table, row, places[row]) for table, row in rows if row in places]
        for lead, rows in found.items()
    }


def with_values(
    workspace: Workspace, run: Run, rows: Iterable[EvidenceRow], *, unmask: bool = False
) -> list[EvidenceRow]:
    """The same rows with their columns read from the books; personal ones masked unless `unmask`."""
    held = list(rows)
    by_table: dict[str, list[int]] = defaultdict(list)
    for row in held:
        by_table[row.table].append(row.row_id)
    values = _values(workspace, load(workspace, run.snapshot), by_table)
    return [
        EvidenceRow(
            row.table, row.row_id, row.place, _shown(values.get((row.table, row.row_id), {}), row.table, unmask)
        )
        for row in held
    ]


def _shown(values: dict[str, object], table: str, unmask: bool) -> dict[str, object]:
    return values if unmask else mask_row(values, [table])


def _rows(workspace: Workspace, run: Run, lead_ids: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
    wanted = sorted(set(lead_ids))
    found: dict[str, list[tuple[str, int]]] = {one: [] for one in wanted}
    keys = sorted({one.key for one in run.methods})
    if not wanted or not keys:
        return found
    files = ", ".join(text(str(workspace.runs / "results" / key / "evidence.parquet")) for key in keys)
    with connect(workspace.settings) as engine:
        rows = engine.rows(
            f'SELECT lead_id, "table", row_id FROM read_parquet([{files}]) '
            "WHERE lead_id IN (SELECT unnest($ids)) ORDER BY ALL",
            {"ids": wanted},
        )
    for lead, table, row in rows:
        found[lead].append((table, row))
    return found


def _values(
    workspace: Workspace, snapshot: Snapshot, by_table: dict[str, list[int]]
) -> dict[tuple[str, int], dict[str, object]]:
    found: dict[tuple[str, int], dict[str, object]] = {}
    with open_books(workspace, snapshot) as engine:
        for table, rows in by_table.items():
            query = f"SELECT * FROM {quoted(table)} WHERE row_id IN (SELECT unnest($rows))"
            for batch in engine.arrow(query, {"rows": sorted(set(rows))}):
                found |= {(table, row["row_id"]): row for row in batch.to_pylist()}
    return found
