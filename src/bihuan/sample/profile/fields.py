"""All columns of a table at a glance: how full, how many different values, from where to where, control totals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bihuan.model.table import Column
from bihuan.sample.profile.asked import Asked, currencies
from bihuan.store.engine import Engine, quoted

SUMMED = ("money", "price", "quantity")


@dataclass(frozen=True)
class Field:
    """One column; personal values are shown as the asker may see them."""

    name: str
    type: str
    zh: str
    en: str
    filled: int
    empty: int
    distinct: int
    low: Any  # least value; for text the first in order
    high: Any
    total: Decimal | None  # None where nothing can be added up, or where currencies differ
    zero: int | None
    negative: int | None


@dataclass(frozen=True)
class Fields:
    """The table."""

    rows: int
    currencies: tuple[str, ...]
    fields: tuple[Field, ...]


def fields(engine: Engine, asked: Asked) -> Fields:
    """Profile every column of the table."""
    held = currencies(engine, asked)
    (rows,) = engine.one(f"SELECT count(*) {asked.rows}")
    return Fields(rows, tuple(held), tuple(_field(engine, asked, one, rows, held) for one in asked.model.columns))


def _field(engine: Engine, asked: Asked, column: Column, rows: int, held: list[str]) -> Field:
    name = quoted(column.name)
    numeric = column.type in (*SUMMED, "integer")
    extra = f", sum({name}), count_if({name} = 0), count_if({name} < 0)" if numeric else ", NULL, NULL, NULL"
    filled, distinct, low, high, total, zero, negative = engine.one(
        f"SELECT count({name}), count(DISTINCT {name}), min({name}), max({name}){extra} {asked.rows}"
    )
    is_summed = column.type in SUMMED and (column.type == "quantity" or len(held) < 2)
    return Field(
        name=column.name,
        type=column.type,
        zh=column.zh,
        en=column.en,
        filled=filled,
        empty=rows - filled,
        distinct=distinct,
        low=asked.show(column, low),
        high=asked.show(column, high),
        total=Decimal(total) if is_summed and total is not None else None,
        zero=zero,
        negative=negative,
    )
