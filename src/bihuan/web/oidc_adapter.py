"""Who comes from the office's identity service is the person entered here under the same name, or nobody."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from bihuan.people.models import User
from bihuan.web import oidc


class OfficeAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Known people only: no account is made by signing in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join the two at first sight. A superuser signs in with password and second factor only."""
        if sociallogin.is_existing:
            return
        given = sociallogin.account.extra_data
        told = (given, given.get("userinfo", {}), given.get("id_token", {}))
        name = next((one[oidc.claim()] for one in told if one.get(oidc.claim())), None)
        user = User.objects.filter(username=name, is_active=True, is_superuser=False).first() if name else None
        if user:
            sociallogin.connect(request, user)
