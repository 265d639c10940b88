"""Delimited text: CSV and TSV in any usual encoding, with commas, tabs, semicolons or bars.

A file in which every line is a record goes through DuckDB on all cores. What DuckDB refuses, and records over several
lines, are read here one by one, so that every row keeps its line and every fault its raw record.
"""

from __future__ import annotations

import re
from pathlib import Path

from bihuan.collect.desk import Desk
from bihuan.collect.encoding import as_utf8
from bihuan.collect.formats._csv_careful import read_carefully
from bihuan.collect.formats._csv_dialect import Dialect, dialect_of
from bihuan.collect.formats._csv_quick import AtOnce, copied, straight
from bihuan.collect.handed import Grid, Handed, Reading

RANK = 80
NAME = "csv"
ZH = "分隔文本（CSV、TSV）"
EN = "delimited text (CSV, TSV)"

_SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".txt", ".prn"})
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def recognises(handed: Handed) -> bool:
    """By the suffix; without one, text that has lines and a delimiter."""
    if handed.url or not handed.path.is_file():
        return False
    if {Path(handed.inner or handed.name).suffix.casefold(), handed.path.suffix.casefold()} & _SUFFIXES:
        return True
    head = handed.head
    if head.startswith(_UTF16):
        return True
    marked = any(one in head for one in (b",", b"\t", b";", b"|"))
    return marked and b"\n" in head and not _CONTROL.search(head) and head.lstrip()[:1] not in (b"<", b"{", b"[", b"%")


def read(handed: Handed, desk: Desk) -> Reading:
    """One grid with all lines; rejects where the text itself is broken."""
    _note_its_end(handed, desk)
    quick = _looks_like_utf8(handed, desk)
    path = handed.path if quick else as_utf8(handed, desk)
    dialect = _dialect(path, handed)
    grid = copied(handed, path, dialect, desk) if dialect else None
    if grid is not None:
        return Reading(grids=(grid,))
    if quick:  # DuckDB refused it: the encoding is in doubt too
        path = as_utf8(handed, desk)
    dialect = _dialect(path, handed) or Dialect(",", 1)
    return read_carefully(Grid(handed, "", "", dialect.width, ()), path, dialect, desk)


def at_once(handed: Handed, desk: Desk) -> AtOnce | None:
    """The file as SQL over the file itself, for one pass; None where it must be read record by record."""
    _note_its_end(handed, desk)
    path = handed.path if _looks_like_utf8(handed, desk) else as_utf8(handed, desk)
    dialect = _dialect(path, handed)
    return straight(handed, path, dialect, desk) if dialect else None


def _note_its_end(handed: Handed, desk: Desk) -> None:
    if not _ends_with_a_line(handed):
        desk.note(
            f"{handed.label}: 最后一行没有换行符；若在此处被截断，最后一格可能不完整，请与原件核对 / "
            "the last line has no line end; if the file was cut off there, its last cell may be shortened: "
            "compare it with the original."
        )


def _ends_with_a_line(handed: Handed) -> bool:
    """Whether the last line has its end, in whatever encoding."""
    with handed.path.open("rb") as file:
        file.seek(max(0, handed.path.stat().st_size - 8))
        return file.read().rstrip(b"\0\x1a").endswith((b"\n", b"\r", b"\n\0"))


def _looks_like_utf8(handed: Handed, desk: Desk) -> bool:
    """Whether the beginning is UTF-8; DuckDB proves the rest."""
    head = handed.head
    if desk.options.encoding or head.startswith((*_UTF16, b"\xef\xbb\xbf")):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(head) - error.start < 4 <= len(head)
    return True


def _dialect(path: Path, handed: Handed) -> Dialect | None:
    """The delimiter and width; None where the beginning turns out not to be text."""
    hint = "\t" if Path(handed.inner or handed.name).suffix.casefold() in {".tsv", ".tab"} else ""
    try:
        return dialect_of(path, hint=hint)
    except UnicodeDecodeError:
        return None
