"""PostgreSQL (and Kingbase, openGauss, which speak its protocol): every table by COPY, all at one moment."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from bihuan.collect.desk import Desk
from bihuan.collect.formats import _extract
from bihuan.collect.handed import Handed, Reading
from bihuan.store.engine import quoted, text

SYSTEM = ("pg_catalog", "information_schema", "sys", "sys_catalog", "pg_toast")
TABLES: LiteralString = """
SELECT n.nspname, c.relname, c.relkind = 'v',
       array_agg(a.attname::text ORDER BY a.attnum),
       array_agg(t.typname::text ORDER BY a.attnum),
       array_agg(a.atttypmod ORDER BY a.attnum)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v') AND NOT c.relispartition AND NOT n.nspname = ANY(%s)
  AND n.nspname !~ '^pg_(toast|temp)' AND has_table_privilege(c.oid, 'SELECT')
GROUP BY n.nspname, c.relname, c.relkind
ORDER BY n.nspname, c.relname
"""
KEY: LiteralString = """
SELECT a.attname
FROM pg_catalog.pg_index i
CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(number, place)
JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
WHERE i.indisprimary AND i.indrelid = %s::regclass
ORDER BY k.place
"""
Found = dict[str, dict[str, str]]  # table → column → SQL that gives it as text


def read(handed: Handed, desk: Desk) -> Reading:
    """A grid for each table with rows; the extract lies in the folder that was handed with it."""
    if not _extract.is_whole(handed.path):
        _extract.begin(handed.path)
        address = _extract.parsed(handed).set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            with psycopg.connect(address, connect_timeout=20, client_encoding="UTF8") as connection:
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                connection.read_only = True
                _all(connection, handed, desk)
        except psycopg.Error as error:
            raise _extract.failed(handed, error) from None
    return _extract.reading(handed, desk)


def _all(connection: psycopg.Connection, handed: Handed, desk: Desk) -> None:
    connection.execute("SET LOCAL datestyle TO 'ISO, YMD'")
    connection.execute(sql.SQL("SET LOCAL TIME ZONE {}").format(sql.Literal(desk.settings.time_zone)))
    schema, found = _tables(connection, handed)
    wanted = _extract.chosen({name: tuple(columns) for name, columns in found.items()}, handed, desk)
    files = {}
    for table in wanted:
        target = _extract.place(handed.path, table)
        if _copy(connection, (schema, table), found[table], (target, desk)):
            files[target.name] = table
    _extract.finish(handed.path, files)


def _tables(connection: psycopg.Connection, handed: Handed) -> tuple[str, Found]:
    """The schema and its tables. Views repeat tables, so they count only where they are named or alone."""
    rows = connection.execute(TABLES, (list(SYSTEM),)).fetchall()
    named = {name.casefold() for name in _extract.asked(handed.name).tables}
    only_views = all(is_view for _, _, is_view, *_ in rows)
    kept = [row for row in rows if not row[2] or only_views or row[1].casefold() in named]
    schema = _extract.schema_of(handed, Counter(row[0] for row in kept))
    return schema, {
        row[1]: {name: _as_text(name, kind, size) for name, kind, size in zip(*row[3:], strict=True)}
        for row in kept
        if row[0] == schema
    }


def _as_text(column: str, kind: str, size: int) -> str:
    """SQL for a value without doubt.

    No currency sign, no residue of binary fractions, three decimals as four, a truth as 1 or 0.
    """
    name = quoted(column)
    scale = (size - 4) & 0x7FF if size >= 4 else None
    if kind in ("money", "float4", "float8") or (kind == "numeric" and scale in (None, 3)):
        number = f"({name}::numeric)::text"
        return f"CASE WHEN {number} ~ '^-?[0-9]+[.][0-9]{{3}}$' THEN {number} || '0' ELSE {number} END"
    if kind == "timestamp":
        return f"CASE WHEN {name}::time = '00:00' THEN {name}::date::text ELSE {name}::text END"
    if kind == "bool":
        return f"{name}::int"
    return name


def _copy(
    connection: psycopg.Connection, table: tuple[str, str], columns: dict[str, str], to: tuple[Path, Desk]
) -> bool:
    """Whether the table has rows. CSV tells NULL (nothing) from an empty text (two quotes)."""
    target, desk = to
    staged = desk.aside(".copied.csv")
    with (
        connection.cursor() as cursor,
        staged.open("wb") as file,
        cursor.copy(_query(connection, table, columns)) as out,
    ):
        for block in out:
            file.write(block)
    if staged.stat().st_size:
        types = ", ".join(f"{text(name)}: 'VARCHAR'" for name in columns)
        desk.engine.run(
            f"COPY (SELECT * FROM read_csv({text(str(staged))}, auto_detect=false, header=false, delim=',', "
            f"quote='\"', escape='\"', nullstr='', allow_quoted_nulls=false, strict_mode=true, "
            f"max_line_size=67108864, columns={{{types}}})) TO {text(str(target))} (FORMAT parquet, COMPRESSION zstd)"
        )
    staged.unlink()
    return target.exists()


def _query(connection: psycopg.Connection, table: tuple[str, str], columns: dict[str, str]) -> sql.Composed:
    """In the order of the primary key, so that the same rows give the same extract."""
    listed = ", ".join(f"{value} AS {quoted(name)}" for name, value in columns.items())
    where = sql.Identifier(*table)
    key = connection.execute(KEY, (where.as_string(connection),)).fetchall()
    order = sql.SQL(", ").join(sql.Identifier(name) for (name,) in key) if key else sql.SQL("")
    return sql.SQL("COPY (SELECT {} FROM {}{}{}) TO STDOUT (FORMAT csv)").format(
        sql.SQL(listed), where, sql.SQL(" ORDER BY " if key else ""), order
    )
