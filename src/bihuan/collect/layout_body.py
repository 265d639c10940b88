"""The body below the headings as SQL: which rows are rows, which are totals, notes or headings again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bihuan.collect.desk import Desk, cells
from bihuan.collect.handed import Grid
from bihuan.collect.layout_heading import Heading, Row, filled
from bihuan.collect.layout_rows import Conditions, conditions, numeric_columns, total_label
from bihuan.collect.match_headings import bare, key, known, words
from bihuan.collect.sheet import TotalsRow
from bihuan.store.engine import quoted, text

KEPT = 10_000  # rows set apart whose cells are kept; the count is always complete
REASONS = {"total": "totals row", "heading": "repeated heading", "note": "note below the table"}  # blanks are not told


@dataclass(frozen=True)
class Body:
    """The rows of a sheet as SQL, and what was set apart."""

    scan: str
    totals: tuple[TotalsRow, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: dict[str, int] = field(default_factory=dict)
    apart: Conditions | None = None  # of a grid that is read at once: nothing was set apart, see `by_values`


def take(grid: Grid, heading: Heading, desk: Desk, *, until: int | None = None) -> Body:
    """The body of a grid: one pass over it finds what is set apart, the rest is left to the query."""
    below = [row for row in grid.head if row[0] > heading.lines[-1]]
    apart_if = conditions(grid, heading, below)
    inside = f"line > {heading.lines[-1]}" + (f" AND line <= {until}" if until else "")
    source = f"SELECT * FROM ({grid.scan}) WHERE {inside}"
    if grid.at_once:
        return Body(_named(grid, heading, source), apart=apart_if)
    suspects = f"SELECT *, {apart_if.kind} AS _kind FROM ({source}) WHERE {apart_if.suspicious}"
    apart = desk.engine.rows(
        f"SELECT _kind, line, {', '.join(cells(grid.width))} FROM ({suspects}) "
        f"WHERE _kind IS NOT NULL ORDER BY line LIMIT {KEPT + 1}"
    )
    if len(apart) <= KEPT:
        lines = ", ".join(str(row[1]) for row in apart)
        kept = f"{source} AND line NOT IN ({lines})" if lines else source
    else:
        kept = f"{source} AND NOT (({apart_if.suspicious}) AND ({apart_if.kind}) IS NOT NULL)"
    return Body(
        scan=_named(grid, heading, fill_merged(grid, heading, below, kept)),
        totals=tuple(_total(row, heading) for row in apart if row[0] == "total"),
        notes=tuple(" ".join(filled(row[2:])) for row in apart if row[0] == "note"),
        skipped=_counts(apart) if len(apart) <= KEPT else _counted(desk, suspects),
    )


def _named(grid: Grid, heading: Heading, body: str) -> str:
    names = ", ".join(f"{one} AS {quoted(name)}" for one, name in zip(cells(grid.width), heading.names, strict=True))
    return f"SELECT {text(grid.sheet)} AS sheet, line, {names} FROM ({body})"


def fill_merged(grid: Grid, heading: Heading, below: Sequence[Row], source: str) -> str:
    """The rows with cells that were merged downwards filled, within the merged lines only, and never money."""
    numeric = numeric_columns(heading, below)
    spans: dict[int, list[tuple[int, int]]] = {}
    for first, column, last, _ in grid.merged:
        if last > first > heading.lines[-1] and column <= grid.width and column - 1 not in numeric:
            spans.setdefault(column, []).append((first, last))
    if not spans:
        return source
    filled_in = {f"c{column}": _filled(f"c{column}", f"m{column}") for column in spans}
    columns = ", ".join(f"{filled_in.get(one, f'b.{one}')} AS {one}" for one in cells(grid.width))
    joins = " ".join(_ranges(column, found) for column, found in sorted(spans.items()))
    return f"SELECT b.line, {columns} FROM ({source}) AS b {joins}"


def second_table(grid: Grid, heading: Heading) -> int | None:
    """The line of another heading among the first rows, which would mean a second table below the first."""
    own = {key(one) for row in grid.head if row[0] in heading.lines for one in filled(row[1])}
    for line, row in grid.head:
        if line <= heading.lines[-1]:
            continue
        found = [bare(one) for one in filled(row)]
        strange = [one for one in found if one in known() and one not in own and one not in words().part]
        if len(strange) >= 3 and len(strange) * 2 > len(found):
            return line
    return None


def _counts(apart: Sequence[tuple[object, ...]]) -> dict[str, int]:
    kinds = [str(row[0]) for row in apart]
    return {reason: kinds.count(kind) for kind, reason in REASONS.items() if kind in kinds}


def _counted(desk: Desk, suspects: str) -> dict[str, int]:
    found = dict(desk.engine.rows(f"SELECT _kind, count(*) FROM ({suspects}) WHERE _kind IS NOT NULL GROUP BY 1"))
    return {reason: found[kind] for kind, reason in REASONS.items() if kind in found}


def _total(row: Sequence[object], heading: Heading) -> TotalsRow:
    cells_of = {name: str(one or "").strip() for name, one in zip(heading.names, row[2:], strict=True)}
    found = {name: one for name, one in cells_of.items() if one}
    return TotalsRow(line=int(str(row[1])), label=total_label(list(found.values())), cells=found)


def _filled(column: str, merge: str) -> str:
    value = f"nullif(trim(b.{column}), '')"
    window = f"last_value({value} IGNORE NULLS) OVER (PARTITION BY {merge}.first ORDER BY b.line)"
    return f"CASE WHEN {merge}.first IS NULL THEN b.{column} ELSE {window} END"


def _ranges(column: int, spans: Sequence[tuple[int, int]]) -> str:
    values = ", ".join(f"({first}, {last})" for first, last in sorted(spans))
    merge = f"m{column}"
    return f"LEFT JOIN (VALUES {values}) AS {merge}(first, last) ON b.line BETWEEN {merge}.first AND {merge}.last"
