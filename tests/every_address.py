"""Every address of the site with things of the cast's matter in it: a new page is walked over by being there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from bihuan.matters import steps
from bihuan.matters.models import Document, EvidenceRow, Job, Matter, RetestRecord, SavedView
from bihuan.web.jobs import beat_file
from story import pdf

GONE = {"code": "YD-2026-999999", "number": 987654, "lead_id": "f" * 64, "act": "comment", "name": "comment"}
DESK = "/admin/"
SECRET = "不可外传"


@dataclass(frozen=True)
class Address:
    """One address, and the same with things that do not exist; `things` names what stands in it."""

    name: str
    path: str
    gone: str
    things: tuple[str, ...]


def addresses(held: dict[str, Any]) -> list[Address]:
    """All addresses of the site, the desk's included, each pattern once."""
    found = []
    for route, pattern in _patterns(get_resolver()):
        if "<path:" in route or "(?P<" in route or "<id>" in route:
            path = _of_the_desk(route)
            found.append(Address(str(pattern.name), path, path, ()))
            continue
        kind = route.split("/")[0] if not route.startswith(("api/", "account/")) else route.split("/")[1]
        things = tuple(re.findall(r"<(?:\w+:)?(\w+)>", route))
        mine, gone = route, route
        for thing in things:
            there = held.get(f"{pattern.name}.{thing}", held.get(f"{kind}.{thing}", held.get(thing)))
            mine = re.sub(rf"<(?:\w+:)?{thing}>", str(there), mine)
            gone = re.sub(rf"<(?:\w+:)?{thing}>", str(GONE.get(thing, there)), gone)
        found.append(Address(str(pattern.name), f"/{mine}", f"/{gone}", things))
    return found


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _patterns(one, route)
        else:
            yield route, one


def _of_the_desk(route: str) -> str:
    """Of the framework's own patterns, one address that fits."""
    filled = route.replace("<path:content_type_id>", "1").replace("<path:object_id>", "1").replace("<id>", "1")
    filled = re.sub(r"\(\?P<provider_id>[^)]*\)", "office", filled).replace("(?P<url>.*)$", "nothing/")
    filled = re.sub(r"\^\(\?P<app_label>[^)]*\)/\$", "people/", filled)
    return "/" + filled.replace("^", "").replace("$", "")


def things_of(matter: Matter, cast: Any, ranking: Any) -> dict[str, Any]:
    """What can stand in an address, all of it of one matter of unit U1; texts in it hold SECRET."""
    steps.perform(matter.code, "comment", by=cast.zhou, content={"reason": f"{SECRET}的备注"})
    paper = {"kind": "working_paper", "number": SECRET, "file": pdf(f"{SECRET}底稿.pdf")}
    steps.perform(matter.code, "add_document", by=cast.zhao, content=paper)
    lead = matter.leads.first()
    record = RetestRecord.objects.create(
        lead=lead, snapshot="later", outcome="inconclusive", why={"zh": SECRET, "en": SECRET}, population=1,
        old_hits=0, new_hits=0, at=timezone.now(),
    )  # fmt: skip
    view = SavedView.objects.create(owner=cast.lin, name=f"{SECRET}视图", query="")
    beat_file().touch()
    job = Job.objects.create(kind="retest", arguments=["--matter", matter.code], by=cast.lin, at=timezone.now())
    return {
        "code": matter.code, "name": "comment", "act": "comment", "lead_id": lead.lead_id, "method": lead.method,
        "key": "problems", "units.code": "U1", "voucher.number": EvidenceRow.objects.filter(lead=lead).first().pk,
        "documents.number": Document.objects.get(name=f"{SECRET}底稿.pdf").pk, "retest.number": record.pk,
        "drop_view.number": view.pk, "jobs.number": job.pk, "leads.lead_id": lead.lead_id,
    }  # fmt: skip


def counts() -> dict[str, int]:
    """How many rows each table has; sessions come and go."""
    models: list[type[Model]] = [one for one in apps.get_models() if one is not Session]
    return {one._meta.label: one._default_manager.count() for one in models}


def plain(response: Any) -> tuple[int, str, dict[str, str]]:
    """An answer without what differs from one request to the next: nonce, token, number, address, time."""
    body = response.content.decode() if not response.streaming else b"".join(response.streaming_content).decode("latin")
    body = re.sub(r'(nonce|value|content|datetime)="[^"]*"|X-CSRFToken": "[^"]*"|\d\d:\d\d(:\d\d)?', "", body)
    kept = {name: value for name, value in response.headers.items() if name not in ("X-Request-Id", "Content-Length")}
    heads = {name: re.sub(r"'nonce-[^']*'", "", value) for name, value in kept.items()}
    return response.status_code, body, heads
