"""The administrators' desk at /admin/: tables that the office edits, no business with matters."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from bihuan.people.language import say
from bihuan.people.rights import has_role


class Desk(AdminSite):
    """For administrators only, by appointment or as the one who set the workbench up."""

    @property
    def site_header(self) -> str:  # type: ignore[override]
        """What stands atop."""
        return say("闭环 · 单位与人员", "Bihuan · Units and people")

    @property
    def site_title(self) -> str:  # type: ignore[override]
        """What stands in the tab."""
        return say("闭环", "Bihuan")

    @property
    def index_title(self) -> str:  # type: ignore[override]
        """What stands on the first page."""
        return say("管理", "Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff who hold the administrator's role today, or the superuser."""
        user = request.user
        if not (user.is_active and user.is_staff):
            return False
        return bool(user.is_superuser) or has_role(user, "administrator")

    def get_urls(self) -> list[Any]:
        """Without the way from any record's number to its page, which would tell that a matter exists."""
        return [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door: the sign-in page, with its lock-out and second factor."""
        if request.user.is_authenticated:
            return super().login(request, extra_context) if self.has_permission(request) else redirect("/")
        return redirect(f"{reverse('account_login')}?next={request.path}")
