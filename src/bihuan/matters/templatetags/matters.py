"""`{% load matters %}`: lights, words of the life-cycle, two-language values of leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bihuan.errors import NotFound
from bihuan.examine.basis import citations
from bihuan.matters import clocks, scale
from bihuan.matters.models import Document, EvidenceRow, Matter, MatterLead, Outcome
from bihuan.matters.models.side import Referral
from bihuan.matters.sheets import content
from bihuan.matters.steps.fields import DOCUMENT_KINDS, FINDINGS
from bihuan.matters.timeline import act_words, role_words
from bihuan.matters.words import AnswerClass, Class, Gate, GateStatus, Kind, Light, MoneyKind, Resolution, State
from bihuan.people.language import is_english, say, words

register = template.Library()
TERMS = {
    one.__name__.lower(): one
    for one in (AnswerClass, Class, Gate, GateStatus, Kind, Light, MoneyKind, Resolution, State)
}
# Marks beside the status of a gate or a re-test, so that colour says nothing alone.
MARKS = {
    "passed": "✓", "pass": "✓", "waived": "◇", "failed": "✗", "fail": "✗", "open": "○", "inconclusive": "…",
    "unrated": "–", "not_required": "–",
}  # fmt: skip
RETESTS = {"pass": GateStatus.PASSED, "fail": GateStatus.FAILED, "inconclusive": GateStatus.INCONCLUSIVE}
ORDERS = {"blue": ("蓝色督办", "Blue"), "orange": ("橙色督办", "Orange"), "red": ("红色督办", "Red")}
OUTCOMES = {
    "money": ("资金", "Money"), "rule": ("制度", "Rule"), "people": ("处理处分", "People"),
    "referral": ("移送", "Referral"), "other": ("其他措施", "Other measure"),
}  # fmt: skip


@register.filter
def light(matter: Matter) -> SafeString:
    """The matter's light with its word."""
    found = clocks.light(matter)
    return format_html('<span class="light-{}">{}</span>', str(found), words(found))


@register.filter
def lamp(of: Light) -> SafeString:
    """A light by itself."""
    return format_html('<span class="light-{}">{}</span>', str(of), words(of))


@register.filter
def term(value: str, kind: str) -> str:
    """`{{ matter.state|term:"state" }}`: a stored word in the reader's language."""
    known = TERMS[kind]
    return words(known(value)) if value in set(known) else str(value or "")


@register.filter
def spoken(value: Mapping[str, str] | None) -> str:
    """A value in two languages; Chinese where there is no English."""
    held = value or {}
    return str((held.get("en") if is_english() else None) or held.get("zh") or held.get("en") or "")


@register.filter
def steps_spoken(lead: MatterLead) -> list[str]:
    """How the score came about, line by line."""
    return [spoken(one) if isinstance(one, dict) else str(one) for one in lead.score_steps]


@register.filter
def basis(lead: MatterLead) -> list[str]:
    """The rules that the lead names, in words; by its key where a later version knows the rule no more."""
    return [_cited(one, lead.on) for one in lead.basis]


def _cited(key: str, on: date | None) -> str:
    try:
        return citations((key,), on)[key]
    except NotFound:
        return key


@register.filter
def role(value: str) -> str:
    """A role in the reader's language."""
    return words(role_words(value))


@register.filter
def document_kind(document: Document) -> str:
    """What kind of document it is."""
    known = dict(DOCUMENT_KINDS)
    return words(known[document.kind]) if document.kind in known else document.kind


@register.filter
def finding(value: str) -> str:
    """What the verifier found of a row."""
    known = dict(FINDINGS)
    return words(known[value]) if value in known else ""


@register.filter
def gate_status(value: str) -> SafeString:
    """How a gate stands: mark and word."""
    return format_html('<span class="gate-{}">{} {}</span>', value, MARKS.get(value, ""), term(value, "gatestatus"))


@register.filter
def retest(value: str) -> SafeString:
    """What a re-test gave: mark and word."""
    return gate_status(str(RETESTS.get(value, value)))


@register.filter
def order_colour(value: str) -> str:
    """The colour of an order in words."""
    return say(*ORDERS.get(value, (value, value)))


@register.filter
def outcome_kind(outcome: Outcome) -> str:
    """What kind of result it is; money with its own kind."""
    if outcome.kind == "money":
        return term(outcome.money_kind, "moneykind")
    return say(*OUTCOMES.get(outcome.kind, (outcome.kind, outcome.kind)))


@register.filter
def stage(referral: Referral) -> str:
    """How far a referral is."""
    return say(referral.get_stage_display(), referral.stage.capitalize())


@register.filter
def official(matter: Matter) -> str:
    """The official word for how far the rectification is."""
    return scale.status(matter)


@register.filter
def size(count: int) -> str:
    """A file's size."""
    return f"{count / 1024:,.0f} KB" if count >= 1024 else f"{count} B"


@register.filter
def of_action(name: str, can: Any) -> bool:
    """Whether the act may be done now."""
    return name in can


@register.filter
def act_name(name: str) -> str:
    """What an act is called."""
    return words(act_words(name))


@register.filter
def row_words(row: EvidenceRow) -> str:
    """What a row of evidence says, personal columns masked."""
    return content(row, say("zh", "en"))
