"""Forms that were edited before they were sent: other things' numbers, other people's, old forms, own confirmations."""

from __future__ import annotations

import pytest
from django.test import Client

from bihuan.matters import steps
from bihuan.matters.models import Entry, EvidenceRow, Item, Matter, Outcome, Proposal
from bihuan.matters.words import State
from bihuan.people.models import Appointment, User
from story import Story, pdf

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def money(item, **more):
    return {
        "item": item.pk,
        "kind": "money",
        "money_kind": "recovered",
        "amount": "100.00",
        "voucher_no": "记-0099",
        "voucher_on": "2024-05-20",
        "file": pdf("收款凭证.pdf"),
        **more,
    }


def test_nothing_is_added_to_an_item_that_passed_in_an_earlier_round(cast, matter_in):
    """Else the unit could report money that no acceptor ever looks at, and it would count as put right."""
    matter = matter_in(State.IN_RECTIFICATION)
    second = Item.objects.create(matter=matter, problem="另一问题", round=1)
    first = matter.items.exclude(pk=second.pk).get()
    for item in (first, second):
        steps.perform(matter.code, "record_result", by=cast.wang, content=money(item))
    steps.perform(matter.code, "submit", by=cast.ma, content={"fixed_on": "2024-06-01"})
    steps.perform(matter.code, "receive", by=cast.qian)
    steps.perform(matter.code, "check_item", by=cast.qian, content={"item": first.pk, "passed": "yes"})
    steps.perform(
        matter.code, "check_item", by=cast.qian, content={"item": second.pk, "passed": "no", "lacking": "缺回单"}
    )
    back = {"reason": "缺回单", "until": "2026-12-15"}
    steps.perform(matter.code, "send_back", by=cast.qian, content=back)
    before = Outcome.objects.count()
    client = signed_in(cast.wang)
    sent = client.post(f"/matters/{matter.code}/do/record_result/", money(first, amount="9999999.00"))
    changed = {"item": first.pk, "problem": "没有问题", "measure": "无", "responsible": "无", "due_on": "2027-01-01"}
    assert client.post(f"/matters/{matter.code}/do/write_item/", changed).status_code == 422
    assert sent.status_code == 422 and Outcome.objects.count() == before
    assert Item.objects.get(pk=first.pk).problem != "没有问题"
    assert client.post(f"/matters/{matter.code}/do/record_result/", money(second)).status_code == 303


def test_things_of_another_matter_cannot_be_named(cast, matter_in, ranking):
    mine = matter_in(State.UNDER_ACCEPTANCE)
    other = Story(cast, ranking).to(State.UNDER_ACCEPTANCE, number=1)
    item = other.items.first()
    sent = signed_in(cast.qian).post(f"/matters/{mine.code}/do/check_item/", {"item": item.pk, "passed": "yes"})
    assert sent.status_code == 422
    assert Item.objects.get(pk=item.pk).is_checked is None


def test_rows_of_another_matter_cannot_be_marked(cast, matter_in, ranking):
    mine = matter_in(State.IN_VERIFICATION)
    other = Story(cast, ranking).to(State.IN_VERIFICATION, number=1)
    row = EvidenceRow.objects.filter(lead__matter=other).first()
    said = {"looked_at": "账", "result": "无", "basis": "法", f"row-{row.pk}": "does_not", "rest": "holds"}
    assert signed_in(cast.chen).post(f"/matters/{mine.code}/do/write_verification/", said).status_code == 303
    assert EvidenceRow.objects.get(pk=row.pk).finding == ""


def test_nobody_but_an_auditor_over_the_unit_gets_on_a_team(cast, matter_in, units):
    matter = matter_in(State.REGISTERED)
    elsewhere = User.objects.create(username="elsewhere")
    Appointment.objects.create(user=elsewhere, role="auditor", over=units["U2"])
    switched_off = User.objects.create(username="off", is_active=False)
    Appointment.objects.create(user=switched_off, role="auditor", over=units["root"])
    for who in (cast.wang, cast.ma, cast.other_head, cast.root, cast.zhao, elsewhere, switched_off):
        sent = signed_in(cast.sun).post(f"/matters/{matter.code}/do/assign/", {"team": [cast.lin.pk, who.pk]})
        assert sent.status_code == 422, who
    assert not matter.team.exists() and Matter.objects.get(pk=matter.pk).state == State.REGISTERED


def test_fields_that_the_act_does_not_ask_for_are_not_read(cast, matter_in):
    matter = matter_in(State.IN_RECTIFICATION)
    held = {name: getattr(matter, name) for name in ("unit_id", "klass", "amount", "due_at", "shown_at", "round")}
    more = {
        "unit": "U2",
        "klass": "continuing",
        "amount": "0.01",
        "until": "2099-01-01",
        "state": "closed",
        "by": cast.zhou.pk,
        "role": "supervisor",
        "resolution": "rectified",
        "confirm": "1",
        "snapshot": "x",
        "status": "passed",
        "is_checked": "1",
        "first": "1",
        "matter": "YD-1",
        "team": [cast.wang.pk],
    }
    client = signed_in(cast.ma)
    Story(cast, None).rectify(matter.code)
    assert client.post(f"/matters/{matter.code}/do/submit/", {"fixed_on": "2024-06-01", **more}).status_code == 303
    now = Matter.objects.get(pk=matter.pk)
    assert {name: getattr(now, name) for name in held if name != "due_at"} == {
        name: value for name, value in held.items() if name != "due_at"
    }
    assert (now.state, now.resolution) == (State.SUBMITTED, "")
    entry = Entry.objects.get(seq=now.entry)
    assert (entry.actor, entry.role) == (cast.ma.pk, "unit_head")


def test_an_old_form_does_nothing_after_the_state_has_moved(cast, matter_in):
    matter = matter_in(State.SUBMITTED)
    before = Entry.objects.count()
    head, contact = signed_in(cast.ma), signed_in(cast.wang)
    item = matter.items.first()
    for client, act, content in (
        (head, "submit", {"fixed_on": "2024-06-01"}),
        (contact, "record_result", money(item)),
        (contact, "write_item", {"item": item.pk, "measure": "a", "responsible": "b", "due_on": "2027-01-01"}),
        (contact, "answer_sheet", {"agrees": "no", "response": "不认"}),
        (head, "plan", {}),
    ):
        assert client.post(f"/matters/{matter.code}/do/{act}/", content).status_code == 422, act
    assert Entry.objects.count() == before


def test_nobody_confirms_his_own_proposal_by_page_or_api(cast, matter_in, units):
    """Not even one who holds both roles."""
    Appointment.objects.create(user=cast.qian, role="supervisor", over=units["root"])
    matter = matter_in(State.UNDER_ACCEPTANCE)
    client = signed_in(cast.qian)
    given = {"gate": "retest", "reason": "年度账已并入下年"}
    assert client.post(f"/matters/{matter.code}/do/waive/", given).status_code == 303
    assert client.post(f"/matters/{matter.code}/confirm/").status_code == 422
    assert client.post(f"/api/matters/{matter.code}/confirm").status_code == 422
    assert Proposal.objects.get(act="waive").is_confirmed is None
    for name in ("ma", "wang", "gao", "he"):
        assert signed_in(getattr(cast, name)).post(f"/matters/{matter.code}/confirm/").status_code == 403, name
    assert Proposal.objects.get(act="waive").is_confirmed is None


def test_acts_of_the_engine_are_nobodys(cast, matter_in):
    matter = matter_in(State.UNDER_ACCEPTANCE)
    for name in ("ma", "qian", "zhou", "he", "lin"):
        client = signed_in(getattr(cast, name))
        for act in ("retest_passed", "retest_failed", "retest_waits", "recur", "begin", "begin_at_once"):
            given = {"snapshot": "x", "status": "passed", "new_hits": 0}
            assert client.post(f"/matters/{matter.code}/do/{act}/", given).status_code == 404
            sent = client.post(f"/api/matters/{matter.code}/do/{act}", given, content_type="application/json")
            assert sent.status_code == 403, (name, act)


def test_an_auditor_of_one_place_takes_up_assigns_and_re_tests_nothing_of_another(cast, matter_in, ranking, units):
    mei = User.objects.create(username="mei", unit=units["office"])
    for role in ("auditor", "dispatcher", "acceptor", "closer"):
        Appointment.objects.create(user=mei, role=role, over=units["U2"])
    mine = [one.hit.id for one in ranking.leads if one.hit.unit == "U2"]
    others = [one.hit.id for one in ranking.leads if one.hit.unit == "U1"]
    matter = matter_in(State.REGISTERED)
    tested = Story(cast, ranking).to(State.UNDER_ACCEPTANCE, number=1)
    client, before = signed_in(mei), Entry.objects.count()
    assert client.post("/leads/take-up/", {"lead": [*mine, others[2]]}).status_code == 404
    assert client.post("/leads/take-up/", {"dossier": "U1"}).status_code == 422
    both = {"act": "assign", "code": [matter.code], "team": [mei.pk]}
    assert matter.code not in client.post("/matters/bulk/", both).content.decode()
    for act in ("receive", "sign_for"):
        client.post("/matters/bulk/", {"act": act, "code": [matter.code, tested.code]})
    assert client.post("/retest/run/", {"matter": tested.code}).status_code == 404
    client.post("/retest/run/", {})
    assert Entry.objects.count() == before
    assert client.post("/leads/take-up/", {"which": "all", "query": "unit=U1"}).status_code == 422
    assert client.post("/leads/take-up/", {"which": "all", "query": ""}).status_code == 200
    assert set(Matter.objects.exclude(pk__in=[matter.pk, tested.pk]).values_list("unit__code", flat=True)) == {"U2"}
