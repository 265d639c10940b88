"""Classical variables: the total that the audited amounts of a sample point to, by four estimators, over strata.

Cochran, *Sampling Techniques* (1977): mean per unit 2.6 and 5.3, difference and ratio 6.4 and 6.10, regression 7.3; the
degrees of freedom over strata are Satterthwaite's (5.4). Everything is Decimal; only Student's quantile is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from bihuan.errors import WrongUse
from bihuan.sample import limits
from bihuan.sample.sized import CENT

DIGITS = 50


@dataclass(frozen=True)
class Sampled:
    """One stratum: items and book total of the whole, book and audited amounts of those drawn."""

    name: str
    items: int
    book: Decimal
    pairs: tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True)
class Estimate:
    """What one estimator says of the audited total."""

    name: str
    total: Decimal
    error: Decimal  # standard error
    precision: Decimal  # half of the confidence interval
    low: Decimal
    high: Decimal
    misstatement: Decimal  # book total less estimate: overstatement
    supports: bool | None  # whether all of the interval lies within what is tolerable of the book total


@dataclass(frozen=True)
class _Part:
    """Estimate of one stratum, and the variance of its residuals."""

    total: Decimal
    variance: Decimal
    degrees: int


def evaluate(strata: Sequence[Sampled], confidence: float, *, tolerable: Decimal | None = None) -> list[Estimate]:
    """All estimators that these samples allow."""
    few = [one for one in strata if len(one.pairs) < min(2, one.items)]
    if few:
        raise WrongUse(f"stratum {few[0].name}: {len(few[0].pairs)} answers; at least two are needed.")
    with localcontext(prec=DIGITS):
        return [
            _estimate(name, strata, [part(one) for one in strata], confidence, tolerable)
            for name, part in ESTIMATORS.items()
            if _fits(name, strata)
        ]


def _fits(name: str, strata: Sequence[Sampled]) -> bool:
    """Ratio and regression divide by book amounts and their spread; regression needs three in each stratum."""
    if name == "ratio":
        return all(sum(book for book, _ in one.pairs) > 0 for one in strata)
    if name == "regression":
        return all(len(one.pairs) > 2 and len({book for book, _ in one.pairs}) > 1 for one in strata)
    return True


def _estimate(
    name: str, strata: Sequence[Sampled], parts: Sequence[_Part], confidence: float, tolerable: Decimal | None
) -> Estimate:
    total = sum((one.total for one in parts), Decimal(0))
    spread = sum((_variance(whole, part) for whole, part in zip(strata, parts, strict=True)), Decimal(0))
    error = spread.sqrt()
    precision = error * Decimal(limits.student(confidence, _degrees(strata, parts, spread)))
    book = sum((one.book for one in strata), Decimal(0))
    low, high = total - precision, total + precision
    supports = None if tolerable is None else book - tolerable <= low and high <= book + tolerable
    return Estimate(
        name=name,
        total=total.quantize(CENT),
        error=error.quantize(CENT),
        precision=precision.quantize(CENT),
        low=low.quantize(CENT),
        high=high.quantize(CENT),
        misstatement=(book - total).quantize(CENT),
        supports=supports,
    )


def _variance(whole: Sampled, part: _Part) -> Decimal:
    drawn = len(whole.pairs)
    return part.variance * whole.items * (whole.items - drawn) / drawn


def _degrees(strata: Sequence[Sampled], parts: Sequence[_Part], spread: Decimal) -> float:
    below = sum(
        (_variance(whole, part) ** 2 / part.degrees for whole, part in zip(strata, parts, strict=True) if part.degrees),
        Decimal(0),
    )
    return float(spread**2 / below) if below else float(sum(part.degrees for part in parts) or 1)


def _mean(stratum: Sampled) -> _Part:
    audited = [one for _, one in stratum.pairs]
    mean = sum(audited, Decimal(0)) / len(audited)
    return _part(stratum.items * mean, [one - mean for one in audited], lost=1)


def _difference(stratum: Sampled) -> _Part:
    gaps = [audited - book for book, audited in stratum.pairs]
    mean = sum(gaps, Decimal(0)) / len(gaps)
    return _part(stratum.book + stratum.items * mean, [one - mean for one in gaps], lost=1)


def _ratio(stratum: Sampled) -> _Part:
    ratio = _total(audited for _, audited in stratum.pairs) / _total(book for book, _ in stratum.pairs)
    return _part(stratum.book * ratio, [audited - ratio * book for book, audited in stratum.pairs], lost=1)


def _regression(stratum: Sampled) -> _Part:
    drawn = len(stratum.pairs)
    mean = sum((book for book, _ in stratum.pairs), Decimal(0)) / drawn
    level = sum((audited for _, audited in stratum.pairs), Decimal(0)) / drawn
    across = _total((book - mean) * (audited - level) for book, audited in stratum.pairs)
    slope = across / _total((book - mean) ** 2 for book, _ in stratum.pairs)
    total = stratum.items * level + slope * (stratum.book - stratum.items * mean)
    return _part(total, [audited - level - slope * (book - mean) for book, audited in stratum.pairs], lost=2)


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _part(total: Decimal, residuals: Sequence[Decimal], *, lost: int) -> _Part:
    degrees = max(len(residuals) - lost, 0)
    squares = sum((one**2 for one in residuals), Decimal(0))
    return _Part(Decimal(total), squares / degrees if degrees else Decimal(0), degrees)


ESTIMATORS: dict[str, Callable[[Sampled], _Part]] = {
    "mean": _mean,
    "difference": _difference,
    "ratio": _ratio,
    "regression": _regression,
}
