"""Typed rows to Parquet parts by year, sorted by (unit, date, row_id); nothing is moved to its place before the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from bihuan.collect.desk import Desk
from bihuan.collect.numbering import Numbered
from bihuan.model.table import Table
from bihuan.store.engine import quoted, text
from bihuan.store.snapshot import Part, keep_part
from bihuan.store.workspace import Workspace

MOST_UNITS = 1000
SAMPLE = 20_000


@dataclass(frozen=True)
class Aside:
    """The parts of one table from one draft, finished but not in their place."""

    table: Table
    columns: tuple[str, ...]
    files: tuple[tuple[int | None, Path], ...]  # year and file
    lines: str  # SQL giving row_id, sheet, line and fault of all rows of the draft
    is_unique: bool = False  # no key was found twice
    is_balanced: bool = False  # every voucher was found to balance

    @property
    def scan(self) -> str:
        """SQL of the rows: row_id and the columns."""
        if not self.files:
            nothing = ", ".join(
                f"CAST(NULL AS {self.table.column(name).sql_type}) AS {quoted(name)}" for name in self.columns
            )
            return f"SELECT CAST(NULL AS BIGINT) AS row_id, {nothing} WHERE false"
        listed = ", ".join(text(str(path)) for _, path in self.files)
        return f"SELECT row_id, {', '.join(map(quoted, self.columns))} FROM read_parquet([{listed}])"


def write_aside(numbered: Numbered, desk: Desk) -> Aside:
    """Write the rows that can be read."""
    rows, table = numbered.rows, numbered.rows.table
    day = quoted(table.date) if table.date in rows.columns else "CAST(NULL AS DATE)"
    # Asked of all rows, also of those with a fault: that spares finding the faults more than once.
    years = [row[0] for row in desk.engine.rows(f"SELECT DISTINCT year({day}) AS y FROM ({rows.scan}) ORDER BY y")]
    wanted = order(table, rows.columns)
    is_even = may_be_sorted(numbered.scan, wanted, desk)
    files = []
    for year in years:
        of_year = "" if len(years) == 1 else f"AND year({day}) IS NOT DISTINCT FROM {'NULL' if year is None else year}"
        good = f"SELECT * FROM ({numbered.scan}) WHERE fault IS NULL {of_year}"
        place = write_in_order(good, rows.columns, wanted, desk, is_even=is_even)
        if desk.engine.rows(f"SELECT 1 FROM read_parquet({text(str(place))}) LIMIT 1"):
            files.append((year, place))
    lines = f"SELECT row_id, sheet, line, fault FROM ({numbered.scan})"
    return Aside(table, rows.columns, tuple(files), lines)


def write_in_order(query: str, columns: tuple[str, ...], wanted: list[str], desk: Desk, *, is_even: bool) -> Path:
    """Write the rows sorted. What looks even is written as it comes, and sorted if it then is not: joins mix rows."""
    place, by = desk.aside(".parquet"), f"ORDER BY {', '.join(wanted)}"
    write(query if is_even else f"{query} {by}", columns, place, desk)
    written = f"SELECT * FROM read_parquet({text(str(place))})"
    if not is_even or is_sorted(written, wanted, desk):
        return place
    again = desk.aside(".parquet")
    write(f"{written} {by}", columns, again, desk)
    place.unlink()
    return again


def without(aside: Aside, row_ids: str, desk: Desk) -> Aside:
    """The same parts without the rows that the SQL `row_ids` gives."""
    files = []
    for year, path in aside.files:
        place = desk.aside(".parquet")
        by = ", ".join(order(aside.table, aside.columns))
        kept = f"SELECT * FROM read_parquet({text(str(path))}) WHERE row_id NOT IN ({row_ids}) ORDER BY {by}"
        write(kept, aside.columns, place, desk)
        files.append((year, place))
    return Aside(aside.table, aside.columns, tuple(files), aside.lines)


def keep(aside: Aside, source: int, workspace: Workspace, desk: Desk) -> list[Part]:
    """Move the parts to their place by content and say what they hold."""
    described = [(_described(aside, year, path, source, desk), path) for year, path in aside.files]
    return [replace(part, hash=keep_part(workspace, path)) for part, path in described]


def write(query: str, columns: tuple[str, ...], place: Path, desk: Desk) -> None:
    """Write row_id and the columns of a query, in its order. The second version of Parquet writes numbers as steps."""
    names = ", ".join(["row_id", *map(quoted, columns)])
    how = "FORMAT parquet, PARQUET_VERSION v2"
    desk.engine.run(f"COPY (SELECT {names} FROM ({query})) TO {text(str(place))} ({how})")


def order(table: Table, columns: tuple[str, ...]) -> list[str]:
    """By what the rows of a part are sorted, as SQL."""
    return [*(quoted(name) for name in (table.unit, table.date) if name is not None and name in columns), "row_id"]


def may_be_sorted(scan: str, wanted: list[str], desk: Desk) -> bool:
    """Whether the first rows come in order, which would save the dearest step."""
    return is_sorted(f"SELECT * FROM ({scan}) LIMIT {SAMPLE}", wanted, desk)


def is_sorted(scan: str, wanted: list[str], desk: Desk) -> bool:
    """Whether the rows come in order; to be asked of rows that are written, since a query may give them in any."""
    held = ", ".join(wanted)
    before = ", ".join(f"lag({name}) OVER () AS before{index}" for index, name in enumerate(wanted))
    earlier = ", ".join(f"before{index}" for index in range(len(wanted)))
    # A row value with an empty part counts as the greatest, so the first row, which has none before it, is left out.
    later = f"before{len(wanted) - 1} IS NOT NULL AND ({held}) < ({earlier})"
    nulls = " OR ".join(f"{name} IS NULL" for name in wanted)
    marked = f"SELECT {held}, {before} FROM ({scan})"
    return not desk.engine.rows(f"SELECT 1 FROM ({marked}) WHERE ({later}) OR {nulls} LIMIT 1")


def _described(aside: Aside, year: int | None, path: Path, source: int, desk: Desk) -> Part:
    table, read = aside.table, f"read_parquet({text(str(path))})"
    day = quoted(table.date) if table.date in aside.columns else "CAST(NULL AS DATE)"
    rows, first, last = desk.engine.one(f"SELECT count(*), min({day}), max({day}) FROM {read}")
    units = None
    if table.unit in aside.columns:
        found = desk.engine.rows(
            f"SELECT DISTINCT {quoted(str(table.unit))} AS u FROM {read} ORDER BY u LIMIT {MOST_UNITS + 1}"
        )
        units = tuple(row[0] for row in found) if len(found) <= MOST_UNITS else None
    return Part(
        table=table.name,
        source=source,
        year=year,
        rows=rows,
        hash="",
        columns=("row_id", *aside.columns),
        units=units,
        first=first.isoformat() if first else None,
        last=last.isoformat() if last else None,
    )
