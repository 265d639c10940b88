"""An answer's rows as .csv or .xlsx: numbers as numbers, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from bihuan.errors import BadQuery, WrongUse

MOST_ROWS = 1_048_575  # of a sheet, below its heading
MOST_DIGITS = 15  # that Excel keeps of a number; longer ones stay text
MOST_TEXT = 32_767  # characters of a cell
RUNS = ("=", "+", "-", "@", "\t", "\r")

Rows = Iterable[tuple[Any, ...]]


def export(path: Path, names: Sequence[str], rows: Rows) -> int:
    """Write the rows and put the file in place at once; gives how many there are."""
    writers: dict[str, Callable[[Path, Sequence[str], Rows], int]] = {".csv": _csv, ".xlsx": _xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise WrongUse(f"{path.name}: only {' and '.join(writers)} can be written. Name the file so.")
    aside = path.with_name(f".{path.name}.tmp{path.suffix}")
    try:
        count = writer(aside, names, rows)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return count


def harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe; all else stays."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RUNS) else value


def _csv(path: Path, names: Sequence[str], rows: Rows) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([harmless(one) for one in names])
        for count, row in enumerate(rows, 1):  # noqa: B007 (the last count is the answer)
            writer.writerow([harmless(_said(one)) for one in row])
    return count


def _xlsx(path: Path, names: Sequence[str], rows: Rows) -> int:
    count = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("SQL")
        formats = {"money": "#,##0.00", "day": "yyyy-mm-dd"}
        styles = {name: book.add_format({"num_format": one}) for name, one in formats.items()}
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(names) - 1, 0), 16)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, book.add_format({"bold": True}))
        for count, row in enumerate(rows, 1):
            if count > MOST_ROWS:
                raise BadQuery(f"{path.name}: more than {MOST_ROWS:,} rows do not fit a sheet. Export to .csv.")
            for column, value in enumerate(row):
                _cell(sheet, styles, (count, column), value)
    return count


def _cell(sheet: Any, styles: dict[str, Any], place: tuple[int, int], value: object) -> None:
    if value is None:
        return
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= MOST_DIGITS:
        sheet.write_number(*place, value, styles["money"])
    elif isinstance(value, int | float) and not isinstance(value, bool) and len(str(value)) <= MOST_DIGITS:
        sheet.write_number(*place, value)
    elif isinstance(value, date) and not isinstance(value, datetime) and value.year >= 1900:
        sheet.write_datetime(*place, datetime(value.year, value.month, value.day), styles["day"])
    else:
        sheet.write_string(*place, str(_said(value))[:MOST_TEXT])


def _said(value: object) -> object:
    """A value as text where a cell needs it: an instant without its microseconds, a list as its members."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return "、".join(str(_said(one)) for one in value) if isinstance(value, list) else value
