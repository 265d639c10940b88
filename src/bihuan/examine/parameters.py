"""Values that depend on date and place: shipped, overridden by the office, resolved for each unit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

from bihuan.errors import BadWorkspace
from bihuan.store.engine import Engine

COLUMNS = ("name", "place", "valid_from", "valid_to", "value", "basis", "note_zh", "note_en")
PARAMETER = {"name": "VARCHAR", "place": "VARCHAR", "valid_from": "DATE", "valid_to": "DATE", "value": "VARCHAR"}
UNIT_PARAMETER = {"unit_id": "VARCHAR", "name": "VARCHAR", "valid_from": "DATE", "valid_to": "DATE", "value": "VARCHAR"}
BEGINNING = date(1900, 1, 1)
CALENDAR_FILE = "calendar.csv"


@dataclass(frozen=True)
class Row:
    """One value of one parameter, at a place, from a day until another (exclusive; None: still)."""

    name: str
    place: str
    valid_from: date
    valid_to: date | None
    value: str
    basis: str = ""

    @property
    def cells(self) -> tuple[str, str, date, date | None, str]:
        """What methods see."""
        return self.name, self.place, self.valid_from, self.valid_to, self.value


@cache
def shipped() -> tuple[Row, ...]:
    """The rows that come with Bihuan."""
    folder = resources.files("bihuan.examine") / "parameters"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".csv")), key=lambda one: one.name)
    return tuple(row for one in files for row in read(one.read_text(encoding="utf-8"), one.name))


def for_office(folder: Path) -> tuple[Row, ...]:
    """The shipped rows, where the office's CSV files in `folder` replace those of the same name and place."""
    own: list[Row] = []
    for path in sorted(folder.glob("*.csv")):
        if path.name != CALENDAR_FILE:
            own += read(path.read_text(encoding="utf-8-sig"), str(path))
    return overridden(shipped(), own)


def overridden(rows: Iterable[Row], own: Iterable[Row]) -> tuple[Row, ...]:
    """`rows` without those whose name and place `own` brings, and `own`; in a total order."""
    held = list(own)
    replaced = {(one.name, one.place) for one in held}
    kept = [one for one in rows if (one.name, one.place) not in replaced]
    return tuple(sorted([*kept, *held], key=lambda one: (one.name, one.place, one.valid_from, one.value)))


def read(text: str, where: str) -> list[Row]:
    """The rows of one CSV; BadWorkspace names file, line and cell where one cannot be read."""
    reader = csv.DictReader(io.StringIO(text))
    missing = [one for one in COLUMNS[:5] if one not in (reader.fieldnames or ())]
    if missing:
        raise BadWorkspace(f"{where}, line 1: no column {missing[0]!r}. The first line must be: {','.join(COLUMNS)}")
    return [_row(cells, f"{where}, line {reader.line_num}") for cells in reader]


def _row(cells: Mapping[str, str | None], where: str) -> Row:
    name, value = _text(cells, "name"), _text(cells, "value")
    if not name or not value:
        raise BadWorkspace(f"{where}: name and value must both be given. Fill them in or delete the line.")
    first, last = _day(cells, "valid_from", where) or BEGINNING, _day(cells, "valid_to", where)
    if last is not None and last <= first:
        raise BadWorkspace(
            f"{where}: valid_to {last} is not after valid_from {first}. valid_to is the first day without it."
        )
    return Row(name, short_place(_text(cells, "place") or "CN"), first, last, value, _text(cells, "basis"))


def _text(cells: Mapping[str, str | None], name: str) -> str:
    return (cells.get(name) or "").strip()


def _day(cells: Mapping[str, str | None], name: str, where: str) -> date | None:
    text = _text(cells, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadWorkspace(f"{where}: {name} {text!r} is not a date. Write it like 2024-01-31.") from None


def short_place(place: str) -> str:
    """An administrative code without the zeros that only fill it up: 350000 is 35, 350500 is 3505."""
    if not place.isdigit():
        return place
    for length, step in ((9, 3), (6, 3), (4, 2), (2, 2)):  # towns and villages take three digits, the rest two
        if len(place) == length + step and place.endswith("0" * step):
            place = place[:length]
    return place


def place_chain(place: str) -> tuple[str, ...]:
    """The place and those that contain it, nearest first: 350582 → 3505 → 35 → CN."""
    short = short_place(place)
    if not short.isdigit():
        return (short,)
    wider = [short[:length] for length in (12, 9, 6, 4, 2) if length < len(short)]
    return (short, *wider, "CN")


def resolved(rows: Iterable[Row], chain: tuple[str, ...]) -> list[tuple[str, date, date | None, str]]:
    """Name, from, to and value as they hold for a unit at that place: on each day the nearest place wins."""
    found: list[tuple[str, date, date | None, str]] = []
    by_name: dict[str, list[Row]] = {}
    for one in rows:
        if one.place in chain:
            by_name.setdefault(one.name, []).append(one)
    for name, held in sorted(by_name.items()):
        days = sorted({one.valid_from for one in held} | {one.valid_to for one in held if one.valid_to})
        for first, last in zip(days, [*days[1:], None], strict=True):
            there = [one for one in held if one.valid_from <= first and (one.valid_to is None or first < one.valid_to)]
            if there:
                nearest = min(there, key=lambda one: (chain.index(one.place), -one.valid_from.toordinal()))
                found.append((name, first, last, nearest.value))
    return found


def install(engine: Engine, rows: Iterable[Row], places: Mapping[str, str]) -> None:
    """Make `parameter` and, for units and their places, `unit_parameter` readable in the session."""
    held = tuple(rows)
    put(engine, "parameter", PARAMETER, [one.cells for one in held])
    chains = {place: place_chain(place) for place in set(places.values())}
    by_place = [(place, *cells) for place, chain in sorted(chains.items()) for cells in resolved(held, chain)]
    put(engine, "place_parameter", {"place": "VARCHAR", **dict(list(UNIT_PARAMETER.items())[1:])}, by_place)
    put(engine, "unit_place", {"unit_id": "VARCHAR", "place": "VARCHAR"}, sorted(places.items()))
    engine.run(
        "CREATE OR REPLACE TABLE unit_parameter AS SELECT unit_id, name, valid_from, valid_to, value "
        "FROM unit_place JOIN place_parameter USING (place)"
    )


def put(engine: Engine, name: str, columns: Mapping[str, str], rows: Iterable[tuple[object, ...]]) -> None:
    """Make a small table of typed columns from Python rows."""
    held = list(rows)
    typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    engine.run(f"CREATE OR REPLACE TABLE {name} ({typed})")
    if not held:
        return
    cells = ", ".join(f"unnest(CAST(${column} AS {kind}[]))" for column, kind in columns.items())
    values = {column: [row[index] for row in held] for index, column in enumerate(columns)}
    engine.run(f"INSERT INTO {name} SELECT {cells}", values)
