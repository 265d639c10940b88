"""Documents that are filled from the matter: the evidence sheet 取证单 and the closing slip 销号单."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from bihuan.examine.basis import citations
from bihuan.leads.lead import spoken
from bihuan.leads.mask import mask_row
from bihuan.matters import documents
from bihuan.matters.lifecycle import ACTS, refusal
from bihuan.matters.models import Document, EvidenceRow, Matter, MatterLead
from bihuan.matters.reading import facts_of
from bihuan.matters.standing import actor
from bihuan.matters.steps.core import Doing, Refused, Trace, locked, record, role_for
from bihuan.matters.verifier import short
from bihuan.matters.words import Gate, GateStatus, MoneyKind, Resolution, Role
from bihuan.model.table import tables
from bihuan.people.models import User
from bihuan.report.form import fill

ROWS_SHOWN = 200


@transaction.atomic
def make_evidence_sheet(code: str, *, by: User) -> list[Document]:
    """An evidence sheet for each lead of the matter, or one for a field finding, as the next version; masked."""
    matter = locked(code, by)
    who = actor(by, matter)
    if why := refusal(ACTS["add_document"], facts_of(matter), who):
        raise Refused(why)
    doing = Doing(matter, by, role_for(ACTS["add_document"], matter, who), {})
    made = []
    for number, lead in enumerate(list(matter.leads.all()) or [None], 1):
        name = f"取证单-{matter.code}-{number}.docx"
        kept = _filled(
            "evidence_sheet", name, evidence_values(matter, lead, number) if lead else _of_finding(matter, number)
        )
        made.append(documents.add(matter, kept, kind="evidence_sheet", by=by, number=f"{matter.code}-{number}"))
    record(doing, "add_document", Trace(tuple(one.sha256 for one in made), {}, {"kind": "evidence_sheet"}))
    return made


@transaction.atomic
def make_closing_slip(code: str, *, by: User) -> Document:
    """The closing slip with the journal's hash; the newest is given again where the matter did not change."""
    matter = locked(code, by)
    held = matter.documents.filter(kind="closing_slip", at__gte=matter.closed_at).last() if matter.closed_at else None
    if held is not None:
        return held
    if matter.resolution != Resolution.RECTIFIED:
        raise Matter.DoesNotExist(code)
    kept = _filled("closing_slip", f"销号单-{matter.code}.docx", slip_values(matter))
    made = documents.add(matter, kept, kind="closing_slip", by=None, number=matter.code)
    Document.objects.filter(pk=made.pk).update(is_shown_to_unit=True)
    record(Doing(matter, None, Role.ENGINE, {}), "closing_slip", Trace((made.sha256,)))
    return made


def evidence_values(matter: Matter, lead: MatterLead, number: int) -> dict[str, Any]:
    """What the evidence sheet says: the matter's lead, its rows with their places."""
    words = citations(tuple(lead.basis), lead.on)
    rows = list(lead.rows.all()[:ROWS_SHOWN])
    return {
        "number": f"{matter.code}-{number}", "project": matter.project,
        "unit": f"{matter.unit.name}（{matter.unit.code}）", "title": lead.title.get("zh", ""),
        "amount": "" if lead.amount is None else f"{lead.amount:,.2f} {lead.currency}",
        "on": "" if lead.on is None else lead.on.isoformat(), "reason": lead.reason.get("zh", ""),
        "why": "", "not_when": lead.not_when.get("zh") or "—", "ask": lead.ask.get("zh") or "—",
        "basis": "；".join(words.get(one, one) for one in lead.basis) or "—", "count": lead.evidence_count,
        "rows": [_row(index, one) for index, one in enumerate(rows, 1)], "privacy": "个人信息已遮盖",
        "lead_id": lead.lead_id, "method": lead.method, "version": lead.version[:12], "run": lead.run,
        "snapshot": lead.snapshot, "evidence_hash": lead.evidence_hash[:16],
    }  # fmt: skip


def _of_finding(matter: Matter, number: int) -> dict[str, Any]:
    """What the evidence sheet says of a field finding: there are no rows of the books behind it."""
    nothing = dict.fromkeys(("why", "not_when", "ask", "basis", "method", "version", "run", "snapshot"), "—")
    return {
        **nothing, "number": f"{matter.code}-{number}", "project": matter.project,
        "unit": f"{matter.unit.name}（{matter.unit.code}）", "title": matter.title,
        "amount": "" if matter.amount is None else f"{matter.amount:,.2f} {matter.currency}", "on": "",
        "reason": matter.summary or matter.title, "count": 0, "rows": [], "privacy": "个人信息已遮盖",
        "lead_id": matter.code, "evidence_hash": "—",
    }  # fmt: skip


def slip_values(matter: Matter) -> dict[str, Any]:
    """What the closing slip says: items with their results, the gates, the journal's hash."""
    from bihuan.matters.models import Entry

    entry = Entry.objects.get(seq=matter.entry)
    return {
        "code": matter.code, "title": matter.title, "unit": matter.unit.name,
        "amount": "" if matter.amount is None else f"{matter.amount:,.2f} {matter.currency}",
        "registered": timezone.localdate(matter.registered_at).isoformat(),
        "closed": timezone.localdate(matter.closed_at).isoformat() if matter.closed_at else "",
        "items": [_item(index, one) for index, one in enumerate(matter.items.all(), 1)],
        "gates": [_gate(one) for one in matter.gates.all()],
        "entry": entry.seq, "hash": entry.hash, "short": short(entry.hash),
    }  # fmt: skip


def _filled(form: str, name: str, values: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        fill(form, path, values)
        with path.open("rb") as file:
            return documents.take(File(file, name))


def _row(number: int, row: EvidenceRow) -> dict[str, object]:
    return {"number": number, "source": row.source, "sheet": row.sheet, "line": row.line, "content": content(row)}


def content(row: EvidenceRow, language: str = "zh", *, unmask: bool = False) -> str:
    """What a row of evidence says, label and value of each filled column; personal ones masked."""
    values = row.values if unmask else mask_row(row.values, [row.table])
    known = tables().get(row.table)
    columns = [one for one in known.columns if values.get(one.name) not in (None, "")] if known else []
    return "；".join(f"{getattr(one, language)}：{spoken(values[one.name])}" for one in columns)


def _item(number: int, item: Any) -> dict[str, object]:
    return {
        "number": number, "problem": item.problem, "measure": item.measure,
        "results": "；".join(_outcome(one) for one in item.outcomes.all()) or "—",
    }  # fmt: skip


def _outcome(one: Any) -> str:
    if one.kind == "money":
        return f"{MoneyKind(one.money_kind).zh} {one.amount:,.2f}（凭证 {one.voucher_no}）"
    if one.kind == "rule":
        return f"制度《{one.rule_name}》{one.rule_no}"
    if one.kind == "people":
        return f"处理处分 {one.people} 人"
    return str(one.text or one.get_kind_display())


def _gate(one: Any) -> dict[str, str]:
    return {"gate": Gate(one.gate).zh, "status": GateStatus(one.status).zh}
