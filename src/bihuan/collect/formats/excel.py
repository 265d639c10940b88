"""Excel, WPS and OpenDocument workbooks, whatever suffix they carry; with a password too."""

from __future__ import annotations

import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msoffcrypto
import olefile
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from bihuan.collect.desk import Desk
from bihuan.collect.formats import _workbook
from bihuan.collect.formats._grid import Row, grid, suffix, written
from bihuan.collect.handed import Grid, Handed, Reading
from bihuan.collect.unpack import MAX_RATIO, RATIO_FROM, limit, locked
from bihuan.errors import BadSource

RANK = 8
NAME = "excel"
ZH = "电子表格（Excel、WPS 表格、OpenDocument）"
EN = "workbook (Excel, WPS, OpenDocument)"

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xlsb", ".ods", ".xls", ".xlt", ".et", ".ett")
PARTS = {"xl/workbook.xml": ".xlsx", "xl/workbook.bin": ".xlsb", "content.xml": ".ods"}
STREAMS = ("Workbook", "Book", "EncryptedPackage")
UNLOCKED = "VelvetSweatshop"  # Excel encrypts a write-protected workbook with this, so that anyone can read it
_BROKEN = (CalamineError, OSError, ValueError, SyntaxError, zipfile.BadZipFile, zlib.error, struct.error, EOFError)
MAX_CELLS = 100_000_000  # of one sheet's used range, which the reader holds whole


def recognises(handed: Handed) -> bool:
    """By what is inside; by its suffix where it is cut off, so that the error names the workbook."""
    if handed.url:
        return False
    head = handed.head
    if head.startswith(ZIP):
        return suffix(handed) in SUFFIXES or _zipped(handed.path) is not None
    return head.startswith(OLE) and (suffix(handed) in SUFFIXES or _is_workbook(handed.path))


def read(handed: Handed, desk: Desk) -> Reading:
    """Every sheet that holds a cell, hidden ones too; charts and dialogs are no sheets."""
    path = _open(handed, desk)
    try:
        _guard_size(handed, path, limit(desk.settings.max_unpacked))
        spans = _workbook.survey(path)
        _guard_spans(handed, spans)
        marks = _workbook.marks(path, spans)
        with CalamineWorkbook.from_path(path) as book:
            sheets = [one for one in enumerate(book.sheets_metadata) if one[1].typ is SheetTypeEnum.WorkSheet]
            found = [
                _sheet(handed, desk, book.get_sheet_by_name(one.name), marks(index, one.name)) for index, one in sheets
            ]
    except _BROKEN as error:
        raise _damaged(handed, error) from None
    grids = tuple(one for one in found if one is not None)
    hidden = {one.name for _, one in sheets if one.visible is not SheetVisibleEnum.Visible}
    for one in grids:
        if one.sheet in hidden:
            desk.note(f"{handed.label}: the sheet {one.sheet!r} is hidden; it was read like the others.")
    if not grids:
        raise BadSource(f"{handed.label}: no sheet of the workbook holds a cell. Ask for the filled one.")
    return Reading(grids=grids)


def _sheet(handed: Handed, desk: Desk, sheet: CalamineSheet, marks: _workbook.Marks) -> Grid | None:
    start = sheet.start
    if start is None and not marks.cells:
        return None
    left = start[1] if start else 0
    width = max(left + sheet.width, max((column for _, column in marks.cells), default=0))
    made = grid(desk, handed, sheet.name, _rows(sheet, left, marks.by_line()), width)
    merged = tuple(
        (first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1) for first, last in sheet.merged_cell_ranges or ()
    )
    return replace(made, merged=merged, binary=True)


def _rows(sheet: CalamineSheet, left: int, marks: dict[int, dict[int, str]]) -> Iterator[Row]:
    """Rows under their number on the sheet, cells in the sheet's own columns; blank rows are left out."""
    pad = [None] * left
    for line, values in enumerate(sheet.iter_rows(), start=1):
        row = [*pad, *[(value if value.__class__ is str else written(value)) or None for value in values]]
        if line in marks:
            row = _marked(row, marks.pop(line))
        if any(cell is not None for cell in row):
            yield line, row
    for line in sorted(marks):
        yield line, _marked([], marks[line])


def _marked(row: list[str | None], marks: dict[int, str]) -> list[str | None]:
    row = [*row, *[None] * (max(marks) - len(row))]
    for column, mark in marks.items():
        row[column - 1] = mark
    return row


def _open(handed: Handed, desk: Desk) -> Path:
    """The workbook, unlocked and under the suffix that its content asks for."""
    path = _unlocked(handed, desk) if handed.head.startswith(OLE) else handed.path
    right = _kind(handed, path)
    return path if path.suffix.casefold() == right else Path(shutil.copyfile(path, desk.aside(right)))


def _kind(handed: Handed, path: Path) -> str:
    with path.open("rb") as file:
        if file.read(len(OLE)) == OLE:
            return ".xls"
    kind = _zipped(path)
    if kind is None:
        why = "its table of contents at the end is missing" if not zipfile.is_zipfile(path) else "no workbook is inside"
        raise _damaged(handed, why)
    return kind


def _unlocked(handed: Handed, desk: Desk) -> Path:
    """The decrypted copy of an encrypted workbook; else the file itself."""
    try:
        with handed.path.open("rb") as file:
            office = msoffcrypto.OfficeFile(file)
            if not office.is_encrypted():
                return handed.path
            return _decrypted(handed, desk, office)
    except (FileFormatError, ParseError, OSError, ValueError) as error:
        raise _damaged(handed, error) from None


def _decrypted(handed: Handed, desk: Desk, office: msoffcrypto.format.base.BaseOfficeFile) -> Path:
    target = desk.aside(".unlocked")
    password = desk.options.password
    for word in filter(None, (UNLOCKED, password)):
        try:
            office.load_key(password=word)
            with target.open("wb") as file:
                office.decrypt(file)
            with target.open("rb") as file:
                if file.read(len(OLE)).startswith((ZIP, OLE)):
                    return target
        except (InvalidKeyError, DecryptionError):
            continue
    raise locked(handed, given=password is not None)


def _zipped(path: Path) -> str | None:
    """The suffix of the workbook in a zip; none where there is no workbook, or no whole zip."""
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            if "content.xml" in names and b"spreadsheet" not in package.read("mimetype"):
                return None
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError):
        return None
    return next((kind for part, kind in PARTS.items() if part in names), None)


def _is_workbook(path: Path) -> bool:
    try:
        with olefile.OleFileIO(path) as container:
            return any(container.exists(stream) for stream in STREAMS)
    except (OSError, ValueError, IndexError):
        return False


def _guard_size(handed: Handed, path: Path, most: int) -> None:
    """Refuse a workbook that is a zip bomb before anything of it is unpacked."""
    size = 0
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            size = sum(one.file_size for one in package.infolist())
    if size > most or (size > RATIO_FROM and size > MAX_RATIO * path.stat().st_size):
        raise BadSource(
            f"{handed.label}: the workbook unpacks to {size:,} bytes, as a zip bomb does. "
            "If it is what it should be, save it again in Excel and hand that over."
        )


def _guard_spans(handed: Handed, spans: tuple[_workbook.Span, ...]) -> None:
    """Refuse a used range that is too large to hold: one stray cell at the far corner makes 17 thousand million."""
    for span in spans:
        if span.lines * span.columns > MAX_CELLS:
            raise BadSource(
                f"{handed.label} [{span.name}]: the used range spans {span.lines:,} rows by {span.columns:,} columns. "
                "Delete stray cells at its far end and save, or hand the sheet over as CSV."
            )


def _damaged(handed: Handed, why: object) -> BadSource:
    return BadSource(
        f"{handed.label}: the workbook cannot be opened ({why}). Compare its size with the original and copy it again; "
        "if it opens in Excel or WPS, save it anew as .xlsx and hand that over."
    )
