"""Benford's law and how far counts are from it: Nigrini, *Benford's Law* (2012). Digits are compared, not made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log10, sqrt

from bihuan.sample import limits

# Upper limits of the mean absolute deviation (Nigrini 2012): close, acceptable, marginal; above them nonconformity.
BANDS = {"first": (0.006, 0.012, 0.015), "second": (0.008, 0.010, 0.012), "first_two": (0.0012, 0.0018, 0.0022)}
NAMES = ("close", "acceptable", "marginal", "nonconformity")


@dataclass(frozen=True)
class Cell:
    """One digit or pair of digits."""

    digits: str
    found: int
    share: float
    expected: float  # share
    excess: float  # found - expected, in numbers
    z: float  # with the correction for continuity; above 1.96 is beyond chance at 95 %


@dataclass(frozen=True)
class DigitTest:
    """One test of digits; `band` is None where Nigrini gives none."""

    name: str
    numbers: int
    cells: tuple[Cell, ...]
    deviation: float  # mean absolute deviation of the shares
    band: str | None
    chi_square: float
    degrees: int
    chance: float  # of so large a chi-square; with many numbers it is nearly always next to nothing

    @property
    def largest(self) -> list[Cell]:
        """The cells most in excess, the largest first."""
        return sorted(self.cells, key=lambda one: (-one.excess, one.digits))


def expected(name: str) -> dict[str, float]:
    """The share of each digit or pair of digits that the law of this test gives."""
    if name == "first":
        return {str(one): log10(1 + 1 / one) for one in range(1, 10)}
    if name == "second":
        return {str(one): sum(log10(1 + 1 / (10 * tens + one)) for tens in range(1, 10)) for one in range(10)}
    if name == "last_two":
        return {f"{one:02}": 0.01 for one in range(100)}
    return {str(one): log10(1 + 1 / one) for one in range(10, 100)}


def compared(name: str, counts: Mapping[str, int]) -> DigitTest:
    """The counts beside the law."""
    law, numbers = expected(name), sum(counts.values())
    cells = tuple(_cell(digits, counts.get(digits, 0), numbers, share) for digits, share in law.items())
    deviation = sum(abs(one.share - one.expected) for one in cells) / len(cells) if numbers else 0.0
    chi_square = sum(one.excess**2 / (one.expected * numbers) for one in cells) if numbers else 0.0
    chance = limits.chi_square_above(len(cells) - 1, chi_square)
    return DigitTest(name, numbers, cells, deviation, _band(name, deviation), chi_square, len(cells) - 1, chance)


def _cell(digits: str, found: int, numbers: int, share: float) -> Cell:
    if not numbers:
        return Cell(digits, 0, 0.0, share, 0.0, 0.0)
    gap = abs(found / numbers - share)
    correction = 1 / (2 * numbers)
    z = (gap - correction if gap > correction else gap) / sqrt(share * (1 - share) / numbers)
    return Cell(digits, found, found / numbers, share, found - share * numbers, z)


def _band(name: str, deviation: float) -> str | None:
    if name not in BANDS:
        return None
    return NAMES[sum(deviation > limit for limit in BANDS[name])]
