"""The re-test desk: the stored methods of matters run again on newer books; what comes of it moves the matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from bihuan.errors import WrongUse
from bihuan.examine.retest import FAIL, INCONCLUSIVE, PASS, Question, Retest, retest
from bihuan.matters.models import Matter, MatterLead, RetestRecord
from bihuan.matters.office import workspace
from bihuan.matters.steps.act import perform
from bihuan.matters.steps.core import locked
from bihuan.matters.words import GateStatus, Resolution, State
from bihuan.store.snapshot import Snapshot, load

STATUS = {PASS: GateStatus.PASSED, FAIL: GateStatus.FAILED, INCONCLUSIVE: GateStatus.INCONCLUSIVE}
_GATED = (State.UNDER_ACCEPTANCE, State.ACCEPTED)


@dataclass(frozen=True)
class Answered:
    """What the re-test of one matter gave: the worst of its leads, and each lead's answer."""

    matter: str
    outcome: str
    answers: tuple[tuple[str, Retest], ...]  # lead id, answer


def retestable() -> list[Matter]:
    """Matters with a method whose re-test says something: reported or accepted ones, and closed as rectified."""
    open_ones = (State.IN_RECTIFICATION, State.SUBMITTED, *_GATED)
    found = Matter.objects.filter(leads__isnull=False, fixed_on__isnull=False).distinct().order_by("pk")
    return [
        one
        for one in found.select_related("unit")
        if one.state in open_ones or (one.state == State.CLOSED and one.resolution == Resolution.RECTIFIED)
    ]


def retest_all(snapshot: Snapshot, matters: Iterable[Matter] | None = None) -> list[Answered]:
    """Re-test them on the snapshot, one after the other; each is recorded before the next begins."""
    return [retest_matter(one, snapshot) for one in (retestable() if matters is None else matters)]


def retest_matter(matter: Matter, snapshot: Snapshot) -> Answered:
    """Ask the questions of all leads of the matter again, outside the transaction; then record and move in one."""
    _is_newer(matter, snapshot)
    answers = [(lead, _asked(lead, matter, snapshot)) for lead in matter.leads.all()]
    return _record(matter, snapshot, answers)


def worst(outcomes: Iterable[str]) -> str:
    """Fail before inconclusive before pass; nothing asked is inconclusive."""
    held = set(outcomes)
    return next((one for one in (FAIL, INCONCLUSIVE, PASS) if one in held), INCONCLUSIVE)


def _is_newer(matter: Matter, snapshot: Snapshot) -> None:
    old = {one.snapshot for one in matter.leads.all()}
    if snapshot.id in old:
        raise WrongUse(
            f"{matter.code}: the re-test needs newer books than those of its leads (snapshot {snapshot.id}). "
            "Collect the unit's newer books first."
        )


def _asked(lead: MatterLead, matter: Matter, snapshot: Snapshot) -> Retest:
    question = Question(lead.run, lead.method, lead.unit_code, lead.subject)
    return retest(workspace(), question, snapshot, after=matter.fixed_on)


@transaction.atomic
def _record(matter: Matter, snapshot: Snapshot, answers: list[tuple[MatterLead, Retest]]) -> Answered:
    held = locked(matter.code, None)
    now = timezone.now()
    for lead, one in answers:
        RetestRecord.objects.create(
            lead=lead, snapshot=snapshot.id, after=held.fixed_on, outcome=one.outcome,
            why={"zh": one.why.zh, "en": one.why.en}, population=one.population, old_hits=one.old_hits,
            new_hits=one.new_hits, is_remedied=one.is_remedied, round=held.round, at=now,
        )  # fmt: skip
    outcome = worst(one.outcome for _, one in answers)
    _move(held, snapshot, outcome, sum(one.new_hits for _, one in answers))
    return Answered(matter.code, outcome, tuple((lead.lead_id, one) for lead, one in answers))


def _move(matter: Matter, snapshot: Snapshot, outcome: str, new_hits: int) -> None:
    content = {"snapshot": snapshot.id, "new_hits": new_hits, "status": str(STATUS[outcome])}
    if matter.state in _GATED and matter.suspended_at is None:
        act = {PASS: "retest_passed", FAIL: "retest_failed", INCONCLUSIVE: "retest_waits"}[outcome]
        perform(matter.code, act, by=None, content=content)
    elif matter.state == State.CLOSED and outcome == FAIL and new_hits:
        perform(matter.code, "recur", by=None, content=content)


def newest(snapshot: str | None = None) -> Snapshot:
    """The snapshot of that id, or the newest books."""
    from bihuan.store.snapshot import head

    return load(workspace(), snapshot) if snapshot else head(workspace())
