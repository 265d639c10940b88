"""XML spreadsheets of Excel 2003, which report tools write and name .xls or .xml."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from bihuan.collect.desk import Desk
from bihuan.collect.formats._grid import Row, grid, number
from bihuan.collect.handed import Grid, Handed, Reading
from bihuan.collect.xml import Record, records
from bihuan.errors import BadSource

RANK = 60
NAME = "spreadsheetml"
ZH = "Excel 2003 XML 表格"
EN = "Excel 2003 XML spreadsheet"

NAMESPACE = b"urn:schemas-microsoft-com:office:spreadsheet"
MAX_COLUMNS = 16_384


@dataclass
class _Sheet:
    """One worksheet while it is read."""

    rows: list[Row] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    cells: dict[int, str | None] = field(default_factory=dict)  # of the row that is open
    line: int = 0
    column: int = 0

    @property
    def width(self) -> int:
        return max((len(row) for _, row in self.rows), default=0)


def recognises(handed: Handed) -> bool:
    """By its namespace."""
    return not handed.url and handed.path.is_file() and NAMESPACE in handed.head


def read(handed: Handed, desk: Desk) -> Reading:
    """Every worksheet that holds a cell."""
    sheets: dict[str, _Sheet] = defaultdict(_Sheet)
    for record in records(handed, ("Worksheet", "Row", "Cell")):
        name = _sheet_of(record)
        if record.name == "Cell":
            _add_cell(handed, sheets[name], record)
        elif record.name == "Row":
            _end_row(sheets[name], record)
    grids = tuple(_grid(handed, desk, name, sheet) for name, sheet in sheets.items() if sheet.width)
    if not grids:
        raise BadSource(f"{handed.label}: no sheet of the workbook holds a cell. Ask for the filled one.")
    return Reading(grids=grids)


def _grid(handed: Handed, desk: Desk, name: str, sheet: _Sheet) -> Grid:
    made = grid(desk, handed, name, sheet.rows, sheet.width)
    return replace(made, merged=tuple(sheet.merged), binary=True)


def _sheet_of(record: Record) -> str:
    while record.parent is not None:
        record = record.parent
    return record.get("@Name")


def _line_of(sheet: _Sheet, row: Record | None) -> int:
    index = row.get("@Index") if row is not None else ""
    return int(index) if index.isdecimal() else sheet.line + 1


def _add_cell(handed: Handed, sheet: _Sheet, cell: Record) -> None:
    index = cell.get("@Index")
    sheet.column = int(index) if index.isdecimal() else sheet.column + 1
    if sheet.column > MAX_COLUMNS:
        raise BadSource(f"{handed.label}, line {cell.line}: column {sheet.column:,} is beyond what Excel has.")
    text = "".join(value for path, value in cell.values.items() if path.startswith("Data") and "@" not in path)
    sheet.cells[sheet.column] = _value(text, cell.get("Data@Type"))
    across, down = (int(cell.get(key) or 0) for key in ("@MergeAcross", "@MergeDown"))
    if across or down:
        line = _line_of(sheet, cell.parent)
        sheet.merged.append((line, sheet.column, line + down, sheet.column + across))
    sheet.column += across


def _end_row(sheet: _Sheet, row: Record) -> None:
    sheet.line = _line_of(sheet, row)
    if any(sheet.cells.values()):
        sheet.rows.append((sheet.line, [sheet.cells.get(one) for one in range(1, max(sheet.cells) + 1)]))
    sheet.cells, sheet.column = {}, 0


def _value(text: str, kind: str) -> str | None:
    if kind == "DateTime":
        day, _, time = text.removesuffix(".000").partition("T")
        return day if time in ("", "00:00:00") else f"{day} {time}"
    if kind == "Boolean":
        return "TRUE" if text == "1" else "FALSE"
    if kind == "Number":
        try:
            return number(float(text))
        except ValueError:
            return text or None
    return text or None
