"""The facts of matters read from their tables: a dozen queries however many matters there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from bihuan.matters import clocks
from bihuan.matters.facts import Facts
from bihuan.matters.models import (
    Answer,
    Document,
    Entry,
    GateState,
    Item,
    Matter,
    MatterLead,
    Outcome,
    Proposal,
    Verification,
)
from bihuan.matters.words import Class, Gate, GateStatus, Kind, Resolution, State

M = TypeVar("M", bound=Model)
REPORTS = ("audit_report", "audit_decision")
PROVED = Q(document__isnull=False) | ~Q(voucher_no="") | ~Q(rule_no="")


@dataclass
class _Read:
    """What the tables say of the matters, by matter id."""

    verifications: dict[int, Verification] = field(default_factory=dict)
    documents: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    gates: dict[int, dict[Gate, GateState]] = field(default_factory=lambda: defaultdict(dict))
    pending: dict[int, str] = field(default_factory=dict)
    did: dict[str, dict[str, set[int]]] = field(default_factory=dict)  # by code
    with_team: set[int] = field(default_factory=set)
    with_open_rows: set[int] = field(default_factory=set)
    items: dict[int, list[Item]] = field(default_factory=lambda: defaultdict(list))
    proofs: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))  # by item
    answers: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))


def facts_of_many(matters: Iterable[Matter]) -> dict[int, Facts]:
    """The facts of each matter by its id."""
    held = list(matters)
    read = _read(held)
    return {one.pk: _facts(one, read) for one in held}


def _read(matters: list[Matter]) -> _Read:
    ids = [one.pk for one in matters]
    read = _Read()
    read.verifications = {one.matter_id: one for one in _of(Verification, ids).order_by("pk")}
    for matter, kind in _of(Document, ids).order_by().values_list("matter", "kind").distinct():
        read.documents[matter].add(kind)
    for gate in _of(GateState, ids):
        read.gates[gate.matter_id][Gate(gate.gate)] = gate
    read.pending = dict(_of(Proposal, ids).filter(is_confirmed=None).values_list("matter", "act"))
    read.did = _did([one.code for one in matters])
    read.with_team = set(_of(Matter.team.through, ids).values_list("matter", flat=True))
    read.with_open_rows = set(_of(MatterLead, ids).filter(rows__finding="").values_list("matter", flat=True))
    for item in _of(Item, ids).filter(round=F("matter__round")):
        read.items[item.matter_id].append(item)
    for item_id, at in Outcome.objects.filter(PROVED, item__matter__in=ids).values_list("item", "at"):
        read.proofs[item_id].append(at)
    for matter, at in _of(Answer, ids).values_list("matter", "at"):
        read.answers[matter].append(at)
    return read


def _of(model: type[M], ids: list[int]) -> QuerySet[M]:
    return model._default_manager.filter(matter__in=ids)


def _did(codes: list[str]) -> dict[str, dict[str, set[int]]]:
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    entries = Entry.objects.filter(matter__in=codes, actor__isnull=False).order_by()
    for code, act, who in entries.values_list("matter", "act", "actor").distinct():
        found[code][act].add(who or 0)
    return found


def _facts(matter: Matter, read: _Read) -> Facts:
    verification = read.verifications.get(matter.pk)
    gates, kinds, items = read.gates[matter.pk], read.documents[matter.pk], read.items[matter.pk]
    return Facts(
        kind=Kind(matter.kind),
        state=State(matter.state),
        klass=Class(matter.klass) if matter.klass else None,
        resolution=Resolution(matter.resolution) if matter.resolution else None,
        is_suspended=matter.suspended_at is not None,
        pending=read.pending.get(matter.pk, ""),
        did={act: frozenset(who) for act, who in read.did.get(matter.code, {}).items()},
        returned=matter.returned,
        in_return_time=clocks.may_hand_back(matter),
        has_team=matter.pk in read.with_team,
        has_unit=True,
        has_class=bool(matter.klass),
        has_due_date=matter.due_at is not None,
        has_sheet="evidence_sheet" in kinds,
        is_shown=matter.shown_at is not None,
        has_response=verification is not None and verification.answered_at is not None,
        has_verification=verification is not None and matter.pk not in read.with_open_rows,
        has_report=bool(kinds.intersection(REPORTS)),
        has_plan=bool(items) and all(_is_planned(one, matter) for one in items),
        has_results=bool(items) and all(_is_proved(one, matter, read) for one in items),
        has_answer=matter.began_at is not None and any(at >= matter.began_at for at in read.answers[matter.pk]),
        documents_checked=all(one.is_checked is not None for one in items),
        gates={gate: GateStatus(one.status) for gate, one in gates.items()},
        tries_to_rate=gates[Gate.RAISER].tries if Gate.RAISER in gates else 0,
        days_since_closed=0 if matter.closed_at is None else (timezone.now() - matter.closed_at).days,
    )


def _is_planned(item: Item, matter: Matter) -> bool:
    has_target = item.target is not None or matter.amount is None
    return bool(item.measure and item.responsible and item.due_on and has_target)


def _is_proved(item: Item, matter: Matter, read: _Read) -> bool:
    since = matter.began_at or matter.registered_at
    return any(at >= since for at in read.proofs[item.pk])
