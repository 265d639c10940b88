"""Which row has which id: its line where every row has its own, else an ordinal that leads back to sheet and line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bihuan.collect.derive import Rows
from bihuan.collect.desk import Desk
from bihuan.collect.handed import Handed
from bihuan.store.engine import quoted, text
from bihuan.store.snapshot import row_id


@dataclass(frozen=True)
class Numbered:
    """Rows with their ids."""

    rows: Rows
    scan: str  # SQL giving row_id, sheet, line, the columns and fault


@dataclass(frozen=True)
class Numbering:
    """All rows of one source, and how their ids lead back."""

    tables: tuple[Numbered, ...]
    sheets: tuple[str, ...]
    origin: Path | None  # Parquet of row_id, sheet (its place in `sheets`), line; None: the ordinal is the line


def number(tables: Sequence[Rows], source: int, desk: Desk) -> Numbering:
    """Give ids to the rows of one source: the same rows in the same order get the same ids every time."""
    if len(tables) == 1 and (sheet := _only_sheet(tables[0], desk)) is not None:
        scan = f"SELECT {row_id(source, 0)} | line AS row_id, * FROM ({tables[0].scan})"
        return Numbering((Numbered(tables[0], scan),), (sheet,), None)
    return _by_ordinal(tables, source, desk)


def sheet_label(file: Handed, sheet: str) -> str:
    """How a sheet is called in evidence: with the path inside the archive, where there is one."""
    return "!".join(part for part in (file.inner, sheet) if part)


def _only_sheet(rows: Rows, desk: Desk) -> str | None:
    """The sheet's label where all rows stand on one sheet and no line twice; else None."""
    if rows.is_plain:
        found = desk.engine.rows(f"SELECT sheet FROM ({rows.draft.scan}) LIMIT 1")
        return sheet_label(rows.draft.file, found[0][0] or "") if found else ""
    total, lines, sheets, one, low = desk.engine.one(
        f"SELECT count(*), count(DISTINCT line), count(DISTINCT sheet), min(sheet), min(line) FROM ({rows.scan})"
    )
    if total != lines or sheets > 1 or (low or 0) < 0:
        return None
    return sheet_label(rows.draft.file, one or "")


def _by_ordinal(tables: Sequence[Rows], source: int, desk: Desk) -> Numbering:
    numbered, origins, sheets, done = [], [], list[str](), 0
    for rows in tables:
        place = desk.aside(".parquet")
        # The hash settles the order of several rows from one line.
        held = f"SELECT *, hash({', '.join(map(quoted, rows.columns))}) AS tie FROM ({rows.scan})"
        ordinal = f"{done} + row_number() OVER (ORDER BY sheet, line, tie)"
        desk.engine.run(
            f"COPY (SELECT {row_id(source, 0)} | ({ordinal}) AS row_id, * EXCLUDE (tie) FROM ({held}) ORDER BY row_id) "
            f"TO {text(str(place))} (FORMAT parquet, COMPRESSION lz4)"
        )
        read = f"read_parquet({text(str(place))})"
        numbered.append(Numbered(rows, f"SELECT * FROM {read}"))
        found = desk.engine.rows(f"SELECT DISTINCT coalesce(sheet, '') FROM {read} ORDER BY 1")
        labels = [(name, sheet_label(rows.draft.file, name)) for (name,) in found]
        sheets += [label for _, label in labels if label not in sheets]
        done += desk.engine.one(f"SELECT count(*) FROM {read}")[0]
        for name, label in labels:
            origins.append(
                f"SELECT row_id, CAST({sheets.index(label)} AS INTEGER) AS sheet, line FROM {read} "
                f"WHERE coalesce(sheet, '') = {text(name)}"
            )
    return Numbering(tuple(numbered), tuple(sheets) or ("",), _origin(origins, desk))


def _origin(origins: list[str], desk: Desk) -> Path | None:
    if not origins:
        return None
    place = desk.aside(".parquet")
    desk.engine.run(
        f"COPY (SELECT * FROM ({' UNION ALL '.join(origins)}) ORDER BY row_id) TO {text(str(place))} (FORMAT parquet)"
    )
    return place
