"""How commands speak: tables for people, JSON lines for machines, progress on long work, errors to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import simplejson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table


def language() -> str:
    """Language of what is printed: `zh`, or `en` where BIHUAN_LANG says so."""
    return "en" if os.environ.get("BIHUAN_LANG", "zh").lower().startswith("en") else "zh"


def say(zh: str, en: str) -> str:
    """The words in the language asked for."""
    return en if language() == "en" else zh


def emit(value: object) -> None:
    """One JSON object on a line; money keeps every digit."""
    sys.stdout.write(to_json(value) + "\n")


def to_json(value: object) -> str:
    """JSON in which Decimal is a number with all its digits and a date is ISO text."""
    return str(simplejson.dumps(value, use_decimal=True, ensure_ascii=False, default=_iso))


def _iso(value: object) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"cannot write {value!r} as JSON")


def note(words: str) -> None:
    """A word to the person, aside from the output."""
    Console(stderr=True, highlight=False).print(words, markup=False, soft_wrap=True)


def complain(words: str) -> None:
    """An error, to stderr."""
    Console(stderr=True, highlight=False).print(f"bihuan: {words}", markup=False, soft_wrap=True, style="red")


def show(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people; numbers stand right."""
    held = [list(row) for row in rows]
    table = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for index, heading in enumerate(headings):
        numeric = bool(held) and all(isinstance(row[index], int | float) or _is_money(row[index]) for row in held)
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for row in held:
        table.add_row(*[_cell(one) for one in row])
    Console(highlight=False, width=None if sys.stdout.isatty() else 200).print(table, markup=False)


def progress() -> Progress:
    """A progress bar on stderr; silent where stderr is not a screen."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def _is_money(value: object) -> bool:
    return value.__class__.__name__ == "Decimal" or value is None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if value.__class__.__name__ == "Decimal":
        return f"{value:,.2f}"
    return str(value)
