"""Every number of a column with how often it stands there: small, and enough for all tests of numbers."""

from __future__ import annotations

from bihuan.model.table import Column
from bihuan.sample.profile.asked import Asked
from bihuan.store.engine import Engine, quoted

NUMERIC = ("money", "price", "quantity", "integer")


def count_numbers(engine: Engine, asked: Asked, column: Column) -> None:
    """Make the temporary tables `counts(value, n)`, and `tested(value, n, digits, tail)` of those whose digits count.

    `digits` is the text of the number without point, sign and leading noughts, so no logarithm is taken; a short one
    gets noughts behind it, for 5 begins like 500. `tail` is the last two digits, cents of money.
    """
    name = quoted(column.name)
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE counts AS SELECT {name} AS value, count(*) AS n "
        f"{asked.rows_with(f'{name} IS NOT NULL')} GROUP BY {name}"
    )
    chosen = f"value <= -{asked.least}" if asked.is_negative else f"value >= {asked.least}"
    engine.run(
        "CREATE OR REPLACE TEMP TABLE tested AS SELECT abs(value) AS value, n, "
        f"{digits_of('value')} AS digits, right({_bare('value')}, 2) AS tail FROM counts WHERE {chosen} AND value <> 0"
    )


def digits_of(number: str) -> str:
    """SQL for the significant digits of an exact number as text, at least three of them."""
    plain = f"ltrim({_bare(number)}, '0')"
    return f"CASE WHEN length({plain}) < 3 THEN rpad({plain}, 3, '0') ELSE {plain} END"


def _bare(number: str) -> str:
    return f"replace(replace(CAST({number} AS VARCHAR), '.', ''), '-', '')"
