"""The re-test desk: what waits, running it, what came of it, and the command."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.matters.models import Job, Matter, RetestRecord
from bihuan.matters.words import State
from bihuan.web import jobs
from small_books import add

pytestmark = pytest.mark.django_db
BACK = {"payee_id": "P5", "payee_name": "P5公司", "invoice_no": "F5", "amount": "-500.00", "paid_on": "2024-05-20"}
LATER = {"payee_id": "P9", "payee_name": "P9公司", "invoice_no": "F99", "amount": "900.00", "paid_on": "2024-09-01"}
AGAIN = {"payee_id": "P5", "payee_name": "P5公司", "invoice_no": "F5", "amount": "500.00", "paid_on": "2024-08-01"}


@pytest.fixture
def accepted(matter_in):
    """The weightiest lead of U1: invoice F5 of P5, paid twice; right from 2024-06-01 on."""
    return matter_in(State.ACCEPTED)


@pytest.fixture
def desk(client, cast, accepted):
    client.force_login(cast.qian)
    return client


def run(client, **given):
    return client.post(reverse("retest_run"), given)


def newer(office, *rows):
    return add(office, {"payment": list(rows)})


def page_of(client, query=""):
    return client.get(f"{reverse('retest')}?{query}").content.decode()


def test_without_newer_books_nothing_waits(desk, accepted):
    page = page_of(desk)
    assert accepted.code in page and "没有比疑点更新的账本" in page
    assert "等待复测 0" in page and reverse("retest_run") not in page


def test_newer_books_are_named_with_how_far_they_go(desk, office):
    newer(office, LATER)
    page = page_of(desk)
    assert "s2.csv" in page and "账记到 2024-09-01（疑点时 2024-02-05）" in page
    assert "等待复测 1" in page


def test_money_that_came_back_and_no_new_hit_passes(desk, office, accepted):
    newer(office, BACK, LATER)
    run(desk, matter=accepted.code)
    record = RetestRecord.objects.get()
    assert (record.outcome, record.population, record.old_hits, record.new_hits) == ("pass", 1, 1, 0)
    assert record.is_remedied
    page = page_of(desk)
    assert "原有记录已有更正记录，且未再发生" in page and "有结论的 1 个事项中 1 个通过" in page and "100 %" in page
    assert accepted.gates.get(gate="retest").status == "passed"


def test_a_new_hit_fails_sends_it_back_and_shows_the_very_row(desk, office, accepted):
    newer(office, BACK, AGAIN)
    run(desk, matter=accepted.code)
    assert Matter.objects.get(pk=accepted.pk).state == State.IN_RECTIFICATION
    shown = desk.get(reverse("retest_record", args=[RetestRecord.objects.get().pk])).content.decode()
    assert "新命中的行" in shown and "s2.csv" in shown and "2024-08-01" in shown
    assert "有结论的 1 个事项中 0 个通过" in page_of(desk)


def test_books_without_the_unit_are_inconclusive_and_it_waits(desk, office, accepted):
    newer(office, {**LATER, "unit_id": "U2"})
    assert "新账本里没有该单位的新来源" in page_of(desk)
    run(desk)
    assert accepted.gates.get(gate="retest").status == "inconclusive"
    assert "有结论的 0 个事项中 0 个通过" in page_of(desk)
    newer(office, BACK, LATER)
    assert "等待复测 1" in page_of(desk)
    run(desk)
    assert list(RetestRecord.objects.values_list("outcome", flat=True)) == ["inconclusive", "pass"]
    assert "历次（2）" in page_of(desk)


def test_what_was_tested_on_these_books_does_not_wait_again(desk, office, accepted):
    newer(office, BACK, LATER)
    run(desk)
    run(desk)
    assert RetestRecord.objects.count() == 1


def test_many_leads_go_to_the_job_worker(desk, office, accepted, monkeypatch):
    monkeypatch.setattr("bihuan.matters.views.retest.INLINE", 0)
    snapshot = newer(office, BACK, LATER)
    assert run(desk).url == reverse("jobs")
    job = Job.objects.get()
    assert (job.kind, job.arguments) == ("retest", ["--snapshot", snapshot.id, "--matter", accepted.code])
    assert not RetestRecord.objects.exists()
    words = jobs.command(job)  # what the worker will type
    done = CliRunner().invoke(app, words[words.index("-w") :])
    assert (done.exit_code, RetestRecord.objects.get().outcome) == (0, "pass")


@pytest.mark.parametrize("name", ["wang", "ma", "fang", "deng", "stranger", "root"])
def test_for_whoever_is_not_of_the_desk_there_is_none(client, cast, office, accepted, name):
    newer(office, LATER)
    client.force_login(getattr(cast, name))
    assert client.get(reverse("retest")).status_code == 404
    assert run(client).status_code == 404
    assert not RetestRecord.objects.exists()


def test_a_leader_reads_but_does_not_run(client, cast, office, accepted):
    newer(office, LATER)
    client.force_login(cast.gao)
    assert accepted.code in page_of(client)
    assert run(client, matter=accepted.code).status_code == 403
    assert not RetestRecord.objects.exists()


def test_a_record_of_a_matter_that_is_not_his_does_not_exist(client, units, desk, office, accepted):
    from bihuan.people.models import Appointment, User

    newer(office, LATER)
    run(desk, matter=accepted.code)
    mei = User.objects.create(username="mei")
    Appointment.objects.create(user=mei, role="auditor", over=units["U2"])
    client.force_login(mei)
    assert client.get(reverse("retest_record", args=[RetestRecord.objects.get().pk])).status_code == 404
    assert accepted.code not in page_of(client)
    assert run(client, matter=accepted.code).status_code == 404


def test_it_goes_back_to_the_desk_and_nowhere_else(desk, office, accepted):
    newer(office, LATER)
    assert run(desk, matter=accepted.code, back="https://example.org/?").url == reverse("retest")
    assert run(desk, matter=accepted.code, back="/retest/?show=waiting").url == "/retest/?show=waiting"


def test_the_command_tells_one_line_a_matter_and_its_progress(office, accepted, settings):
    newer(office, BACK, LATER)
    done = CliRunner().invoke(app, ["-w", str(office.root), "retest", "--json"])
    line = json.loads(done.stdout.splitlines()[0])
    assert done.exit_code == 0 and len(done.stdout.splitlines()) == 1
    assert (line["matter"], line["status"], line["progress"]) == (accepted.code, "pass", 100)
    assert line["answers"][0]["is_remedied"] and line["answers"][0]["population"] == 1


def test_the_command_refuses_a_matter_that_has_no_retest(office, accepted):
    done = CliRunner().invoke(app, ["-w", str(office.root), "retest", "--matter", "YD-1999-000001"])
    assert done.exit_code != 0 and not RetestRecord.objects.exists()


def test_the_command_says_where_there_are_no_newer_books_and_goes_on(office, accepted):
    done = CliRunner().invoke(app, ["-w", str(office.root), "retest", "--matter", accepted.code, "--json"])
    assert done.exit_code == 1 and "newer books" in json.loads(done.stdout)["error"]
