"""Whatever people try, in whatever order: no way to the closing past a gate, past a second person, past secrecy."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bihuan.matters import retesting, sheets, steps
from bihuan.matters.lifecycle import ACTS, offered
from bihuan.matters.models import Entry, Matter
from bihuan.matters.reading import facts_of
from bihuan.matters.scope import visible
from bihuan.matters.standing import actor
from bihuan.matters.steps.fields import fields
from bihuan.matters.words import Gate, GateStatus, Kind, State
from story import Story, pdf

pytestmark = pytest.mark.django_db
PEOPLE = ("lin", "chen", "zhao", "sun", "wang", "ma", "qian", "he", "zhou", "zhou2", "deng", "deng2", "fang")
WORDS = {"text": "已核对", "line": "青府发〔2026〕3号", "date": "2027-12-31", "money": "100.00", "number": "1"}
OF_LEADS = {
    State.REGISTERED: ("assign",), State.ASSIGNED: ("sign_for",), State.IN_VERIFICATION: ("verify", "establish"),
    State.ESTABLISHED: ("plan",), State.IN_RECTIFICATION: ("rectify", "submit"), State.SUBMITTED: ("receive",),
    State.UNDER_ACCEPTANCE: ("accept",), State.ACCEPTED: ("close",),
}  # fmt: skip
OF_OTHERS = {
    State.REGISTERED: [("assign", "sun")], State.ASSIGNED: [("sign_for", "wang")],
    State.IN_VERIFICATION: [("write_verification", "wang"), ("establish", "wang")],
    State.ESTABLISHED: [("write_item", "wang"), ("plan", "ma")],
    State.IN_RECTIFICATION: [("answer", "wang"), ("record_result", "wang"), ("submit", "ma")],
    State.SUBMITTED: [("receive", "qian")],
    State.UNDER_ACCEPTANCE: [("check_item", "qian"), ("rate", "fang"), ("accept", "qian")],
    State.ACCEPTED: [("close", "he")],
}  # fmt: skip
BACK = ("send_back", "hand_back", "reopen", "raiser_reopens")
ENDS = ("dismiss", "explain", "refuse", "merge", "withdraw", "supersede", "suspend")  # tried, but not at every turn


def content(act: Any, matter: Matter, cast: Any, choice: int) -> dict[str, Any]:
    """Something readable for each field that the act asks for; a choice is turned by `choice`."""
    given: dict[str, Any] = {}
    for one in fields(act, Kind(matter.kind)):
        if choice == 0 and not one.is_required and one.type == "date":
            continue
        if one.type == "choice":
            given[one.name] = one.choices[choice % len(one.choices)][0]
        elif one.type == "users":
            given[one.name] = [cast.lin.pk, cast.chen.pk]
        elif one.type in ("unit", "units"):
            given[one.name] = "U1"
        elif one.type == "item":
            given[one.name] = (
                matter.items.values_list("pk", flat=True)[choice % matter.items.count()]
                if matter.items.exists()
                else ""
            )
        elif one.type == "rows":
            given[one.name] = {str(row): "holds" for row in matter.leads.values_list("rows__pk", flat=True) if row}
        elif one.type == "file":
            given[one.name] = pdf()
        else:
            given[one.name] = "2024-06-01" if one.name in ("fixed_on", "voucher_on", "on") else WORDS[one.type]
    return given


class Loop(RuleBasedStateMachine):
    """People who try what they are offered, and what they are not."""

    def __init__(self, cast: Any, ranking: Any) -> None:
        super().__init__()
        self.cast, self.ranking = cast, ranking
        self.point = transaction.atomic()
        self.point.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    @initialize(kind=st.sampled_from(list(Kind)), done=st.integers(0, 8))
    def begin(self, kind: Kind, done: int = 0) -> None:
        """A matter of some kind that has gone some of its way as it should."""
        self.register(kind)
        for _ in range(done):
            self.goes_the_ordinary_way(1)
            self.attempt(partial(steps.confirm, self.code, by=self.cast.zhou))

    def register(self, kind: Kind) -> None:
        cast = self.cast
        if kind is Kind.LEAD:
            lead = next(one for one in self.ranking.leads if one.hit.unit == "U1")
            self.code = steps.take_up(self.ranking, [lead.hit.id], by=cast.lin).matters[0].code
            return
        unit = cast.wang.unit
        by = {Kind.FINDING: cast.lin, Kind.TASK: cast.deng}.get(kind, cast.fang)
        self.code = steps.register(kind, by=by, unit=unit, title="小区养老用房被占用").code

    @property
    def matter(self) -> Matter:
        return Matter.objects.get(code=self.code)

    def attempt(self, do: Any) -> None:
        try:
            with transaction.atomic():
                do()
        except (steps.Refused, Matter.DoesNotExist):
            pass

    @rule(name=st.sampled_from(PEOPLE), pick=st.integers(0, 40), choice=st.integers(0, 9), rare=st.integers(0, 9))
    def does_what_is_offered(self, name: str, pick: int, choice: int, rare: int) -> None:
        by, matter = getattr(self.cast, name), self.matter
        may = [act for act, why in offered(facts_of(matter), actor(by, matter)) if why is None]
        may = [one for one in may if rare == 0 or one.name not in ENDS]
        if may:
            act = may[pick % len(may)]
            self.attempt(
                lambda: steps.perform(self.code, act.name, by=by, content=content(act, matter, self.cast, choice))
            )

    @rule(much=st.integers(1, 3))
    def goes_the_ordinary_way(self, much: int) -> None:
        """The next steps as they should be; without this, chance would hardly ever come near the end."""
        for _ in range(much):
            matter = self.matter
            if matter.kind in (Kind.LEAD, Kind.FINDING):
                story = Story(self.cast, self.ranking)
                for name in OF_LEADS.get(State(matter.state), ()):
                    self.attempt(partial(getattr(story, name), self.code, "phased" if much == 1 else "immediate"))
            for act, name in OF_OTHERS.get(State(matter.state), ()):
                given = content(ACTS[act], self.matter, self.cast, 0)
                self.attempt(partial(steps.perform, self.code, act, by=getattr(self.cast, name), content=given))
            self.attempt(partial(steps.confirm, self.code, by=self.cast.zhao))

    @rule(name=st.sampled_from(PEOPLE), act=st.sampled_from(sorted(ACTS)), choice=st.integers(0, 9))
    def tries_anything(self, name: str, act: str, choice: int) -> None:
        by = getattr(self.cast, name)
        self.attempt(
            lambda: steps.perform(self.code, act, by=by, content=content(ACTS[act], self.matter, self.cast, choice))
        )

    @rule(choice=st.integers(0, 1))
    def everybody_tries_to_move_it_on(self, choice: int) -> None:
        """Whatever is still missing: who gets through here gets past a gate."""
        before = self.matter
        moves = [one for one in ACTS.values() if one.target and before.state in one.sources]
        for act, name in itertools.product([one for one in moves if one.name not in (*ENDS, *BACK)], PEOPLE):
            given = content(act, before, self.cast, choice)
            self.attempt(partial(steps.perform, self.code, act.name, by=getattr(self.cast, name), content=given))

    @rule(name=st.sampled_from(PEOPLE))
    def signs_second(self, name: str) -> None:
        self.attempt(lambda: steps.confirm(self.code, by=getattr(self.cast, name)))

    @rule()
    def everybody_tries_to_sign_second(self) -> None:
        """He who proposed it before all others."""
        proposed = self.matter.proposals.filter(is_confirmed=None).values_list("by__username", flat=True)
        for name in (*proposed, *PEOPLE):
            self.attempt(partial(steps.confirm, self.code, by=getattr(self.cast, name)))

    @rule()
    def makes_the_sheet(self) -> None:
        self.attempt(lambda: sheets.make_evidence_sheet(self.code, by=self.cast.chen))

    @rule(outcome=st.sampled_from(["pass", "fail", "inconclusive"]))
    def is_tested_again(self, outcome: str) -> None:
        matter = self.matter
        if matter.leads.exists():
            snapshot = type("Newer", (), {"id": "newer"})()
            self.attempt(lambda: retesting._move(matter, snapshot, outcome, int(outcome == "fail")))

    @invariant()
    def no_closing_past_a_gate(self) -> None:
        matter = getattr(self, "code", None) and self.matter
        if matter and matter.state == State.CLOSED and matter.resolution == "rectified":
            gates = {one.gate: one for one in matter.gates.all()}
            settled = {GateStatus.PASSED, GateStatus.WAIVED, GateStatus.NOT_REQUIRED}
            assert gates[Gate.DOCUMENTS].status in settled
            assert gates[Gate.RETEST].status in settled - (
                {GateStatus.NOT_REQUIRED} if matter.leads.exists() else set()
            )
            rated = gates[Gate.RAISER]
            assert rated.status in settled or (rated.status == GateStatus.UNRATED and rated.tries >= 2)

    @invariant()
    def no_two_person_act_by_one(self) -> None:
        for entry in Entry.objects.filter(matter=getattr(self, "code", ""), act__startswith="confirm_"):
            first = Entry.objects.filter(
                matter=entry.matter, act=entry.act.removeprefix("confirm_"), seq__lt=entry.seq
            ).last()
            assert first is not None
            assert first.actor != entry.actor
            assert first.source == first.target

    @invariant()
    def no_unit_sees_a_lead_before_its_sheet(self) -> None:
        matter = getattr(self, "code", None) and self.matter
        if matter and matter.kind in (Kind.LEAD, Kind.FINDING):
            sent = Entry.objects.filter(matter=matter.code, act__in=("send_sheet", "confirm_establish")).exists()
            for name in ("wang", "ma"):
                assert visible(getattr(self.cast, name)).filter(pk=matter.pk).exists() is sent

    @invariant()
    def the_state_is_what_the_last_moving_entry_says(self) -> None:
        matter = getattr(self, "code", None) and self.matter
        if matter:
            entry = Entry.objects.get(seq=matter.entry)
            assert (entry.matter, entry.target) == (matter.code, matter.state)
            closers = set(Entry.objects.filter(matter=matter.code, act="close").values_list("actor", flat=True))
            done = Entry.objects.filter(matter=matter.code, act__in=("accept", "submit", "receive"))
            assert not closers & set(done.values_list("actor", flat=True))


@pytest.mark.slow
def test_no_way_round(cast, ranking):
    bounds = settings(max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Loop(cast, ranking), settings=bounds)


@pytest.mark.parametrize("kind", list(Kind))
def test_the_ordinary_way_reaches_the_closing(cast, ranking, kind):
    """The machine's own ordinary way must come to the end, or its invariants would never be asked there."""
    loop = Loop(cast, ranking)
    loop.begin(kind)
    for _ in range(12):
        loop.goes_the_ordinary_way(2)
        loop.attempt(partial(steps.confirm, loop.code, by=cast.zhou))
        for name in vars(Loop):
            if getattr(getattr(Loop, name), "hypothesis_stateful_invariant", None):
                getattr(loop, name)()
    state = loop.matter.state
    loop.teardown()
    assert state == State.CLOSED
