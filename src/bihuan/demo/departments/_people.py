"""Who of the county works for it, led it, trades or keeps to his fields: shared by the registers of people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from bihuan.demo.companies import companies
from bihuan.demo.county import County, firm
from bihuan.demo.offices import offices
from bihuan.demo.residents import TOWNS, Resident, households, residents

MONTHS = 30  # January 2024 to June 2026
AGAIN = 24  # the first month of the second hand-over
HEADS_A_TOWN = 3  # villages whose head stands on the list of cadres
TRADERS = 600  # small traders at scale 1, beside the firms
CLOSED = 120  # firms at scale 1 that closed long ago


class VillageHead(NamedTuple):
    """The head of a village; the budget does not pay him."""

    who: Resident
    committee: str
    since: date


class Trader(NamedTuple):
    """A small trader, or a firm that closed long ago."""

    name: str
    credit_code: str
    owner: Resident
    capital: int  # yuan
    founded: date
    closed: date | None


def month(at: int) -> date:
    """The first day of a month, counted from January 2024."""
    return date(2024 + at // 12, at % 12 + 1, 1)


def month_of(day: date) -> int:
    """The count of the month in which a day lies."""
    return (day.year - 2024) * 12 + day.month - 1


def old_number(id_no: str) -> str:
    """The fifteen digits that a number had before 1999."""
    return id_no[:6] + id_no[8:17]


@lru_cache(maxsize=2)
def retirees(county: County) -> dict[str, tuple[Resident, ...]]:
    """Those whom the units pay a pension, by unit; no firm is theirs."""
    owners = {who.household for one in companies(county) for who in (one.legal, one.supervisor)}
    old = [one for one in residents(county) if 61 <= one.age() <= 84 and one.household not in owners]
    chance = county.chance("retirees")
    chance.shuffle(old)
    found, at = {}, 0
    for office in offices(county):
        many = chance.randrange(5, 12)
        found[office.code] = tuple(old[at : at + many])
        at += many
    return found


@lru_cache(maxsize=2)
def village_heads(county: County) -> tuple[VillageHead, ...]:
    """Three a town, of households without anybody in an office or a firm."""
    chance, found, many = county.chance("village heads"), [], dict.fromkeys(TOWNS, 0)
    apart = _working(county)
    for who in residents(county):
        town = who.town.removesuffix("镇")
        if who.relation != "户主" or not 36 <= who.age() <= 60 or who.household in apart or many[town] >= HEADS_A_TOWN:
            continue
        if town != "城关" and chance.random() < 0.3:
            many[town] += 1
            found.append(VillageHead(who, f"{who.town}{who.village}村民委员会", date(2021, chance.randrange(1, 4), 8)))
    return tuple(found)


@lru_cache(maxsize=2)
def traders(county: County) -> tuple[Trader, ...]:
    """Small traders in business, then firms that closed before 2022; nobody of theirs works in an office."""
    chance, apart = county.chance("traders"), _working(county) | {one.who.household for one in village_heads(county)}
    heads = [one for one in residents(county) if one.relation == "户主" and 25 <= one.age() <= 60
             and one.household not in apart]  # fmt: skip
    chance.shuffle(heads)
    many, closed = max(20, county.many(TRADERS)), max(8, county.many(CLOSED))
    return tuple(trader(who, county, is_closed=at >= many) for at, who in enumerate(heads[: many + closed]))


def trader(who: Resident, county: County, *, is_closed: bool = False) -> Trader:
    """What the registry says of somebody's business."""
    chance = county.chance(f"trader/{who.id_no}")
    kind = chance.choice(("商贸", "食品", "建材", "水电安装"))
    code = firm(kind, chance).credit_code
    founded = date(
        chance.randrange(2009, 2016 if is_closed else 2024), chance.randrange(1, 13), chance.randrange(1, 28)
    )
    if is_closed:
        closed = date(chance.randrange(2017, 2022), chance.randrange(1, 13), chance.randrange(1, 28))
        name = f"云禾县{who.name[0]}氏{who.id_no[-4:]}{kind}有限公司"
        return Trader(name, code, who, 300_000, founded, closed)
    name = f"云禾县{who.town}{who.name}{chance.choice(('便利店', '小吃店', '理发店', '五金店', '农资店'))}"
    return Trader(name, code, who, chance.choice((5_000, 10_000, 30_000, 50_000)), founded, None)


@lru_cache(maxsize=2)
def barred(county: County) -> frozenset[str]:
    """Households of those who work for the county, led a village, own a firm or trade: no need is theirs."""
    return frozenset(
        _working(county)
        | {one.who.household for one in village_heads(county)}
        | {one.owner.household for one in traders(county)}
    )


def _working(county: County) -> set[str]:
    """Households of staff, of pensioners and of owners."""
    staff = {one.household for office in offices(county) for one in office.staff}
    old = {one.household for some in retirees(county).values() for one in some}
    return staff | old | owners(county)


@lru_cache(maxsize=2)
def owners(county: County) -> frozenset[str]:
    """Households that have a hand in a firm."""
    return frozenset(
        who.household for one in companies(county) for who in _hands(one.legal, one.supervisor, one.holders)
    )


def _hands(legal: Resident, supervisor: Resident, holders: Iterable[tuple[Resident, float]]) -> list[Resident]:
    return [legal, supervisor, *(who for who, _ in holders)]


def spouse(one: Resident, county: County) -> Resident | None:
    """The other of a householder's couple."""
    other = {"户主": "配偶", "配偶": "户主"}.get(one.relation)
    return next((who for who in households(county)[one.household] if who.relation == other), None)
