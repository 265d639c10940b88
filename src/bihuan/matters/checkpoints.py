"""Checkpoints: the chain's head on each day, signed, in the table and as a file that can be handed to anyone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bihuan.matters import aside, journal, keys
from bihuan.matters.models import Checkpoint, Entry
from bihuan.matters.verifier import short

__all__ = ["latest", "make", "short"]


def make(root: Path | None = None, *, day: date | None = None) -> Checkpoint | None:
    """Sign the head of today, once a day; None while the journal is empty. Files that are missing are written again."""
    place = root or Path(settings.BIHUAN_WORKSPACE)
    checkpoint = _of_day(place, day or timezone.localdate())
    for one in _without_file(place):
        _publish(place, one)
    return checkpoint


def latest() -> Checkpoint | None:
    """The newest checkpoint; `short(latest().hash)` is what slips and reports print."""
    return Checkpoint.objects.order_by("-day").first()


def _of_day(root: Path, day: date) -> Checkpoint | None:
    with transaction.atomic():
        journal.lock()
        made = Checkpoint.objects.filter(day=day).first()
        head = Entry.objects.order_by("-seq").values_list("seq", "hash").first()
        if made or head is None:
            return made
        body, signature = keys.sign(root, day, {"v": 1, "seq": head[0], "hash": head[1]})
        return Checkpoint.objects.create(
            day=day, seq=head[0], hash=head[1], key=json.loads(body)["key"], body=body.decode(), signature=signature
        )


def _without_file(root: Path) -> list[Checkpoint]:
    """Those whose file a kill, or a restored backup, left out."""
    there = {one.stem for one in (root / keys.PUBLISHED).glob("*.json")}
    days = [day for day in Checkpoint.objects.values_list("day", flat=True) if day.isoformat() not in there]
    return list(Checkpoint.objects.filter(day__in=days))


def _publish(root: Path, one: Checkpoint) -> None:
    content = {"body": one.body, "signature": one.signature}
    path = root / keys.PUBLISHED / f"{one.day.isoformat()}.json"
    aside.write_aside(path, json.dumps(content, ensure_ascii=False, indent=1).encode())
