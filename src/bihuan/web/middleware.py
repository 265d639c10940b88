"""What happens around every request: its line in the log, the limits of its session, its language."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from bihuan.people.language import CHINESE, django_language, say

Responder = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("bihuan.web.request")
BEGAN, SEEN, LANGUAGE = "began", "seen", "language"
TOUCH_AFTER = 60  # seconds: not every click is a write


def log_requests(respond: Responder) -> Responder:
    """One line a request, with an id that the answer carries too."""

    def logged(request: HttpRequest) -> HttpResponse:
        began, request.id = time.perf_counter(), uuid.uuid4().hex[:16]  # type: ignore[attr-defined]
        response = respond(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        if not request.path.startswith(settings.STATIC_URL):
            log.info("request", extra={"facts": _facts(request, response, began)})
        return response

    return logged


def _facts(request: HttpRequest, response: HttpResponse, began: float) -> dict[str, object]:
    # The path without its query: what somebody searched for may be a person's name.
    user = request.__dict__.get("user")
    return {
        "request": request.id,  # type: ignore[attr-defined]
        "user": getattr(user, "pk", None),
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "ms": round((time.perf_counter() - began) * 1000),
    }


def limit_size(respond: Responder) -> Responder:
    """More than an office ever hands in at once is not even read."""

    def limited(request: HttpRequest) -> HttpResponse:
        size = request.META.get("CONTENT_LENGTH") or "0"
        if not size.isdigit() or int(size) > settings.BIHUAN_REQUEST_MB * 1024 * 1024:
            return HttpResponse(say("一次上传的内容过大。", "Too much in one request."), status=413)
        return respond(request)

    return limited


def limit_sessions(respond: Responder) -> Responder:
    """Signed out after the idle limit, and after the absolute limit however busy."""

    def limited(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = time.time()
            if _is_over(request, now):
                logout(request)
                messages.info(request, say("登录已超时，请重新登录。", "Your session ended. Please sign in again."))
            elif now - request.session.get(SEEN, 0) > TOUCH_AFTER:
                request.session.setdefault(BEGAN, now)
                request.session[SEEN] = now
        return respond(request)

    return limited


def _is_over(request: HttpRequest, now: float) -> bool:
    began, seen = request.session.get(BEGAN, now), request.session.get(SEEN, now)
    return bool(now - seen > settings.BIHUAN_IDLE_MINUTES * 60 or now - began > settings.BIHUAN_SESSION_HOURS * 3600)


def speak(respond: Responder) -> Responder:
    """In the language chosen in this session, else in the person's own, else in Chinese."""

    def spoken(request: HttpRequest) -> HttpResponse:
        with translation.override(_language(request)):
            request.LANGUAGE_CODE = translation.get_language() or CHINESE
            response = respond(request)
            response.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response

    return spoken


def _language(request: HttpRequest) -> str:
    chosen = request.session.get(LANGUAGE) or getattr(request.user, "language", "")
    return django_language(chosen or "zh")
