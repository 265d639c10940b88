"""My work: the acts of the life-cycle that wait for one person, soonest first. The filters keep it quick."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from bihuan.examine.header import Words
from bihuan.matters.clocks import light
from bihuan.matters.facts import Actor, Facts
from bihuan.matters.lifecycle import ACTS, CONFIRM, Act, Refusal, refusal, refusal_to_confirm
from bihuan.matters.many import PROVED, facts_of_many
from bihuan.matters.models import Document, Entry, GateState, Item, Matter, Outcome, Promise, Proposal, Verification
from bihuan.matters.requirements import MOST_RETURNS, MOST_TRIES
from bihuan.matters.scope import beside, visible
from bihuan.matters.standing import actor
from bihuan.matters.words import Class, Gate, GateStatus, Kind, Light, State
from bihuan.people.models import User

MOST_COUNTED = 200  # beyond, a group says “200+”
MOST_SHOWN = 10
MOST_PROPOSALS = 2000  # of the whole office that are looked at, the oldest first
PROMISE_DAYS = 30  # a promise counts as work from so long before its date
_SETTLED = (GateStatus.PASSED, GateStatus.WAIVED, GateStatus.NOT_REQUIRED)


@dataclass(frozen=True)
class Waiting:
    """One matter that waits, and what is still missing before the act."""

    matter: Matter
    missing: tuple[Words, ...] = ()
    proposal: Proposal | None = None


@dataclass
class Group:
    """An act that is mine, with the matters that wait for it."""

    name: str  # of the act, or confirm_<act>
    act: Act
    pks: list[int] = field(default_factory=list)
    lights: Counter[Light] = field(default_factory=Counter)
    rows: list[Waiting] = field(default_factory=list)
    is_second: bool = False

    @property
    def count(self) -> int:
        """How many wait; at most one more than is counted."""
        return len(self.pks)

    @property
    def has_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > MOST_COUNTED


def groups(user: User) -> list[Group]:
    """Everything that waits for him: second signatures first, then his acts in the order of the loop."""
    found = [*_to_confirm(user), *(one for name in DUTIES if (one := _group(user, ACTS[name])) is not None)]
    _fill(user, found)
    return [one for one in found if one.rows]


def own_proposals(user: User) -> list[Proposal]:
    """What he proposed and what still waits for somebody else."""
    mine = Proposal.objects.filter(by=user, is_confirmed=None).select_related("matter__unit").order_by("at", "pk")
    return _seen(user, list(mine[:MOST_SHOWN]))


def declined(user: User, days: int = 14) -> list[Proposal]:
    """His proposals that somebody else declined lately, with the reason."""
    since = timezone.now() - timedelta(days=days)
    lately = Proposal.objects.filter(by=user, is_confirmed=False, decided_at__gte=since).exclude(decided_by=user)
    return _seen(user, list(lately.select_related("matter__unit").order_by("-decided_at")[:5]))


def _seen(user: User, proposals: list[Proposal]) -> list[Proposal]:
    """Those whose matter he may see still."""
    seen = set(visible(user).filter(pk__in=[one.matter_id for one in proposals]).values_list("pk", flat=True))
    return [one for one in proposals if one.matter_id in seen]


def _group(user: User, act: Act) -> Group | None:
    """The matters that wait for this act of his; None where he never has a right to it."""
    mine = beside(user, act.may)
    if mine is None:
        return None
    found = visible(user).filter(mine, DUTIES[act.name](), state__in=act.sources, suspended_at=None)
    if act.target is not None or act.second is not None:
        found = found.exclude(_awaits_second())
    if act.not_who:
        found = found.exclude(_did(user, act.not_who))
    made = Group(act.name, act)
    for one in _soonest(found):
        made.pks.append(one.pk)
        made.lights[light(one)] += 1
    return made if made.pks else None


def _soonest(found: QuerySet[Matter]) -> list[Matter]:
    """By due date, what has none last; two queries, since databases disagree on where nothing sorts."""
    columns = ("pk", "state", "suspended_at", "due_at", "near_at", "late_at")
    slim = found.select_related(None).only(*columns)
    dated = list(slim.filter(due_at__isnull=False).order_by("due_at", "-id")[: MOST_COUNTED + 1])
    left = MOST_COUNTED + 1 - len(dated)
    return dated + (list(slim.filter(due_at=None).order_by("-id")[:left]) if left else [])


def _to_confirm(user: User) -> list[Group]:
    """What others proposed and he may confirm, by act; the oldest first."""
    waiting = Proposal.objects.filter(is_confirmed=None).exclude(by=user).order_by("at", "pk")
    by_act: dict[str, list[int]] = {}
    for name, matter in waiting.values_list("act", "matter")[:MOST_PROPOSALS]:
        by_act.setdefault(name, []).append(matter)
    found = []
    for name, act in ACTS.items():
        mine = beside(user, act.second.may) if act.second and name in by_act else None
        if mine is None:
            continue
        seen = set(visible(user).filter(mine, pk__in=by_act[name]).values_list("pk", flat=True))
        pks = [one for one in by_act[name] if one in seen][: MOST_COUNTED + 1]
        if pks:
            found.append(Group(f"{CONFIRM}_{name}", act, pks, is_second=True))
    return found


def _fill(user: User, found: Iterable[Group]) -> None:
    """Read the matters that are shown, all at once, and leave out what is not his after all."""
    wanted = {pk for one in found for pk in one.pks[:MOST_SHOWN]}
    matters = Matter.objects.select_related("unit").prefetch_related("team", "co_units").in_bulk(wanted)
    facts = facts_of_many(matters.values())
    proposals = {
        one.matter_id: one for one in Proposal.objects.filter(matter__in=wanted, is_confirmed=None).select_related("by")
    }
    for group in found:
        for pk in group.pks[:MOST_SHOWN]:
            who = actor(user, matters[pk])
            why = _why(group, facts[pk], who)
            is_never_his = group.act.not_of_unit and who.is_of_unit
            if why is None or (why.ground == "need" and not group.is_second and not is_never_his):
                group.rows.append(Waiting(matters[pk], why.words if why else (), proposals.get(pk)))
        if len(group.pks) <= MOST_SHOWN:
            group.pks = [one.matter.pk for one in group.rows]
        if group.is_second:
            group.lights = Counter(light(one.matter) for one in group.rows)


def _why(group: Group, facts: Facts, who: Actor) -> Refusal | None:
    return refusal_to_confirm(group.act, facts, who) if group.is_second else refusal(group.act, facts, who)


def _did(user: User, acts: tuple[str, ...]) -> Q:
    return Q(Exists(Entry.objects.filter(matter=OuterRef("code"), actor=user.pk, act__in=acts)))


def _awaits_second() -> Q:
    return Q(Exists(Proposal.objects.filter(matter=OuterRef("pk"), is_confirmed=None)))


def _has_document(*kinds: str) -> Q:
    return Q(Exists(Document.objects.filter(matter=OuterRef("pk"), kind__in=kinds)))


def _gate(gate: Gate, *statuses: GateStatus) -> Q:
    return Q(Exists(GateState.objects.filter(matter=OuterRef("pk"), gate=gate, status__in=statuses)))


def _any_gate(*statuses: GateStatus) -> Q:
    return Q(Exists(GateState.objects.filter(matter=OuterRef("pk"), status__in=statuses)))


def _item(*conditions: Q, **values: object) -> Q:
    return Q(Exists(Item.objects.filter(*conditions, matter=OuterRef("pk"), round=OuterRef("round"), **values)))


def _unproved_item() -> Q:
    proved = Outcome.objects.filter(PROVED, item=OuterRef("pk"), at__gte=OuterRef("matter__began_at"))
    return _item(~Q(Exists(proved)))


def _verified() -> Q:
    return Q(Exists(Verification.objects.filter(matter=OuterRef("pk")).exclude(looked_at="")))


def _answered_sheet() -> Q:
    return Q(Exists(Verification.objects.filter(matter=OuterRef("pk"), answered_at__isnull=False)))


def _promise_due() -> Q:
    soon = timezone.localdate() + timedelta(days=PROMISE_DAYS)
    return Q(Exists(Promise.objects.filter(matter=OuterRef("pk"), kept_at=None, due_on__lte=soon)))


def _unrated() -> Q:
    few = GateState.objects.filter(
        matter=OuterRef("pk"), gate=Gate.RAISER, status__in=(GateStatus.OPEN, GateStatus.UNRATED), tries__lt=MOST_TRIES
    )
    return Q(Exists(few))


def _planless() -> Q:
    return Q(klass=Class.IMMEDIATE) | Q(kind=Kind.APPEAL)


# The acts that carry a matter on, in the order of the loop, each with what must be so for it to be somebody's work now.
DUTIES: dict[str, Callable[[], Q]] = {
    "assign": lambda: Q(returned__lt=MOST_RETURNS),
    "decide_assignment": lambda: Q(returned__gte=MOST_RETURNS),
    "sign_for": Q,
    "write_verification": lambda: ~_verified(),
    "send_sheet": lambda: Q(shown_at=None) & _has_document("evidence_sheet"),
    "answer_sheet": lambda: Q(shown_at__isnull=False) & ~_answered_sheet(),
    "establish": _verified,
    "write_item": lambda: Q(state=State.ESTABLISHED) & ~_planless() & _item(Q(measure="") | Q(due_on=None)),
    "plan": lambda: ~_planless() & ~_item(Q(measure="") | Q(due_on=None)),
    "record_result": _unproved_item,
    "answer": lambda: _item(outcomes=None),
    "submit": lambda: ~_unproved_item(),
    "receive": Q,
    "check_item": lambda: _gate(Gate.DOCUMENTS, GateStatus.OPEN) & _item(is_checked=None),
    "send_back": lambda: Q(state=State.UNDER_ACCEPTANCE) & _any_gate(GateStatus.FAILED),
    "ask_raiser": _unrated,
    "rate": lambda: _gate(Gate.RAISER, GateStatus.OPEN, GateStatus.UNRATED),
    "accept": lambda: _gate(Gate.DOCUMENTS, *_SETTLED) & ~_any_gate(GateStatus.FAILED),
    "close": lambda: _gate(Gate.RETEST, *_SETTLED) & _gate(Gate.DOCUMENTS, *_SETTLED),
    "keep_promise": _promise_due,
}
