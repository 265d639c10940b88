"""A figure: its words, what it means, how it is counted, and the lines behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet

from bihuan.examine.header import Words
from bihuan.matters.basis import Basis, Result
from bihuan.matters.measures import Rate, Sums
from bihuan.matters.models import Matter


@dataclass(frozen=True)
class Line:
    """One line of the list behind a figure."""

    matter: Matter
    said: str = ""  # what it adds to the figure, in words
    amount: Decimal | None = None
    currency: str = ""
    counts: bool = True  # of a rate: in the part; else only in the whole


@dataclass(frozen=True)
class Value:
    """What a figure amounts to: a number, money by currency, rates, or days."""

    number: int | None = None
    money: Sums = field(default_factory=dict)
    rates: tuple[tuple[str, Rate], ...] = ()  # currency or blank, rate
    days: Decimal | None = None


@dataclass(frozen=True)
class Figure:
    """A figure as it is asked for; `value` and `lines` are read when they are shown."""

    key: str
    words: Words
    means: Words
    value: Callable[[Basis], Value]
    lines: Callable[[Basis], list[Line]]
    group: str = "found"
    for_office: bool = False  # no unit may know


def ordered(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """By unit, then by number: the order of every list."""
    return matters.order_by("unit__path", "pk")


def listed(matters: QuerySet[Matter]) -> list[Line]:
    """The matters with their amounts."""
    return [Line(one, amount=one.amount, currency=one.currency) for one in ordered(matters)]


def matters_of(results: Iterable[Result]) -> dict[int, Matter]:
    """The matters that the results belong to, by id."""
    return Matter.objects.select_related("unit").in_bulk({one.matter for one in results})


def rate_of(lines: list[Line]) -> Value:
    """How many of the lines count."""
    return Value(rates=(("", Rate(sum(one.counts for one in lines), len(lines))),))
