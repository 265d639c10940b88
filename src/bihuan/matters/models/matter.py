"""The matter itself, what waits for a second signature, and the index that finds two-character words."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from bihuan.matters.models.columns import money, term
from bihuan.matters.words import Class, Kind, Resolution, State
from bihuan.people.models import Unit


class Matter(models.Model):
    """What must not be lost. Its state changes only by a step, and only where `entry` stands in the journal."""

    code = models.CharField("编号", max_length=30, unique=True)
    kind = term(Kind, "类型")
    state = term(State, "状态")
    resolution = term(Resolution, "办结方式", blank=True, default="")
    klass = term(Class, "类别", blank=True, default="")
    title = models.CharField("事项", max_length=300)
    summary = models.TextField("情况", blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="matters", verbose_name="责任单位")
    co_units = models.ManyToManyField(Unit, related_name="shared_matters", blank=True, verbose_name="协办单位")
    place = models.CharField("地点", max_length=200, blank=True)
    project = models.CharField("审计项目", max_length=100, blank=True)
    team = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="team_matters", blank=True, verbose_name="审计组"
    )
    raiser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="raised_matters",
        verbose_name="提出人",
    )
    source = models.CharField("来源", max_length=200, blank=True)
    amount = money("涉及金额", null=True, blank=True)
    currency = models.CharField("币种", max_length=3, default="CNY")
    due_at = models.DateTimeField("期限", null=True, blank=True)
    near_at = models.DateTimeField("临期起", null=True, blank=True)  # from here on the light is yellow
    late_at = models.DateTimeField("严重超期起", null=True, blank=True)  # from here on it is dark red
    began_at = models.DateTimeField("本环节起", null=True, blank=True)  # when the clock that runs now began
    due_rule = models.CharField("期限依据", max_length=200, blank=True)
    fixed_on = models.DateField("整改完成日", null=True, blank=True)  # first day on which things should be right
    registered_at = models.DateTimeField("登记时间")
    closed_at = models.DateTimeField("销号时间", null=True, blank=True)
    suspended_at = models.DateTimeField("中止时间", null=True, blank=True)
    suspended_until = models.DateField("预计恢复", null=True, blank=True)
    shown_at = models.DateTimeField("取证单发出时间", null=True, blank=True)  # from here on the unit may know
    is_extended = models.BooleanField("已延期", default=False)
    returned = models.PositiveSmallIntegerField("退办次数", default=0)
    recurred = models.PositiveSmallIntegerField("复发次数", default=0)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    entry = models.BigIntegerField(default=0)  # seq of the journal's entry for the state as it is
    round = models.PositiveSmallIntegerField("整改轮次", default=1)

    class Meta:
        verbose_name = "事项"
        verbose_name_plural = "事项"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["state", "-id"], name="matter_state"),
            models.Index(fields=["kind", "state", "-id"], name="matter_kind_state"),
            models.Index(fields=["unit", "state", "-id"], name="matter_unit_state"),
            models.Index(fields=["unit", "-id"], name="matter_unit"),
            models.Index(fields=["state", "due_at", "-id"], name="matter_due"),
            models.Index(fields=["due_at", "-id"], name="matter_by_due"),
            models.Index(fields=["-amount", "-id"], name="matter_by_amount"),
            models.Index(fields=["suspended_at"], name="matter_suspended"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """Where the matter's page is."""
        return reverse("matter", args=[self.code])


class Proposal(models.Model):
    """An act with its content that waits for, or was given, the second signature."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="proposals")
    act = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals")
    role = models.CharField(max_length=20)
    at = models.DateTimeField()
    content = models.JSONField(default=dict)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="decided_proposals"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    is_confirmed = models.BooleanField(null=True)
    reason = models.TextField(blank=True)  # why it was declined

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["matter"], condition=models.Q(is_confirmed__isnull=True), name="one_open_proposal"
            )
        ]


class Gram(models.Model):
    """Two neighbouring characters of a matter's text, so that short Chinese words are found by an index."""

    gram = models.CharField(max_length=2)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="grams")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["gram", "matter"], name="gram_once")]


class Sequence(models.Model):
    """The last number given out, by prefix: YD-2026, XH-2026 …"""

    prefix = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)
