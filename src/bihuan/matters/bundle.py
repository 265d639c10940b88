"""The journal as one file that anyone can check: entries, columns, matters, checkpoints, public keys."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import rfc8785
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bihuan.matters import journal, keys
from bihuan.matters.aside import beside
from bihuan.matters.models import Checkpoint, Entry, Matter

COLUMNS = ("seq", "hash", "at", "actor", "role", "act", "matter", "source", "target")
CHUNK = 2000  # rows in memory at a time


def export(path: Path, root: Path | None = None) -> dict[str, Any]:
    """Write the bundle, aside and then under its name; gives its manifest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = beside(path)
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as parts:
            manifest = _fill(parts, root or Path(settings.BIHUAN_WORKSPACE))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _fill(parts: zipfile.ZipFile, root: Path) -> dict[str, Any]:
    """Matters, checkpoints and head are taken while nobody can write; entries below the head never change."""
    matters = Matter.objects.order_by("code").values("code", "state", "resolution", "entry")
    signed = Checkpoint.objects.order_by("day").values("body", "signature")
    with transaction.atomic():
        journal.lock()
        head = Entry.objects.order_by("-seq").values_list("seq", "hash").first() or (0, journal.FIRST)
        count = Entry.objects.count()
        _lines(parts, "matters.jsonl", matters.iterator(CHUNK))
        _lines(parts, "checkpoints.jsonl", signed.iterator(CHUNK))
        public = [key.listed() for key in keys.listed(root)]
    _bodies(parts, head[0])
    _lines(parts, "columns.jsonl", _columns(head[0]))
    manifest = {"v": 1, "made_at": journal.moment(timezone.now()), "seq": head[0], "hash": head[1], "entries": count}
    manifest["hash_name"] = journal.hash_name()
    parts.writestr("keys.json", json.dumps(public, indent=1))
    parts.writestr("manifest.json", json.dumps(manifest, indent=1))
    return manifest


def _columns(last: int) -> Iterator[Mapping[str, Any]]:
    for row in Entry.objects.filter(seq__lte=last).order_by("seq").values(*COLUMNS).iterator(CHUNK):
        yield {**row, "at": journal.moment(row["at"])}


def _bodies(parts: zipfile.ZipFile, last: int) -> None:
    bodies = Entry.objects.filter(seq__lte=last).order_by("seq").values_list("body", flat=True)
    with parts.open("journal.jsonl", "w", force_zip64=True) as file:
        for body in bodies.iterator(CHUNK):
            # Canonical JSON has no line break; one that somebody put into the table must not pass for two entries.
            file.write(body.replace("\n", "\ufffd").encode() + b"\n")


def _lines(parts: zipfile.ZipFile, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    with parts.open(name, "w", force_zip64=True) as file:
        for row in rows:
            file.write(rfc8785.dumps(dict(row)) + b"\n")
