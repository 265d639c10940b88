"""The door and what keeps it open: borrowed cookies, guessed passwords, forged addresses."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PASSWORD = "白日依山尽-黄河入海流-7"
SIGN_IN = "/account/sign-in/"


@pytest.fixture
def lin(cast):
    cast.lin.set_password(PASSWORD)
    cast.lin.save()
    return cast.lin


def sign_in(client, password=PASSWORD, name="lin", **heads):
    return client.post(SIGN_IN, {"login": name, "password": password}, **heads)


def test_a_cookie_that_was_copied_is_worthless_after_the_sign_out(client, lin):
    sign_in(client)
    thief = Client()
    thief.cookies["bihuan_session"] = client.cookies["bihuan_session"].value
    assert thief.get("/").status_code == 200
    client.post("/account/sign-out/")
    assert thief.get("/").status_code == 302


def test_who_was_switched_off_is_out_at_once(client, lin):
    sign_in(client)
    lin.is_active = False
    lin.save()
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("head", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_CLIENT_IP"])
def test_a_forged_address_or_another_spelling_gives_no_more_guesses(client, lin, head):
    for number in range(5):
        assert (
            "bihuan_session"
            not in sign_in(
                client, "wrong", ("lin", "LIN", "Lin", "lIn", "liN")[number], **{head: f"10.0.0.{number}"}
            ).cookies
        )
    assert sign_in(client, **{head: "10.0.0.99"}).status_code == 429


@pytest.mark.parametrize(
    "wished", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///x"]
)
def test_no_door_leads_to_another_site(client, lin, office, wished):
    answer = client.post(f"{SIGN_IN}?next={wished}", {"login": "lin", "password": PASSWORD, "next": wished})
    assert answer.status_code == 302 and answer["Location"] == "/"
    for path, name in (("/language/", "next"), ("/retest/run/", "back"), ("/account/sign-out/", "next")):
        answer = client.post(path, {name: wished, "language": "zh"})
        assert "evil" not in answer.get("Location", "") and "javascript" not in answer.get("Location", "")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "evil.example:80"]
)
def test_a_foreign_host_is_not_answered(client, lin, host):
    for path in (SIGN_IN, "/healthz", "/api/matters", "/"):
        answer = client.get(path, HTTP_HOST=host)
        assert answer.status_code in (302, 400, 401, 404, 200) and "evil" not in answer.get("Location", "")
        assert b"evil.example" not in answer.content
    assert client.get(SIGN_IN, HTTP_HOST=host).status_code == 400
    forwarded = client.get("/matters/", HTTP_X_FORWARDED_HOST=host)
    assert "evil" not in forwarded.get("Location", "")


def test_no_password_is_logged_right_or_wrong(client, lin, caplog):
    caplog.set_level(logging.DEBUG)
    sign_in(client, "falsch-geheim-1")
    sign_in(client)
    client.post(
        "/account/password/", {"oldpassword": PASSWORD, "password1": "neu-geheim-22", "password2": "neu-geheim-22"}
    )
    said = "\n".join(f"{one.getMessage()} {one.__dict__}" for one in caplog.records)
    for word in (PASSWORD, "falsch-geheim-1", "neu-geheim-22"):
        assert word not in said
