"""Parquet files: flat columns, each value as text; also how a database's extract is kept."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bihuan.collect.desk import Desk
from bihuan.collect.formats._grid import HEAD
from bihuan.collect.handed import Grid, Handed, Reading
from bihuan.errors import BadSource
from bihuan.store.engine import quoted, text

RANK = 15
NAME = "parquet"
ZH = "Parquet 列式文件"
EN = "Parquet file"

MAGIC = b"PAR1"


def recognises(handed: Handed) -> bool:
    """By its first bytes."""
    return not handed.url and handed.path.is_file() and handed.head.startswith(MAGIC)


def read(handed: Handed, desk: Desk) -> Reading:
    """One grid; a line is the row's number from 1, and the columns' names are the headings."""
    try:
        found = grid_of(handed, handed.path, "", desk)
    except (pa.ArrowException, OSError) as error:
        raise BadSource(
            f"{handed.label}: the Parquet file is cut off or damaged ({str(error).splitlines()[0]}). "
            "Compare its size with the original and copy it again."
        ) from None
    if len(found.head) < 2:
        raise BadSource(f"{handed.label}: the table holds no row. Ask for the filled one.")
    return Reading(grids=(found,))


def grid_of(handed: Handed, path: Path, sheet: str, desk: Desk) -> Grid:
    """The grid of one Parquet file, read where it lies."""
    schema = pq.read_schema(path)
    nested = [one.name for one in schema if pa.types.is_nested(one.type)]
    if nested:
        raise BadSource(
            f"{handed.label}: {', '.join(nested)} holds lists or records, not single values. "
            "Flatten it into rows before handing it over."
        )
    values = [f"{_as_text(one)} AS c{index}" for index, one in enumerate(schema, start=1)]
    source = f"read_parquet({text(str(path))}, file_row_number=true)"
    scan = f"SELECT CAST(file_row_number + 1 AS BIGINT) AS line, {', '.join(values)} FROM {source}"
    top = desk.engine.rows(f"SELECT * FROM ({scan}) WHERE line < {HEAD} ORDER BY line")
    head = ((0, tuple(schema.names)), *((row[0], tuple(row[1:])) for row in top))
    return Grid(handed, sheet, scan, len(schema), head, named=True, binary=any(map(_is_binary, schema)))


def _is_binary(column: pa.Field) -> bool:
    return bool(pa.types.is_floating(column.type))


def _as_text(column: pa.Field) -> str:
    """SQL for the value as text. With exactly three decimals a number could be read as thousands: it gains a nought."""
    name, kind = quoted(column.name), column.type
    if pa.types.is_decimal(kind) and kind.scale == 3:
        return f"CAST(CAST({name} AS DECIMAL(38, 4)) AS VARCHAR)"
    if pa.types.is_floating(kind):
        plain = f"regexp_replace(CAST({name} AS VARCHAR), '\\.0$', '')"
        return f"regexp_replace({plain}, '^(-?\\d+\\.\\d{{3}})$', '\\10')"
    if pa.types.is_timestamp(kind):
        return f"regexp_replace(CAST({name} AS VARCHAR), ' 00:00:00$', '')"
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return f"lower(hex({name}))"
    return f"CAST({name} AS VARCHAR)"
