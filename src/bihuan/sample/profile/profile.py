"""The profile of a table or of some of its columns, each looked at as its type asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bihuan.model.table import Column
from bihuan.sample.profile.asked import Asked
from bihuan.sample.profile.counts import NUMERIC
from bihuan.sample.profile.fields import Fields, fields
from bihuan.sample.profile.gaps import Gaps, gaps
from bihuan.sample.profile.numbers import Numbers, numbers
from bihuan.sample.profile.periods import Periods, periods
from bihuan.sample.profile.values import Values, values
from bihuan.store.engine import Engine


@dataclass(frozen=True)
class Profiled:
    """One column; what does not fit its type is None."""

    column: Column
    numbers: Numbers | None = None
    periods: Periods | None = None
    gaps: Gaps | None = None
    values: Values | None = None

    @property
    def as_json(self) -> dict[str, Any]:
        """For machines, without what is None."""
        parts = {name: getattr(self, name) for name in ("numbers", "periods", "gaps", "values")}
        held = {name: asdict(part) for name, part in parts.items() if part is not None}
        return {
            "column": self.column.name,
            "type": self.column.type,
            "zh": self.column.zh,
            "en": self.column.en,
            **held,
        }


@dataclass(frozen=True)
class Profile:
    """A table: its fields where no column was named, else those columns."""

    asked: Asked
    fields: Fields | None
    columns: tuple[Profiled, ...]


def profile(engine: Engine, asked: Asked, names: Sequence[str]) -> Profile:
    """Look at the columns named, or at all fields of the table."""
    columns = [asked.model.column(one) for one in names]
    if not columns:
        return Profile(asked, fields(engine, asked), ())
    return Profile(asked, None, tuple(_profiled(engine, asked, one) for one in columns))


def _profiled(engine: Engine, asked: Asked, column: Column) -> Profiled:
    if column.type == "integer":
        return Profiled(column, numbers=numbers(engine, asked, column), gaps=gaps(engine, asked, column))
    if column.type in NUMERIC:
        return Profiled(column, numbers=numbers(engine, asked, column))
    if column.type in ("date", "instant"):
        return Profiled(column, periods=periods(engine, asked, column))
    return Profiled(column, values=values(engine, asked, column))
