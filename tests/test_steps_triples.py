"""Every state × act × role × own or other unit, tried by real steps: refused ones change nothing."""

from __future__ import annotations

import pytest
from django.db import transaction

from bihuan.matters import steps
from bihuan.matters.lifecycle import ACTS
from bihuan.matters.models import Entry, Matter
from bihuan.matters.words import Role, Side, State
from bihuan.people.models import Appointment, User

pytestmark = pytest.mark.django_db
ROLES = ["auditor", "reviewer", "dispatcher", "unit_contact", "unit_head", "acceptor", "closer", "supervisor", "leader",
         "registrar", "administrator", "delegate"]  # fmt: skip


@pytest.fixture
def people(units):
    """For each role one who holds it over U1 and one who holds it over U2; none has done anything yet."""
    made = {}
    for role in ROLES:
        for unit in ("U1", "U2"):
            user = User.objects.create(username=f"{role}-{unit}")
            Appointment.objects.create(user=user, role=role, over=units[unit])
            made[role, unit] = user
    return made


def tried(matter: Matter, act: str, by: User) -> str:
    """What came of it: the ground of the refusal, unseen, or done; nothing stays."""
    try:
        with transaction.atomic():
            steps.perform(matter.code, act, by=by)
            transaction.set_rollback(True)
            return "done"
    except steps.Refused as refused:
        return refused.ground
    except Matter.DoesNotExist:
        return "unseen"


@pytest.mark.slow
@pytest.mark.parametrize("state", [one for one in State if one is not State.PLANNED])
def test_a_lead_lets_each_role_do_what_the_table_says_and_no_more(matter_in, people, state):
    matter = matter_in(state)
    matter.team.add(people["auditor", "U1"])
    before = (Entry.objects.count(), matter.state)
    for (role, unit), by in people.items():
        for act in ACTS.values():
            result = tried(matter, act.name, by)
            if unit == "U2" or role in ("administrator", "delegate"):
                assert result == "unseen", (role, unit, act.name)
                continue
            if role in ("unit_contact", "unit_head") and matter.shown_at is None:
                assert result == "unseen", (role, act.name)
                continue
            sides = (Side.UNIT,) if role.startswith("unit_") else (Side.OFFICE, Side.TEAM)
            may = any(one.role == role and one.side in sides and "lead" in one.kinds for one in act.may)
            if not may:
                assert result == "right", (role, act.name)
            elif state not in act.sources:
                assert result == "state", (role, act.name)
            else:
                assert result in ("done", "need", "state"), (role, act.name)
    matter.refresh_from_db()
    assert (Entry.objects.count(), matter.state) == before


def test_an_approved_plan_never_rests_since_rectification_begins_by_itself(matter_in):
    matter = matter_in(State.IN_RECTIFICATION, klass="phased")
    moves = Entry.objects.filter(matter=matter.code).values_list("source", "target")
    assert ("established", "planned") in moves
    assert ("planned", "in_rectification") in moves


def test_the_roles_that_are_tried_are_all_that_a_person_can_hold():
    assert {*ROLES, Role.RESIDENT, Role.ENGINE} == set(Role)
