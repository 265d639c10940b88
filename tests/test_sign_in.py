"""Signing in: password, lock-out, second factor, limits of the session, and the way out."""

import re
import time

import pytest
from django.core.cache import cache
from django.urls import reverse

PASSWORD = "云禾县 2026 年的长密码"
SIGN_IN = "/account/sign-in/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_attempts_yet():
    cache.clear()


@pytest.fixture
def lin(cast):
    cast.lin.set_password(PASSWORD)
    cast.lin.save()
    return cast.lin


def enter(client, name="lin", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"login": name, "password": password, **more})


def who(client):
    return client.session.get("_auth_user_id")


def test_the_right_password_opens_the_door(client, lin):
    answer = enter(client)
    assert (answer.status_code, answer["Location"], who(client)) == (302, "/", str(lin.pk))


def test_a_page_that_needs_a_person_asks_for_one_and_then_leads_on(client, lin):
    asked = client.get("/account/")
    assert asked["Location"] == f"{SIGN_IN}?next=/account/"
    assert enter(client, next="/account/")["Location"] == "/account/"


def test_signing_in_leads_to_no_other_site(client, lin):
    assert enter(client, next="https://example.org/")["Location"] == "/"


def test_the_session_gets_a_new_key_so_that_a_planted_one_is_worthless(client, lin):
    client.post(reverse("language"), {"language": "en"})
    planted = client.session.session_key
    enter(client)
    assert planted
    assert client.session.session_key != planted
    client.cookies["bihuan_session"] = planted
    assert client.get("/account/").status_code == 302


def test_an_unknown_name_and_a_wrong_password_sound_alike(client, lin):
    words = [
        re.findall(r'class="alert alert-danger"[^>]*>([^<]+)', enter(client, *one).content.decode())
        for one in (("lin", "wrong"), ("nobody", "wrong"))
    ]
    assert words[0]
    assert words[0] == words[1]


def test_five_failures_lock_the_name_even_for_the_right_password(client, lin, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        enter(client, password="wrong")
    assert enter(client).status_code == 429
    assert who(client) is None


def test_the_administrator_unlocks_a_name(client, lin, cast, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        enter(client, password="wrong")
    act(client, cast.root, "unlock", lin)
    assert enter(client)["Location"] == "/"


def act(client, root, name, chosen):
    """The administrator does it at the desk, and signs out."""
    root.is_staff = True
    root.save()
    client.force_login(root)
    client.post(reverse("admin:people_user_changelist"), {"action": name, "_selected_action": [chosen.pk]})
    client.logout()


def test_nobody_signs_up(client):
    assert client.get("/account/signup/").status_code == 404


def test_signing_out_takes_a_form_not_a_link(client, lin):
    enter(client)
    client.get("/account/sign-out/")
    assert who(client)
    client.post("/account/sign-out/")
    assert who(client) is None


@pytest.mark.parametrize(("clock", "hours"), [("seen", 2), ("began", 13)])
def test_a_session_ends_when_idle_and_after_a_working_day(client, lin, clock, hours):
    enter(client)
    client.get("/account/")
    session = client.session
    session["seen"] = session["began"] = time.time()
    session[clock] -= hours * 3600
    session.save()
    assert client.get("/account/").status_code == 302
    assert who(client) is None


def test_a_poor_new_password_is_refused(client, lin):
    enter(client)
    answer = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "1234567890", "password2": "1234567890"},
    )
    assert answer.status_code == 200
    lin.refresh_from_db()
    assert lin.check_password(PASSWORD)


def test_a_changed_password_signs_out_and_the_old_one_is_void(client, lin):
    enter(client)
    new = "另一个很长的密码 7431"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert who(client) is None
    enter(client)
    assert who(client) is None
    enter(client, password=new)
    assert who(client)


def test_the_second_factor_is_set_up_only_by_who_gives_the_password_again(client, lin):
    enter(client)
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith("/account/again/")


@pytest.fixture
def codes(client, lin):
    """The recovery codes of lin, whose authenticator is on; signed out."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    enter(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post(reverse("mfa_activate_totp"), {"code": code})
    held = Authenticator.objects.get(user=lin, type="recovery_codes").wrap().get_unused_codes()
    client.post("/account/sign-out/")
    return held


def test_with_a_second_factor_the_password_alone_opens_nothing(client, codes):
    assert enter(client)["Location"] == reverse("mfa_authenticate")
    assert who(client) is None
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert who(client) is None


def test_codes_cannot_be_guessed_for_long(client, codes):
    enter(client)
    for guess in range(5):
        client.post(reverse("mfa_authenticate"), {"code": f"00000{guess}"})
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert who(client) is None


def test_who_lost_the_second_factor_gets_in_again_through_the_administrator(client, codes, lin, cast):
    act(client, cast.root, "drop_second_factor", lin)
    assert enter(client)["Location"] == "/"


def test_a_recovery_code_serves_once(client, codes, lin):
    enter(client)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert who(client) == str(lin.pk)
    client.post("/account/sign-out/")
    enter(client)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert who(client) is None


def test_the_pages_of_signing_in_speak_both_languages(client, lin):
    for language, words in (("zh", "登录"), ("en", "Sign in")):
        client.post(reverse("language"), {"language": language})
        assert f"<title>{words}" in client.get(SIGN_IN).content.decode()


def test_the_language_stays_with_the_person(client, lin):
    enter(client)
    client.post(reverse("language"), {"language": "en", "next": "//example.org"})
    client.post("/account/sign-out/")
    enter(client)
    assert "My account" in client.get("/account/").content.decode()


def test_sign_ins_are_logged_without_names(client, lin, caplog):
    with caplog.at_level("INFO", logger="bihuan.web"):
        enter(client, password="wrong")
        enter(client)
    lines = [(one.getMessage(), one.facts["user"]) for one in caplog.records if one.name == "bihuan.web.sign_in"]
    assert lines == [("sign-in failed", None), ("signed in", lin.pk)]
    assert "lin" not in str([one.facts for one in caplog.records if one.name == "bihuan.web.sign_in"])
