"""Documents: given out through the rights only, checked by their hash, never run or shown as a page of ours."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.matters import documents, sheets, steps
from bihuan.matters.audience import document_for, reader_for
from bihuan.matters.models import Matter
from bihuan.matters.views import AuthedRequest
from bihuan.model.values import BadValue
from bihuan.people.language import say, words

log = logging.getLogger("bihuan.matters")
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@require_safe
@login_required
@never_cache
def document(request: AuthedRequest, number: int) -> HttpResponse:
    """The very content that was registered, as a download."""
    held = document_for(request.user, number)
    try:
        content = documents.verified(held)
    except BadValue as error:
        log.error("document differs from its hash", extra={"facts": {"document": held.pk}})
        return render(request, "matters/altered.html", {"document": held, "words": words(error)}, status=410)
    response = HttpResponse(content, content_type=held.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=held.name)
    response["Content-Security-Policy"] = NOTHING_RUNS
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def make_sheet(request: AuthedRequest, code: str) -> HttpResponse:
    """Fill the evidence sheets of a matter from its leads."""
    reader_for(request.user, code)
    try:
        made = sheets.make_evidence_sheet(code, by=request.user)
    except steps.Refused as refused:
        said = "；".join(words(one) for one in refused.refusal.words)
        if refused.ground == "right":
            raise PermissionDenied(said) from None
        messages.error(request, said)
        return redirect("matter", code)
    messages.success(request, say(f"已生成取证单 {len(made)} 份。", f"Evidence sheets made: {len(made)}."))
    return redirect("matter", code)


@require_POST
@login_required
def closing_slip(request: AuthedRequest, code: str) -> HttpResponse:
    """The closing slip of a matter that was rectified: made once, then given again."""
    reader = reader_for(request.user, code)
    if not reader.is_party:
        raise Http404
    try:
        made = sheets.make_closing_slip(code, by=request.user)
    except Matter.DoesNotExist:
        raise Http404 from None
    return redirect("document", made.pk)
