"""Addresses of the matters' pages, a flat list."""

from __future__ import annotations

from django.urls import path

from bihuan.matters import urls_desks
from bihuan.matters.api import api
from bihuan.matters.views import act, bulk, document, home, matter, register, voucher

urlpatterns = [
    path("api/", api.urls),
    path("", home.home, name="home"),
    path("matters/", register.show, name="register"),
    path("matters/export.xlsx", register.download, name="export_register"),
    path("matters/bulk/", bulk.bulk, name="bulk"),
    path("matters/views/", register.save_view, name="save_view"),
    path("matters/views/<int:number>/drop/", register.drop_view, name="drop_view"),
    path("matters/<slug:code>/", matter.show, name="matter"),
    path("matters/<slug:code>/peek/", register.peek, name="peek"),
    path("matters/<slug:code>/do/<slug:name>/", act.act, name="act"),
    path("matters/<slug:code>/confirm/", act.confirm, name="confirm"),
    path("matters/<slug:code>/decline/", act.decline, name="decline"),
    path("matters/<slug:code>/sheet/", document.make_sheet, name="make_sheet"),
    path("matters/<slug:code>/slip/", document.closing_slip, name="closing_slip"),
    path("matters/<slug:code>/rows/<int:number>/voucher/", voucher.voucher, name="voucher"),
    path("documents/<int:number>/", document.document, name="document"),
    *urls_desks.urlpatterns,
]
