"""From the assignment to what was established or dismissed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from bihuan.examine.header import Words
from bihuan.leads.labels import DISMISSED, ESTABLISHED, Label, append
from bihuan.matters.lifecycle import AUDIT, Refusal
from bihuan.matters.models import EvidenceRow, Item, Matter, Verification
from bihuan.matters.office import workspace
from bihuan.matters.standing import over
from bihuan.matters.steps.core import Doing, Refused, Trace, effect
from bihuan.matters.words import Class, Side
from bihuan.people.models import Unit


@effect("assign", "decide_assignment")
def assign(doing: Doing) -> Trace:
    """Give a lead to its audit team, any other matter to the unit in the lead."""
    matter, content = doing.matter, doing.content
    if matter.kind in AUDIT:
        matter.team.set(content["team"])
        return Trace(facts={"team": len(content["team"])}, texts=_texts(content, "reason"))
    matter.unit = _unit_over(doing, content["unit"])
    matter.co_units.set(Unit.objects.filter(code__in=content["co_units"]))
    matter.klass = content["klass"]
    facts = {"unit": content["unit"], "co_units": len(content["co_units"]), "class": content["klass"]}
    return Trace(facts=facts, texts=_texts(content, "reason"))


def _unit_over(doing: Doing, code: str) -> Unit:
    """The unit in the lead; one over which whoever assigns has his office."""
    assert doing.by is not None  # noqa: S101 (only people assign)
    unit = Unit.objects.get(code=code)
    if not any(side is Side.OFFICE and role == doing.role for role, side in over(doing.by, unit).holds):
        words = Words(f"{unit.name}不在您的职责范围", f"{unit.name} is not within your charge")
        raise Refused(Refusal("need", (words,)))
    return unit


@effect("hand_back")
def hand_back(doing: Doing) -> Trace:
    """The first receiver stays responsible until it is given to another."""
    doing.matter.returned += 1
    return Trace(facts={"returned": doing.matter.returned}, texts=_texts(doing.content, "reason"))


@effect("write_verification")
def write_verification(doing: Doing) -> Trace:
    """What was looked at, the result of each row, the basis, the amount; a newer one leaves the older where it is."""
    matter, content = doing.matter, doing.content
    former = matter.verifications.last()
    assert doing.by is not None  # noqa: S101 (only people verify)
    Verification.objects.create(
        matter=matter, looked_at=content["looked_at"], result=content["result"], basis=content["basis"],
        amount=_amount(content["amount"]), currency=matter.currency, by=doing.by, at=doing.now,
        unit_agrees=former.unit_agrees if former else None,
        unit_response=former.unit_response if former else "",
        answered_by=former.answered_by if former else None,
        answered_at=former.answered_at if former else None,
    )  # fmt: skip
    counted = _mark_rows(matter, content["rows"], content["rest"])
    texts = _texts(content, "looked_at", "result", "basis")
    return Trace(texts=texts, facts={"amount": content["amount"] or None, **counted})


def _mark_rows(matter: Matter, rows: Mapping[str, str], rest: str) -> dict[str, int]:
    """Write what was found of each row, and of all others at once; gives how many were found how."""
    held = EvidenceRow.objects.filter(lead__matter=matter)
    if rest:
        held.exclude(pk__in=rows).update(finding=rest)
    for row, finding in rows.items():
        held.filter(pk=row).update(finding=finding)
    counted = Counter(held.exclude(finding="").values_list("finding", flat=True))
    return {f"rows_{finding}": number for finding, number in sorted(counted.items())}


@effect("send_sheet")
def send_sheet(doing: Doing) -> Trace:
    """From here on the unit may know of the matter; it sees the sheet."""
    matter = doing.matter
    sheets = matter.documents.filter(kind="evidence_sheet")
    sheets.update(is_shown_to_unit=True)
    matter.shown_at = doing.now
    return Trace(evidence=tuple(sheets.values_list("sha256", flat=True)))


@effect("answer_sheet")
def answer_sheet(doing: Doing) -> Trace:
    """The unit agrees or not, in its own words."""
    matter, content = doing.matter, doing.content
    answered = matter.verifications.last()
    if answered is None:  # the sheet went out before the verification was written
        assert doing.by is not None  # noqa: S101
        answered = Verification(matter=matter, looked_at="", result="", basis="", by=doing.by, at=doing.now)
    answered.unit_agrees = content["agrees"] == "yes"
    answered.unit_response = content["response"]
    answered.answered_by, answered.answered_at = doing.by, doing.now
    answered.save()
    return Trace(texts=_texts(content, "response"), facts={"agrees": content["agrees"]})


@effect("establish")
def establish(doing: Doing) -> Trace:
    """Two people found that it holds: the items of its rectification are laid out, and the score learns from it."""
    matter = doing.matter
    matter.klass = doing.content.get("klass") or matter.klass or Class.IMMEDIATE
    found = matter.verifications.exclude(amount=None).last()
    matter.amount = found.amount if found else matter.amount
    matter.shown_at = matter.shown_at or doing.now
    matter.leads.update(verdict=ESTABLISHED)
    _lay_out(matter)
    _teach(matter, ESTABLISHED)
    reports = matter.documents.filter(kind__in=("audit_report", "audit_decision"))
    reports.update(is_shown_to_unit=True)
    amount = None if matter.amount is None else str(matter.amount)
    return Trace(
        evidence=tuple(reports.values_list("sha256", flat=True)), facts={"class": matter.klass, "amount": amount}
    )


@effect("dismiss")
def dismiss(doing: Doing) -> Trace:
    """Two people found that it does not hold: the method's hit is labelled a false positive."""
    doing.matter.leads.update(verdict=DISMISSED)
    _teach(doing.matter, DISMISSED)
    return Trace(texts=_texts(doing.content, "reason", "disproof"))


def _lay_out(matter: Matter) -> None:
    """One item a lead, or one for the whole; the unit writes the measures."""
    if matter.items.exists():
        return
    leads = list(matter.leads.all())
    for lead in leads:
        target = lead.amount if len(leads) > 1 else matter.amount
        problem = f"{lead.title.get('zh', '')}：{lead.reason.get('zh', '')}"
        Item.objects.create(matter=matter, problem=problem, target=target, currency=lead.currency)
    if not leads:
        Item.objects.create(matter=matter, problem=matter.title, target=matter.amount, currency=matter.currency)


def _teach(matter: Matter, verdict: str) -> None:
    """Tell the score, once the change stands; said again, nothing is added."""
    on = timezone.localdate().isoformat()
    labels = [
        Label(
            one.lead_id, one.method, verdict, None if one.amount is None else str(one.amount), "", "", on, matter.code
        )
        for one in matter.leads.all()
    ]
    if labels:
        transaction.on_commit(lambda: append(workspace(), labels))


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _texts(content: Any, *names: str) -> dict[str, str]:
    return {one: content[one] for one in names if content.get(one)}
