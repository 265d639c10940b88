"""The demonstration's door: choose a role. Open on this machine only, and only where a demo was filled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from bihuan.matters.words import Role
from bihuan.people.models import User
from bihuan.people.rights import posts
from bihuan.web.environment import is_loopback

FILE = "demo-people.json"  # a JSON list of user names, written by `bihuan demo`
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Player:
    """One person of the demo as the sign-in page offers him."""

    user: User
    roles: tuple[Role, ...]


def is_open(request: HttpRequest) -> bool:
    """Asked for, listening here only, called from here, and the workspace is a demo's."""
    return bool(settings.BIHUAN_DEMO and _is_here(request) and _names())


def players() -> list[Player]:
    """The demo's people in the order of the life-cycle."""
    known = User.objects.filter(username__in=_names(), is_active=True).select_related("unit")
    by_name = {one.username: one for one in known}
    return [Player(user, _roles(user)) for name in _names() if (user := by_name.get(name))]


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Be that person."""
    name = request.POST.get("as", "")
    if not is_open(request) or name not in _names():
        raise Http404
    login(request, get_object_or_404(User, username=name, is_active=True), backend=BACKEND)
    return redirect("/")


def _is_here(request: HttpRequest) -> bool:
    """From this machine under its own name: neither passed on by a proxy nor by another site's trick with names."""
    asked = request.get_host().rsplit(":", 1)[0].strip("[]")
    passed_on = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and is_loopback(asked) and not passed_on


def _roles(user: User) -> tuple[Role, ...]:
    held = {one.role for one in posts(user)}
    return tuple(one for one in Role if one.value in held)


def _names() -> list[str]:
    path = Path(settings.BIHUAN_WORKSPACE) / FILE
    return [str(one) for one in json.loads(path.read_text(encoding="utf-8"))] if path.is_file() else []
