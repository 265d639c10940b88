"""Leads of the newest run, and how they become matters."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bihuan.errors import NotFound
from bihuan.leads.evidence import evidence, with_values
from bihuan.leads.lead import Lead
from bihuan.matters import ranked
from bihuan.matters.forms_desks import MOST_AT_ONCE, LeadFilter, TakeUpForm
from bihuan.matters.models import Matter
from bihuan.matters.office import workspace
from bihuan.matters.scope import visible
from bihuan.matters.steps import Refused, take_up
from bihuan.matters.words import Role
from bihuan.people.language import say
from bihuan.people.models import User
from bihuan.people.rights import has_role
from bihuan.report.form import content

ON_A_PAGE = 50
MOST_ROWS = 200  # of evidence on a lead's page


@login_required
@require_GET
def leads(request: HttpRequest) -> HttpResponse:
    """The ranked leads that the reader audits, as he narrows them."""
    audited = _audited(request)
    if audited is None:
        return render(request, "matters/leads_none.html")
    form = LeadFilter(request.GET, audited=audited)
    found = audited.wanted(form.wanted())
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "matters/leads.html", {
        "run": audited.ranking.run, "form": form, "page": page, "found": len(found), "all": len(audited.leads),
        "free": len(audited.free), "rows": _rows(audited, page.object_list, page.start_index()),
        "most": MOST_AT_ONCE, "projects": _projects(request), "query": _query(request.GET),
        "strangers": sorted(audited.strangers.items()),
    })  # fmt: skip


@login_required
@require_POST
def take_up_leads(request: HttpRequest) -> HttpResponse:
    """Make matters of the leads that were chosen, and say what came of each."""
    audited = _audited(request)
    form = TakeUpForm(request.POST)
    if audited is None or not form.is_valid():
        raise Http404
    asked = _asked(request, form.cleaned_data, audited)
    if not asked or len(asked) > MOST_AT_ONCE:
        return _nothing(request, len(asked))
    as_dossier = bool(form.cleaned_data["dossier"]) or form.cleaned_data["as_one"]
    user = cast(User, request.user)
    try:
        result = take_up(
            audited.ranking, asked, by=user, as_dossier=as_dossier, project=form.cleaned_data["project"].strip()
        )
    except Refused as error:
        raise PermissionDenied(str(error)) from None
    return render(request, "matters/leads_taken.html", {
        "result": result, "followed": _followed(user, result.followed), "asked": len(asked),
        "unknown": sorted(set(result.unknown_units.values())), "as_dossier": as_dossier,
        "project": form.cleaned_data["project"].strip(), "query": request.POST.get("query", ""),
    })  # fmt: skip


@login_required
@require_GET
def lead(request: HttpRequest, lead_id: str) -> HttpResponse:
    """One lead with the very rows that it rests on, before anybody takes it up."""
    audited = _audited(request)
    found = [one for one in audited.leads if one.hit.id == lead_id] if audited else []
    if audited is None or not found:
        raise Http404
    office, run = workspace(), audited.ranking.run
    rows = with_values(office, run, evidence(office, run, [lead_id])[lead_id][:MOST_ROWS])
    language = say("zh", "en")
    method = found[0].hit.method
    return render(request, "matters/leads_one.html", {
        "row": _rows(audited, found, 1)[0], "run": run, "why": method.why[language], "basis": method.basis,
        "rows": [(one, content(one, language)) for one in rows], "projects": _projects(request),
    })  # fmt: skip


def _audited(request: HttpRequest) -> ranked.Audited | None:
    """What the reader audits; 404 for whoever is no auditor, None where nothing was examined yet."""
    user = cast(User, request.user)
    if not has_role(user, Role.AUDITOR):
        raise Http404
    ranking = ranked.newest()
    return ranked.Audited(user, ranking) if ranking else None


def _asked(request: HttpRequest, given: dict[str, Any], audited: ranked.Audited) -> list[str]:
    """The ids that are to be taken up: of one unit, of all that the filter lists, or those that were ticked."""
    if given["dossier"]:
        return [one.hit.id for one in audited.free if one.hit.unit == given["dossier"]]
    if given["which"] == "all":
        wanted = LeadFilter(QueryDict(request.POST.get("query", "")), audited=audited).wanted()
        return [one.hit.id for one in audited.wanted(wanted) if one.hit.id not in audited.followers]
    try:
        return audited.mine(request.POST.getlist("lead"))
    except NotFound:
        raise Http404 from None


def _nothing(request: HttpRequest, asked: int) -> HttpResponse:
    zh = f"一次最多转 {MOST_AT_ONCE} 条，现选 {asked} 条。请先缩小范围。" if asked else "没有选中未跟踪的疑点。"
    en = (
        f"At most {MOST_AT_ONCE} at a time, {asked} were chosen. Narrow the list first."
        if asked
        else "No lead that is free was chosen."
    )
    context = {"words": say(zh, en), "query": request.POST.get("query", "")}
    return render(request, "matters/leads_refused.html", context, status=422)


def _rows(audited: ranked.Audited, page: Any, first: int) -> list[dict[str, object]]:
    """What a line of the list shows."""
    language = say("zh", "en")
    held = list(page)
    visible_codes = _visible(audited, held)
    return [
        {
            "rank": number, "lead": lead, "hit": lead.hit, "title": lead.hit.method.title[language],
            "reason": lead.hit.reason(language), "unit": audited.name(lead.hit.unit),
            "is_known": lead.hit.unit in audited.known, "ask": lead.hit.method.ask[language],
            "not_when": lead.hit.method.not_when[language], "steps": [one[language] for one in lead.score.steps],
            "followed": audited.followers.get(lead.hit.id, ""),
            "may_open": audited.followers.get(lead.hit.id) in visible_codes,
        }
        for number, lead in enumerate(held, first)
    ]  # fmt: skip


def _visible(audited: ranked.Audited, leads: list[Lead]) -> set[str]:
    codes = {audited.followers[one.hit.id] for one in leads if one.hit.id in audited.followers}
    return set(visible(audited.user).filter(code__in=codes).values_list("code", flat=True))


def _followed(user: User, followed: dict[str, str]) -> list[Matter]:
    """The matters that follow what was asked for already, as far as he may see them."""
    return list(visible(user).filter(code__in=set(followed.values())).order_by("code"))


def _projects(request: HttpRequest) -> list[str]:
    held = visible(cast(User, request.user)).exclude(project="").order_by("project")
    return list(held.values_list("project", flat=True).distinct()[:100])


def _query(given: QueryDict) -> str:
    """The filter without the page, to go on with."""
    kept = given.copy()
    kept.pop("page", None)
    return kept.urlencode()
