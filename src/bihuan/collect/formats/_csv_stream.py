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

BLOCK = 4 << 20  # bytes read at once; a longer line is refused


@dataclass(frozen=True)
class Stream:
    """What a session can read under a name, from the beginning each time: `line`, then the cells as text.

    The lines are counted while the batches pass, so that the session may work on them in parallel; its own
    `row_number()` would bind it to one thread. A record of any other width, or bytes that are no UTF-8, end the query.
    """

    path: Path
    dialect: Dialect
    skip: int  # lines above the first record

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The stream as the Arrow PyCapsule interface gives it."""
        batches = self._open()
        schema = pa.schema([pa.field("line", pa.int64()), *batches.schema])
        return pa.RecordBatchReader.from_batches(schema, self._numbered(batches, schema)).__arrow_c_stream__()

    def _open(self) -> pa.RecordBatchReader:
        names = list(cells(self.dialect.width))
        return pacsv.open_csv(
            self.path,
            read_options=pacsv.ReadOptions(
                column_names=names, block_size=BLOCK, skip_rows=self.skip, use_threads=False
            ),
            parse_options=pacsv.ParseOptions(delimiter=self.dialect.delimiter, ignore_empty_lines=False),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )

    def _numbered(self, batches: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        done, one = self.skip, pa.scalar(1, pa.int64())
        for batch in batches:
            lines = pc.cumulative_sum(pa.repeat(one, batch.num_rows), start=done)
            yield pa.record_batch([lines, *batch.columns], schema=schema)
            done += batch.num_rows
