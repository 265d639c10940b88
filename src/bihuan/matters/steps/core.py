"""What every step is made of: the locked matter, the right, the entry, the change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from bihuan.errors import BihuanError
from bihuan.examine.header import Words
from bihuan.matters import clocks, journal
from bihuan.matters.facts import Actor
from bihuan.matters.lifecycle import ACTS, Act, Refusal
from bihuan.matters.models import Entry, Matter
from bihuan.matters.reading import facts_of
from bihuan.matters.requirements import needs_plan
from bihuan.matters.scope import visible
from bihuan.matters.words import Role, Side, State
from bihuan.people.models import User

Content = Mapping[str, Any]


class Refused(BihuanError):
    """A step that may not be done: `ground` is right, state or need; the words say what is missing."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__("；".join(one.zh for one in refusal.words))
        self.refusal = refusal
        self.ground = refusal.ground


@dataclass(frozen=True)
class Doing:
    """An act that is being carried out: the matter, who, in which role, with what."""

    matter: Matter
    by: User | None  # None is the engine
    role: str
    content: Content
    now: datetime = field(default_factory=timezone.now)


@dataclass(frozen=True)
class Trace:
    """What an effect leaves for the journal: hashes, free texts to be sealed, facts."""

    evidence: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str | int | bool | None] = field(default_factory=dict)


Effect = Callable[[Doing], Trace | None]
EFFECTS: dict[str, Effect] = {}


def effect(*acts: str) -> Callable[[Effect], Effect]:
    """Say what carrying out the acts changes beside the state."""

    def add(made: Effect) -> Effect:
        for one in acts:
            EFFECTS[one] = made
        return made

    return add


def locked(code: str, by: User | None) -> Matter:
    """The matter, held until the transaction ends; to whom it is not visible it does not exist."""
    journal.lock()
    if by is not None and not visible(by).filter(code=code).exists():
        raise Matter.DoesNotExist(code)
    return Matter.objects.select_for_update(of=("self",)).select_related("unit").get(code=code)


def role_for(act: Act, matter: Matter, actor: Actor, *, second: bool = False) -> str:
    """The role in which the actor does it: the first of the act's that he holds."""
    may = act.second.may if second and act.second else act.may
    found = (one.role for one in may if matter.kind in one.kinds and (one.role, one.side) in actor.holds)
    return str(next(found, Role.ENGINE if (Role.ENGINE, Side.ENGINE) in actor.holds else ""))


def record(doing: Doing, act: str, trace: Trace | None = None, *, target: str | None = None) -> Entry:
    """Write the entry of an act; the state after it is the state before where no target is given."""
    held = trace or Trace()
    return journal.write(
        act=act,
        actor=doing.by.pk if doing.by else None,
        role=doing.role,
        matter=doing.matter.code,
        source=doing.matter.state,
        target=target or doing.matter.state,
        evidence=held.evidence,
        texts=held.texts,
        facts=held.facts,
    )


def move(doing: Doing, act: Act, name: str, trace: Trace | None = None) -> Entry:
    """Write the entry, then change the state; a trigger of the database looks for the entry."""
    matter = doing.matter
    assert act.target is not None  # noqa: S101 (only acts with a target move)
    held = trace or Trace()
    ended = {"resolution": str(act.resolution)} if act.resolution else {}
    entry = record(doing, name, Trace(held.evidence, held.texts, {**held.facts, **ended}), target=act.target)
    clocks.start(matter, act.target, doing.now)
    _given_due(doing)
    matter.state, matter.entry = act.target, entry.seq
    matter.resolution = act.resolution or ""
    if act.target is State.CLOSED:
        matter.closed_at = doing.now
    matter.save()
    return entry


def _given_due(doing: Doing) -> None:
    """A due date that was given with the act: within the limit of the class, where there is one."""
    matter, until = doing.matter, doing.content.get("until")
    if not until or doing.by is None:
        return
    end = clocks.end_of(date.fromisoformat(until))
    if matter.due_at is not None and end > matter.due_at:
        limit = timezone.localdate(matter.due_at).isoformat()
        words = Words(f"期限不得晚于类别时限 {limit}", f"not later than the limit of the class, {limit}")
        raise Refused(Refusal("need", (words,)))
    clocks.set_due(matter, clocks.Due(end, "按交办要求"))


def follow(doing: Doing) -> None:
    """What comes by itself: an approved plan is begun, and what needs no plan is begun at once."""
    name = {State.PLANNED: "begin", State.ESTABLISHED: "begin_at_once"}.get(State(doing.matter.state))
    if name is None or (name == "begin_at_once" and needs_plan(facts_of(doing.matter))):
        return
    engine = Doing(doing.matter, None, Role.ENGINE, {}, doing.now)
    move(engine, ACTS[name], name)
