"""One act for many matters: a summary first, then each by its own step, each refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bihuan.examine.header import Words
from bihuan.matters import steps
from bihuan.matters.forms import ActForm, empty_form, form_for
from bihuan.matters.lifecycle import ACTS, Act, refusal
from bihuan.matters.many import facts_of_many
from bihuan.matters.models import Matter
from bihuan.matters.scope import visible
from bihuan.matters.standing import actor
from bihuan.matters.steps.fields import fields
from bihuan.matters.views import AuthedRequest
from bihuan.matters.words import Kind
from bihuan.people.models import User

MOST = 500


@dataclass(frozen=True)
class Line:
    """One matter of the bulk, and why not."""

    matter: Matter
    why: tuple[Words, ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def bulk(request: AuthedRequest) -> HttpResponse:
    """GET shows what would be done, POST does it."""
    given = request.POST if request.method == "POST" else request.GET
    act = ACTS.get(given.get("act", ""))
    if act is None or not act.is_bulk:
        raise Http404
    lines = _lines(request.user, act, _chosen(request.user, given))
    fit = [one.matter for one in lines if not one.why]
    parts = _by_fields(act, fit)
    if request.method == "POST" and fit:
        done = [_do(one, act, request) for one in lines]
        return render(request, "matters/bulk_done.html", {"act": act, "lines": done})
    forms = [empty_form(act.name, one[0], request.user) for one in parts]
    return render(request, "matters/bulk.html", {"act": act, "lines": lines, "fit": fit, "forms": forms[:1],
                                                 "is_mixed": len(parts) > 1})  # fmt: skip


def _chosen(user: User, given: QueryDict) -> list[Matter]:
    codes = [one for one in dict.fromkeys(given.getlist("code")) if "\x00" not in one][:MOST]
    return list(visible(user).filter(code__in=codes).prefetch_related("team", "co_units").order_by("pk"))


def _lines(user: User, act: Act, matters: list[Matter]) -> list[Line]:
    facts = facts_of_many(matters)
    found = []
    for one in matters:
        why = refusal(act, facts[one.pk], actor(user, one))
        found.append(Line(one, why.words if why else ()))
    return found


def _by_fields(act: Act, matters: list[Matter]) -> list[list[Matter]]:
    """The matters by what the act asks for: a form can ask only for one set of values at a time."""
    parts: dict[tuple[str, ...], list[Matter]] = {}
    for one in matters:
        parts.setdefault(tuple(each.name for each in fields(act, Kind(one.kind))), []).append(one)
    return list(parts.values())


def _do(line: Line, act: Act, request: AuthedRequest) -> Line:
    if line.why:
        return line
    form: ActForm = form_for(act.name, line.matter, request.user, request.POST)
    try:
        steps.perform(line.matter.code, act.name, by=request.user, content=form.content())
    except steps.Refused as refused:
        return Line(line.matter, refused.refusal.words)
    except Matter.DoesNotExist:
        raise Http404 from None
    return line
