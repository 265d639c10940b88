"""政府采购中心: the register of small, designated and direct purchases of all units, one workbook a year."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from bihuan.demo.companies import Company
from bihuan.demo.county import County
from bihuan.demo.departments._procurement_market import YEARS, Buyer, Market, workday
from bihuan.demo.truth import Form, Marked, Place, Planted, settle
from bihuan.demo.write import Cell, Workbook

FOLDER = "42 政府采购中心 小额采购"
FILES = "小额及定点采购台账{year}.xlsx"
ORDINARY = 15_000  # at scale 1
_SHEETS = ("上半年", "下半年")
_HEADINGS = ("序号", "采购单位编码", "采购单位", "合同编号", "合同名称", "采购方式", "签订日期", "供应商名称",
             "统一社会信用代码", "合同金额")  # fmt: skip
_WAYS = (("直接采购", 46), ("网上超市", 24), ("定点采购", 20), ("框架协议采购", 10))
_WANTED = {
    "建材": (("水泥砂石", "零星维修材料", "管道配件"), 14_000),
    "商贸": (("日用品", "防汛物资", "劳保用品", "消防器材"), 8_000),
    "印务": (("宣传册印制", "表册印制", "档案盒印制"), 7_500),
    "办公设备": (("打印机耗材", "笔记本电脑", "文件柜", "投影仪"), 12_000),
    "信息技术": (("网络维护", "软件年度服务", "监控设备维护"), 26_000),
    "物业服务": (("保洁服务", "绿植租摆", "化粪池清掏"), 15_000),
    "建筑工程": (("屋面防水维修", "门卫室改造", "院墙维修", "卫生间改造"), 52_000),
    "园林绿化": (("苗木采购", "绿化养护"), 18_000),
    "汽车服务": (("公务用车维修", "车辆保险", "轮胎更换"), 6_000),
    "医疗器械": (("医用耗材", "检测试剂", "消毒用品"), 16_000),
    "食品": (("会议用餐食材", "慰问品", "食堂米面油"), 9_000),
    "广告传媒": (("宣传栏制作", "横幅制作", "视频拍摄"), 9_500),
    "家具": (("办公桌椅", "会议桌", "档案柜"), 13_000),
    "工程咨询": (("造价咨询", "测绘服务", "评估服务"), 28_000),
    "水电安装": (("电路改造", "供水管道维修", "空调安装"), 17_000),
}  # fmt: skip
FORMS: tuple[Form, ...] = ("plain", "plain", "hiding", "twin")
_DEAR = ("建筑工程", "信息技术", "办公设备", "水电安装", "园林绿化")
_LIMIT = 500_000  # yuan; from here a purchase is tendered


@dataclass(eq=False)
class Small:
    """One purchase of the register; amount in cents."""

    buyer: Buyer
    words: str
    day: date
    firm: Company
    amount: int
    way: str = "直接采购"


@dataclass
class Register:
    """All purchases, and what is planted among them."""

    market: Market
    chance: random.Random
    rows: list[Small] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)

    def add(self, small: Small) -> Small:
        """One more purchase."""
        self.rows.append(small)
        return small

    def firm(self, trade: str) -> Company:
        """A firm of that trade."""
        return self.market.bidders(trade, 1)[0]

    def mark(self, kind: str, form: Form, rows: Sequence[Small]) -> None:
        """Remember what was planted."""
        amount = Decimal(sum(one.amount for one in rows)).scaleb(-2)
        self.marks.append(Marked(kind, form, rows[0].buyer.code, amount, tuple(rows)))


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Two workbooks."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    chance = county.chance("direct purchases")
    market = Market(county)
    market.chance = chance
    register = Register(market, chance)
    for _ in range(county.many(ORDINARY)):
        _ordinary(register)
    for one in PLANTS:
        for form in FORMS if not county.is_clean else FORMS[-1:]:
            one(register, form)
    places: dict[object, Place] = {}
    for year in YEARS:
        places |= _write(folder / FOLDER, year, [one for one in register.rows if one.day.year == year])
    return settle(register.marks, places)


def _ordinary(register: Register) -> None:
    chance = register.chance
    trade = chance.choice(tuple(_WANTED))
    words, median = _WANTED[trade]
    yuan = float(_LIMIT)
    while yuan >= _LIMIT * 0.9:
        yuan = median * math.exp(chance.gauss(0, 0.95))
    kind = chance.random()
    yuan = round(yuan / 10) * 10 if kind < 0.3 else round(yuan) if kind < 0.6 else round(yuan, 2)
    day = date(chance.choice(YEARS), 1, 4) + timedelta(days=int(358 * chance.random() ** 0.85))
    way = chance.choices([one for one, _ in _WAYS], [weight for _, weight in _WAYS])[0]
    buyer, firm = chance.choice(register.market.buyers), register.firm(trade)
    register.add(Small(buyer, chance.choice(words), workday(day), firm, round(yuan * 100), way))


def _split(register: Register, form: Form) -> None:
    """One piece of work in pieces; a careful one asks three firms and writes other words. A framework is innocent."""
    chance = register.chance
    buyer, day = chance.choice(register.market.buyers), _some_day(chance)
    firm = register.firm("建筑工程")
    made = []
    for at, words in enumerate(chance.choice(_PIECES[form])):
        way = "框架协议采购" if form == "twin" else "直接采购"
        who = register.firm("建筑工程") if form == "hiding" else firm
        amount = round(_LIMIT * 100 * chance.uniform(0.62, 0.965))
        made.append(register.add(Small(buyer, words, workday(day), who, amount, way)))
        day += timedelta(days=chance.randrange(3, 14) if form != "hiding" else chance.randrange(9, 26))
        if form != "hiding" and at == 3:
            break
    register.mark("split_purchase", form, made)


_PIECES: dict[Form, Sequence[Sequence[str]]] = {
    "plain": (("办公楼维修改造（一期）", "办公楼维修改造（二期）", "办公楼维修改造（三期）"),
              ("村部广场硬化工程一标段", "村部广场硬化工程二标段", "村部广场硬化工程三标段", "村部广场硬化工程四标段")),
    "hiding": (("综合楼外墙维修", "综合楼屋面防水维修", "综合楼门窗更换维修", "综合楼楼道粉刷维修"),),
    "twin": (("道路日常养护订单（3月）", "道路日常养护订单（4月）", "道路日常养护订单（5月）"),),
}  # fmt: skip


def _bunch(register: Register, form: Form) -> None:
    """Whatever it is, it costs a little less than the limit; a rate that is fixed for a year is innocent."""
    chance, buyer = register.chance, register.chance.choice(register.market.buyers)
    year, made = chance.choice(YEARS), []
    rate = 46_800_000
    firm = register.firm("物业服务")
    wanted = [(trade, words) for trade in _DEAR for words in _WANTED[trade][0]]
    chance.shuffle(wanted)
    for at in range({"plain": 9, "hiding": 10, "twin": 4}[form]):
        trade, words = wanted[at]
        day = date(year, 1, 8) + timedelta(days=round(345 * (at + chance.random()) / 10.5))
        if form == "twin":
            day = date(year, 1 + 3 * at, 8)
            words = f"物业管理服务费（{at + 1}季度）"
            made.append(register.add(Small(buyer, words, workday(day), firm, rate, "框架协议采购")))
            continue
        low = 0.972 if form == "plain" else 0.925
        cents = round(round(_LIMIT * chance.uniform(low, 0.9993), chance.choice((0, 2))) * 100)
        made.append(register.add(Small(buyer, words, workday(day), register.firm(trade), cents)))
    register.mark("bunching_below_limit", form, made)


PLANTS: tuple[Callable[[Register, Form], None], ...] = (_split, _bunch)


def _some_day(chance: random.Random) -> date:
    return date(chance.choice(YEARS), 2, 20) + timedelta(days=chance.randrange(200))


def _write(folder: Path, year: int, rows: list[Small]) -> dict[object, Place]:
    """One sheet for each half of the year."""
    name = FILES.format(year=year)
    rows.sort(key=lambda one: (one.day, one.buyer.code, one.amount))
    places: dict[object, Place] = {}
    book = Workbook(folder / name)
    title = f"云禾县{year}年小额及定点采购台账"
    for half, sheet in enumerate(_SHEETS):
        held = [one for one in rows if (one.day.month > 6) == bool(half)]
        cells = [_cells(at, one) for at, one in enumerate(held, 1)]
        book.sheet(sheet, title, ("编制单位：云禾县政府采购中心", "单位：元"), _HEADINGS, cells)
        places |= {one: Place(name, sheet, at) for at, one in enumerate(held, 4)}
    book.close()
    return places


def _cells(at: int, one: Small) -> Sequence[Cell]:
    number = f"XE{one.day:%Y%m}-{at:05d}"
    return (at, one.buyer.code, one.buyer.name, number, one.words, one.way, one.day, one.firm.name,
            one.firm.credit_code, Decimal(one.amount).scaleb(-2))  # fmt: skip
