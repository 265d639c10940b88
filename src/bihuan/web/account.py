"""What somebody sets for himself: the language, and the way to password and second factor."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bihuan.people.models import User
from bihuan.web.middleware import LANGUAGE

SHORT = ("zh", "en")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak the other language from now on; who is signed in finds it so next time."""
    chosen = request.POST.get("language", "")
    if chosen in SHORT:
        request.session[LANGUAGE] = chosen
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=chosen)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    wished = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wished, {request.get_host()}, require_https=request.is_secure())
    return wished if safe else "/"


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here, and what I may."""
    user = cast(User, request.user)
    held = user.appointments.in_force().select_related("over").order_by("over__path", "role")
    return render(request, "web/account.html", {"appointments": held})
