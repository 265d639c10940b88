"""Carry out an act: right → life-cycle → change → journal, in one transaction; two-person acts as a proposal."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from bihuan.examine.header import Words
from bihuan.matters.facts import ENGINE, Actor
from bihuan.matters.lifecycle import ACTS, CONFIRM, DECLINE, Act, Refusal, refusal, refusal_to_confirm
from bihuan.matters.models import Matter, Proposal
from bihuan.matters.reading import facts_of
from bihuan.matters.standing import actor
from bihuan.matters.steps.asks import checked
from bihuan.matters.steps.core import EFFECTS, Content, Doing, Refused, Trace, follow, locked, move, record, role_for
from bihuan.people.models import User


@transaction.atomic
def perform(code: str, name: str, *, by: User | None, content: Content | None = None) -> Matter:
    """Do the act, or propose it where a second person must sign. The engine acts with `by` None.

    Raises Matter.DoesNotExist for a matter that is not his to see, Refused where the act may not be done.
    """
    act = ACTS[name]
    matter = locked(code, by)
    who = _actor(by, matter)
    facts = facts_of(matter)
    if why := refusal(act, facts, who):
        raise Refused(why)
    given = checked(act, content or {}, matter, by)
    doing = Doing(matter, by, role_for(act, matter, who), given)
    if act.second is not None:
        _propose(doing, act)
    else:
        _carry_out(doing, act, name)
    return matter


@transaction.atomic
def confirm(code: str, *, by: User) -> Matter:
    """Give the second signature: the act that waits is carried out with the content that its first person gave."""
    matter = locked(code, by)
    proposal, act = _waiting(matter)
    who = actor(by, matter)
    if why := refusal_to_confirm(act, facts_of(matter), who):
        raise Refused(why)
    _decide(proposal, by, is_confirmed=True)
    doing = Doing(matter, by, role_for(act, matter, who, second=True), proposal.content)
    _carry_out(doing, act, f"{CONFIRM}_{act.name}", first=proposal.by_id)
    return matter


@transaction.atomic
def decline(code: str, *, by: User, reason: str) -> Matter:
    """Refuse the second signature, with a reason; the first person may take his own proposal back the same way."""
    matter = locked(code, by)
    proposal, act = _waiting(matter)
    who = actor(by, matter)
    is_own = proposal.by_id == by.pk
    why = None if is_own else refusal_to_confirm(act, facts_of(matter), who)
    if why and why.ground == "right":
        raise Refused(why)
    if not reason.strip():
        raise Refused(Refusal("need", (Words("请写明理由", "a reason is needed"),)))
    _decide(proposal, by, is_confirmed=False, reason=reason)
    role = proposal.role if is_own else role_for(act, matter, who, second=True)
    record(Doing(matter, by, role, {}), f"{DECLINE}_{act.name}", Trace(texts={"reason": reason}))
    return matter


def _actor(by: User | None, matter: Matter) -> Actor:
    return ENGINE if by is None else actor(by, matter)


def _propose(doing: Doing, act: Act) -> None:
    assert doing.by is not None  # noqa: S101 (the engine has no two-person acts)
    Proposal.objects.create(
        matter=doing.matter, act=act.name, by=doing.by, role=doing.role, at=doing.now, content=dict(doing.content)
    )
    record(doing, act.name, _said(doing.content))


def _carry_out(doing: Doing, act: Act, name: str, first: int | None = None) -> None:
    made = EFFECTS.get(act.name)
    trace = (made(doing) if made else None) or _said(doing.content)
    if first is not None:
        trace = Trace(trace.evidence, trace.texts, {**trace.facts, "first": first})
    if act.target is None:
        doing.matter.save()
        record(doing, name, trace)
        return
    move(doing, act, name, trace)
    follow(doing)


def _said(content: Content) -> Trace:
    """Free texts of the content, which the journal keeps as salted hashes only."""
    return Trace(texts={key: str(value) for key, value in content.items() if value not in (None, "", [])})


def _waiting(matter: Matter) -> tuple[Proposal, Act]:
    proposal = matter.proposals.filter(is_confirmed=None).first()
    if proposal is None:
        raise Refused(Refusal("state", (Words("没有待确认的申请", "nothing waits for a second signature"),)))
    return proposal, ACTS[proposal.act]


def _decide(proposal: Proposal, by: User, *, is_confirmed: bool, **more: Any) -> None:
    proposal.is_confirmed, proposal.decided_by, proposal.decided_at = is_confirmed, by, timezone.now()
    proposal.reason = more.get("reason", "")
    proposal.save()
