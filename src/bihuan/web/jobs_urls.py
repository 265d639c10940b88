"""Addresses of long runs."""

from __future__ import annotations

from django.urls import path

from bihuan.web import jobs_views

urlpatterns = [
    path("", jobs_views.jobs_page, name="jobs"),
    path("list/", jobs_views.jobs_list, name="jobs_list"),
    path("examine/", jobs_views.start_examine, name="start_examine"),
    path("<int:number>/cancel/", jobs_views.cancel, name="cancel_job"),
]
