"""Delimited text in which every line is a record: read by DuckDB on all cores, and proved by counting its marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bihuan.collect.desk import Desk, cells
from bihuan.collect.formats._csv_dialect import Dialect, Record, records
from bihuan.collect.formats._csv_stream import Stream
from bihuan.collect.handed import Grid, Handed
from bihuan.store.engine import EngineError, quoted, text

HEAD = 60  # rows that layout looks at
CHUNK = 256 << 10  # bytes looked at together; more would not stay in the processor's cache


@dataclass(frozen=True)
class AtOnce:
    """A grid whose `scan` reads the file itself: dear to run twice, so that its rows are written in one pass."""

    grid: Grid
    stream: Stream  # what the scan reads
    name: str  # under which it does
    skip: int  # records above the first full one, which are in `grid.head` only
    lines: int  # of the file; each below `skip` is one record


def copied(handed: Handed, path: Path, dialect: Dialect, desk: Desk) -> Grid | None:
    """The cells as Parquet; None where not every line is a record."""
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
    if not _is_even(path, head[:skip], read, dialect, desk):
        return None
    names = ", ".join(cells(dialect.width))
    titles = [_values(one, dialect.width) for one in head[:skip]]
    body = f"SELECT file_row_number + {1 + skip} AS line, {names} FROM {read}"
    return Grid(handed, "", "\nUNION ALL\n".join([*titles, body]), dialect.width, _cells(head))


def straight(handed: Handed, path: Path, dialect: Dialect, desk: Desk) -> AtOnce | None:
    """The cells as SQL over the file; None where not every line is a record.

    Whoever reads it must find `lines - skip` rows: that no quoted cell runs over two lines is not proved before.
    """
    head = _head(path, dialect)
    skip = _titles(head, dialect)
    if skip is None:
        return None
    found, stream = _tally(path), Stream(path, dialect, skip)
    if found.has_nul or found.has_lone_returns:
        return None
    name = desk.aside(".stream").name
    desk.engine.register(name, stream)
    if found.has_quotes and not _is_told_alike(quoted(name), _read_csv(path, dialect, skip), dialect, desk):
        return None
    scan = f"SELECT line, {', '.join(cells(dialect.width))} FROM {quoted(name)}"
    grid = Grid(handed, "", scan, dialect.width, _cells(head), at_once=True)
    return AtOnce(grid, stream, name, skip, found.lines)


def _is_told_alike(one: str, other: str, dialect: Dialect, desk: Desk) -> bool:
    """Whether two readers see the same cells: they differ where quotes do not stand at the ends of a cell."""
    listed = ", ".join(cells(dialect.width))
    mark = "SELECT count(*), sum(CAST(hash({}) AS HUGEINT)) FROM {}"
    first, second = (desk.engine.one(mark.format(listed, read)) for read in (one, other))
    return first == second


def _is_even(path: Path, titles: list[Record], copy: str, dialect: Dialect, desk: Desk) -> bool:
    """Whether the delimiters of the file are those of whole records, and no NUL is among them."""
    found = _tally(path)
    rows = int(desk.engine.one(f"SELECT count(*) FROM {copy}")[0])
    if found.has_nul or rows != found.lines - len(titles):
        return False
    within = _delimiters_within(copy, dialect, desk) if found.has_quotes else 0
    above = sum(len(one.cells or ()) - 1 for one in titles)
    return _delimiters(path, dialect) == rows * (dialect.width - 1) + within + above


def _cells(head: list[Record]) -> tuple[tuple[int, tuple[str | None, ...]], ...]:
    return tuple((one.line, one.cells or ()) for one in head)


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
    has_quotes: bool
    has_nul: bool
    has_lone_returns: bool  # carriage returns without a newline, which some readers take for line ends


def _tally(path: Path) -> _Tally:
    lines, returns, has_quotes, has_nul, last = 0, 0, False, False, b"\n"
    for chunk in _chunks(path):
        lines += chunk.count(b"\n")
        if b"\r" in chunk or last == b"\r":
            returns += chunk.count(b"\r") - (last + chunk).count(b"\r\n")
        has_quotes = has_quotes or b'"' in chunk
        has_nul = has_nul or b"\0" in chunk
        last = chunk[-1:]
    return _Tally(lines + (last != b"\n"), has_quotes, has_nul, returns != 0)


def _delimiters(path: Path, dialect: Dialect) -> int:
    mark = dialect.delimiter.encode()
    return sum(chunk.count(mark) for chunk in _chunks(path))


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            yield chunk


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
