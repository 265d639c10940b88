"""Writes small Access files of the Jet 4 generation, for the tests: a catalog and tables of one data page each."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

PAGE = 4096
WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 4, 7: 8, 8: 8, 16: 17}  # of kinds with a fixed length; 10 text, 12 memo
Columns = Sequence[tuple[str, int]]
CATALOG: Columns = (("Id", 4), ("Name", 10), ("Type", 3), ("Flags", 4))


def write(path: Path, tables: dict[str, tuple[Columns, Sequence[Sequence[object]]]]) -> Path:
    """Tables by name: their columns (name and kind) and rows; rows of None are written as deleted."""
    pages = {0: _head(), 1: bytes(PAGE)}
    entries: list[Sequence[object]] = [(2, "MSysObjects", 1, -0x80000000)]
    for number, (name, (columns, rows)) in enumerate(tables.items()):
        pages[4 + 2 * number] = _definition(columns, len(rows))
        pages[5 + 2 * number] = _data(4 + 2 * number, columns, rows)
        entries.append((4 + 2 * number, name, 1, 0))
    pages[2] = _definition(CATALOG, len(entries))
    pages[3] = _data(2, CATALOG, entries)
    path.write_bytes(b"".join(pages[number] for number in range(len(pages))))
    return path


def _head() -> bytes:
    return (b"\0\x01\0\0Standard Jet DB\0" + struct.pack("<I", 1)).ljust(PAGE, b"\0")


def _definition(columns: Columns, rows: int) -> bytes:
    variable = [name for name, kind in columns if kind not in WIDTHS]
    head = bytearray(63)
    head[:2] = b"\x02\x01"
    struct.pack_into("<I", head, 16, rows)
    head[40] = 0x4E
    struct.pack_into("<HHH", head, 41, len(columns), len(variable), len(columns))
    body, fixed = b"", 0
    for number, (name, kind) in enumerate(columns):
        place = variable.index(name) if name in variable else 0
        entry = bytearray(25)
        entry[0] = kind
        struct.pack_into("<HHH", entry, 5, number, place, number)
        entry[11:13] = bytes([18, 2])
        entry[15] = 0x02 if name in variable else 0x03
        struct.pack_into("<HH", entry, 21, fixed, WIDTHS.get(kind, 255))
        fixed += 0 if name in variable or kind == 1 else WIDTHS[kind]
        body += entry
    names = b"".join(struct.pack("<H", len(name) * 2) + name.encode("utf-16-le") for name, _ in columns)
    struct.pack_into("<I", head, 8, len(head + body + names))
    return (bytes(head) + body + names).ljust(PAGE, b"\0")


def _data(owner: int, columns: Columns, rows: Sequence[Sequence[object]]) -> bytes:
    page, end, offsets = bytearray(PAGE), PAGE, []
    for row in rows:
        deleted = all(value is None for value in row)
        record = _record(columns, row)
        end -= len(record)
        page[end : end + len(record)] = record
        offsets.append(end | (0x8000 if deleted else 0))
    struct.pack_into("<HHIIH", page, 0, 0x0101, 0, owner, 0, len(rows))
    struct.pack_into(f"<{len(offsets)}H", page, 14, *offsets)
    return bytes(page)


def _record(columns: Columns, row: Sequence[object]) -> bytes:
    fixed, variable, nulls = b"", [], 0
    for number, ((_, kind), value) in enumerate(zip(columns, row, strict=True)):
        if value is not None and value is not False:
            nulls |= 1 << number
        if kind in WIDTHS:
            fixed += b"" if kind == 1 else _fixed(kind, value)
        else:
            variable.append(_variable(kind, value))
    at, ends = 2 + len(fixed), []
    for value in variable:
        ends.append(at)
        at += len(value)
    table = b"".join(struct.pack("<H", one) for one in reversed([*ends, at]))
    tail = table + struct.pack("<H", len(variable)) + nulls.to_bytes((len(columns) + 7) // 8, "little")
    return struct.pack("<H", len(columns)) + fixed + b"".join(variable) + tail


def _fixed(kind: int, value: object) -> bytes:
    if value is None:
        return bytes(WIDTHS[kind])
    if isinstance(value, Decimal) and kind == 5:
        return struct.pack("<q", int(value.scaleb(4)))
    if isinstance(value, Decimal):
        whole = int(abs(value).scaleb(2)).to_bytes(16, "big")
        return bytes([0x80 if value < 0 else 0]) + struct.pack("<4I", *struct.unpack(">4I", whole))
    if isinstance(value, datetime):
        return struct.pack("<d", (value - datetime(1899, 12, 30)).total_seconds() / 86400)
    return struct.pack({2: "<B", 3: "<h", 4: "<i", 6: "<f", 7: "<d"}[kind], value)


def _variable(kind: int, value: object) -> bytes:
    if value is None:
        return b""
    raw = value if isinstance(value, bytes) else str(value).encode("utf-16-le")
    return struct.pack("<III", len(raw) | 0x80000000, 0, 0) + raw if kind == 12 else raw
