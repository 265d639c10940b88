"""The three gates of acceptance: how they stand, what the re-tests gave, what the raiser said."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from bihuan.matters.models.columns import term
from bihuan.matters.models.evidence import MatterLead
from bihuan.matters.models.matter import Matter
from bihuan.matters.words import Gate, GateStatus


class GateState(models.Model):
    """How one gate of a matter stands in the current round."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="gates")
    gate = term(Gate, "关口")
    status = term(GateStatus, "结果", default="open")
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)  # times that the raiser was asked

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["matter", "gate"], name="one_state_a_gate")]


class RetestRecord(models.Model):
    """One re-test of one lead on one snapshot."""

    lead = models.ForeignKey(MatterLead, models.PROTECT, related_name="retests")
    snapshot = models.CharField(max_length=80)
    after = models.DateField(null=True)  # the first day on which things should be right
    outcome = models.CharField(max_length=12)  # pass, fail, inconclusive
    why = models.JSONField(default=dict)
    population = models.BigIntegerField(default=0)
    old_hits = models.IntegerField(default=0)
    new_hits = models.IntegerField(default=0)
    is_remedied = models.BooleanField(default=False)
    round = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]


class Rating(models.Model):
    """What the raiser said of the answer; only his own login, link or recorded call counts."""

    VERDICTS: ClassVar = (
        ("confirmed", "确认解决"),
        ("returned", "要求重办"),
        ("satisfied", "满意"),
        ("fair", "基本满意"),
        ("dissatisfied", "不满意"),
    )

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="ratings")
    verdict = models.CharField("评价", max_length=12, choices=VERDICTS)
    text = models.TextField("意见", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="ratings")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
