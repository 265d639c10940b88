"""What a source is: unit + system + table + period; and what it replaces or repeats of the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Draft
from bihuan.collect.keys import overlap
from bihuan.collect.parts import Aside
from bihuan.errors import Overlap
from bihuan.model.table import table
from bihuan.store.books import columns_of
from bihuan.store.canonical import digest
from bihuan.store.engine import quoted
from bihuan.store.snapshot import Part, Source, relation
from bihuan.store.workspace import Workspace

_NAMED = 3  # more units than these are called by their number


@dataclass(frozen=True)
class Held:
    """The books as they are before the new source: its workspace, the sources whose rows are in them, their parts."""

    workspace: Workspace
    live: Sequence[Source]
    parts: Sequence[Part]


@dataclass(frozen=True)
class Place:
    """Where a new source stands among the others."""

    identity: str
    supersedes: tuple[Source, ...]


def of(drafts: Sequence[Draft], asides: Sequence[Aside], desk: Desk) -> str:
    """`unit / system / tables / period` of what the source holds; the same however its columns were found."""
    units, days, years = set[str](), set[str](), set[int]()
    for one in asides:
        if one.table.unit in one.columns:
            units |= {
                row[0] for row in desk.engine.rows(f"SELECT DISTINCT {quoted(one.table.unit or '')} FROM ({one.scan})")
            }
        if one.table.date in one.columns:
            day = quoted(one.table.date or "")
            ends = desk.engine.one(
                f"SELECT strftime(min({day}), '%Y-%m'), strftime(max({day}), '%Y-%m') FROM ({one.scan})"
            )
            days |= {end for end in ends if end}
        elif "fiscal_year" in one.columns:
            years |= {row[0] for row in desk.engine.rows(f"SELECT DISTINCT fiscal_year FROM ({one.scan})") if row[0]}
    system = "+".join(sorted({one.system for one in drafts if one.system}))
    tables = "+".join(sorted({one.table.name for one in asides}))
    parts = (_units(units), system, tables, _period(days or {str(one) for one in years}))
    return " / ".join(part for part in parts if part)


def place(name: str, identity: str, asides: Sequence[Aside], held: Held, desk: Desk) -> Place:
    """What the source replaces; Overlap where it repeats rows of a source that it does not replace."""
    same = [one for one in held.live if one.identity == identity]
    replaced = tuple(
        one for one in same if desk.options.as_name or one.name == name or _common(asides, one, held, desk)[0]
    )
    for one in held.live:
        if one not in replaced:
            _demand_nothing_common(name, asides, one, held, desk)
    if same and not replaced:
        identity = f"{identity} / {name}"
    return Place(identity, replaced)


def _demand_nothing_common(name: str, asides: Sequence[Aside], other: Source, held: Held, desk: Desk) -> None:
    count, shown = _common(asides, other, held, desk)
    if count:
        raise Overlap(
            f"{name}: {count} rows are in the books already from {other.name} (source {other.number}), such as {shown}."
            f" If it replaces that source, collect it with --as {other.identity!r}; if not, leave out one of the two."
        )


def _common(asides: Sequence[Aside], other: Source, held: Held, desk: Desk) -> tuple[int, str]:
    """Rows that both sources bring."""
    for one in asides:
        if _is_register(one) or not one.files:
            continue
        theirs = [part for part in held.parts if part.source == other.number and part.table == one.table.name]
        near = [part for part in theirs if _may_meet(part, one, desk)]
        if near:
            columns = sorted({name for part in near for name in part.columns} - {"row_id"})
            scan = relation(held.workspace, near, columns_of(table(one.table.name)))
            count, shown = overlap(one, scan, columns, desk)
            if count:
                return count, shown
    return 0, ""


def _is_register(aside: Aside) -> bool:
    """Every export repeats a register: a table without days, or a list of parties without unit and day.

    Two sets of books have suppliers in common, each under codes of its own.
    """
    table = aside.table
    return table.date is None or (table.unit is None and table.date not in aside.columns)


def _may_meet(part: Part, aside: Aside, desk: Desk) -> bool:
    """Whether units and days of the part and the new rows touch; most pairs of sources need no join."""
    unit, day = aside.table.unit, aside.table.date
    if day in aside.columns and part.first and part.last:
        first, last = desk.engine.one(f"SELECT min({quoted(day or '')}), max({quoted(day or '')}) FROM ({aside.scan})")
        if first and (first.isoformat() > part.last or last.isoformat() < part.first):
            return False
    if unit in aside.columns and part.units is not None:
        units = desk.engine.rows(f"SELECT DISTINCT {quoted(unit or '')} FROM ({aside.scan})")
        return not {row[0] for row in units}.isdisjoint(part.units)
    return True


def _units(units: set[str]) -> str:
    if len(units) <= _NAMED:
        return "+".join(sorted(units))
    return f"{len(units)} units {digest(sorted(units))[:8]}"


def _period(ends: set[str]) -> str:
    if not ends:
        return ""
    return min(ends) if min(ends) == max(ends) else f"{min(ends)}…{max(ends)}"
