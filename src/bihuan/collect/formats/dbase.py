"""dBASE and FoxPro tables (.dbf), with the memo file beside them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bihuan.collect.desk import Desk
from bihuan.collect.formats._grid import HEAD, Row, grid, suffix, written
from bihuan.collect.handed import Handed, Reading, Reject
from bihuan.errors import BadSource

RANK = 30
NAME = "dbase"
ZH = "dBASE / FoxPro 数据表（.dbf）"
EN = "dBASE or FoxPro table (.dbf)"

VERSIONS = frozenset(bytes([one]) for one in b"\x02\x03\x04\x05\x30\x31\x32\x43\x83\x8b\x8c\x8e\xcb\xf5\xfb")
MEMOS = (".fpt", ".dbt")
PAGES = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x4D: "gb18030", 0x4F: "cp950", 0x78: "cp950", 0x7A: "gb18030"}
SAMPLE = 5_000  # records by which the encoding is told
BLOCK = 4_000  # records read at once
DELETED = 0x2A
JULIAN = 1_721_425  # of the day before 0001-01-01, which Python counts as day 1
_MEMO = "MGPW"


@dataclass(frozen=True)
class _Field:
    name: str
    kind: str
    start: int
    size: int
    decimals: int


@dataclass(frozen=True)
class _Table:
    """What the head of the file states."""

    version: int
    records: int
    begin: int
    size: int  # of a record
    page: int
    fields: tuple[_Field, ...]


def recognises(handed: Handed) -> bool:
    """By the suffix and a head that a .dbf has; a memo file by its suffix, so that it does no harm in an archive."""
    if handed.url or not handed.path.is_file():
        return False
    return suffix(handed) in MEMOS or (suffix(handed) == ".dbf" and handed.head[:1] in VERSIONS)


def read(handed: Handed, desk: Desk) -> Reading:
    """One grid; a line is the record's number from 1. Records marked as deleted are left out, and told."""
    if suffix(handed) in MEMOS:
        return Reading()  # read together with its .dbf
    table = _head(handed)
    whole = table.begin + table.records * table.size
    if handed.path.stat().st_size < whole:
        raise BadSource(
            f"{handed.label}: the head states {table.records:,} records, {whole:,} bytes, and the file has "
            f"{handed.path.stat().st_size:,}. It was cut off; copy it again."
        )
    reader = _Reader(handed, desk, table)
    made = grid(desk, handed, "", reader.rows(), len(table.fields))
    if reader.deleted:
        desk.note(f"{handed.label}: records marked as deleted and left out: {reader.deleted:,}.")
    if not made.head and not reader.rejects:
        raise BadSource(f"{handed.label}: the table holds no record. Ask for the filled one.")
    names = tuple(one.name for one in table.fields)
    return Reading(
        grids=(replace(made, head=((0, names), *made.head[: HEAD - 1]), named=True),), rejects=tuple(reader.rejects)
    )


def _head(handed: Handed) -> _Table:
    data = handed.head
    try:
        version, records, begin, size = struct.unpack_from("<B3xIHH", data)
        fields: list[_Field] = []
        at, start = 32, 1
        while data[at] not in b"\x0d\x00":
            raw, kind, width, decimals = struct.unpack_from("<11sc4xBB", data, at)
            letter = kind.decode("ascii")
            long = letter == "C" and decimals  # texts over 255 keep the higher byte of their width there
            width += 256 * decimals if long else 0
            fields.append(_Field(_name(raw), letter, start, width, 0 if long else decimals))
            at, start = at + 32, start + width
    except (struct.error, IndexError, UnicodeDecodeError):
        raise _no_head(handed) from None
    if not fields or start > size:
        raise _no_head(handed)
    return _Table(version, records, begin, size, data[29], tuple(one for one in fields if one.kind != "0"))


def _name(raw: bytes) -> str:
    bare = raw.split(b"\0")[0]
    try:
        return bare.decode("gb18030").strip()
    except UnicodeDecodeError:
        return bare.decode("latin-1").strip()


def _no_head(handed: Handed) -> BadSource:
    return BadSource(f"{handed.label}: the head of the .dbf is damaged or cut off. Copy the file again.")


class _Reader:
    """Reads records one block at a time, counting what is left out."""

    def __init__(self, handed: Handed, desk: Desk, table: _Table) -> None:
        self.handed = handed
        self.table = table
        self.deleted = 0
        self.rejects: list[Reject] = []
        self._encoding = desk.options.encoding or _encoding(handed.path, table)
        self._memo = _memo_of(handed, desk, table)

    def rows(self) -> Iterator[Row]:
        """Records that are not deleted; one whose bytes are no text goes to the rejects."""
        for line, record in _records(self.handed.path, self.table):
            if record[0] == DELETED:
                self.deleted += 1
                continue
            try:
                yield line, [self._value(one, record[one.start : one.start + one.size]) for one in self.table.fields]
            except (UnicodeDecodeError, ValueError, OverflowError, struct.error) as error:
                reason = (
                    f"{self.handed.label}, record {line}: cannot be read ({error}). "
                    "Say its encoding with --encoding, or ask for the record."
                )
                self.rejects.append(Reject("", line, reason, record.decode(self._encoding, "replace")))

    def _value(self, field: _Field, raw: bytes) -> str | None:
        if field.kind == "C":
            return _text(raw.rstrip(b" \0"), self._encoding)
        if field.kind in _MEMO or (field.kind == "B" and field.size == 10):
            return self._memo_text(raw)
        if field.kind in _BINARY:
            return written(_BINARY[field.kind](raw, field))
        return _plain(field.kind, raw)

    def _memo_text(self, raw: bytes) -> str | None:
        number = struct.unpack("<I", raw)[0] if len(raw) == 4 else int(raw.strip(b" \0") or 0)
        if not number or self._memo is None:
            return None
        return _text(self._memo.text(number).rstrip(b" \0\x1a"), self._encoding)


def _plain(kind: str, raw: bytes) -> str | None:
    """Numbers, days and truth as dBASE writes them: in letters."""
    text = raw.decode("ascii", "replace").strip(" \0")
    if kind == "D" and len(text) == 8 and text.isdecimal():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}" if text != "00000000" else None
    if kind == "L":
        return {"T": "TRUE", "Y": "TRUE", "F": "FALSE", "N": "FALSE"}.get(text.upper())
    if kind in "NF" and text and text != "." and not text.strip("+-.0123456789"):
        return written(Decimal(text))
    return text or None


def _when(raw: bytes, _: _Field) -> datetime | None:
    day, milliseconds = struct.unpack("<ii", raw)
    if not day:
        return None
    return datetime.combine(date.fromordinal(day - JULIAN), datetime.min.time()) + timedelta(
        seconds=round(milliseconds / 1000)
    )


_BINARY = {
    "I": lambda raw, _: struct.unpack("<i", raw)[0],
    "+": lambda raw, _: struct.unpack("<i", raw)[0],
    "Y": lambda raw, _: Decimal(struct.unpack("<q", raw)[0]).scaleb(-4),
    "B": lambda raw, _: struct.unpack("<d", raw)[0],
    "O": lambda raw, _: struct.unpack("<d", raw)[0],
    "T": _when,
    "@": _when,
}


def _records(path: Path, table: _Table) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        file.seek(table.begin)
        for first in range(0, table.records, BLOCK):
            block = file.read(table.size * min(BLOCK, table.records - first))
            for index in range(len(block) // table.size):
                yield first + index + 1, block[index * table.size : (index + 1) * table.size]


def _text(raw: bytes, encoding: str) -> str | None:
    """A width in bytes may have cut the last character in two: its place is marked, the rest is kept."""
    try:
        return raw.decode(encoding) or None
    except UnicodeDecodeError as error:
        if (error.start >= len(raw) - 3 and "incomplete" in error.reason) or error.start == len(raw) - 1:
            return raw[: error.start].decode(encoding) + "\ufffd"
        raise


def _encoding(path: Path, table: _Table) -> str:
    """UTF-8 where all texts are; else Chinese, even where the head names a western page, as Chinese programs do."""
    texts = [one for one in table.fields if one.kind == "C"]
    sample = [record for line, record in _records(path, table) if line <= SAMPLE]
    cells = [record[one.start : one.start + one.size].rstrip(b" \0") for record in sample for one in texts]
    odd = [cell for cell in cells if not cell.isascii()]
    page = PAGES.get(table.page, "gb18030")
    for encoding in ("utf-8", page if page == "cp950" else "gb18030"):
        if odd and all(_fits(cell, encoding) for cell in odd):
            return encoding
    return page


def _fits(raw: bytes, encoding: str) -> bool:
    try:
        _text(raw, encoding)
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True)
class _Memo:
    """The memo file: blocks of text; FoxPro states each text's length, dBASE III ends it with 1A."""

    data: bytes
    block: int
    is_foxpro: bool

    def text(self, number: int) -> bytes:
        at = number * self.block
        if self.is_foxpro:
            size = struct.unpack_from(">I", self.data, at + 4)[0]
            return self.data[at + 8 : at + 8 + size]
        if self.data[at : at + 4] == b"\xff\xff\x08\x00":  # dBASE IV states the length, its own eight bytes with it
            size = struct.unpack_from("<I", self.data, at + 4)[0]
            return self.data[at + 8 : at + size]
        return self.data[at : self.data.find(b"\x1a", at)]


def _memo_of(handed: Handed, desk: Desk, table: _Table) -> _Memo | None:
    names = [one.name for one in table.fields if one.kind in _MEMO]
    if not names:
        return None
    beside = _beside(handed.path, MEMOS)
    if beside is None:
        desk.note(
            f"{handed.label}: the texts of {', '.join(names)} lie in a memo file (.fpt or .dbt) that is not beside it; "
            "they stay empty. Put the two in one folder and hand the .dbf over again."
        )
        return None
    data = beside.read_bytes()
    if beside.suffix.casefold() == ".fpt":
        return _Memo(data, struct.unpack_from(">H", data, 6)[0] or 1, is_foxpro=True)
    stated = struct.unpack_from("<H", data, 20)[0] if table.version in (0x8B, 0x04) else 512
    return _Memo(data, stated or 512, is_foxpro=False)


def _beside(path: Path, suffixes: Sequence[str]) -> Path | None:
    for one in sorted(path.parent.glob("*")):
        if one.stem == path.stem and one.suffix.casefold() in suffixes:
            return one
    return None
