"""Evaluating a monetary-unit sample: projected misstatement and its upper limit, over- and understatements apart.

An item's tainting is the share of its book amount that is wrong. Upper limits: Stringer's (basic precision, plus the
taintings ranked from the largest, each with the growth of the factor) and the gamma limit of Stewart (2012), whose
number of errors is the sum of the taintings. Items taken for certain add what was found in them, and no sampling risk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bihuan.sample import limits
from bihuan.sample.sized import cents

Factor = Callable[[float], float]


@dataclass(frozen=True)
class Points:
    """How many points were laid on how much money."""

    sampled: Decimal  # without the items that were taken for certain
    count: int


@dataclass(frozen=True)
class Found:
    """What the field found in one item that has a point of money in it, or was taken for certain."""

    item: int
    book: Decimal
    audited: Decimal
    hits: int
    is_certain: bool

    @property
    def tainting(self) -> Fraction:
        """Share of the book amount that is overstated; negative where it is understated."""
        return Fraction(self.book - self.audited) / Fraction(self.book)


@dataclass(frozen=True)
class Ranked:
    """One tainting in Stringer's ranking."""

    rank: int
    item: int
    book: Decimal
    audited: Decimal
    tainting: float
    projected: Decimal  # tainting x interval
    growth: float  # of the factor from the rank before
    with_risk: Decimal  # projected x growth


@dataclass(frozen=True)
class Side:
    """Misstatement on one side: overstatement or understatement."""

    known: Decimal  # in the items taken for certain, and so without risk
    projected: Decimal  # from the sampled ones to all others
    basic: Decimal  # what could be hidden even if nothing was found
    incremental: Decimal  # what each tainting adds beyond its projection
    upper: Decimal  # known + projected + basic + incremental (Stringer)
    gamma: Decimal  # the gamma limit, known included
    ranking: tuple[Ranked, ...]

    @property
    def likely(self) -> Decimal:
        """The likeliest misstatement on this side."""
        return self.known + self.projected


@dataclass(frozen=True)
class MoneyResult:
    """Misstatement of the population."""

    size: int  # points of money
    interval: Decimal  # money that a point stands for
    over: Side
    under: Side
    likely: Decimal  # overstatement less understatement
    precision: Decimal  # upper limit of overstatement less what is likely there
    tolerable: Decimal | None
    supports: bool | None  # whether both upper limits are within what is tolerable


def evaluate(
    found: Sequence[Found],
    *,
    points: Points,
    confidence: float,
    law: str = "poisson",
    tolerable: Decimal | None = None,
) -> MoneyResult:
    """What the findings say of all money."""
    interval = Fraction(points.sampled) / points.count if points.count else Fraction(0)
    factor = _factor(points.count, confidence, law)
    over, under = (_side(found, sign, interval, factor) for sign in (1, -1))
    supports = None if tolerable is None else max(over.upper, under.upper) <= tolerable
    likely = over.likely - under.likely
    return MoneyResult(
        points.count, cents(interval), over, under, likely, over.upper - over.likely, tolerable, supports
    )


def _side(found: Sequence[Found], sign: int, interval: Fraction, factor: Factor) -> Side:
    known = sum((max(sign * (one.book - one.audited), Decimal(0)) for one in found if one.is_certain), Decimal(0))
    tainted = sorted(
        (one for one in found if not one.is_certain and one.tainting * sign > 0),
        key=lambda one: (-sign * one.tainting, one.item),
    )
    ranking = _ranked([one for one in tainted for _ in range(one.hits)], sign, interval, factor)
    projected = sum((one.projected for one in ranking), Decimal(0))
    incremental = sum((one.with_risk - one.projected for one in ranking), Decimal(0))
    basic = _times(interval, factor(0))
    gamma = _times(interval, factor(sum(one.tainting for one in ranking)))
    whole = known + projected + basic + incremental
    return Side(known, projected, basic, incremental, whole, known + gamma, tuple(ranking))


def _ranked(hits: Sequence[Found], sign: int, interval: Fraction, factor: Factor) -> list[Ranked]:
    ranking = []
    for rank, one in enumerate(hits, 1):
        tainting = sign * one.tainting
        growth = factor(rank) - factor(rank - 1)
        with_risk = _times(interval * tainting, growth)
        ranking.append(
            Ranked(
                rank, one.item, one.book, one.audited, float(tainting), cents(interval * tainting), growth, with_risk
            )
        )
    return ranking


def _factor(size: int, confidence: float, law: str) -> Factor:
    """How many errors there could be among the points when so many were found."""
    if law == "binomial":
        return lambda found: size * limits.binomial_upper(size, found, confidence)
    return lambda found: limits.poisson_factor(found, confidence)


def _times(amount: Fraction, factor: float) -> Decimal:
    return cents(amount * Fraction(factor))
