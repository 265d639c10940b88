"""The draw: the items of a sample, and the rows that each of them is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bihuan.sample.plan import Plan
from bihuan.sample.population import Facts
from bihuan.sample.sized import Sized
from bihuan.sample.statement import certain, rows_of, statement
from bihuan.store.engine import Engine


@dataclass(frozen=True)
class Chosen:
    """One item of the sample."""

    number: int  # in the sample, from 1, in the order of the books
    item: int  # row_id of its first row
    amount: Decimal | None
    lines: int
    stratum: str
    hits: int  # points of money in it; 1 where items are drawn, 0 where it was taken for certain
    is_certain: bool
    rows: tuple[int, ...]


def draw(engine: Engine, plan: Plan, facts: Facts, size: Sized, seed: str) -> list[Chosen]:
    """The items in the order of the books."""
    found = [_chosen(row, is_certain=False) for row in engine.rows(statement(plan, facts, size, seed))]
    if size.certain:
        found += [_chosen(row, is_certain=True) for row in engine.rows(certain(plan, size))]
    ordered = sorted(found, key=lambda one: one.item)
    held = dict(engine.rows(rows_of(plan, [one.item for one in ordered])))
    return [replace(one, number=number, rows=tuple(held[one.item])) for number, one in enumerate(ordered, 1)]


def _chosen(row: tuple[int, Decimal | None, int, str, int], *, is_certain: bool) -> Chosen:
    item, amount, lines, stratum, hits = row
    return Chosen(0, item, amount, lines, stratum, hits, is_certain, ())
