"""Pages for what went wrong: in words, without a trace of the inside."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

log = logging.getLogger("bihuan.web")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request cannot be understood."""
    return _page(request, "400", 400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not his to do; the words of the refusal stand on the page where there are any."""
    return render(request, "errors/403.html", {"reason": str(exception)}, status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing here, or nothing for this reader: the page does not say which."""
    return _page(request, "404", 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our page, or from one that was open for too long."""
    return _page(request, "csrf", 403)


def broken(request: HttpRequest) -> HttpResponse:
    """Our own fault: the log knows where, the page gives the id to ask with."""
    facts = {"request": getattr(request, "id", ""), "path": request.path}
    log.error("broken", exc_info=True, extra={"facts": facts})
    # Without context processors: they may be what broke.
    return HttpResponse(render_to_string("errors/500.html", facts), status=500)


def _page(request: HttpRequest, name: str, status: int) -> HttpResponse:
    return render(request, f"errors/{name}.html", status=status)
