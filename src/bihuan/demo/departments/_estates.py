"""Old estates of the county town: their buildings, homes and owners, the batches of renovation, and its money."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from bihuan.demo.companies import Company, companies
from bihuan.demo.county import UNITS, County, Unit
from bihuan.demo.departments._works import workday
from bihuan.demo.registry_ties import tied

OWNERS = (
    UNITS["207"],
    Unit("371", "云禾县房屋征收和住房保障中心", "13001010400210371"),
    Unit("372", "云禾县城市更新服务中心", "13001010400210372"),
)
BATCHES = (2023, 2024, 2025)
_NAMES = (
    "幸福里", "光明新村", "纺织厂家属院", "棉麻公司宿舍", "向阳小区", "东风小区", "粮食局家属院", "农机厂宿舍",
    "和平里",
    "红旗小区", "北关新村", "水泥厂家属院", "供销社宿舍", "文苑小区", "建设新村", "邮电家属院", "化肥厂宿舍",
    "胜利小区",
    "西苑小区", "南园新村", "百货公司宿舍", "人民医院家属院", "春晖小区", "丰收小区", "翠竹苑", "税务局家属院",
    "桥头新村",
    "五金厂宿舍", "工农小区", "轴承厂家属院",
)  # fmt: skip
_NEWER = ("锦绣花园", "滨江华府", "阳光城", "翡翠湾", "金色家园", "御景苑", "学府名城", "中央公园")
_ROADS = ("人民路", "建设路", "解放路", "文化路", "滨河路", "振兴街")


@dataclass(eq=False)
class Building:
    """One building, as it stands."""

    number: int
    homes: int
    built: int


@dataclass(eq=False)
class Estate:
    """One estate of several buildings."""

    name: str
    address: str
    unit: Unit
    batch: int
    builder: Company
    buildings: list[Building]
    unregistered: float = 0.01  # share of homes that have no title yet


@dataclass(eq=False)
class Listed:
    """A line of a batch: one building to be renovated."""

    estate: Estate
    batch: int
    building: str
    built: int
    homes: int
    name: str = ""  # of the estate, where it is written otherwise
    kind: str = "基础类"
    invested: int = 0  # yuan


@dataclass(eq=False)
class Home:
    """A line of the extract of the property register, which names no owners."""

    estate: Estate
    building: Building
    room: str
    number: str
    area: str
    registered: date


@dataclass(eq=False)
class Grant:
    """A budget indicator for a batch."""

    number: str
    unit: Unit
    batch: int
    day: date
    cents: int
    words: str = ""


@dataclass(eq=False)
class Spent:
    """A payment out of a grant."""

    grant: Grant
    day: date
    cents: int
    payee: str
    account: str
    bank: str
    purpose: str


@dataclass(eq=False)
class Town:
    """All of it."""

    county: County
    chance: random.Random
    estates: list[Estate]
    listed: list[Listed] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)
    firms: tuple[Company, ...] = ()

    def spend(self, paid: Spent) -> Spent:
        """Add a payment."""
        self.spent.append(paid)
        return paid

    def firm(self, trade: str) -> Company:
        """The first firm of a trade; a small county may have none, and takes another."""
        return next((one for one in self.firms if one.trade == trade), self.firms[0])


def town(county: County) -> Town:
    """The estates and three batches, each estate in one of them, all as it should be."""
    chance = county.chance("estates")
    bound = tied(county)
    firms = tuple(one for one in companies(county) if one.founded < date(2022, 1, 1) and one.credit_code not in bound)
    builders = [one for one in firms if one.trade in ("建筑工程", "水电安装", "园林绿化")]
    made = Town(county, chance, [_estate(at, builders, chance) for at in range(len(_NAMES))], firms=firms)
    for one in made.estates:
        made.listed += [enlist(one, two, chance) for two in one.buildings]
    for batch in BATCHES:
        for unit in OWNERS:
            _fund(made, unit, batch)
    return made


def _estate(at: int, builders: list[Company], chance: random.Random) -> Estate:
    built = chance.randrange(1982, 1999)
    buildings = [
        Building(n, chance.randrange(3, 7) * chance.choice((6, 8, 10)), min(1999, built + chance.randrange(0, 3)))
        for n in range(1, chance.randrange(4, 9))
    ]
    where = f"云禾县城关镇{_ROADS[at % 6]}{at * 7 + 3}号"
    return Estate(_NAMES[at], where, OWNERS[at // 3 % 3], BATCHES[at % 3], chance.choice(builders), buildings)


def enlist(estate: Estate, building: Building, chance: random.Random) -> Listed:
    """The building in the batch of its estate."""
    invested = building.homes * chance.randrange(19, 27) * 1000
    kind = chance.choice(("基础类", "基础类", "完善类"))
    return Listed(
        estate, estate.batch, f"{building.number}栋", building.built, building.homes, kind=kind, invested=invested
    )


def _fund(made: Town, unit: Unit, batch: int) -> None:
    """The grant in March and how it is spent on the estates' builders, their supervision and design."""
    chance = made.chance
    of = [one for one in made.estates if one.unit is unit and one.batch == batch]
    total = sum(one.invested for one in made.listed if one.estate in of)
    grant = Grant(
        f"LJ{batch}{unit.code}01", unit, batch, workday(date(batch, 3, 6 + chance.randrange(15))), total * 100
    )
    made.grants.append(grant)
    share = 0.66 if batch == BATCHES[-1] else chance.uniform(0.86, 0.95)
    for one in of:
        part = int(sum(two.invested for two in made.listed if two.estate is one) * 100 * share)
        _build(made, grant, one, part)


def _build(made: Town, grant: Grant, estate: Estate, part: int) -> None:
    chance = made.chance
    day = workday(grant.day + timedelta(days=chance.randrange(40, 70)))
    for words, share in (("工程预付款", 0.3), ("工程进度款", 0.24), ("工程进度款", 0.21), ("工程款", 0.19)):
        amount = int(part * share * chance.uniform(0.97, 1.0))
        made.spend(bill(grant, day, amount, estate.builder, f"{estate.name}改造{words}"))
        day = workday(day + timedelta(days=chance.randrange(35, 60)))
    adviser = chance.choice([one for one in made.firms if one.trade == "工程咨询"])
    made.spend(bill(grant, day, int(part * 0.018), adviser, f"{estate.name}改造监理费"))


def bill(grant: Grant, day: date, amount: int, firm: Company, words: str) -> Spent:
    """A payment to a firm."""
    return Spent(grant, day, amount, firm.name, firm.account, firm.bank, words)


def register(made: Town) -> list[Home]:
    """The homes of all old estates but those without a title, and of newer ones that nobody renovates."""
    chance = made.chance
    found: list[Home] = []
    for at, one in enumerate(made.estates):
        found += _homes(at, one, chance)
    for at, name in enumerate(_NEWER, start=len(made.estates)):
        count = max(1, made.county.many(10))
        buildings = [Building(n + 1, 40, 2006 + at % 9) for n in range(count)]
        estate = Estate(name, f"云禾县城关镇{_ROADS[at % 6]}{400 + at}号", OWNERS[0], 0, made.firms[0], buildings)
        found += _homes(at, estate, chance)
    return found


def _homes(at: int, estate: Estate, chance: random.Random) -> list[Home]:
    found = []
    for building in estate.buildings:
        for n in range(round(building.homes * estate.unregistered), building.homes):
            number = f"139999{at + 1:06d}GB{building.number:05d}F{n + 1:04d}0001"
            room = f"{n // 8 + 1}单元{n % 8 // 2 + 1}0{n % 2 + 1}室"
            area, day = f"{chance.uniform(48, 96):.2f}", date(1999, 6, 1) + timedelta(days=chance.randrange(9000))
            found.append(Home(estate, building, room, number, area, day))
    return found
