"""Signing in through the office's own identity service (OpenID Connect), where the environment names one."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

SERVER = "BIHUAN_OIDC_SERVER"  # https://…, with or without /.well-known/openid-configuration
CLIENT, SECRET = "BIHUAN_OIDC_CLIENT", "BIHUAN_OIDC_SECRET"
NAME, CLAIM = "BIHUAN_OIDC_NAME", "BIHUAN_OIDC_CLAIM"
PROVIDER = "office"


def is_on() -> bool:
    """Off unless all three are given."""
    return all(os.environ.get(one) for one in (SERVER, CLIENT, SECRET))


def claim() -> str:
    """Which claim is the user name here."""
    return os.environ.get(CLAIM, "preferred_username")


def origins() -> list[str]:
    """Where the sign-in form may lead besides ourselves: the identity service."""
    parts = urlsplit(os.environ.get(SERVER, ""))
    return [f"{parts.scheme}://{parts.netloc}"] if is_on() else []


def providers() -> dict[str, Any]:
    """The settings of allauth for it."""
    if not is_on():
        return {}
    app = {
        "provider_id": PROVIDER,
        "name": os.environ.get(NAME, "统一身份认证"),
        "client_id": os.environ[CLIENT],
        "secret": os.environ[SECRET],
        "settings": {"server_url": os.environ[SERVER], "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}
