"""Evaluating a sample for attributes: how many of the items deviate, and how many could."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.errors import WrongUse
from bihuan.sample import limits
from bihuan.sample.limits import Law

BINOMIAL = Law()


@dataclass(frozen=True)
class AttributeResult:
    """Rates of deviation in the population."""

    size: int
    deviations: int
    rate: float  # in the sample: the likeliest in the population
    upper: float  # one-sided upper limit at the confidence
    interval: tuple[float, float]  # two-sided (Clopper-Pearson) at the confidence
    precision: float  # upper - rate: the allowance for the risk of sampling
    tolerable: float | None
    supports: bool | None  # whether the upper limit is within the tolerable rate


def evaluate(
    size: int, deviations: int, confidence: float, *, law: Law = BINOMIAL, tolerable: float | None = None
) -> AttributeResult:
    """What `deviations` in `size` items say of all items."""
    if not 0 <= deviations <= size or size < 1:
        raise WrongUse(f"{deviations} deviations in {size} items is not possible.")
    upper = limits.upper(law, size, deviations, confidence)
    one_side = (1 + confidence) / 2
    both = (limits.binomial_lower(size, deviations, one_side), limits.binomial_upper(size, deviations, one_side))
    rate = deviations / size
    supports = None if tolerable is None else upper <= tolerable
    return AttributeResult(size, deviations, rate, upper, both, upper - rate, tolerable, supports)
