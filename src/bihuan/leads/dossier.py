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
    def currency(self) -> str | None:
        """Currency of its weightiest lead, in which its amount is."""
        return self.leads[0].hit.currency

    @property
    def chance(self) -> Decimal:
        """That at least one of its leads is established."""
        return max(one.score.chance for one in self.leads)

    @property
    def amount(self) -> Decimal | None:
        """The largest amount in its currency: what its leads share is counted once."""
        own = (one.hit.amount for one in self.leads if one.hit.currency == self.currency)
        return max((abs(one) for one in own if one is not None), default=None)

    @property
    def score(self) -> Decimal:
        """The score of its weightiest lead."""
        return self.leads[0].score.value


def dossiers(leads: Iterable[Lead], together: Mapping[str, set[str]]) -> list[Dossier]:
    """Group the leads, which come weightiest first; the dossiers are in the order of their weightiest leads."""
    ranked = list(leads)
    group_of = _components([one.hit.id for one in ranked], together)
    groups: dict[tuple[str, str], list[Lead]] = defaultdict(list)
    for lead in ranked:
        groups[lead.hit.unit, group_of[lead.hit.id]].append(lead)
    return [_dossier(unit, held) for (unit, _), held in groups.items()]


def _dossier(unit: str, leads: list[Lead]) -> Dossier:
    return Dossier(digest(sorted(one.hit.id for one in leads)), unit, tuple(leads))


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
