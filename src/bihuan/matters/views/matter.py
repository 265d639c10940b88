"""The matter's page: what stands where from the row to the closing."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.matters.audience import Reader, reader_for
from bihuan.matters.chain import chain
from bihuan.matters.evidence import leads_of
from bihuan.matters.lifecycle import ACTS, offered
from bihuan.matters.models import GateState, RetestRecord
from bihuan.matters.timeline import timeline
from bihuan.matters.views import AuthedRequest
from bihuan.matters.words import Gate, GateStatus, Resolution, Role, Side, State
from bihuan.people.models import User

# Acts that stand beside the loop: under their own heading.
BESIDE = ("suspend", "resume", "extend", "refer", "track_referral", "order", "visit", "request_evidence",
          "add_document", "comment", "unmask", "supersede", "withdraw", "reopen", "raiser_reopens", "waive",
          "hand_back", "send_back", "dismiss", "refuse", "merge")  # fmt: skip


@require_safe
@login_required
@never_cache
def show(request: AuthedRequest, code: str) -> HttpResponse:
    """The page."""
    return page(request, reader_for(request.user, code))


def page(request: AuthedRequest, reader: Reader, *, unmask: bool = False) -> HttpResponse:
    """The page of a reader; personal columns are shown whole only in the answer to an unmasking that was recorded."""
    matter, acts = reader.matter, offered(reader.facts, reader.who)
    rows = RetestRecord.objects.filter(lead__matter=matter).select_related("lead").order_by("-pk")
    context: dict[str, Any] = {
        "reader": reader,
        "matter": matter,
        "chain": chain(reader),
        "leads": leads_of(reader, unmask=unmask),
        "is_unmasked": unmask,
        "main_acts": [pair for pair in acts if pair[0].name not in BESIDE],
        "side_acts": [pair for pair in acts if pair[0].name in BESIDE],
        "can": {act.name for act, why in acts if why is None},
        "documents": reader.documents(),
        "verifications": reader.verifications(),
        "response": matter.verifications.filter(answered_at__isnull=False).last() if reader.is_unit else None,
        "items": _items(reader),
        "gates": _gates(reader),
        "retests": rows if reader.is_party else rows.none(),
        "side": _side(reader),
        "timeline": timeline(reader),
        "proposal": reader.proposal,
        "proposed_act": ACTS[reader.proposal.act] if reader.proposal else None,
        "may_confirm": reader.may_confirm,
        "may_make_sheet": _may_make_sheet(reader, acts),
        "has_slip": matter.state == State.CLOSED and matter.resolution == Resolution.RECTIFIED and reader.is_party,
        "team": matter.team.all() if reader.is_office else User.objects.none(),
    }
    return render(request, "matters/matter.html", context)


def _items(reader: Reader) -> Any:
    if not reader.is_party:
        return ()
    return reader.matter.items.prefetch_related("outcomes__document", "outcomes__by").select_related("checked_by")


def _gates(reader: Reader) -> list[GateState]:
    """The gates that apply; a raiser sees his own."""
    held = reader.matter.gates.exclude(status=GateStatus.NOT_REQUIRED)
    return list(held if reader.is_party else held.filter(gate=Gate.RAISER))


def _side(reader: Reader) -> dict[str, Any]:
    """The side records that this reader is told of."""
    matter = reader.matter
    found: dict[str, Any] = {"answers": matter.answers.all(), "promises": matter.promises.all()}
    if reader.is_party:
        names = ("extensions", "orders", "visits", "requests", "ratings")
        found |= {one: getattr(matter, one).select_related("by") for one in names}
    if reader.is_office:
        found["notes"] = matter.notes.select_related("by")
        found["referrals"] = reader.referrals()
    return {name: list(held) for name, held in found.items()}


def _may_make_sheet(reader: Reader, acts: list[Any]) -> bool:
    """The team fills the sheet while it verifies, until one was sent."""
    matter = reader.matter
    on_team = (Role.AUDITOR, Side.TEAM) in reader.who.holds
    is_time = matter.state == State.IN_VERIFICATION and matter.shown_at is None and matter.leads.exists()
    return on_team and is_time and any(act.name == "add_document" and why is None for act, why in acts)
