"""Delimited text record by record: each keeps its line, and what cannot be told apart is rejected with its raw text."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from bihuan.collect.desk import Desk, cells
from bihuan.collect.formats._csv_dialect import Dialect, Record, is_stray, records
from bihuan.collect.handed import Grid, Reading, Reject
from bihuan.errors import BadSource

HEAD = 60
RAW = 2000  # characters of a raw record that a reject keeps
_VALUE = re.compile(r"[\w./+-]*", re.ASCII)  # a value that was cut off, unlike 制表人：… below a table


def read_carefully(grid: Grid, path: Path, dialect: Dialect, desk: Desk) -> Reading:
    """The grid of all records that can be told apart, and rejects for the others.

    BadSource where the last line ends in the middle of a record: the file was cut off.
    """
    spool = desk.spool(cells(dialect.width))
    head: list[tuple[int, tuple[str | None, ...]]] = []
    rejects: list[Reject] = []
    begun = False
    last: Record | None = None
    with path.open(encoding="utf-8", newline="") as file:
        for last in records(file, dialect.delimiter, width=dialect.width):
            if not last.text.strip(" \t\r\n\x1a\ufeff"):
                continue
            fault = _fault(last, dialect, begun=begun)
            if fault:
                rejects.append(Reject(grid.sheet, last.line, fault, last.text.rstrip("\r\n")[:RAW]))
                continue
            row = last.cells or ()
            begun = begun or len(row) == dialect.width
            spool.add(last.line, row)
            if len(head) < HEAD:
                head.append((last.line, row))
    if last is not None and rejects and not desk.options.accept_totals:
        _refuse_if_cut(grid, last, rejects[-1])
    scan = spool.scan
    return Reading(grids=(replace(grid, scan=scan, head=tuple(head)),), rejects=tuple(rejects))


def _fault(record: Record, dialect: Dialect, *, begun: bool) -> str | None:
    where = f"line {record.line}"
    if "\0" in record.text:
        return f"{where}: a NUL byte stands in the record. Export the file again, or correct the line."
    if record.cells is None:
        return f"{where}: a quote opens and never closes. Double the quotes inside the cell, or export again."
    if is_stray(record.text, dialect.delimiter):
        return f"{where}: text follows a closing quote. Double the quotes inside the cell, or export again."
    row = record.cells
    filled = sum(one is not None for one in row)
    # Titles above the heading and notes below the body hold one cell; they are no rows, and layout knows them.
    if len(row) > dialect.width or (len(row) < dialect.width and begun and filled > 1):
        return (
            f"{where}: {len(row)} cells where the others have {dialect.width}, so the columns are shifted. "
            "Correct the line, or export again with quotes."
        )
    return None


def _refuse_if_cut(grid: Grid, last: Record, reject: Reject) -> None:
    if reject.line != last.line or last.text.endswith("\n"):
        return
    raise BadSource(
        f"{grid.file.label}, line {last.line}: the file ends in the middle of a record ({last.text[:60]!r}); it was "
        "cut off. Copy or export it again, or take in what is there with --accept-totals REASON."
    )
