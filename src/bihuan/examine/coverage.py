"""What was examined: rows of each population per unit and month, counted once for all methods that share it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from bihuan.examine.header import Header
from bihuan.model.table import tables
from bihuan.store.canonical import canonical
from bihuan.store.engine import Engine
from bihuan.store.transpile import parse


class Coverage:
    """Counts populations in a session and remembers them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held: dict[bytes, pa.Table] = {}

    def of(self, header: Header) -> pa.Table:
        """unit, month (its first day; none where the table has no date) and rows, in that order."""
        sql = coverage_sql(header)
        constants = {name: header.params[name] for name in parse(sql).constants}
        known = canonical([sql, constants])
        if known not in self._held:
            self._held[known] = self._engine.arrow(sql, constants or None).read_all()
        return self._held[known]


def coverage_sql(header: Header) -> str:
    """The query that counts a method's population."""
    table = tables()[header.population.table]
    unit = table.unit or "CAST(NULL AS VARCHAR)"
    month = f"CAST(date_trunc('month', {table.date}) AS DATE)" if table.date else "CAST(NULL AS DATE)"
    where = f"WHERE {header.population.where}" if header.population.where else ""
    return (
        f"SELECT {unit} AS unit, {month} AS month, count(*) AS rows "
        f"FROM {table.name} {where} GROUP BY ALL ORDER BY unit NULLS LAST, month NULLS LAST"
    )


def rows_of(coverage: pa.Table) -> int:
    """How many rows were examined in all."""
    return pc.sum(coverage["rows"]).as_py() or 0
