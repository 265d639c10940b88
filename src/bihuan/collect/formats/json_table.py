"""A table as JSON: an array of flat objects, JSON Lines of them, or such an array under one name of an object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bihuan.collect.desk import Desk, cells
from bihuan.collect.formats._grid import HEAD, written
from bihuan.collect.handed import Grid, Handed, Reading, Reject
from bihuan.collect.json_stream import Item, records
from bihuan.collect.rejects import RAW
from bihuan.errors import BadSource
from bihuan.store.engine import text

RANK = 60
NAME = "json"
ZH = "JSON 表（对象数组、JSON Lines）"
EN = "table as JSON (array of objects, JSON Lines)"

# Names under which interfaces put the rows of an answer.
ARRAYS = ("data", "rows", "list", "items", "result", "results", "RECORDS", "records", "body")
WIDEST = 500  # columns; more means that the keys are values
BATCH = 20_000


def recognises(handed: Handed) -> bool:
    """Text that begins like JSON; the standards built on JSON are asked before."""
    if handed.url or not handed.path.is_file():
        return False
    begin = handed.head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return begin[:1] in (b"{", b"[") and b'"' in begin and b":" in begin


def read(handed: Handed, desk: Desk) -> Reading:
    """One grid whose headings are the keys; a record that holds lists or objects is a reject."""
    names: dict[str, None] = {}
    rejects: list[Reject] = []
    kept = desk.aside(".jsonl")
    with kept.open("w", encoding="utf-8") as out:
        for item in records(handed, desk, ARRAYS):
            reason = _fault(item)
            if reason:
                rejects.append(Reject("", item.line, reason, _raw(item)))
                continue
            names.update(dict.fromkeys(item.value))
            out.write(
                json.dumps([item.line, {k: written(v) for k, v in item.value.items()}], ensure_ascii=False) + "\n"
            )
    if not names or len(names) > WIDEST:
        raise BadSource(
            f"{handed.label}: no table is in it: {len(rejects)} records, {len(names)} names of columns. "
            "Hand over rows as an array of flat objects, or the table as CSV or Excel."
        )
    return Reading(grids=(_grid(handed, kept, list(names), desk),), rejects=tuple(rejects))


def _fault(item: Item) -> str:
    """Why a record is no row, in words; nothing if it is one."""
    if item.fault:
        return f"record on line {item.line}: {item.fault}"
    if item.doubled:
        return f"record on line {item.line}: {item.doubled[0]!r} stands twice in it; correct it in the source"
    if not isinstance(item.value, dict):
        return f"record on line {item.line}: it is no object with names; hand over flat objects"
    nested = [key for key, value in item.value.items() if isinstance(value, dict | list) and value]
    if nested:
        return f"record on line {item.line}: {nested[0]!r} holds a list or object, not one value; flatten it"
    return ""


def _raw(item: Item) -> str:
    return json.dumps(item.value, ensure_ascii=False, default=_exact)[:RAW]


def _exact(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else repr(value)


def _grid(handed: Handed, kept: Path, names: list[str], desk: Desk) -> Grid:
    """Spooled by columns: what a record lacks is empty."""
    place, columns = desk.aside(".parquet"), cells(len(names))
    schema = pa.schema([("line", pa.int64()), *((name, pa.string()) for name in columns)])
    head: list[tuple[int, tuple[str | None, ...]]] = [(0, tuple(names))]
    with pq.ParquetWriter(place, schema, compression="lz4") as writer:
        for rows in _batches(_rows(kept, names)):
            arrays = [
                pa.array(values, type=kind.type) for kind, values in zip(schema, zip(*rows, strict=True), strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            head += [(row[0], tuple(row[1:])) for row in rows[: max(HEAD - len(head), 0)]]
    scan = f"SELECT line, {', '.join(columns)} FROM read_parquet({text(str(place))})"
    return Grid(handed, "", scan, len(names), tuple(head), named=True)


def _rows(kept: Path, names: list[str]) -> Iterator[list[Any]]:
    with kept.open(encoding="utf-8") as lines:
        for one in lines:
            line, values = json.loads(one)
            yield [line, *[values.get(name) for name in names]]


def _batches(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    held: list[list[Any]] = []
    for row in rows:
        held.append(row)
        if len(held) == BATCH:
            yield held
            held = []
    if held:
        yield held
