"""The units, people and firms of the fictional county 云禾县, none of them real, the same for one seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from stdnum.cn import ric, uscc

YEAR = 2025  # the year of the ten departments; the other units hand over the year before as well
TODAY = date(2026, 1, 15)  # the day of the first hand-over
AGAIN = date(2026, 7, 15)  # and of the second, half a year later
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志鹏飞雪梅丹晨宇欣怡文博子轩佳慧春燕海波永亮"
_WORDS = (
    "宏达", "瑞丰", "金桥", "恒信", "天成", "华宇", "鑫源", "博远", "锦程", "永泰", "东升", "众合", "力诚", "万佳",
    "泰和",
    "安顺", "启明", "卓越", "佳禾", "汇通",
)  # fmt: skip
TRADES = (
    "建材", "商贸", "印务", "办公设备", "信息技术", "物业服务", "建筑工程", "园林绿化", "汽车服务", "医疗器械",
    "食品", "广告传媒", "家具",
    "工程咨询", "水电安装",
)  # fmt: skip
_BANKS = ("中国农业银行云禾县支行", "中国工商银行云禾支行", "云禾县农村信用合作联社", "中国建设银行云禾支行")


@dataclass(frozen=True)
class Unit:
    """A department or firm of the county whose books are handed over."""

    code: str
    name: str
    account: str  # its own bank account, beside the zero-balance one


@dataclass(frozen=True)
class Person:
    """Somebody on a payroll, or somebody who is paid."""

    name: str
    id_no: str
    card: str


@dataclass(frozen=True)
class Firm:
    """A supplier."""

    name: str
    credit_code: str
    account: str
    bank: str
    trade: str


UNITS = {
    one.code: one
    for one in (
        Unit("201", "云禾县教育局", "13001010400210001"),
        Unit("202", "云禾县卫生健康局", "13001010400210002"),
        Unit("203", "云禾县水利局", "13001010400210003"),
        Unit("204", "云禾县交通运输局", "13001010400210004"),
        Unit("205", "云禾县民政局", "13001010400210005"),
        Unit("206", "云禾县农业农村局", "13001010400210006"),
        Unit("207", "云禾县住房和城乡建设局", "13001010400210007"),
        Unit("208", "云禾县文化和旅游局", "13001010400210008"),
        Unit("209", "云禾县档案馆", "13001010400210009"),
        Unit("210", "云禾县市场监督管理局", "13001010400210010"),
    )
}


@dataclass(frozen=True)
class County:
    """The cast. `scale` multiplies how much ordinary business there is; the planted problems stay as many.

    A clean county has the same ordinary business and no problem, hidden or plain; its innocent twins stay.
    """

    seed: int = 1
    scale: float = 1.0
    is_clean: bool = False

    def chance(self, of: str) -> random.Random:
        """Random numbers for one purpose, so that a change in one department leaves the others as they are."""
        return random.Random(f"{self.seed}/{of}")  # noqa: S311 (makes a fictional county, not keys)

    def many(self, ordinary: int) -> int:
        """How many of something there are at this scale."""
        return max(1, round(ordinary * self.scale))

    @cached_property
    def firms(self) -> tuple[Firm, ...]:
        """Sixty suppliers with names that differ, two of each trade at least: whoever needs one finds one."""
        chance = self.chance("firms")
        names = [f"云禾县{word}{trade}有限公司" for word in _WORDS for trade in TRADES]
        return tuple(firm(name, chance) for name in sorted(_of_every_trade(chance.sample(names, 60), names)))

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Six hundred residents; some share a name, as people do."""
        chance = self.chance("people")
        return tuple(_person(chance) for _ in range(600))

    def staff(self, unit: str, count: int) -> tuple[Person, ...]:
        """Those who work in a unit; nobody works in two."""
        first = (int(unit) - 201) * 60
        return self.people[first : first + count]


def _of_every_trade(drawn: list[str], names: list[str]) -> list[str]:
    """The names drawn, the last of the commonest trades given up for those of which there are fewer than two."""
    held = {trade: [one for one in drawn if trade in one] for trade in TRADES}
    for trade, found in held.items():
        spare = (one for one in names if trade in one and one not in found)
        while len(found) < 2:
            max(held.values(), key=len).pop()
            found.append(next(spare))
    return [one for found in held.values() for one in found]


def firm(name: str, chance: random.Random) -> Firm:
    """A firm of that name, which holds its trade."""
    trade = next(one for one in TRADES if one in name)
    body = f"91130999MA{''.join(chance.choices('0123456789ABCDEFGHJKLMNPQRTUWXY', k=7))}"
    credit_code = body + uscc.calc_check_digit(body)
    return Firm(name, credit_code, f"1300{chance.randrange(10**13):013d}", chance.choice(_BANKS), trade)


def _person(chance: random.Random) -> Person:
    name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2, 2))))
    born = f"{chance.randrange(1965, 2001)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    body = f"139999{born}{chance.randrange(1000):03d}"
    return Person(name, body + str(ric.calc_check_digit(body + "0")), f"6228480{chance.randrange(10**12):012d}")
