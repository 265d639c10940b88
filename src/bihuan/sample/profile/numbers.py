"""A column of numbers: control totals, quantiles, strata, numbers that repeat, round numbers, and its digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bihuan.model.table import Column
from bihuan.sample.profile.asked import Asked, one_currency
from bihuan.sample.profile.counts import count_numbers
from bihuan.sample.profile.digits import Digits, test_digits
from bihuan.store.engine import Engine, quoted

QUANTILES = (1, 5, 25, 50, 75, 95, 99)
MOST_REPEATED = 20
MOST_GROUPS = 50
ROUND = (Decimal(10000), Decimal(1000), Decimal(100), Decimal(10), Decimal(1))


@dataclass(frozen=True)
class Total:
    """Numbers of one sign, or all."""

    rows: int
    amount: Decimal


@dataclass(frozen=True)
class Band:
    """Numbers from `low` up to, but without, `high`; None is without end."""

    low: Decimal | None
    high: Decimal | None
    rows: int
    amount: Decimal


@dataclass(frozen=True)
class Repeated:
    """One number and how often it stands there."""

    value: Decimal
    rows: int


@dataclass(frozen=True)
class Group:
    """The numbers of one group of rows."""

    names: tuple[str, ...]  # values of the columns that make the group
    rows: int
    amount: Decimal
    share: float | None  # of the whole amount
    frequency_factor: float  # of this group


@dataclass(frozen=True)
class Numbers:
    """What a column of numbers looks like."""

    currency: str | None
    empty: int
    all: Total
    positive: Total
    zero: Total
    negative: Total
    distinct: int
    least: Decimal | None
    most: Decimal | None
    mean: Decimal | None
    deviation: float | None  # standard deviation
    quantiles: dict[str, Decimal]  # the smallest number that so many percent do not exceed
    bands: tuple[Band, ...]
    repeated: tuple[Repeated, ...]
    frequency_factor: (
        float  # sum of squares of repeated counts over the square of all (Nigrini): 1 where all are the same
    )
    round_shares: dict[str, float]  # share of the numbers above nothing that are multiples
    digits: Digits
    groups: tuple[Group, ...]  # by the columns asked for, the largest amounts first


def numbers(engine: Engine, asked: Asked, column: Column) -> Numbers:
    """Profile one column of numbers."""
    currency = one_currency(engine, asked) if column.type in ("money", "price") else None
    count_numbers(engine, asked, column)
    empty = engine.one(f"SELECT count(*) {asked.rows_with(f'{column.name} IS NULL')}")[0]
    signs = dict(_signs(engine))
    rows = sum(one.rows for one in signs.values())
    amount = sum((one.amount for one in signs.values()), Decimal(0))
    distinct, least, most, deviation = engine.one(_SPREAD)
    return Numbers(
        currency=currency,
        empty=empty,
        all=Total(rows, amount),
        positive=signs[1],
        zero=signs[0],
        negative=signs[-1],
        distinct=distinct,
        least=_exact(least),
        most=_exact(most),
        mean=(amount / rows).quantize(Decimal("0.01")) if rows else None,
        deviation=deviation,
        quantiles=_quantiles(engine, rows),
        bands=tuple(_bands(engine)),
        repeated=tuple(Repeated(Decimal(value), count) for value, count in engine.rows(_REPEATED)),
        frequency_factor=engine.one(_FACTOR)[0] or 0.0,
        round_shares=_round_shares(engine),
        digits=test_digits(engine),
        groups=tuple(_groups(engine, asked, column, amount)),
    )


_SPREAD = """
WITH centre AS (SELECT sum(CAST(value AS DOUBLE) * n) / nullif(sum(n), 0) AS mean, sum(n) AS whole FROM counts)
SELECT count(*), min(value), max(value),
  sqrt(sum(n * (CAST(value AS DOUBLE) - mean) ** 2) / nullif(max(whole) - 1, 0))
FROM counts CROSS JOIN centre
"""
_REPEATED = f"SELECT value, n FROM counts WHERE n > 1 AND value <> 0 ORDER BY n DESC, value DESC LIMIT {MOST_REPEATED}"
_FACTOR = """
SELECT sum(CAST(n AS DOUBLE) * n) FILTER (WHERE n > 1) / nullif(CAST(sum(n) AS DOUBLE) * sum(n), 0)
FROM counts WHERE value <> 0
"""


def _signs(engine: Engine) -> Iterator[tuple[int, Total]]:
    found = {sign: Total(int(rows), Decimal(amount)) for sign, rows, amount in engine.rows(
        "SELECT CASE WHEN value > 0 THEN 1 WHEN value < 0 THEN -1 ELSE 0 END AS s, sum(n), sum(value * n) "
        "FROM counts GROUP BY s"
    )}  # fmt: skip
    for sign in (1, 0, -1):
        yield sign, found.get(sign, Total(0, Decimal(0)))


def _quantiles(engine: Engine, rows: int) -> dict[str, Decimal]:
    if not rows:
        return {}
    ranks = {percent: max(1, -(-rows * percent // 100)) for percent in QUANTILES}
    asked = ", ".join(f"min(value) FILTER (WHERE upto >= {rank})" for rank in ranks.values())
    found = engine.one(
        f"WITH running AS (SELECT value, sum(n) OVER (ORDER BY value ROWS UNBOUNDED PRECEDING) AS upto FROM counts) "
        f"SELECT {asked} FROM running"
    )
    return {f"p{percent}": Decimal(value) for percent, value in zip(ranks, found, strict=True)}


def _bands(engine: Engine) -> Iterator[Band]:
    """Strata with limits at 1, 2 and 5 of each power of ten, as far as the numbers go; below nothing mirrored."""
    reach = Decimal(engine.one("SELECT coalesce(max(abs(value)), 0) FROM counts")[0])
    above = list(_limits(reach))
    limits = [*(-one for one in reversed(above)), Decimal(0), *above]
    cases = " ".join(f"WHEN value < {limit} THEN {at}" for at, limit in enumerate(limits))
    found = engine.rows(
        f"SELECT CASE {cases} ELSE {len(limits)} END AS band, sum(n), sum(value * n) FROM counts "
        "GROUP BY band ORDER BY band"
    )
    for at, rows, amount in found:
        low, high = (limits[at - 1] if at else None), (limits[at] if at < len(limits) else None)
        yield Band(low, high, int(rows), Decimal(amount))


def _limits(reach: Decimal) -> Iterator[Decimal]:
    power = Decimal(1)
    while power <= reach:
        for step in (1, 2, 5):
            if step * power <= reach:
                yield step * power
        power *= 10


def _round_shares(engine: Engine) -> dict[str, float]:
    asked = ", ".join(f"coalesce(sum(n) FILTER (WHERE value % {one} = 0), 0)" for one in ROUND)
    *found, whole = engine.one(f"SELECT {asked}, coalesce(sum(n), 0) FROM counts WHERE value > 0")
    return {str(one): float(count) / float(whole) for one, count in zip(ROUND, found, strict=True)} if whole else {}


def _groups(engine: Engine, asked: Asked, column: Column, whole: Decimal) -> Iterator[Group]:
    """Amounts and repeats of each group: one firm that is always paid the same stands out (Nigrini's subset test)."""
    if not asked.by:
        return
    names, value = ", ".join(map(quoted, asked.by)), quoted(column.name)
    rows = engine.rows(
        f"WITH held AS (SELECT {names}, {value} AS value, count(*) AS n "
        f"{asked.rows_with(f'{value} IS NOT NULL')} GROUP BY {names}, {value}) "
        f"SELECT {names}, sum(n), sum(value * n) AS amount, "
        "coalesce(sum(CAST(n AS DOUBLE) * n) FILTER (WHERE n > 1), 0) / (CAST(sum(n) AS DOUBLE) * sum(n)) "
        f"FROM held GROUP BY {names} ORDER BY abs(amount) DESC, {names} LIMIT {MOST_GROUPS}"
    )
    for *found, count, amount, factor in rows:
        shown = (asked.show(asked.model.column(name), one) for name, one in zip(asked.by, found, strict=True))
        share = float(Decimal(amount) / whole) if whole else None
        yield Group(tuple("" if one is None else str(one) for one in shown), int(count), Decimal(amount), share, factor)


def _exact(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
