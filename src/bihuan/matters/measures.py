"""How figures are said: percentages cut off and not rounded, money by currency and never added across, days cut off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

Sums = dict[str, Decimal]  # by currency
NOTHING = Decimal(0)
_SECONDS = 86400


@dataclass(frozen=True)
class Rate:
    """A part of a whole; both are shown wherever the percentage is."""

    part: Decimal | int
    whole: Decimal | int

    @property
    def percent(self) -> int | None:
        """As published: cut off, not rounded (513 of 817 are 62); None where there is nothing to divide by."""
        return percent(self.part, self.whole)


def percent(part: Decimal | int, whole: Decimal | int) -> int | None:
    """Whole percent, cut off."""
    return int(Decimal(part) * 100 // Decimal(whole)) if whole else None


def mean_days(spans: Iterable[timedelta]) -> Decimal | None:
    """The mean in days, cut off after one place; None where there is none."""
    held = list(spans)
    if not held:
        return None
    seconds = sum(int(one.total_seconds()) for one in held)
    return (Decimal(seconds) / (_SECONDS * len(held))).quantize(Decimal("0.1"), ROUND_DOWN)


def sums(amounts: Iterable[tuple[str, Decimal | None]]) -> Sums:
    """The sum of each currency, the largest first."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for currency, amount in amounts:
        if amount is not None:
            found[currency] += amount
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))
