"""Units: the tree with its lights, and one unit's whole course."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bihuan.matters.course import Course, counted
from bihuan.matters.scope import units_for
from bihuan.matters.views.figures import projects_for
from bihuan.matters.words import Light
from bihuan.people.models import User

LIGHTS = (Light.DARK_RED, Light.RED, Light.YELLOW, Light.GREEN, Light.BLUE, Light.NONE)


@login_required
@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """The units over which the reader holds a role, with how their matters stand."""
    rows = counted(cast(User, request.user))
    if not rows:
        raise Http404
    words = request.GET.get("words", "").strip()
    shown = [one for one in rows if words in one.unit.name or words in one.unit.code]
    if request.GET.get("busy"):
        shown = [one for one in shown if one.all]
    is_narrowed = len(shown) < len(rows)
    context = {"rows": shown, "words": words, "busy": request.GET.get("busy", ""), "is_narrowed": is_narrowed}
    return render(request, "matters/unit_list.html", context)


@login_required
@require_GET
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: money line, states, claims beside tests, promises, visits, the course of everything done."""
    user = cast(User, request.user)
    held = get_object_or_404(units_for(user), code=code)
    course = Course(user, held, request.GET.get("project", ""))
    below = [one for one in counted(user, held) if one.unit.pk != held.pk and one.all]
    return render(request, "matters/unit.html", {
        "unit": held, "course": course, "states": course.states, "money": course.money, "claims": course.claims,
        "visits": course.visits, "promises": course.promises, "steps": course.steps(), "below": below,
        "projects": projects_for(user), "project": course.project, "lights": LIGHTS, "today": timezone.localdate(),
        "parents": list(units_for(user).filter(children=held)),
    })  # fmt: skip
