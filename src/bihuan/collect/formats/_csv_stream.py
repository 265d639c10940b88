"""A delimited file in which every line is a record, as Arrow batches that carry the number of the line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from bihuan.collect.desk import cells
from bihuan.collect.formats._csv_dialect import Dialect

LINE = "line"
BLOCK = 1 << 20  # bytes read at once; a longer line is refused


@dataclass(frozen=True)
class Stream:
    """What a session can read under a name, from the beginning each time: `line`, then the cells as text.

    The lines are counted while the batches pass, so that the session may work on them in parallel; its own
    `row_number()` would bind it to one thread. A record of any other width, or bytes that are no UTF-8, end the query.
    """

    path: Path
    dialect: Dialect
    skip: int  # lines above the first record
    coded: tuple[str, ...] = ()  # cells that are given as codes and the values that they stand for
    block: int = BLOCK  # bytes of a batch

    @property
    def schema(self) -> pa.Schema:
        """The line and the cells."""
        return pa.schema([pa.field(LINE, pa.int64()), *self._types().items()])

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows from the beginning."""
        done, one = self.skip, pa.scalar(1, pa.int64())
        for batch in self._open():
            lines = pc.cumulative_sum(pa.repeat(one, batch.num_rows), start=done)
            yield pa.record_batch([lines, *batch.columns], schema=self.schema)
            done += batch.num_rows

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The stream as the Arrow PyCapsule interface gives it."""
        return pa.RecordBatchReader.from_batches(self.schema, self.batches()).__arrow_c_stream__()

    def _types(self) -> dict[str, pa.DataType]:
        codes = pa.dictionary(pa.int32(), pa.string())
        return {name: codes if name in self.coded else pa.string() for name in cells(self.dialect.width)}

    def _open(self) -> pa.RecordBatchReader:
        types = self._types()
        return pacsv.open_csv(
            self.path,
            read_options=pacsv.ReadOptions(
                column_names=list(types), block_size=self.block, skip_rows=self.skip, use_threads=False
            ),
            parse_options=pacsv.ParseOptions(delimiter=self.dialect.delimiter, ignore_empty_lines=False),
            convert_options=pacsv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""]),
        )
