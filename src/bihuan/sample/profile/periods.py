"""A column of dates: months, weekdays, ages, days without a row; with the money of the table beside the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.model.table import Column
from bihuan.sample.plan import AMOUNTS
from bihuan.sample.profile.asked import Asked, currencies
from bihuan.store.engine import Engine, quoted

AGES = (30, 60, 90, 180, 365, 730, 1095)  # upper limits in days
MONDAY = "DATE '1900-01-01'"


@dataclass(frozen=True)
class Slice:
    """Rows of one month, weekday or age; `amount` is None where amounts cannot be added up."""

    name: str
    rows: int
    amount: Decimal | None


@dataclass(frozen=True)
class Periods:
    """What a column of dates looks like."""

    empty: int
    first: date | None
    last: date | None
    amount_column: str | None
    months: tuple[Slice, ...]
    missing_months: tuple[str, ...]  # between the first and the last
    weekdays: tuple[Slice, ...]  # 1 is Monday
    as_of: date | None
    ages: tuple[Slice, ...]  # days up to the day of counting; the first holds what lies after it


def periods(engine: Engine, asked: Asked, column: Column) -> Periods:
    """Profile one column of dates or instants (in the workspace's zone)."""
    day = f"CAST({quoted(column.name)} AS DATE)"
    empty, first, last = engine.one(
        f"SELECT count(*) FILTER (WHERE {day} IS NULL), min({day}), max({day}) {asked.rows}"
    )
    amount = _amount(engine, asked)
    as_of = asked.as_of or last
    months = _slices(engine, asked, day, amount, f"strftime({day}, '%Y-%m')")
    weekdays = _slices(engine, asked, day, amount, f"CAST(date_diff('day', {MONDAY}, {day}) % 7 + 1 AS VARCHAR)")
    ages = _slices(engine, asked, day, amount, _age(day, as_of)) if as_of else ()
    return Periods(
        empty=empty,
        first=first,
        last=last,
        amount_column=amount,
        months=months,
        missing_months=_missing([one.name for one in months]),
        weekdays=weekdays,
        as_of=as_of,
        ages=tuple(Slice(_age_name(int(one.name)), one.rows, one.amount) for one in ages),
    )


def _slices(engine: Engine, asked: Asked, day: str, amount: str | None, name: str) -> tuple[Slice, ...]:
    total = f"sum({quoted(amount)})" if amount else "CAST(NULL AS DECIMAL(38, 2))"
    rows = engine.rows(
        f"SELECT {name} AS name, count(*), {total} {asked.rows_with(f'{day} IS NOT NULL')} GROUP BY name ORDER BY name"
    )
    return tuple(Slice(name, count, None if held is None else Decimal(held)) for name, count, held in rows)


def _amount(engine: Engine, asked: Asked) -> str | None:
    """The money to add up beside the rows: the table's main amount, where it is of one currency."""
    if len(currencies(engine, asked)) > 1:
        return None
    return next((one for one in AMOUNTS if one in asked.model.sums), None) or next(iter(asked.model.sums), None)


def _age(day: str, as_of: date) -> str:
    days = f"date_diff('day', {day}, DATE '{as_of.isoformat()}')"
    cases = " ".join(f"WHEN {days} <= {limit} THEN '{at}'" for at, limit in enumerate(AGES, 1))
    return f"CASE WHEN {days} < 0 THEN '0' {cases} ELSE '{len(AGES) + 1}' END"


def _age_name(at: int) -> str:
    if at == 0:
        return "<0"
    if at > len(AGES):
        return f">{AGES[-1]}"
    return f"{AGES[at - 2] + 1 if at > 1 else 0}-{AGES[at - 1]}"


def _missing(months: list[str]) -> tuple[str, ...]:
    if not months:
        return ()
    start, end = (int(one[:4]) * 12 + int(one[5:]) - 1 for one in (months[0], months[-1]))
    every = (f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, min(end, start + 1200) + 1))
    return tuple(one for one in every if one not in set(months))
