"""My work: what waits for whom, in which order."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from at_the_pages import STATES, read, shown
from bihuan.matters import steps, work
from bihuan.matters.lifecycle import ACTS
from bihuan.matters.many import facts_of_many
from bihuan.matters.models import Matter
from bihuan.matters.reading import facts_of
from bihuan.matters.words import State
from story import Story

pytestmark = pytest.mark.django_db

# Whose work a lead is in each state, and which act it waits for.
WAITS = {
    State.REGISTERED: {"sun": "assign"},
    State.ASSIGNED: {"lin": "sign_for", "chen": "sign_for"},
    State.IN_VERIFICATION: {"chen": "write_verification"},
    State.ESTABLISHED: {"wang": "write_item", "ma": "write_item"},
    State.IN_RECTIFICATION: {"wang": "record_result", "ma": "record_result"},
    State.SUBMITTED: {"qian": "receive"},
    State.UNDER_ACCEPTANCE: {"qian": "check_item"},
    State.ACCEPTED: {},
    State.CLOSED: {},
}
QUICK = (State.REGISTERED, State.SUBMITTED)


def waiting(user):
    return {one.name: [row.matter.code for row in one.rows] for one in work.groups(user)}


@pytest.mark.parametrize(
    "state", [one if one in QUICK else pytest.param(one, marks=pytest.mark.slow) for one in STATES]
)
def test_a_matter_waits_for_those_whose_act_is_next(cast, matter_in, state):
    matter = matter_in(state)
    for name, act in WAITS[state].items():
        assert waiting(getattr(cast, name)).get(act) == [matter.code], (name, act)
    idle = {"gao", "root", "stranger", "other_head", "deng", "fang", "sun", "he", "zhou"} - set(WAITS[state])
    for name in idle:
        assert not waiting(getattr(cast, name)), name


def test_the_facts_of_many_are_the_facts_of_each_alone(matter_in):
    for number, state in enumerate((State.UNDER_ACCEPTANCE, State.ESTABLISHED, State.CLOSED)):
        matter_in(state, number=number)
    together = facts_of_many(Matter.objects.all())
    assert len(together) == 3
    assert all(together[one.pk] == facts_of(one) for one in Matter.objects.all())
    assert len({facts.state for facts in together.values()}) == 3


def test_every_duty_is_an_act_of_people_that_carries_the_matter_on():
    assert set(work.DUTIES) <= set(ACTS)
    moves = {one.name for one in ACTS.values() if one.target and all(may.role != "engine" for may in one.may)}
    beside = {"refuse", "merge", "hand_back", "dismiss", "explain", "reopen", "raiser_reopens", "withdraw", "supersede"}
    assert moves - beside <= set(work.DUTIES)


def test_who_registered_a_lead_does_not_have_to_verify_it(cast, matter_in):
    matter_in(State.IN_VERIFICATION)
    assert "write_verification" not in waiting(cast.lin)
    assert "write_verification" in waiting(cast.chen)


def test_what_waits_for_the_unit_is_named_as_missing(client, cast, matter_in):
    matter = shown(matter_in(State.IN_VERIFICATION), cast)
    assert waiting(cast.wang) == {"answer_sheet": [matter.code]}
    content = {"looked_at": "凭证", "result": "属实", "basis": "会计法", "amount": "1.00"}
    steps.perform(matter.code, "write_verification", by=cast.chen, content=content)
    page = read(client, cast.chen, "/")
    assert "查实认定" in page
    assert "还差：单位对取证单还没有反馈意见" in page


def test_a_proposal_waits_for_the_second_person_and_not_for_the_first(client, cast, matter_in, ranking):
    matter = matter_in(State.IN_VERIFICATION)
    Story(cast, ranking).verify(matter.code)
    steps.perform(matter.code, "establish", by=cast.chen, content={"klass": "phased"})
    assert waiting(cast.zhao) == {"confirm_establish": [matter.code]}
    assert waiting(cast.chen) == {}
    assert "等别人确认" in read(client, cast.chen, "/")
    steps.decline(matter.code, by=cast.zhao, reason="依据不足甲")
    assert waiting(cast.zhao) == {}
    assert "依据不足甲" in read(client, cast.chen, "/")


def test_nobody_confirms_what_belongs_to_another_unit(cast, matter_in, ranking, units):
    from bihuan.people.models import Appointment, User

    matter = matter_in(State.IN_VERIFICATION)
    Story(cast, ranking).verify(matter.code)
    steps.perform(matter.code, "establish", by=cast.chen, content={"klass": "phased"})
    other = User.objects.create(username="reviewer of U2")
    Appointment.objects.create(user=other, role="reviewer", over=units["U2"])
    assert waiting(other) == {}


def test_the_soonest_comes_first_and_what_has_no_date_last(cast, matter_in):
    codes = [matter_in(State.ASSIGNED, number=one).code for one in range(3)]
    now = timezone.now()
    Matter.objects.filter(code=codes[0]).update(due_at=now + timedelta(days=9))
    Matter.objects.filter(code=codes[1]).update(due_at=None)
    Matter.objects.filter(code=codes[2]).update(due_at=now - timedelta(days=9))
    assert waiting(cast.chen)["sign_for"] == [codes[2], codes[0], codes[1]]


def test_lights_are_counted_on_top(client, cast, matter_in):
    matter = matter_in(State.ASSIGNED)
    Matter.objects.filter(pk=matter.pk).update(due_at=timezone.now() - timedelta(days=1))
    page = re.sub(r"\s+", " ", read(client, cast.chen, "/"))
    assert '<span class="light-red">超期</span> 1' in page
    assert "<strong>1</strong><span>签收" in page


def test_a_suspended_matter_waits_for_nobody(cast, matter_in):
    matter = matter_in(State.ASSIGNED)
    steps.perform(matter.code, "suspend", by=cast.zhou, content={"reason": "诉讼", "until": "2027-01-01"})
    assert waiting(cast.chen) == {}


def test_who_works_in_the_unit_is_not_asked_to_accept_for_it(cast, matter_in, units):
    matter_in(State.SUBMITTED)
    assert "receive" in waiting(cast.qian)
    cast.qian.unit = units["U1"]
    cast.qian.save()
    assert "receive" not in waiting(cast.qian)


def test_the_page_says_when_nothing_waits(client, cast):
    assert "现在没有等您办理的事项" in read(client, cast.gao, "/")


def test_the_number_of_queries_does_not_grow_with_the_matters(client, cast, matter_in, django_assert_max_num_queries):
    for number in range(3):
        matter_in(State.ASSIGNED, number=number)
    client.force_login(cast.chen)
    client.get("/")
    with django_assert_max_num_queries(60):
        client.get("/")
