"""The journal's tables: entries in one chain, salts that may be erased, signed checkpoints."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One thing that was done. `body` is canonical JSON with the hash before it; `hash` is SHA-256 of `body`.

    The other columns repeat what the body says, so that triggers and pages can read it; `bihuan verify` compares them.
    """

    seq = models.BigIntegerField(primary_key=True)  # 1, 2, 3 … without a gap
    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)  # user id; NULL is the engine
    role = models.CharField(max_length=20)
    act = models.CharField(max_length=40)
    matter = models.CharField(max_length=30, blank=True)  # the matter's code; blank where it concerns none
    source = models.CharField(max_length=20, blank=True)  # state before
    target = models.CharField(max_length=20, blank=True)  # state after
    body = models.TextField()
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["seq"]
        indexes: ClassVar = [models.Index(fields=["matter", "seq"], name="entry_of_matter")]


class Salt(models.Model):
    """The salt of one free text of an entry; erasing it makes the text's hash mean nothing."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="salts")
    name = models.CharField(max_length=40)
    salt = models.CharField(max_length=64, blank=True)  # hex; blank when erased

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "name"], name="one_salt_a_text")]


class Checkpoint(models.Model):
    """The chain's head on one day, signed."""

    day = models.DateField(unique=True)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    key = models.CharField(max_length=16)  # id of the key that signed
    body = models.TextField()  # canonical JSON that was signed
    signature = models.CharField(max_length=128)  # hex

    class Meta:
        ordering: ClassVar = ["day"]
