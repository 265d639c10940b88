"""What a source is: unit + system + table + period; and what it replaces or repeats of the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

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
    new = [_New(one, desk) for one in asides if one.files and not _is_register(one)]
    replaced = tuple(one for one in same if desk.options.as_name or one.name == name or _common(new, one, held)[0])
    for one in held.live:
        if one not in replaced:
            _demand_nothing_common(name, new, one, held)
    if same and not replaced:
        identity = f"{identity} / {name}"
    return Place(identity, replaced)


@dataclass(frozen=True)
class _New:
    """New rows of one table, whose units and days are looked up once for all sources that they are held against."""

    aside: Aside
    desk: Desk

    @cached_property
    def days(self) -> tuple[str, str] | None:
        """The first and the last day; None where the rows tell none."""
        day = quoted(self.aside.table.date or "")
        first, last = self.desk.engine.one(f"SELECT min({day}), max({day}) FROM ({self.aside.scan})")
        return (first.isoformat(), last.isoformat()) if first else None

    @cached_property
    def units(self) -> frozenset[str | None]:
        """Every unit."""
        unit = quoted(self.aside.table.unit or "")
        return frozenset(row[0] for row in self.desk.engine.rows(f"SELECT DISTINCT {unit} FROM ({self.aside.scan})"))

    def may_meet(self, part: Part) -> bool:
        """Whether units and days of the part and these rows touch; most pairs of sources need no join."""
        table = self.aside.table
        if table.date in self.aside.columns and part.first and part.last:
            days = self.days
            if days and (days[0] > part.last or days[1] < part.first):
                return False
        if table.unit in self.aside.columns and part.units is not None:
            return not self.units.isdisjoint(part.units)
        return True


def _demand_nothing_common(name: str, new: Sequence[_New], other: Source, held: Held) -> None:
    count, shown = _common(new, other, held)
    if count:
        raise Overlap(
            f"{name}: {count} rows are in the books already from {other.name} (source {other.number}), such as {shown}."
            f" If it replaces that source, collect it with --as {other.identity!r}; if not, leave out one of the two."
        )


def _common(new: Sequence[_New], other: Source, held: Held) -> tuple[int, str]:
    """Rows that both sources bring."""
    for one in new:
        name = one.aside.table.name
        theirs = [part for part in held.parts if part.source == other.number and part.table == name]
        near = [part for part in theirs if one.may_meet(part)]
        if near:
            columns = sorted({column for part in near for column in part.columns} - {"row_id"})
            scan = relation(held.workspace, near, columns_of(table(name)))
            count, shown = overlap(one.aside, scan, columns, one.desk)
            if count:
                return count, shown
    return 0, ""


def _is_register(aside: Aside) -> bool:
    """Every export repeats a register: a table without days, or a list of parties without unit and day.

    Two sets of books have suppliers in common, each under codes of its own.
    """
    table = aside.table
    return table.date is None or (table.unit is None and table.date not in aside.columns)


def _units(units: set[str]) -> str:
    if len(units) <= _NAMED:
        return "+".join(sorted(units))
    return f"{len(units)} units {digest(sorted(units))[:8]}"


def _period(ends: set[str]) -> str:
    if not ends:
        return ""
    return min(ends) if min(ends) == max(ends) else f"{min(ends)}…{max(ends)}"
