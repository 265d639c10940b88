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
# A row in more hits than this (an opening entry, a collective voucher) joins what has nothing to do with each other,
# and thousands of hits on one row would make millions of pairs.
CROWDED = 100


def together(workspace: Workspace, run: Run, hits: Iterable[Hit]) -> dict[str, set[str]]:
    """For each lead the other hits that cover at least half of its rows, or name the same subject."""
    pairs = _by_rows(workspace, run)
    for group in _by_subject(hits).values():
        for one in group if len(group) > 1 else ():
            pairs[one] |= group - {one}
    return dict(pairs)


def _by_subject(hits: Iterable[Hit]) -> dict[bytes, set[str]]:
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
    with connect(workspace.settings) as engine:
        # Leads are numbered, because joining 64 hex digits takes several times the memory.
        engine.run(
            f"""CREATE TEMP TABLE narrow AS
            SELECT lead_id, dense_rank() OVER (ORDER BY lead_id) AS lead, "table" AS place, row_id, size
            FROM (
                SELECT lead_id, "table", row_id, count(*) OVER (PARTITION BY lead_id) AS size
                FROM read_parquet([{files}])
            ) WHERE size <= {NARROW}"""
        )
        found = engine.rows(
            f"""WITH quiet AS (
                SELECT lead, size, place, row_id FROM narrow
                QUALIFY count(*) OVER (PARTITION BY place, row_id) BETWEEN 2 AND {CROWDED}
            ), shared AS (
                SELECT mine.lead AS mine, other.lead AS other
                FROM quiet AS mine JOIN quiet AS other ON mine.place = other.place AND mine.row_id = other.row_id
                WHERE mine.lead <> other.lead
                GROUP BY mine.lead, other.lead, mine.size HAVING count(*) * 2 >= mine.size
            ), name AS (SELECT DISTINCT lead, lead_id FROM narrow)
            SELECT mine_name.lead_id, other_name.lead_id FROM shared
            JOIN name AS mine_name ON mine_name.lead = mine JOIN name AS other_name ON other_name.lead = other"""
        )
    for lead_id, other_id in found:
        pairs[lead_id].add(other_id)
    return pairs
