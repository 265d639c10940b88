"""The API does what the pages do, under the same rights, and needs the same proof that it is meant."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from bihuan.matters.models import Entry, Matter
from bihuan.matters.words import State

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, path: str, **content):
    return client.post(f"/api/{path}", json.dumps(content), content_type="application/json")


def test_a_step_by_the_api_is_the_same_step(matter_in, cast):
    matter = matter_in(State.REGISTERED)
    answer = send(signed_in(cast.sun), f"matters/{matter.code}/do/assign", team=[cast.lin.pk, cast.chen.pk])
    assert (answer.status_code, answer.json()["state"]) == (200, "assigned")
    assert Entry.objects.get(seq=Matter.objects.get(code=matter.code).entry).act == "assign"


@pytest.mark.parametrize(
    ("name", "status"), [("stranger", 404), ("wang", 404), ("other_head", 404), ("gao", 403), ("qian", 403)]
)
def test_rights_are_those_of_the_pages(matter_in, cast, name, status):
    matter = matter_in(State.REGISTERED)
    client = signed_in(getattr(cast, name))
    assert send(client, f"matters/{matter.code}/do/assign", team=[cast.lin.pk]).status_code == status
    assert Matter.objects.get(code=matter.code).state == State.REGISTERED


def test_what_is_missing_is_said_in_both_languages(matter_in, cast):
    matter = matter_in(State.IN_VERIFICATION)
    answer = send(signed_in(cast.chen), f"matters/{matter.code}/do/establish", klass="immediate")
    assert answer.status_code == 422
    assert all(one["zh"] and one["en"] for one in answer.json()["why"])


def test_the_list_holds_what_is_visible_and_finds_two_characters(matter_in, cast):
    matter = matter_in(State.REGISTERED)
    found = signed_in(cast.lin).get("/api/matters", {"words": "重复"}).json()["matters"]
    assert [one["code"] for one in found] == [matter.code]
    assert signed_in(cast.wang).get("/api/matters").json()["matters"] == []


def test_one_matter_says_what_may_be_done_now(matter_in, cast):
    matter = matter_in(State.REGISTERED)
    acts = {one["act"]: one for one in signed_in(cast.sun).get(f"/api/matters/{matter.code}").json()["acts"]}
    assert acts["assign"]["missing"] == []
    assert [one["name"] for one in acts["assign"]["fields"]] == ["team"]


def test_without_sign_in_or_token_nothing_is_done(matter_in, cast):
    matter = matter_in(State.REGISTERED)
    assert Client().get("/api/matters").status_code == 401
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.sun)
    assert send(strict, f"matters/{matter.code}/do/assign", team=[cast.lin.pk]).status_code == 403
    assert Matter.objects.get(code=matter.code).state == State.REGISTERED


@pytest.mark.parametrize("body", ["", "[]", "{", "null", '"x"'])
def test_a_body_that_is_no_object_is_refused_in_words(matter_in, cast, body):
    matter = matter_in(State.REGISTERED)
    answer = signed_in(cast.sun).post(f"/api/matters/{matter.code}/do/assign", body, content_type="application/json")
    assert answer.status_code == 422
