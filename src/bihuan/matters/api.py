"""The API: the same steps under the same rights as the pages, for other systems of the office. JSON in, JSON out."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.security import django_auth

from bihuan.matters import steps
from bihuan.matters.audience import Reader
from bihuan.matters.clocks import light
from bihuan.matters.lifecycle import ACTS, offered
from bihuan.matters.models import Matter
from bihuan.matters.reading import facts_of
from bihuan.matters.scope import matter_for, visible
from bihuan.matters.search import search
from bihuan.matters.standing import actor
from bihuan.matters.steps.asks import LONGEST
from bihuan.matters.steps.fields import fields
from bihuan.matters.words import Kind

PAGE = 100
LONGEST_WORDS = 100
STATUS = {"right": 403, "state": 409, "need": 422}

# Signed in as on the pages; writing needs the CSRF token like a form. Its documentation page would load from outside.
api = NinjaAPI(
    title="Bihuan 闭环", version="1", auth=django_auth, docs_url=None, openapi_url=None, urls_namespace="api"
)


@api.exception_handler(steps.Refused)
def refused(request: HttpRequest, error: steps.Refused) -> HttpResponse:
    """Why a step may not be done, in both languages."""
    why = [{"zh": one.zh, "en": one.en} for one in error.refusal.words]
    return api.create_response(request, {"ground": error.ground, "why": why}, status=STATUS[error.ground])


@api.exception_handler(Matter.DoesNotExist)
def unseen(request: HttpRequest, _: Matter.DoesNotExist) -> HttpResponse:
    """What is not visible does not exist."""
    return api.create_response(request, {"detail": "Not Found"}, status=404)


@api.get("/matters")
def listed(request: HttpRequest, words: str = "", state: str = "", before: int = 0) -> dict[str, Any]:
    """The newest matters, a hundred at a time; `before` is the `next` of the page above."""
    found = visible(_user(request)).order_by("-pk")
    words = words.replace("\x00", "")[:LONGEST_WORDS]
    found = search(found, words) if words else found
    found = found.filter(state=state.replace("\x00", "")) if state else found
    page = list((found.filter(pk__lt=before) if before else found)[: PAGE + 1])
    return {"matters": [brief(one) for one in page[:PAGE]], "next": page[PAGE - 1].pk if len(page) > PAGE else None}


@api.get("/matters/{code}")
def shown(request: HttpRequest, code: str) -> dict[str, Any]:
    """One matter, what may be done with it now, and the entries of the journal that the reader is told of."""
    matter = matter_for(_user(request), code)
    told = Reader(_user(request), matter).entries().order_by("seq")
    entries = told.values("seq", "at", "role", "act", "source", "target", "hash")
    return {**brief(matter), "acts": acts(matter, _user(request)), "entries": list(entries)}


@api.post("/matters/{code}/do/{act}")
def do(request: HttpRequest, code: str, act: str) -> dict[str, Any]:
    """Do an act; the content is a JSON object, or a form with files."""
    if act not in ACTS:
        raise Http404
    return brief(steps.perform(code, act, by=_user(request), content=_content(request)))


@api.post("/matters/{code}/confirm")
def confirm(request: HttpRequest, code: str) -> dict[str, Any]:
    """Give the second signature."""
    return brief(steps.confirm(code, by=_user(request)))


@api.post("/matters/{code}/decline")
def decline(request: HttpRequest, code: str) -> dict[str, Any]:
    """Refuse the second signature, with `reason`."""
    reason = str(_content(request).get("reason", "")).replace("\x00", "")[: LONGEST["text"]]
    return brief(steps.decline(code, by=_user(request), reason=reason))


def brief(matter: Matter) -> dict[str, Any]:
    """A matter on one line; amounts are text, so that no digit is lost."""
    return {
        "code": matter.code, "kind": matter.kind, "state": matter.state, "resolution": matter.resolution or None,
        "title": matter.title, "unit": matter.unit.code, "unit_name": matter.unit.name, "currency": matter.currency,
        "amount": None if matter.amount is None else str(matter.amount), "light": str(light(matter)),
        "due_at": matter.due_at, "entry": matter.entry,
    }  # fmt: skip


def acts(matter: Matter, user: Any) -> list[dict[str, Any]]:
    """What this person may do now: each act with what it asks for, and what is missing."""
    return [
        {
            "act": act.name, "zh": act.words.zh, "en": act.words.en, "second": act.second is not None,
            "missing": [{"zh": one.zh, "en": one.en} for one in why.words] if why else [],
            "fields": [_field(one) for one in fields(act, Kind(matter.kind))],
        }
        for act, why in offered(facts_of(matter), actor(user, matter))
    ]  # fmt: skip


def _field(one: Any) -> dict[str, Any]:
    choices = [value for value, _ in one.choices]
    return {
        "name": one.name,
        "type": one.type,
        "required": one.is_required,
        **({"choices": choices} if choices else {}),
    }


def _user(request: HttpRequest) -> Any:
    return request.user


def _content(request: HttpRequest) -> dict[str, Any]:
    """What was sent; a body that is no JSON object holds nothing."""
    if request.content_type == "application/json":
        try:
            sent = json.loads(request.body or b"{}")
            json.dumps(sent, ensure_ascii=False).encode()  # half a character, which no database can keep
        except (ValueError, RecursionError):
            return {}
        return sent if isinstance(sent, dict) else {}
    named = {key: values if len(values) > 1 else values[0] for key, values in request.POST.lists()}
    return {**named, **dict(request.FILES.items())}
