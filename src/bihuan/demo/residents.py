"""The residents of 云禾县 by household, the same for every department that knows them; none of them is real."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from stdnum import luhn
from stdnum.cn import ric

from bihuan.demo.county import TODAY, County, Person

HOUSEHOLDS = 21_000  # at scale 1, some sixty thousand people
FEWEST = 4_000  # households: some problems need families that are rare
DEATHS = 1300  # at scale 1, in three years
_FIRST_DEATH = date(2023, 7, 1)
TOWNS = ("城关", "溪口", "河湾", "石桥", "白云", "东岭", "青石", "龙泉", "柳林", "双溪", "大坪", "竹园", "杨梅")
_VILLAGES = ("新", "东", "西", "南", "北", "上", "下", "中")
_ROADS = ("人民路", "建设路", "解放路", "文化路", "滨河路", "振兴街")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
_MALE = "伟强磊军洋勇杰涛明超刚建国志鹏飞文博浩宇海波永亮德福贵山河林峰斌辉"
_FEMALE = "芳娜敏静丽艳娟秀霞桂英华玉兰红雪梅丹晨欣怡佳慧春燕琴香莲凤珍云"


class Resident(NamedTuple):
    """One person on the civil registry."""

    name: str
    id_no: str
    sex: str  # 男 | 女
    born: date
    household: str
    relation: str  # to the householder: 户主 | 配偶 | 子 | 女 | 父 | 母
    town: str
    village: str
    address: str
    phone: str
    card: str  # the bank card on which subsidies and wages arrive

    def age(self, on: date = TODAY) -> int:
        """Whole years on a day."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


class Departed(NamedTuple):
    """Somebody who died, and when."""

    who: Resident
    died: date


@lru_cache(maxsize=2)
def residents(county: County) -> tuple[Resident, ...]:
    """All residents, households together, householder first; the same for the same seed and scale.

    All of them live, until the second hand-over too: the dead stand in `departed`. No number is borne by two.
    """
    chance = county.chance("residents")
    used = {one.id_no for one in county.people}
    made = (one for at in range(max(FEWEST, county.many(HOUSEHOLDS))) for one in _household(at, chance))
    return tuple(_with_a_number_of_its_own(one, used) for one in made)


@lru_cache(maxsize=2)
def staff_of_old(county: County) -> tuple[Resident, ...]:
    """`county.people`, in the same order, as they stand on the civil registry: each a household of one, in 城关镇."""
    chance = county.chance("staff of old")
    return tuple(_alone(at, one, chance) for at, one in enumerate(county.people))


@lru_cache(maxsize=2)
def departed(county: County) -> tuple[Departed, ...]:
    """Those who died between July 2023 and June 2026, by the day of death; none of them is in `residents`."""
    chance = county.chance("departed")
    homes, used = list(households(county).values()), {one.id_no for one in (*residents(county), *staff_of_old(county))}
    made = [_departed(chance.choice(homes)[0], chance, used) for _ in range(max(150, county.many(DEATHS)))]
    return tuple(sorted(made, key=lambda one: (one.died, one.who.id_no)))


@lru_cache(maxsize=2)
def households(county: County) -> dict[str, tuple[Resident, ...]]:
    """Residents by household number."""
    found: dict[str, list[Resident]] = {}
    for one in residents(county):
        found.setdefault(one.household, []).append(one)
    return {number: tuple(members) for number, members in found.items()}


@lru_cache(maxsize=2)
def workers(county: County) -> tuple[Resident, ...]:
    """Residents between 25 and 58 in an order of their own: offices and firms take theirs from it, each one once."""
    found = [one for one in residents(county) if 25 <= one.age() <= 58]
    county.chance("workers").shuffle(found)
    return tuple(found)


def identity(born: date, order: int) -> str:
    """An identity number of the fictional region 139999 with its check digit; an odd order is a man's."""
    body = f"139999{born:%Y%m%d}{order % 1000:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def card(chance: random.Random) -> str:
    """A bank card of 19 digits with its check digit."""
    body = f"621700{chance.randrange(10**12):012d}"
    return body + luhn.calc_check_digit(body)


def given_name(chance: random.Random, sex: str) -> str:
    """One or two characters."""
    return "".join(chance.sample(_MALE if sex == "男" else _FEMALE, chance.choice((1, 2, 2))))


def _household(at: int, chance: random.Random) -> Iterator[Resident]:
    head = _born(chance, 24, 78)
    town = TOWNS[min(len(TOWNS) - 1, int(len(TOWNS) * chance.random() ** 1.35))]
    village = chance.choice(_VILLAGES) + chance.choice(
        ("街社区", "河社区") if town == "城关" else ("庄村", "坪村", "湾村")
    )
    where = _address(chance, town, village)
    surname, sex = chance.choice(_SURNAMES), "男" if chance.random() < 0.82 else "女"
    members = [("户主", sex, head, surname)]
    if chance.random() < 0.78:
        other = "女" if sex == "男" else "男"
        members.append(("配偶", other, head + timedelta(days=chance.randrange(-900, 1800)), chance.choice(_SURNAMES)))
        for _ in range(chance.choices((0, 1, 2, 3), (25, 42, 28, 5))[0]):
            child = head + timedelta(days=365 * chance.randrange(22, 38) + chance.randrange(365))
            if child < TODAY:
                son = chance.random() < 0.52
                members.append(("子" if son else "女", "男" if son else "女", child, surname))
    if chance.random() < 0.22 and head.year > 1955:
        mother = chance.random() < 0.6
        parent = head - timedelta(days=365 * chance.randrange(21, 34))
        members.append(("母" if mother else "父", "女" if mother else "男", parent,
                        chance.choice(_SURNAMES) if mother else surname))  # fmt: skip
    for relation, of, born, family in members:
        order = chance.randrange(500) * 2 + (of == "男")
        yield Resident(
            family + given_name(chance, of), identity(born, order), of, born, f"1399{at:06d}", relation, f"{town}镇",
            village, where, _phone(chance), card(chance),
        )  # fmt: skip


def _with_a_number_of_its_own(one: Resident, used: set[str]) -> Resident:
    while one.id_no in used:
        one = one._replace(id_no=identity(one.born, int(one.id_no[14:17]) + 2))
    used.add(one.id_no)
    return one


def _alone(at: int, one: Person, chance: random.Random) -> Resident:
    born = date(int(one.id_no[6:10]), int(one.id_no[10:12]), int(one.id_no[12:14]))
    return Resident(
        one.name, one.id_no, "男" if int(one.id_no[16]) % 2 else "女", born, f"1398{at:06d}", "户主", "城关镇",
        chance.choice(_VILLAGES) + "街社区", _address(chance, "城关", ""), _phone(chance), one.card,
    )  # fmt: skip


def _departed(head: Resident, chance: random.Random, used: set[str]) -> Departed:
    """A parent of the householder, or somebody of the household who was as old as that."""
    died = _FIRST_DEATH + timedelta(days=chance.randrange((date(2026, 6, 30) - _FIRST_DEATH).days))
    sex, age = chance.choice("男女"), int(chance.triangular(61, 97, 80))
    born = date(died.year - age, chance.randrange(1, 13), chance.randrange(1, 29))
    relation = ("父" if sex == "男" else "母") if head.born.year - born.year >= 18 else "其他亲属"
    surname = head.name[0] if relation == "父" else chance.choice(_SURNAMES)
    one = Resident(
        surname + given_name(chance, sex), identity(born, chance.randrange(500) * 2 + (sex == "男")), sex, born,
        head.household, relation, head.town, head.village, head.address, _phone(chance), card(chance),
    )  # fmt: skip
    return Departed(_with_a_number_of_its_own(one, used), died)


def _phone(chance: random.Random) -> str:
    return f"1{chance.choice('3578')}{chance.randrange(10**9):09d}"


def _address(chance: random.Random, town: str, village: str) -> str:
    if town == "城关":
        road, number, building = chance.choice(_ROADS), chance.randrange(1, 320), chance.randrange(1, 18)
        return f"云禾县城关镇{road}{number}号{building}栋{chance.randrange(101, 1900)}室"
    return f"云禾县{town}镇{village}{chance.randrange(1, 16)}组{chance.randrange(1, 90)}号"


def _born(chance: random.Random, youngest: int, oldest: int) -> date:
    years = chance.randrange(youngest, oldest)
    return date(TODAY.year - years, chance.randrange(1, 13), chance.randrange(1, 29))
