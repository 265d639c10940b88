"""Writes small .xls and .ods workbooks for the tests, since nothing else here does."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

Cells = dict[tuple[int, int], str | float]  # (line, column) from 1 → value; a text that begins with # is an error
ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}
END, FAT_SECTOR, FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def xls(path: Path, sheets: dict[str, Cells]) -> Path:
    """A workbook of Excel 97: BIFF8 records in an OLE container. Errors in column 3 are results of formulas."""
    bodies = [_sheet(cells) for cells in sheets.values()]
    sizes = [8 + 2 * len(name) + 4 for name in sheets]
    start = 20 + 6 + sum(sizes) + 4
    names = b""
    for name, body in zip(sheets, bodies, strict=True):
        raw = name.encode("utf-16-le")
        names += _record(0x85, struct.pack("<IBBBB", start, 0, 0, len(name), 1) + raw)
        start += len(body)
    begin = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6))
    book = begin + _record(0x42, struct.pack("<H", 1200)) + names + _record(0x0A, b"") + b"".join(bodies)
    path.write_bytes(_ole("Workbook", book.ljust(4096, b"\0")))
    return path


def _sheet(cells: Cells) -> bytes:
    records = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 6))
    for (line, column), value in sorted(cells.items()):
        place = struct.pack("<HHH", line - 1, column - 1, 0)
        if isinstance(value, float):
            records += _record(0x203, place + struct.pack("<d", value))
        elif value in ERRORS and column == 3:
            result = bytes([2, 0, ERRORS[value], 0, 0, 0, 0xFF, 0xFF])
            records += _record(0x06, place + result + struct.pack("<HIH", 0, 0, 3) + b"\x1e\x01\x00")
        elif value in ERRORS:
            records += _record(0x205, place + bytes([ERRORS[value], 1]))
        else:
            raw = value.encode("utf-16-le")
            records += _record(0x204, place + struct.pack("<HB", len(value), 1) + raw)
    return records + _record(0x0A, b"")


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _ole(name: str, data: bytes) -> bytes:
    sectors = -(-len(data) // 512)
    chain = [FAT_SECTOR, END, *range(3, sectors + 2), END]
    fat = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    root = _entry("Root Entry", 5, 1, END, 0)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0, 0) + struct.pack("<108I", *[FREE] * 108)
    directory = (root + _entry(name, 2, FREE, 2, len(data))).ljust(512, b"\0")
    return head + fat + directory + data.ljust(sectors * 512, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", FREE, FREE, child)
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBB", len(raw), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2"
xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>
{sheets}</office:spreadsheet></office:body></office:document-content>"""


def ods(path: Path, sheets: dict[str, str]) -> Path:
    """An OpenDocument sheet of the rows given as XML."""
    tables = "".join(f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in sheets.items())
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", kind)
        package.writestr("content.xml", ODS.format(sheets=tables))
        package.writestr(
            "META-INF/manifest.xml", f'<manifest><file-entry full-path="/" media-type="{kind}"/></manifest>'
        )
    return path


def xlsb(path: Path, name: str, cells: Cells) -> Path:
    """A binary workbook of Excel 2007 with one sheet."""
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide(name)
    book = b"".join(_record12(*one) for one in ((131, b""), (143, b""), (156, bundle), (144, b""), (132, b"")))
    size = struct.pack("<IIII", 0, max(line for line, _ in cells) - 1, 0, max(column for _, column in cells) - 1)
    sheet = _record12(129, b"") + _record12(148, size) + _record12(145, b"")
    for line in sorted({line for line, _ in cells}):
        sheet += _record12(0, struct.pack("<I", line - 1) + bytes(21))
        for column in sorted(column for at, column in cells if at == line):
            sheet += _cell12(struct.pack("<II", column - 1, 0), cells[line, column])
    sheet += _record12(146, b"") + _record12(130, b"")
    relation = '<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.bin"/>'
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/_rels/workbook.bin.rels", f"<Relationships>{relation}</Relationships>")
        package.writestr("xl/workbook.bin", book)
        package.writestr("xl/worksheets/sheet1.bin", sheet)
    return path


def _cell12(place: bytes, value: str | float) -> bytes:
    if isinstance(value, float):
        return _record12(5, place + struct.pack("<d", value))
    return _record12(3, place + bytes([ERRORS[value]])) if value in ERRORS else _record12(6, place + _wide(value))


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record12(kind: int, body: bytes) -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([(kind & 0x7F) | 0x80, kind >> 7])
    return number + bytes([len(body)]) + body
