"""Who sees which matters: the only door through which pages, exports and the API find one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.http import Http404

from bihuan.matters.lifecycle import AUDIT, May
from bihuan.matters.models import Matter, Referral
from bihuan.matters.standing import OFFICE_ROLES, UNIT_ROLES
from bihuan.matters.words import Side
from bihuan.people.models import Unit, User
from bihuan.people.rights import paths


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
        return kinds & Q(raiser=user.pk)
    if not held:
        return None
    if may.side is Side.UNIT:
        shared = Matter.co_units.through.objects.filter(_within(held, "unit__path")).values("matter_id")
        return kinds & (_of_units(held) | Q(pk__in=shared))
    if may.side is Side.TEAM:
        return kinds & _of_units(held) & Q(pk__in=Matter.team.through.objects.filter(user=user.pk).values("matter_id"))
    return kinds & _of_units(held)


def units_for(user: User) -> QuerySet[Unit]:
    """The units over which he holds a role."""
    return Unit.objects.filter(_within(paths(user, frozenset(OFFICE_ROLES | UNIT_ROLES)), "path"))


def _of_office(user: User) -> Q:
    return _of_units(paths(user, frozenset(OFFICE_ROLES)))


def _of_unit(user: User) -> Q:
    held = paths(user, frozenset(UNIT_ROLES))
    if not held:
        return Q(pk__in=())
    shared = Matter.co_units.through.objects.filter(_within(held, "unit__path")).values("matter_id")
    may_know = ~Q(kind__in=AUDIT) | Q(shown_at__isnull=False)
    return (_of_units(held) | Q(pk__in=shared)) & may_know


def _of_units(held: tuple[str, ...]) -> Q:
    if not held:
        return Q(pk__in=())
    within = Unit.objects.filter(_within(held, "path"))
    if within.count() == Unit.objects.count():
        return Q(pk__isnull=False)  # all of them: the database need not look at units
    return Q(unit__in=within)


def _within(held: tuple[str, ...], column: str) -> Q:
    return reduce(or_, (Q(**{f"{column}__startswith": one}) for one in held), Q(pk__in=()))
