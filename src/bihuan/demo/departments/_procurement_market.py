"""The county's open market: who bids against whom, at what price, and who gets the contract; all of it innocent."""

from __future__ import annotations

import math
import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from typing import NamedTuple
from zlib import crc32

import chinese_calendar

from bihuan.demo.companies import Company, companies
from bihuan.demo.county import TRADES, UNITS, County
from bihuan.demo.offices import offices
from bihuan.demo.owners import FIRST_TIED
from bihuan.demo.registry_ties import tied
from bihuan.demo.residents import TOWNS

YEARS = (2024, 2025)
RESERVED = 88  # firms that only the planted groups use, so that two rings do not run into each other
RESERVED_BUYERS = 9  # units of whose whole buying something is planted
_SEASON = (0.5, 0.5, 1.1, 1.1, 1.2, 1.2, 1.1, 1.1, 1.1, 0.9, 0.6, 0.0)  # no notice in December: no time to award
WORKS, SERVICES = (
    ("建筑工程", "园林绿化", "水电安装"),
    ("印务", "信息技术", "物业服务", "汽车服务", "广告传媒", "工程咨询"),
)
_TITLES = {
    "建材": ("沥青砂石材料", "水泥及管材", "路面养护材料"), "商贸": ("应急物资", "防汛物资", "劳保用品"),
    "印务": ("宣传资料印刷服务", "票据证照印刷服务"), "办公设备": ("计算机及打印设备", "会议室音视频设备", "复印设备"),
    "信息技术": ("信息系统升级改造", "网络安全运维服务", "数据机房维护服务"),
    "物业服务": ("办公楼物业管理服务", "保洁安保服务"),
    "建筑工程": ("业务用房改造工程", "道路硬化工程", "围墙及场地工程"),
    "园林绿化": ("绿化提升工程", "行道树补植工程"), "汽车服务": ("公务用车维修服务", "车辆租赁服务"),
    "医疗器械": ("检验设备", "彩超设备", "急救设备"), "食品": ("食堂大宗食材", "慰问物资"),
    "广告传媒": ("宣传栏制作服务", "专题片制作服务"), "家具": ("办公家具", "学生课桌椅"),
    "工程咨询": ("工程造价咨询服务", "规划编制服务"), "水电安装": ("供水管网改造工程", "配电设施改造工程"),
}  # fmt: skip
_PLACES = (
    *TOWNS, "机关大院", "政务中心", "东区", "西区", "城南片区", "分院", "二期", "老办公区", "档案楼", "培训中心",
)  # fmt: skip
_ITEMS = {
    "办公设备": (("台式计算机", "A02010105", 4300), ("激光打印机", "A02021003", 2150),
                 ("便携式计算机", "A02010108", 5600),
                 ("复印机", "A02020100", 13800), ("投影仪", "A02020200", 6900), ("扫描仪", "A02021118", 2980),
                 ("碎纸机", "A02021301", 760), ("液晶显示屏", "A02021103", 1480), ("交换机", "A02010202", 3250),
                 ("会议平板", "A02020800", 15600), ("音响", "A02091107", 4700), ("不间断电源", "A02061504", 3900)),
    "建材": (("普通硅酸盐水泥", "A99010101", 385), ("中砂", "A99010301", 128), ("碎石", "A99010302", 96),
             ("螺纹钢", "A99020401", 3860), ("商品混凝土", "A99010105", 412), ("PE管", "A99030201", 46),
             ("烧结砖", "A99010201", 352), ("沥青", "A99010401", 4120), ("路缘石", "A99010305", 38)),
    "医疗器械": (("彩色超声诊断仪", "A02320601", 486000), ("全自动生化分析仪", "A02321101", 268000),
                 ("心电图机", "A02320801", 23500), ("除颤仪", "A02321601", 41200), ("监护仪", "A02320802", 18700),
                 ("输液泵", "A02321501", 5900), ("病床", "A02322500", 3450), ("离心机", "A02100401", 16800)),
    "水电安装": (("球墨铸铁管", "B06010101", 268), ("阀门", "B06010102", 640), ("电缆", "B06020101", 118),
                 ("配电箱", "B06020102", 2860), ("水表", "B06010103", 92), ("挖沟槽土方", "B02010101", 34),
                 ("管道支架", "B06010104", 57), ("回填土方", "B02010102", 28), ("检查井", "B06010105", 1860)),
}  # fmt: skip
_CODES = {
    "建材": "A99010100", "商贸": "A07030100", "印务": "C23090100", "办公设备": "A02010100", "信息技术": "C16040000",
    "物业服务": "C21040000", "建筑工程": "B01010000", "园林绿化": "B02140000", "汽车服务": "C23120300",
    "医疗器械": "A02320000", "食品": "A07030102", "广告传媒": "C23150000", "家具": "A05010000", "工程咨询": "C20030500",
    "水电安装": "B06010000",
}  # fmt: skip


class Buyer(NamedTuple):
    """A unit that buys."""

    code: str
    name: str


class Item(NamedTuple):
    """One thing that a tender asks for."""

    name: str
    code: str
    quantity: int
    usual: int  # price in cents


@dataclass(eq=False)
class Bid:
    """One firm's offer; prices in cents."""

    firm: Company
    price: int
    at: datetime
    status: str = "valid"
    unit_prices: list[int] = field(default_factory=list)
    phone: str = ""
    contact: str = ""
    is_utc: bool = False  # another platform writes its times without our zone
    with_firm: Company | None = None  # the other member of a consortium


@dataclass(eq=False)
class Contract:
    """What was signed."""

    firm: Company
    amount: int
    signed: date
    start: date
    end: date
    number: str = ""


@dataclass(eq=False)
class Lot:
    """What is awarded at one time."""

    bids: list[Bid]
    winner: Bid | None = None
    awarded: date | None = None
    contracts: list[Contract] = field(default_factory=list)


@dataclass(eq=False)
class Process:
    """One purchase from notice to contract."""

    buyer: Buyer
    trade: str
    title: str
    details: str
    estimate: int
    published: date
    due: datetime
    lots: list[Lot]
    items: list[Item]
    rationale: str = ""
    terms: str = ""
    number: str = ""
    called: str = ""  # the category where it is not what the trade says
    declared: int = 0  # the number of tenderers as published, where it is not the number of bids

    @property
    def category(self) -> str:
        """goods, works or services, by the trade."""
        if self.called:
            return self.called
        return "works" if self.trade in WORKS else "services" if self.trade in SERVICES else "goods"

    @property
    def bids(self) -> list[Bid]:
        """Those of the first lot; a process of several lots is never planted but as a twin."""
        return self.lots[0].bids

    @property
    def won(self) -> int:
        """What was awarded in all, in cents."""
        return sum(one.winner.price for one in self.lots if one.winner)


ALONE = 6  # firms that only one planted problem has, however small the county


class Market:
    """Firms of each trade with their costs, and the tenders for which they bid."""

    def __init__(self, county: County) -> None:
        self.county, self.chance = county, county.chance("procurement")
        every = [Buyer(one.code, one.name) for one in UNITS.values()]
        every += [Buyer(one.code, one.name) for one in offices(county)]
        self.buyers, self.reserved_buyers = every[:-RESERVED_BUYERS], every[-RESERVED_BUYERS:]
        everybody = companies(county)
        oldest = date(YEARS[0] - 1, 6, 30)
        held = tied(county)  # do not bid by chance
        free = [one for one in (*everybody[FIRST_TIED:], *everybody[24:60])
                if one.founded < oldest and one.credit_code not in held]  # fmt: skip
        self.reserved = free[:RESERVED]
        known = {one.credit_code for one in county.firms}  # who bids at the trading centre too
        strangers = [one for one in free if one.credit_code not in known]
        self.alone = strangers[RESERVED : RESERVED + ALONE] or strangers[-ALONE:]
        self.reserved = [one for one in self.reserved if one not in self.alone]
        struck_off = {one.credit_code for one in everybody[60:FIRST_TIED]}  # some of them, by the finance bureau's list
        taken = {one.credit_code for one in (*self.reserved, *self.alone)} | held | struck_off
        self.firms = [one for one in everybody if one.credit_code not in taken and one.founded < oldest]
        young = (one for one in everybody if one.credit_code not in taken)
        self._next = 0
        self.newcomers = [one for one in young if date(2024, 2, 1) <= one.founded <= date(2025, 6, 1)]
        chance = county.chance("procurement/costs")
        # Who is much dearer than others goes out of business.
        self.cost = {one.credit_code: math.exp(max(-0.05, min(0.035, chance.gauss(0, 0.03)))) for one in everybody}
        self._pools = {trade: self._pool(at, trade) for at, trade in enumerate(TRADES)}

    def reserve(self, count: int) -> list[Company]:
        """Firms that nobody else has; a very small county runs out of them and begins again."""
        self._next += count
        return [self.reserved[at % len(self.reserved)] for at in range(self._next - count, self._next)]

    def unseen(self) -> Company:
        """A firm that no other problem has; where a very small county has none left, one from the reserve."""
        return self.alone.pop() if self.alone else self.reserve(1)[0]

    def _pool(self, at: int, trade: str) -> tuple[list[Company], list[float]]:
        """Who may bid for a trade, and how readily: its own firms, and fewer from two neighbouring trades."""
        near = {trade: 1.0, TRADES[(at + 1) % len(TRADES)]: 0.12, TRADES[(at + 4) % len(TRADES)]: 0.08}
        chance = self.county.chance(f"procurement/{trade}")
        firms = [one for one in self.firms if one.trade in near]
        if len(firms) < 12:  # a very small county: everybody bids for everything
            firms = list(self.firms)
        chance.shuffle(firms)
        return firms, list(accumulate(near.get(one.trade, 0.05) / (n + 6) ** 0.5 for n, one in enumerate(firms)))

    def bidders(self, trade: str, count: int) -> list[Company]:
        """Different firms that bid for something of a trade."""
        firms, weights = self._pools[trade]
        chosen: dict[str, Company] = {}
        while len(chosen) < min(count, len(firms)):
            one = firms[bisect(weights, self.chance.random() * weights[-1])]
            chosen[one.credit_code] = one
        return list(chosen.values())

    def process(
        self, *, trade: str = "", firms: Sequence[Company] = (), estimate: int = 0, details: str = "",
        published: date | None = None,
    ) -> Process:  # fmt: skip
        """An ordinary purchase; give what is to be fixed. Prices and estimate are in cents."""
        chance = self.chance
        trade = trade or chance.choice(TRADES)
        estimate = estimate or _estimate(chance, trade)
        details = details or _way(chance, estimate, trade)
        published = published or notice_day(chance)
        due = datetime.combine(_deadline(chance, published, details), time(9, 30))
        wanted = chance.choice((3, 3, 4, 4, 5, 5, 6, 7, 8)) if details != "询价" else 3
        who = list(firms) or self.bidders(trade, wanted)
        title = chance.choice(_PLACES) + chance.choice(_TITLES[trade])
        made = Process(
            chance.choice(self.buyers), trade, title, details, estimate, published, due, [],
            _items(chance, trade, estimate),
        )  # fmt: skip
        made.lots.append(Lot(self.offers(made, who, estimate)))
        return made

    def offers(self, process: Process, firms: Sequence[Company], estimate: int) -> list[Bid]:
        """What each firm works out for itself: its costs, its margin, its mistakes."""
        chance = self.chance
        level, spread = chance.uniform(0.83, 0.92), chance.uniform(0.022, 0.055)
        prices: dict[int, None] = {}
        while len(prices) < len(firms):
            one = firms[len(prices)]
            ratio = level * self.cost[one.credit_code] * math.exp(chance.gauss(0, spread))
            if ratio > 0.985:
                ratio = chance.uniform(0.9, 0.985)
            prices[_written(chance, estimate * ratio)] = None
        bids = [Bid(one, price, hour_before(chance, process.due)) for one, price in zip(firms, prices, strict=True)]
        if process.items and process.trade in _ITEMS:
            for bid in bids:
                price_items(chance, bid, process)
        return bids

    def conclude(self, process: Process) -> Process:
        """Award and contract of each lot, where they do not stand yet."""
        chance = self.chance
        for lot in process.lots:
            if lot.winner is None:
                valid = sorted((one for one in lot.bids if one.status == "valid"), key=lambda one: one.price)
                by_score = process.details in ("公开招标", "竞争性磋商") and chance.random() < 0.22
                lot.winner = valid[min(len(valid) - 1, chance.choice((1, 1, 2)))] if by_score else valid[0]
            if lot.awarded is None:
                lot.awarded = workday(process.due.date() + timedelta(days=chance.randrange(1, 6)))
            if not lot.contracts:
                lot.contracts.append(agreed(chance, lot.winner.firm, lot.winner.price, lot.awarded))
        return process


def desk_phone(firm: Company) -> str:
    """The mobile phone of whoever writes the firm's bids; the registry has another number."""
    return f"1{'3589'[crc32(firm.account.encode()) % 4]}{crc32(firm.credit_code.encode()) % 10**9:09d}"


def agreed(chance: random.Random, firm: Company, amount: int, awarded: date, *, after: int = 0) -> Contract:
    """A contract signed within the month after the award, or `after` days later."""
    signed = workday(awarded + timedelta(days=after or chance.randrange(4, 19)))
    start = signed + timedelta(days=chance.randrange(2, 16))
    return Contract(firm, amount, signed, start, start + timedelta(days=chance.choice((30, 60, 90, 180, 365))))


def price_items(chance: random.Random, bid: Bid, process: Process) -> None:
    """Unit prices that add up to about what the firm had in mind; the sum is what it bids."""
    whole = sum(one.quantity * one.usual for one in process.items)
    share = bid.price / whole
    bid.unit_prices = [
        max(1, round(one.usual * share * math.exp(chance.gauss(0, 0.07)))) for one in process.items
    ]  # fmt: skip
    total(bid, process)


def total(bid: Bid, process: Process) -> None:
    """The price is what its unit prices come to."""
    bid.price = sum(one.quantity * price for one, price in zip(process.items, bid.unit_prices, strict=True))


@cache
def workday(day: date) -> date:
    """That day, or the next on which offices work."""
    while not chinese_calendar.is_workday(day):
        day += timedelta(days=1)
    return day


@cache
def _workdays(year: int, month: int) -> tuple[date, ...]:
    first = date(year, month, 1)
    days = (first + timedelta(days=n) for n in range(31))
    return tuple(one for one in days if one.month == month and chinese_calendar.is_workday(one))


def notice_day(chance: random.Random, year: int = 0) -> date:
    """A working day of the two years, or of one of them."""
    month = chance.choices(range(1, 13), _SEASON)[0]
    return chance.choice(_workdays(year or chance.choice(YEARS), month))


def hour_before(chance: random.Random, due: datetime) -> datetime:
    """When firms hand in: most on the last day and the evening before it, some days earlier."""
    kind = chance.random()
    if kind < 0.45:
        return due - timedelta(seconds=chance.randrange(240, 3 * 3600))
    if kind < 0.85:
        return due - timedelta(seconds=chance.randrange(13 * 3600, 24 * 3600))
    day = workday(due.date() - timedelta(days=chance.randrange(2, 7)))
    earlier = datetime.combine(day, time(8)) + timedelta(seconds=chance.randrange(9 * 3600))
    return min(earlier, due - timedelta(seconds=chance.randrange(600, 7200)))


def _written(chance: random.Random, cents: float) -> int:
    """Most firms write yuan and cents, some round."""
    step = chance.choice((1, 1, 1, 100, 100, 1000, 10000))
    return int(cents) // step * step


def _estimate(chance: random.Random, trade: str) -> int:
    median = 2_300_000 if trade in WORKS else 640_000
    yuan = min(36_000_000, max(110_000, median * math.exp(chance.gauss(0, 0.8))))
    return round(yuan / 100) * 10_000


def _way(chance: random.Random, estimate: int, trade: str) -> str:
    limit = 4_000_000_00 if trade in WORKS else 2_000_000_00
    if trade == "工程咨询":
        limit = 1_000_000_00
    if estimate >= limit * 0.98:
        return "公开招标"
    return chance.choices(
        ("公开招标", "竞争性磋商", "竞争性谈判", "询价"), (55, 28, 7, 10 if trade not in WORKS else 0)
    )[0]


def _deadline(chance: random.Random, published: date, details: str) -> date:
    least = {"公开招标": 21, "竞争性磋商": 11, "竞争性谈判": 5, "询价": 5, "单一来源": 6}[details]
    return workday(published + timedelta(days=least + chance.randrange(0, 6)))


def _items(chance: random.Random, trade: str, estimate: int) -> list[Item]:
    if trade not in _ITEMS:
        return [Item(chance.choice(_TITLES[trade]), _CODES[trade], 1, estimate)]
    kinds = chance.sample(_ITEMS[trade], chance.randrange(6, len(_ITEMS[trade]) + 1))
    share = estimate / len(kinds)
    return [
        Item(name, code, max(1, round(share * chance.uniform(0.5, 1.5) / (usual * 100))), usual * 100)
        for name, code, usual in kinds
    ]
