"""The life-cycle as data: what closed-loop.md says, every state × act × role × own or other unit."""

from __future__ import annotations

import itertools
from dataclasses import replace
from html import escape

import pytest

from bihuan.matters.diagram import drawn
from bihuan.matters.facts import ENGINE, Actor, Facts
from bihuan.matters.lifecycle import ACTS, edges, offered, refusal, refusal_to_confirm
from bihuan.matters.requirements import REQUIREMENTS
from bihuan.matters.words import Gate, GateStatus, Kind, Role, Side, State

# Written by hand from the founders' table, so that the data cannot change without somebody saying so.
# (from, to) → who may bring it about by himself or as the first of two.
OFFICIAL = {
    ("registered", "closed"): {"registrar", "supervisor", "delegate", "resident"},
    ("registered", "assigned"): {"dispatcher", "supervisor"},
    ("assigned", "registered"): {"auditor", "unit_head"},
    ("assigned", "in_verification"): {"auditor", "unit_contact"},
    ("assigned", "closed"): {"supervisor", "delegate", "resident"},
    ("in_verification", "established"): {"auditor", "unit_contact"},
    ("in_verification", "closed"): {"auditor", "unit_contact", "supervisor", "delegate", "resident"},
    ("established", "planned"): {"unit_head"},
    ("established", "in_rectification"): {"engine"},
    ("established", "closed"): {"supervisor"},
    ("planned", "in_rectification"): {"engine"},
    ("planned", "closed"): {"supervisor"},
    ("in_rectification", "submitted"): {"unit_head"},
    ("in_rectification", "closed"): {"supervisor"},
    ("submitted", "in_rectification"): {"acceptor"},
    ("submitted", "under_acceptance"): {"acceptor"},
    ("submitted", "closed"): {"supervisor"},
    ("under_acceptance", "in_rectification"): {"acceptor", "engine"},
    ("under_acceptance", "accepted"): {"acceptor"},
    ("under_acceptance", "closed"): {"supervisor"},
    ("accepted", "closed"): {"closer"},
    ("accepted", "in_rectification"): {"engine"},
    ("closed", "in_rectification"): {"supervisor", "engine", "delegate", "resident"},
}
TWO_PEOPLE = {"refuse", "merge", "establish", "dismiss", "explain", "plan", "waive", "supersede", "extend", "refer"}
OFFICE = [Role.AUDITOR, Role.REVIEWER, Role.DISPATCHER, Role.ACCEPTOR, Role.CLOSER, Role.SUPERVISOR, Role.LEADER,
          Role.REGISTRAR]  # fmt: skip
UNIT = [Role.UNIT_CONTACT, Role.UNIT_HEAD]


def holder(role: Role, *, own: bool) -> Actor:
    """Somebody who holds one role, over the matter's unit or over another."""
    if not own:
        return Actor(1)
    if role in OFFICE:
        team = {(role, Side.TEAM)} if role is Role.AUDITOR else set()
        return Actor(1, frozenset({(role, Side.OFFICE)} | team))
    if role in UNIT:
        return Actor(1, frozenset({(role, Side.UNIT)}), is_of_unit=True)
    if role in (Role.DELEGATE, Role.RESIDENT):
        return Actor(1, frozenset({(role, Side.RAISER)}))
    return ENGINE if role is Role.ENGINE else Actor(1)


def complete(kind: Kind, state: State, **more: object) -> Facts:
    """Facts in which nothing is missing."""
    flags = {name: True for name in Facts.__dataclass_fields__ if name.startswith(("has_", "in_", "documents"))}
    gates = dict.fromkeys(Gate, GateStatus.PASSED)
    return Facts(kind=kind, state=state, is_shown=True, gates=gates, **flags, **more)  # type: ignore[arg-type]


def test_the_transitions_are_those_of_the_founders_table_and_no_other():
    found: dict[tuple[str, str], set[str]] = {}
    for source, act, target in edges():
        found.setdefault((str(source), str(target)), set()).update(str(one.role) for one in act.may)
    assert found == OFFICIAL


def test_the_acts_of_two_people_are_those_that_the_founders_name():
    assert {name for name, act in ACTS.items() if act.second} == TWO_PEOPLE


def test_every_need_is_known_and_every_requirement_is_used():
    needs = {need for act in ACTS.values() for need in act.needs}
    assert needs <= set(REQUIREMENTS)
    assert set(REQUIREMENTS) - needs <= {"team", "unit", "class", "due_date"}


@pytest.mark.parametrize("kind", list(Kind))
def test_nobody_may_what_the_table_does_not_say(kind):
    tried = 0
    for state, act, role, own in itertools.product(State, ACTS.values(), Role, (True, False)):
        actor = holder(role, own=own)
        why = refusal(act, complete(kind, state), actor)
        may = any(kind in one.kinds and (one.role, one.side) in actor.holds for one in act.may)
        if not may:
            assert why is not None and why.ground == "right", (state, act.name, role, own)
        elif state not in act.sources:
            assert why is not None and why.ground == "state", (state, act.name, role)
        tried += 1
    assert tried == len(State) * len(ACTS) * len(Role) * 2


@pytest.mark.parametrize(
    ("state", "act"), [(s, a) for a in ACTS.values() for s in a.sources], ids=lambda one: getattr(one, "name", one)
)
def test_a_role_of_another_unit_may_nothing(state, act):
    for kind in act.kinds:
        for role in (*OFFICE, *UNIT, Role.DELEGATE, Role.RESIDENT, Role.ADMINISTRATOR):
            assert refusal(act, complete(kind, state), holder(role, own=False)).ground == "right"  # type: ignore[union-attr]


def test_an_administrator_and_a_leader_have_no_business_acts():
    for kind, state in itertools.product(Kind, State):
        for role in (Role.ADMINISTRATOR, Role.LEADER):
            assert offered(complete(kind, state), holder(role, own=True)) == []


@pytest.mark.parametrize("act", [one for one in ACTS.values() if one.second], ids=lambda one: one.name)
def test_one_person_cannot_sign_twice_even_with_both_roles(act):
    both = frozenset((one.role, one.side) for one in (*act.may, *act.second.may))
    for kind in act.kinds:
        facts = complete(kind, act.sources[0], pending=act.name, did={act.name: frozenset({1})})
        if act.name == "waive":
            facts = replace(facts, gates={Gate.RETEST: GateStatus.OPEN})
        first = refusal_to_confirm(act, facts, Actor(1, both))
        other = refusal_to_confirm(act, facts, Actor(2, both))
        assert first is not None and first.ground == "need"
        assert other is None or kind not in {k for may in act.second.may for k in may.kinds}


@pytest.mark.parametrize(
    ("act", "former"),
    [("write_verification", "take_up"), ("establish", "take_up"), ("accept", "submit"), ("close", "accept"),
     ("close", "submit"), ("receive", "submit"), ("check_item", "write_verification"), ("check_item", "establish")],
)  # fmt: skip
def test_duties_are_separated(act, former):
    one = ACTS[act]
    holds = frozenset((may.role, may.side) for may in one.may)
    facts = complete(Kind.LEAD, one.sources[0], did={former: frozenset({1})})
    if act == "check_item":
        facts = replace(facts, gates={Gate.DOCUMENTS: GateStatus.OPEN})
    assert refusal(one, facts, Actor(1, holds)).ground == "need"  # type: ignore[union-attr]
    assert refusal(one, facts, Actor(2, holds)) is None


@pytest.mark.parametrize("name", ["receive", "send_back", "check_item", "accept", "waive", "close", "visit"])
def test_nobody_of_a_unit_decides_for_that_unit(name):
    act = ACTS[name]
    holds = frozenset((may.role, may.side) for may in act.may)
    status = GateStatus.OPEN if name in ("check_item", "waive") else GateStatus.PASSED
    facts = replace(complete(Kind.LEAD, act.sources[0]), gates=dict.fromkeys(Gate, status))
    assert refusal(act, facts, Actor(1, holds, is_of_unit=True)).ground == "need"  # type: ignore[union-attr]
    assert refusal(act, facts, Actor(1, holds)) is None


@pytest.mark.parametrize("status", [GateStatus.OPEN, GateStatus.FAILED, GateStatus.INCONCLUSIVE])
@pytest.mark.parametrize("gate", list(Gate))
def test_no_gate_that_is_not_passed_or_waived_lets_a_matter_be_closed(gate, status):
    gates = {**dict.fromkeys(Gate, GateStatus.PASSED), gate: status}
    facts = replace(complete(Kind.APPEAL, State.ACCEPTED), gates=gates)
    assert refusal(ACTS["close"], facts, holder(Role.CLOSER, own=True)).ground == "need"  # type: ignore[union-attr]


def test_silence_of_the_raiser_counts_as_not_rated_after_two_tries_and_never_as_satisfied():
    gates = {**dict.fromkeys(Gate, GateStatus.PASSED), Gate.RAISER: GateStatus.UNRATED}
    for tries, may in ((0, False), (1, False), (2, True)):
        facts = replace(complete(Kind.APPEAL, State.UNDER_ACCEPTANCE), gates=gates, tries_to_rate=tries)
        assert (refusal(ACTS["accept"], facts, holder(Role.ACCEPTOR, own=True)) is None) is may


def test_while_suspended_nothing_moves():
    for act in ACTS.values():
        if act.while_suspended:
            continue
        for kind, source in itertools.product(act.kinds, act.sources):
            facts = complete(kind, source, is_suspended=True)
            actor = Actor(2, frozenset((one.role, one.side) for one in act.may))
            assert refusal(act, facts, actor).ground == "state", act.name  # type: ignore[union-attr]


def test_a_refusal_always_says_why_in_both_languages():
    for act, kind, state in itertools.product(ACTS.values(), Kind, State):
        actor = Actor(2, frozenset((one.role, one.side) for one in act.may))
        why = refusal(act, Facts(kind, state), actor)
        if why is not None:
            assert why.words and all(one.zh and one.en for one in why.words)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_diagram_holds_every_state_and_every_transition(language):
    picture = drawn(language)
    assert all(escape(getattr(one, language)) in picture for one in State)
    assert all(escape(getattr(act.words, language)) in picture for _, act, _ in edges())
    assert picture.count("<path d=") == len({(a, b) for a, _, b in edges()}) + 2
