"""How the cells of a delimited text file are set apart, and the records of its beginning."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DELIMITERS = (",", "\t", ";", "|")
HEAD_LINES = 200  # lines looked at to find the delimiter
MOST_JOINED = 200  # lines that one quoted record may run over
csv.field_size_limit(16 << 20)

Cells = tuple[str | None, ...]


@dataclass(frozen=True)
class Record:
    """One record and the lines it stands on; `cells` is None where its quotes never close."""

    line: int
    lines: int
    text: str
    cells: Cells | None


@dataclass(frozen=True)
class Dialect:
    """The delimiter, and how many cells a record of the body has."""

    delimiter: str
    width: int


def dialect_of(path: Path, *, hint: str = "") -> Dialect:
    """The delimiter by which most lines of the head have one same width, larger than one; else a comma."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = [line for _, line in zip(range(HEAD_LINES), file, strict=False) if line.strip()]
    # The file may be cut in the middle of a record here; its last line proves nothing.
    scored = [(*_width(lines, one), -index) for index, one in enumerate(DELIMITERS)]
    best = max((one for one in scored if one[1] > 1), default=None)
    if best is None:
        return Dialect(hint or ",", 1)
    return Dialect(DELIMITERS[-best[2]], best[1])


def records(lines: Iterator[str], delimiter: str, *, width: int = 0) -> Iterator[Record]:
    """Logical records with their first physical line.

    A quote that never closes spoils its own line only, and so does one that closes later in a record that is not of
    `width` cells: two stray quotes must not swallow the lines between them.
    """
    held: list[str] = []
    line = 1
    while True:
        first = held.pop(0) if held else next(lines, None)
        if first is None:
            return
        text, taken = first, 1
        if _is_open(text, delimiter):
            text, taken = _joined(first, held, lines, Dialect(delimiter, width))
        if taken == 0:
            yield Record(line, 1, first, None)
            taken = 1
        else:
            yield Record(line, taken, text, parse(text, delimiter))
        line += taken


def parse(text: str, delimiter: str) -> Cells:
    """The cells of one record; an empty cell is None."""
    row = next(csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), delimiter=delimiter), [])
    return tuple(one or None for one in row)


def _joined(first: str, held: list[str], lines: Iterator[str], dialect: Dialect) -> tuple[str, int]:
    """The record that begins on `first` with an open quote, and its lines; 0 where the quote never closes well."""
    parts = [first]
    for index in range(MOST_JOINED):
        if index >= len(held):
            following = next(lines, None)
            if following is None:
                break
            held.append(following)
        parts.append(held[index])
        text = "".join(parts)
        if not _is_open(text, dialect.delimiter):
            if _closes_well(text, dialect):
                del held[: index + 1]
                return text, index + 2
            break
    return first, 0


def _is_open(text: str, delimiter: str) -> bool:
    """Whether a quoted cell is still open at the end of the text."""
    return '"' in text and _scan(text, delimiter) == "open"


def _closes_well(text: str, dialect: Dialect) -> bool:
    closed = _scan(text, dialect.delimiter) == "closed"
    return closed and dialect.width in (0, len(parse(text, dialect.delimiter)))


def _scan(text: str, delimiter: str) -> str:
    """`open`, `closed`, or `stray` where something follows a closing quote."""
    body = text.rstrip("\r\n")
    position, size = 0, len(body)
    while position <= size:
        if position < size and body[position] == '"':
            position = _after_quote(body, position + 1)
            if position < 0:
                return "open"
            if position < size and body[position] != delimiter:
                return "stray"
            position += 1
        else:
            found = body.find(delimiter, position)
            if found < 0:
                return "closed"
            position = found + 1
    return "closed"


def _after_quote(body: str, position: int) -> int:
    """Just after the quote that closes the cell, or -1."""
    while True:
        found = body.find('"', position)
        if found < 0:
            return -1
        if body[found + 1 : found + 2] != '"':
            return found + 1
        position = found + 2


def is_stray(text: str, delimiter: str) -> bool:
    """Whether something follows a closing quote: the cells cannot be told apart for certain."""
    return '"' in text and _scan(text, delimiter) == "stray"


def _width(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    counts = Counter(len(one.cells) for one in records(iter(lines), delimiter) if one.cells)
    if not counts:
        return 0.0, 0
    wide = {width: times for width, times in counts.items() if width > 1}
    if not wide:
        return 0.0, 1
    width = max(wide, key=lambda one: (wide[one], one))
    return wide[width] / sum(counts.values()), width
