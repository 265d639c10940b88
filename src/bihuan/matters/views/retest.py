"""The re-test desk: what waits for newer books, running it, what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bihuan.errors import BihuanError
from bihuan.matters import retest_desk
from bihuan.matters.basis import Basis
from bihuan.matters.figures import figures
from bihuan.matters.figures_proof import retest_words
from bihuan.matters.models import Job, Matter, RetestRecord
from bihuan.matters.retesting import newest, retest_all
from bihuan.matters.scope import is_of_office
from bihuan.people.language import say
from bihuan.people.models import User
from bihuan.people.rights import has_role
from bihuan.report.form import content
from bihuan.store.snapshot import Snapshot

INLINE = 3  # leads that are asked about while the reader waits; more go to the job worker
ON_A_PAGE = 50


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for its re-test, with what is newer in the books, and how re-tests came out so far."""
    user = _reader(request)
    snapshot = newest()
    rows = _asked_for(request, retest_desk.due(user, snapshot))
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    rate = figures()["retest_rate"].value(Basis(user)).rates[0][1]
    return render(request, "matters/retest.html", {
        "snapshot": snapshot, "taken_at": _taken_at(snapshot),
        "page": page, "rate": rate, "all": len(rows), "waiting": sum(one.waits for one in rows),
        "counts": _counts(rows), "chosen": request.GET.get("show", ""), "matter": request.GET.get("matter", ""),
        "runnable": {one.matter.pk for one in page if retest_desk.may_run(user, one.matter)},
        "may_run": has_role(user, *retest_desk.RUN), "sources": list(snapshot.sources)[-5:][::-1],
    })  # fmt: skip


@login_required
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Re-test one matter, or all that wait: a few while the reader waits, else as a job."""
    user = _reader(request)
    snapshot = newest()
    matters = _to_run(request, user)
    leads = sum(one.leads.count() for one in matters)
    if not matters:
        messages.info(request, say("没有等待复测的事项。", "Nothing waits for a re-test."))
    elif leads > INLINE:
        arguments = ["--snapshot", snapshot.id, *(word for one in matters for word in ("--matter", one.code))]
        Job.objects.create(kind="retest", arguments=arguments, by=user, at=timezone.now())
        count = len(matters)
        messages.info(request, say(f"{count} 个事项已交后台复测。", f"{count} matters are being re-tested."))
        return redirect("jobs")
    else:
        _run_now(request, matters)
    return redirect(f"{request.POST.get('back') or '?'}" if _is_ours(request) else "retest")


@login_required
@require_GET
def record(request: HttpRequest, number: int) -> HttpResponse:
    """One re-test: what was asked, what was examined, and the very rows that are hit."""
    user = _reader(request)
    held = get_object_or_404(RetestRecord.objects.select_related("lead__matter__unit"), pk=number)
    if not is_of_office(user, held.lead.matter):
        raise Http404
    rows, trouble = [], ""
    if held.new_hits or held.old_hits:
        try:
            rows = [(one, content(one, say("zh", "en"))) for one in retest_desk.rows_hit(held)]
        except BihuanError as error:
            trouble = str(error)
    history = RetestRecord.objects.filter(lead__matter=held.lead.matter_id).select_related("lead").order_by("-pk")
    return render(request, "matters/retest_record.html", {
        "record": held, "matter": held.lead.matter, "rows": rows, "trouble": trouble, "history": history,
        "language": say("zh", "en"),
    })  # fmt: skip


def _taken_at(snapshot: Snapshot) -> datetime | None:
    return datetime.fromisoformat(snapshot.created_at) if snapshot.created_at else None


def _reader(request: HttpRequest) -> User:
    """One of the office; for everybody else there is no desk."""
    user = cast(User, request.user)
    if not has_role(user, *retest_desk.SEE):
        raise Http404
    return user


def _asked_for(request: HttpRequest, rows: list[retest_desk.Due]) -> list[retest_desk.Due]:
    code, shown = request.GET.get("matter", ""), request.GET.get("show", "")
    if code:
        rows = [one for one in rows if one.matter.code == code]
    if shown == "waiting":
        return [one for one in rows if one.waits]
    return [one for one in rows if shown in ("", *(record.outcome for record in one.last))]


def _counts(rows: list[retest_desk.Due]) -> list[tuple[str, str, int]]:
    """Chips: outcome, its words, how many matters have it last."""
    held = [(one, sum(any(record.outcome == one for record in row.last) for row in rows)) for one in _OUTCOMES]
    return [(name, retest_words(name), number) for name, number in held]


def _to_run(request: HttpRequest, user: User) -> list[Matter]:
    """The one that is named, or all that wait; 404 for what he may not see, 403 for what is not his to run."""
    if not has_role(user, *retest_desk.RUN):
        raise PermissionDenied(
            say("由审计、验收、销号人员或督办领导发起。", "By auditor, acceptor, closer, supervisor.")
        )
    rows = retest_desk.due(user, newest())
    code = request.POST.get("matter", "")
    if not code:
        return [one.matter for one in rows if one.waits and retest_desk.may_run(user, one.matter)]
    chosen = [one.matter for one in rows if one.matter.code == code]
    if not chosen:
        raise Http404
    if not retest_desk.may_run(user, chosen[0]):
        raise PermissionDenied(say("此单位不在您的职责范围。", "That unit is not within your charge."))
    return chosen


def _run_now(request: HttpRequest, matters: list[Matter]) -> None:
    try:
        answered = retest_all(newest(), matters)
    except BihuanError as error:
        messages.error(request, str(error))
        return
    for one in answered:
        words = f"{one.matter}：{retest_words(one.outcome)}"
        (messages.warning if one.outcome == "fail" else messages.success)(request, words)


def _is_ours(request: HttpRequest) -> bool:
    """Back to the desk as it was narrowed; nowhere else."""
    return request.POST.get("back", "").startswith("/retest/?")


_OUTCOMES = ("fail", "inconclusive", "pass")
