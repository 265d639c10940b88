"""What a profile is asked for, and the engine that answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bihuan.errors import WrongUse
from bihuan.model.table import Column, Table, table
from bihuan.sample.plan import Population
from bihuan.sample.population import opened
from bihuan.store.engine import Engine, quoted
from bihuan.store.snapshot import Snapshot
from bihuan.store.workspace import Workspace

TEN = Decimal(10)


def unmasked(value: object) -> object:
    """A value as it is."""
    return value


@dataclass(frozen=True)
class Asked:
    """Which table, which rows, and how personal values are to be shown."""

    table: str
    where: str | None = None
    by: tuple[str, ...] = ()  # columns of groups: for gaps and for breaking a sum down
    least: Decimal = TEN  # numbers nearer to nothing are left out of the tests of digits
    is_negative: bool = False  # test the digits of the negative numbers instead
    as_of: date | None = None  # day from which ages are counted; the last day in the data unless given
    shown: Callable[[object], object] = field(default=unmasked, compare=False)

    @property
    def model(self) -> Table:
        """The table's model."""
        return table(self.table)

    @property
    def rows(self) -> str:
        """FROM and WHERE of every query."""
        return f"FROM {quoted(self.table)}" + (f" WHERE ({self.where}\n)" if self.where else "")

    def rows_with(self, condition: str) -> str:
        """The same rows where a condition holds, too."""
        return f"{self.rows} {'AND' if self.where else 'WHERE'} {condition}"

    def show(self, column: Column, value: object) -> object:
        """A value of that column as it may be seen."""
        return self.shown(value) if column.personal else value


@contextmanager
def session(workspace: Workspace, snapshot: Snapshot, asked: Asked) -> Iterator[Engine]:
    """An engine in which the condition can reach nothing but the books."""
    for one in asked.by:
        asked.model.column(one)
    with opened(workspace, snapshot, Population(asked.table, where=asked.where)) as engine:
        yield engine


def currencies(engine: Engine, asked: Asked) -> list[str]:
    """The currencies of the rows; none where the table has none."""
    if "currency" not in asked.model.names:
        return []
    return [name or "" for (name,) in engine.rows(f"SELECT DISTINCT currency {asked.rows} ORDER BY currency")]


def one_currency(engine: Engine, asked: Asked) -> str | None:
    """The currency of the rows; amounts of several are never added up."""
    found = currencies(engine, asked)
    if len(found) > 1:
        raise WrongUse(
            f"{asked.table} holds several currencies ({', '.join(found)}), which are never added up. "
            f"Choose one: --where \"currency = '{found[0]}'\""
        )
    return found[0] if found else None
