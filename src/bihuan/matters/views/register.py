"""The register: filters, saved views, many at once, export, peek."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.matters import chips, export, register
from bihuan.matters.audience import reader_for
from bihuan.matters.chain import chain
from bihuan.matters.lifecycle import ACTS, offered
from bihuan.matters.models import SavedView
from bihuan.matters.standing import OFFICE_ROLES
from bihuan.matters.views import AuthedRequest
from bihuan.people.language import say
from bihuan.people.models import User
from bihuan.people.rights import has_role

log = logging.getLogger("bihuan.matters")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_VIEWS = 50


@require_safe
@login_required
@never_cache
def show(request: AuthedRequest) -> HttpResponse:
    """A page of the register."""
    filters = register.read(request.GET)
    found = register.chosen(request.user, filters)
    page = register.page(found, filters.sort, request.GET.get("after", "")[:60])
    return render(
        request,
        "matters/register.html",
        {
            "filters": filters,
            "page": page,
            "count": register.count(found),
            "most": register.MOST_COUNTED,
            "is_first": not request.GET.get("after"),
            "chips": chips.groups(filters),
            "choices": chips.choices(request.user),
            "views": _views(request.user),
            "may_share": has_role(request.user, *OFFICE_ROLES),
            "bulk": [one for one in ACTS.values() if one.is_bulk],
        },
    )


@require_safe
@login_required
@never_cache
def peek(request: AuthedRequest, code: str) -> HttpResponse:
    """The matter in short, beside the register."""
    reader = reader_for(request.user, code)
    acts = offered(reader.facts, reader.who)
    return render(
        request, "matters/_peek.html", {"matter": reader.matter, "chain": chain(reader), "acts": acts, "reader": reader}
    )


@require_safe
@login_required
def download(request: AuthedRequest) -> FileResponse:
    """The official workbook of what the filters leave; nothing is changed, the log says who took how many."""
    filters = register.read(request.GET)
    found = register.in_order(register.chosen(request.user, filters), filters.sort)
    log.info("export", extra={"facts": {"user": request.user.pk, "what": "register"}})
    name = f"整改台账-{timezone.localdate():%Y%m%d}.xlsx"
    response = FileResponse(export.workbook(found), as_attachment=True, filename=name, content_type=XLSX)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@login_required
def save_view(request: AuthedRequest) -> HttpResponse:
    """Keep the filters under a name; one of the office may share them."""
    name = request.POST.get("name", "").replace("\x00", "").strip()[:60]
    query = register.read_query(request.POST.get("query", "")).query()
    if name and len(query) <= register.LONGEST_QUERY and request.user.views.count() < MOST_VIEWS:
        is_shared = request.POST.get("shared") == "1" and has_role(request.user, *OFFICE_ROLES)
        SavedView.objects.update_or_create(
            owner=request.user, name=name, defaults={"query": query, "is_shared": is_shared}
        )
    else:
        messages.warning(request, say("视图没有保存：请写名称。", "The view was not saved: give it a name."))
    return redirect(f"{reverse('register')}?{query}")


@require_POST
@login_required
def drop_view(request: AuthedRequest, number: int) -> HttpResponse:
    """Forget a view; only its owner may."""
    get_object_or_404(SavedView, pk=number, owner=request.user).delete()
    return redirect("register")


def _views(user: User) -> QuerySet[SavedView]:
    """His own, and for the office the shared ones."""
    seen = Q(owner=user)
    if has_role(user, *OFFICE_ROLES):
        seen |= Q(is_shared=True)
    return SavedView.objects.filter(seen).select_related("owner").order_by("name", "pk")
