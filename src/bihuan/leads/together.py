"""Which hits stand together: on the same rows of the books, or on the same subject of the same unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bihuan.leads.lead import Hit, Run
from bihuan.store.canonical import canonical
from bihuan.store.engine import connect, text
from bihuan.store.workspace import Workspace

# A hit on hundreds of rows (an account's digits, a year's rush) says little about any one of them.
NARROW = 200


def together(workspace: Workspace, run: Run, hits: Iterable[Hit]) -> dict[str, set[str]]:
    """For each lead the other hits that cover at least half of its rows, or name the same subject."""
    held = list(hits)
    pairs = _by_rows(workspace, run)
    for group in _by_subject(held).values():
        for one in group:
            pairs[one] |= group - {one}
    return dict(pairs)


def _by_subject(hits: list[Hit]) -> dict[bytes, set[str]]:
    groups: dict[bytes, set[str]] = defaultdict(set)
    for hit in hits:
        if hit.subject:
            groups[canonical([hit.unit, hit.subject])].add(hit.id)
    return groups


def _by_rows(workspace: Workspace, run: Run) -> dict[str, set[str]]:
    pairs: dict[str, set[str]] = defaultdict(set)
    keys = sorted({one.key for one in run.methods})
    if not keys:
        return pairs
    files = ", ".join(text(str(workspace.runs / "results" / key / "evidence.parquet")) for key in keys)
    query = f"""
        WITH evidence AS (SELECT lead_id, "table" AS place, row_id FROM read_parquet([{files}])),
        sized AS (SELECT lead_id, count(*) AS size FROM evidence GROUP BY lead_id),
        narrow AS (SELECT evidence.* FROM evidence JOIN sized USING (lead_id) WHERE size <= {NARROW}),
        shared AS (
            SELECT mine.lead_id AS lead_id, other.lead_id AS other_id, count(*) AS shared
            FROM narrow AS mine
            JOIN narrow AS other ON mine.place = other.place AND mine.row_id = other.row_id
            WHERE mine.lead_id <> other.lead_id
            GROUP BY ALL
        )
        SELECT lead_id, other_id FROM shared JOIN sized USING (lead_id) WHERE shared * 2 >= size
    """
    with connect(workspace.settings) as engine:
        for lead_id, other_id in engine.rows(query):
            pairs[lead_id].add(other_id)
    return pairs
