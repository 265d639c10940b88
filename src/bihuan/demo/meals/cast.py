"""The schools of the school-meal fund, their pupils and suppliers, and the two terms; none of them real."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import chinese_calendar
from stdnum.cn import ric, uscc

from bihuan.demo.county import County

STANDARD = Decimal("5.00")  # yuan for a pupil and school day
PROJECT = "学生营养改善计划"
MARKET = "云禾县城关农贸市场"
_TOWNS = ("溪口", "河湾", "石桥", "白云", "东岭", "青石", "龙泉", "柳林", "双溪", "大坪", "竹园", "杨梅")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "梓涵浩然子轩雨桐欣怡宇航诗琪俊杰思源嘉怡天佑可馨明哲语晨一诺铭泽佳宁睿博安琪星辰"


@dataclass(frozen=True)
class School:
    """A school with a canteen; `size` is its number of pupils in an ordinary county."""

    code: str
    name: str
    size: int


@dataclass(frozen=True)
class Supplier:
    """Who delivers food."""

    name: str
    credit_code: str
    account: str


@dataclass(frozen=True)
class Food:
    """What is bought every day: its price for a kilogram, its share of the money, and who delivers it."""

    item: str
    price: Decimal
    share: float
    supplier: int


@dataclass(frozen=True)
class Term:
    """A term as the calendar has it, and the last day that its books cover."""

    name: str  # as the school roll writes it
    title: str  # as files and vouchers write it
    first: date
    last: date
    books_until: date

    @property
    def days(self) -> tuple[date, ...]:
        """School days that the books cover."""
        return school_days(self.first, min(self.last, self.books_until))

    @property
    def months(self) -> tuple[date, ...]:
        """First days of the months that the books cover."""
        return tuple(sorted({one.replace(day=1) for one in self.days}))


@dataclass(frozen=True, eq=False)
class Pupil:
    """A pupil on the roll of a school from a day, until a day where he left."""

    school: School
    name: str
    id_no: str
    grade: int
    since: date
    until: date | None = None
    status: str = "在读"

    @property
    def number(self) -> str:
        """The number on the national roll."""
        return f"G{self.id_no}"

    def is_on_roll(self, day: date) -> bool:
        """Whether he belongs to the school on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


CENTRAL = len(_TOWNS)  # the towns' central schools, where problems are planted; the others come with the scale
_OTHERS = [f"{town}镇{name}小学" for name in ("第二", "希望", "育才", "新民", "实验") for town in _TOWNS][:56]
SCHOOLS = tuple(
    School(str(301 + at), f"云禾县{name}", 74 + at * 29 % 60)
    for at, name in enumerate([*(f"{town}镇中心小学" for town in _TOWNS), *_OTHERS])
)
GRAIN, MEAT, VEGETABLES, HOTEL = range(4)  # places among the suppliers
FOODS = (
    Food("大米", Decimal("5.60"), 0.12, GRAIN),
    Food("猪肉", Decimal("28.00"), 0.38, MEAT),
    Food("鸡蛋", Decimal("10.40"), 0.18, MEAT),
    Food("白菜", Decimal("2.80"), 0.16, VEGETABLES),
    Food("西红柿", Decimal("5.20"), 0.16, VEGETABLES),
)
SPRING = Term("2024-2025学年第二学期", "2025年春季学期", date(2025, 2, 17), date(2025, 7, 4), date(2025, 7, 31))
AUTUMN = Term("2025-2026学年第一学期", "2025年秋季学期", date(2025, 9, 1), date(2026, 1, 23), date(2025, 12, 31))
NEXT_ROLL = date(2025, 9, 1)  # from here on the pupils of the autumn


def school_days(first: date, last: date) -> tuple[date, ...]:
    """Working days from the first to the last, days worked in exchange for a holiday among them."""
    days = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return tuple(one for one in days if chinese_calendar.is_workday(one))


def schools(county: County) -> tuple[School, ...]:
    """The schools of the fund: 68 in an ordinary county, the twelve central ones and a few in a small one."""
    return SCHOOLS[: CENTRAL + county.many(len(SCHOOLS) - CENTRAL)]


def school(code: str) -> School:
    """The school of that code."""
    return SCHOOLS[int(code) - 301]


def size(county: County, one: School) -> int:
    """How many pupils the school has at the county's scale; never so few that a class could hide nobody."""
    return max(60, county.many(one.size))


def suppliers(county: County) -> tuple[Supplier, ...]:
    """Grain and oil, meat and eggs, vegetables; the hotel is not one of them."""
    chance = county.chance("meals/suppliers")
    names = ("丰源粮油有限公司", "康牧肉品有限公司", "绿野蔬菜配送有限公司", "云禾大酒店有限公司")
    return tuple(_supplier(f"云禾县{one}", chance) for one in names)


def _supplier(name: str, chance: random.Random) -> Supplier:
    body = f"91130999MA{''.join(chance.choices('0123456789ABCDEFGHJKLMNPQRTUWXY', k=7))}"
    return Supplier(name, body + uscc.calc_check_digit(body), f"1300{chance.randrange(10**13):013d}")


def pupils(county: County, one: School, chance: random.Random) -> list[Pupil]:
    """Six grades, each entered in a September; the sixth leaves at the end of the spring."""
    return [pupil(one, at % 6 + 1, chance) for at in range(size(county, one))]


def pupil(one: School, grade: int, chance: random.Random, *, since: date | None = None) -> Pupil:
    """A pupil of the school year that ends in the summer of 2025; in the first grade of the next one, grade 0."""
    name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2, 2))))
    born = f"{2018 - grade}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    body = f"139999{born}{chance.randrange(1000):03d}"
    entered = since or date(2025 - grade, 9, 1)
    return Pupil(one, name, body + str(ric.calc_check_digit(body + "0")), grade, entered)
