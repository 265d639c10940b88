"""Figures: every number with its definition, and behind it its very list."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from bihuan.matters import checkpoints, drawings
from bihuan.matters.basis import Basis, kinds_of_money
from bihuan.matters.figure import Figure, Value
from bihuan.matters.figures import GROUPS, readable
from bihuan.matters.measures import sums
from bihuan.matters.scope import units_for, visible
from bihuan.people.language import words
from bihuan.people.models import User

ON_A_PAGE = 200


@dataclass(frozen=True)
class Shown:
    """A figure with its value, as the page prints it."""

    figure: Figure
    value: Value


@login_required
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """All figures that the reader may know, over the matters that he may see."""
    basis = basis_for(request)
    shown = [Shown(one, one.value(basis)) for one in readable(basis).values()]
    groups = [(GROUPS[name], list(held)) for name, held in groupby(shown, key=lambda one: one.figure.group)]
    return render(request, "matters/figures.html", {**_given(basis), "groups": groups, "chart": _chart(basis)})


@login_required
@require_GET
def behind(request: HttpRequest, key: str) -> HttpResponse:
    """The list behind one figure; its lines are what the figure counts."""
    basis = basis_for(request)
    figure = readable(basis).get(key)
    if figure is None:
        raise Http404
    lines, value = figure.lines(basis), figure.value(basis)
    page = Paginator(lines, ON_A_PAGE).get_page(request.GET.get("page"))
    is_rate = bool(value.rates) and key != "rate_money"
    return render(request, "matters/figures_list.html", {
        **_given(basis), "figure": figure, "value": value, "page": page, "count": len(lines), "is_rate": is_rate,
        "hidden": max((value.number or 0) - len(lines), 0) if figure.for_office else 0,
        "has_money": any(one.amount is not None for one in lines), "has_words": any(one.said for one in lines),
        "total": sums((one.currency, one.amount) for one in lines),
    })  # fmt: skip


def basis_for(request: HttpRequest) -> Basis:
    """What the reader asks to count over; a project or unit that is not his gives 404."""
    user = cast(User, request.user)
    code, project = request.GET.get("unit", ""), request.GET.get("project", "")
    unit = units_for(user).filter(code=code).first() if code else None
    if code and unit is None:
        raise Http404
    return Basis(user, project, unit)


def projects_for(user: User) -> list[str]:
    """The audit projects of the matters that he may see."""
    return list(visible(user).exclude(project="").order_by("project").values_list("project", flat=True).distinct())


def _given(basis: Basis) -> dict[str, object]:
    chosen = {"project": basis.project, "unit": basis.unit.code if basis.unit else ""}
    return {
        "basis": basis, "now": timezone.now(), "checkpoint": checkpoints.latest(), "projects": projects_for(basis.user),
        "units": units_for(basis.user), "query": urlencode({name: value for name, value in chosen.items() if value}),
    }  # fmt: skip


def _chart(basis: Basis) -> dict[str, object] | None:
    """The money put right by kind, in the currency that most of it is in."""
    held = kinds_of_money(basis.outcomes)
    total = sums((one.currency, one.amount) for one in basis.outcomes if one.kind == "money")
    currency = next(iter(total), "")
    bars = [
        (words(kind), sums((one.currency, one.amount) for one in outcomes).get(currency), f"money_{kind}")
        for kind, outcomes in held.items()
    ]
    drawn = [(name, amount, key) for name, amount, key in bars if amount]
    return drawings.bars(drawn) if len(drawn) > 1 else None
