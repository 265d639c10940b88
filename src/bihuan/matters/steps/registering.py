"""How a matter comes into being: by hand, or leads of a run one by one, in bulk, or as a dossier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from bihuan.examine.header import Words
from bihuan.leads.evidence import EvidenceRow as Row
from bihuan.leads.evidence import evidence, with_values
from bihuan.leads.lead import Lead
from bihuan.leads.ranking import Ranking
from bihuan.matters import journal, search
from bihuan.matters.lifecycle import REGISTER, TAKE_UP, Refusal
from bihuan.matters.models import EvidenceRow, Matter, MatterLead
from bihuan.matters.models import Sequence as Numbers
from bihuan.matters.office import workspace
from bihuan.matters.standing import over
from bihuan.matters.steps.core import Refused, Trace
from bihuan.matters.words import Kind, Role, Side, State
from bihuan.people.models import Unit, User
from bihuan.store.canonical import digest

PREFIXES = {Kind.LEAD: "YD", Kind.FINDING: "XC", Kind.APPEAL: "SQ", Kind.SUGGESTION: "JY", Kind.TASK: "ZD"}
BATCH = 500


@dataclass
class TakenUp:
    """What came of taking up leads: new matters, leads followed already, matters that a recurrence reopened."""

    matters: list[Matter] = field(default_factory=list)
    followed: dict[str, str] = field(default_factory=dict)  # lead id → code of the matter that follows it
    unknown_units: dict[str, str] = field(default_factory=dict)  # lead id → unit that the workbench does not know


@transaction.atomic
def register(kind: Kind, *, by: User, unit: Unit, title: str, summary: str = "", **more: Any) -> Matter:
    """Register a matter by hand: title and what happened; `more` are place, source, amount, project, raiser."""
    role = _allowed(kind, by, unit)
    if not title.strip():
        raise Refused(Refusal("need", (Words("请写明事项", "the matter needs a title"),)))
    journal.lock()
    now = timezone.now()
    matter = Matter(
        kind=kind, state=State.REGISTERED, unit=unit, title=title[:300], summary=summary, registered_at=now, **more
    )
    if role in (Role.DELEGATE, Role.RESIDENT):
        matter.raiser = by
    _enter([matter], by, role)
    return matter


def take_up(
    ranking: Ranking, lead_ids: Sequence[str], *, by: User, as_dossier: bool = False, project: str = ""
) -> TakenUp:
    """Make matters of leads of a run; as a dossier, all leads of one unit become one matter.

    A lead that an open matter follows is not taken up twice; nor one that was dismissed on the same evidence.
    """
    known = {one.hit.id: one for one in ranking.leads}
    leads = [known.get(one) or ranking.lead(one) for one in dict.fromkeys(lead_ids)]
    result = TakenUp()
    fresh = _fresh(leads, result)
    order = _Order(ranking, _rows(ranking, fresh), by, project)
    groups = _by_unit(fresh) if as_dossier else [[one] for one in fresh]
    for start in range(0, len(groups), BATCH):
        _take_up_batch(order, groups[start : start + BATCH], result)
    return result


@dataclass(frozen=True)
class _Order:
    """What is the same for all leads that are taken up together."""

    ranking: Ranking
    rows: Mapping[str, list[Row]]
    by: User
    project: str


@transaction.atomic
def _take_up_batch(order: _Order, groups: list[list[Lead]], result: TakenUp) -> None:
    journal.lock()
    units = {one.code: one for one in Unit.objects.filter(code__in={group[0].hit.unit for group in groups})}
    made: list[tuple[Matter, list[Lead]]] = []
    for group in groups:
        leads = _fresh(group, result)  # again, now that nobody else can write
        unit = units.get(group[0].hit.unit)
        if unit is None:
            result.unknown_units |= {one.hit.id: one.hit.unit for one in leads}
        elif leads:
            _allowed(Kind.LEAD, order.by, unit)
            made.append((_matter(order, leads, unit), leads))
    matters = [matter for matter, _ in made]
    _enter(matters, order.by, Role.AUDITOR, [_trace(order.ranking, leads) for _, leads in made])
    for matter, leads in made:
        _copy(matter, leads, order)
    result.matters += matters


def _allowed(kind: Kind, by: User, unit: Unit) -> Role:
    """The role in which he registers, or Refused."""
    holds = over(by, unit).holds | (
        {(Role.RESIDENT, Side.RAISER)} if kind is Kind.APPEAL and not by.is_staff else set()
    )
    for may in REGISTER[kind]:
        if (may.role, may.side) in holds:
            return may.role
    roles = "、".join(sorted({one.role.zh for one in REGISTER[kind]}))
    raise Refused(Refusal("right", (Words(f"由{roles}登记", "not yours to register"),)))


def _fresh(leads: Iterable[Lead], result: TakenUp) -> list[Lead]:
    """Leads that nothing follows; one that was dismissed is fresh again where its evidence is new."""
    leads = list(leads)
    held: dict[str, MatterLead] = {}
    for one in MatterLead.objects.filter(lead_id__in=[lead.hit.id for lead in leads]).select_related("matter"):
        held[one.lead_id] = one
    for lead in leads:
        former = held.get(lead.hit.id)
        if former is not None and not _may_come_again(former, lead):
            result.followed[lead.hit.id] = former.matter.code
    return [one for one in leads if one.hit.id not in result.followed]


def _may_come_again(former: MatterLead, lead: Lead) -> bool:
    is_dismissed = former.matter.state == State.CLOSED and former.matter.resolution == "not_established"
    return is_dismissed and former.evidence_hash != lead.hit.evidence_hash


def _rows(ranking: Ranking, leads: list[Lead]) -> dict[str, list[Row]]:
    """The very rows with their values, unmasked: they are masked when shown."""
    office = workspace()
    found = evidence(office, ranking.run, [one.hit.id for one in leads])
    flat = with_values(office, ranking.run, [row for rows in found.values() for row in rows], unmask=True)
    values = {(row.table, row.row_id): row for row in flat}
    return {lead: [values[row.table, row.row_id] for row in rows] for lead, rows in found.items()}


def _by_unit(leads: list[Lead]) -> list[list[Lead]]:
    groups: dict[tuple[str, str], list[Lead]] = {}
    for one in leads:
        groups.setdefault((one.hit.unit, one.hit.currency or ""), []).append(one)
    return list(groups.values())


def _matter(order: _Order, leads: list[Lead], unit: Unit) -> Matter:
    first = leads[0].hit
    title = first.method.title["zh"] if len(leads) == 1 else f"{unit.name}线索包（{len(leads)}条疑点）"
    amounts = [one.hit.amount for one in leads if one.hit.amount is not None]
    return Matter(
        kind=Kind.LEAD, state=State.REGISTERED, unit=unit, title=title, project=order.project,
        registered_at=timezone.now(), source=f"运行 {order.ranking.run.id}",
        summary="\n".join(one.hit.reason("zh") for one in leads)[:4000],
        amount=sum(amounts, Decimal(0)) if amounts else None, currency=first.currency or "CNY",
    )  # fmt: skip


def _trace(ranking: Ranking, leads: list[Lead]) -> Trace:
    """The leads and their evidence by hash, the run they come from."""
    hashes = [one for lead in leads for one in (lead.hit.id, lead.hit.evidence_hash)]
    run = ranking.run
    return Trace(evidence=tuple(hashes), facts={"run": run.id, "snapshot": run.snapshot, "leads": len(leads)})


def _enter(matters: list[Matter], by: User, role: Role, traces: Sequence[Trace] = ()) -> None:
    """Give each a number, write its entry, then the matter: the database lets none in without its entry."""
    for matter, trace in zip(matters, traces or [Trace()] * len(matters), strict=True):
        matter.code = _next_code(Kind(matter.kind), matter.registered_at)
        texts = {"title": matter.title, "summary": matter.summary}
        entry = journal.write(
            act=TAKE_UP, actor=by.pk, role=str(role), matter=matter.code, target=State.REGISTERED,
            evidence=trace.evidence, texts={name: text for name, text in texts.items() if text},
            facts={"kind": str(matter.kind), "unit": matter.unit.code, **trace.facts},
        )  # fmt: skip
        matter.entry = entry.seq
        matter.save()
    search.add(matters)


def _next_code(kind: Kind, at: datetime) -> str:
    prefix = f"{PREFIXES[kind]}-{timezone.localdate(at).year}"
    numbers, _ = Numbers.objects.select_for_update().get_or_create(prefix=prefix)
    numbers.last += 1
    numbers.save()
    return f"{prefix}-{numbers.last:06d}"


def _copy(matter: Matter, leads: list[Lead], order: _Order) -> None:
    for lead in leads:
        held = MatterLead.objects.create(matter=matter, **_columns(lead, order.ranking))
        EvidenceRow.objects.bulk_create([_evidence(held, row) for row in order.rows.get(lead.hit.id, [])])


def _columns(lead: Lead, ranking: Ranking) -> dict[str, Any]:
    hit, method = lead.hit, lead.hit.method
    return {
        "lead_id": hit.id, "run": ranking.run.id, "snapshot": ranking.run.snapshot, "method": method.id,
        "version": method.version, "pack": method.pack, "level": method.level, "title": method.title,
        "reason": {one: hit.reason(one) for one in ("zh", "en")}, "ask": method.ask, "not_when": method.not_when,
        "basis": list(method.basis), "unit_code": hit.unit, "subject": {k: _plain(v) for k, v in hit.subject.items()},
        "amount": hit.amount, "currency": hit.currency or "CNY", "on": hit.on, "score": lead.score.value,
        "score_steps": list(lead.score.steps), "evidence_count": hit.evidence_count, "evidence_hash": hit.evidence_hash,
    }  # fmt: skip


def _evidence(lead: MatterLead, row: Row) -> EvidenceRow:
    values = {name: _plain(value) for name, value in row.values.items() if value is not None and name != "row_id"}
    place = {"table": row.table, "source": row.place.source, "sheet": row.place.sheet, "line": row.place.line}
    return EvidenceRow(lead=lead, row_id=row.row_id, values=values, hash=digest({**place, "values": values}), **place)


def _plain(value: object) -> Any:
    """A value as JSON holds it without losing a digit: money and dates are text."""
    return value if isinstance(value, str | int | bool) or value is None else str(value)
