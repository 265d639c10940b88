"""Every state × act × role × own or other unit, sent to the pages: they answer what the steps say."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from bihuan.matters.lifecycle import ACTS
from bihuan.matters.models import Entry
from bihuan.matters.words import Role, State
from test_steps_triples import people, tried  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ANSWERS = {"unseen": {404}, "right": {403}, "state": {422}, "need": {422}, "done": {303}}


@pytest.mark.parametrize("state", [one for one in State if one is not State.PLANNED])
def test_the_pages_answer_what_the_steps_say(matter_in, people, state):  # noqa: F811
    matter = matter_in(state)
    matter.team.add(people["auditor", "U1"])
    before = Entry.objects.count()
    for (role, unit), by in people.items():
        if unit == "U2" and role not in ("auditor", "unit_head"):
            continue  # all that is of another unit is unseen, whatever the role: the steps' own test tries each
        client = Client()
        client.force_login(by)
        for act in ACTS.values():
            expected = tried(matter, act.name, by)
            with transaction.atomic():
                answer = client.post(f"/matters/{matter.code}/do/{act.name}/")
                transaction.set_rollback(True)
            is_of_engine = all(one.role is Role.ENGINE for one in act.may)  # there is no page for it
            fitting = {404} if is_of_engine else ANSWERS[expected]
            assert answer.status_code in fitting, (role, unit, act.name, expected, answer.status_code)
    assert Entry.objects.count() == before
