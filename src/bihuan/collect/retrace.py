"""A row's raw record, read again from the kept original."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from bihuan.collect.desk import Desk, Options
from bihuan.collect.encoding import as_utf8
from bihuan.collect.forget import LINK
from bihuan.collect.formats import csv, format_of
from bihuan.collect.formats._csv_dialect import dialect_of, records
from bihuan.collect.gather import open_file
from bihuan.collect.handed import Handed
from bihuan.collect.numbering import sheet_label
from bihuan.collect.rejects import as_csv, raw_records
from bihuan.errors import NotFound
from bihuan.store.engine import connect
from bihuan.store.origin import Place
from bihuan.store.snapshot import Source
from bihuan.store.workspace import Workspace


def raw_record(workspace: Workspace, source: Source, place: Place) -> str:
    """What stands in the original at that place: the line of a text file, else the cells or fields of the record."""
    if source.reader == LINK:
        return "由 bihuan link 生成，依据见 bihuan link show / made by bihuan link; see bihuan link show"
    kept = workspace.books / source.kept
    if not kept.exists():
        raise NotFound(f"{source.name}: the kept original is gone (forgotten, or removed from {kept.parent}).")
    said = source.map.get("options", {})
    with workspace.scratch(workspace.books) as scratch, connect(workspace.settings) as engine:
        options = Options(unit=said.get("unit"), encoding=said.get("encoding"))
        desk = Desk(engine, scratch, workspace.settings, workspace.maps, options)
        handed = Handed(kept, source.name, url="kept:extract" if kept.is_dir() else "")
        if not handed.url and not place.sheet and format_of(handed).NAME == csv.NAME:
            return _line(as_utf8(handed, desk), place.line)
        return _record(handed, place, desk)


def _line(path: Path, line: int) -> str:
    dialect = dialect_of(path)
    with path.open(encoding="utf-8", newline="") as file:
        rest = islice(file, line - 1, None)
        found = next(records(rest, dialect.delimiter, width=dialect.width), None)
    return found.text.rstrip("\r\n") if found else ""


def _record(handed: Handed, place: Place, desk: Desk) -> str:
    reader = None if handed.url or place.sheet else format_of(handed)
    if reader is not None and hasattr(reader, "raw_record"):
        return str(reader.raw_record(handed, desk, place.line))
    pile = open_file(handed, desk)
    for grid in pile.grids:
        if sheet_label(grid.file, grid.sheet) == place.sheet:
            rows = desk.engine.rows(f"SELECT * FROM ({grid.scan}) WHERE line = {place.line}")
            if rows:
                return as_csv(rows[0][1:])
    for draft in pile.drafts:
        for sheet in (place.sheet, place.sheet.rpartition("!")[2], ""):
            found = raw_records(draft, [(sheet, place.line)], (), desk)
            if found and sheet_label(draft.file, sheet) == place.sheet:
                return next(iter(found.values()))
    return ""
