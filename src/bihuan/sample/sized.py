"""The size of a sample on its population, and the money that each point stands for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from fractions import Fraction
from math import ceil

from bihuan.sample.plan import Plan
from bihuan.sample.population import Facts, items_of
from bihuan.sample.sizes import Size, allocate, attribute_size, money_size, variables_size
from bihuan.store.engine import Engine

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Sized:
    """How many to draw from what: the numbers that evaluation needs again."""

    size: int  # items, or points of money, beside the items that are taken for certain
    allowed: float | None  # deviations or sum of taintings up to which the sample supports the conclusion
    parts: tuple[int, ...]  # of each stratum
    certain: int = 0  # items that are all examined, because each holds at least one interval
    certain_amount: Decimal = Decimal(0)
    certain_from: Decimal | None = None  # amount from which an item is one of them
    interval: Decimal | None = None  # money that one point stands for, to the cent


def sized(engine: Engine, plan: Plan, facts: Facts) -> Sized:
    """The size of the sample on this population."""
    if plan.kind == "money":
        return _money(engine, plan, facts)
    if plan.kind == "variables":
        return _variables(plan, facts)
    found = Size(plan.size, 0) if plan.size else _attribute(plan, facts)
    size = min(found.size, facts.items)
    return Sized(size, None if plan.size else found.allowed, (size,))


def rate_of(value: Fraction | Decimal, whole: Decimal) -> Fraction:
    """An amount as a fraction of the population's value; a rate as it is."""
    return Fraction(value) / Fraction(whole) if isinstance(value, Decimal) else value


def amount_of(value: Fraction | Decimal, whole: Decimal) -> Decimal:
    """The other way round, to the cent."""
    return value if isinstance(value, Decimal) else cents(Fraction(whole) * value)


def cents(value: Fraction) -> Decimal:
    """A fraction as money."""
    return (Decimal(value.numerator) / value.denominator).quantize(CENT)


def _attribute(plan: Plan, facts: Facts) -> Size:
    assert isinstance(plan.tolerable, Fraction) and isinstance(plan.expected, Fraction)  # noqa: S101 (plan checks it)
    population = facts.items if plan.law == "hypergeometric" else None
    return attribute_size(plan.tolerable, plan.expected, plan.confidence, law=plan.law, population=population)


def _money(engine: Engine, plan: Plan, facts: Facts) -> Sized:
    """Items of at least the interval are all examined; the others are sampled at no wider interval."""
    planned = Size(plan.size, 0) if plan.size else _planned(plan, facts)
    wide = Fraction(facts.amount) / planned.size
    limit = (Decimal(wide.numerator) / wide.denominator).quantize(CENT, rounding=ROUND_UP)
    count, certain = engine.one(
        f"{items_of(plan.population)} SELECT count(*), coalesce(sum(amount), 0) FROM items WHERE amount >= {limit}"
    )
    rest = Fraction(facts.amount) - Fraction(certain)
    size = ceil(rest / wide)
    allowed = None if plan.size else planned.allowed
    return Sized(size, allowed, (size,), count, Decimal(certain), limit, cents(rest / size) if size else None)


def _planned(plan: Plan, facts: Facts) -> Size:
    assert plan.tolerable is not None  # noqa: S101 (plan checks it)
    tolerable, expected = (rate_of(one, facts.amount) for one in (plan.tolerable, plan.expected))
    return money_size(tolerable, expected, plan.confidence, law=plan.law)


def _variables(plan: Plan, facts: Facts) -> Sized:
    spreads = [(one.items, one.spread if plan.spread is None else plan.spread) for one in facts.strata]
    if plan.size:
        total, parts = allocate(plan.size, spreads)
    else:
        assert plan.tolerable is not None  # noqa: S101 (plan checks it)
        precision = amount_of(plan.tolerable, facts.amount) - amount_of(plan.expected, facts.amount)
        total, parts = variables_size(spreads, precision, plan.confidence)
    return Sized(total, None, tuple(parts))
