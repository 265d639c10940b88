"""Delimited text: CSV and TSV in any usual encoding, with commas, tabs, semicolons or bars.

A file in which every line is a record goes through DuckDB on all cores. What DuckDB refuses, and records over several
lines, are read here one by one, so that every row keeps its line and every fault its raw record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bihuan.collect.desk import Desk, cells
from bihuan.collect.encoding import as_utf8
from bihuan.collect.formats._csv_careful import read_carefully
from bihuan.collect.formats._csv_dialect import Dialect, Record, dialect_of, records
from bihuan.collect.handed import Grid, Handed, Reading
from bihuan.store.engine import EngineError, text

RANK = 80
NAME = "csv"
ZH = "分隔文本（CSV、TSV）"
EN = "delimited text (CSV, TSV)"

HEAD = 60  # rows that layout looks at
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
    if not _ends_with_a_line(handed):
        desk.note(
            f"{handed.label}: 最后一行没有换行符；若在此处被截断，最后一格可能不完整，请与原件核对 / "
            "the last line has no line end; if the file was cut off there, its last cell may be shortened: "
            "compare it with the original."
        )
    quick = _looks_like_utf8(handed, desk)
    path = handed.path if quick else as_utf8(handed, desk)
    dialect = _dialect(path, handed)
    scan = _copied(path, dialect, desk) if dialect else None
    if scan is not None and dialect is not None:
        head = tuple((one.line, one.cells or ()) for one in _head(path, dialect))
        return Reading(grids=(Grid(handed, "", scan, dialect.width, head),))
    if quick:  # DuckDB refused it: the encoding is in doubt too
        path = as_utf8(handed, desk)
    dialect = _dialect(path, handed) or Dialect(",", 1)
    return read_carefully(Grid(handed, "", "", dialect.width, ()), path, dialect, desk)


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


def _copied(path: Path, dialect: Dialect, desk: Desk) -> str | None:
    """The cells as Parquet, by DuckDB on all cores, where every line is a record; None where that is not so."""
    head = _head(path, dialect)
    skip = _titles(head, dialect)
    if skip is None:
        return None
    place = desk.aside(".parquet")
    try:
        desk.engine.run(
            f"COPY (SELECT * FROM {_read_csv(path, dialect, skip)}) TO {text(str(place))} "
            "(FORMAT parquet, COMPRESSION lz4)"
        )
    except EngineError:
        return None
    read = f"read_parquet({text(str(place))}, file_row_number=true)"
    found = _tally(path, dialect)
    if found.has_nul or desk.engine.one(f"SELECT count(*) FROM {read}")[0] != found.lines - skip:
        return None
    within = _delimiters_within(read, dialect, desk) if found.has_quotes else 0
    above = sum(len(one.cells or ()) - 1 for one in head[:skip])
    if found.delimiters != (found.lines - skip) * (dialect.width - 1) + within + above:
        return None
    names = ", ".join(cells(dialect.width))
    titles = [_values(one, dialect.width) for one in head[:skip]]
    body = f"SELECT file_row_number + {1 + skip} AS line, {names} FROM {read}"
    return "\nUNION ALL\n".join([*titles, body])


def _head(path: Path, dialect: Dialect) -> list[Record]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return list(islice(records(file, dialect.delimiter, width=dialect.width), HEAD))


def _titles(head: list[Record], dialect: Dialect) -> int | None:
    """How many records stand above the first full one, which DuckDB cannot read; None where the rest is uneven."""
    widths = [len(one.cells or ()) for one in head]
    if dialect.width not in widths or any(one.lines > 1 for one in head):
        return None
    first = widths.index(dialect.width)
    return first if all(one == dialect.width for one in widths[first:]) else None


@dataclass(frozen=True)
class _Tally:
    """What stands in the file as bytes."""

    lines: int  # physical lines; the last one counts also where no newline ends it
    delimiters: int
    has_quotes: bool
    has_nul: bool


def _tally(path: Path, dialect: Dialect) -> _Tally:
    lines, delimiters, has_quotes, has_nul, last = 0, 0, False, False, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(8 << 20):
            lines += chunk.count(b"\n")
            delimiters += chunk.count(dialect.delimiter.encode())
            has_quotes = has_quotes or b'"' in chunk
            has_nul = has_nul or b"\0" in chunk
            last = chunk[-1:]
    return _Tally(lines + (last != b"\n"), delimiters, has_quotes, has_nul)


def _delimiters_within(read: str, dialect: Dialect, desk: Desk) -> int:
    """How many delimiters stand inside quoted cells.

    DuckDB takes one empty cell too many at the end of a record without a word, which is what a description with an
    unquoted comma looks like; so all delimiters are accounted for.
    """
    mark = text(dialect.delimiter)
    each = " + ".join(
        f"coalesce(sum(length({name}) - length(replace({name}, {mark}, ''))), 0)" for name in cells(dialect.width)
    )
    return int(desk.engine.one(f"SELECT {each} FROM {read}")[0])


def _values(record: Record, width: int) -> str:
    held = [*(record.cells or ()), *[None] * width][:width]
    named = zip(cells(width), held, strict=True)
    listed = ", ".join(f"{'NULL::VARCHAR' if one is None else text(one)} AS {name}" for name, one in named)
    return f"SELECT {record.line}::BIGINT AS line, {listed}"


def _read_csv(path: Path, dialect: Dialect, skip: int) -> str:
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in cells(dialect.width))
    return (
        f"read_csv({text(str(path))}, auto_detect=false, header=false, delim={text(dialect.delimiter)}, "
        f"quote='\"', escape='\"', strict_mode=true, nullstr='', skip={skip}, max_line_size=16777216, "
        f"columns={{{columns}}})"
    )
