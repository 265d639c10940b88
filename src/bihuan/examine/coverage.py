"""What was examined: rows of each population per unit and month, those of one table counted in one pass."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from bihuan.errors import BadQuery
from bihuan.examine.header import Header, Population
from bihuan.model.table import tables
from bihuan.store.engine import Engine, EngineError
from bihuan.store.transpile import Query, parse


class Coverage:
    """Counts the populations of methods in a session and remembers them."""

    def __init__(self, engine: Engine, headers: Iterable[Header]) -> None:
        self._engine = engine
        self._asked = [one for one in dict.fromkeys(header.population for header in headers) if _is_plain(one)]
        self._held: dict[Population, pa.Table] = {}

    def of(self, header: Header) -> pa.Table:
        """unit, month (its first day; none where the table has no date) and rows, in that order."""
        asked = header.population
        names = _constants(asked)
        if names:
            return self._counted([asked], {name: header.params[name] for name in names})[0]
        if asked not in self._held:
            self._count_together(asked)
        return self._held[asked]

    def _count_together(self, asked: Population) -> None:
        """Count every population of the table at once; where one of them cannot be counted, only the one asked for."""
        together = list(dict.fromkeys([asked, *(one for one in self._asked if one.table == asked.table)]))
        try:
            found = self._counted(together)
        except EngineError:
            together, found = [asked], self._counted([asked])
        self._held |= dict(zip(together, found, strict=True))

    def _counted(self, populations: list[Population], constants: dict[str, object] | None = None) -> list[pa.Table]:
        whole = self._engine.arrow(coverage_sql(populations), constants).read_all()
        return [_only(whole, f"rows_{index}") for index in range(len(populations))]


def coverage_sql(populations: list[Population]) -> str:
    """The query that counts populations of one table, each in its own column `rows_<n>`."""
    table = tables()[populations[0].table]
    unit = table.unit or "CAST(NULL AS VARCHAR)"
    month = f"CAST(date_trunc('month', {table.date}) AS DATE)" if table.date else "CAST(NULL AS DATE)"
    counts = ", ".join(
        f"count(*) FILTER (WHERE {one.where or 'true'}) AS rows_{index}" for index, one in enumerate(populations)
    )
    return (
        f"SELECT {unit} AS unit, {month} AS month, {counts} "
        f"FROM {table.name} GROUP BY ALL ORDER BY unit NULLS LAST, month NULLS LAST"
    )


def rows_of(coverage: pa.Table) -> int:
    """How many rows were examined in all."""
    return pc.sum(coverage["rows"]).as_py() or 0


def _only(whole: pa.Table, column: str) -> pa.Table:
    """The counts of one population, without the units and months that it does not touch."""
    one = whole.select(["unit", "month", column]).rename_columns(["unit", "month", "rows"])
    return one.filter(one["rows"].cast(pa.bool_()))


def _is_plain(population: Population) -> bool:
    """Whether it may be counted beside others: no constants of its own, no other table, and nothing unreadable."""
    try:
        return _query(population).tables == {population.table} and not _constants(population)
    except BadQuery:
        return False


def _constants(population: Population) -> frozenset[str]:
    return _query(population).constants


@cache
def _query(population: Population) -> Query:
    return parse(f"SELECT row_id FROM {population.table} WHERE {population.where or 'true'}")
