"""SQLite files: every table that holds a row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from bihuan.collect.desk import Desk
from bihuan.collect.formats._grid import HEAD, Row, grid, written
from bihuan.collect.handed import Grid, Handed, Reading
from bihuan.errors import BadSource
from bihuan.store.engine import quoted

RANK = 16
NAME = "sqlite"
ZH = "SQLite 数据库文件"
EN = "SQLite file"

MAGIC = b"SQLite format 3\0"


def recognises(handed: Handed) -> bool:
    """By its first bytes."""
    return not handed.url and handed.path.is_file() and handed.head.startswith(MAGIC)


def read(handed: Handed, desk: Desk) -> Reading:
    """A grid for each table; a line is the row's number in the table, from 1."""
    # "immutable" lets a file on a read-only disk be read, and keeps SQLite from writing beside it
    address = f"{handed.path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            database.text_factory = _text
            _check(handed, database)
            found = [_table(handed, desk, database, name) for name in _names(database)]
    except sqlite3.Error as error:
        raise BadSource(
            f"{handed.label}: the SQLite file is cut off or damaged ({error}). "
            "Copy it again while no program has it open."
        ) from None
    grids = tuple(one for one in found if one is not None)
    if not grids:
        raise BadSource(f"{handed.label}: no table of the database holds a row. Ask for the filled one.")
    return Reading(grids=grids)


def _check(handed: Handed, database: sqlite3.Connection) -> None:
    """A file that a program left open keeps its newest rows in another file, which is not here."""
    (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(str(verdict))
    beside = handed.path.with_name(handed.path.name + "-wal")
    if beside.exists() and beside.stat().st_size:
        raise BadSource(
            f"{handed.label}: rows that are not yet in the file wait in {beside.name}. "
            "Close the program that uses it, or save a copy with: sqlite3 FILE 'VACUUM INTO \"copy.db\"'."
        )


def _names(database: sqlite3.Connection) -> list[str]:
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in found if not name.startswith("sqlite_")]


def _table(handed: Handed, desk: Desk, database: sqlite3.Connection, name: str) -> Grid | None:
    cursor = database.execute(f"SELECT * FROM {quoted(name)}")
    headings = tuple(column[0] for column in cursor.description)
    made = grid(desk, handed, name, _rows(cursor), len(headings))
    if not made.head:
        return None
    return replace(made, head=((0, headings), *made.head[: HEAD - 1]), named=True, binary=True)


def _rows(cursor: sqlite3.Cursor) -> Iterator[Row]:
    for line, values in enumerate(cursor, start=1):
        yield line, [value if value.__class__ is str else written(value) for value in values]


def _text(raw: bytes) -> str:
    """Programs in China store GBK bytes in SQLite too."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
