"""Tables that the office edits or that only serve the workbench: clocks, calendar, saved views, long runs."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from bihuan.matters.models.columns import term
from bihuan.matters.words import Class, Kind, State


class Clock(models.Model):
    """How long a state may last, by kind and class, within dates; blank kind or class means any."""

    UNITS: ClassVar = (("hours", "小时"), ("workdays", "工作日"), ("days", "天"), ("months", "个月"), ("years", "年"))

    kind = term(Kind, "类型", blank=True, default="")
    klass = term(Class, "类别", blank=True, default="")
    state = term(State, "环节")
    number = models.PositiveIntegerField("时长")
    measure = models.CharField("单位", max_length=10, choices=UNITS)
    from_date = models.DateField("施行日期")
    to_date = models.DateField("废止日期", null=True, blank=True)
    rule = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "时限"
        verbose_name_plural = "时限"
        ordering: ClassVar = ["state", "kind", "klass", "from_date"]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.number}{self.get_measure_display()}"


class WorkDay(models.Model):
    """A day on which the office's calendar differs from the shipped one."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("工作日")
    note = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = "工作日历"
        verbose_name_plural = "工作日历"
        ordering: ClassVar = ["day"]


class SavedView(models.Model):
    """A register with its filters under a name; shared ones are seen by all of the office."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="views")
    name = models.CharField("名称", max_length=60)
    query = models.CharField(max_length=500)
    is_shared = models.BooleanField("共享", default=False)

    class Meta:
        ordering: ClassVar = ["name"]


class Job(models.Model):
    """A long run: a subprocess of the job worker, with progress and a wish to cancel."""

    kind = models.CharField(max_length=20)  # collect, examine, retest
    arguments = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="waiting")  # waiting, running, done, failed, cancelled
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    message = models.TextField(blank=True)
    wants_cancel = models.BooleanField(default=False)
    pid = models.PositiveIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="jobs")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
