"""Leads that were taken up with their very rows, documents in versions, what the verifiers found."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from bihuan.matters.models.columns import money
from bihuan.matters.models.matter import Matter


class MatterLead(models.Model):
    """A lead that a matter follows, as its run stored it; the same lead with the same evidence is followed once."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="leads")
    lead_id = models.CharField(max_length=64, db_index=True)
    run = models.CharField(max_length=80)
    snapshot = models.CharField(max_length=80)
    method = models.CharField(max_length=80, db_index=True)
    version = models.CharField(max_length=64)
    pack = models.CharField(max_length=40)
    level = models.CharField(max_length=10)
    title = models.JSONField(default=dict)  # zh, en
    reason = models.JSONField(default=dict)  # zh, en, personal data masked
    ask = models.JSONField(default=dict)
    not_when = models.JSONField(default=dict)
    basis = models.JSONField(default=list)
    unit_code = models.CharField(max_length=80)
    subject = models.JSONField(default=dict)
    amount = money("金额", null=True)
    currency = models.CharField(max_length=3, default="CNY")
    on = models.DateField(null=True)
    score = money("分值", null=True)
    score_steps = models.JSONField(default=list)  # how the score came about
    evidence_count = models.PositiveIntegerField(default=0)
    evidence_hash = models.CharField(max_length=64)
    verdict = models.CharField(max_length=12, blank=True)  # established, dismissed; blank while open

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lead_id", "evidence_hash"], name="lead_followed_once")
        ]


class EvidenceRow(models.Model):
    """A row of the books that a lead rests on, copied with its place and its hash."""

    lead = models.ForeignKey(MatterLead, models.PROTECT, related_name="rows")
    table = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    source = models.CharField(max_length=300)
    sheet = models.CharField(max_length=200, blank=True)
    line = models.BigIntegerField()
    values = models.JSONField(default=dict)  # column → value as text; personal columns are masked when shown
    hash = models.CharField(max_length=64)  # SHA-256 of the canonical JSON of place and values
    finding = models.CharField(
        max_length=20, blank=True
    )  # what the verifier found of this row: holds, does_not, unclear
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]


class Document(models.Model):
    """An uploaded or a made document; a newer version leaves the older where it is."""

    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="documents")
    kind = models.CharField(max_length=40)  # a key of documents.KINDS
    name = models.CharField(max_length=200)
    number = models.CharField("文号", max_length=80, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    item = models.ForeignKey("matters.Item", models.PROTECT, null=True, blank=True, related_name="documents")
    is_shown_to_unit = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="documents")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["matter", "kind", "version"], name="document_of_matter")]


class Verification(models.Model):
    """What was looked at, what was found, on which basis, how much; the newest of a matter counts."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="verifications")
    looked_at = models.TextField("核查内容")
    result = models.TextField("核查结果")
    basis = models.TextField("依据")
    amount = money("核实金额", null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="verifications")
    at = models.DateTimeField()
    unit_agrees = models.BooleanField(null=True)  # the unit's response to the evidence sheet
    unit_response = models.TextField("单位意见", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="sheet_answers"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
