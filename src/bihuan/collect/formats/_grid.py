"""Rows of text that a reader yields, made into a Grid; and how a cell's value is written as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePosixPath

from bihuan.collect.desk import Desk, cells
from bihuan.collect.handed import Grid, Handed

HEAD = 60  # rows that a grid shows before it is scanned
EXACT = 10**15  # from here on a float no longer holds every digit that was typed
_THREE_DECIMALS = re.compile(r"-?\d+\.\d{3}")

Row = tuple[int, Sequence[str | None]]


def grid(desk: Desk, handed: Handed, sheet: str, rows: Iterable[Row], width: int) -> Grid:
    """Spool the rows (line, cells) and keep the first sixty to look at."""
    spool = desk.spool(cells(width))
    head: list[tuple[int, tuple[str | None, ...]]] = []
    for line, row in rows:
        spool.add(line, row)
        if len(head) < HEAD:
            head.append((line, (*row, *[None] * (width - len(row)))))
    return Grid(handed, sheet, spool.scan, width, tuple(head))


def suffix(handed: Handed) -> str:
    """The suffix of the file's own name, in small letters; a member's own, not its archive's."""
    own = PurePosixPath(handed.inner.rpartition("!")[2] or handed.name)
    return (own.with_suffix("") if own.suffix.casefold() == ".gz" else own).suffix.casefold()


def written(value: object) -> str | None:
    """A value of a spreadsheet or database as text that later steps read back without doubt.

    Money keeps its digits, days are ISO. Nothing stays None; an empty text stays one.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return unmistakable(format(value, "f"))
    if isinstance(value, date | time | timedelta):
        return _time(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value)


def number(value: float) -> str:
    """At most fifteen digits, as Excel computes: beyond lies the residue of binary fractions (0.30000000000000004).

    A number that had more digits than that was rounded by Excel when it was typed: it is written with an
    exponent, 1.10101199003071E+17, as Excel shows it, so that nobody takes it for an identity or card number.
    """
    whole = int(value)
    if whole == value:
        return str(whole) if abs(whole) < EXACT else f"{Decimal(repr(value)).normalize():E}"
    text = f"{value:.15g}"
    if text[-4:-3] == "." or "e" in text:
        return unmistakable(format(Decimal(text), "f"))
    return text


def unmistakable(text: str) -> str:
    """A number with three decimals gains a nought: 1.234 could be one thousand two hundred and thirty-four."""
    return f"{text}0" if _THREE_DECIMALS.fullmatch(text) else text


def _time(value: date | time | timedelta) -> str:
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return value.isoformat()
