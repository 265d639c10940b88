"""A column of running numbers: which are missing and which stand twice, in each group."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.model.table import Column
from bihuan.sample.plan import VOUCHER
from bihuan.sample.profile.asked import Asked
from bihuan.store.engine import Engine, quoted

MOST = 50  # gaps that are listed


@dataclass(frozen=True)
class Gap:
    """Numbers that are missing from `first` to `last` in one group."""

    group: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True)
class Gaps:
    """Running numbers of a column."""

    by: tuple[str, ...]
    groups: int
    numbers: int  # different ones in their groups
    missing: int  # in all, also those of gaps that are not listed
    listed: tuple[Gap, ...]  # the widest


def gaps(engine: Engine, asked: Asked, column: Column) -> Gaps:
    """Find the gaps; voucher numbers run within unit, book, period and voucher type unless other groups are asked."""
    by = asked.by or (tuple(one for one in VOUCHER if one != "voucher_no") if column.name == "voucher_seq" else ())
    names = "".join(f"{quoted(one)}, " for one in by)
    partition = f"PARTITION BY {names.rstrip(', ')} " if by else ""
    steps = (
        f"WITH held AS (SELECT DISTINCT {names}{quoted(column.name)} AS number "
        f"{asked.rows_with(f'{quoted(column.name)} IS NOT NULL')}), "
        f"steps AS (SELECT {names}number, lead(number) OVER ({partition}ORDER BY number) AS after FROM held) "
    )
    numbers, missing = engine.one(f"{steps} SELECT count(*), coalesce(sum(after - number - 1), 0) FROM steps")
    (groups,) = engine.one(f"{steps} SELECT count(*) FROM (SELECT DISTINCT {names or '1 AS one'} FROM steps) AS found")
    rows = engine.rows(
        f"{steps} SELECT {names}number + 1, after - 1 FROM steps WHERE after > number + 1 "
        f"ORDER BY after - number DESC, {names}number LIMIT {MOST}"
    )
    listed = tuple(
        Gap(tuple(_shown(asked, name, one) for name, one in zip(by, row, strict=False)), row[-2], row[-1])
        for row in rows
    )
    return Gaps(by, groups, numbers, int(missing), listed)


def _shown(asked: Asked, name: str, value: object) -> str:
    shown = asked.show(asked.model.column(name), value)
    return "" if shown is None else str(shown)
