"""Records beside a matter with a life of their own; none of them is a state."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from bihuan.matters.models.matter import Matter


class Side(models.Model):
    """What all side records have."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="%(class)ss")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering: ClassVar = ["id"]


class Referral(Side):
    """移送: sent → received → filed → answered → closed. Seen by its named readers only."""

    STAGES: ClassVar = (
        ("sent", "已移送"),
        ("received", "已接收"),
        ("filed", "已立案"),
        ("answered", "已回复"),
        ("closed", "已办结"),
    )

    to = models.CharField("移送机关", max_length=200)
    reason = models.TextField("移送事由")
    stage = models.CharField("进展", max_length=10, choices=STAGES, default="sent")
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="readable_referrals", blank=True)


class Extension(Side):
    """An extension that was granted."""

    reason = models.TextField("理由")
    former = models.DateTimeField("原期限", null=True)
    until = models.DateField("延至")


class Order(Side):
    """督办单: blue at due, orange five days after, red ten days after."""

    COLOURS: ClassVar = (("blue", "蓝色督办"), ("orange", "橙色督办"), ("red", "红色督办"))

    colour = models.CharField(max_length=10, choices=COLOURS)
    reason = models.TextField("督办意见", blank=True)


class Visit(Side):
    """督查走访: what was seen at the place."""

    on = models.DateField("日期")
    where = models.CharField("地点", max_length=200)
    seen = models.TextField("所见")


class Request(Side):
    """A request for evidence."""

    text = models.TextField("要求补充")
    until = models.DateField("期限")


class Promise(Side):
    """What a B or C answer promised: answered again when it is really done."""

    text = models.TextField("承诺")
    due_on = models.DateField("承诺期限")
    kept_at = models.DateTimeField("兑现时间", null=True, blank=True)


class Note(Side):
    """A note of the office; the unit does not see it."""

    text = models.TextField("备注")
