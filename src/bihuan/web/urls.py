"""Every address of the site: the shell's own, and the matters' at the root."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from bihuan.web import account, health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("language/", account.language, name="language"),
    path("account/", include("bihuan.web.sign_in_urls")),
    path("admin/", admin.site.urls),
    path("jobs/", include("bihuan.web.jobs_urls")),
    path("", include("bihuan.matters.urls")),
]
handler400 = "bihuan.web.errors.bad_request"
handler403 = "bihuan.web.errors.forbidden"
handler404 = "bihuan.web.errors.not_found"
handler500 = "bihuan.web.errors.broken"
