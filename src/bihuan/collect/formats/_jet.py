"""The pages of an Access file (Jet 3, Jet 4, ACE): tables, columns and rows, every value exact.

Own reading, since access-parser drops values it cannot read, which shifts a column against its neighbours, gives money
ten thousand times too large, and takes compressed text for Latin-1.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

OFFSET = 0x1FFF
OVERFLOW = 0x4000  # the row lies on another page
DELETED = 0x8000
EPOCH = datetime(1899, 12, 30)
HEADER_KEY = bytes.fromhex("c7da396b")
CATALOG = 2  # page of the table of tables
SYSTEM_TABLE = 0x80000002
FIXED = 0x01
BOOL, MONEY, BINARY, TEXT, OLE, MEMO, GUID, NUMERIC = 1, 5, 9, 10, 11, 12, 15, 16
SIMPLE = {2: "<B", 3: "<h", 4: "<i", 6: "<f", 7: "<d", 18: "<i", 19: "<q"}
Value = str | int | float | Decimal | datetime | bytes | bool | None


class BadJet(Exception):
    """The bytes are not what an Access file must have there."""


@dataclass(frozen=True)
class _Layout:
    """Where things stand in the pages of one generation."""

    page: int
    row_count: int  # of a data page; the offsets follow
    columns_at: int  # end of a table definition's head: entries of indexes, then columns
    index_size: int
    counts_at: int  # number of columns, then of indexes
    column_size: int
    number_at: int
    variable_at: int
    flags_at: int
    fixed_at: int
    wide: bool  # counts and offsets in a row take two bytes, names are UTF-16


JET3 = _Layout(2048, 8, 43, 8, 25, 18, 5, 3, 13, 14, wide=False)
JET4 = _Layout(4096, 12, 63, 12, 45, 25, 9, 7, 15, 21, wide=True)


@dataclass(frozen=True)
class Column:
    """One column of a table, and where its values stand in a row."""

    name: str
    kind: int
    number: int  # of its bit among the nulls
    variable: int  # its place among the values of varying length
    fixed: int  # offset of a value of fixed length
    is_fixed: bool
    scale: int


class Jet:
    """An open Access file."""

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        self._data = path.read_bytes()
        if self._data[4:19] not in (b"Standard Jet DB", b"Standard ACE DB") or len(self._data) < 4096:
            raise BadJet("the head of the file is damaged")
        self._layout = JET4 if self._data[0x14] else JET3
        if len(self._data) % self._layout.page:
            raise BadJet(f"its {len(self._data):,} bytes are no whole number of pages, so it was cut off")
        self._encoding = encoding or self._codepage()
        self._pages = self._owned()

    def tables(self) -> dict[str, int]:
        """Name → page of the definition, of all tables that people made."""
        found = {}
        columns = [one.name for one in self.columns(CATALOG)]
        for values in self.rows(CATALOG):
            row = dict(zip(columns, values, strict=True))
            flags, page = row["Flags"], row["Id"]
            if row["Type"] == 1 and isinstance(flags, int) and isinstance(page, int) and not flags & SYSTEM_TABLE:
                found[str(row["Name"])] = page & 0xFFFFFF
        return {name: page for name, page in sorted(found.items()) if not name.startswith("MSys")}

    def columns(self, table: int) -> list[Column]:
        """In the order of their numbers."""
        layout, data = self._layout, self._definition(table)
        (count,) = struct.unpack_from("<H", data, layout.counts_at)
        (indexes,) = struct.unpack_from("<I", data, layout.counts_at + 6)
        at = layout.columns_at + indexes * layout.index_size
        entries = [data[at + i * layout.column_size : at + (i + 1) * layout.column_size] for i in range(count)]
        at += count * layout.column_size
        found = []
        for entry in entries:
            name, at = self._name(data, at)
            found.append(self._column(name, entry))
        return sorted(found, key=lambda one: one.number)

    def rows(self, table: int) -> Iterator[list[Value]]:
        """The rows that are not deleted, in the order of the pages."""
        columns = self.columns(table)
        for page in self._pages[table]:
            for offset, end in self._offsets(page):
                if offset & DELETED:
                    continue
                record = self._page(page)[offset & OFFSET : end]
                if offset & OVERFLOW:
                    record = self._pointed(struct.unpack_from("<I", record)[0])
                yield self._row(record, columns)

    def _codepage(self) -> str:
        head = _rc4(HEADER_KEY, self._data[0x18 : 0x18 + 126])
        (page,) = struct.unpack_from("<H", head, 0x3C - 0x18)
        return "gb18030" if page in (0, 936, 54936) else f"cp{page}"

    def _owned(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        size = self._layout.page
        for page in range(len(self._data) // size):
            if self._data[page * size] == 0x01:
                (owner,) = struct.unpack_from("<I", self._data, page * size + 4)
                found[owner].append(page)
        return found

    def _page(self, number: int) -> bytes:
        size = self._layout.page
        page = self._data[number * size : (number + 1) * size]
        if not page:
            raise BadJet(f"page {number} is missing, so it was cut off")
        return page

    def _definition(self, page: int) -> bytes:
        """A table's definition, which goes on over several pages where it is long."""
        data = self._page(page)
        if data[0] != 0x02:
            raise BadJet(f"page {page} is no table: the file is encrypted or damaged")
        (following,) = struct.unpack_from("<I", data, 4)
        seen = {page}
        while following and following not in seen:
            seen.add(following)
            more = self._page(following)
            data += more[8:]
            (following,) = struct.unpack_from("<I", more, 4)
        return data

    def _name(self, data: bytes, at: int) -> tuple[str, int]:
        if self._layout.wide:
            (size,) = struct.unpack_from("<H", data, at)
            return data[at + 2 : at + 2 + size].decode("utf-16-le"), at + 2 + size
        size = data[at]
        return data[at + 1 : at + 1 + size].decode(self._encoding), at + 1 + size

    def _column(self, name: str, entry: bytes) -> Column:
        layout = self._layout
        (number,) = struct.unpack_from("<H", entry, layout.number_at)
        (variable,) = struct.unpack_from("<H", entry, layout.variable_at)
        (fixed,) = struct.unpack_from("<H", entry, layout.fixed_at)
        scale = entry[12] if layout.wide else entry[10]
        return Column(name, entry[0], number, variable, fixed, bool(entry[layout.flags_at] & FIXED), scale)

    def _offsets(self, page: int) -> Iterator[tuple[int, int]]:
        """Offset with its flags, and end, of every row: they are laid down from the end of the page."""
        data = self._page(page)
        (count,) = struct.unpack_from("<H", data, self._layout.row_count)
        end = len(data)
        for offset in struct.unpack_from(f"<{count}H", data, self._layout.row_count + 2):
            yield offset, end
            end = offset & OFFSET

    def _pointed(self, pointer: int) -> bytes:
        page, row = pointer >> 8, pointer & 0xFF
        for index, (offset, end) in enumerate(self._offsets(page)):
            if index == row:
                return self._page(page)[offset & OFFSET : end]
        raise BadJet(f"page {page} has no row {row}")

    def _row(self, record: bytes, columns: list[Column]) -> list[Value]:
        lead = 2 if self._layout.wide else 1
        count = int.from_bytes(record[:lead], "little")
        nulls = record[len(record) - (count + 7) // 8 :]
        ends = self._ends(record, len(nulls)) if any(not one.is_fixed for one in columns) else []
        return [self._field(record, one, (count, nulls, ends)) for one in columns]

    def _field(self, record: bytes, column: Column, facts: tuple[int, bytes, list[int]]) -> Value:
        count, nulls, ends = facts
        is_set = column.number < count and bool(nulls[column.number // 8] >> (column.number % 8) & 1)
        if column.kind == BOOL:
            return is_set
        if not is_set:
            return None
        if column.is_fixed:
            return self._value(column, record[(2 if self._layout.wide else 1) + column.fixed :])
        if column.variable + 1 >= len(ends):
            return None  # the column was added after the row
        return self._value(column, record[ends[column.variable] : ends[column.variable + 1]])

    def _ends(self, record: bytes, nulls: int) -> list[int]:
        """Where the values of varying length begin; the last entry ends the last value."""
        if self._layout.wide:
            at = len(record) - nulls - 2
            (count,) = struct.unpack_from("<H", record, at)
            return [struct.unpack_from("<H", record, at - 2 - 2 * index)[0] for index in range(count + 1)]
        last = len(record) - 1 - nulls
        count = record[last]
        jumps = (len(record) - 1) // 256
        at = last - jumps - 1
        if (at - count) // 256 < jumps:
            jumps -= 1
        used, found = 0, []
        for index in range(count + 1):
            while used < jumps and index == record[last - used - 1]:
                used += 1
            found.append(record[at - index] + 256 * used)
        return found

    def _value(self, column: Column, raw: bytes) -> Value:
        kind = column.kind
        if kind in SIMPLE:
            return struct.unpack_from(SIMPLE[kind], raw)[0]  # type: ignore[no-any-return]
        if kind == MONEY:
            return Decimal(struct.unpack_from("<q", raw)[0]).scaleb(-4)
        if kind == 8:
            return EPOCH + timedelta(seconds=round(struct.unpack_from("<d", raw)[0] * 86400))
        if kind == TEXT:
            return self._text(raw)
        if kind == MEMO:
            return self._text(self._long(raw))
        if kind == NUMERIC:
            groups = struct.unpack_from("<4I", raw, 1)
            whole = int.from_bytes(b"".join(one.to_bytes(4, "big") for one in groups), "big")
            return Decimal(-whole if raw[0] else whole).scaleb(-column.scale)
        return self._long(raw) if kind == OLE else bytes(raw[:16] if kind == GUID else raw)

    def _long(self, raw: bytes) -> bytes:
        """A memo: in the row, in one piece elsewhere, or in a chain of pieces."""
        if len(raw) < 12:
            return b""
        size, pointer = struct.unpack_from("<II", raw)
        if size & 0x80000000:
            return raw[12 : 12 + (size & 0x3FFFFFFF)]
        if size & 0x40000000:
            return self._pointed(pointer)[: size & 0x3FFFFFFF]
        found = b""
        while pointer and len(found) < size:
            piece = self._pointed(pointer)
            (pointer,) = struct.unpack_from("<I", piece)
            found += piece[4:]
        return found[:size]

    def _text(self, raw: bytes) -> str:
        if not self._layout.wide:
            return raw.decode(self._encoding)
        return _uncompressed(raw[2:]) if raw.startswith(b"\xff\xfe") else raw.decode("utf-16-le")


def _uncompressed(raw: bytes) -> str:
    """Compressed text takes one byte a character; a nought changes to two bytes a character, and back."""
    words: list[str] = []
    at, is_packed = 0, True
    while at < len(raw):
        if raw[at] == 0:
            is_packed, at = not is_packed, at + 1
        elif is_packed:
            words.append(chr(raw[at]))
            at += 1
        else:
            words.append(raw[at : at + 2].decode("utf-16-le"))
            at += 2
    return "".join(words)


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 0xFF
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) & 0xFF
        j = (j + state[i]) & 0xFF
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) & 0xFF])
    return bytes(out)
