"""The matter's page: who sees what of it, in every state."""

from __future__ import annotations

import pytest

from at_the_pages import NOBODY, OFFICE, STATES, UNIT, read, shown, status
from bihuan.matters import steps
from bihuan.matters.models import Document, Entry, EvidenceRow, Matter, MatterLead, RetestRecord
from bihuan.matters.words import Kind, State
from story import Story, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_hand(matter_in):
    return matter_in(State.IN_VERIFICATION)


@pytest.fixture
def accepting(matter_in):
    return matter_in(State.UNDER_ACCEPTANCE)


def page(matter):
    return f"/matters/{matter.code}/"


QUICK = (State.REGISTERED, State.IN_VERIFICATION, State.CLOSED)


@pytest.mark.parametrize(
    "state", [one if one in QUICK else pytest.param(one, marks=pytest.mark.slow) for one in STATES]
)
def test_the_page_of_every_state_opens_for_the_office_and_is_not_there_for_strangers(client, cast, matter_in, state):
    matter = matter_in(state)
    for name in OFFICE:
        assert matter.code in read(client, getattr(cast, name), page(matter)), name
    for name in NOBODY:
        for url in (page(matter), f"{page(matter)}peek/", f"{page(matter)}confirm/", f"{page(matter)}do/comment/"):
            assert status(client, getattr(cast, name), url) == 404, (name, url)
    expected = 404 if matter.shown_at is None else 200
    assert {status(client, getattr(cast, name), page(matter)) for name in UNIT} == {expected}


def test_who_is_not_signed_in_is_sent_to_the_door(client, in_hand):
    response = client.get(page(in_hand))
    assert response.status_code == 302
    assert "sign-in" in response["Location"]


def test_a_unit_cannot_tell_that_there_is_a_lead_before_its_sheet_comes(client, cast, in_hand):
    row = EvidenceRow.objects.first()
    urls = ("", "peek/", "confirm/", "do/add_document/", f"rows/{row.pk}/voucher/")
    assert {status(client, cast.ma, page(in_hand) + one) for one in urls} == {404}
    assert status(client, cast.ma, page(in_hand) + "do/add_document/", {"kind": "proof"}) == 404
    bulk = f"/matters/bulk/?act=sign_for&code={in_hand.code}"
    for url in ("/", "/matters/", bulk, f"/matters/?words={in_hand.code}", "/matters/?words=重复"):
        assert f'href="{page(in_hand)}"' not in read(client, cast.ma, url), url
        assert f'href="{page(in_hand)}"' in read(client, cast.chen, url), url


def test_the_strip_leads_from_the_row_to_the_closing(client, cast, matter_in):
    shown_page = read(client, cast.he, page(matter_in(State.CLOSED)))
    for word in ("证据行", "方法", "疑点", "核实", "问题", "整改事项", "复测", "销号", "豁免", "整改到位"):
        assert word in shown_page, word


def test_the_rows_stand_there_with_file_and_line_and_their_personal_columns_masked(client, cast, in_hand):
    row = EvidenceRow.objects.first()
    shown_page = read(client, cast.chen, page(in_hand))
    assert row.source in shown_page
    assert f"第{row.line}行" in shown_page
    assert row.values["payee_name"] in shown_page
    assert row.values["payee_account"] not in shown_page


def test_unmasking_asks_for_a_reason_shows_it_once_and_is_journalled(client, cast, in_hand):
    account = EvidenceRow.objects.first().values["payee_account"]
    url = f"{page(in_hand)}do/unmask/"
    client.force_login(cast.chen)
    assert client.post(url, {"reason": ""}).status_code == 422
    answer = client.post(url, {"reason": "核对收款账号"})
    assert account in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert Entry.objects.filter(matter=in_hand.code, act="unmask", actor=cast.chen.pk).count() == 1
    assert account not in read(client, cast.chen, page(in_hand))


def test_only_the_team_and_reviewers_may_unmask(client, cast, in_hand):
    for name in ("sun", "gao", "qian"):
        assert status(client, getattr(cast, name), f"{page(in_hand)}do/unmask/", {"reason": "好奇"}) == 403
    assert not Entry.objects.filter(act="unmask").exists()


def test_the_office_reads_how_the_score_came_about_and_the_unit_does_not(client, cast, accepting):
    lead = MatterLead.objects.get(matter=accepting)
    step = lead.score_steps[0]["zh"]
    assert step in read(client, cast.chen, page(accepting))
    assert step not in (shown_page := read(client, cast.ma, page(accepting)))
    assert "分值" not in shown_page


def test_a_unit_does_not_see_notes(client, cast, accepting):
    steps.perform(accepting.code, "comment", by=cast.zhou, content={"reason": "内部提醒甲"})
    assert "内部提醒甲" in read(client, cast.qian, page(accepting))
    assert "内部提醒甲" not in (shown_page := read(client, cast.ma, page(accepting)))
    assert "备注" not in shown_page


def test_a_unit_does_not_see_the_names_of_the_office(client, cast, accepting):
    shown_page = read(client, cast.ma, page(accepting))
    for name in OFFICE:
        assert str(getattr(cast, name)) not in shown_page, name
    assert "Wang" in shown_page
    assert "Chen" in read(client, cast.qian, page(accepting))


def test_referrals_are_seen_by_their_named_readers_only(client, cast, matter_in):
    matter = shown(matter_in(State.IN_VERIFICATION), cast)
    steps.perform(matter.code, "refer", by=cast.chen, content={"reason": "线索移送甲", "where": "县纪委"})
    for name in ("ma", "gao", "sun"):
        assert "移送" not in read(client, getattr(cast, name), page(matter)), name
    assert status(client, cast.ma, f"{page(matter)}confirm/") == 404
    assert "线索移送甲" in read(client, cast.zhou, f"{page(matter)}confirm/")
    steps.confirm(matter.code, by=cast.zhou)
    letter = {"kind": "referral", "number": "移1", "file": pdf("移送书甲.pdf")}
    steps.perform(matter.code, "add_document", by=cast.chen, content=letter)
    for name in ("zhou", "lin", "chen"):
        assert "线索移送甲" in read(client, getattr(cast, name), page(matter)), name
    for name in ("ma", "gao", "sun", "zhou2", "zhao"):
        shown_page = read(client, getattr(cast, name), page(matter))
        assert "线索移送甲" not in shown_page, name
        assert "移送书甲" not in shown_page, name
        assert "确认：移送" not in shown_page, name


def test_a_unit_sees_the_verification_only_once_it_is_established(client, cast, matter_in, ranking):
    matter = matter_in(State.IN_VERIFICATION)
    Story(cast, ranking).verify(matter.code)
    assert "同一发票付款两次" in read(client, cast.zhao, page(matter))
    before = read(client, cast.ma, page(matter))
    assert "同一发票付款两次" not in before
    assert "情况属实" in before  # its own answer
    Story(cast, ranking).establish(matter.code)
    assert "同一发票付款两次" in read(client, cast.ma, page(matter))


def test_a_unit_sees_no_proposal_of_the_office(client, cast, matter_in, ranking):
    matter = matter_in(State.IN_VERIFICATION)
    Story(cast, ranking).verify(matter.code)
    steps.perform(matter.code, "establish", by=cast.chen, content={"klass": "phased"})
    assert "等待第二人确认" in read(client, cast.zhao, page(matter))
    assert "等待第二人确认" not in read(client, cast.ma, page(matter))


def test_a_unit_is_not_told_what_happened_before_its_sheet(client, cast, accepting):
    shown_page = read(client, cast.ma, page(accepting))
    hashes = {one.act: one.hash[:4] for one in Entry.objects.filter(matter=accepting.code)}
    assert hashes["send_sheet"] in shown_page
    for act in ("take_up", "assign", "write_verification", "establish"):
        entry = Entry.objects.filter(matter=accepting.code, act=act).first()
        assert entry.hash not in shown_page, act
        assert entry.hash in read(client, cast.gao, page(accepting)), act


def test_documents_that_were_not_shown_to_the_unit_are_not_listed_for_it(client, cast, accepting):
    paper = {"kind": "working_paper", "number": "底稿7", "file": pdf("底稿甲.pdf")}
    steps.perform(accepting.code, "add_document", by=cast.zhao, content=paper)
    assert "底稿甲.pdf" in read(client, cast.qian, page(accepting))
    assert "底稿甲.pdf" not in (shown_page := read(client, cast.ma, page(accepting)))
    assert "收款凭证.pdf" in shown_page


def test_money_stands_beside_its_voucher_and_the_gates_with_their_state(client, cast, accepting):
    shown_page = read(client, cast.qian, page(accepting))
    for word in ("追回", "记-0045", "资料审核", "○ 待办", "复测"):
        assert word in shown_page, word


def test_re_tests_stand_with_old_and_new_hits_and_population(client, cast, accepting):
    from django.utils import timezone

    numbers = {"population": 4321, "old_hits": 17, "new_hits": 23, "why": {"zh": "新账不够", "en": "too little"}}
    RetestRecord.objects.create(
        lead=accepting.leads.get(), snapshot="later", outcome="inconclusive", at=timezone.now(), **numbers
    )
    shown_page = read(client, cast.qian, page(accepting))
    for word in ("4321", "17", "23", "待复测", "新账不够"):
        assert word in shown_page, word


def test_a_button_that_cannot_be_pressed_says_what_is_missing(client, cast, in_hand):
    shown_page = read(client, cast.chen, page(in_hand))
    assert "还没有取证单" in shown_page
    assert 'aria-describedby="why-establish"' in shown_page
    assert f"/matters/{in_hand.code}/do/establish/" not in shown_page
    assert f"/matters/{in_hand.code}/do/write_verification/" in shown_page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_speaks_both_languages(client, cast, accepting, language):
    cast.qian.language = language
    cast.qian.save()
    shown_page = read(client, cast.qian, page(accepting))
    assert ("Gates of acceptance" in shown_page) == (language == "en")
    assert ("验收关口" in shown_page) == (language == "zh")


XSS = '<script>alert("x")</script><img src=x onerror=alert(1)>'


def test_scripts_in_any_text_stay_text(client, cast, accepting, matter_in):
    steps.perform(accepting.code, "comment", by=cast.zhou, content={"reason": XSS})
    steps.perform(accepting.code, "order", by=cast.zhou, content={"reason": XSS})
    visit = {"on": "2026-01-02", "where": XSS, "seen": XSS}
    steps.perform(accepting.code, "visit", by=cast.qian, content=visit)
    steps.perform(accepting.code, "request_evidence", by=cast.qian, content={"reason": XSS, "until": "2026-12-31"})
    paper = {"kind": "working_paper", "number": XSS[:80], "file": pdf("底稿.pdf")}
    steps.perform(accepting.code, "add_document", by=cast.zhao, content=paper)
    item = accepting.items.get()
    lacking = {"item": item.pk, "passed": "no", "lacking": XSS}
    steps.perform(accepting.code, "check_item", by=cast.qian, content=lacking)
    _poison(accepting)
    for name in ("qian", "zhou", "ma"):
        for url in (page(accepting), f"{page(accepting)}peek/", "/matters/", "/"):
            client.force_login(getattr(cast, name))
            raw = client.get(url).content.decode()
            assert "<script>alert" not in raw, (name, url)
            assert "<img src=x" not in raw, (name, url)


def _poison(matter):
    """Texts that come from books and methods."""
    words = {"zh": XSS, "en": XSS}
    MatterLead.objects.filter(matter=matter).update(title=words, reason=words, ask=words, not_when=words, basis=[XSS],
                                                    method=XSS[:80], score_steps=[words])  # fmt: skip
    EvidenceRow.objects.filter(lead__matter=matter).update(source=XSS, sheet=XSS, values={"payee_name": XSS})
    Matter.objects.filter(pk=matter.pk).update(title=XSS, summary=XSS, due_rule=XSS, project=XSS, source=XSS)
    matter.verifications.update(looked_at=XSS, result=XSS, basis=XSS, unit_response=XSS)
    matter.items.update(problem=XSS, measure=XSS, responsible=XSS[:80])
    for item in matter.items.all():
        item.outcomes.update(voucher_no=XSS[:80], rule_name=XSS, text=XSS)
    Document.objects.filter(matter=matter).update(name=XSS)


def test_reading_changes_nothing(client, cast, accepting):
    row = EvidenceRow.objects.first()
    document = accepting.documents.first()
    before = (Entry.objects.count(), Document.objects.count(), str(Matter.objects.values().get(pk=accepting.pk)))
    acts = (f"{page(accepting)}do/{act}/?reason=x&until=2027-01-01" for act in ("accept", "waive", "suspend", "order"))
    urls = [
        "/", "/matters/", "/matters/export.xlsx", page(accepting), f"{page(accepting)}peek/",
        f"/documents/{document.pk}/",
        f"{page(accepting)}rows/{row.pk}/voucher/", f"/matters/bulk/?act=receive&code={accepting.code}", *acts,
    ]  # fmt: skip
    for name in ("qian", "zhou", "ma", "chen"):
        client.force_login(getattr(cast, name))
        for url in urls:
            client.get(url)
    after = (Entry.objects.count(), Document.objects.count(), str(Matter.objects.values().get(pk=accepting.pk)))
    assert after == before


def test_what_only_posts_may_do_is_refused_to_a_get(client, cast, accepting):
    client.force_login(cast.qian)
    for name in ("decline", "sheet", "slip"):
        assert client.get(f"{page(accepting)}{name}/").status_code == 405, name


def test_a_raiser_sees_his_appeal_but_neither_notes_nor_documents(client, cast, units):
    appeal = steps.register(
        Kind.APPEAL, by=cast.deng, unit=units["U1"], title="路灯不亮", summary="三周不亮", raiser=cast.fang
    )
    steps.perform(appeal.code, "comment", by=cast.zhou, content={"reason": "内部提醒乙"})
    shown_page = read(client, cast.fang, page(appeal))
    assert "三周不亮" in shown_page
    assert "内部提醒乙" not in shown_page
    assert "资料</h2>" not in shown_page
    assert "Deng" not in shown_page
    assert "内部提醒乙" in read(client, cast.zhou, page(appeal))
