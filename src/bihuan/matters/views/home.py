"""My work: what waits for the person who is signed in."""

from __future__ import annotations

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.matters import work
from bihuan.matters.views import AuthedRequest
from bihuan.matters.words import Light

URGENT = (Light.DARK_RED, Light.RED, Light.YELLOW, Light.GREEN, Light.NONE)


@require_safe
@login_required
@never_cache
def home(request: AuthedRequest) -> HttpResponse:
    """By the action that is mine, soonest first."""
    groups = work.groups(request.user)
    lights: Counter[Light] = sum((one.lights for one in groups), Counter())
    counted = [(one, lights[one]) for one in URGENT if lights[one]]
    return render(
        request,
        "matters/home.html",
        {
            "groups": groups,
            "lights": counted,
            "most": work.MOST_COUNTED,
            "proposed": work.own_proposals(request.user),
            "declined": work.declined(request.user),
        },
    )
