"""Early warning: what wants looking at before it is too late; each number opens its list."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from bihuan.examine.library import library
from bihuan.leads.lead import Lead, Method, open_run
from bihuan.matters import drawings, early, ranked
from bihuan.matters.measures import sums
from bihuan.matters.models import MatterLead
from bihuan.matters.office import workspace
from bihuan.matters.scope import units_for, visible
from bihuan.matters.standing import OFFICE_ROLES, UNIT_ROLES
from bihuan.matters.words import Role
from bihuan.people.language import say
from bihuan.people.models import User
from bihuan.people.rights import has_role

MOST_UNITS, MOST_LEADS, MOST_COMMON = 12, 15, 15
ON_A_PAGE = 100


@login_required
@require_GET
def warning(request: HttpRequest) -> HttpResponse:
    """Everything at a glance, within what the reader may see."""
    user = _reader(request)
    audited = _audited(user)
    counts, by_unit = early.due_lights(user)
    fresh = early.new_and_high(audited) if audited else []
    common = early.common(user, audited) if _is_office(user) else []
    return render(request, "matters/warning.html", {
        "audited": audited, "fresh": _leads(audited, fresh[:MOST_LEADS]), "fresh_count": len(fresh),
        "lights": [(one, counts.get(one, 0)) for one in early.SHOWN], "by_unit": by_unit, "shown_lights": early.SHOWN,
        "chart": _chart(by_unit[:MOST_UNITS]), "growing": early.growing(user), "days": early.GROWTH_DAYS,
        "common": common[:MOST_COMMON], "common_count": len(common), "many": early.MANY_UNITS,
        "recurred": early.recurred(user)[:50], "now": timezone.now(), "language": say("zh", "en"),
    })  # fmt: skip


@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The matters behind a number: one unit's own, of some lights, registered within some days."""
    user = _reader(request)
    asked = early.Asked.read(request.GET)
    unit = units_for(user).filter(code=asked.unit).first() if asked.unit else None
    if asked.unit and unit is None:
        raise Http404
    page = Paginator(early.behind(user, asked), ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "matters/warning_list.html", {
        "page": page, "unit": unit, "asked": asked, "query": query.urlencode(), "now": timezone.now(),
    })  # fmt: skip


@login_required
@require_GET
def brief(request: HttpRequest, method: str) -> HttpResponse:
    """A common problem as a brief to print: the method, why it matters, the units, what came of it."""
    user = _reader(request)
    if not _is_office(user):
        raise Http404
    lines = early.brief(user, _audited(user), method)
    if not lines:
        raise Http404
    return render(request, "matters/warning_brief.html", {
        "method": method, "told": _told(user, method), "lines": lines, "now": timezone.now(),
        "language": say("zh", "en"),
        "total": sums((currency, amount) for one in lines for currency, amount in one.money.items()),
        "leads": sum(one.leads for one in lines), "matters": sum(one.matters for one in lines),
        "established": sum(one.established for one in lines), "dismissed": sum(one.dismissed for one in lines),
    })  # fmt: skip


def _reader(request: HttpRequest) -> User:
    """Somebody with a role over a unit; for others there is nothing to warn of."""
    user = cast(User, request.user)
    if not units_for(user).exists() or not has_role(user, *OFFICE_ROLES, *UNIT_ROLES):
        raise Http404
    return user


def _is_office(user: User) -> bool:
    return has_role(user, *OFFICE_ROLES)


def _audited(user: User) -> ranked.Audited | None:
    """Leads that nobody took up are for auditors only."""
    ranking = ranked.newest() if has_role(user, Role.AUDITOR) else None
    return ranked.Audited(user, ranking) if ranking else None


def _leads(audited: ranked.Audited | None, leads: list[Lead]) -> list[dict[str, object]]:
    language = say("zh", "en")
    return [
        {
            "hit": one.hit, "title": one.hit.method.title[language], "reason": one.hit.reason(language),
            "unit": audited.name(one.hit.unit) if audited else one.hit.unit,
        }
        for one in leads
    ]  # fmt: skip


def _chart(rows: list[early.UnitLights]) -> dict[str, object] | None:
    if len(rows) < 2:
        return None
    address = reverse("warning_list")
    bars = [(one.unit.name, one.counts, f"{address}?{urlencode({'unit': one.unit.code})}") for one in rows]
    return drawings.lights(bars, early.SHOWN)


def _told(user: User, method: str) -> dict[str, object]:
    """What the method says of itself: from the newest run, else from a matter's copy, else from the library."""
    ranking = ranked.newest()
    run = ranking.run if ranking else None
    held: Method | None = next((one for one in run.methods if one.id == method), None) if run else None
    if held is None:
        lead = MatterLead.objects.filter(matter__in=visible(user), method=method).last()
        held = _of_run(lead.run, method) if lead else None
    if held is not None:
        return {"title": held.title, "why": held.why, "not_when": held.not_when, "ask": held.ask, "basis": held.basis}
    known = next((one.header for one in library(workspace()).methods if one.id == method), None)
    if known is None:
        return {"title": {"zh": method, "en": method}}
    return {"title": {"zh": known.title.zh, "en": known.title.en}}


def _of_run(run: str, method: str) -> Method | None:
    return next((one for one in open_run(workspace(), run).methods if one.id == method), None)
