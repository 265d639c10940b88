"""Every address of the site, tried by those whom it does not concern: a new page is covered by being there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db.models import Max
from django.test import Client

from bihuan.matters.models import Entry
from bihuan.matters.words import State
from bihuan.people.models import Appointment, User
from every_address import DESK, SECRET, addresses, counts, plain, things_of

pytestmark = pytest.mark.django_db

# Open to whoever is not signed in: the door itself, and whether the server is well.
DOOR = {
    "healthz", "account_login", "account_logout", "account_inactive", "language", "demo_sign_in", "mfa_authenticate",
    "socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup",
}  # fmt: skip
# What stands in these addresses is no thing of a matter: what everybody may ask for, over what he may see.
NO_THING = {"figure", "warning_brief"}
# The list of runs is the whole office's; that one is not his to stop is said with 403.
OF_THE_OFFICE = {"root": {"cancel_job"}, "mei": {"cancel_job"}}
FOREIGN = ("stranger", "root", "other_head", "fang", "mei")


@pytest.fixture
def mei(units) -> User:
    """An auditor of U2, who has no business with U1."""
    made = User.objects.create(username="mei", display_name="Mei", unit=units["office"])
    for role in ("auditor", "acceptor", "supervisor", "dispatcher"):
        Appointment.objects.create(user=made, role=role, over=units["U2"])
    return made


@pytest.fixture
def matter(matter_in):
    return matter_in(State.UNDER_ACCEPTANCE)


@pytest.fixture
def held(matter, cast, ranking, mei):
    User.objects.filter(pk=cast.root.pk).update(is_staff=True)
    return things_of(matter, cast, ranking)


def person(cast, mei, name) -> User:
    return User.objects.get(pk=(mei if name == "mei" else getattr(cast, name)).pk)


def signed_in(user, **options) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def secrets(matter) -> set[str]:
    """Words that stand on the pages of that matter and nowhere else."""
    row = matter.leads.first().rows.first()
    return {SECRET, row.values["payee_name"], row.values["payee_account"], matter.unit.name, "同一发票付款两次"}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_not_his_cannot_be_told_from_what_does_not_exist(cast, matter, held, mei, name):
    client = signed_in(person(cast, mei, name))
    walked = 0
    for one in addresses(held):
        if not one.things or one.name in NO_THING | OF_THE_OFFICE.get(name, set()) or one.path.startswith(DESK):
            continue
        walked += 1
        for send in (client.get, client.post):
            mine, gone = send(one.path), send(one.gone)
            # 403 where the page is not his to write to, whatever he names; never where it is only this thing.
            assert mine.status_code in (403, 404, 405), (name, one, mine.status_code)
            assert plain(mine) == plain(gone), (name, one)
    assert walked >= 17


@pytest.mark.parametrize("name", FOREIGN)
def test_no_page_whatever_tells_him_of_it(cast, matter, held, mei, name):
    client = signed_in(person(cast, mei, name))
    words = secrets(matter)
    for one in addresses(held):
        if name == "root" and one.path.startswith((DESK, "/account/")):
            continue  # he enters units and people
        asked = f"words={matter.code}&method={held['method']}&matter={matter.code}"
        for path in (one.path, f"{one.path}?{asked}"):
            response = client.get(path)
            assert response.status_code < 500, (one, response.status_code)
            text = plain(response)[1]
            assert matter.code in path or matter.code not in text, (name, one)
            told = [word for word in words if word in text]
            assert not told, (name, one, told)
            assert f'href="/matters/{matter.code}' not in text, (name, one)


def test_the_same_pages_do_tell_whoever_may_know(cast, matter, held):
    """Else the tests above could not fail."""
    client = signed_in(cast.lin)
    told = "".join(plain(client.get(one.path))[1] for one in addresses(held) if not one.path.startswith(DESK))
    assert not [word for word in secrets(matter) - {matter.leads.first().rows.first().values["payee_account"]}
                if word not in told]  # fmt: skip


def test_who_is_not_signed_in_gets_to_the_door_and_nowhere_else(cast, matter, held):
    client = Client()
    words = secrets(matter)
    for one in addresses(held):
        for send in (client.get, client.post):
            response = send(one.path)
            text = plain(response)[1]
            assert not [word for word in words if word in text], one
            if one.name in DOOR:
                continue
            if response.status_code == 302:
                assert response["Location"].startswith(("/account/sign-in/", "/admin/")), (one, response["Location"])
            else:
                assert response.status_code in (401, 404, 405), (one, response.status_code)


def test_no_form_is_taken_without_its_token(cast, matter, held, units):
    everybody = User.objects.create(username="all", unit=units["office"], is_staff=True, is_superuser=True)
    for role in ("auditor", "supervisor", "acceptor", "closer", "dispatcher", "administrator", "registrar"):
        Appointment.objects.create(user=everybody, role=role, over=units["root"])
    client = signed_in(everybody, enforce_csrf_checks=True)
    before = counts()
    for one in addresses(held):
        for send in (client.post, client.put, client.patch, client.delete):
            status = send(one.path).status_code
            assert status == 403 or (one.path.startswith("/api/") and status in (404, 405)), (one, status)
    assert counts() == before


@pytest.mark.parametrize("name", ["lin", "zhou", "qian", "ma", "root", "stranger"])
def test_reading_changes_nothing(cast, held, mei, name, office):
    client = signed_in(person(cast, mei, name))
    before, kept = counts(), files(office.root)
    last = Entry.objects.aggregate(Max("seq"))
    for one in addresses(held):
        assert client.get(one.path).status_code < 500, one
        client.head(one.path)
    assert counts() == before
    assert Entry.objects.aggregate(Max("seq")) == last
    assert files(office.root) == kept


def files(root) -> set[str]:
    return {str(one) for one in Path(root).rglob("*") if one.is_file()}


@pytest.mark.parametrize("name", ["lin", "ma", "root"])
def test_every_page_holds_nothing_that_its_policy_refuses(cast, held, mei, name):
    client = signed_in(person(cast, mei, name))
    seen = 0
    for one in addresses(held):
        response = client.get(one.path)
        policy = response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff", one
        assert "object-src 'none'" in policy or "default-src 'none'" in policy, one
        assert "unsafe-inline" not in policy.split("script-src")[-1].split(";")[0] or "sandbox" in policy, one
        if not response.get("Content-Type", "").startswith("text/html") or one.path.startswith(DESK):
            continue
        seen += 1
        text = plain_html(response)
        assert not re.search(r"<[^>]+\s(on[a-z]+|style)\s*=", text), one
        assert not re.search(r"(href|src|action)\s*=\s*[\"']?\s*(javascript|data):", text, re.I), one
        assert not re.search(r"(href|src|action)=[\"'](https?:)?//", text), one
        for script in re.findall(r"<script([^>]*)>", text):
            assert "src=" in script or "nonce=" in script or "application/json" in script, (one, script)
    assert seen > 20


def plain_html(response) -> str:
    return response.content.decode()
