"""What a second person is asked to sign cannot be changed under his pen, nor a plan once it was approved."""

from __future__ import annotations

import pytest

from bihuan.matters import steps
from bihuan.matters.models import Matter
from bihuan.matters.words import Kind, State

pytestmark = pytest.mark.django_db
ITEM = {"measure": "换一个措施", "responsible": "马局长", "due_on": "2030-01-01", "target": "1.00"}


def test_a_verification_waits_while_establishing_is_proposed(matter_in, cast):
    from story import Story

    matter = matter_in(State.IN_VERIFICATION)
    Story(cast, None).verify(matter.code)
    steps.perform(matter.code, "establish", by=cast.chen, content={"klass": "phased"})
    other = {"looked_at": "另一套", "result": "另一套", "basis": "另一套", "amount": "1.00", "rest": "holds"}
    with pytest.raises(steps.Refused) as refused:
        steps.perform(matter.code, "write_verification", by=cast.chen, content=other)
    assert refused.value.ground == "state"
    steps.confirm(matter.code, by=cast.zhao)
    assert str(Matter.objects.get(pk=matter.pk).amount) == "100.00"


def test_an_approved_plan_stands(matter_in, cast):
    matter = matter_in(State.IN_RECTIFICATION, klass="phased")
    item = matter.items.get()
    with pytest.raises(steps.Refused, match="已经审定"):
        steps.perform(matter.code, "write_item", by=cast.wang, content={"item": item.pk, **ITEM})


def test_the_verified_amount_is_not_told_before_it_is_established(matter_in, cast):
    matter = matter_in(State.IN_VERIFICATION)
    given = {"looked_at": "凭证", "result": "属实", "basis": "会计法", "amount": "77.00", "rest": "holds"}
    before = matter.amount
    steps.perform(matter.code, "write_verification", by=cast.chen, content=given)
    assert Matter.objects.get(pk=matter.pk).amount == before


def test_a_dispatcher_names_only_units_within_his_charge(cast, units):
    from bihuan.people.models import Appointment, User

    sub = User.objects.create(username="sub", unit=units["U1"])
    Appointment.objects.create(user=sub, role="dispatcher", over=units["U1"])
    appeal = steps.register(Kind.APPEAL, by=cast.fang, unit=units["U1"], title="食堂问题")
    with pytest.raises(steps.Refused, match="不在您的职责范围"):
        steps.perform(appeal.code, "assign", by=sub, content={"unit": "U2", "klass": "ordinary"})
