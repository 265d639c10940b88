"""查账 in the page: what stands behind a row of evidence."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.matters.audience import reader_for
from bihuan.matters.models import EvidenceRow
from bihuan.matters.sheets import content
from bihuan.matters.views import AuthedRequest
from bihuan.matters.voucher import open_row
from bihuan.model.table import tables
from bihuan.people.language import say


@require_safe
@login_required
@never_cache
def voucher(request: AuthedRequest, code: str, number: int) -> HttpResponse:
    """The whole voucher, or the rows beside; for the office only."""
    reader = reader_for(request.user, code)
    if not reader.is_office:
        raise Http404
    row = get_object_or_404(EvidenceRow.objects.select_related("lead"), pk=number, lead__matter=reader.matter)
    context = {
        "matter": reader.matter,
        "row": row,
        "table": tables().get(row.table),
        "said": content(row, say("zh", "en")),
        "opened": open_row(row, request.user),
    }
    shown = "matters/_voucher.html" if request.headers.get("HX-Request") else "matters/voucher.html"
    return render(request, shown, context)
