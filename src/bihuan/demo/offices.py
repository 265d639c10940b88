"""The 120 budget units of 云禾县 whose books arrive in bulk, beside the ten departments with books of their own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from bihuan.demo.county import County
from bihuan.demo.residents import TOWNS, Resident, workers

COUNT = 120  # at scale 1; never fewer than FEWEST
FEWEST = 16
STAFF = 46  # places in `workers` that belong to one unit; how many of them it employs differs
System = Literal["u8", "k3", "excel", "gbt"]
_BUREAUS = (
    "发展和改革局", "科技和工业信息化局", "公安局", "司法局", "财政局", "人力资源和社会保障局", "自然资源局",
    "生态环境局分局", "商务局", "应急管理局", "审计局", "统计局", "医疗保障局", "林业局", "乡村振兴局", "信访局",
    "机关事务服务中心", "城市管理综合执法局", "行政审批局", "退役军人事务局", "总工会", "妇女联合会",
    "残疾人联合会", "科学技术协会", "供销合作社联合社", "融媒体中心", "疾病预防控制中心", "妇幼保健院",
    "人民医院", "中医院", "图书馆", "文化馆", "博物馆", "体育中心", "公路养护中心", "水库管理处",
    "农业技术推广中心", "动物疫病预防控制中心", "农机服务中心", "不动产登记中心", "公共资源交易中心",
    "政府采购中心", "就业服务中心", "社会保险事业中心", "福利院", "殡仪馆", "救助管理站", "环境卫生服务中心",
    "园林管理处", "市政工程管理处",
)  # fmt: skip
_TOWN_UNITS = ("人民政府", "卫生院", "农业综合服务中心", "初级中学", "财政所")


_POSTS = {
    "局": "局长", "人民政府": "镇长", "院": "院长", "中学": "校长", "所": "所长", "处": "处长", "站": "站长",
    "馆": "馆长", "会": "主席", "": "主任",
}  # fmt: skip


class Office(NamedTuple):
    """One budget unit; `staff` are those whom it employs, the first four keep its books."""

    code: str
    name: str
    account: str
    system: System
    town: str
    staff: tuple[Resident, ...]


@lru_cache(maxsize=2)
def offices(county: County) -> tuple[Office, ...]:
    """Units 401 and up: bureaus and centres of the county first, then every town's."""
    count = min(COUNT, max(FEWEST, county.many(COUNT)))
    return tuple(_office(at, name, town, county) for at, (name, town) in enumerate(_named()[:count]))


class Leader(NamedTuple):
    """Somebody who leads an office, and from when to when; `to` is empty while the term lasts."""

    office: Office
    who: Resident
    post: str
    since: date
    to: date | None


@lru_cache(maxsize=2)
def leaders(county: County) -> tuple[Leader, ...]:
    """The head and three deputies of every office; where the head changed in the two years, the former one as well."""
    return tuple(one for office in offices(county) for one in _leaders(office, county.chance(f"led/{office.code}")))


def _leaders(office: Office, chance: random.Random) -> Iterator[Leader]:
    first = next(post for end, post in _POSTS.items() if office.name.endswith(end))
    since = date(chance.randrange(2019, 2024), chance.randrange(1, 13), chance.randrange(1, 29))
    if chance.random() < 0.2:
        left = date(chance.choice((2024, 2025)), chance.randrange(2, 12), chance.randrange(1, 29))
        yield Leader(office, office.staff[8], first, since, left)
        since = left + timedelta(days=chance.randrange(3, 25))
    yield Leader(office, office.staff[4], first, since, None)
    for who, post in zip(office.staff[5:8], ("党组副书记、副职", "副职", "纪检监察员"), strict=True):
        since = date(chance.randrange(2017, 2025), chance.randrange(1, 13), chance.randrange(1, 29))
        yield Leader(office, who, "副" + first if post == "副职" else post.replace("副职", f"副{first}"), since, None)


def _named() -> list[tuple[str, str]]:
    county_level = [(f"云禾县{one}", "城关镇") for one in _BUREAUS]
    towns = [(f"云禾县{town}镇{kind}", f"{town}镇") for kind in _TOWN_UNITS for town in TOWNS]
    schools = [(f"云禾县第{one}中学", "城关镇") for one in "一二三四五"]
    return [*county_level, *towns, *schools]


def _office(at: int, name: str, town: str, county: County) -> Office:
    people, chance = workers(county), county.chance(f"office/{at}")
    first, size = at * STAFF % max(1, len(people) - STAFF), chance.randrange(12, STAFF)
    # Excel comes from few small units, as it does in truth: it is the slowest to read for everybody.
    system: System = ("u8", "k3", "u8", "gbt", "u8", "k3", "u8", "excel", "k3", "u8")[at % 10]
    return Office(str(401 + at), name, f"13001010400{at:06d}", system, town, people[first : first + size])
