"""The facts of a matter, read from its tables for the life-cycle to judge."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from bihuan.matters import clocks
from bihuan.matters.facts import Facts
from bihuan.matters.models import Entry, Item, Matter
from bihuan.matters.words import Class, Gate, GateStatus, Kind, Resolution, State

REPORTS = ("audit_report", "audit_decision")


def facts_of(matter: Matter) -> Facts:
    """What the checks need to know, as it stands now."""
    verification = matter.verifications.last()
    kinds = set(matter.documents.values_list("kind", flat=True))
    gates = {Gate(one.gate): one for one in matter.gates.all()}
    return Facts(
        kind=Kind(matter.kind),
        state=State(matter.state),
        klass=Class(matter.klass) if matter.klass else None,
        resolution=Resolution(matter.resolution) if matter.resolution else None,
        is_suspended=matter.suspended_at is not None,
        pending=matter.proposals.filter(is_confirmed=None).values_list("act", flat=True).first() or "",
        did=_did(matter),
        returned=matter.returned,
        in_return_time=clocks.may_hand_back(matter),
        has_team=matter.team.exists(),
        has_unit=True,
        has_class=bool(matter.klass),
        has_due_date=matter.due_at is not None,
        has_sheet="evidence_sheet" in kinds,
        is_shown=matter.shown_at is not None,
        has_response=verification is not None and verification.answered_at is not None,
        has_verification=verification is not None and not _unanswered_rows(matter),
        has_report=bool(kinds.intersection(REPORTS)),
        has_plan=_has_plan(matter),
        has_results=_has_results(matter),
        has_answer=_answered(matter),
        documents_checked=not items(matter).filter(is_checked=None).exists(),
        gates={gate: GateStatus(one.status) for gate, one in gates.items()},
        tries_to_rate=gates[Gate.RAISER].tries if Gate.RAISER in gates else 0,
        days_since_closed=_days_since(matter.closed_at),
    )


def items(matter: Matter) -> QuerySet[Item]:
    """The items that this round is about."""
    return matter.items.filter(round=matter.round)


def lacking_result(matter: Matter) -> list[Item]:
    """Items of this round without a proved result since rectification began."""
    proved = Q(document__isnull=False) | ~Q(voucher_no="") | ~Q(rule_no="")
    since = matter.began_at or matter.registered_at
    return [one for one in items(matter) if not one.outcomes.filter(proved, at__gte=since).exists()]


def _did(matter: Matter) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for act, who in (
        Entry.objects.filter(matter=matter.code, actor__isnull=False).values_list("act", "actor").distinct()
    ):
        found[act].add(who or 0)
    return {act: frozenset(who) for act, who in found.items()}


def _unanswered_rows(matter: Matter) -> bool:
    return matter.leads.filter(rows__finding="").exists()


def _has_plan(matter: Matter) -> bool:
    planned = list(items(matter))
    return bool(planned) and all(one.measure and one.responsible and one.due_on and _has_target(one) for one in planned)


def _has_target(item: Item) -> bool:
    return item.target is not None or item.matter.amount is None


def _has_results(matter: Matter) -> bool:
    return items(matter).exists() and not lacking_result(matter)


def _answered(matter: Matter) -> bool:
    since = matter.began_at
    return since is not None and matter.answers.filter(at__gte=since).exists()


def _days_since(moment: datetime | None) -> int:
    return 0 if moment is None else (timezone.now() - moment).days
