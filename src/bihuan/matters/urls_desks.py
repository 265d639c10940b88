"""Addresses of the desks: leads, early warning, re-tests, units, journal, figures."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.matters.views import figures, journal, leads, retest, unit, warning

urlpatterns: list[URLPattern] = [
    path("leads/", leads.leads, name="leads"),
    path("leads/take-up/", leads.take_up_leads, name="take_up"),
    path("leads/<str:lead_id>/", leads.lead, name="lead"),
    path("warning/", warning.warning, name="warning"),
    path("warning/matters/", warning.listed, name="warning_list"),
    path("warning/methods/<str:method>/", warning.brief, name="warning_brief"),
    path("retest/", retest.desk, name="retest"),
    path("retest/run/", retest.run, name="retest_run"),
    path("retest/<int:number>/", retest.record, name="retest_record"),
    path("units/", unit.units, name="units"),
    path("units/<str:code>/", unit.unit, name="unit"),
    path("journal/", journal.journal, name="journal"),
    path("journal/export/", journal.export, name="journal_export"),
    path("figures/", figures.figures, name="figures"),
    path("figures/<str:key>/", figures.behind, name="figure"),
]
