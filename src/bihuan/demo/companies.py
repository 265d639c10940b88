"""The firms on the company registry of 云禾县, with who owns and leads them; none of them is real."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from bihuan.demo import county as cast
from bihuan.demo.county import County, Firm
from bihuan.demo.owners import Owned, ownership, strangers
from bihuan.demo.residents import Resident, households

_BRANDS = (
    "安百昌成诚达德鼎东富广海瀚合和恒弘华汇嘉建金锦景聚凯康宽乐联隆美明宁鹏普齐千庆荣瑞润森盛"
    "顺泰腾天通同旺信兴旭雅阳怡亿永优裕元源悦云泽正志中卓"
)
_PLACES = ("工业园区", "物流园", "商贸城", "建材市场")
FIRMS = 2400  # at scale 1
FEWEST = 480  # with fewer, those who plan something in tenders would have to be the same firms again and again


class Company(NamedTuple):
    """One firm, as the registry has it."""

    name: str
    credit_code: str
    account: str
    bank: str
    trade: str
    legal: Resident  # legal representative
    holders: tuple[tuple[Resident, float], ...]  # with their shares; what they lack to one is the parent's
    supervisor: Resident
    founded: date
    capital: int  # yuan
    size: str  # 中型 | 小型 | 微型
    address: str
    phone: str
    parent: str = ""  # credit code of the firm that holds the rest


@lru_cache(maxsize=2)
def companies(county: County) -> tuple[Company, ...]:
    """All firms; the first sixty are `county.firms`, whom every department has long paid."""
    chance = county.chance("companies")
    known = {one.name for one in county.firms}
    made = [*county.firms]
    for name in _names(chance, max(FEWEST, county.many(FIRMS)) - len(made)):
        if name not in known:
            made.append(cast.firm(name, chance))
    tied = ownership(county).owned
    owners = iter(strangers(county))
    return tuple(
        _registered(one, at, tied.get(at) or _strangers(owners, county, chance), made, chance)
        for at, one in enumerate(made)
    )


@lru_cache(maxsize=2)
def by_credit_code(county: County) -> dict[str, Company]:
    """All firms by their credit codes."""
    return {one.credit_code: one for one in companies(county)}


def _names(chance: random.Random, count: int) -> list[str]:
    """Names of two brand characters, trade and form; all differ."""
    names: dict[str, None] = {}
    while len(names) < count:
        brand = "".join(chance.sample(_BRANDS, 2))
        names[f"云禾县{brand}{chance.choice(cast.TRADES)}有限公司"] = None
    return list(names)


def _strangers(owners: Iterator[Resident], county: County, chance: random.Random) -> Owned:
    """Somebody who has no other firm, alone or with a partner; the supervisor is of the family where it can be."""
    first, share = next(owners), chance.choice((1.0, 0.9, 0.8, 0.7, 0.6, 0.51))
    holders = ((first, share), *(((next(owners), round(1 - share, 2)),) if share < 1 else ()))
    family = [one for one in households(county)[first.household] if one != first and 22 <= one.age() <= 75]
    return Owned(first, holders, family[0] if family else next(owners))


def _registered(firm: Firm, at: int, owned: Owned, made: Sequence[Firm], chance: random.Random) -> Company:
    age = int(chance.triangular(200, 6500, 1800))
    return Company(
        firm.name, firm.credit_code, firm.account, firm.bank, firm.trade, owned.legal, owned.holders, owned.supervisor,
        owned.founded or cast.TODAY - timedelta(days=age), chance.choice((50, 100, 200, 300, 500, 1000, 2000)) * 10_000,
        chance.choices(("中型", "小型", "微型"), (8, 42, 50))[0],
        f"云禾县城关镇{chance.choice(_PLACES)}{at // 3 + 1}号{chance.randrange(1, 40)}铺",
        f"1{chance.choice('3578')}{chance.randrange(10**9):09d}",
        made[owned.parent].credit_code if owned.parent is not None else "",
    )  # fmt: skip
