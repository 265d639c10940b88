"""The journal's page: the chain's state, checked while the page is made, and the bundle to check elsewhere."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.db import connection
from django.urls import reverse

from bihuan.matters import checkpoints, journal_state, steps, triggers, verifier
from bihuan.matters.models import Checkpoint, Entry
from bihuan.matters.verifier import short
from bihuan.matters.words import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(office, matter_in):
    """A journal with a matter's way and a signed checkpoint."""
    made = matter_in(State.IN_VERIFICATION)
    checkpoints.make()
    return made


def page_of(client, who):
    client.force_login(who)
    return client.get(reverse("journal")).content.decode()


def test_the_head_the_checkpoint_and_the_guards_are_shown_in_order(client, cast, told):
    page = page_of(client, cast.zhou)
    head = Entry.objects.order_by("-seq")[0]
    assert f"第 {head.seq} 条" in page and short(head.hash) in page
    assert "签名、链首、触发器均正常" in page and "✗" not in page
    assert journal_state.state().since == 0


def test_what_came_after_the_last_checkpoint_is_said_to_be_unsigned(client, cast, told):
    steps.perform(told.code, "comment", by=cast.zhou, content={"reason": "已催"})
    assert "最近检查点之后还有 1 条" in page_of(client, cast.zhou)


def test_a_checkpoint_with_a_foreign_signature_is_found_out(client, cast, told):
    triggers.remove()
    Checkpoint.objects.update(signature="00" * 64)
    triggers.reinstall()
    page = page_of(client, cast.zhou)
    assert "签名无效" in page and "有不符之处" in page


def test_an_entry_that_was_rewritten_below_a_checkpoint_is_found_out(client, cast, told):
    triggers.remove()
    Entry.objects.filter(seq=Checkpoint.objects.get().seq).update(hash="ab" * 32)
    triggers.reinstall()
    assert "不是当日所签的那一条" in page_of(client, cast.zhou)


def test_a_trigger_that_was_dropped_is_named(client, cast, told):
    if connection.vendor != "sqlite":
        pytest.skip("names of SQLite's triggers")
    name = triggers.check() or sorted(triggers._held("default"))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name[0]}")
    page = page_of(client, cast.zhou)
    assert name[0] in page and "缺失或被改" in page
    triggers.reinstall()


def test_the_exported_bundle_is_whole_and_verifies_without_the_server(client, cast, told, tmp_path):
    for who in (cast.zhou, cast.root):
        client.force_login(who)
        answer = client.post(reverse("journal_export"))
        content = b"".join(answer.streaming_content)
        assert answer["Content-Disposition"].startswith('attachment; filename="bihuan-journal-')
        path = tmp_path / "bundle.zip"
        path.write_bytes(content)
        report = verifier.verify(str(path))
        assert report.faults == [] and report.entries == Entry.objects.count() and report.checkpoints == 1
        assert "journal.jsonl" in zipfile.ZipFile(io.BytesIO(content)).namelist()


@pytest.mark.parametrize("name", ["lin", "gao", "zhao", "qian"])
def test_others_of_the_office_read_but_do_not_export(client, cast, told, name):
    page = page_of(client, getattr(cast, name))
    assert "最近的条目" in page and reverse("journal_export") not in page
    assert client.post(reverse("journal_export")).status_code == 403


@pytest.mark.parametrize("name", ["wang", "ma", "fang", "stranger", "resident"])
def test_for_units_and_strangers_there_is_no_journal(client, cast, told, name):
    client.force_login(getattr(cast, name))
    assert client.get(reverse("journal")).status_code == 404
    assert client.post(reverse("journal_export")).status_code == 404


def test_export_is_not_to_be_had_by_a_link(client, cast, told):
    client.force_login(cast.zhou)
    assert client.get(reverse("journal_export")).status_code == 405


def test_an_administrator_learns_no_matter_from_the_journal(client, cast, told):
    assert told.code in page_of(client, cast.zhou)
    assert told.code not in page_of(client, cast.root)


def test_referrals_do_not_stand_among_the_newest_entries(client, cast, matter_in):
    matter = matter_in(State.IN_RECTIFICATION)
    steps.perform(matter.code, "refer", by=cast.chen, content={"reason": "涉嫌违纪", "where": "县纪委监委"})
    steps.confirm(matter.code, by=cast.zhou)
    assert "移送" not in page_of(client, cast.gao)


def test_an_empty_journal_is_said_to_be_empty(client, cast, office):
    page = page_of(client, cast.zhou)
    assert "还没有条目" in page and "还没有检查点" in page and "✗" not in page


def test_the_page_says_how_to_check_it_and_what_it_cannot_prove(client, cast, told):
    page = page_of(client, cast.zhou)
    assert "bihuan verify" in page and "截去的条目，无从发现" in page
