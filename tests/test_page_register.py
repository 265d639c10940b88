"""The register: filters, pages, views, many at once, export."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone
from python_calamine import CalamineWorkbook

from at_the_pages import read, status
from bihuan.matters import register, steps
from bihuan.matters.models import Entry, Matter, SavedView
from bihuan.matters.words import Kind, State

pytestmark = pytest.mark.django_db
INJECTIONS = [
    "'",
    "' OR 1=1 --",
    '"; DROP TABLE matters_matter; --',
    "1) UNION SELECT 1",
    "%27",
    "\x00",
    "x~y",
    "9" * 40,
]
NAMES = ("words", "kind", "state", "light", "klass", "unit", "method", "least", "most", "mine", "sort", "after")


@pytest.fixture
def several(cast, units):
    """Six findings of two units, with amounts and dates of which some are missing."""
    made = []
    for number in range(6):
        unit = units["U1" if number % 2 else "U2"]
        one = steps.register(Kind.FINDING, by=cast.lin, unit=unit, title=f"津贴{number}", summary="超标准发放补贴")
        day = None if number == 5 else timezone.now() + timedelta(days=number - 1.5)
        amount = None if number == 0 else Decimal(number * 100)
        Matter.objects.filter(pk=one.pk).update(due_at=day, near_at=day, amount=amount)
        made.append(one.code)
    return made


def found(user, query):
    filters = register.read(QueryDict(query))
    return [one.title[-1] for one in register.page(register.chosen(user, filters), filters.sort).rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "543210"),
        ("sort=due", "012345"),
        ("sort=amount", "543210"),
        ("kind=finding", "543210"),
        ("kind=lead", ""),
        ("state=registered&state=closed", "543210"),
        ("unit=U1", "531"),
        ("unit=139", "543210"),
        ("least=200&most=400", "432"),
        ("least=2,00", "5432"),
        ("light=red", "10"),
        ("overdue=1&sort=due", "01"),
        ("light=none", "5"),
        ("words=补贴", "543210"),
        ("words=津贴3", "3"),
        ("mine=1", ""),
        ("kind=nonsense&state=x&light=y&sort=z&least=abc&most=NaN", "543210"),
    ],
)
def test_filters_leave_what_they_say(cast, several, query, expected):
    assert "".join(found(cast.zhou, query)) == expected


@pytest.mark.parametrize("sort", list(register.SORTS))
def test_pages_by_key_show_every_matter_once_and_in_order(cast, several, sort):
    matters = register.chosen(cast.zhou, register.Filters())
    seen, after = [], ""
    for _ in range(9):
        page = register.page(matters, sort, after, size=2)
        seen += [one.pk for one in page.rows]
        after = page.after
        if not after:
            break
    assert seen == [one.pk for one in register.page(matters, sort, size=50).rows]
    assert len(seen) == len(set(seen)) == 6


def test_a_page_goes_on_where_the_one_before_ended(client, cast, several, monkeypatch):
    first = read(client, cast.zhou, "/matters/?sort=due")
    assert "下一页" not in first
    page = register.page(register.chosen(cast.zhou, register.Filters()), "due", size=2)
    second = read(client, cast.zhou, f"/matters/?sort=due&after={page.after.replace('+', '%2B')}")
    assert "津贴0" not in second
    assert "津贴2" in second


def test_filters_make_one_address_and_are_read_back_from_it():
    filters = register.read(QueryDict("state=closed&kind=lead&least=1&mine=1&words=重复&sort=due"))
    assert register.read_query(filters.query()) == filters
    assert register.read_query(filters.toggled("state", State.CLOSED).query()).state == ()


@pytest.mark.parametrize("text", INJECTIONS)
def test_sql_in_a_filter_is_harmless(client, cast, several, text):
    client.force_login(cast.zhou)
    for name in NAMES:
        assert client.get("/matters/", {name: text}).status_code == 200, name
        if name != "after":
            assert client.get("/matters/export.xlsx", {name: text}).status_code == 200, name
    assert Matter.objects.count() == 6


def test_each_sees_only_the_matters_of_his_own_scope(client, cast, several):
    for url in ("/matters/", "/matters/?unit=U1", "/matters/?words=津贴1", "/matters/?sort=due"):
        for name in ("stranger", "root", "ma", "other_head", "wang"):
            assert several[1] not in read(client, getattr(cast, name), url), (name, url)


def test_small_and_large_letters_of_a_units_code_are_not_the_same(cast, several, units):
    from bihuan.people.models import Appointment, Unit, User

    small = Unit.objects.create(code="u1", name="另一单位", parent=units["root"])
    head = User.objects.create(username="auditor of u1")
    Appointment.objects.create(user=head, role="auditor", over=small)
    assert found(head, "") == []


def test_the_chips_say_what_is_on(client, cast, several):
    page = read(client, cast.zhou, "/matters/?state=registered&light=red")
    on = re.findall(r'<a class="chip" href="([^"]*)" aria-current="true">', page)
    assert sorted(on) == ["?light=red", "?state=registered"]


def test_a_view_is_kept_shared_with_the_office_and_forgotten_by_its_owner(client, cast, several):
    form = {"name": "超期<b>", "query": "overdue=1&sort=due&evil=1", "shared": "1"}
    assert status(client, cast.zhou, "/matters/views/", form) == 302
    view = SavedView.objects.get()
    assert (view.query, view.is_shared) == ("overdue=1&sort=due", True)
    assert "超期<b>" in read(client, cast.lin, "/matters/")
    assert "超期<b>" not in read(client, cast.ma, "/matters/")
    assert status(client, cast.lin, f"/matters/views/{view.pk}/drop/", {}) == 404
    assert status(client, cast.zhou, f"/matters/views/{view.pk}/drop/", {}) == 302
    assert not SavedView.objects.exists()


def test_a_unit_shares_no_view(client, cast):
    status(client, cast.ma, "/matters/views/", {"name": "我的", "query": "", "shared": "1"})
    assert SavedView.objects.get().is_shared is False


def test_many_are_done_after_a_summary_and_each_refusal_is_said(client, cast, matter_in, several):
    first, second = (matter_in(State.REGISTERED, number=one).code for one in (0, 1))
    done = matter_in(State.ASSIGNED, number=2).code
    url = f"/matters/bulk/?act=assign&code={first}&code={second}&code={done}&code=YD-2026-999999"
    before = Entry.objects.count()
    page = read(client, cast.sun, url)
    assert "勾选 3 项，可以办理 2 项" in page
    assert "当前状态“已交办”不能交办" in page
    assert Entry.objects.count() == before
    form = {"act": "assign", "code": [first, second, done], "team": [cast.lin.pk, cast.chen.pk]}
    client.force_login(cast.sun)
    result = client.post("/matters/bulk/", form).content.decode()
    assert result.count("已办理") == 2
    assert Matter.objects.get(code=first).state == Matter.objects.get(code=second).state == State.ASSIGNED
    assert Entry.objects.count() == before + 2


def test_many_without_what_is_asked_for_are_not_done(client, cast, matter_in):
    code = matter_in(State.REGISTERED).code
    client.force_login(cast.sun)
    result = client.post("/matters/bulk/", {"act": "assign", "code": [code]}).content.decode()
    assert "未办理" in result
    assert "审计组：不能为空" in result
    assert Matter.objects.get(code=code).state == State.REGISTERED


def test_no_evidence_gate_is_crossed_in_bulk(client, cast, matter_in):
    code = matter_in(State.ACCEPTED).code
    for act in ("close", "accept", "establish", "waive", "nonsense", ""):
        assert status(client, cast.he, f"/matters/bulk/?act={act}&code={code}") == 404, act


def test_who_may_not_is_refused_in_bulk_too(client, cast, matter_in):
    code = matter_in(State.REGISTERED).code
    client.force_login(cast.gao)
    client.post("/matters/bulk/", {"act": "assign", "code": [code], "team": [cast.lin.pk]})
    assert Matter.objects.get(code=code).state == State.REGISTERED


def exported(client, who, query=""):
    client.force_login(who)
    response = client.get(f"/matters/export.xlsx?{query}")
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(), content


def test_the_export_has_the_official_headings_and_the_money_that_came_back(client, cast, matter_in):
    matter = matter_in(State.UNDER_ACCEPTANCE)
    rows, _ = exported(client, cast.zhou)
    line = dict(zip(rows[0], rows[1], strict=True))
    for heading in ("问题编码", "问题标题", "问题来源", "整改责任单位", "整改措施", "整改期限", "整改状态", "办结时间"):
        assert heading in line
    assert (line["问题编码"], line["整改责任单位"], line["整改状态"]) == (matter.code, "云禾县教育局", "正在整改")
    assert (line["涉及金额"], line["已整改金额"]) == (100.0, 100.0)


@pytest.mark.parametrize("mark", ["=", "+", "-", "@"])
def test_texts_that_look_like_formulas_are_exported_as_texts(client, cast, several, mark):
    import zipfile

    text = f'{mark}HYPERLINK("http://x","y")'
    Matter.objects.filter(code=several[0]).update(title=text)
    rows, content = exported(client, cast.zhou)
    assert text in [row[1] for row in rows]
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


def test_the_export_holds_only_what_its_reader_sees_and_what_the_filters_leave(client, cast, several, matter_in):
    hidden = matter_in(State.IN_VERIFICATION).code
    assert len(exported(client, cast.ma)[0]) == 1
    assert len(exported(client, cast.stranger)[0]) == 1
    codes = [row[0] for row in exported(client, cast.zhou, "unit=U1&sort=amount")[0][1:]]
    assert codes == [hidden, several[5], several[3], several[1]]


def test_the_keys_and_the_peek_have_what_they_need(client, cast, several):
    page = read(client, cast.zhou, "/matters/")
    assert f'data-peek="/matters/{several[0]}/peek/"' in page
    assert "matters/register.js" in page
    assert "津贴0" in read(client, cast.zhou, f"/matters/{several[0]}/peek/")
