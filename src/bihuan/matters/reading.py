"""The facts of a matter, read from its tables for the life-cycle to judge."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.matters.facts import Facts
from bihuan.matters.many import PROVED, facts_of_many
from bihuan.matters.models import Item, Matter


def facts_of(matter: Matter) -> Facts:
    """What the checks need to know, as it stands now."""
    return facts_of_many([matter])[matter.pk]


def items(matter: Matter) -> QuerySet[Item]:
    """The items that this round is about."""
    return matter.items.filter(round=matter.round)


def lacking_result(matter: Matter) -> list[Item]:
    """Items of this round without a proved result since rectification began."""
    since = matter.began_at or matter.registered_at
    return [one for one in items(matter) if not one.outcomes.filter(PROVED, at__gte=since).exists()]
