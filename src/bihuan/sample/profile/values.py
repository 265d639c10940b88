"""A column of words: which values, how often, how long, and what they are shaped like."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.model.table import Column
from bihuan.sample.profile.asked import Asked
from bihuan.store.engine import Engine, quoted

MOST = 20


@dataclass(frozen=True)
class Often:
    """A value or a shape, and how many rows have it."""

    value: str
    rows: int


@dataclass(frozen=True)
class Values:
    """What a column of words looks like."""

    filled: int
    empty: int
    distinct: int
    once: int  # values that stand in one row only
    shortest: int | None
    longest: int | None
    top: tuple[Often, ...]
    shapes: tuple[Often, ...]  # digits as 9, letters as A, Chinese as 汉; all else as it stands


def values(engine: Engine, asked: Asked, column: Column) -> Values:
    """Profile one column of words, codes or flags."""
    name = quoted(column.name)
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE words AS SELECT CAST({name} AS VARCHAR) AS value, count(*) AS n "
        f"{asked.rows_with(f'{name} IS NOT NULL')} GROUP BY {name}"
    )
    (rows,) = engine.one(f"SELECT count(*) {asked.rows}")
    filled, distinct, once, shortest, longest = engine.one(
        "SELECT coalesce(sum(n), 0), count(*), coalesce(count_if(n = 1), 0), min(length(value)), max(length(value)) "
        "FROM words"
    )
    top = engine.rows(f"SELECT value, n FROM words ORDER BY n DESC, value LIMIT {MOST}")
    shapes = engine.rows(
        f"SELECT {_SHAPE} AS shape, sum(n) AS n FROM words GROUP BY shape ORDER BY n DESC, shape LIMIT 10"
    )
    return Values(
        filled=int(filled),
        empty=rows - int(filled),
        distinct=distinct,
        once=once,
        shortest=shortest,
        longest=longest,
        top=tuple(Often(str(asked.show(column, value)), count) for value, count in top),
        shapes=tuple(Often(shape, int(count)) for shape, count in shapes),
    )


_SHAPE = (
    "regexp_replace(regexp_replace(regexp_replace(value, '[0-9]', '9', 'g'), '[A-Za-z]', 'A', 'g'), "
    "'[\\x{4e00}-\\x{9fff}]+', '汉', 'g')"
)
