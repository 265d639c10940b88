"""Who sees which matters: the only door through which pages, exports and the API find one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from bihuan.matters.lifecycle import AUDIT, May
from bihuan.matters.models import Matter, Referral
from bihuan.matters.standing import OFFICE_ROLES, UNIT_ROLES
from bihuan.matters.words import Side
from bihuan.people.models import Unit, User
from bihuan.people.rights import paths

T = TypeVar("T")
FEW = 2000  # matters that a query lists by number


def visible(user: User) -> QuerySet[Matter]:
    """The matters that this person may see; nothing else exists for him."""
    seen = _of_office(user) | _of_unit(user) | Q(raiser=user.pk)
    return Matter.objects.filter(seen).select_related("unit")


def matter_for(user: User, code: str) -> Matter:
    """The matter, or 404 where it does not exist for this person."""
    found = visible(user).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def is_of_office(user: User, matter: Matter) -> bool:
    """Whether he sees the matter as one of the office, so also what the unit may not see."""
    return any(matter.unit.path.startswith(one) for one in paths(user, frozenset(OFFICE_ROLES)))


def referrals_for(user: User, matter: Matter) -> QuerySet[Referral]:
    """The referrals that he is named a reader of."""
    return Referral.objects.filter(matter=matter, readers=user.pk)


def beside(user: User, mays: Iterable[May]) -> Q | None:
    """The matters beside which he stands as one of these asks; None where he never does."""
    held = [one for may in mays if (one := _beside(user, may)) is not None]
    return reduce(or_, held) if held else None


def _beside(user: User, may: May) -> Q | None:
    kinds, held = Q(kind__in=may.kinds), paths(user, frozenset({may.role}))
    if may.side is Side.RAISER:
        return kinds & Q(raiser=user.pk) if _has_raised(user) else None
    if not held:
        return None
    if may.side is Side.UNIT:
        return kinds & _of_units_and_shared(user, held)
    if may.side is Side.TEAM:
        return kinds & _of_units(user, held) & on_team(user)
    return kinds & _of_units(user, held)


def on_team(user: User) -> Q:
    """The matters on whose team he is: listed where they are few, else asked of each row in turn."""
    teams = Matter.team.through.objects.filter(user=user.pk)

    def read() -> list[int]:
        return list(teams.order_by().values_list("matter_id", flat=True)[: FEW + 1])

    few = _once(user, "teams", read)
    return Q(pk__in=few) if len(few) <= FEW else Q(Exists(teams.filter(matter=OuterRef("pk"))))


def units_for(user: User) -> QuerySet[Unit]:
    """The units over which he holds a role."""
    return Unit.objects.filter(pk__in=_reached(user, paths(user, frozenset(OFFICE_ROLES | UNIT_ROLES))))


def _of_office(user: User) -> Q:
    return _of_units(user, paths(user, frozenset(OFFICE_ROLES)))


def _of_unit(user: User) -> Q:
    held = paths(user, frozenset(UNIT_ROLES))
    if not held:
        return Q(pk__in=())
    may_know = ~Q(kind__in=AUDIT) | Q(shown_at__isnull=False)
    return _of_units_and_shared(user, held) & may_know


def _of_units_and_shared(user: User, held: tuple[str, ...]) -> Q:
    """Matters of these units, and those in which they have a part."""
    shared = Matter.co_units.through.objects.filter(unit__in=_reached(user, held)).values("matter_id")
    own = _of_units(user, held)
    return own | Q(pk__in=shared) if _once(user, ("shared", held), shared.exists) else own


def _of_units(user: User, held: tuple[str, ...]) -> Q:
    reached = _reached(user, held)
    if len(reached) == _once(user, "units", Unit.objects.count):
        return Q(pk__isnull=False)  # all of them: the database need not look at units
    return Q(unit__in=reached)


def _reached(user: User, held: tuple[str, ...]) -> list[int]:
    """The units below these paths. Compared here: to SQLite's LIKE a small letter and a large one are the same."""

    def read() -> list[int]:
        found = Unit.objects.filter(_within(held, "path")).order_by().values_list("pk", "path")
        return [pk for pk, path in found if any(path.startswith(one) for one in held)]

    return _once(user, ("reached", held), read) if held else []


def _has_raised(user: User) -> bool:
    return _once(user, "raised", Matter.objects.filter(raiser=user.pk).exists)


def _once(user: User, name: Hashable, read: Callable[[], T]) -> T:
    """Read once a request, since a user object lives as long."""
    known: dict[Hashable, Any] = user.__dict__.setdefault("_scope", {})
    if name not in known:
        known[name] = read()
    found: T = known[name]
    return found


def _within(held: tuple[str, ...], column: str) -> Q:
    return reduce(or_, (Q(**{f"{column}__startswith": one}) for one in held), Q(pk__in=()))
