"""Any database that SQLAlchemy has a dialect for: SQL Server, Oracle, MySQL, Dameng …"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy
from sqlalchemy.engine import Connection, Inspector
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

from bihuan.collect.desk import Desk
from bihuan.collect.formats import _extract
from bihuan.collect.formats._grid import written
from bihuan.collect.handed import Handed, Reading
from bihuan.errors import BadSource

BATCH = 50_000  # rows fetched at once
DRIVERS = {
    "mssql": "pip install 'bihuan[sqlserver]', address mssql+pymssql://user:password@host/database?charset=utf8",
    "oracle": "pip install 'bihuan[oracle]', address oracle+oracledb://user:password@host/?service_name=NAME",
    "mysql": "pip install pymysql, address mysql+pymysql://user:password@host/database?charset=utf8mb4",
    "dm": "pip install dmPython dmSQLAlchemy, address dm+dmPython://user:password@host:5236",
    "kingbase": "an address that begins with postgresql://, since Kingbase speaks that protocol",
}
SYSTEM = frozenset(
    {"information_schema", "sys", "guest", "INFORMATION_SCHEMA", "SYS", "SYSTEM", "mysql", "performance_schema"}
)


def read(handed: Handed, desk: Desk) -> Reading:
    """A grid for each table with rows; the extract lies in the folder that was handed with it."""
    if not _extract.is_whole(handed.path):
        _extract.begin(handed.path)
        try:
            engine = sqlalchemy.create_engine(handed.url, hide_parameters=True)
            with engine.connect() as connection:
                _all(connection, handed, desk)
            engine.dispose()
        except (NoSuchModuleError, ImportError):
            raise _no_driver(handed) from None
        except (SQLAlchemyError, OSError) as error:
            raise _extract.failed(handed, getattr(error, "orig", None) or error) from None
    return _extract.reading(handed, desk)


def _all(connection: Connection, handed: Handed, desk: Desk) -> None:
    inspector = sqlalchemy.inspect(connection)
    schema = _schema(inspector, handed)
    found = {
        table: tuple(str(column["name"]) for column in columns)
        for (_, table), columns in inspector.get_multi_columns(schema=schema).items()
    }
    if not found:
        raise BadSource(f"{handed.label}: this account sees no table. Name the schema: {handed.name}/SCHEMA.")
    files = {}
    for table in _extract.chosen(found, handed, desk):
        target = _extract.place(handed.path, table)
        query = _query(inspector, schema, table, found[table])
        if _rows(connection, query, found[table], target):
            files[target.name] = table
    _extract.finish(handed.path, files)


def _schema(inspector: Inspector, handed: Handed) -> str | None:
    """The schema asked for, or the account's own; where that is empty, the only one that holds tables."""
    if _extract.asked(handed.name).schema or not inspector.get_table_names():
        names = [one for one in inspector.get_schema_names() if one not in SYSTEM]
        holding = {one: len(inspector.get_table_names(schema=one)) for one in names}
        return _extract.schema_of(handed, {one: count for one, count in holding.items() if count})
    return None


def _query(
    inspector: Inspector, schema: str | None, table: str, columns: Sequence[str]
) -> sqlalchemy.Select[tuple[object, ...]]:
    """In the order of the primary key, so that the same rows give the same extract."""
    source = sqlalchemy.table(table, *map(sqlalchemy.column, columns), schema=schema)
    key = inspector.get_pk_constraint(table, schema=schema).get("constrained_columns") or []
    return sqlalchemy.select(source).order_by(*[source.c[name] for name in key])


def _rows(
    connection: Connection, query: sqlalchemy.Select[tuple[object, ...]], columns: Sequence[str], target: Path
) -> bool:
    """Whether there were rows; none leaves no file."""
    result = connection.execution_options(stream_results=True).execute(query)
    schema = pa.schema([(name, pa.string()) for name in columns])
    writer: pq.ParquetWriter | None = None
    try:
        while rows := result.fetchmany(BATCH):
            writer = writer or pq.ParquetWriter(target, schema, compression="zstd")
            texts = [[_text(value) for value in values] for values in zip(*rows, strict=True)]
            arrays = [pa.array(values, type=pa.string()) for values in texts]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
    finally:
        result.close()
        if writer is not None:
            writer.close()
    return writer is not None


def _text(value: object) -> str | None:
    """A bit is 1 or 0, as the database itself and its exports to files show it."""
    return written(int(value) if isinstance(value, bool) else value)


def _no_driver(handed: Handed) -> BadSource:
    kind = _extract.parsed(handed).get_backend_name()
    known = DRIVERS.get(kind, "the driver that SQLAlchemy names for it")
    return BadSource(
        f"{handed.label}: the driver for {kind} databases is not installed. Needed: {known}. "
        "See docs/restoring-databases.md."
    )
