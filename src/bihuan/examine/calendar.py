"""Working days: public holidays and the weekend days worked in exchange, editable by the office."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from chinese_calendar import constants

from bihuan.errors import BadWorkspace
from bihuan.examine.parameters import put
from bihuan.store.engine import Engine

CALENDAR = {
    "day": "DATE",
    "is_workday": "BOOLEAN",
    "is_holiday": "BOOLEAN",
    "is_swapped": "BOOLEAN",
    "weekday": "BIGINT",
    "is_provisional": "BOOLEAN",
}
OFFICE_COLUMNS = ("day", "is_workday", "is_holiday", "is_swapped")
_KNOWN_YEARS = frozenset(one.year for one in constants.holidays)
_FLAGS = {"1": True, "true": True, "是": True, "0": False, "false": False, "否": False, "": False}


@dataclass(frozen=True)
class Day:
    """One day; `weekday` 1 is Monday; provisional where the holidays of its year are not known."""

    day: date
    is_workday: bool
    is_holiday: bool
    is_swapped: bool  # a weekend day worked in exchange for a holiday
    weekday: int
    is_provisional: bool

    @property
    def cells(self) -> tuple[date, bool, bool, bool, int, bool]:
        """What methods see."""
        return self.day, self.is_workday, self.is_holiday, self.is_swapped, self.weekday, self.is_provisional


def days(first: date, last: date, own: Mapping[date, Day] | None = None) -> list[Day]:
    """Every day from `first` to `last`; what the office says of a day goes before the shipped calendar."""
    held = own or {}
    span = (first + timedelta(days=index) for index in range((last - first).days + 1))
    return [held.get(one) or _shipped(one) for one in span]


def _shipped(day: date) -> Day:
    weekday = day.isoweekday()
    if day.year not in _KNOWN_YEARS:
        return Day(day, weekday <= 5, False, False, weekday, True)
    is_holiday, is_swapped = day in constants.holidays, day in constants.workdays
    return Day(day, is_swapped or (weekday <= 5 and not is_holiday), is_holiday, is_swapped, weekday, False)


def for_office(folder: Path) -> dict[date, Day]:
    """The days that the office's `calendar.csv` in `folder` tells, none where there is no such file."""
    path = folder / "calendar.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"day", "is_workday"} <= set(reader.fieldnames or ()):
            raise BadWorkspace(f"{path}, line 1: the first line must be: {','.join(OFFICE_COLUMNS)}")
        found = [_told(cells, f"{path}, line {reader.line_num}") for cells in reader]
    return {one.day: one for one in found}


def _told(cells: Mapping[str, str | None], where: str) -> Day:
    try:
        day = date.fromisoformat((cells.get("day") or "").strip())
        flags = [_FLAGS[(cells.get(name) or "").strip().lower()] for name in OFFICE_COLUMNS[1:]]
    except (ValueError, KeyError) as error:
        raise BadWorkspace(f"{where}: {error}. Write the day like 2027-02-06 and the flags as 1 or 0.") from None
    is_workday, is_holiday, is_swapped = flags
    return Day(day, is_workday, is_holiday, is_swapped, day.isoweekday(), False)


def install(engine: Engine, known: Iterable[Day]) -> None:
    """Make `calendar` readable in the session."""
    put(engine, "calendar", CALENDAR, [one.cells for one in known])
