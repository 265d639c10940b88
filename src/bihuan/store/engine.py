"""One DuckDB session, pinned so that the same query gives the same rows everywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from bihuan.settings import Settings

EngineError = duckdb.Error
OutOfMemory = duckdb.OutOfMemoryException
Params = Mapping[str, object] | Sequence[object] | None


class Engine:
    """A DuckDB session; use it in a `with` block. One thread at a time; `cursor()` for another."""

    name = "duckdb"
    version = duckdb.__version__

    def __init__(self, connection: duckdb.DuckDBPyConnection, time_zone: str) -> None:
        """A session that is set up: the zone and the rules of arithmetic are a session's own, not the database's."""
        self._connection, self._time_zone = connection, time_zone
        connection.execute(f"SET TimeZone = {text(time_zone)}")
        connection.execute("SET ieee_floating_point_ops = false")
        connection.execute("SET enable_progress_bar = false")

    def run(self, query: str, params: Params = None) -> None:
        """Execute for its effect."""
        self._connection.execute(query, params)

    def rows(self, query: str, params: Params = None) -> list[tuple[Any, ...]]:
        """All rows as tuples; money comes as Decimal."""
        return self._connection.execute(query, params).fetchall()

    def one(self, query: str, params: Params = None) -> tuple[Any, ...]:
        """The first row; a query that must give one."""
        return self.rows(query, params)[0]

    def columns(self, query: str, params: Params = None) -> list[tuple[str, str]]:
        """Names and SQL types of the columns that a query gives, without running it."""
        found = self._connection.execute(f"DESCRIBE {query}", params).fetchall()
        return [(row[0], row[1]) for row in found]

    def columns_read(self, query: str) -> set[str]:
        """Which columns of the tables below it a query has to read, without running it."""
        plan = json.loads(self._connection.execute(f"EXPLAIN (FORMAT json) {query}").fetchall()[0][1])
        found, waiting = set[str](), list(plan)
        while waiting:
            step = waiting.pop()
            waiting += step["children"]
            read = step["extra_info"].get("Projections", []) if step["name"].strip().endswith("SCAN") else []
            found |= {read} if isinstance(read, str) else set(read)
        return found

    def arrow(self, query: str, params: Params = None, *, batch: int = 65536) -> pa.RecordBatchReader:
        """The rows as a stream of Arrow batches; finish or drop it before the next query."""
        relation = self._connection.sql(query, params=params) if params else self._connection.sql(query)
        return relation.to_arrow_reader(batch)

    def register(self, name: str, table: Any) -> None:
        """Make an Arrow table or reader readable under `name`."""
        self._connection.register(name, table)

    def unregister(self, name: str) -> None:
        """Forget a registered table."""
        self._connection.unregister(name)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The session itself, for Splink, which brings its own queries."""
        return self._connection

    def cursor(self) -> Engine:
        """A second session on the same database, for another thread."""
        return Engine(self._connection.cursor(), self._time_zone)

    def interrupt(self) -> None:
        """Stop the running query from another thread."""
        self._connection.interrupt()

    def close(self) -> None:
        """Let go of the session."""
        self._connection.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def connect(settings: Settings, *, spill: Path | None = None) -> Engine:
    """A fresh in-memory session: no extensions, no network, the workspace's zone and limits.

    `spill` is the folder to which large sorts and joins may go.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": settings.memory_limit,
    }
    if settings.threads:
        config["threads"] = settings.threads
    if spill is not None:
        config["temp_directory"] = str(spill)
    return Engine(duckdb.connect(":memory:", config=config), settings.time_zone)


def quoted(name: str) -> str:
    """An SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """An SQL text literal."""
    return "'" + value.replace("'", "''") + "'"
