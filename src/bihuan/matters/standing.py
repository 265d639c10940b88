"""How a person stands to a matter: which roles, on which side."""

from __future__ import annotations

from bihuan.matters.facts import Actor
from bihuan.matters.models import Matter
from bihuan.matters.words import Role, Side
from bihuan.people.models import Unit, User
from bihuan.people.rights import Post, posts

OFFICE_ROLES = frozenset({
    Role.AUDITOR, Role.REVIEWER, Role.DISPATCHER, Role.ACCEPTOR, Role.CLOSER, Role.SUPERVISOR, Role.LEADER,
    Role.REGISTRAR,
})  # fmt: skip
UNIT_ROLES = frozenset({Role.UNIT_CONTACT, Role.UNIT_HEAD})


def actor(user: User, matter: Matter) -> Actor:
    """The person as the life-cycle sees him beside this matter."""
    units = [matter.unit, *matter.co_units.all()]
    holds = {(Role(one.role), _side(one)) for one in posts(user) if _concerns(one, matter.unit, units)}
    if (Role.AUDITOR, Side.OFFICE) in holds and user.pk in {one.pk for one in matter.team.all()}:
        holds.add((Role.AUDITOR, Side.TEAM))
    if matter.raiser_id == user.pk:
        is_delegate = any(one.role == Role.DELEGATE for one in posts(user))
        holds.add((Role.DELEGATE if is_delegate else Role.RESIDENT, Side.RAISER))
    return Actor(user.pk, frozenset(holds), is_of_unit=_is_of(user, units))


def over(user: User, unit: Unit) -> Actor:
    """The person beside a unit for which there is no matter yet."""
    holds = frozenset((Role(one.role), _side(one)) for one in posts(user) if _concerns(one, unit, [unit]))
    if any(one.role == Role.DELEGATE for one in posts(user)):
        holds |= {(Role.DELEGATE, Side.RAISER)}
    return Actor(user.pk, holds, is_of_unit=_is_of(user, [unit]))


def _concerns(post: Post, unit: Unit, units: list[Unit]) -> bool:
    if post.role in OFFICE_ROLES:
        return post.covers(unit)
    return post.role in UNIT_ROLES and any(post.covers(one) for one in units)


def _side(post: Post) -> Side:
    return Side.OFFICE if post.role in OFFICE_ROLES else Side.UNIT


def _is_of(user: User, units: list[Unit]) -> bool:
    """Whether he works in one of the units or below it, or answers for one."""
    works = user.unit is not None and any(one.holds(user.unit) for one in units)
    answers = any(one.role in UNIT_ROLES and one.covers(unit) for one in posts(user) for unit in units)
    return works or answers
