"""Who owns and leads the firms of the county: strangers as a rule, and the few ties that an auditor looks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from bihuan.demo.county import County
from bihuan.demo.offices import Leader, leaders, offices
from bihuan.demo.residents import Resident, households, workers

OWNERS_FROM = 6000  # of `workers`: those before it may work in offices
FIRST_TIED = 74  # the place in `companies` of the first firm with a designed tie; all stand before the 120th

FirmReason = Literal[
    "same_person", "spouses", "parent_and_child", "holds", "same_parent", "same_majority_holder",
    "shared_name_only", "former_owner",
]  # fmt: skip
OfficialReason = Literal[
    "spouse_owns", "parent_leads", "child_owns", "owns_himself", "spouse_through_firm", "same_surname_as_spouse",
    "spouse_sold_long_ago",
]  # fmt: skip


class Owned(NamedTuple):
    """The owners of one firm; what `holders` lack to one is held by the firm at the place `parent`."""

    legal: Resident
    holders: tuple[tuple[Resident, float], ...]
    supervisor: Resident
    parent: int | None = None
    founded: date | None = None


class Former(NamedTuple):
    """Somebody who held a share of a firm and sold it."""

    firm: int
    holder: Resident
    share: float
    since: date
    until: date


class FirmTie(NamedTuple):
    """Two firms, by their places in `companies`."""

    one: int
    other: int
    reason: FirmReason


class OfficialTie(NamedTuple):
    """A leader and a firm in which somebody of the family has a hand."""

    leader: Leader
    kin: Resident
    firm: int
    reason: OfficialReason


@dataclass
class Ownership:
    """Designed ties; a firm that is not in `owned` belongs to strangers."""

    couples: list[tuple[Resident, Resident]]  # of whom nobody has a firm yet
    owned: dict[int, Owned] = field(default_factory=dict)
    former: list[Former] = field(default_factory=list)
    firms: list[FirmTie] = field(default_factory=list)
    officials: list[OfficialTie] = field(default_factory=list)
    at: int = FIRST_TIED

    def firm(self, legal: Resident, *holders: tuple[Resident, float], parent: int | None = None,
             supervisor: Resident | None = None, founded: date | None = None) -> int:  # fmt: skip
        """The next firm now belongs to these."""
        self.at += 1
        self.owned[self.at - 1] = Owned(legal, holders, supervisor or self.stranger(), parent, founded)
        return self.at - 1

    def couple(self) -> tuple[Resident, Resident]:
        """Two spouses without a firm."""
        return self.couples.pop()

    def stranger(self) -> Resident:
        """Somebody who has no other firm yet."""
        return self.couple()[0]


@lru_cache(maxsize=2)
def ownership(county: County) -> Ownership:
    """The ties among firms and between leaders and firms that the registry shows, and those that only look so."""
    namesakes = _namesakes(county)
    made = Ownership(_couples(county, {who.household for pair in namesakes for who in pair}))
    for _ in range(3):
        _one_person(made)
        _spouses(made)
    for _ in range(2):
        _one_holds_the_other(made)
        _one_parent(made)
    _parent_and_child(made, county)
    _majority(made)
    _look_alike(made, namesakes)
    _of_officials(made, county)
    return made


@lru_cache(maxsize=2)
def strangers(county: County) -> tuple[Resident, ...]:
    """One worker a household, of households without anybody in an office."""
    people = workers(county)
    employed = {one.household for office in offices(county) for one in office.staff}
    found: dict[str, Resident] = {}
    for one in people[min(OWNERS_FROM, len(people) // 2) :]:
        if one.household not in employed:
            found.setdefault(one.household, one)
    return tuple(found.values())


def family(one: Resident, county: County, *relations: str) -> Resident | None:
    """The first of the household who stands in one of these relations to the householder, and is of age."""
    members = households(county)[one.household]
    return next((who for who in members if who.relation in relations and who.age() >= 22 and who != one), None)


def _couples(county: County, apart: set[str]) -> list[tuple[Resident, Resident]]:
    """Couples of the last strangers; the first own the firms without ties."""
    found, free = [], strangers(county)
    for one in free[len(free) // 2 :]:
        head, *members = households(county)[one.household]
        other = next((who for who in members if who.relation == "配偶"), None)
        if other is not None and one.household not in apart and max(head.age(), other.age()) <= 66:
            found.append((head, other))
    return found


def _one_person(made: Ownership) -> None:
    one, _ = made.couple()
    first = made.firm(one, (one, 1.0))
    made.firms.append(FirmTie(first, made.firm(one, (one, 0.8), (made.stranger(), 0.2)), "same_person"))


def _spouses(made: Ownership) -> None:
    one, other = made.couple()
    made.firms.append(FirmTie(made.firm(one, (one, 0.9), (made.stranger(), 0.1)), made.firm(other, (other, 1.0)),
                              "spouses"))  # fmt: skip


def _one_holds_the_other(made: Ownership) -> None:
    one = made.stranger()
    mother, led_by = made.firm(one, (one, 1.0)), made.stranger()
    made.firms.append(FirmTie(mother, made.firm(led_by, (led_by, 0.3), parent=mother), "holds"))


def _one_parent(made: Ownership) -> None:
    one, a, b = made.stranger(), made.stranger(), made.stranger()
    mother = made.firm(one, (one, 1.0))
    first, second = made.firm(a, (a, 0.2), parent=mother), made.firm(b, (b, 0.49), parent=mother)
    made.firms.append(FirmTie(first, second, "same_parent"))


def _parent_and_child(made: Ownership, county: County) -> None:
    for at, (one, _) in enumerate(made.couples):
        child = family(one, county, "子", "女")
        if child is not None and child.age() <= 50:
            made.couples.pop(at)
            first, second = made.firm(one, (one, 1.0)), made.firm(child, (child, 0.67), (made.stranger(), 0.33))
            made.firms.append(FirmTie(first, second, "parent_and_child"))
            return


def _majority(made: Ownership) -> None:
    """Straw men lead both, one man holds almost all."""
    one = made.stranger()
    first, second = made.stranger(), made.stranger()
    one_firm, other = made.firm(first, (one, 0.95), (first, 0.05)), made.firm(second, (one, 0.9), (second, 0.1))
    made.firms.append(FirmTie(one_firm, other, "same_majority_holder"))


def _look_alike(made: Ownership, namesakes: list[tuple[Resident, Resident]]) -> None:
    """A namesake with another number; somebody who sold one firm in 2019 and has another now."""
    for one, other in namesakes:
        first = made.firm(one, (one, 1.0))
        made.firms.append(FirmTie(first, made.firm(other, (other, 1.0)), "shared_name_only"))
    for _ in range(2):
        seller, buyer = made.stranger(), made.stranger()
        sold = made.firm(buyer, (buyer, 1.0), founded=date(2014, 3, 12))
        made.former.append(Former(sold, seller, 1.0, date(2014, 3, 12), date(2019, 5, 20)))
        made.firms.append(FirmTie(sold, made.firm(seller, (seller, 1.0), founded=date(2020, 1, 9)), "former_owner"))


def _namesakes(county: County) -> list[tuple[Resident, Resident]]:
    """Two pairs of strangers who share a name and nothing else; the last strangers own nothing yet."""
    by_name: dict[str, Resident] = {}
    found = []
    free = strangers(county)
    for one in reversed(free[len(free) // 2 :]):
        if one.name in by_name:
            found.append((by_name.pop(one.name), one))
        by_name.setdefault(one.name, one)
    return found[:2]


def _of_officials(made: Ownership, county: County) -> None:
    """Leaders who are in office now, each of another office."""
    serving = [one for one in leaders(county) if one.to is None]
    employed = {one.id_no for office in offices(county) for one in office.staff}
    for reason, relations in _KIN:
        for leader in serving:
            kin = _kin(leader, county, relations)
            if kin is not None and (kin == leader.who or kin.id_no not in employed):
                made.officials.append(OfficialTie(leader, kin, _their_firm(made, kin, reason), reason))
                serving = [one for one in serving if one.office != leader.office]
                break


_OWN, _SPOUSE, _PARENT, _CHILD = "本人", "配偶", "父母", "子女"
_KIN: tuple[tuple[OfficialReason, str], ...] = (
    ("parent_leads", _PARENT), ("parent_leads", _PARENT), ("child_owns", _CHILD), ("spouse_owns", _SPOUSE),
    ("spouse_owns", _SPOUSE), ("spouse_owns", _SPOUSE), ("spouse_through_firm", _SPOUSE), ("owns_himself", _OWN),
    ("spouse_sold_long_ago", _SPOUSE), ("same_surname_as_spouse", _SPOUSE),
)  # fmt: skip


def _kin(leader: Leader, county: County, relation: str) -> Resident | None:
    """The leader's spouse, parent or child as the household of the civil registry shows it, of age."""
    who = leader.who
    if relation == _OWN:
        return who
    of: dict[str, dict[str, tuple[str, ...]]] = {
          "户主": {_SPOUSE: ("配偶",), _PARENT: ("父", "母"), _CHILD: ("子", "女")},
          "配偶": {_SPOUSE: ("户主",), _CHILD: ("子", "女")},
          "子": {_PARENT: ("户主", "配偶")}, "女": {_PARENT: ("户主", "配偶")}}  # fmt: skip
    kin = family(who, county, *of.get(who.relation, {}).get(relation, ()))
    return kin if kin is not None and kin.age() <= 76 else None


def _their_firm(made: Ownership, kin: Resident, reason: OfficialReason) -> int:
    if reason == "parent_leads":
        return made.firm(kin, (made.stranger(), 0.6), (kin, 0.4))
    if reason == "owns_himself":
        return made.firm(made.stranger(), (made.stranger(), 0.55), (kin, 0.45))
    if reason == "spouse_through_firm":
        mother, led_by = made.firm(kin, (kin, 1.0)), made.stranger()
        return made.firm(led_by, (led_by, 0.4), parent=mother)
    if reason == "spouse_sold_long_ago":
        buyer = made.stranger()
        sold = made.firm(buyer, (buyer, 1.0), founded=date(2013, 8, 6))
        made.former.append(Former(sold, kin, 0.8, date(2013, 8, 6), date(2018, 4, 11)))
        return sold
    if reason == "same_surname_as_spouse":
        at = next((at for at, (one, _) in enumerate(made.couples) if one.name[0] == kin.name[0]), -1)
        other, _ = made.couples.pop(at)
        return made.firm(other, (other, 1.0))
    return made.firm(kin, (kin, 1.0))
