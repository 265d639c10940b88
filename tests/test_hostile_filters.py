"""Odd values in every parameter of pages and API: understood, left out or refused in words, never a fault."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client

from bihuan.matters.lifecycle import ACTS
from bihuan.matters.steps.fields import fields
from bihuan.matters.words import Kind, State
from every_address import DESK, addresses, counts, things_of

pytestmark = pytest.mark.django_db

# Every parameter that a view reads, all with the same odd value at once, and in pairs that go together.
NAMES = (
    "words",
    "kind",
    "state",
    "light",
    "klass",
    "unit",
    "method",
    "least",
    "most",
    "mine",
    "overdue",
    "sort",
    "after",
    "page",
    "pack",
    "level",
    "followed",
    "new",
    "project",
    "days",
    "show",
    "matter",
    "busy",
    "item",
    "act",
    "code",
    "before",
    "next",
    "q",
    "o",
    "p",
    "e",
)
ODD = {
    "quote": "' OR 1=1 --",
    "double": '") UNION SELECT password FROM people_user --',
    "percent": "%_\\%",
    "nul": "a\x00b",
    "minus": "-1",
    "huge": "9" * 40,
    "beyond": "9" * 5000,
    "float": "1e400",
    "nan": "NaN",
    "infinity": "-Infinity",
    "long": "啊" * 10_000,
    "script": "<script>alert(1)</script>",
    "template": "{{7*7}}{%debug%}",
    "dots": "../../etc/passwd",
    "lines": "a\r\nSet-Cookie: x=y",
    "blank": "",
    "digit": "²",
    "surrogate": "\udcff",
    "date": "0001-01-01T00:00:00+14:00~1",
    "last": "9999-12-31T23:59:59-12:00~1",
    "key": f"1~{'9' * 18}",
    "emoji": "👩‍👩‍👧",
    "right": "\u202eabc",
    "brackets": "[[]]{}",
}


@pytest.fixture
def held(matter_in, cast, ranking):
    return things_of(matter_in(State.UNDER_ACCEPTANCE), cast, ranking)


def signed_in(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def query(value: str) -> str:
    """Percent-encoded byte by byte, so that what is no UTF-8 goes out as it is."""
    said = quote(value.encode("utf-8", "surrogateescape"))
    return "&".join(f"{name}={said}" for name in NAMES)


@pytest.mark.slow
def test_no_parameter_breaks_a_page(cast, held):
    client = signed_in(cast.lin)
    before = counts()
    for one in addresses(held):
        if one.path.startswith((DESK, "/healthz", "/account/")):
            continue
        for odd, value in ODD.items():
            status = client.get(f"{one.path}?{query(value)}").status_code
            assert status in (200, 302, 303, 400, 403, 404, 405, 422), (one, odd, status)
    assert counts() == before


def test_no_key_of_a_page_breaks_the_register(cast, held):
    client = signed_in(cast.lin)
    for value in ODD.values():
        said = quote(value.encode("utf-8", "surrogateescape"))
        for sort in ("due", "amount"):
            for after in (said, f"{said}~1", f"1~{said}"):
                assert client.get(f"/matters/?sort={sort}&after={after}").status_code in (200, 400), (sort, after[:60])


def test_no_thing_in_an_address_breaks_it(cast, held):
    client = signed_in(cast.lin)
    for value in ODD.values():
        said = quote(value.encode("utf-8", "surrogateescape"), safe="") or "%20"
        places = [
            f"/matters/{said}/",
            f"/matters/{held['code']}/do/{said}/",
            f"/documents/{said}/",
            f"/leads/{said}/",
            f"/matters/{held['code']}/rows/{said}/voucher/",
            f"/units/{said}/",
            f"/figures/{said}/",
            f"/retest/{said}/",
            f"/warning/methods/{said}/",
            f"/jobs/{said}/cancel/",
            f"/api/matters/{said}",
            f"/api/matters/{said}/do/comment",
            f"/{said}",
            f"/static/{said}",
        ]
        for path in places:
            for send in (client.get, client.post):
                assert send(path).status_code in (400, 404, 405), (path[:80], send)


def test_no_value_breaks_the_lists_of_the_api(cast, held):
    client = signed_in(cast.lin)
    for odd, value in {**ODD, "pattern": "%_" * 40_000}.items():
        said = quote(value.encode("utf-8", "surrogateescape"))
        for name in ("words", "state", "before"):
            assert client.get(f"/api/matters?{name}={said}").status_code in (200, 400, 422), (odd, name)


WRONG = [
    True,
    10**30,
    [1],
    {"a": 1},
    "\udcff",
    "9" * 5000,
    [["a"]],
    "a\x00b",
    "9999-12-31",
    "1e400",
    {"9" * 30: "holds"},
]
AT = {
    State.REGISTERED: ("sun", ["assign"]),
    State.IN_VERIFICATION: ("chen", ["write_verification", "refer"]),
    State.IN_RECTIFICATION: ("ma", ["record_result", "write_item", "submit", "extend"]),
    State.UNDER_ACCEPTANCE: ("qian", ["check_item", "visit", "send_back"]),
}


@pytest.mark.parametrize("state", AT)
def test_no_value_of_a_step_breaks_it(cast, matter_in, state):
    """What an act asks for, given as anything that JSON can say: done, or refused in words."""
    matter = matter_in(state)
    name, acts = AT[state]
    client = signed_in(getattr(cast, name))
    for act in acts:
        asked = fields(ACTS[act], Kind.LEAD)
        usual = {one.name: good(one, matter, cast) for one in asked}
        for bad in asked:
            for wrong in WRONG:
                status = tried(client, matter, act, usual | {bad.name: wrong})
                assert status in (200, 422), (act, bad.name, str(wrong)[:60], status)


@pytest.mark.parametrize("body", ["[" * 100_000, '{"reason": "\\ud83d"}', "\xff\xfe", '{"reason": {"a": 1}}'])
def test_no_body_breaks_the_api(cast, matter_in, body):
    matter = matter_in(State.UNDER_ACCEPTANCE)
    client = signed_in(cast.qian)
    for path in ("do/comment", "decline", "confirm"):
        sent = client.post(f"/api/matters/{matter.code}/{path}", body, content_type="application/json")
        assert sent.status_code in (409, 422), (path, sent.status_code)


def tried(client, matter, act, given) -> int:
    with transaction.atomic():
        body = json.dumps(given)
        status = client.post(f"/api/matters/{matter.code}/do/{act}", body, content_type="application/json").status_code
        transaction.set_rollback(True)
    return int(status)


def good(field, matter, cast):
    item = matter.items.first()
    return {
        "text": "已核对",
        "line": "青府发1号",
        "date": "2026-11-01",
        "money": "100.00",
        "number": "1",
        "users": [cast.lin.pk],
        "unit": "U1",
        "units": [],
        "item": item.pk if item else "",
        "rows": {},
        "file": None,
        "flag": "1",
        "choice": field.choices[0][0] if field.choices else "",
    }[field.type]
