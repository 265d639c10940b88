"""Rows of model tables out of the records of an OCDS or OC4IDS file, with rejects by their JSON path."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bihuan.collect.desk import Desk, Spool
from bihuan.collect.formats._json_plan import NOTHING, ROOTS, Misfit, Object, Plan, Standard, found, places
from bihuan.collect.formats._ocds_merge import LINE
from bihuan.collect.handed import Draft, Handed, Reject
from bihuan.collect.json_stream import Item
from bihuan.collect.rejects import RAW


@dataclass
class Rows:
    """The drafts of one file while it is read: rows, rejects, and what was left out."""

    handed: Handed
    desk: Desk
    standard: Standard
    rejects: list[Reject] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    lost: set[int] = field(default_factory=set)  # orders of records whose rows must not go in
    _seen: set[int] = field(default_factory=set)
    _spools: dict[str, Spool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for plan in self.standard.plans:
            if plan.table not in self._spools:
                self._spools[plan.table] = self.desk.spool(("order", *self.standard.columns(plan.table)))

    def add(self, record: Object, line: int, order: int) -> None:
        """All rows of one release or project. `order` marks them, to take them back by `lost`."""
        parties = {str(one.get("id")): one for one in _objects(record.get("parties"))}
        try:
            shared = self._shared(record, parties)
        except Misfit as error:
            self.reject(error, "", record, line)
            return
        for plan in self.standard.plans:
            if plan.each and record.get(plan.each[0]) is None:
                continue
            table = _Table(self, plan, record, parties, shared, line, str(order))
            try:
                for place in places(record, plan.each):
                    table.take(*place)
            except Misfit as error:
                self.reject(error, plan.table, error.value, line)

    def _shared(self, record: Object, parties: dict[str, Object]) -> dict[str, str | None]:
        head = record.get("buyer") or record.get("publicAuthority")
        buyer = parties.get(str(head.get("id")), NOTHING) if isinstance(head, dict) else NOTHING
        texts = found(self.standard.shared, (record, record, NOTHING, NOTHING, NOTHING, buyer))
        shared = {cell.column: text for cell, text in zip(self.standard.shared, texts, strict=True)}
        shared["unit_id"] = shared["unit_id"] or shared["unit_name"] or self.desk.options.unit
        return shared

    def put(self, table: str, line: int, cells: list[str | None]) -> None:
        """One row; `cells` begin with the order of the record."""
        self._spools[table].add(line, cells)

    def is_new(self, value: Object) -> bool:
        """Whether no equal object was met yet."""
        mark = hash(repr({key: one for key, one in value.items() if key != LINE}))
        if mark in self._seen:
            return False
        self._seen.add(mark)
        return True

    def reject(self, error: Misfit, table: str, raw: Any, line: int) -> None:
        """Keep a row aside that holds a value of another type."""
        shown = json.dumps(error.value, ensure_ascii=False, default=str)
        self.rejects.append(
            Reject(
                sheet="",
                line=line,
                reason=f"{self.handed.label}, record {line}, {error.path.lstrip('/')}: {shown[:200]} "
                f"is not {error.wanted}. Correct the value at this path.",
                raw=json.dumps(raw, ensure_ascii=False, default=str),
                table=table,
                column=error.column,
            )
        )

    def broken(self, item: Item) -> None:
        """Keep a line aside that is no JSON."""
        self.rejects.append(Reject("", item.line, item.fault, item.raw[:RAW]))

    def drafts(self) -> tuple[Draft, ...]:
        """One draft for each table that got rows or rejects."""
        return tuple(self._draft(table, spool) for table, spool in self._spools.items() if self._is_due(table, spool))

    def _is_due(self, table: str, spool: Spool) -> bool:
        spool.close()
        return spool.rows > 0 or any(one.table == table for one in self.rejects)

    def _draft(self, table: str, spool: Spool) -> Draft:
        lost = ", ".join(f"'{one}'" for one in sorted(self.lost))
        kept = f"""WHERE "order" IS NULL OR "order" NOT IN ({lost})""" if lost else ""
        return Draft(
            file=self.handed,
            table=table,
            scan=f'SELECT * EXCLUDE "order" FROM ({spool.of_sheet()}) {kept}',
            columns=spool.columns[1:],
            reader=self.standard.name,
            rejects=tuple(one for one in self.rejects if one.table == table),
            skipped=dict(self.left),
            binary=True,
            system=self.standard.name,
        )


@dataclass(frozen=True)
class _Table:
    """One plan at work on one record."""

    rows: Rows
    plan: Plan
    record: Object
    parties: dict[str, Object]
    shared: dict[str, str | None]
    line: int
    order: str

    def take(self, path: str, value: Any, above: Any) -> None:
        """The row, or rows, of one object."""
        try:
            self._take(value, above)
        except Misfit as error:
            lead = "" if error.path.startswith("/") else f"{path.lstrip('/')}/"
            whole = Misfit((lead + error.path.lstrip("/")).rstrip("/"), error.value, error.wanted, error.column)
            self.rows.reject(whole, self.plan.table, value, self.line)

    def _take(self, value: Any, above: Any) -> None:
        plan = self.plan
        if not isinstance(value, dict):
            raise Misfit("", value, "an object")
        if plan.needs and not value.get(plan.needs):
            return
        if plan.distinct and not self.rows.is_new(value):
            return
        if not plan.members:
            self._put(value, above, self._one(value, above), 0, 0)
            return
        members = _people(value, plan.members)
        if not members:
            self.rows.left[f"{plan.table} without {plan.members}"] += 1
        for number_, who in enumerate(members, 1):
            self._put(value, above, who, number_, len(members))

    def _one(self, value: Object, above: Any) -> Object:
        """The single tenderer or supplier of a row that is not split."""
        plan = self.plan
        if plan.first:
            return next(iter(_people(value, plan.first)), NOTHING)
        if plan.winner is None:
            return next(iter(_people(above, "tenderers")), NOTHING) if plan.table == "bid_item" else NOTHING
        holder = above if plan.winner.root == ROOTS["above"] else value
        award = next(
            (one for one in _objects(self.record.get("awards")) if one.get("id") == holder.get(plan.winner.keys[0])),
            NOTHING,
        )
        return next(iter(_objects(award.get("suppliers"))), NOTHING)

    def _put(self, value: Object, above: Any, who: Object, number_: int, members: int) -> None:
        plan = self.plan
        party = self.parties.get(str(who.get("id")), NOTHING) if who else NOTHING
        cells = found(plan.cells, (value, self.record, above, who, party, NOTHING))
        if number_ > 1:
            cells = [None if order in plan.once else text for order, text in enumerate(cells)]
        lead = [self.shared[name] for name in plan.shared] + [text for _, text in plan.fixed]
        counted = [str(number_), str(members)] if plan.members else []
        # What is told once for all records stays when its record gives way to a later version.
        order = None if plan.distinct else self.order
        self.rows.put(plan.table, value.get(LINE, self.line), [order, *lead, *counted, *cells])


def _people(holder: Any, key: str) -> list[Object]:
    listed = holder.get(key) if isinstance(holder, dict) else None
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise Misfit(key, listed, "a list")
    for index, one in enumerate(listed):
        if not isinstance(one, dict):
            raise Misfit(f"{key}/{index}", one, "an object")
    return listed


def _objects(value: Any) -> list[Object]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
