"""Records of the binary workbooks .xls and .xlsb: only those that the workbook reader keeps to itself."""

from __future__ import annotations

import struct
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import olefile

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


def xlsb_sheets(data: bytes) -> Iterator[tuple[str, str]]:
    """Name and relation of every sheet of an .xlsb."""
    for kind, body in _records12(data):
        if kind == 156:  # BrtBundleSh: state, id, relation, name
            relation, after = _text12(body, 8)
            yield _text12(body, after)[0], relation


def xlsb_errors(path: Path, part: str) -> dict[tuple[int, int], str]:
    """Errors of one sheet of an .xlsb: (line, column) from 1 → mark."""
    found: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(path) as package:
        data = package.read(part)
    line = 0
    for kind, body in _records12(data):
        if kind == 0:  # BrtRowHdr
            line = struct.unpack_from("<I", body)[0] + 1
        elif kind in (3, 11):  # BrtCellError, BrtFmlaError
            found[line, struct.unpack_from("<I", body)[0] + 1] = ERRORS.get(body[8], "#VALUE!")
    return found


def _records12(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Records of an .xlsb part: a number of one or two bytes, a length of one to four, the body."""
    at = 0
    while at < len(data):
        kind, at = _varint(data, at, 2)
        size, at = _varint(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _varint(data: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for index in range(most):
        byte = data[at + index] if at + index < len(data) else 0
        value |= (byte & 0x7F) << (7 * index)
        if not byte & 0x80:
            return value, at + index + 1
    return value, at + most


def _text12(body: bytes, at: int) -> tuple[str, int]:
    size = struct.unpack_from("<I", body, at)[0]
    return body[at + 4 : at + 4 + 2 * size].decode("utf-16-le"), at + 4 + 2 * size


def xls_errors(path: Path) -> dict[int, dict[tuple[int, int], str]]:
    """Number of the sheet, from 0 → errors of an old .xls: error cells, and formulas whose result is an error."""
    with olefile.OleFileIO(path) as container:
        stream = next((one for one in ("Workbook", "Book") if container.exists(one)), None)
        data = container.openstream(stream).read() if stream else b""
    starts: dict[int, int] = {}
    found: dict[int, dict[tuple[int, int], str]] = defaultdict(dict)
    sheet = -1
    for at, kind, body in _records8(data):
        if kind == 0x85:  # BOUNDSHEET says where the sheet begins
            starts[struct.unpack_from("<I", body)[0]] = len(starts)
        elif kind == 0x809:  # BOF
            sheet = starts.get(at, sheet)
        elif (code := _error8(kind, body)) is not None:
            row, column = struct.unpack_from("<HH", body)
            found[sheet][row + 1, column + 1] = ERRORS.get(code, "#VALUE!")
    return dict(found)


def _error8(kind: int, body: bytes) -> int | None:
    """The error's code in a BOOLERR or FORMULA record; none if it holds a value."""
    if kind == 0x205 and len(body) >= 8 and body[7]:
        return body[6]
    if kind == 0x06 and body[6:7] == b"\x02" and body[12:14] == b"\xff\xff":
        return body[8]
    return None


def _records8(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        yield at, kind, data[at + 4 : at + 4 + size]
        at += 4 + size
