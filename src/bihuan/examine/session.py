"""A snapshot opened for examining: the model's tables, dated parameters for its units, the calendar of its years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.examine import calendar, eligibility, parameters
from bihuan.examine.header import Method
from bihuan.examine.lint import AIDS
from bihuan.examine.places import CHANGED, PLACE, UNIT, place_of
from bihuan.model.table import tables
from bihuan.store.books import columns_of, open_books
from bihuan.store.canonical import digest
from bihuan.store.engine import Engine, text
from bihuan.store.origin import locate
from bihuan.store.snapshot import Snapshot
from bihuan.store.transpile import parse
from bihuan.store.workspace import Workspace

YEAR = timedelta(days=366)
EARLIEST, LATEST = date(1980, 1, 1), date(2100, 12, 31)  # a mistyped year must not make a calendar of millennia


@dataclass(frozen=True)
class Session:
    """An open snapshot and the hashes by which results depend on more than its parts."""

    engine: Engine
    snapshot: Snapshot
    aids: dict[str, str]  # parameter, unit_parameter, calendar, eligible → hash of what they hold
    faults: str = ""  # of the rules in the policies

    def missing(self, method: Method) -> list[str]:
        """The tables that the method needs and the snapshot lacks."""
        return [name for name in method.header.reads if name not in AIDS and name not in self.snapshot.tables]

    def require(self, method: Method) -> None:
        """Raise BadMethod where the method rests on rules that cannot be asked."""
        if self.faults and "eligible" in parse(method.sql).tables:
            eligibility.require(self.faults)


@contextmanager
def opened(
    workspace: Workspace, snapshot: Snapshot, stored: Iterable[parameters.Row] | None = None
) -> Iterator[Session]:
    """The snapshot with everything that methods read; with `stored`, the parameters of an earlier run."""
    rows = parameters.for_office(workspace.parameters) if stored is None else tuple(stored)
    own = calendar.for_office(workspace.parameters)
    with open_books(workspace, snapshot) as engine, workspace.scratch(workspace.runs) as spill:
        engine.run(f"SET temp_directory = {text(str(spill))}")  # of this session alone: two may run at once
        engine.run("SET parquet_metadata_cache = true")  # parts never change, and a pack reads each dozens of times
        places = _places(workspace, snapshot, engine)
        parameters.install(engine, rows, places)
        first, last = _span(snapshot)
        days = calendar.days(first, last, own)
        calendar.install(engine, days)
        cells = [one.cells for one in rows]
        aids = {
            "parameter": digest(cells),
            "unit_parameter": digest([cells, sorted(places.items())]),
            "calendar": digest([one.cells for one in days]),
        }
        _stand_in(snapshot, engine)
        faults = eligibility.install(engine, lambda row: _place_of(workspace, snapshot, row))
        yield Session(engine, snapshot, aids | {"eligible": digest(eligibility.rules(engine))}, faults)


def _place_of(workspace: Workspace, snapshot: Snapshot, row: int) -> str:
    found = locate(workspace, snapshot, [row]).get(row)
    return f"{found.source}, line {found.line}" if found else ""


def _places(workspace: Workspace, snapshot: Snapshot, engine: Engine) -> dict[str, str]:
    """Every unit in the books and where it lies."""
    units: set[str] = set()
    for name, parts in snapshot.tables.items():
        if name not in tables() or name in AIDS:
            continue
        if all(one.units is not None for one in parts):
            units.update(unit for one in parts for unit in one.units or ())
        elif tables()[name].unit:
            units.update(row[0] for row in engine.rows(f"SELECT DISTINCT {tables()[name].unit} FROM {name}") if row[0])
    return dict.fromkeys(units, workspace.settings.place) | _told(snapshot, engine)


def _told(snapshot: Snapshot, engine: Engine) -> dict[str, str]:
    """The places that the organizations' own rows tell; of several the latest."""
    places: dict[str, str] = {}
    if "organization" in snapshot.tables:
        order = f"{CHANGED} NULLS FIRST, row_id"
        for unit, place in engine.rows(f"SELECT {UNIT}, {PLACE} FROM organization ORDER BY {order}"):
            places |= place_of({UNIT: unit, PLACE: place})
    return places


def _span(snapshot: Snapshot) -> tuple[date, date]:
    """A year before the first day in the books to a year after the last."""
    first = min((one.first for one in snapshot.parts if one.first), default=None)
    last = max((one.last for one in snapshot.parts if one.last), default=None)
    if first is None or last is None:
        return date(2024, 1, 1), date(2024, 12, 31)
    return max(EARLIEST, _day(first) - YEAR), min(LATEST, _day(last) + YEAR)


def _day(text: str) -> date:
    return min(max(date.fromisoformat(text[:10]), EARLIEST), LATEST)


def _stand_in(snapshot: Snapshot, engine: Engine) -> None:
    """Empty tables where the snapshot has none, for methods that read them only where they are there."""
    for name, table in tables().items():
        if name not in snapshot.tables and name not in AIDS:
            typed = ", ".join(f'"{column}" {kind}' for column, kind in columns_of(table).items())
            engine.run(f"CREATE TABLE {name} ({typed})")
