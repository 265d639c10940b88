"""The administrator's desk: what he changes stands in the journal, and he cannot appoint himself."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from bihuan.matters.models import Entry
from bihuan.people.models import Appointment

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast) -> Client:
    cast.root.is_staff = True
    cast.root.save()
    client = Client()
    client.force_login(cast.root)
    return client


def person(user, **more) -> dict[str, object]:
    lines = {"appointments-TOTAL_FORMS": 1, "appointments-INITIAL_FORMS": 0}
    return {"username": user.username, "display_name": user.display_name, "language": "zh", "is_active": "on",
            **lines, **more}  # fmt: skip


def line(role: str, over) -> dict[str, object]:
    named = {"role": role, "over": over.pk, "from_date": "2026-01-01", "to_date": "", "id": ""}
    return {f"appointments-0-{name}": value for name, value in named.items()}


def test_an_appointment_stands_in_the_journal_with_who_made_it(desk, cast, units):
    answer = desk.post(f"/admin/people/user/{cast.gao.pk}/change/", person(cast.gao, **line("closer", units["U1"])))
    assert answer.status_code == 302
    assert Appointment.objects.filter(user=cast.gao, role="closer").exists()
    entry = Entry.objects.get(act="desk")
    assert (entry.actor, json.loads(entry.body)["facts"]["kind"]) == (cast.root.pk, "user")


def test_nobody_appoints_himself(desk, cast, units):
    desk.post(
        f"/admin/people/user/{cast.root.pk}/change/", person(cast.root, is_staff="on", **line("closer", units["U1"]))
    )
    assert not Appointment.objects.filter(user=cast.root, role="closer").exists()
    own = {"user": cast.root.pk, "role": "closer", "over": units["U1"].pk, "from_date": "2026-01-01"}
    assert desk.post("/admin/people/appointment/add/", own).status_code == 403


def test_a_new_password_stands_in_the_journal_without_the_password(desk, cast):
    new = {"usable_password": "true", "password1": "Xin-Kou-Ling-88", "password2": "Xin-Kou-Ling-88"}
    assert desk.post(f"/admin/people/user/{cast.gao.pk}/password/", new).status_code == 302
    entry = Entry.objects.get(act="desk")
    assert entry.actor == cast.root.pk
    assert "Xin-Kou-Ling" not in entry.body
