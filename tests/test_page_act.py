"""The transition sheet and the second signature."""

from __future__ import annotations

import html

import pytest

from at_the_pages import NOBODY, STATES, read, shown, status
from bihuan.matters import steps
from bihuan.matters.checklist import WANTED
from bihuan.matters.lifecycle import ACTS
from bihuan.matters.models import Entry, EvidenceRow, Matter, Note
from bihuan.matters.requirements import REQUIREMENTS
from bihuan.matters.words import Kind, State
from story import Story, pdf

pytestmark = pytest.mark.django_db
BY_PEOPLE = [one.name for one in ACTS.values() if any(may.role != "engine" for may in one.may)]


@pytest.fixture
def in_hand(matter_in):
    return matter_in(State.IN_VERIFICATION)


def sheet(matter, act):
    return f"/matters/{matter.code}/do/{act}/"


def sent(client, who, url, data=None):
    client.force_login(who)
    response = client.post(url, data or {})
    return response.status_code, html.unescape(response.content.decode())


@pytest.mark.parametrize("state", [State.IN_VERIFICATION, pytest.param(State.UNDER_ACCEPTANCE, marks=pytest.mark.slow)])
def test_the_sheet_of_every_act_opens_for_who_has_the_right_and_is_refused_to_others(client, cast, matter_in, state):
    matter = matter_in(state)
    for name in ("chen", "zhao", "sun", "qian", "zhou"):
        who = getattr(cast, name)
        for act in BY_PEOPLE:
            assert status(client, who, sheet(matter, act)) in (200, 403), (name, act)
    assert {status(client, getattr(cast, one), sheet(matter, "comment")) for one in NOBODY} == {404}
    assert status(client, cast.chen, sheet(matter, "assign")) == 403
    assert status(client, cast.chen, sheet(matter, "establish")) == 200


def test_acts_of_the_engine_have_no_sheet(client, cast, in_hand):
    for name in ("begin", "recur", "retest_passed", "nonsense"):
        assert status(client, cast.chen, sheet(in_hand, name)) == 404, name
        assert status(client, cast.chen, sheet(in_hand, name), {}) == 404, name


def test_an_act_is_done_and_leads_back_to_the_matter(client, cast, matter_in):
    matter = matter_in(State.REGISTERED)
    client.force_login(cast.sun)
    response = client.post(sheet(matter, "assign"), {"team": [cast.lin.pk, cast.chen.pk]})
    assert response.status_code == 303
    assert response["Location"] == f"/matters/{matter.code}/"
    assert Matter.objects.get(pk=matter.pk).state == State.ASSIGNED
    assert "已办理：交办" in read(client, cast.sun, f"/matters/{matter.code}/")


def test_a_verification_is_written_row_by_row(client, cast, in_hand):
    rows = list(EvidenceRow.objects.all())
    data = {"looked_at": "凭证", "result": "属实", "basis": "会计法", "amount": "1,234.50"}
    data |= {f"row-{one.pk}": "holds" for one in rows}
    assert sent(client, cast.chen, sheet(in_hand, "write_verification"), data)[0] == 303
    assert set(EvidenceRow.objects.values_list("finding", flat=True)) == {"holds"}
    again = read(client, cast.chen, sheet(in_hand, "write_verification"))
    assert "属实" in again
    assert 'value="holds" selected' in again


def test_errors_stand_beside_their_field_and_what_was_written_is_kept(client, cast, in_hand):
    data = {"looked_at": "查了凭证甲", "result": "", "basis": "会计法", "amount": "一百块"}
    code, page = sent(client, cast.chen, sheet(in_hand, "write_verification"), data)
    assert code == 422
    assert "查了凭证甲" in page
    assert 'value="一百块"' in page
    beside = page.split('data-field="result"')[1].split('data-field="basis"')[0]
    assert "不能为空" in beside
    assert "form-error" in page.split('data-field="amount"')[1].split("逐行结果")[0]
    assert not in_hand.verifications.exists()


def test_what_is_missing_is_listed_with_ticks_and_refused_with_the_same_words(client, cast, in_hand):
    page = read(client, cast.chen, sheet(in_hand, "establish"))
    assert "还没有上传已印发的审计报告或决定" in page
    assert "须由第二人（复核人员）确认后才生效" in page
    code, page = sent(client, cast.chen, sheet(in_hand, "establish"), {"klass": "phased"})
    assert code == 422
    assert "还没有上传已印发的审计报告或决定" in page


def test_every_requirement_has_words_of_what_should_be_there():
    assert set(WANTED) == set(REQUIREMENTS)


def test_a_state_that_does_not_fit_is_said_in_words(client, cast, in_hand):
    code, page = sent(client, cast.sun, sheet(in_hand, "assign"), {"team": [cast.lin.pk]})
    assert code == 422
    assert "当前状态“核实中”不能交办" in page


@pytest.mark.parametrize(("name", "expected"), [("gao", 403), ("ma", 404), ("stranger", 404), ("root", 404)])
def test_who_has_no_right_is_refused_and_who_does_not_see_it_finds_nothing(client, cast, in_hand, name, expected):
    before = Entry.objects.count()
    assert sent(client, getattr(cast, name), sheet(in_hand, "write_verification"), {"looked_at": "x"})[0] == expected
    assert Entry.objects.count() == before


def test_separated_duties_are_said(client, cast, in_hand):
    data = {"looked_at": "x", "result": "x", "basis": "x"}
    code, page = sent(client, cast.lin, sheet(in_hand, "write_verification"), data)
    assert code == 422
    assert "您已登记此事项，不得再办理此事" in page


def test_the_second_person_reads_the_proposal_and_confirms(client, cast, matter_in, ranking):
    matter = matter_in(State.IN_VERIFICATION)
    Story(cast, ranking).verify(matter.code)
    assert sent(client, cast.chen, sheet(matter, "establish"), {"klass": "phased"})[0] == 303
    url = f"/matters/{matter.code}/confirm/"
    page = read(client, cast.zhao, url)
    assert "分阶段整改" in page
    assert "Chen" in page
    assert "撤回" in read(client, cast.chen, url)
    assert sent(client, cast.chen, url)[0] == 403  # who proposes cannot confirm
    assert status(client, cast.gao, url) == 403
    assert sent(client, cast.zhao, url)[0] == 303
    assert Matter.objects.get(pk=matter.pk).state == State.ESTABLISHED
    assert sent(client, cast.zhao, url)[0] in (403, 422)
    assert status(client, cast.zhao, url) == 404


def test_declining_needs_a_reason(client, cast, matter_in, ranking):
    matter = matter_in(State.IN_VERIFICATION)
    Story(cast, ranking).verify(matter.code)
    steps.perform(matter.code, "establish", by=cast.chen, content={"klass": "phased"})
    url = f"/matters/{matter.code}/decline/"
    assert sent(client, cast.zhao, url, {"reason": " "})[0] == 422
    assert sent(client, cast.ma, url, {"reason": "x"})[0] == 403
    assert sent(client, cast.zhao, url, {"reason": "依据不足"})[0] == 303
    assert Matter.objects.get(pk=matter.pk).state == State.IN_VERIFICATION


def test_hidden_fields_that_a_unit_adds_change_nothing(client, cast, matter_in, units):
    matter = matter_in(State.IN_RECTIFICATION)
    item = matter.items.get()
    before = Matter.objects.values().get(pk=matter.pk)
    extra = {
        "state": "closed", "resolution": "rectified", "unit": "U2", "amount": "0.01", "klass": "continuing",
        "until": "2099-01-01", "due_at": "2099-01-01", "is_checked": "1", "round": "9", "by": cast.qian.pk,
        "is_shown_to_unit": "0", "role": "acceptor", "act": "close", "code": "YD-2026-000099", "team": [cast.ma.pk],
    }  # fmt: skip
    data = {"item": item.pk, "kind": "other", "text": "已整改", "file": pdf(), **extra}
    assert sent(client, cast.wang, sheet(matter, "record_result"), data)[0] == 303
    assert Matter.objects.values().get(pk=matter.pk) == before
    outcome = item.outcomes.get()
    assert (outcome.by, outcome.amount) == (cast.wang, None)
    item.refresh_from_db()
    assert (item.is_checked, item.round) == (None, matter.round)


def test_an_item_of_another_matter_cannot_be_named(client, cast, matter_in):
    mine, other = matter_in(State.IN_RECTIFICATION), matter_in(State.IN_RECTIFICATION, number=1)
    data = {"item": other.items.get().pk, "kind": "rule", "rule_name": "制度", "rule_no": "1"}
    code, page = sent(client, cast.wang, sheet(mine, "record_result"), data)
    assert code == 422
    assert "没有此整改事项" in page
    assert not other.items.get().outcomes.exists()


def test_a_unit_cannot_say_that_its_document_is_a_report(client, cast, matter_in):
    matter = shown(matter_in(State.IN_VERIFICATION), cast)
    data = {"kind": "audit_report", "number": "1", "file": pdf("报告.pdf")}
    assert sent(client, cast.wang, sheet(matter, "add_document"), data)[0] == 422
    assert not matter.documents.filter(kind="audit_report").exists()


def test_files_come_multipart_and_a_wrong_one_is_named(client, cast, matter_in):
    matter = matter_in(State.IN_RECTIFICATION)
    page = read(client, cast.wang, sheet(matter, "record_result"))
    assert 'enctype="multipart/form-data"' in page
    bad = pdf("proof.exe")
    data = {"item": matter.items.get().pk, "kind": "other", "text": "x", "file": bad}
    code, page = sent(client, cast.wang, sheet(matter, "record_result"), data)
    assert code == 422
    assert "不接受 .exe 文件" in page.split('data-field="file"')[1]


def test_a_form_without_its_token_is_refused(client, cast, matter_in):
    from django.test import Client

    matter = matter_in(State.ASSIGNED)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.chen)
    for url in (sheet(matter, "sign_for"), f"/matters/{matter.code}/confirm/", f"/matters/{matter.code}/decline/",
                f"/matters/{matter.code}/sheet/", "/matters/bulk/", "/matters/views/"):  # fmt: skip
        assert strict.post(url, {}).status_code == 403, url
    assert Matter.objects.get(pk=matter.pk).state == State.ASSIGNED


def test_htmx_gets_the_sheet_alone(client, cast, in_hand):
    page = read(client, cast.zhou, sheet(in_hand, "comment"), headers={"HX-Request": "true"})
    assert "<html" not in page
    assert "备注" in page
    response = client.post(sheet(in_hand, "comment"), {"reason": "甲"}, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (204, f"/matters/{in_hand.code}/")


def test_texts_with_scripts_come_back_as_texts(client, cast, in_hand):
    text = "<script>alert(1)</script>"
    client.force_login(cast.chen)
    response = client.post(sheet(in_hand, "write_verification"), {"looked_at": text, "amount": text})
    assert response.status_code == 422
    assert text not in response.content.decode()
    client.force_login(cast.zhou)
    client.post(sheet(in_hand, "comment"), {"reason": text})
    assert Note.objects.get().text == text
    assert text not in client.get(f"/matters/{in_hand.code}/").content.decode()


def test_the_link_of_an_item_opens_the_sheet_with_it(client, cast, matter_in):
    matter = matter_in(State.ESTABLISHED)
    item = matter.items.get()
    page = read(client, cast.wang, f"{sheet(matter, 'write_item')}?item={item.pk}")
    chosen = f'<option value="{item.pk}" selected>'
    assert chosen in page
    assert chosen in read(client, cast.wang, sheet(matter, "write_item"))
    assert chosen not in read(client, cast.wang, f"{sheet(matter, 'write_item')}?item=new")
    for number in ("x", "9" * 30, "-1", str(item.pk + 1000)):
        read(client, cast.wang, f"{sheet(matter, 'write_item')}?item={number}")


def test_a_raiser_rates_his_own_appeal_only(client, cast, units):
    appeal = steps.register(Kind.APPEAL, by=cast.deng, unit=units["U1"], title="路灯", raiser=cast.fang)
    assert status(client, cast.fang, sheet(appeal, "withdraw"), {"reason": "已修好"}) == 303
    other = steps.register(Kind.APPEAL, by=cast.deng, unit=units["U1"], title="路灯", raiser=cast.resident)
    assert status(client, cast.fang, sheet(other, "withdraw"), {"reason": "x"}) == 404


def test_all_states_are_named():
    assert set(State) - set(STATES) == {State.PLANNED}
