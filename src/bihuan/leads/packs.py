"""What a run found, summed up by pack and method: leads, amounts, units, other organisations; each sum has its list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bihuan.leads.lead import Lead, Method, Run
from bihuan.leads.ranking import Ranking
from bihuan.store.books import open_books
from bihuan.store.engine import Engine, text
from bihuan.store.snapshot import load
from bihuan.store.workspace import Workspace

OWN = ("unit", "buyer", "employer")  # roles in which the unit itself stands on a row


@dataclass(frozen=True)
class Line:
    """One method of a pack, or the whole pack where `method` is None.

    `amounts` by currency are sums over leads: what two methods ask about the same rows counts in both lines; in the
    pack's line, where its leads share a dossier, each dossier counts once. `others` is None where nothing was linked.
    """

    pack: str
    method: Method | None
    leads: tuple[str, ...]  # ids: the list behind the numbers
    units: int
    others: int | None
    amounts: Mapping[str, Decimal]


def summed(workspace: Workspace, ranking: Ranking, packs: Iterable[str] = ()) -> list[Line]:
    """A line for each pack (the largest amount first), followed by its methods in the same order."""
    wanted = set(packs)
    held = [one for one in ranking.leads if not wanted or one.hit.method.pack in wanted]
    others = _others(workspace, ranking.run)
    by_pack: dict[str, list[Lead]] = defaultdict(list)
    for lead in held:
        by_pack[lead.hit.method.pack].append(lead)
    home = workspace.settings.currency
    lines = []
    for pack, leads in by_pack.items():
        of_method: dict[str, list[Lead]] = defaultdict(list)
        for lead in leads:
            of_method[lead.hit.method.id].append(lead)
        whole = _line((pack, None), leads, others, _once(ranking, leads, home))
        own = [
            _line((pack, some[0].hit.method), some, others, _sum((one.hit.currency, one.hit.amount) for one in some))
            for some in of_method.values()
        ]
        lines.append((whole, sorted(own, key=lambda one: _order(one, home))))
    ordered = sorted(lines, key=lambda pair: _order(pair[0], home))
    return [line for whole, own in ordered for line in (whole, *own)]


def _order(one: Line, home: str) -> tuple[Decimal, str]:
    return -one.amounts.get(home, Decimal(0)), one.method.id if one.method else one.pack


def _line(
    of: tuple[str, Method | None],
    leads: list[Lead],
    others: Mapping[str, frozenset[int]] | None,
    amounts: Mapping[str, Decimal],
) -> Line:
    ids = tuple(one.hit.id for one in leads)
    units = len({one.hit.unit for one in leads})
    known = None if others is None else len(frozenset().union(*(others.get(one, frozenset()) for one in ids)))
    return Line(*of, ids, units, known, amounts)


def _once(ranking: Ranking, leads: list[Lead], home: str) -> Mapping[str, Decimal]:
    """The largest amount of each dossier among these leads."""
    mine = {one.hit.id for one in leads}
    largest = []
    for dossier in ranking.dossiers:
        own = [one for one in dossier.leads if one.hit.id in mine]
        by_currency: dict[str, Decimal] = defaultdict(Decimal)
        for one in own:
            currency = one.hit.currency or home
            by_currency[currency] = max(by_currency[currency], one.hit.amount or Decimal(0))
        largest += list(by_currency.items())
    return _sum(largest)


def _sum(amounts: Iterable[tuple[str | None, Decimal | None]]) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for currency, amount in amounts:
        found[currency or ""] += amount or Decimal(0)
    return dict(sorted(found.items()))


def _others(workspace: Workspace, run: Run) -> Mapping[str, frozenset[int]] | None:
    """For each lead the organisations on its rows beside the unit; None where the books were not linked."""
    snapshot = load(workspace, run.snapshot)
    keys = sorted({one.key for one in run.methods})
    if "entity_of" not in snapshot.tables or not keys:
        return None
    files = ", ".join(text(str(workspace.runs / "results" / key / "evidence.parquet")) for key in keys)
    with open_books(workspace, snapshot) as engine:
        return _found(engine, files)


def _found(engine: Engine, files: str) -> Mapping[str, frozenset[int]]:
    own = ", ".join(text(role) for role in OWN)
    rows = engine.rows(
        f"""SELECT lead_id, list(DISTINCT held.entity_id)
        FROM read_parquet([{files}]) AS shown
        JOIN entity_of AS held ON held.in_table = shown."table" AND held.in_row = shown.row_id
        WHERE held.kind = 'organization' AND held.role NOT IN ({own})
        GROUP BY lead_id"""
    )
    return {lead: frozenset(entities) for lead, entities in rows}
