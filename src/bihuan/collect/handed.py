"""What travels between the steps of collecting: files, grids of text, drafts of model rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from bihuan.model.values.style import Style


@dataclass(frozen=True)
class Handed:
    """One file as it is read: given by hand, or unpacked from an archive; or a database by its address."""

    path: Path  # where its bytes lie
    name: str  # the file's name as handed over (the archive's, for a member)
    inner: str = ""  # path inside the archive
    url: str = field(default="", repr=False)  # of a database; never printed, logged or stored

    @property
    def head(self) -> bytes:
        """The first 64 KiB."""
        with self.path.open("rb") as file:
            return file.read(65536)

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"{self.name}!{self.inner}" if self.inner else self.name


@dataclass(frozen=True)
class Reject:
    """A row that could not be read: where it stands, why, and its raw record."""

    sheet: str
    line: int
    reason: str  # where, what, what to do
    raw: str
    table: str = ""
    column: str = ""


@dataclass(frozen=True)
class Stated:
    """A total that the source itself states, to be met by its rows."""

    table: str
    column: str  # a money column of the table, or "rows"
    value: Decimal
    where: str  # sheet and line, or element, that states it


@dataclass(frozen=True)
class Grid:
    """A table of text cells as it was handed over; its headings are not found yet."""

    file: Handed
    sheet: str  # sheet, table or member; "" where the format has none
    scan: str  # SQL giving line BIGINT, c1 … cn VARCHAR, in the order of the lines
    width: int
    head: tuple[tuple[int, tuple[str | None, ...]], ...]  # the first 60 rows: (line, cells)
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first line, first column, last line, last column, from 1
    named: bool = False  # the first row is certainly the headings (database, dBASE, Parquet)
    binary: bool = False  # numbers were binary doubles (Excel, Access, FLOAT): 0.30000000000000004 is 0.30
    at_once: bool = False  # the scan reads the file itself, and is to be read once: nothing is set apart by it


@dataclass(frozen=True)
class Draft:
    """Rows of one model table, still as text, under the model's column names."""

    file: Handed
    table: str
    scan: str  # SQL giving sheet VARCHAR, line BIGINT, then `columns` as VARCHAR
    columns: tuple[str, ...]
    reader: str  # what made it: a format's, kind's or map's name
    stated: tuple[Stated, ...] = ()
    rejects: tuple[Reject, ...] = ()
    skipped: dict[str, int] = field(default_factory=dict)  # reason → rows left out on purpose (openings, totals)
    companions: tuple[Handed, ...] = ()  # other files that the rows were joined with
    binary: bool = False  # of a binary grid
    styles: dict[str, Style] = field(default_factory=dict)  # column → how its values are written, where the sheet says
    system: str = ""  # u8, k3, treasury …: part of the source's identity
    map: dict[str, object] = field(default_factory=dict)  # how the sheet was read, to read it again


@dataclass(frozen=True)
class Reading:
    """What a format made of one file."""

    grids: tuple[Grid, ...] = ()
    drafts: tuple[Draft, ...] = ()
    members: tuple[Handed, ...] = ()  # files inside, to be read in turn
    rejects: tuple[Reject, ...] = ()

    def of(self, file: Handed) -> Reading:
        """The same, said of another file (an unpacked twin)."""
        return replace(self, grids=tuple(replace(one, file=file) for one in self.grids))
