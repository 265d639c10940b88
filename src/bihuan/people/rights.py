"""Which roles somebody holds today, and over which part of the tree of units."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.people.models import Unit, User


@dataclass(frozen=True)
class Post:
    """A role over a unit and all below it."""

    role: str
    path: str  # of the unit, `/root/201/`

    def covers(self, unit: Unit) -> bool:
        """Whether the unit lies within."""
        return unit.path.startswith(self.path)


def posts(user: User) -> tuple[Post, ...]:
    """The posts in force today; read once a request, since a user object lives as long."""
    held: tuple[Post, ...] | None = getattr(user, "_posts", None)
    if held is None:
        rows = user.appointments.in_force().values_list("role", "over__path") if user.is_active else ()
        held = tuple(Post(role, path) for role, path in rows)
        user._posts = held  # type: ignore[attr-defined]
    return held


def has_role(user: User, *roles: str) -> bool:
    """Whether he holds one of the roles anywhere."""
    return any(one.role in roles for one in posts(user))


def paths(user: User, roles: frozenset[str]) -> tuple[str, ...]:
    """The paths over which he holds one of the roles, without those that lie within another."""
    held = sorted({one.path for one in posts(user) if one.role in roles})
    return tuple(one for one in held if not any(one != other and one.startswith(other) for other in held))
