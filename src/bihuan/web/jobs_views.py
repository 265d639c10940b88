"""The page of long runs: what runs, how far it is, start and stop."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bihuan.examine.library import library
from bihuan.matters.models import Job
from bihuan.matters.office import workspace
from bihuan.matters.words import Role
from bihuan.people.language import say
from bihuan.people.models import User
from bihuan.people.rights import has_role
from bihuan.web import jobs

SHOWN = 50
SEES = tuple(
    one.value
    for one in Role
    if one not in (Role.UNIT_CONTACT, Role.UNIT_HEAD, Role.DELEGATE, Role.RESIDENT, Role.REGISTRAR, Role.ENGINE)
)


class ExamineForm(forms.Form):
    """Which methods are to run."""

    pack = forms.ChoiceField(required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        packs = sorted({one.pack for one in library(workspace()).methods})
        field = cast(forms.ChoiceField, self.fields["pack"])
        field.label = say("专题", "Pack")
        field.choices = [("", say("全部", "all")), *((one, one) for one in packs)]


@login_required
@require_GET
def jobs_page(request: HttpRequest) -> HttpResponse:
    """All runs, newest first."""
    context = {**_list(request), "form": ExamineForm() if _may_start(request) else None}
    return render(request, "web/jobs.html", context)


@login_required
@require_GET
def jobs_list(request: HttpRequest) -> HttpResponse:
    """Only the table, for the page to renew itself."""
    return render(request, "web/_jobs.html", _list(request))


@login_required
@require_POST
def start_examine(request: HttpRequest) -> HttpResponse:
    """Queue an examination of the newest books."""
    _list(request)
    if not _may_start(request):
        raise PermissionDenied(say("由审计人员发起。", "An auditor starts it."))
    form = ExamineForm(request.POST)
    if form.is_valid():
        pack = form.cleaned_data["pack"]
        jobs.start("examine", ["--pack", pack] if pack else [], by=cast(User, request.user))
        return redirect("jobs")
    return render(request, "web/jobs.html", {**_list(request), "form": form}, status=422)


@login_required
@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Stop one: who started it, or an administrator."""
    _list(request)
    job = get_object_or_404(Job, pk=number)
    if not may_cancel(cast(User, request.user), job):
        raise PermissionDenied(say("由发起人或管理员取消。", "Who started it, or an administrator, cancels it."))
    jobs.cancel(job)
    return redirect("jobs")


def may_cancel(user: User, job: Job) -> bool:
    """Whether this person may stop that run."""
    return job.by_id == user.pk or has_role(user, Role.ADMINISTRATOR)


def _is_told(user: User, job: Job) -> bool:
    """Whether he reads what a run was about: a re-test names matters, which may not be his to see."""
    return job.kind != "retest" or job.by_id == user.pk


def _may_start(request: HttpRequest) -> bool:
    return has_role(cast(User, request.user), Role.AUDITOR)


def _list(request: HttpRequest) -> dict[str, object]:
    """The runs; those of units, delegates and strangers do not see that there are any."""
    user = cast(User, request.user)
    if not has_role(user, *SEES):
        raise Http404
    found = list(Job.objects.select_related("by")[:SHOWN])
    rows = [
        (one, one.state in jobs.ACTIVE and not one.wants_cancel and may_cancel(user, one), _is_told(user, one))
        for one in found
    ]
    return {"rows": rows, "is_active": any(one.state in jobs.ACTIVE for one in found)}
