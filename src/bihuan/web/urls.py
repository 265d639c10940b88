"""Every address of the site: the shell's own, and the matters' at the root."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from bihuan.web import account, health, home

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("language/", account.language, name="language"),
    path("account/", include("bihuan.web.sign_in_urls")),
    path("admin/", admin.site.urls),
    path("jobs/", include("bihuan.web.jobs_urls")),
]
# The matters' pages have the root; until they are there the shell greets alone.
urlpatterns.append(
    path("", include("bihuan.matters.urls")) if find_spec("bihuan.matters.urls") else path("", home.home, name="home")
)

handler400 = "bihuan.web.errors.bad_request"
handler403 = "bihuan.web.errors.forbidden"
handler404 = "bihuan.web.errors.not_found"
handler500 = "bihuan.web.errors.broken"
