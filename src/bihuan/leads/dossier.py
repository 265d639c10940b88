"""A dossier: all leads about one subject, to be opened together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bihuan.leads.lead import Lead
from bihuan.store.canonical import digest


@dataclass(frozen=True)
class Dossier:
    """Leads of one unit that share rows or a subject, weightiest first."""

    id: str
    unit: str
    leads: tuple[Lead, ...]

    @property
    def chance(self) -> float:
        """That at least one of its leads is established."""
        return max(one.score.chance for one in self.leads)

    @property
    def amount(self) -> Decimal | None:
        """The largest amount among its leads: what they share is counted once."""
        return max((abs(one.hit.amount) for one in self.leads if one.hit.amount is not None), default=None)

    @property
    def score(self) -> Decimal:
        """The score of its weightiest lead."""
        return self.leads[0].score.value


def dossiers(leads: Iterable[Lead], together: Mapping[str, set[str]]) -> list[Dossier]:
    """Group the leads; weightiest dossier first, ties by id."""
    ranked = list(leads)
    group_of = _components([one.hit.id for one in ranked], together)
    groups: dict[tuple[str, str], list[Lead]] = defaultdict(list)
    for lead in ranked:
        groups[lead.hit.unit, group_of[lead.hit.id]].append(lead)
    made = [
        Dossier(digest(sorted(one.hit.id for one in held)), unit, tuple(held)) for (unit, _), held in groups.items()
    ]
    return sorted(made, key=lambda one: (-one.score, one.id))


def _components(ids: list[str], together: Mapping[str, set[str]]) -> dict[str, str]:
    """The smallest id of each one's connected component (union by path halving)."""
    parent = {one: one for one in ids}

    def root(one: str) -> str:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for one, others in together.items():
        for other in others:
            if one in parent and other in parent:
                low, high = sorted((root(one), root(other)))
                parent[high] = low
    return {one: root(one) for one in ids}
