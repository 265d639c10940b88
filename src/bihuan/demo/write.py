"""Files as departments hand them over; the same rows give the same bytes."""

from __future__ import annotations

import csv
import gzip
import io
import sqlite3
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

Cell = str | int | Decimal | date | None
_WHEN = datetime(2026, 1, 15, 9, 0, 0)  # the day on which everything was handed over


def total(cells: Iterable[Cell]) -> Decimal:
    """The sum of the amounts among cells."""
    return sum((one for one in cells if isinstance(one, Decimal)), Decimal("0.00"))


def text(value: Cell) -> str:
    """A cell as exports print it."""
    return "" if value is None else str(value)


def delimited(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ",") -> str:
    """Rows as text with CR LF, as Windows programs write them."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([text(cell) for cell in row] for row in rows)
    return out.getvalue()


def csv_file(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, encoding: str = "gb18030") -> None:
    """A CSV; Chinese programs write GB18030."""
    path.write_bytes(delimited(headings, rows).encode(encoding))


class Workbook:
    """An xlsx with a title block above the headings, as offices lay their sheets out."""

    def __init__(self, path: Path) -> None:
        self._book = xlsxwriter.Workbook(str(path), {"in_memory": True})
        self._book.set_properties({"created": _WHEN, "author": "云禾县"})
        self._title = self._book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self._head = self._book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._money = self._book.add_format({"num_format": "#,##0.00"})

    def sheet(
        self, name: str, title: str, above: Sequence[str], headings: Sequence[str], rows: Sequence[Sequence[Cell]]
    ) -> None:
        """Title merged over row 1, `above` on row 2, headings on row 3, rows from row 4."""
        sheet = self._book.add_worksheet(name)
        sheet.merge_range(0, 0, 0, len(headings) - 1, title, self._title)
        for column, words in enumerate(above):
            sheet.write_string(1, column * 2, words)
        for column, heading in enumerate(headings):
            sheet.write_string(2, column, heading, self._head)
        for line, row in enumerate(rows, start=3):
            for column, cell in enumerate(row):
                self._cell(sheet, line, column, cell)
        sheet.set_column(0, len(headings) - 1, 14)

    def merge_down(self, name: str, column: int, first: int, last: int, words: str) -> None:
        """One cell over the sheet rows `first` to `last`, counted from 1."""
        sheet = self._book.get_worksheet_by_name(name)
        sheet.merge_range(first - 1, column, last - 1, column, words)

    def close(self) -> None:
        """Write the file."""
        self._book.close()

    def _cell(self, sheet: xlsxwriter.worksheet.Worksheet, line: int, column: int, cell: Cell) -> None:
        if isinstance(cell, Decimal):
            sheet.write_number(line, column, float(cell), self._money)  # xlsx knows no other numbers
        elif isinstance(cell, date):
            sheet.write_datetime(line, column, datetime(cell.year, cell.month, cell.day), self._day)
        elif isinstance(cell, int):
            sheet.write_number(line, column, cell)
        elif cell:
            sheet.write_string(line, column, cell)


def database(path: Path, tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[Cell]]]]) -> None:
    """A SQLite database, as a restored backup is handed on."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    with connection:
        for name, (headings, rows) in tables.items():
            connection.execute(f'CREATE TABLE "{name}" ({", ".join(headings)})')
            marks = ", ".join("?" * len(headings))
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', [_stored(row) for row in rows])
    connection.close()


def _stored(row: Sequence[Cell]) -> list[str | int | None]:
    return [one if one is None or isinstance(one, int) else str(one) for one in row]


def zip_file(path: Path, members: dict[str, bytes]) -> None:
    """A zip whose members bear the day of the hand-over."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _WHEN.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)


def gzip_file(path: Path, content: bytes) -> None:
    """A gzip without the time of its making."""
    path.write_bytes(gzip.compress(content, mtime=0))


def dbase(path: Path, fields: Sequence[tuple[str, str, int, int]], rows: Sequence[Sequence[Cell]]) -> None:
    """A dBASE III file in GBK; a field is (name, C | N | D, width, decimals)."""
    width = 1 + sum(size for _, _, size, _ in fields)
    head = struct.pack("<B3BIHH16xBB2x", 3, 126, 1, 15, len(rows), 33 + 32 * len(fields), width, 0, 0x4D)
    described = b"".join(
        struct.pack("<11sc4xBB14x", name.encode("gbk"), kind.encode(), size, decimals)
        for name, kind, size, decimals in fields
    )
    records = b"".join(
        b" " + b"".join(_field(one, cell) for one, cell in zip(fields, row, strict=True)) for row in rows
    )
    path.write_bytes(head + described + b"\r" + records + b"\x1a")


def _field(field: tuple[str, str, int, int], cell: Cell) -> bytes:
    _, kind, size, _ = field
    if kind == "D":
        return (cell.strftime("%Y%m%d") if isinstance(cell, date) else "").encode().ljust(size)
    content = text(cell).encode("gbk")[:size]
    return content.rjust(size) if kind == "N" else content.ljust(size)
