"""Items of the plan and what came of them: money with its voucher, rules, people, referrals; answers to a raiser."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from bihuan.matters.models.columns import money, term
from bihuan.matters.models.evidence import Document
from bihuan.matters.models.matter import Matter
from bihuan.matters.words import AnswerClass, MoneyKind


class Item(models.Model):
    """One line of the plan: problem, measure, responsible person, date, target."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="items")
    round = models.PositiveSmallIntegerField(default=1)
    problem = models.TextField("问题")
    measure = models.TextField("整改措施", blank=True)
    responsible = models.CharField("责任人", max_length=80, blank=True)
    due_on = models.DateField("完成期限", null=True, blank=True)
    target = money("目标金额", null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    is_checked = models.BooleanField(null=True)  # the documents check: passed, failed, not yet
    lacking = models.TextField("审核意见", blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="checked_items"
    )
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]


class Outcome(models.Model):
    """What was done for an item; an amount counts once, under one kind."""

    KINDS: ClassVar = (
        ("money", "资金"),
        ("rule", "制度"),
        ("people", "处理处分"),
        ("referral", "移送"),
        ("other", "其他措施"),
    )

    item = models.ForeignKey(Item, models.PROTECT, related_name="outcomes")
    kind = models.CharField("结果", max_length=10, choices=KINDS)
    money_kind = term(MoneyKind, "资金类别", blank=True, default="")
    amount = money("金额", null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    voucher_no = models.CharField("凭证号", max_length=80, blank=True)
    voucher_on = models.DateField("凭证日期", null=True, blank=True)
    rule_name = models.CharField("制度名称", max_length=200, blank=True)
    rule_no = models.CharField("文号", max_length=80, blank=True)
    people = models.PositiveIntegerField("人数", null=True, blank=True)
    text = models.TextField("说明", blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="outcomes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="outcomes")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]


class Answer(models.Model):
    """What the unit answers the raiser of an appeal or a suggestion, with its class."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="answers")
    klass = term(AnswerClass, "答复类别")
    text = models.TextField("答复")
    promised_on = models.DateField("承诺期限", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="answers")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
