"""Rows from a stream of cells to a part, in one pass in which each value of a column is asked once.

Ledgers say the same few thousand words millions of times. The SQL of the rows stays what it is; it is only asked of
the distinct values of a cell, where a column of the part is made of that one cell, and of whole rows elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bihuan.collect.desk import Desk
from bihuan.collect.formats._csv_stream import LINE, Stream
from bihuan.collect.layout_rows import Conditions
from bihuan.errors import BadSource
from bihuan.store.engine import quoted

BLOCK = 24 << 20  # bytes of a batch; its rows are a group of rows of the part
_SAMPLE = 20_000  # rows by which it is judged whether values of a cell repeat
_MOST = 100_000  # values of a cell that are remembered
_PROBES = (1 << 38, 1 << 39, 1 << 38 | 77)  # lines far below any heading
One = TypeVar("One")


@dataclass(frozen=True)
class Feed:
    """What is read: cells, and the name under which the SQL of the rows knows them."""

    name: str
    stream: Stream  # from the first line below the heading
    apart: Conditions  # what sets a row apart, which no row may be


def write(scan: str, columns: Sequence[str], feed: Feed, place: Path, desk: Desk) -> None:
    """Write row_id and the columns of `scan`, SQL that makes one row of each row of the feed, in their order.

    BadSource or EngineError where a row is to be set apart, or is no plain row.
    """
    plan = _planned(scan, ["row_id", *columns], feed, desk)
    batches = replace(feed.stream, coded=tuple(plan.coded), block=BLOCK).batches()
    try:
        with ThreadPoolExecutor(1) as reading, ThreadPoolExecutor(1) as writing, _Part(place, plan, writing) as part:
            for batch in _ahead(batches, reading):
                part.add(plan.made_of(batch))
    except pa.ArrowException as error:
        raise BadSource(f"{feed.stream.path.name}: {error}") from None


def _planned(scan: str, columns: Sequence[str], feed: Feed, desk: Desk) -> _Plan:
    asked = _Asked(scan, feed, desk)
    few = asked.few_valued()
    made = {name: asked.cells_behind(name) for name in columns}
    once = [name for name, cells in made.items() if cells == (LINE,) and asked.is_constant(name)]
    known = {
        cell: _Known(cell, [name for name, cells in made.items() if cells == (cell,)], feed.apart.signs(cell), asked)
        for cell in few
    }
    by_value = {name for one in known.values() for name in one.names}
    by_row = [name for name in columns if name not in by_value and name not in once]
    return _Plan(asked, list(columns), once, list(known.values()), by_row)


@dataclass
class _Asked:
    """The SQL of the rows, asked of a small table that stands in the place of the feed."""

    scan: str
    feed: Feed
    desk: Desk

    @cached_property
    def cells(self) -> list[str]:
        return [name for name in self.feed.stream.schema.names if name != LINE]

    def few_valued(self) -> list[str]:
        """The cells whose values repeat, as the first rows have them."""
        counts = ", ".join(f"count(DISTINCT {one})" for one in self.cells)
        some = f"SELECT * FROM {quoted(self.feed.name)} LIMIT {_SAMPLE}"
        self.desk.engine.register(self.feed.name, self.feed.stream)
        rows, *found = self.desk.engine.one(f"SELECT count(*), {counts} FROM ({some})")
        return [cell for cell, count in zip(self.cells, found, strict=True) if count * 3 < rows]

    def cells_behind(self, name: str) -> tuple[str, ...]:
        """Of which cells a column is made: the engine knows what it would have to read."""
        self.stand_in({})
        read = self.desk.engine.columns_read(f"SELECT {quoted(name)} FROM ({self.scan})")
        return tuple(sorted(read - {LINE})) or (LINE,)

    def is_constant(self, name: str) -> bool:
        """Whether a column that no cell tells of is the same in every line."""
        self.stand_in({}, lines=_PROBES)
        found = self.desk.engine.rows(f"SELECT {quoted(name)} FROM ({self.scan})")
        return len(found) == len(_PROBES) and len(set(found)) == 1

    def stand_in(self, held: Mapping[str, pa.Array], *, lines: Sequence[int] | pa.Array = ()) -> None:
        """Let these cells be what is read; the others are empty."""
        count = len(next(iter(held.values()))) if held else max(len(lines), 1)
        numbers = lines if len(lines) else pa.repeat(pa.scalar(_PROBES[0], pa.int64()), count)
        empty = pa.nulls(count, pa.string())
        arrays = [pa.array(numbers, pa.int64()), *(held.get(one, empty) for one in self.cells)]
        self.desk.engine.register(self.feed.name, pa.table(arrays, names=[LINE, *self.cells]))

    def of_values(self, cell: str, values: pa.Array, names: Sequence[str]) -> dict[str, pa.Array]:
        """What the columns are where the cell has these values."""
        self.stand_in({cell: values})
        return self.columns(self.scan, names, len(values))

    def columns(self, source: str, names: Sequence[str], count: int) -> dict[str, pa.Array]:
        """The columns of a query that gives one row for each of `count`."""
        table = self.desk.engine.arrow(f"SELECT {', '.join(map(quoted, names))} FROM ({source})").read_all()
        if table.num_rows != count:
            raise BadSource(f"{self.feed.stream.path.name}: not every line is a row.")
        return {name: table.column(name).combine_chunks() for name in names}


class _Known:
    """The values of one cell met so far, what each of them becomes, and whether it may set its row apart."""

    def __init__(self, cell: str, names: list[str], signs: Sequence[str], asked: _Asked) -> None:
        self.cell, self.names, self._asked = cell, names, asked
        self._sign = " OR ".join(signs) or "false"
        self._values = pa.array([], pa.string())
        self._made: dict[str, pa.Array] = {}

    def of(self, codes: pa.DictionaryArray) -> tuple[dict[str, pa.Array], bool]:
        """The columns made of this cell, and whether any row may have to be set apart."""
        values, places = codes.dictionary, codes.indices
        if places.null_count:
            values, places = pa.concat_arrays([values, pa.nulls(1, pa.string())]), places.fill_null(len(values))
        at = self._places(values)
        made = {name: _spread(one.take(at), places) for name, one in self._made.items() if name != "?"}
        return made, pc.any(self._made["?"].take(at)).as_py() is True

    def _places(self, values: pa.Array) -> pa.Array:
        if len(self._values) > _MOST:
            self._values = self._values.slice(0, 0)
            self._made = {name: one.slice(0, 0) for name, one in self._made.items()}
        at = pc.index_in(values, value_set=self._values)
        if not at.null_count and self._made:
            return at
        fresh = values.filter(at.is_null())
        made = self._asked.of_values(self.cell, fresh, self.names) if self.names else {}
        self._asked.stand_in({self.cell: fresh})
        suspects = f'SELECT coalesce({self._sign}, false) AS "?" FROM {quoted(self._asked.feed.name)}'
        made |= self._asked.columns(suspects, ["?"], len(fresh))
        self._made = {
            name: pa.concat_arrays([self._made[name], one]) if name in self._made else one for name, one in made.items()
        }
        self._values = pa.concat_arrays([self._values, fresh])
        return pc.index_in(values, value_set=self._values)


@dataclass
class _Plan:
    """How each column is made: once, of the values of one cell, or of whole rows."""

    asked: _Asked
    columns: list[str]
    once: list[str]
    known: list[_Known]
    by_row: list[str]
    constants: dict[str, pa.Array] = field(default_factory=dict)

    @property
    def coded(self) -> list[str]:
        return [one.cell for one in self.known]

    @property
    def few(self) -> list[str]:
        """The columns that hold few values."""
        return [*self.once, *(name for one in self.known for name in one.names)]

    def made_of(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows of the part for a batch of cells."""
        if self.once and not self.constants:
            self.asked.stand_in({})
            self.constants = self.asked.columns(self.asked.scan, self.once, 1)
        zeros = pa.repeat(pa.scalar(0, pa.int32()), batch.num_rows)
        made = {name: _spread(one, zeros) for name, one in self.constants.items()}
        is_suspect = False
        for one in self.known:
            found, has_signs = one.of(batch.column(one.cell))
            made |= found
            is_suspect = is_suspect or has_signs
        cells = {name: batch.column(name) for name in self.asked.cells}
        self.asked.stand_in(cells, lines=batch.column(LINE))
        self._demand_rows(is_suspect)
        made |= self.asked.columns(self.asked.scan, self.by_row, batch.num_rows)
        return pa.record_batch([made[name] for name in self.columns], names=self.columns)

    def _demand_rows(self, is_suspect: bool) -> None:
        """No row of the batch may be a total, a note, a heading or blank."""
        apart, coded, engine = self.asked.feed.apart, set(self.coded), self.asked.desk.engine
        read = quoted(self.asked.feed.name)
        signs = [sign for cell in self.asked.cells if cell not in coded for sign in apart.signs(cell)]
        if not is_suspect and not (signs and engine.rows(f"SELECT 1 FROM {read} WHERE {' OR '.join(signs)} LIMIT 1")):
            return
        if engine.rows(f"SELECT 1 FROM {read} WHERE ({apart.suspicious}) AND ({apart.kind}) IS NOT NULL LIMIT 1"):
            raise BadSource(f"{self.asked.feed.stream.path.name}: a row is to be set apart.")


class _Part:
    """The file of the part, written behind the reading."""

    def __init__(self, place: Path, plan: _Plan, pool: ThreadPoolExecutor) -> None:
        self._place, self._few, self._pool = place, plan.few, pool
        self._writer: pq.ParquetWriter | None = None
        self._waiting: Future[None] | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        """Write a batch while the next one is made."""
        self._wait()
        self._waiting = self._pool.submit(self._write, batch)

    def __enter__(self) -> _Part:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with suppress(Exception) if kind else nullcontext():  # the first fault is the one that is told
            self._wait()
        if self._writer is not None:
            self._writer.close()

    def _wait(self) -> None:
        if self._waiting is not None:
            self._waiting.result()

    def _write(self, batch: pa.RecordBatch) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._place, batch.schema, **_how(batch.schema, self._few))
        self._writer.write_batch(batch)


def _how(schema: pa.Schema, few: Sequence[str]) -> dict[str, object]:
    """Texts and what has few values by a dictionary, other numbers by their steps; money as whole numbers of cents."""
    texts = [one.name for one in schema if pa.types.is_dictionary(one.type) or pa.types.is_string(one.type)]
    numbers = [one.name for one in schema if one.name not in {*few, *texts} and _is_stepped(one.type)]
    return {
        "use_dictionary": [one for one in schema.names if one not in numbers],
        "column_encoding": dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
        "store_decimal_as_integer": True,
        "store_schema": False,
    }


def _is_stepped(kind: pa.DataType) -> bool:
    is_cents = pa.types.is_decimal(kind) and kind.precision <= 18
    return bool(pa.types.is_integer(kind) or pa.types.is_date(kind) or is_cents)


def _spread(values: pa.Array, places: pa.Array) -> pa.Array:
    """The values at their places; texts stay codes."""
    if not pa.types.is_string(values.type) or values.null_count:
        return values.take(places)
    return pa.DictionaryArray.from_arrays(places, values)


def _ahead(items: Iterator[One], pool: ThreadPoolExecutor) -> Iterator[One]:
    """The items, each made while the one before is worked on."""
    waiting = pool.submit(next, items, None)
    while (one := waiting.result()) is not None:
        waiting = pool.submit(next, items, None)
        yield one
