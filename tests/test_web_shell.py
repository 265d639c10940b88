"""The shell of every page: headers, words, errors, desk, health, log, vendored files."""

import hashlib
import io
import json
import logging
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

import bihuan.web
from bihuan.matters.words import State
from bihuan.web.logs import JsonLines

HERE = Path(bihuan.web.__file__).parent
SIGN_IN = "/account/sign-in/"
pytestmark = pytest.mark.django_db


def rendered(text, **values):
    return Template("{% load bihuan %}" + text).render(Context(values))


def test_a_page_lets_only_its_own_scripts_run_and_no_frame_hold_it(client):
    answer = client.get(SIGN_IN)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")


@pytest.mark.parametrize("path", sorted(HERE.glob("templates/**/*.html")), ids=lambda path: path.name)
def test_our_templates_hold_nothing_that_the_policy_refuses_and_name_no_other_host(path):
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"""\s(style|on[a-z]+)=["']""", text)
    assert not re.search(r"<script(?![^>]*src=)", text)
    assert "http://" not in text
    assert "https://" not in text


def test_cookies_are_out_of_reach_of_scripts(client, cast):
    client.force_login(cast.lin)
    client.get("/account/")
    session, forgery = client.cookies["bihuan_session"], client.cookies["csrftoken"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert forgery["httponly"]


def test_a_form_without_its_token_is_refused_in_words(cast):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/account/sign-out/")
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_what_is_not_there_says_so_without_telling_the_inside(client):
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()


def test_a_fault_of_ours_gives_a_number_to_ask_with_and_logs_no_values(client, cast, monkeypatch, caplog):
    from bihuan.web import account

    def fall(*_, **__):
        raise RuntimeError("身份证 350500199001011234")

    monkeypatch.setattr(account, "render", fall)
    client.force_login(cast.lin)
    client.raise_request_exception = False
    answer = client.get("/account/")
    assert answer.status_code == 500
    assert answer["X-Request-Id"] in answer.content.decode()
    record = next(one for one in caplog.records if one.getMessage() == "broken")
    line = json.loads(JsonLines().format(record))
    assert line["error"] == "RuntimeError"
    assert "account" in str(line["where"])
    assert "3505" not in json.dumps(line)


def test_the_log_of_a_request_leaves_out_what_was_searched(client, cast):
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("bihuan.web.request")
    log.addHandler(handler)
    log.setLevel("INFO")
    try:
        client.force_login(cast.lin)
        client.get("/account/?q=王秀英")
    finally:
        log.removeHandler(handler)
        log.setLevel("NOTSET")
    line = json.loads(heard.getvalue().splitlines()[-1])
    assert (line["user"], line["path"], line["status"]) == (cast.lin.pk, "/account/", 200)
    assert {"at", "request", "ms", "method"} <= set(line)
    assert "王秀英" not in heard.getvalue()


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "共 &lt;b&gt; 项"), ("en", "&lt;b&gt; in all")])
def test_words_come_in_the_readers_language_and_values_are_escaped(language, words):
    with translation.override(language):
        assert rendered('{% say "共 {n} 项" "{n} in all" n=n %}', n="<b>") == words
        assert rendered("{% words state %}", state=State.CLOSED) == {"zh-hans": "已销号", "en": "Closed"}[language]


def test_plain_words_are_escaped_too():
    assert rendered("{% words what %}{% say what what %}", what="<i>") == "&lt;i&gt;&lt;i&gt;"


def test_money_keeps_every_cent_and_nothing_is_a_dash():
    assert "1,234,567.80" in rendered("{{ amount|money }}", amount=Decimal("1234567.80"))
    assert "-0.01" in rendered("{{ amount|money }}", amount=Decimal("-0.01"))
    assert "—" in rendered("{{ amount|money }}", amount=None)


def test_moments_are_told_in_the_offices_time():
    from datetime import UTC, date, datetime

    late = datetime(2026, 11, 28, 16, 30, tzinfo=UTC)
    assert "2026-11-29 00:30" in rendered("{{ when|moment }}", when=late)
    assert ">2026-11-29<" in rendered("{{ when|day }}", when=late)
    assert ">2026-11-28<" in rendered("{{ when|moment }}", when=date(2026, 11, 28))


def test_the_switch_of_language_changes_the_page(client, cast):
    client.force_login(cast.lin)
    assert 'lang="zh-CN"' in client.get("/account/").content.decode()
    client.post(reverse("language"), {"language": "en"})
    page = client.get("/account/").content.decode()
    assert '<html lang="en">' in page
    assert "Auditor" in page


@pytest.mark.parametrize("wished", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_the_switch_leads_to_no_other_site(client, wished):
    assert client.post(reverse("language"), {"language": "en", "next": wished})["Location"] == "/"


def test_the_desk_is_for_the_administrator_alone(client, cast):
    cast.root.is_staff = cast.lin.is_staff = True
    cast.root.save()
    cast.lin.save()
    for who, status in ((cast.root, 200), (cast.lin, 302), (cast.stranger, 302)):
        client.force_login(who)
        assert client.get(reverse("admin:people_user_changelist")).status_code == status


def test_the_desk_enters_people_and_appointments_but_deletes_nobody(client, cast, units):
    from bihuan.people.models import User

    cast.root.is_staff = True
    cast.root.save()
    client.force_login(cast.root)
    made = client.post(
        reverse("admin:people_user_add"),
        {
            "username": "xu", "display_name": "许", "unit": units["U2"].pk, "usable_password": "true",
            "password1": "许的很长的密码 99", "password2": "许的很长的密码 99",
            "appointments-TOTAL_FORMS": "1", "appointments-INITIAL_FORMS": "0",
            "appointments-0-role": "unit_contact", "appointments-0-over": units["U2"].pk,
            "appointments-0-from_date": "2026-01-01",
        },
    )  # fmt: skip
    assert made.status_code == 302
    xu = User.objects.get(username="xu")
    assert xu.password.startswith("md5$")  # in tests only; argon2 is first otherwise
    assert client.post(reverse("admin:people_user_delete", args=[xu.pk]), {"post": "yes"}).status_code == 403


def test_a_request_of_absurd_size_is_not_even_read(client):
    answer = client.post(SIGN_IN, b"", content_type="application/x-www-form-urlencoded", CONTENT_LENGTH=str(10**12))
    assert answer.status_code == 413


def test_passwords_are_kept_with_argon2_outside_tests():
    text = (HERE / "settings.py").read_text(encoding="utf-8")
    hashers = text[text.index("PASSWORD_HASHERS") :]
    assert hashers.index("Argon2PasswordHasher") < hashers.index("PBKDF2PasswordHasher")


def test_health_says_what_is_wrong_without_secrets(client, settings, tmp_path):
    settings.BIHUAN_WORKSPACE = tmp_path
    answer = client.get("/healthz")
    told = answer.json()
    assert answer.status_code == 503
    assert told["worker"] == {"ok": False, "beat_seconds_ago": None}
    assert told["database"]["ok"]
    assert set(told["database"]) == {"ok", "vendor", "triggers_missing", "journal"}
    (tmp_path / ".worker.beat").touch()
    assert client.get("/healthz").status_code == 200


def test_health_misses_a_trigger_that_somebody_dropped(client, settings, tmp_path):
    from django.db import connection

    settings.BIHUAN_WORKSPACE = tmp_path
    (tmp_path / ".worker.beat").touch()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_entry_no_delete")
    told = client.get("/healthz")
    assert told.status_code == 503
    assert told.json()["database"]["triggers_missing"] == ["journal_entry_no_delete"]


def test_vendored_files_are_those_that_the_list_names():
    text = (HERE / "static/vendor/VENDORED.md").read_text(encoding="utf-8")
    listed, folder = {}, ""
    for line in text.splitlines():
        if line.startswith("## "):
            folder = line[3:]
        elif found := re.match(r"\| (\S+) \| `([0-9a-f]{64})` \|", line):
            listed[f"{folder}/{found[1]}"] = found[2]
    there = {
        f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (HERE / "static/vendor").glob("*/*")
    }
    assert there == listed


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = (HERE / "static/vendor/tabler-icons-3.52.0/icons.svg").read_text(encoding="utf-8")
    held = set(re.findall(r'id="([^"]+)"', sprite))
    folders = (HERE / "templates", HERE.parent / "matters/templates")
    named = {
        name
        for folder in folders
        for path in folder.rglob("*.html")
        for name in re.findall(r'{% icon "([^"]+)" %}', path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= held
