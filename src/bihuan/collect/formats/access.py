"""Access databases (.mdb, .accdb, and the .AIS ledgers of 用友): every table that people made and that holds a row."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bihuan.collect.desk import Desk
from bihuan.collect.formats._grid import HEAD, Row, grid, written
from bihuan.collect.formats._jet import BOOL, GUID, BadJet, Column, Jet, Value
from bihuan.collect.handed import Grid, Handed, Reading
from bihuan.errors import BadSource

RANK = 17
NAME = "access"
ZH = "Access 数据库（.mdb、.accdb、.AIS）"
EN = "Access database (.mdb, .accdb, .AIS)"

MAGIC = b"\0\x01\0\0Standard "


def recognises(handed: Handed) -> bool:
    """By its first bytes, whatever the suffix."""
    return not handed.url and handed.path.is_file() and handed.head.startswith(MAGIC)


def read(handed: Handed, desk: Desk) -> Reading:
    """A grid for each table; a line is the row's number in the table, from 1. Linked tables lie elsewhere."""
    try:
        file = Jet(handed.path, desk.options.encoding)
        found = [_table(handed, desk, file, name, page) for name, page in file.tables().items()]
    except (BadJet, struct.error, IndexError, KeyError, UnicodeDecodeError, OverflowError) as error:
        raise BadSource(
            f"{handed.label}: the Access file cannot be read ({error}). Compare its size with the original and copy it "
            "again; if it is encrypted, open it in Access, remove the password and hand over the saved file."
        ) from None
    grids = tuple(one for one in found if one is not None)
    if not grids:
        raise BadSource(f"{handed.label}: no table of the database holds a row. Linked tables lie in another file.")
    return Reading(grids=grids)


def _table(handed: Handed, desk: Desk, file: Jet, name: str, page: int) -> Grid | None:
    columns = file.columns(page)
    made = grid(desk, handed, name, _rows(file, page, columns), len(columns))
    if not made.head:
        return None
    headings = tuple(one.name for one in columns)
    return replace(made, head=((0, headings), *made.head[: HEAD - 1]), named=True, binary=True)


def _rows(file: Jet, page: int, columns: list[Column]) -> Iterator[Row]:
    for line, values in enumerate(file.rows(page), start=1):
        yield line, [_text(column, value) for column, value in zip(columns, values, strict=True)]


def _text(column: Column, value: Value) -> str | None:
    """A yes is 1, as in the exports of these systems; a time without a day stands on the first day of Access."""
    if column.kind == BOOL:
        return "1" if value else "0"
    if column.kind == GUID and isinstance(value, bytes):
        return str(uuid.UUID(bytes_le=value))
    if isinstance(value, datetime) and value.year == 1899:
        return written(value.time())
    return written(value)
