"""What may not be known is found nowhere: not in a list, a search, an export, the API, a figure, a run, a number."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from django.test import Client

from at_the_pages import shown
from bihuan.matters import steps
from bihuan.matters.audience import REFERRING
from bihuan.matters.models import Entry, Job, Matter
from bihuan.matters.words import State
from bihuan.people.models import Unit
from every_address import DESK, addresses, plain, things_of

pytestmark = pytest.mark.django_db


def signed_in(user, **options) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", ["wang", "ma"])
@pytest.mark.parametrize("state", [State.REGISTERED, State.IN_VERIFICATION])
def test_before_its_sheet_a_lead_is_nowhere_for_its_own_unit(cast, matter_in, ranking, name, state):
    matter = matter_in(state)
    held = things_of(matter, cast, ranking)
    row = matter.leads.get().rows.first()
    words = (
        matter.code,
        "重复付款",
        row.values["payee_name"],
        row.values["invoice_no"] + "；",
        matter.leads.get().lead_id,
    )
    client = signed_in(getattr(cast, name))
    for one in addresses(held):
        if one.path.startswith(DESK):
            continue
        response = client.get(one.path)
        told = [word for word in words if word in plain(response)[1] and word not in one.path]
        assert not told, (one, told)
        assert not one.things or response.status_code in (403, 404, 405) or one.name in ("unit", "figure"), one
    for path in ("/matters/export.xlsx", f"/matters/export.xlsx?words={matter.code}"):
        book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(path).streaming_content)))
        assert book.active.max_row == 1
    for path in ("/api/matters", f"/api/matters?words={matter.code}"):
        assert client.get(path).json()["matters"] == []
    assert client.get("/figures/matters/").content.decode().count("<tr") <= 1


def test_a_unit_is_told_no_entry_by_the_api_that_the_page_does_not_tell(cast, matter_in):
    matter = matter_in(State.UNDER_ACCEPTANCE)
    steps.perform(matter.code, "comment", by=cast.zhou, content={"reason": "内部"})
    steps.perform(matter.code, "unmask", by=cast.chen, content={"reason": "核对"})
    told = {one["act"] for one in signed_in(cast.ma).get(f"/api/matters/{matter.code}").json()["entries"]}
    assert "send_sheet" in told and "submit" in told
    assert not told & {"take_up", "assign", "write_verification", "comment", "unmask"}
    all_of_it = {one["act"] for one in signed_in(cast.gao).get(f"/api/matters/{matter.code}").json()["entries"]}
    assert {"take_up", "comment", "unmask"} <= all_of_it


@pytest.mark.parametrize("name", ["ma", "gao", "zhao", "qian"])
def test_a_referral_is_told_by_no_address_to_whoever_is_not_its_reader(cast, matter_in, ranking, name):
    matter = shown(matter_in(State.IN_VERIFICATION), cast)
    held = things_of(matter, cast, ranking)
    steps.perform(matter.code, "refer", by=cast.chen, content={"reason": "线索移送甲", "where": "云禾县纪委监委"})
    steps.confirm(matter.code, by=cast.zhou)
    client = signed_in(getattr(cast, name))
    for one in addresses(held):
        if not one.path.startswith(DESK):
            text = plain(client.get(one.path))[1]
            assert "线索移送甲" not in text and "云禾县纪委监委" not in text, one
    entries = client.get(f"/api/matters/{matter.code}").json()["entries"]
    assert entries and not [one for one in entries if one["act"] in REFERRING]
    own = signed_in(cast.chen).get(f"/api/matters/{matter.code}").json()["entries"]
    assert [one["act"] for one in own if one["act"] in REFERRING] == ["refer", "confirm_refer"]


@pytest.mark.parametrize("name", ["lin", "chen", "zhao", "gao", "ma", "qian", "root"])
def test_personal_columns_are_masked_on_every_page(cast, matter_in, ranking, name):
    matter = matter_in(State.UNDER_ACCEPTANCE)
    held = things_of(matter, cast, ranking)
    account = matter.leads.get().rows.first().values["payee_account"]
    client = signed_in(getattr(cast, name))
    for one in addresses(held):
        assert account not in plain(client.get(one.path))[1], one
    assert not Entry.objects.filter(act="unmask").exists()


def test_unmasking_by_the_api_gives_nothing_away_and_is_journalled(cast, matter_in):
    matter = matter_in(State.UNDER_ACCEPTANCE)
    account = matter.leads.get().rows.first().values["payee_account"]
    sent = signed_in(cast.chen).post(
        f"/api/matters/{matter.code}/do/unmask", json.dumps({"reason": "核对"}), content_type="application/json"
    )
    assert sent.status_code == 200 and account not in sent.content.decode()
    assert Entry.objects.filter(act="unmask", actor=cast.chen.pk).count() == 1


def test_a_re_test_that_somebody_started_tells_others_no_matter(cast, matter_in):
    matter = matter_in(State.UNDER_ACCEPTANCE)
    words = f"事项 {matter.code}"
    Job.objects.create(
        kind="retest", arguments=["--matter", matter.code], by=cast.lin, at=matter.registered_at, message=words
    )
    for path in ("/jobs/", "/jobs/list/"):
        assert matter.code in signed_in(cast.lin).get(path).content.decode()
        for name in ("root", "gao", "chen"):
            assert matter.code not in signed_in(getattr(cast, name)).get(path).content.decode(), (path, name)


def test_the_desk_leads_from_no_number_to_a_matter(cast, matter_in):
    from django.contrib.contenttypes.models import ContentType

    matter = matter_in(State.REGISTERED)
    cast.root.is_staff = True
    cast.root.save()
    kind = ContentType.objects.get_for_model(Matter).pk
    answer = signed_in(cast.root).get(f"/admin/r/{kind}/{matter.pk}/")
    assert matter.code not in answer.get("Location", "") and answer.status_code in (302, 404)


def test_units_whose_codes_differ_in_case_only_are_two(cast, units):
    Unit.objects.create(code="u1", name="另一个单位", parent=units["root"])
    client = signed_in(cast.ma)
    assert client.get("/units/u1/").status_code == 404
    assert "另一个单位" not in client.get("/units/").content.decode()
    assert client.get("/figures/?unit=u1").status_code == 404
