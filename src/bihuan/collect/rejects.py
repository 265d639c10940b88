"""Rows that could not be read: each with its place, the reason and the raw record, kept as a part of their own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bihuan.collect.convert import FIELD, ITEM
from bihuan.collect.desk import Desk, cells
from bihuan.collect.handed import Draft, Grid, Reject
from bihuan.collect.numbering import sheet_label
from bihuan.collect.parts import Aside
from bihuan.store.engine import connect, quoted, text
from bihuan.store.snapshot import Source, part_path
from bihuan.store.workspace import Workspace

COLUMNS = ("table", "sheet", "column", "reason", "raw")
RAW = 4000  # characters of the raw record that are kept; the whole stands in the kept original
_AT_ONCE = 5000


def of_faults(draft: Draft, aside: Aside, grids: Sequence[Grid], desk: Desk) -> list[Reject]:
    """The rows whose values could not be read, or that lack what every row needs."""
    found = desk.engine.rows(
        f"SELECT coalesce(sheet, ''), line, fault FROM ({aside.lines}) WHERE fault IS NOT NULL ORDER BY 1, 2"
    )
    raws = raw_records(draft, [(sheet, line) for sheet, line, _ in found], grids, desk)
    return [_of_fault(draft, sheet, line, fault, raws.get((sheet, line), "")) for sheet, line, fault in found]


def of_repeats(
    draft: Draft, aside: Aside, pairs: Sequence[tuple[int, int]], grids: Sequence[Grid], desk: Desk
) -> list[Reject]:
    """Rows that repeat another word for word, under the same key: (row_id, row_id of the first)."""
    wanted = ", ".join(str(row) for pair in pairs for row in pair)
    query = f"SELECT row_id, coalesce(sheet, ''), line FROM ({aside.lines}) WHERE row_id IN ({wanted or 'NULL'})"
    place = {row: (sheet, line) for row, sheet, line in desk.engine.rows(query)}
    raws = raw_records(draft, [place[row] for row, _ in pairs], grids, desk)
    return [
        Reject(
            sheet=sheet_label(draft.file, place[row][0]),
            line=place[row][1],
            reason=(
                f"line {place[row][1]}: the same row stands on line {place[first][1]}, word for word, with the same "
                f"key. Correct the export if both are meant. (与第 {place[first][1]} 行完全相同)"
            ),
            raw=raws.get(place[row], ""),
            table=draft.table,
        )
        for row, first in pairs
    ]


def raw_records(
    draft: Draft, places: Sequence[tuple[str, int]], grids: Sequence[Grid], desk: Desk
) -> dict[tuple[str, int], str]:
    """The raw record of each (sheet, line): its cells as CSV, or as JSON where the source has no cells."""
    by_sheet: dict[str, list[int]] = {}
    for sheet, line in places:
        by_sheet.setdefault(sheet, []).append(line)
    found: dict[tuple[str, int], str] = {}
    for sheet, lines in by_sheet.items():
        grid = next((one for one in grids if one.file == draft.file and one.sheet == sheet), None)
        for start in range(0, len(lines), _AT_ONCE):
            some = ", ".join(map(str, lines[start : start + _AT_ONCE]))
            rows = _of_grid(grid, some, desk) if grid else _of_draft(draft, sheet, some, desk)
            found |= {(sheet, line): raw[:RAW] for line, raw in rows}
    return found


def write(rejects: Iterable[Reject], desk: Desk) -> Path:
    """A Parquet of line, table, sheet, column, reason, raw."""
    spool = desk.spool(COLUMNS)
    for one in rejects:
        spool.add(one.line, (one.table, one.sheet, one.column, one.reason, one.raw))
    spool.close()
    return spool.path


def _of_fault(draft: Draft, sheet: str, line: int, fault: str, raw: str) -> Reject:
    """The first fault tells column and reason; others are named after it."""
    parts = [one.split(ITEM) for one in fault.split(FIELD)]
    said = "; ".join(f"{column} {value!r}: {why}" if value else f"{column}: {why}" for column, value, why in parts)
    return Reject(
        sheet=sheet_label(draft.file, sheet),
        line=line,
        reason=f"line {line}: {said}",
        raw=raw,
        table=draft.table,
        column=parts[0][0],
    )


def _of_grid(grid: Grid, lines: str, desk: Desk) -> list[tuple[int, str]]:
    names = ", ".join(cells(grid.width))
    rows = desk.engine.rows(f"SELECT line, {names} FROM ({grid.scan}) WHERE line IN ({lines})")
    return [(row[0], as_csv(row[1:])) for row in rows]


def _of_draft(draft: Draft, sheet: str, lines: str, desk: Desk) -> list[tuple[int, str]]:
    names = ", ".join(map(quoted, draft.columns))
    rows = desk.engine.rows(
        f"SELECT line, {names} FROM ({draft.scan}) WHERE coalesce(sheet, '') = {text(sheet)} AND line IN ({lines})"
    )
    return [(row[0], as_json(draft.columns, row[1:])) for row in rows]


def as_csv(values: Sequence[str | None]) -> str:
    """One record as CSV, without a newline at its end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(["" if one is None else one for one in values])
    return out.getvalue()


def as_json(names: Sequence[str], values: Sequence[str | None]) -> str:
    """One record as a JSON object of what is filled."""
    filled = {name: value for name, value in zip(names, values, strict=True) if value is not None}
    return json.dumps(filled, ensure_ascii=False)


def stored(workspace: Workspace, source: Source) -> Iterator[dict[str, str | int]]:
    """The rejects of a source in the books, in the order of its lines."""
    if source.rejects is None:
        return
    path = part_path(workspace, source.rejects)
    with connect(workspace.settings) as engine:
        query = f'SELECT sheet, line, "table", "column", reason, raw FROM read_parquet({text(str(path))})'
        for sheet, line, table, column, reason, raw in engine.rows(f"{query} ORDER BY sheet, line, reason"):
            yield {
                "source": source.name,
                "sheet": sheet or "",
                "line": line,
                "table": table or "",
                "column": column or "",
                "reason": reason,
                "raw": raw or "",
            }
