"""The SQL that draws: a seed decides every item, so one seed on the same books gives one sample on any engine.

Random: items in the order of md5(seed:item). Systematic and monetary: points are made from md5 of the seed in whole
numbers (places or cents), and the items that hold them are taken in the order of the books.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal

from bihuan.sample.plan import Plan
from bihuan.sample.population import Facts, items_of
from bihuan.sample.sized import Sized
from bihuan.store.engine import text

COLUMNS = "item, amount, lines, stratum"


def statement(plan: Plan, facts: Facts, size: Sized, seed: str) -> str:
    """The SELECT that gives item, amount, lines, stratum and hits of all that is drawn by chance."""
    if plan.kind == "money":
        rest = int((facts.amount - size.certain_amount) * 100)
        return _by_money(plan, _points(plan.how, seed, rest, size.size), size.certain_from)
    if plan.how == "systematic":
        return _by_place(plan, _points("fixed", seed, facts.items, size.size))
    return _by_chance(plan, facts, size, seed)


def certain(plan: Plan, size: Sized) -> str:
    """The SELECT that gives the items that are taken for certain, in the same columns."""
    return (
        f"{items_of(plan.population)}\nSELECT {COLUMNS}, 0 AS hits FROM items "
        f"WHERE amount >= {size.certain_from} ORDER BY item"
    )


def rows_of(plan: Plan, items: Sequence[int]) -> str:
    """The SELECT that gives every row of the chosen items."""
    held = plan.population
    where = f" WHERE ({held.where}\n)" if held.where else ""
    by = ", ".join(f'"{one}"' for one in held.by)
    item = f"min(row_id) OVER (PARTITION BY {by})" if by else "row_id"
    listed = ", ".join(map(str, items)) or "NULL"
    return (
        f'WITH numbered AS (SELECT row_id, {item} AS item FROM "{held.table}"{where}) '
        f"SELECT item, list_sort(list(row_id)) AS held FROM numbered WHERE item IN ({listed}) GROUP BY item"
    )


def number(seed: str, index: int, below: int) -> int:
    """A number from 0 to below - 1 that looks random and is the same everywhere (128 bits of md5)."""
    return int.from_bytes(hashlib.md5(f"{seed}:{index}".encode(), usedforsecurity=False).digest(), "big") % below


def _points(how: str, seed: str, whole: int, count: int) -> list[int]:
    """Places from 1 to `whole`: at one distance from a random start, one in each cell, or all at random."""
    if whole < 1 or count < 1:
        return []
    if how == "random":
        return sorted(number(seed, one, whole) + 1 for one in range(count))
    # Point k lies in cell k of the whole cut into `count` equal cells; in whole numbers nothing is left over.
    starts = [number(seed, 0 if how == "fixed" else one, whole) for one in range(count)]
    return [(start + index * whole) // count + 1 for index, start in enumerate(starts)]


def _by_chance(plan: Plan, facts: Facts, size: Sized, seed: str) -> str:
    shuffle = f"md5(concat({text(seed)}, ':', CAST(item AS VARCHAR))), item"
    if len(facts.strata) == 1:  # no need to number ten million rows for sixty
        return (
            f"{items_of(plan.population)},\nshuffled AS (\n  SELECT {COLUMNS} FROM items ORDER BY {shuffle} "
            f"LIMIT {size.size}\n)\nSELECT {COLUMNS}, 1 AS hits FROM shuffled ORDER BY item"
        )
    wanted = " ".join(f"WHEN {text(one.name)} THEN {part}" for one, part in zip(facts.strata, size.parts, strict=True))
    return (
        f"{items_of(plan.population)},\nshuffled AS (\n  SELECT {COLUMNS}, row_number() OVER "
        f"(PARTITION BY stratum ORDER BY {shuffle}) AS place\n"
        f"  FROM items\n)\nSELECT {COLUMNS}, 1 AS hits FROM shuffled\n"
        f"WHERE place <= CASE stratum {wanted} ELSE 0 END\nORDER BY item"
    )


def _by_place(plan: Plan, places: Sequence[int]) -> str:
    listed = ", ".join(map(str, places)) or "NULL"
    return (
        f"{items_of(plan.population)},\nplaced AS (\n  SELECT {COLUMNS}, row_number() OVER (ORDER BY item) AS place\n"
        f"  FROM items\n)\nSELECT {COLUMNS}, 1 AS hits FROM placed WHERE place IN ({listed}) ORDER BY item"
    )


def _by_money(plan: Plan, points: Sequence[int], limit: Decimal | None) -> str:
    """Join items and points by stretches of money no shorter than an item; comparing all with all takes far longer.

    Rounding in the division cannot lose a point: it keeps the order, and the next two stretches are looked at, too.
    """
    listed = ", ".join(f"({Decimal(one) / 100:.2f})" for one in points) or "(-1.00)"
    stretch = "floor(CAST({} AS DOUBLE) / {})"
    return (
        f"{items_of(plan.population)},\nsummed AS (\n  SELECT {COLUMNS}, "
        "sum(amount) OVER (ORDER BY item ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS upto\n"
        f"  FROM items WHERE amount > 0 AND amount < {limit}\n),\n"
        f"running AS (SELECT {COLUMNS}, upto, {stretch.format('upto', limit)} AS stretch FROM summed),\n"
        "points AS (\n  SELECT CAST(place AS DECIMAL(38, 2)) AS place, "
        f"{stretch.format('place', limit)} + step AS stretch\n"
        f"  FROM (VALUES {listed}) AS listed (place) CROSS JOIN (VALUES (0), (1), (2)) AS steps (step)\n)\n"
        f"SELECT {COLUMNS}, count(*) AS hits\nFROM running\n"
        "JOIN points ON points.stretch = running.stretch AND points.place > upto - amount AND points.place <= upto\n"
        f"GROUP BY {COLUMNS}\nORDER BY item"
    )
