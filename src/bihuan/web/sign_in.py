"""Signing in: no sign-up, no e-mail, a lock-out after failures, a line in the log for each."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = logging.getLogger("bihuan.web.sign_in")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are entered by the administrator, and told things on pages."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Failed passwords are counted once, by axes in the database, for all processes together."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail leaves an office's network."""

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail leaves an office's network."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Signing in and out needs no congratulation."""


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor, with the office's own names."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail leaves an office's network."""


def name_tried(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """The name whose failures are counted: of the sign-in form, or of who confirms his password again."""
    given = (credentials or {}).get("username") or request.POST.get("login") or request.user.get_username()
    return given.lower()


def locked_out(request: HttpRequest, *_: Any) -> HttpResponse:
    """Too many failures: wait."""
    return render(request, "account/locked_out.html", status=429)


def listen() -> None:
    """Sign-ins, failures and sign-outs go to the log; what was typed as a name does not."""
    user_logged_in.connect(_signed_in, dispatch_uid="bihuan.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="bihuan.signed_out")
    user_login_failed.connect(_failed, dispatch_uid="bihuan.failed")


def _signed_in(sender: object, request: HttpRequest, user: Any, **_: Any) -> None:
    log.info("signed in", extra={"facts": _facts(request, user)})


def _signed_out(sender: object, request: HttpRequest, user: Any, **_: Any) -> None:
    log.info("signed out", extra={"facts": _facts(request, user)})


def _failed(sender: object, request: HttpRequest | None = None, **_: Any) -> None:
    log.warning("sign-in failed", extra={"facts": _facts(request, None)})


def _facts(request: HttpRequest | None, user: Any) -> dict[str, object]:
    return {"request": getattr(request, "id", ""), "user": getattr(user, "pk", None)}
