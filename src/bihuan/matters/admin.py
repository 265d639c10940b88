"""Clocks and the calendar, as the office edits them at the administrator's desk. No business is done there."""

from __future__ import annotations

from django.contrib import admin

from bihuan.matters.models import Clock, WorkDay
from bihuan.people.admin import Administered


@admin.register(Clock)
class ClockAdmin(Administered, admin.ModelAdmin):  # type: ignore[type-arg]
    """How long each state may last; a clock is not deleted but ended, so that old due dates can be explained."""

    list_display = ("state", "kind", "klass", "number", "measure", "from_date", "to_date", "rule")
    list_filter = ("state", "kind", "klass")


@admin.register(WorkDay)
class WorkDayAdmin(Administered, admin.ModelAdmin):  # type: ignore[type-arg]
    """Days on which the office's calendar differs from the shipped one."""

    list_display = ("day", "is_workday", "note")
    date_hierarchy = "day"
