"""Whether the workbench is well: database, guards, journal, disk, worker. No secrets, no personal data."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from bihuan.matters import triggers
from bihuan.matters.models import Entry
from bihuan.matters.verifier import short
from bihuan.web.jobs import beat_file
from bihuan.web.queue import BEAT_OLD

FREE_AT_LEAST = 1_000_000_000  # bytes


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """For whoever watches the server: 200 where all is well, 503 where something is not, and what."""
    parts = {"database": database(), "disk": disk(), "worker": worker()}
    ok = all(one["ok"] for one in parts.values())
    return JsonResponse({"ok": ok, "version": settings.BIHUAN_VERSION, **parts}, status=200 if ok else 503)


def database() -> dict[str, Any]:
    """Reachable, guarded, and where the journal stands."""
    try:
        head = Entry.objects.order_by("-seq").values_list("seq", "hash").first()
        unguarded = triggers.check()
    except DatabaseError as error:
        return {"ok": False, "error": type(error).__name__}
    journal = {"seq": head[0], "hash": short(head[1])} if head else {"seq": 0, "hash": ""}
    return {"ok": not unguarded, "vendor": connection.vendor, "triggers_missing": unguarded, "journal": journal}


def disk() -> dict[str, Any]:
    """Room for documents and books."""
    place = Path(settings.BIHUAN_WORKSPACE)
    free = shutil.disk_usage(place if place.exists() else place.parent).free
    return {"ok": free >= FREE_AT_LEAST, "free_gb": round(free / 1e9, 1)}


def worker() -> dict[str, Any]:
    """Whether the job worker lives."""
    try:
        age = round(time.time() - beat_file().stat().st_mtime)
    except FileNotFoundError:
        return {"ok": False, "beat_seconds_ago": None}
    return {"ok": age <= BEAT_OLD, "beat_seconds_ago": age}
