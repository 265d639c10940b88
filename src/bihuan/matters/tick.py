"""What the clock does once a day, and no harm if it is late or comes twice: orders, and the day's checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from bihuan.matters import checkpoints
from bihuan.matters.models import Matter
from bihuan.matters.steps.act import perform
from bihuan.matters.words import State

# Days after the due date, and the order that is due then.
ORDERS = ((10, "red"), (5, "orange"), (0, "blue"))


@dataclass(frozen=True)
class Ticked:
    """What one tick wrote."""

    orders: int
    checkpoint: str  # its short form


def tick(now: datetime | None = None) -> Ticked:
    """Write the orders that are due and not yet written, then sign the day's checkpoint."""
    moment = now or timezone.now()
    overdue = Matter.objects.filter(due_at__lt=moment, suspended_at=None).exclude(state=State.CLOSED).order_by("pk")
    written = sum(_order(one, moment) for one in overdue)
    made = checkpoints.make(day=timezone.localdate(moment))
    return Ticked(written, checkpoints.short(made.hash) if made else "")


def _order(matter: Matter, now: datetime) -> int:
    assert matter.due_at is not None  # noqa: S101 (asked for in the query)
    colour = next(name for days, name in ORDERS if now >= matter.due_at + timedelta(days=days))
    if matter.orders.filter(colour=colour, by=None, at__gte=matter.due_at).exists():
        return 0
    perform(matter.code, "order", by=None, content={"colour": colour})
    return 1
