"""The transition sheet: one page for each act, made from what the act asks for; the second signature."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.matters import checklist, proposals, steps
from bihuan.matters.audience import Reader, reader_for
from bihuan.matters.forms import ActForm, empty_form, form_for
from bihuan.matters.lifecycle import ACTS, Act, Refusal, refusal, refusal_to_confirm
from bihuan.matters.views import AuthedRequest, matter
from bihuan.people.language import say, words

UNMASK = "unmask"
SEE_OTHER, NOT_NOW = 303, 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def act(request: AuthedRequest, code: str, name: str) -> HttpResponse:
    """GET shows the sheet, POST does the act and goes back to the matter."""
    reader = reader_for(request.user, code)
    found = _act(name)
    if request.method != "POST":
        why = _refusal(reader, found)
        form = empty_form(name, reader.matter, request.user, request.GET)
        return _sheet(request, reader, (found, form), list(why.words) if why else [])
    form = form_for(name, reader.matter, request.user, request.POST, request.FILES)
    try:
        steps.perform(code, name, by=request.user, content=form.content())
    except steps.Refused as refused:
        _is_his(refused.refusal)
        return _sheet(request, reader, (found, form), form.blame(refused.refusal.words), status=NOT_NOW)
    except ObjectDoesNotExist:
        raise Http404 from None
    if name == UNMASK:
        return matter.page(request, reader_for(request.user, code), unmask=True)
    _say_done(request, found)
    return _back(request, code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def confirm(request: AuthedRequest, code: str) -> HttpResponse:
    """What waits for the second signature, whole; POST gives it."""
    reader = reader_for(request.user, code)
    if request.method != "POST":
        return _second(request, reader)
    try:
        steps.confirm(code, by=request.user)
    except steps.Refused as refused:
        _is_his(refused.refusal)
        return _second(request, reader, [words(one) for one in refused.refusal.words])
    except ObjectDoesNotExist:
        raise Http404 from None
    messages.success(request, say("已确认。", "Confirmed."))
    return _back(request, code)


@require_POST
@login_required
def decline(request: AuthedRequest, code: str) -> HttpResponse:
    """Refuse the second signature with a reason, or take one's own proposal back."""
    reader = reader_for(request.user, code)
    try:
        steps.decline(code, by=request.user, reason=request.POST.get("reason", "")[:5000].replace("\x00", ""))
    except steps.Refused as refused:
        _is_his(refused.refusal)
        return _second(request, reader, [words(one) for one in refused.refusal.words])
    messages.success(request, say("已退回申请。", "Declined."))
    return _back(request, code)


def _act(name: str) -> Act:
    """An act that people do, or 404."""
    found = ACTS.get(name)
    if found is None or all(one.role == "engine" for one in found.may):
        raise Http404
    return found


def _refusal(reader: Reader, found: Act) -> Refusal | None:
    """Why not now; who has no right to it is told so with 403."""
    why = refusal(found, reader.facts, reader.who)
    if why is not None:
        _is_his(why)
    return why


def _is_his(why: Refusal) -> None:
    if why.ground == "right":
        raise PermissionDenied("；".join(words(one) for one in why.words))


def _sheet(
    request: AuthedRequest, reader: Reader, sheet: tuple[Act, ActForm], wrong: list[Any], *, status: int | None = None
) -> HttpResponse:
    found, form = sheet
    context = {
        "matter": reader.matter,
        "reader": reader,
        "act": found,
        "form": form,
        "wrong": wrong,
        "ticks": checklist.ticks(found, reader.facts, reader.who),
        "second": checklist.second(found),
        "may": checklist.may_now(found, reader.facts, reader.who),
        "is_sent": status is not None,
    }
    shown = "matters/_act.html" if request.headers.get("HX-Request") else "matters/act.html"
    return render(request, shown, context, status=status or 200)


def _second(request: AuthedRequest, reader: Reader, wrong: list[str] | None = None) -> HttpResponse:
    held = reader.proposal
    if held is None and wrong is None:
        raise Http404
    found = ACTS[held.act] if held else None
    is_own = held is not None and held.by_id == request.user.pk
    why = refusal_to_confirm(found, reader.facts, reader.who) if found and not is_own else None
    if why is not None:
        _is_his(why)
    context = {
        "matter": reader.matter,
        "proposal": held,
        "act": found,
        "said": proposals.said(held) if held else [],
        "ticks": checklist.needs(found, reader.facts) if found else [],
        "is_own": is_own,
        "why": [words(one) for one in why.words] if why else [],
        "wrong": wrong or [],
    }
    return render(request, "matters/confirm.html", context, status=NOT_NOW if wrong else 200)


def _say_done(request: AuthedRequest, found: Act) -> None:
    done = say(f"已办理：{found.words.zh}。", f"Done: {found.words.en}.")
    if found.second is not None:
        done = say(
            f"已提出：{found.words.zh}，等待第二人确认。", f"Proposed: {found.words.en}. A second person must confirm."
        )
    messages.success(request, done)


def _back(request: AuthedRequest, code: str) -> HttpResponse:
    """To the matter; htmx is told to go there itself, for it would put the page into the piece."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("matter", args=[code])})
    response = redirect("matter", code)
    response.status_code = SEE_OTHER
    return response
