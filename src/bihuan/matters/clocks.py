"""Clocks and lights: until when a state may last, and how near that is. Overdue is computed when read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from bihuan.examine.calendar import days
from bihuan.matters.lifecycle import OTHER
from bihuan.matters.models import Clock, Matter, WorkDay
from bihuan.matters.words import Light, State

RETURN_WORKDAYS = 7  # within which a matter may be handed back
FEWEST_LEFT, PART_LEFT = 3, 0.25  # yellow: at most max(3 working days, a quarter of the limit) is left
LONG_OVERDUE = 10  # working days after which it is dark red
_BEFORE_REPORTED = (State.ASSIGNED, State.IN_VERIFICATION, State.ESTABLISHED, State.PLANNED, State.IN_RECTIFICATION)
_END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True)
class Due:
    """When something is due and by which rule; provisional where the year's holidays are not announced."""

    at: datetime | None
    rule: str = ""


def due(matter: Matter, state: State, now: datetime) -> Due:
    """The due date of the state that begins now. Where no clock is set, kinds with one limit in all keep theirs."""
    clock = _clock(matter, state, timezone.localdate(now))
    if clock is not None:
        end, is_provisional = _end(now, clock.number, clock.measure)
        return Due(end, f"{clock.rule}{'（暂按周末推算）' if is_provisional else ''}")
    if matter.kind in OTHER and state in _BEFORE_REPORTED:
        return Due(matter.due_at, matter.due_rule)
    return Due(None)


def start(matter: Matter, state: State, now: datetime) -> None:
    """Set the clock of the state that begins now on the matter; the caller saves it."""
    found = due(matter, state, now)
    keeps = found.at is not None and found.at == matter.due_at
    if not keeps or state is State.IN_RECTIFICATION:
        matter.began_at = now
    set_due(matter, found)


def set_due(matter: Matter, found: Due) -> None:
    """Set due date and rule, and from when on it counts as near and as long overdue."""
    matter.due_at, matter.due_rule = found.at, found.rule
    matter.near_at = matter.late_at = None
    if found.at is not None:
        matter.near_at = yellow_from(matter.began_at or matter.registered_at, found.at)
        matter.late_at = end_of(add_workdays(timezone.localdate(found.at), LONG_OVERDUE)[0])


def light(matter: Matter, now: datetime | None = None) -> Light:
    """The matter's light at this moment."""
    moment = now or timezone.now()
    if matter.suspended_at is not None:
        return Light.BLUE
    if matter.due_at is None or matter.state == State.CLOSED:
        return Light.NONE
    if moment > matter.due_at:
        return Light.DARK_RED if matter.late_at and moment > matter.late_at else Light.RED
    return Light.YELLOW if matter.near_at and moment >= matter.near_at else Light.GREEN


def lit(colour: Light, now: datetime) -> Q:
    """The same as a filter: matters whose light is of that colour at this moment."""
    runs = Q(suspended_at=None, due_at__isnull=False) & ~Q(state=State.CLOSED)
    return {
        Light.BLUE: Q(suspended_at__isnull=False),
        Light.NONE: Q(suspended_at=None) & (Q(due_at=None) | Q(state=State.CLOSED)),
        Light.DARK_RED: runs & Q(due_at__lt=now, late_at__lt=now),
        Light.RED: runs & Q(due_at__lt=now) & ~Q(late_at__lt=now),
        Light.YELLOW: runs & Q(due_at__gte=now, near_at__lte=now),
        Light.GREEN: runs & Q(due_at__gte=now) & ~Q(near_at__lte=now),
    }[colour]


def yellow_from(began: datetime, end: datetime) -> datetime:
    """From when on a due date counts as near."""
    by_part = end - (end - began) * PART_LEFT
    by_days = end_of(_workday_before(timezone.localdate(end), FEWEST_LEFT))
    return max(began, min(by_part, by_days))


def may_hand_back(matter: Matter, now: datetime | None = None) -> bool:
    """Whether the seven working days for handing back still run."""
    if matter.state != State.ASSIGNED or matter.began_at is None:
        return True
    today = timezone.localdate(now or timezone.now())
    return workdays_between(timezone.localdate(matter.began_at), today) <= RETURN_WORKDAYS


def workdays_between(first: date, last: date) -> int:
    """Working days after `first`, up to and with `last`."""
    if last <= first:
        return 0
    own = _own(first, last)
    return sum(own.get(one.day, one.is_workday) for one in days(first + timedelta(days=1), last))


def add_workdays(start: date, number: int) -> tuple[date, bool]:
    """The day on which the number of working days after `start` is full, and whether it is provisional."""
    span = days(start + timedelta(days=1), start + timedelta(days=number * 2 + 30))
    own = _own(span[0].day, span[-1].day)
    full = [one for one in span if own.get(one.day, one.is_workday)][number - 1]
    is_provisional = any(one.is_provisional and one.day not in own for one in span if one.day <= full.day)
    return full.day, is_provisional


def _clock(matter: Matter, state: State, today: date) -> Clock | None:
    fitting = Clock.objects.filter(
        Q(kind=matter.kind) | Q(kind=""), Q(klass=matter.klass) | Q(klass=""), state=state, from_date__lte=today
    ).exclude(to_date__lt=today)
    return max(fitting, key=lambda one: (bool(one.klass), bool(one.kind), one.from_date, one.pk), default=None)


def _end(start: datetime, number: int, measure: str) -> tuple[datetime, bool]:
    if measure == "hours":
        return start + timedelta(hours=number), False
    day = timezone.localdate(start)
    if measure == "workdays":
        end, is_provisional = add_workdays(day, number)
        return end_of(end), is_provisional
    if measure == "days":
        return end_of(day + timedelta(days=number)), False
    return end_of(_months_after(day, number * (12 if measure == "years" else 1))), False


def _months_after(day: date, number: int) -> date:
    """The same day so many months later, or the month's last where it has none."""
    month = day.month - 1 + number
    year, month = day.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def _workday_before(day: date, number: int) -> date:
    span = days(day - timedelta(days=number * 2 + 30), day - timedelta(days=1))
    own = _own(span[0].day, span[-1].day)
    return [one.day for one in span if own.get(one.day, one.is_workday)][-number]


def end_of(day: date) -> datetime:
    """The last second of a day, in the office's zone."""
    return timezone.make_aware(datetime.combine(day, _END_OF_DAY))


def _own(first: date, last: date) -> dict[date, bool]:
    return dict(WorkDay.objects.filter(day__range=(first, last)).values_list("day", "is_workday"))
