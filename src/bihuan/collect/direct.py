"""A large, clean CSV in one pass: from the file straight to its part, without a copy of its cells in between.

Nothing is assumed. Whatever is no plain row (a total, a note, a blank, an odd value) stops the pass; the rows written
must be as many as the lines; texts, order, years and sides are looked at in what was written. Where anything is not
as it should be, nothing was taken in, and the file is read again the thorough way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bihuan.collect import by_values, intake, match
from bihuan.collect.by_values import Feed
from bihuan.collect.columns import Cell
from bihuan.collect.convert import Typed, convert_plain, mended, odd_texts
from bihuan.collect.derive import SPRINGS, derive, government, has_government_codes, side_of
from bihuan.collect.desk import Desk, Spool
from bihuan.collect.formats import csv, format_of
from bihuan.collect.formats._csv_quick import AtOnce
from bihuan.collect.handed import Draft, Handed
from bihuan.collect.intake import Gathered, Written
from bihuan.collect.kinds import match_kinds, may_be_joined
from bihuan.collect.layout import lay_out
from bihuan.collect.map import load
from bihuan.collect.numbering import number
from bihuan.collect.parts import SAMPLE, Aside, is_sorted, order, write
from bihuan.collect.sheet import Sheet
from bihuan.errors import BadSource, BihuanError
from bihuan.model.table import table
from bihuan.store.engine import EngineError, quoted, text
from bihuan.store.snapshot import ORDINAL_BITS


def attempt(file: Handed, source: int, desk: Desk, *, alone: bool) -> Gathered | None:
    """The file with its rows written under ids of `source`; None where it has to be read the thorough way.

    `alone` says that no other file is given with it, whose rows might be joined with its own.
    """
    try:
        if file.url or file.path.stat().st_size < intake.LARGE or format_of(file).NAME != csv.NAME:
            return None
        found = csv.at_once(file, desk)
        if found is None:
            return None
        sheet = _sheet(found, desk)
        if sheet.line <= found.skip or not (alone or desk.options.map or not may_be_joined(sheet, desk)):
            return None
        draft = _draft(sheet, desk)
        written = _written(draft, _feed(found, sheet), (found.lines - sheet.line, source), desk) if draft else None
    except (BihuanError, EngineError, OSError):
        return None  # the thorough way meets it again, and says what it is
    if draft is None or written is None:
        return None
    return Gathered(file, (draft,), (found.grid,), written=written)


def _sheet(found: AtOnce, desk: Desk) -> Sheet:
    if desk.options.map is None:
        return lay_out(found.grid, desk)
    given = load(desk.options.map)
    if given.until is not None:
        raise BadSource(f"{found.grid.file.label}: the table ends before the file does.")
    return lay_out(found.grid, desk, lines=given.heading)


def _feed(found: AtOnce, sheet: Sheet) -> Feed:
    """The cells below the heading."""
    if sheet.apart is None:
        raise BadSource(f"{sheet.label}: it was not read at once.")
    return Feed(found.name, replace(found.stream, skip=sheet.line), sheet.apart)


def _draft(sheet: Sheet, desk: Desk) -> Draft | None:
    """The one draft of the sheet, if its table has a date that every row needs and nothing was left out or joined."""
    if desk.options.map is not None:
        draft = match.draft(sheet, desk)
    else:
        known = match_kinds([sheet], desk)
        if known.refused or len(known.drafts) > 1:
            return None
        draft = known.drafts[0] if known.drafts else match.draft(sheet, desk)
    day = table(draft.table).date
    is_dated = day in draft.columns and day is not None and table(draft.table).column(day).required
    return draft if is_dated and not (draft.companions or draft.skipped or draft.stated) else None


def _written(draft: Draft, feed: Feed, told: tuple[int, int], desk: Desk) -> Written | None:
    """The rows, if they are as many as the lines below the heading, which are `told` with the number of the source."""
    lines, source = told
    typed = convert_plain(draft, desk, but=quoted(feed.name))
    if typed is None:
        return None
    numbering = number([derive(typed, desk, parallel=None)], source, desk)
    (numbered,) = numbering.tables
    sample = desk.aside(".parquet")
    some = f"SELECT * FROM ({draft.scan}) LIMIT {SAMPLE}"
    desk.engine.run(f"COPY ({some}) TO {text(str(sample))} (FORMAT parquet, COMPRESSION lz4)")
    if not _can_be_mended(odd_texts(draft, f"SELECT * FROM read_parquet({text(str(sample))})", desk)):
        return None  # most files that hold any show it early
    place = desk.aside(".parquet")
    by_values.write(numbered.scan, numbered.rows.columns, feed, place, desk)
    aside = Aside(typed.table, numbered.rows.columns, ((None, place),), "")
    needed = [f"count({quoted(one.name)})" for one in typed.table.columns if one.required]
    counts = desk.engine.one(f"SELECT count(*), {', '.join(needed)} FROM ({aside.scan})")
    # Each line below the heading is one row, and whole: none was left out or joined with another.
    if set(counts) != {lines}:
        return None
    odd = odd_texts(draft, aside.scan, desk)
    read_well = {one.name: mended(one, aside.scan, draft, desk) for one in odd} if _can_be_mended(odd) else {"": None}
    whole = {name: spool for name, spool in read_well.items() if spool is not None}
    return Written(source, numbering, (_arranged(aside, typed, whole, desk),)) if whole == read_well else None


def _can_be_mended(odd: Sequence[Cell]) -> bool:
    """Whether a text of these columns can be put right in the rows written: nothing else was made from it."""
    return not any(one.required or one.name in SPRINGS for one in odd)


def _arranged(aside: Aside, typed: Typed, odd: dict[str, Spool], desk: Desk) -> Aside:
    """The part by years, in order and with its sides; written again only where the pass could not do so."""
    held, join = _put_right(aside, typed, odd, desk)
    day = quoted(str(aside.table.date))
    first, last = desk.engine.one(f"SELECT year(min({day})), year(max({day})) FROM ({aside.scan})")
    by = order(aside.table, aside.columns)
    (_, place), files = aside.files[0], list[tuple[int | None, Path]]()
    if first == last and not join and is_sorted(aside.scan, by, desk):
        files = [(first, place)]
    else:
        rows = f"SELECT {held} FROM ({aside.scan}) AS t {join}"
        years = [row[0] for row in desk.engine.rows(f"SELECT DISTINCT year({day}) FROM ({aside.scan}) ORDER BY 1")]
        for year in years:
            files.append((year, desk.aside(".parquet")))
            of_year = f"SELECT * FROM ({rows}) WHERE year({day}) = {year} ORDER BY {', '.join(by)}"
            write(of_year, aside.columns, files[-1][1], desk)
    whole = replace(aside, files=tuple(files))
    line = f"row_id & {(1 << ORDINAL_BITS) - 1}"
    lines = f"SELECT row_id, '' AS sheet, {line} AS line, CAST(NULL AS VARCHAR) AS fault FROM ({whole.scan})"
    return replace(whole, lines=lines)


def _put_right(aside: Aside, typed: Typed, odd: dict[str, Spool], desk: Desk) -> tuple[str, str]:
    """The columns, and the joins that give the odd texts as they are read and the sides of parallel accounting."""
    made = {name: f"t.{quoted(name)}" for name in ("row_id", *aside.columns)}
    joins = []
    for name, spool in odd.items():
        found = quoted(f"{name}!")
        made[name] = f"CASE WHEN {found}.raw IS NULL THEN t.{quoted(name)} ELSE {found}.value END"
        joins.append(f"LEFT JOIN ({spool.scan}) AS {found} ON {found}.raw = t.{quoted(name)}")
    again = replace(typed, scan=aside.scan, names=aside.columns)
    parallel = government([again], desk) if has_government_codes(again, desk) else None
    if parallel is not None and "side" not in typed.names:
        made["side"], join = side_of(again, parallel)
        joins.append(join)
    return ", ".join(f"{value} AS {quoted(name)}" for name, value in made.items()), " ".join(joins)
