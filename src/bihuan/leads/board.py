"""Truth and leads side by side in one session: which places of a problem a lead's evidence holds.

asked(case_no, place, source, sheet, line)   where a place of the truth may stand; a case is a set of rows
stood(case_no, place, row_id)                the rows of the books that stand there
held(lead, source, sheet, line)           the distinct places of a lead's evidence; `lead` is its rank from 1
shown(lead, row_id, in_table)             the same as rows of the books
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from bihuan.leads.places import Sheet, Shelf
from bihuan.leads.ranking import Ranking
from bihuan.leads.truth import Spot
from bihuan.store.engine import Engine, connect, text
from bihuan.store.snapshot import ORDINAL_BITS, Part, Snapshot, part_path, relation
from bihuan.store.workspace import Workspace

LEAST_ROOM, ROOM = 20, 3  # a lead may hold three times the problem's rows, and twenty in any case
MADE_HERE = ("entity", "entity_of", "tie")  # tables that linking writes: nobody handed them over


@dataclass(frozen=True)
class Lost:
    """Rows of the truth that stand nowhere in the books; they count against the score all the same."""

    spots: tuple[tuple[int, Spot], ...]  # line of the truth, place
    sources: tuple[str, ...]  # files that the books do not know
    sheets: tuple[tuple[str, str], ...]  # sheets that their files do not have


@dataclass(frozen=True)
class Case:
    """Rows in which a lead may show the problem on that line of the truth."""

    number: int
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Board:
    """An open session with the tables above; a case's number there is its place in `cases`."""

    engine: Engine
    snapshot: Snapshot
    cases: tuple[Case, ...]
    lost: Lost

    def answers(self) -> list[tuple[int, int]]:
        """Rank of a lead and line of a problem, where the lead answers it: half of its rows, and not many more."""
        pairs = self.engine.rows(
            f"""SELECT held.lead, asked.case_no
            FROM held JOIN asked USING (source, sheet, line) JOIN lead USING (lead) JOIN problem USING (case_no)
            GROUP BY held.lead, asked.case_no, lead.places, problem.places
            HAVING count(DISTINCT asked.place) * 2 >= problem.places
              AND lead.places <= greatest({LEAST_ROOM}, {ROOM} * problem.places)"""
        )
        return sorted({(lead, self.cases[case].number) for lead, case in pairs})

    def leads_on(self, sources: Iterable[int]) -> list[int]:
        """The ranks of the leads with evidence from any of the sources."""
        query = "SELECT DISTINCT lead FROM held WHERE source IN (SELECT unnest($sources)) ORDER BY lead"
        return [lead for (lead,) in self.engine.rows(query, {"sources": sorted(sources)})]


def handed_over(snapshot: Snapshot) -> list[Part]:
    """The parts whose rows somebody handed over."""
    return [one for one in snapshot.parts if one.table not in MADE_HERE]


@contextmanager
def board(workspace: Workspace, ranking: Ranking, cases: Iterable[Case], shelf: Shelf) -> Iterator[Board]:
    """Set the leads, weightiest first, beside the cases of the truth."""
    held = tuple(cases)
    with workspace.scratch(workspace.runs) as spill, connect(workspace.settings, spill=spill) as engine:
        named = {(spot.source, spot.sheet) for one in held for spot in one.spots}
        found = {one: _where(shelf, one) for one in named}
        _ask(engine, held, found)
        _origins(engine, workspace, shelf.snapshot)
        _stand(engine, workspace, shelf)
        _hold(engine, workspace, ranking)
        yield Board(engine, shelf.snapshot, held, _lost(engine, held, found))


@dataclass(frozen=True)
class _Where:
    files: tuple[Sheet, ...]
    sheets: tuple[Sheet, ...]


def _where(shelf: Shelf, named: tuple[str, str]) -> _Where:
    spot = Spot(*named, line=1)
    files = shelf.files(spot)
    return _Where(tuple(files), tuple(shelf.sheets(spot, files)))


def _ask(engine: Engine, cases: Sequence[Case], found: dict[tuple[str, str], _Where]) -> None:
    asked = [
        (case, place, source, sheet, spot.line)
        for case, one in enumerate(cases)
        for place, spot in enumerate(one.spots)
        for source, sheet in found[spot.source, spot.sheet].sheets
    ]
    _table(engine, "asked", ("case_no", "place", "source", "sheet", "line"), asked)
    _table(engine, "problem", ("case_no", "places"), [(case, len(one.spots)) for case, one in enumerate(cases)])


def _table(engine: Engine, name: str, columns: Sequence[str], rows: Sequence[tuple[int, ...]]) -> None:
    cells = {column: pa.array([row[at] for row in rows], pa.int64()) for at, column in enumerate(columns)}
    engine.register("given", pa.table(cells))
    engine.run(f"CREATE TEMP TABLE {name} AS SELECT * FROM given")
    engine.unregister("given")


def _origins(engine: Engine, workspace: Workspace, snapshot: Snapshot) -> None:
    """Where rows stand whose id does not say it."""
    kept = sorted({one.origin for one in snapshot.sources if one.origin})
    files = ", ".join(text(str(part_path(workspace, one))) for one in kept if part_path(workspace, one).exists())
    read = f"FROM read_parquet([{files}])" if files else "FROM (SELECT 0 AS row_id, 0 AS sheet, 0 AS line) WHERE false"
    engine.run(
        f"""CREATE TEMP VIEW origin AS SELECT row_id, row_id >> {ORDINAL_BITS} AS source,
        CAST(sheet AS BIGINT) AS sheet, CAST(line AS BIGINT) AS line {read}"""
    )


def _stand(engine: Engine, workspace: Workspace, shelf: Shelf) -> None:
    by_line = [number for number, source in shelf.sources.items() if source.origin is None]
    parts = relation(workspace, handed_over(shelf.snapshot), {"row_id": "BIGINT"})
    standing = parts or "SELECT CAST(NULL AS BIGINT) AS row_id WHERE false"
    engine.run(
        f"""CREATE TEMP TABLE stood AS SELECT DISTINCT case_no, place, row_id FROM (
          SELECT case_no, place, (source << {ORDINAL_BITS}) | line AS row_id FROM asked
          WHERE sheet = 0 AND source IN (SELECT unnest($by_line))
          UNION ALL SELECT case_no, place, origin.row_id FROM asked JOIN origin USING (source, sheet, line)
        ) SEMI JOIN ({standing}) USING (row_id)""",
        {"by_line": by_line},
    )


def _hold(engine: Engine, workspace: Workspace, ranking: Ranking) -> None:
    leads, run = ranking.leads, ranking.run
    ranked = {
        "lead": pa.array(range(1, len(leads) + 1), pa.int64()),
        "lead_id": pa.array([one.hit.id for one in leads], pa.string()),
        "total": pa.array([one.hit.evidence_count for one in leads], pa.int64()),
    }
    engine.register("ranked", pa.table(ranked))
    keys = sorted({one.key for one in run.methods if one.role == "lead"})
    files = ", ".join(text(str(workspace.runs / "results" / key / "evidence.parquet")) for key in keys)
    evidence = f"read_parquet([{files}])" if keys else "(SELECT '' AS lead_id, '' AS \"table\", 0 AS row_id)"
    engine.run(
        'CREATE TEMP TABLE shown AS SELECT lead, row_id, "table" AS in_table '
        f"FROM {evidence} JOIN ranked USING (lead_id)"
    )
    engine.run(
        f"""CREATE TEMP TABLE held AS SELECT DISTINCT lead, shown.row_id >> {ORDINAL_BITS} AS source,
          coalesce(origin.sheet, 0) AS sheet, coalesce(origin.line, shown.row_id & {(1 << ORDINAL_BITS) - 1}) AS line
        FROM shown LEFT JOIN origin ON origin.row_id = shown.row_id"""
    )
    # A run keeps at most 1,000 rows of a lead: what it left out is counted row by row.
    engine.run(
        """CREATE TEMP TABLE lead AS SELECT ranked.lead, places + total - kept AS places FROM ranked
        JOIN (SELECT lead, count(*) AS kept FROM shown GROUP BY lead) USING (lead)
        JOIN (SELECT lead, count(*) AS places FROM held GROUP BY lead) USING (lead)"""
    )
    engine.unregister("ranked")


def _lost(engine: Engine, cases: Sequence[Case], found: dict[tuple[str, str], _Where]) -> Lost:
    standing = set(engine.rows("SELECT DISTINCT case_no, place FROM stood"))
    spots = dict.fromkeys(
        (one.number, spot)
        for case, one in enumerate(cases)
        for place, spot in enumerate(one.spots)
        if (case, place) not in standing
    )
    where = {spot: found[spot.source, spot.sheet] for _, spot in spots}
    unknown = {spot.source for spot, one in where.items() if not one.files}
    sheets = {(spot.source, spot.sheet) for spot, one in where.items() if one.files and not one.sheets}
    return Lost(tuple(spots), tuple(sorted(unknown)), tuple(sorted(sheets)))
