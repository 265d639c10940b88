"""How many to draw. Rates are exact fractions, so that 3.5 % of 400 is 14 deviations and not a hair more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from bihuan.errors import WrongUse
from bihuan.sample import limits

MOST = 1_000_000  # a larger sample is no sample
Chance = Callable[[int, int], float]  # of at most `found` deviations in a sample of `size`


@dataclass(frozen=True)
class Size:
    """A sample size, and what it allows."""

    size: int
    allowed: float  # deviations (whole) or sum of taintings up to which the sample still supports the conclusion


def attribute_size(
    tolerable: Fraction,
    expected: Fraction,
    confidence: Fraction,
    *,
    law: str = "binomial",
    population: int | None = None,
) -> Size:
    """The smallest n with chance(at most ceil(n x expected) deviations | tolerable rate) <= 1 - confidence.

    AICPA Audit Guide, tables A-1 and A-2, with the binomial law.
    """
    _in_order(tolerable, expected, confidence)
    chance = _chance(law, tolerable, population)
    most, found = min(population or MOST, MOST), 0
    while True:
        last = floor(found / expected) if expected else most  # the largest n for which `found` are expected
        size = _smallest(chance, found, 1 - float(confidence), min(last, most))
        if size is not None:
            return Size(max(size, floor((found - 1) / expected) + 1) if expected else size, found)
        if last >= most:
            return _all(population, expected)
        found += 1


def money_size(tolerable: Fraction, expected: Fraction, confidence: Fraction, *, law: str = "poisson") -> Size:
    """The smallest n for which Gamma(1 + n x expected, rate n) at the tolerable rate reaches the confidence.

    AICPA Audit Guide, table C-1. With the binomial law, Beta(1 + n x expected, n x (1 - expected)) takes its place.
    """
    _in_order(tolerable, expected, confidence)
    rate, error = float(tolerable), float(expected)

    def suffices(size: int) -> bool:
        if law == "binomial":
            reached = limits.beta_below(1 + error * size, size * (1 - error), rate)
        else:
            reached = limits.gamma_below(1 + error * size, rate * size)
        return reached >= float(confidence)

    size = _first(suffices)
    return Size(size, float(size * expected))


def variables_size(
    spreads: list[tuple[int, Decimal]], precision: Decimal, confidence: Fraction
) -> tuple[int, list[int]]:
    """How many to draw for a total within +- precision, and from each stratum (Neyman: as items x spread).

    `spreads` holds items and standard deviation of each stratum. Cochran 1977, 5.25 and 5.26.
    """
    if precision <= 0:
        raise WrongUse(f"the precision {precision} must be above nothing: tolerable minus expected.")
    weight = [items * float(spread) for items, spread in spreads]
    variance = sum(items * float(spread) ** 2 for items, spread in spreads)
    allowed = (float(precision) / limits.normal(float(confidence))) ** 2
    whole = sum(items for items, _ in spreads)
    total = min(whole, max(2 * len(spreads), ceil(sum(weight) ** 2 / (allowed + variance) if variance else 0)))
    return allocate(total, spreads)


def allocate(total: int, spreads: list[tuple[int, Decimal]]) -> tuple[int, list[int]]:
    """Split a sample over strata by items x spread; at least two and at most all of each."""
    weight = [items * float(spread) for items, spread in spreads]
    if not sum(weight):
        weight = [float(items) for items, _ in spreads]
    parts = [
        min(items, max(2, ceil(total * one / sum(weight)))) for one, (items, _) in zip(weight, spreads, strict=True)
    ]
    return sum(parts), parts


def _chance(law: str, tolerable: Fraction, population: int | None) -> Chance:
    rate = float(tolerable)
    if law == "hypergeometric":
        if population is None:
            raise WrongUse("the hypergeometric law needs the number of items in the population.")
        deviations = ceil(population * tolerable)
        return lambda size, found: limits.hypergeometric(population, deviations, size, found)
    if law not in limits.LAWS:
        raise WrongUse(f"law {law!r} is none of {', '.join(limits.LAWS)}.")
    of = limits.poisson if law == "poisson" else limits.binomial
    return lambda size, found: of(rate, size, found)


def _smallest(chance: Chance, found: int, risk: float, most: int) -> int | None:
    """The smallest n up to `most` at which so few deviations are that unlikely; the chance falls with n."""
    if most <= found or chance(most, found) > risk:
        return None
    low, high = found, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance(middle, found) <= risk else (middle, high)
    return high


def _first(suffices: Callable[[int], bool]) -> int:
    high = 1
    while not suffices(high):
        high *= 2
        if high > MOST:
            raise WrongUse(
                "the expected error is too near the tolerable one: no sample would do. Test all, or accept more."
            )
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return high


def _all(population: int | None, expected: Fraction) -> Size:
    if population is None:
        raise WrongUse("the expected rate is too near the tolerable one: no sample would do. Test all, or accept more.")
    return Size(population, ceil(population * expected))


def _in_order(tolerable: Fraction, expected: Fraction, confidence: Fraction) -> None:
    if not 0 < tolerable <= 1:
        raise WrongUse(f"tolerable {float(tolerable):.4%} must lie above 0 and up to 100%.")
    if not 0 <= expected < tolerable:
        raise WrongUse(f"expected {float(expected):.4%} must be below the tolerable {float(tolerable):.4%}.")
    if not 0 < confidence < 1:
        raise WrongUse(f"confidence {float(confidence):.4%} must lie between 0 and 100%.")
