"""The tests of digits on the numbers counted: Benford's, their second order, sums, last digits, mantissas."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import exp

from bihuan.sample.profile.benford import DigitTest, compared
from bihuan.sample.profile.counts import digits_of
from bihuan.store.engine import Engine

FEW = 1000  # numbers below which a deviation says little
SPAN = 1000  # largest over smallest below which the law is not to be expected


@dataclass(frozen=True)
class SumCell:
    """The numbers that begin with two digits, added up; each pair would hold one ninetieth."""

    digits: str
    total: Decimal
    share: float
    excess: float  # of the share over 1/90


@dataclass(frozen=True)
class Mantissa:
    """Fractional parts of the decimal logarithms: evenly spread from 0 to 1 under the law (1/2, 1/12, -1.2, 0)."""

    mean: float
    variance: float
    kurtosis: float  # in excess of the normal's
    skewness: float
    arc: float  # squared length of the mean vector on the circle; 0 under the law
    chance: float  # of so long a vector
    distortion: float  # percent by which the numbers, brought to 10-100, are too large on average


@dataclass(frozen=True)
class Digits:
    """All tests of digits of one column."""

    numbers: int
    tests: tuple[DigitTest, ...]
    sums: tuple[SumCell, ...]
    mantissa: Mantissa | None
    is_reliable: bool  # enough numbers over a wide enough range

    def test(self, name: str) -> DigitTest:
        """The test of that name."""
        return next(one for one in self.tests if one.name == name)

    @property
    def largest_sums(self) -> list[SumCell]:
        """The pairs of digits whose sums exceed most, the largest first."""
        return sorted(self.sums, key=lambda one: (-one.total, one.digits))


def test_digits(engine: Engine) -> Digits:
    """Test the numbers in the temporary table `tested`."""
    numbers, low, high = engine.one("SELECT coalesce(sum(n), 0), min(value), max(value) FROM tested")
    tests = [
        compared(name, _counts(engine, f"SELECT {part} AS d, sum(n) FROM tested GROUP BY d"))
        for name, part in (
            ("first", "left(digits, 1)"),
            ("second", "substr(digits, 2, 1)"),
            ("first_two", "left(digits, 2)"),
            ("last_two", "tail"),
        )
    ]
    tests.append(compared("second_order", _counts(engine, _SECOND_ORDER)))
    is_reliable = numbers >= FEW and bool(low) and high >= low * SPAN
    return Digits(int(numbers), tuple(tests), _sums(engine), _mantissa(engine, int(numbers)), is_reliable)


# Gaps between the numbers in order; equal numbers leave none, so the different ones are enough.
_SECOND_ORDER = f"""
WITH ordered AS (SELECT value - lag(value) OVER (ORDER BY value) AS gap FROM tested)
SELECT left({digits_of("gap")}, 2) AS d, count(*) FROM ordered WHERE gap > 0 GROUP BY d
"""


def _counts(engine: Engine, query: str) -> dict[str, int]:
    return {digits: int(count) for digits, count in engine.rows(query)}


def _sums(engine: Engine) -> tuple[SumCell, ...]:
    found = dict(engine.rows("SELECT left(digits, 2) AS d, sum(value * n) FROM tested GROUP BY d"))
    whole = sum(found.values(), Decimal(0))
    if not whole:
        return ()
    held = ((str(one), Decimal(found.get(str(one), 0))) for one in range(10, 100))
    return tuple(SumCell(digits, total, float(total / whole), float(total / whole) - 1 / 90) for digits, total in held)


def _mantissa(engine: Engine, numbers: int) -> Mantissa | None:
    """Moments of the mantissas, computed from floating logarithms: they are means, no digit depends on them."""
    if numbers < 2:
        return None
    mean, second, third, fourth, cosine, sine, collapsed = engine.one(_MOMENTS)
    expected = 90 / (numbers * (10 ** (1 / numbers) - 1))
    arc = (cosine**2 + sine**2) / numbers**2
    return Mantissa(
        mean=mean,
        variance=second / (numbers - 1),
        kurtosis=(fourth / numbers) / (second / numbers) ** 2 - 3 if second else 0.0,
        skewness=(third / numbers) / (second / numbers) ** 1.5 if second else 0.0,
        arc=arc,
        chance=exp(-arc * numbers),
        distortion=100 * (collapsed / numbers - expected) / expected,
    )


# A number is its significand, from 1 up to 10, times a power of ten; made from the digits, 1000 cannot become 9.99….
_MOMENTS = """
WITH significands AS (
  SELECT CAST(n AS DOUBLE) AS n, CAST(digits AS DOUBLE) / 10.0 ** (length(digits) - 1) AS s FROM tested
),
parts AS (SELECT n, s, log10(s) AS m FROM significands),
centred AS (SELECT n, s, m, sum(n * m) OVER () / sum(n) OVER () AS mean FROM parts)
SELECT min(mean), sum(n * (m - mean) ** 2), sum(n * (m - mean) ** 3), sum(n * (m - mean) ** 4),
  sum(n * cos(2 * pi() * m)), sum(n * sin(2 * pi() * m)), sum(n * s * 10)
FROM centred
"""
