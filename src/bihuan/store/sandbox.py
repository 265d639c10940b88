"""An auditor's own SQL: read-only, on one snapshot, with nothing else of the machine in reach.

`enable_external_access=false` alone would refuse our own Parquet, and with `allowed_directories` a COPY TO could write
into the snapshot. So, each a wall of its own: exactly one statement of type SELECT; it names tables of the books and
nothing else; only the snapshot's own parts can be opened; the configuration is locked; parts are read-only files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from bihuan.errors import BadQuery
from bihuan.store.books import open_books
from bihuan.store.engine import Engine, EngineError, text
from bihuan.store.snapshot import Snapshot, part_path
from bihuan.store.workspace import Workspace

# What makes rows out of a query's own values; every other table function may reach files, settings or secrets.
SERIES = ("unnest", "explode", "range", "generateseries", "generate_series")
BATCH = 4096
MOST_BYTES = 512 << 20  # of one batch: a cell of a hundred million numbers must not take the machine down


@dataclass(frozen=True)
class Asked:
    """One SELECT of an auditor, checked."""

    sql: str
    tree: exp.Query


@dataclass(frozen=True)
class Answer:
    """What a query gives: its columns (name, SQL type), and its rows as they come."""

    columns: list[tuple[str, str]]
    rows: Iterator[tuple[Any, ...]]


def checked(query: str, tables: Collection[str]) -> Asked:
    """The query, if it is exactly one SELECT on those tables; otherwise BadQuery."""
    _one_select(query)
    sql = query.strip().rstrip(";").strip()
    try:
        tree = sqlglot.parse_one(sql, dialect="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise BadQuery(f"the query cannot be read: {' '.join(str(error).split())}. Write it more plainly.") from None
    if not isinstance(tree, exp.Query):
        raise BadQuery("the query is no SELECT. The books are read-only: give a SELECT.")
    _only_the_books(tree, tables)
    return Asked(sql, tree)


def open_sandbox(workspace: Workspace, snapshot: Snapshot) -> Engine:
    """The books, opened so that only they can be read and nothing can be written or changed."""
    engine = open_books(workspace, snapshot)
    parts = ", ".join(text(str(part_path(workspace, one.hash).resolve())) for one in snapshot.parts)
    engine.run("SET temp_directory = ''")
    engine.run(f"SET allowed_paths = [{parts}]")
    engine.run("SET enable_external_access = false")
    engine.run("SET lock_configuration = true")
    return engine


def answer(engine: Engine, asked: Asked) -> Answer:
    """Run the query; its rows are read while they are used, never all at once."""
    try:
        columns = engine.columns(asked.sql)
        return Answer(columns, _rows(engine, asked.sql))
    except EngineError as error:
        raise _failed(error) from None


def _rows(engine: Engine, sql: str) -> Iterator[tuple[Any, ...]]:
    try:
        with closing(engine.arrow(sql, batch=BATCH)) as reader:
            for batch in reader:
                yield from _tuples(batch)
    except EngineError as error:
        raise _failed(error) from None
    except (pa.ArrowException, OSError) as error:
        raise BadQuery(f"the query failed: {str(error).splitlines()[0]}") from None


def _tuples(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    if batch.nbytes > MOST_BYTES:
        raise BadQuery(f"{batch.num_rows} rows of the result take {batch.nbytes >> 20} MB. Ask for smaller cells.")
    columns = [[_whole(one) for one in column.to_pylist()] for column in batch.columns]
    return zip(*columns, strict=True)


def _whole(value: Any) -> Any:
    """Large integers come as decimals without places."""
    return int(value) if isinstance(value, Decimal) and value.as_tuple().exponent == 0 else value


def _one_select(query: str) -> None:
    try:
        statements: Sequence[duckdb.Statement] = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise BadQuery(f"the query cannot be read: {_brief(error)}") from None
    if len(statements) != 1:
        raise BadQuery(f"{len(statements)} statements were given. Give exactly one SELECT.")
    if statements[0].type != duckdb.StatementType.SELECT:
        kind = str(statements[0].type).rsplit(".", 1)[-1]
        raise BadQuery(f"{kind} is not allowed. The books are read-only: give a SELECT.")


def _only_the_books(tree: exp.Query, tables: Collection[str]) -> None:
    own = {one.alias.lower() for one in tree.find_all(exp.CTE)}
    for one in tree.find_all(exp.Table):
        if isinstance(one.this, exp.Func):
            if _function(one.this) not in SERIES:
                raise BadQuery(f"{one.this.sql(dialect='duckdb')} is refused. Read the books: {_listed(tables)}.")
        elif one.name.lower() not in own and one.name.lower() not in tables:
            raise BadQuery(f"there is no table {one.name!r} in the books. There are: {_listed(tables)}.")


def _function(call: exp.Func) -> str:
    return (call.name if isinstance(call, exp.Anonymous) else call.sql_name()).lower()


def _listed(tables: Collection[str]) -> str:
    return ", ".join(sorted(tables)) or "none; collect first"


def _failed(error: Exception) -> BadQuery:
    return BadQuery(f"the query failed: {_brief(error)}")


def _brief(error: Exception) -> str:
    """What DuckDB says, without its copy of the query."""
    return " ".join(str(error).split("\n\nLINE ")[0].split())
