"""Days of the county's year: when offices work, and which day a clerk picks."""

from __future__ import annotations

import random
from calendar import monthrange
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from bihuan.demo.county import YEAR

# Business of an office by month: quiet around the Spring Festival, most in the last quarter.
SEASON = (0.75, 0.55, 1.0, 0.95, 0.95, 1.1, 0.9, 0.9, 1.1, 0.95, 1.2, 1.65)


@cache
def workdays(month: int) -> tuple[date, ...]:
    """The days of a month on which offices work."""
    days = (date(YEAR, month, one) for one in range(1, monthrange(YEAR, month)[1] + 1))
    return tuple(one for one in days if chinese_calendar.is_workday(one))


def month_end(month: int) -> date:
    """The last working day of a month."""
    return workdays(month)[-1]


def some_day(chance: random.Random, month: int) -> date:
    """A working day; later days of the month are somewhat likelier."""
    days = workdays(month)
    return days[int(len(days) * chance.random() ** 0.85)]


def next_workday(day: date) -> date:
    """The first working day after `day`."""
    day += timedelta(days=1)
    while not chinese_calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def spread(total: int) -> list[int]:
    """How many of `total` dealings fall in each of the twelve months."""
    return [max(1, round(total * one / sum(SEASON))) for one in SEASON]
