"""What a reader works at: a session, a folder aside, the options of the command, and spools for text rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bihuan.settings import Settings
from bihuan.store.engine import Engine, quoted, text

BATCH = 20_000  # rows held in memory before they go to the disk


@dataclass(frozen=True)
class Options:
    """What the auditor said on the command line about the files given together."""

    unit: str | None = None  # unit of sources that name none
    as_name: str | None = None  # identity of the source, instead of unit + system + table + period
    map: Path | None = None  # a column map, YAML
    encoding: str | None = None  # of text files, instead of sniffing
    password: str | None = field(default=None, repr=False)
    accept_totals: str | None = None  # why stated totals that are not met are accepted


class Spool:
    """Text rows on their way to a temporary Parquet; `scan` ends the writing and gives the SQL that reads them."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.columns = tuple(columns)
        self.rows = 0
        self._schema = pa.schema([("line", pa.int64()), *((name, pa.string()) for name in self.columns)])
        self._writer: pq.ParquetWriter | None = pq.ParquetWriter(path, self._schema, compression="lz4")
        self._held: list[Sequence[int | str | None]] = []

    def add(self, line: int, cells: Sequence[str | None]) -> None:
        """One row that stands on `line`; cells that lack at the end are empty."""
        self._held.append((line, *cells))
        if len(self._held) >= BATCH:
            self._flush()

    @property
    def scan(self) -> str:
        """SQL giving `line`, then the columns; nothing may be added afterwards."""
        self.close()
        names = ", ".join(["line", *map(quoted, self.columns)])
        return f"SELECT {names} FROM read_parquet({text(str(self.path))})"

    def of_sheet(self, sheet: str = "") -> str:
        """SQL giving `sheet` and `line`, then the columns: the `scan` of a Draft."""
        names = ", ".join(map(quoted, self.columns))
        return f"SELECT {text(sheet)} AS sheet, line, {names} FROM ({self.scan})"

    def close(self) -> None:
        """Write what is held and end the file; closing twice does no harm."""
        if self._writer is not None:
            self._flush()
            self._writer.close()
            self._writer = None

    def _flush(self) -> None:
        if self._writer is None:
            raise ValueError(f"{self.path}: the spool is closed; no row can be added")
        if not self._held:
            return
        width = len(self._schema)
        rows = [row if len(row) == width else (*row, *[None] * (width - len(row))) for row in self._held]
        columns = zip(*rows, strict=True)
        arrays = [pa.array(values, type=one.type) for one, values in zip(self._schema, columns, strict=True)]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        self.rows += len(rows)
        self._held = []


@dataclass(frozen=True)
class Desk:
    """One per command: what readers, layout, kinds and maps have at hand."""

    engine: Engine
    scratch: Path  # a folder aside, gone when the command ends
    settings: Settings
    maps: Path  # W/maps: the office's own maps and kinds, and where proposals are put
    options: Options = Options()
    notes: list[str] = field(default_factory=list)  # words for the person, told when the command ends
    _numbers: count[int] = field(default_factory=lambda: count(1), repr=False)

    def aside(self, suffix: str = "") -> Path:
        """A fresh path in the scratch folder."""
        return self.scratch / f"{next(self._numbers):06d}{suffix}"

    def spool(self, columns: Sequence[str]) -> Spool:
        """Where a reader puts text rows that have these columns (`cells(n)` names those of a grid)."""
        return Spool(self.aside(".parquet"), columns)

    def note(self, words: str) -> None:
        """Tell the person something that is no error; the same words are told once."""
        if words not in self.notes:
            self.notes.append(words)


def cells(width: int) -> tuple[str, ...]:
    """The column names of a grid: c1 … cn."""
    return tuple(f"c{index}" for index in range(1, width + 1))
