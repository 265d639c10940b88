"""What a sample of n with k deviations says of the whole: factors and limits at a confidence.

Distributions come from `scipy.special`, whose functions are the closed forms: the binomial and Poisson limits are
quantiles of the beta and gamma distributions (Clopper and Pearson 1934); the hypergeometric one is found by bisection.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import exp, lgamma
from typing import Any

LAWS = ("binomial", "poisson", "hypergeometric")


@dataclass(frozen=True)
class Law:
    """How deviations fall into a sample; the hypergeometric law needs the number of items that it was drawn from."""

    name: str = "binomial"
    population: int | None = None


def poisson_factor(taint: float, confidence: float) -> float:
    """The expected number at which `taint` or fewer still come up with chance 1 - confidence: 3.00 for none at 95 %.

    `taint` may be a fraction: a sum of taintings (gamma quantile).
    """
    return float(_special().gammaincinv(1 + taint, confidence))


def binomial_upper(size: int, found: float, confidence: float) -> float:
    """The highest rate of deviation that the sample does not rule out, one-sided (Clopper-Pearson)."""
    return 1.0 if found >= size else float(_special().betaincinv(found + 1, size - found, confidence))


def binomial_lower(size: int, found: int, confidence: float) -> float:
    """The lowest rate of deviation that the sample does not rule out, one-sided."""
    return 0.0 if found == 0 else float(_special().betaincinv(found, size - found + 1, 1 - confidence))


def poisson_upper(size: int, found: float, confidence: float) -> float:
    """As `binomial_upper`, a little higher, for small rates in large populations."""
    return min(1.0, poisson_factor(found, confidence) / size)


def hypergeometric_upper(population: int, size: int, found: int, confidence: float) -> float:
    """The highest rate that a sample without replacement from a small population does not rule out."""
    low, high = found, population - size + found  # deviations in the whole: at least those found, at most all unseen
    while low < high:
        middle = (low + high + 1) // 2
        if hypergeometric(population, middle, size, found) > 1 - confidence:
            low = middle
        else:
            high = middle - 1
    return low / population


def upper(law: Law, size: int, found: int, confidence: float) -> float:
    """The one-sided upper limit of the rate under a law."""
    if law.name == "hypergeometric" and law.population is not None:
        return hypergeometric_upper(law.population, size, found, confidence)
    return (poisson_upper if law.name == "poisson" else binomial_upper)(size, found, confidence)


def binomial(rate: float, size: int, most: int) -> float:
    """The chance of at most `most` deviations in `size` draws at that rate."""
    return 1.0 if most >= size else float(_special().bdtr(float(most), size, rate))


def poisson(rate: float, size: int, most: int) -> float:
    """The same where deviations are rare."""
    return float(_special().pdtr(most, rate * size))


def hypergeometric(population: int, deviations: int, size: int, most: int) -> float:
    """The same for draws without replacement from a population that holds so many deviations."""
    first = max(0, size - (population - deviations))
    return min(1.0, sum(_drawn(population, deviations, size, one) for one in range(first, min(most, size) + 1)))


def gamma_below(shape: float, limit: float) -> float:
    """The chance that a gamma variable of that shape and rate 1 stays below a limit."""
    return float(_special().gammainc(shape, limit))


def beta_below(wrong: float, right: float, rate: float) -> float:
    """The chance that a beta variable with those two parameters stays below a rate."""
    return float(_special().betainc(wrong, right, rate))


def chi_square_above(degrees: int, value: float) -> float:
    """The chance of a chi-square at least so large."""
    return float(_special().chdtrc(degrees, value))


def student(confidence: float, degrees: float) -> float:
    """The two-sided quantile of Student's t: 1.96 for 95 % and many degrees of freedom."""
    return float(_special().stdtrit(degrees, (1 + confidence) / 2))


def normal(confidence: float) -> float:
    """The two-sided quantile of the normal distribution."""
    return float(_special().ndtri((1 + confidence) / 2))


@cache
def _special() -> Any:
    """Imported only where a distribution is asked for: it takes longer than most commands do."""
    from scipy import special

    return special


def _drawn(population: int, deviations: int, size: int, found: int) -> float:
    if found > deviations or size - found > population - deviations:
        return 0.0
    chosen = _ways(deviations, found) + _ways(population - deviations, size - found)
    return exp(chosen - _ways(population, size))


def _ways(of: int, take: int) -> float:
    """Logarithm of the number of ways to take `take` of `of`."""
    return lgamma(of + 1) - lgamma(take + 1) - lgamma(of - take + 1)
