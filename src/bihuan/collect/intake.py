"""One source into the books: its rows checked and numbered, what it replaces or repeats found, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bihuan.collect import controls, identity, rejects
from bihuan.collect.convert import Typed, convert, convert_plain, odd_texts
from bihuan.collect.derive import derive, government
from bihuan.collect.desk import Desk
from bihuan.collect.handed import Draft, Grid, Handed, Reject
from bihuan.collect.keys import identical, key_of
from bihuan.collect.numbering import Numbering, number
from bihuan.collect.parts import Aside, keep, without, write_aside
from bihuan.errors import BadSource
from bihuan.store.engine import EngineError, quoted, text
from bihuan.store.snapshot import ORDINAL_BITS, Control, Part, Source, keep_part
from bihuan.store.workspace import Workspace

LARGE = 32 << 20  # bytes of a file from which one pass is tried first


@dataclass(frozen=True)
class Gathered:
    """All that was read from one handed-over file."""

    file: Handed
    drafts: tuple[Draft, ...]
    grids: tuple[Grid, ...] = ()
    rejects: tuple[Reject, ...] = ()
    unread: tuple[str, ...] = ()  # sheets that hold a table that nobody could read
    written: Written | None = None  # its rows, where one pass over the file has written them already


@dataclass(frozen=True)
class Written:
    """Rows that one pass has written, all of them good."""

    source: int  # the number in their ids
    numbering: Numbering
    tables: tuple[Aside, ...]


@dataclass(frozen=True)
class Prepared:
    """A source whose parts lie aside; nothing of it is in the books yet."""

    gathered: Gathered
    number: int
    tables: tuple[Aside, ...]
    numbering: Numbering
    rejects: tuple[Reject, ...]
    controls: tuple[Control, ...]
    sums: dict[str, dict[str, Any]]
    identity: str


def prepare(gathered: Gathered, source: int, desk: Desk) -> Prepared:
    """Convert, number and check; BadSource where the hand-over itself is at fault."""
    quick = gathered.written or _quickly(gathered, source, desk)
    if quick:
        source, numbering, written = quick.source, quick.numbering, list(quick.tables)
    else:
        numbering, written = _written([convert(one, desk) for one in gathered.drafts], source, desk)
    asides, refused = [], list(gathered.rejects)
    for one, whole in zip(numbering.tables, written, strict=True):
        found = [] if quick else rejects.of_faults(one.rows.draft, whole, gathered.grids, desk)
        aside, repeated = _without_repeats(whole, one.rows.draft, gathered.grids, desk)
        asides.append(aside)
        refused += [*one.rows.draft.rejects, *found, *repeated]
    _demand_rows(gathered, asides, refused, desk)
    checked = _controls(gathered, asides, refused, numbering, desk)
    sums = _sums(asides, gathered, refused, desk)
    name = desk.options.as_name or identity.of(gathered.drafts, asides, desk)
    return Prepared(gathered, source, tuple(asides), numbering, tuple(refused), tuple(checked), sums, name)


def _written(typed: Sequence[Typed], source: int, desk: Desk) -> tuple[Numbering, list[Aside]]:
    parallel = government(typed, desk)
    numbering = number([derive(one, desk, parallel=parallel) for one in typed], source, desk)
    return numbering, [write_aside(one, desk) for one in numbering.tables]


def _quickly(gathered: Gathered, source: int, desk: Desk) -> Written | None:
    """A large table in one pass, if every row of it is plain; else None, and nothing was assumed."""
    if len(gathered.drafts) != 1 or gathered.file.url or gathered.file.path.stat().st_size < LARGE:
        return None
    draft = gathered.drafts[0]
    typed = convert_plain(draft, desk)
    if typed is None:
        return None
    try:
        numbering, written = _written([typed], source, desk)
    except EngineError:
        return None
    rows, wanted = (desk.engine.one(f"SELECT count(*) FROM ({one})")[0] for one in (written[0].scan, draft.scan))
    is_whole = rows == wanted and not odd_texts(draft, written[0].scan, desk)
    return Written(source, numbering, tuple(written)) if is_whole else None


def take_in(prepared: Prepared, kept: dict[str, str], workspace: Workspace, desk: Desk) -> tuple[Source, list[Part]]:
    """Move the parts to their places. `kept` gives hash and path of the original, and what else the manifest holds."""
    parts = [part for one in prepared.tables for part in keep(one, prepared.number, workspace, desk)]
    origin = keep_part(workspace, prepared.numbering.origin) if prepared.numbering.origin else None
    held = keep_part(workspace, rejects.write(prepared.rejects, desk)) if prepared.rejects else None
    drafts = prepared.gathered.drafts
    source = Source(
        number=prepared.number,
        name=prepared.gathered.file.name,
        identity=prepared.identity,
        hash=kept["hash"],
        reader=drafts[0].reader,
        collected_at=datetime.now(UTC).isoformat(timespec="seconds"),
        kept=kept["kept"],
        sheets=prepared.numbering.sheets,
        origin=origin,
        rejects=held,
        tables=prepared.sums,
        controls=prepared.controls,
        map={"drafts": [{"table": one.table, "reader": one.reader, **_plain(one.map)} for one in drafts]},
        notes=tuple(one for one in desk.notes if one.startswith(prepared.gathered.file.name)),
    )
    return source, parts


def _without_repeats(aside: Aside, draft: Draft, grids: Sequence[Grid], desk: Desk) -> tuple[Aside, list[Reject]]:
    """The parts without rows that repeat another word for word, and those rows as rejects."""
    key = key_of(aside.table, aside.columns)
    if key is None:
        return aside, []
    aside = controls.surveyed(aside, key, desk)
    if aside.is_unique:
        return aside, []
    pairs = identical(aside, key, desk)
    if not pairs:
        return aside, []
    found = rejects.of_repeats(draft, aside, pairs, grids, desk)
    return without(aside, ", ".join(str(row) for row, _ in pairs), desk), found


def _demand_rows(gathered: Gathered, asides: Sequence[Aside], refused: Sequence[Reject], desk: Desk) -> None:
    if any(one.files for one in asides):
        return
    if refused:
        first = refused[0].reason.rstrip(". ")
        raise BadSource(
            f"{gathered.file.name}: none of its {len(refused)} rows could be read; the first: {first}. "
            "Correct the file, or give a column map with --map."
        )
    raise BadSource(f"{gathered.file.name}: it holds headings but no rows. Ask for the export again, or leave it out.")


def _controls(
    gathered: Gathered, asides: Sequence[Aside], refused: Sequence[Reject], numbering: Numbering, desk: Desk
) -> list[Control]:
    def places(row_ids: Sequence[int]) -> str:
        return _places(row_ids, numbering, desk)

    found: list[Control] = []
    for draft, aside in zip(gathered.drafts, asides, strict=True):
        lost = sum(one.table == draft.table for one in refused)
        stated = controls.stated(draft.stated, aside, lost, desk)
        _demand_totals(gathered.file, stated, lost, desk)
        found += [_accepted(one, desk) for one in stated]
        found += controls.of_books(aside, places, desk, unique=aside.is_unique)
    if gathered.unread:
        names = ", ".join(gathered.unread)
        found.append(Control("every sheet is read", "", "0", str(len(gathered.unread)), False, names))
    return found


def _demand_totals(file: Handed, stated: Sequence[Control], lost: int, desk: Desk) -> None:
    missed = [one for one in stated if not one.holds]
    if not missed or desk.options.accept_totals:
        return
    said = "; ".join(
        f"{one.detail} states {one.name.split(': ')[1]} {one.expected}, the rows give {one.actual}" for one in missed
    )
    also = f" {lost} rows could not be read." if lost else ""
    raise BadSource(
        f"{file.name}: {said}.{also} The file is incomplete or altered; ask for it again, or take it in as it is with "
        "--accept-totals REASON."
    )


def _accepted(one: Control, desk: Desk) -> Control:
    """A stated total that is not met says why it was accepted, wherever it is shown."""
    reason = desk.options.accept_totals
    return one if one.holds or not reason else replace(one, detail=f"{one.detail}; 已接受 / accepted: {reason}")


def _places(row_ids: Sequence[int], numbering: Numbering, desk: Desk) -> str:
    """`lines 3, 4, 9`, with the sheet where there are several."""
    shown = list(row_ids[:8])
    if numbering.origin is None:
        lines = [str(one & ((1 << ORDINAL_BITS) - 1)) for one in shown]
    else:
        found = desk.engine.rows(
            f"SELECT sheet, line FROM read_parquet({text(str(numbering.origin))}) "
            f"WHERE row_id IN ({', '.join(map(str, shown))}) ORDER BY row_id"
        )
        several = len(numbering.sheets) > 1
        lines = [f"{numbering.sheets[sheet]} {line}" if several else str(line) for sheet, line in found]
    more = " …" if len(row_ids) > len(shown) else ""
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(lines)}{more}"


def _sums(
    asides: Sequence[Aside], gathered: Gathered, refused: Sequence[Reject], desk: Desk
) -> dict[str, dict[str, Any]]:
    """Per table: rows, rejects, rows skipped on purpose with the reason, and the sum of every money column as text."""
    found: dict[str, dict[str, Any]] = {}
    for draft, aside in zip(gathered.drafts, asides, strict=True):
        money = [name for name in aside.table.sums if name in aside.columns]
        totals = "".join(f", coalesce(sum({quoted(name)}), 0)" for name in money)
        rows, *sums = desk.engine.one(f"SELECT count(*){totals} FROM ({aside.scan})")
        held = found.setdefault(aside.table.name, {"rows": 0, "rejects": 0, "skipped": {}, "sums": {}})
        held["rows"] += rows
        for name, value in zip(money, sums, strict=True):
            held["sums"][name] = f"{Decimal(held['sums'].get(name, '0')) + value:f}"
        for why, count in draft.skipped.items():
            held["skipped"][why] = held["skipped"].get(why, 0) + count
    only = next(iter(found))
    for one in refused:
        found[one.table if one.table in found else only]["rejects"] += 1
    return found


def _plain(raw: dict[str, object]) -> dict[str, Any]:
    """A map as plain data for the manifest."""
    return {key: str(value) if isinstance(value, Path | Decimal) else value for key, value in raw.items()}
