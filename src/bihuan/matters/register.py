"""The register 台账: filters as they stand in the address, and pages by key, the last as quick as the first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode

from bihuan.matters.clocks import lit
from bihuan.matters.models import Matter, MatterLead
from bihuan.matters.scope import on_team, visible
from bihuan.matters.search import search
from bihuan.matters.words import Class, Kind, Light, State, Term
from bihuan.people.models import Unit, User

PAGE = 50
MOST_COUNTED = 1000
LONGEST_QUERY = 500
NEWEST, DUE, AMOUNT = "new", "due", "amount"
SORTS = {NEWEST: ("", True), DUE: ("due_at", False), AMOUNT: ("amount", True)}  # column, largest first
_LATE = (Light.RED, Light.DARK_RED)
_MOST = Decimal(10) ** 16
T = TypeVar("T", bound=Term)


@dataclass(frozen=True)
class Filters:
    """What the register is narrowed to; empty values narrow nothing."""

    words: str = ""
    kind: tuple[Kind, ...] = ()
    state: tuple[State, ...] = ()
    light: tuple[Light, ...] = ()
    klass: tuple[Class, ...] = ()
    unit: str = ""  # code; with all below it
    method: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    mine: bool = False
    overdue: bool = False
    sort: str = NEWEST

    def query(self) -> str:
        """As it stands in an address, in one order, so that equal filters are one address."""
        pairs = [(one.name, value) for one in fields(self) for value in _said(getattr(self, one.name))]
        return urlencode([pair for pair in pairs if pair != ("sort", NEWEST)])

    def toggled(self, name: str, value: object) -> Filters:
        """The same with one value of a chip put in or taken out."""
        held = getattr(self, name)
        if not isinstance(held, tuple):
            return replace(self, **{name: not held})  # type: ignore[arg-type]
        changed = tuple(one for one in held if one != value) if value in held else (*held, value)
        return replace(self, **{name: changed})  # type: ignore[arg-type]

    @property
    def is_narrow(self) -> bool:
        """Whether anything is filtered."""
        return replace(self, sort=NEWEST) != Filters()


@dataclass(frozen=True)
class Page:
    """Some matters, and the key from which the next page goes on; blank at the end."""

    rows: list[Matter]
    after: str


def read(given: QueryDict) -> Filters:
    """The filters of an address; what is not a value of ours is left out."""
    return Filters(
        words=given.get("words", "").replace("\x00", "").strip()[:100],
        kind=_terms(Kind, given.getlist("kind")),
        state=_terms(State, given.getlist("state")),
        light=_terms(Light, given.getlist("light")),
        klass=_terms(Class, given.getlist("klass")),
        unit=given.get("unit", "")[:40].replace("\x00", ""),
        method=given.get("method", "")[:80].replace("\x00", ""),
        least=_amount(given.get("least", "")),
        most=_amount(given.get("most", "")),
        mine=given.get("mine") == "1",
        overdue=given.get("overdue") == "1",
        sort=given.get("sort", NEWEST) if given.get("sort") in SORTS else NEWEST,
    )


def read_query(query: str) -> Filters:
    """The filters of a saved address."""
    return read(QueryDict(query[:LONGEST_QUERY]))


def chosen(user: User, filters: Filters) -> QuerySet[Matter]:
    """The matters that this person may see and that the filters leave."""
    found = visible(user).filter(_plain(filters))
    if filters.unit:
        found = found.filter(unit__in=_within(filters.unit))
    if filters.method:
        found = found.filter(pk__in=MatterLead.objects.filter(method=filters.method).values("matter_id"))
    if filters.mine:
        found = found.filter(_mine(user))
    now = timezone.now()
    lights = (*filters.light, *(_LATE if filters.overdue else ()))
    if lights:
        lit_up = Q()
        for one in dict.fromkeys(lights):
            lit_up |= lit(one, now)
        found = found.filter(lit_up)
    return search(found, filters.words) if filters.words else found


def count(found: QuerySet[Matter]) -> int:
    """How many there are; at most one more than is counted."""
    return found.select_related(None).order_by()[: MOST_COUNTED + 1].count()


def page(found: QuerySet[Matter], sort: str, after: str = "", size: int = PAGE) -> Page:
    """The matters after the key, in the order chosen; those without a value in the order's column come last."""
    column, is_down = SORTS[sort]
    value, number = _key(column, after)
    if not column:
        later = found if number is None else found.filter(pk__lt=number)
        return _page(list(later.order_by("-pk")[: size + 1]), column, size)
    rows: list[Matter] = []
    if value is not None or number is None:
        held = found.filter(**{f"{column}__isnull": False})
        held = held if value is None else held.filter(_beyond(column, is_down, value, number or 0))
        rows = list(held.order_by(f"{'-' if is_down else ''}{column}", "-pk")[: size + 1])
        number = None
    if len(rows) <= size:
        rest = found.filter(**{f"{column}__isnull": True})
        rest = rest if number is None else rest.filter(pk__lt=number)
        rows += list(rest.order_by("-pk")[: size + 1 - len(rows)])
    return _page(rows, column, size)


def in_order(found: QuerySet[Matter], sort: str) -> QuerySet[Matter]:
    """All of them in the order chosen, for an export."""
    column, is_down = SORTS[sort]
    return found.order_by(*((f"{'-' if is_down else ''}{column}", "-pk") if column else ("-pk",)))


def _page(rows: list[Matter], column: str, size: int) -> Page:
    if len(rows) <= size:
        return Page(rows, "")
    last = rows[size - 1]
    value = getattr(last, column) if column else None
    said = value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)
    return Page(rows[:size], f"{said}~{last.pk}")


def _key(column: str, after: str) -> tuple[datetime | Decimal | None, int | None]:
    """The value and number of the last row shown; an unreadable key starts from the front."""
    said, _, number = after.rpartition("~")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None, None
    if not said or not column:
        return None, int(number)
    value = _amount(said) if column == "amount" else _moment(said)
    return (value, int(number)) if value is not None else (None, None)


def _beyond(column: str, is_down: bool, value: object, number: int) -> Q:
    step = "lt" if is_down else "gt"
    return Q(**{f"{column}__{step}e": value}) & (
        Q(**{f"{column}__{step}": value}) | Q(**{column: value}, pk__lt=number)
    )


def _plain(filters: Filters) -> Q:
    wanted = Q()
    for name in ("kind", "state", "klass"):
        if getattr(filters, name):
            wanted &= Q(**{f"{name}__in": getattr(filters, name)})
    if filters.least is not None:
        wanted &= Q(amount__gte=filters.least)
    if filters.most is not None:
        wanted &= Q(amount__lte=filters.most)
    return wanted


def _within(code: str) -> QuerySet[Unit]:
    above = Unit.objects.filter(code=code).first()
    return Unit.objects.filter(path__startswith=above.path) if above else Unit.objects.none()


def _mine(user: User) -> Q:
    works = Q(unit=user.unit_id) if user.unit_id else Q(pk__in=())
    return on_team(user) | works | Q(raiser=user.pk)


def _terms(words: type[T], given: Iterable[str]) -> tuple[T, ...]:
    known = {str(one): one for one in words}
    return tuple(dict.fromkeys(known[one] for one in given if one in known))


def _amount(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    return found.quantize(Decimal("0.01")) if found.is_finite() and abs(found) < _MOST else None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    # At either end of the calendar a moment cannot be turned into another time zone.
    return found if timezone.is_aware(found) and 1 < found.year < 9999 else None


def _said(value: object) -> list[str]:
    if isinstance(value, tuple):
        return [str(one) for one in value]
    if value is True:
        return ["1"]
    return [] if value in (None, "", False) else [str(value)]
