"""Immutable books: parts named by their content, a manifest that lists them, HEAD that names the newest.

books/HEAD                          id of the newest snapshot
books/snapshots/<id>/manifest.json  what the snapshot consists of
books/parts/<hash>.parquet          rows of one table, from one source and year, sorted by (unit, date, row_id)
books/sources/<hash>/<name>         what was handed over, byte for byte
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bihuan import __version__
from bihuan.errors import BadWorkspace, NotFound
from bihuan.store.canonical import digest, file_digest, read_json, write_json
from bihuan.store.engine import Engine, quoted, text
from bihuan.store.workspace import Workspace

FORMAT = 1
ORDINAL_BITS = 40  # row_id = source number << 40 | ordinal: 8 million sources of 10^12 rows each


@dataclass(frozen=True)
class Part:
    """Rows of one table from one source and year."""

    table: str
    source: int
    year: int | None
    rows: int
    hash: str
    columns: tuple[str, ...]
    units: tuple[str, ...] | None  # None where there are more than 1,000
    first: str | None  # first and last day, ISO
    last: str | None


@dataclass(frozen=True)
class Control:
    """A total that was stated or must hold, beside what the rows give."""

    name: str  # debit = credit, opening + entries = closing, stated total …
    table: str
    expected: str
    actual: str
    holds: bool
    detail: str = ""  # where it fails: unit, period, voucher


@dataclass(frozen=True)
class Source:
    """What was handed over, and what became of it."""

    number: int
    name: str  # the file's name as handed over
    identity: str  # unit + system + table + period, or the name given with --as
    hash: str
    reader: str
    collected_at: str
    kept: str  # path below books/ of the kept original
    sheets: tuple[str, ...] = ("",)
    origin: str | None = None  # hash of the part (row_id, sheet, line); None: sheet 0, line = ordinal
    rejects: str | None = None  # hash of the part of rejects
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)  # rows, rejects, skipped, sums
    controls: tuple[Control, ...] = ()
    superseded_by: int | None = None
    map: dict[str, Any] = field(default_factory=dict)  # how it was read, enough to read it again
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """The books at one moment."""

    id: str
    parent: str | None
    created_at: str
    sources: tuple[Source, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def tables(self) -> dict[str, list[Part]]:
        """The parts of each table."""
        found: dict[str, list[Part]] = {}
        for part in self.parts:
            found.setdefault(part.table, []).append(part)
        return found

    def source(self, number: int) -> Source:
        """The source of that number, or NotFound."""
        for one in self.sources:
            if one.number == number:
                return one
        raise NotFound(f"snapshot {self.id}: no source {number}. List them with: bihuan books tables")


EMPTY = Snapshot(id="empty", parent=None, created_at="")


def head(workspace: Workspace) -> Snapshot:
    """The newest snapshot, or an empty one before anything was collected."""
    try:
        name = (workspace.books / "HEAD").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return EMPTY
    return load(workspace, name)


def load(workspace: Workspace, name: str) -> Snapshot:
    """The snapshot of that id; a newer format is refused rather than misread."""
    path = workspace.books / "snapshots" / name / "manifest.json"
    if not path.exists():
        raise BadWorkspace(f"{path}: no such snapshot. Choose one of: bihuan books tables --snapshots")
    raw = read_json(path)
    if raw["format"] > FORMAT:
        raise BadWorkspace(f"{path}: format {raw['format']} is newer than this program reads. Update Bihuan.")
    return Snapshot(
        id=raw["id"],
        parent=raw["parent"],
        created_at=raw["created_at"],
        sources=tuple(_source(one) for one in raw["sources"]),
        parts=tuple(_part(one) for one in raw["parts"]),
    )


def commit(workspace: Workspace, sources: Iterable[Source], parts: Iterable[Part], *, parent: Snapshot) -> Snapshot:
    """Write a snapshot aside, rename it into place, then swap HEAD. Call it under the lock `books`."""
    ordered = tuple(sorted(sources, key=lambda one: one.number))
    held = tuple(sorted(parts, key=lambda one: (one.table, one.source, one.year or 0, one.hash)))
    content = {"sources": [asdict(one) for one in ordered], "parts": [asdict(one) for one in held]}
    snapshot = Snapshot(digest(content)[:16], parent.id, datetime.now(UTC).isoformat(timespec="seconds"), ordered, held)
    folder = workspace.books / "snapshots" / snapshot.id
    if not folder.exists():
        with workspace.scratch(workspace.books) as aside:
            whole = {"format": FORMAT, "bihuan": __version__, "engine": [Engine.name, Engine.version]}
            write_json(aside / "manifest.json", {**whole, **asdict(replace(snapshot))})
            (aside / "manifest.json").chmod(0o444)
            folder.parent.mkdir(exist_ok=True)
            aside.rename(folder)
    _swap(workspace.books / "HEAD", snapshot.id)
    return snapshot


def keep_part(workspace: Workspace, aside: Path) -> str:
    """Move a finished Parquet file to its place by content; gives its hash."""
    name = file_digest(aside)
    place = part_path(workspace, name)
    place.parent.mkdir(exist_ok=True)
    aside.chmod(0o444)
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    aside.replace(place)
    return name


def part_path(workspace: Workspace, name: str) -> Path:
    """Where the part of that hash lies."""
    return workspace.books / "parts" / f"{name}.parquet"


def row_id(source: int, ordinal: int) -> int:
    """The id of a source's row: unique in the workspace, never reused."""
    return source << ORDINAL_BITS | ordinal


def source_of(row: int) -> int:
    """The number of the source that a row came from."""
    return row >> ORDINAL_BITS


def next_number(snapshot: Snapshot) -> int:
    """A source number never given before in this line of snapshots."""
    return 1 + max((one.number for one in snapshot.sources), default=0)


def files(workspace: Workspace, parts: Iterable[Part]) -> str:
    """The parts' files as an SQL list for `read_parquet`."""
    return "[" + ", ".join(text(str(part_path(workspace, one.hash))) for one in parts) + "]"


def relation(workspace: Workspace, parts: list[Part], columns: dict[str, str]) -> str:
    """SQL that reads parts as one table of `columns` (name → SQL type); what a part lacks is NULL."""
    groups: dict[tuple[str, ...], list[Part]] = {}
    for part in parts:
        groups.setdefault(part.columns, []).append(part)
    selects = [
        f"SELECT {', '.join(_held(name, kind, held) for name, kind in columns.items())} "
        f"FROM read_parquet({files(workspace, group)})"
        for held, group in sorted(groups.items())
    ]
    return "\nUNION ALL\n".join(selects)


def _held(name: str, kind: str, held: tuple[str, ...]) -> str:
    return quoted(name) if name in held else f"CAST(NULL AS {kind}) AS {quoted(name)}"


def _swap(path: Path, value: str) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("w", encoding="ascii") as file:
        file.write(value + "\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _part(raw: dict[str, Any]) -> Part:
    units = None if raw["units"] is None else tuple(raw["units"])
    return Part(**{**raw, "columns": tuple(raw["columns"]), "units": units})


def _source(raw: dict[str, Any]) -> Source:
    controls = tuple(Control(**one) for one in raw["controls"])
    return Source(**{**raw, "sheets": tuple(raw["sheets"]), "controls": controls, "notes": tuple(raw["notes"])})
