"""Pages of the matters. A view finds (or 404), asks the form, calls one step, renders."""

from __future__ import annotations

from django.http import HttpRequest

from bihuan.people.models import User


class AuthedRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User
