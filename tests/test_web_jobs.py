"""Long runs from the page: who may start, see and stop them; what the subprocess says; what a dead server leaves."""

import os

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.matters.models import Job
from bihuan.web import jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(cast, office):
    return Job.objects.create(kind="examine", arguments=[], by=cast.lin, at=timezone.now())


def start(client, who, **content):
    client.force_login(who)
    return client.post(reverse("start_examine"), content)


def test_an_auditor_examines_the_books_from_the_page(client, cast, office):
    pack = "ledger"
    assert start(client, cast.lin, pack=pack).status_code == 302
    job = Job.objects.get()
    assert (job.kind, job.arguments, job.by, job.state) == ("examine", ["--pack", pack], cast.lin, "done")
    assert job.progress == 100
    assert job.pid is None
    assert "疑点 0" in job.message
    page = client.get(reverse("jobs")).content.decode()
    assert "检查账本" in page
    assert "完成" in page


def test_a_pack_that_is_none_starts_nothing(client, cast, office):
    assert start(client, cast.lin, pack="; rm -rf /").status_code == 422
    assert not Job.objects.exists()


def test_only_auditors_start_a_run(client, cast, office):
    for who, status in ((cast.zhou, 403), (cast.root, 403), (cast.wang, 404), (cast.fang, 404), (cast.stranger, 404)):
        assert start(client, who).status_code == status
    assert not Job.objects.exists()


def test_a_unit_does_not_see_that_there_are_runs(client, cast, waiting):
    for who in (cast.wang, cast.ma, cast.fang, cast.resident, cast.stranger):
        client.force_login(who)
        assert client.get(reverse("jobs")).status_code == 404
        assert client.post(reverse("cancel_job", args=[waiting.pk])).status_code == 404
    client.logout()
    assert client.get(reverse("jobs")).status_code == 302


def test_who_started_it_or_an_administrator_stops_it(client, cast, waiting):
    for who, status in ((cast.zhou, 403), (cast.root, 302)):
        client.force_login(who)
        assert client.post(reverse("cancel_job", args=[waiting.pk])).status_code == status
    waiting.refresh_from_db()
    assert (waiting.state, waiting.ended_at is not None) == ("cancelled", True)


def test_a_cancelled_job_is_not_taken_up_any_more(waiting):
    jobs.cancel(waiting)
    jobs.carry_out(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"


def test_a_running_command_is_ended_when_somebody_wishes_it(waiting, monkeypatch):
    Job.objects.filter(pk=waiting.pk).update(wants_cancel=True)
    seen = []
    real = jobs._stop

    def stop(child):
        seen.append(child.pid)
        return real(child)

    monkeypatch.setattr(jobs, "_stop", stop)
    jobs.carry_out(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.pid) == ("cancelled", None)
    with pytest.raises(ProcessLookupError):
        os.kill(seen[0], 0)


def test_a_command_that_fails_says_why(cast, office):
    job = jobs.start("examine", ["--pack", "no_such_pack"], by=cast.lin)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "no_such_pack" in job.message


def test_no_other_command_can_be_queued(cast, office):
    with pytest.raises(ValueError, match="sql"):
        jobs.start("sql", [], by=cast.lin)


def test_a_run_that_the_server_left_behind_is_failed_not_for_ever_running(waiting):
    Job.objects.filter(pk=waiting.pk).update(state="running")
    assert jobs.forget_dead() == 1
    waiting.refresh_from_db()
    assert waiting.state == "failed"


def test_the_table_renews_itself_only_while_something_runs(client, cast, waiting):
    client.force_login(cast.lin)
    assert "every 2s" in client.get(reverse("jobs_list")).content.decode()
    jobs.cancel(waiting)
    assert "every 2s" not in client.get(reverse("jobs_list")).content.decode()
