"""Payments of the county's treasury for a year: ordinary ones, and the problems among them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from bihuan.demo.books import ZERO, money
from bihuan.demo.county import UNITS, YEAR, County, Firm, Person, Unit
from bihuan.demo.days import next_workday, some_day, spread, workdays
from bihuan.demo.truth import Form, Marked

ZERO_BALANCE = "13001019900{unit}01"  # 零余额账户


@dataclass(frozen=True, eq=False)
class Payment:
    """One payment order; equal only to itself, so that it can be found in the file it is written to."""

    unit: Unit
    day: date
    amount: Decimal
    payee: str
    account: str
    bank: str
    purpose: str
    function: str = "2010301"  # 行政运行
    economic: str = "30201"
    project: str = "公用经费"
    is_project: bool = False
    indicator: str = ""
    contract: str = ""
    invoice: str = ""
    status: str = "已支付"
    pay_type: str = "授权支付"


@dataclass(frozen=True, eq=False)
class Contract:
    """A contract as the unit's register has it."""

    unit: Unit
    number: str
    title: str
    firm: Firm
    amount: Decimal
    signed: date


@dataclass
class Treasury:
    """The year's payments and contracts while they are made up."""

    county: County
    chance: random.Random
    payments: list[Payment] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)

    def pay(self, payment: Payment) -> Payment:
        """Add one."""
        self.payments.append(payment)
        return payment

    def mark(self, kind: str, form: Form, unit: Unit, amount: Decimal, *things: object) -> None:
        """Remember what was planted."""
        self.marks.append(Marked(kind, form, unit.code, amount, things))


# Trade → economic class, what is bought, and for what it is bought.
_PURPOSES = {
    "建材": ("30213", "维修材料"), "商贸": ("30201", "办公用品"), "印务": ("30202", "资料印刷"), "办公设备": ("31002",
    "办公设备"),
    "信息技术": ("30227", "系统运行维护"), "物业服务": ("30209", "保洁服务"), "建筑工程": ("31001", "修缮工程"),
    "园林绿化": ("30227", "绿化养护"), "汽车服务": ("30231", "公务用车维修"), "医疗器械": ("31003", "设备购置"),
    "食品": ("30201", "会议用餐"), "广告传媒": ("30227", "宣传制作"), "家具": ("31002", "办公家具"),
    "工程咨询": ("30227", "造价咨询"), "水电安装": ("30213", "水电维修"),
}  # fmt: skip
_FOR = (
    "机关", "办公楼", "会议室", "档案室", "食堂", "值班室", "乡镇站所", "城关站", "东街站", "河口站", "培训班",
    "调研组", "工作专班",
    "现场会", "执法大队", "信息中心", "服务窗口", "门卫室", "车库", "宿舍楼", "北片区", "南片区", "普查办", "项目点",
)  # fmt: skip


@dataclass(frozen=True)
class Due:
    """What is to be paid by whom and when."""

    unit: Unit
    day: date
    amount: Decimal


def to_firm(due: Due, firm: Firm, purpose: str, *, invoice: str = "", contract: str = "") -> Payment:
    """A payment to a supplier, in the class of what it trades in."""
    economic, _ = _PURPOSES[firm.trade]
    made = Payment(due.unit, due.day, due.amount, firm.name, firm.account, firm.bank, purpose, economic=economic)
    return replace(made, invoice=invoice, contract=contract)


def to_person(due: Due, person: Person, purpose: str, economic: str) -> Payment:
    """A payment to somebody's own card."""
    bank = "云禾县农村信用合作联社"
    return Payment(due.unit, due.day, due.amount, person.name, person.card, bank, purpose, economic=economic)


def year(county: County) -> Treasury:
    """The ordinary year of all units; plant what is to be planted."""
    treasury = Treasury(county, county.chance("treasury"))
    for unit in UNITS.values():
        _unit(treasury, unit)
    return treasury


def _unit(treasury: Treasury, unit: Unit) -> None:
    chance, county = treasury.chance, treasury.county
    usual = chance.sample(county.firms, 40)
    staff = county.staff(unit.code, 50)
    for month, count in enumerate(spread(county.many(440)), start=1):
        for _ in range(count):
            firm, invoice = chance.choice(usual), f"{chance.randrange(10**7, 10**8)}"
            due = Due(unit, some_day(chance, month), money(chance, 4200, 1.0))
            treasury.pay(to_firm(due, firm, f"付{chance.choice(_FOR)}{_bought(firm)}款", invoice=invoice))
        for _ in range(max(1, count // 8)):
            due = Due(unit, some_day(chance, month), money(chance, 900))
            treasury.pay(to_person(due, chance.choice(staff), f"{month}月差旅费报销", "30211"))
        _every_month(treasury, unit, month)
    _contracts(treasury, unit, [one for one in usual if one.trade in _CONTRACTED])


_CONTRACTED = ("建筑工程", "信息技术", "医疗器械", "园林绿化", "家具", "办公设备", "工程咨询")


def _bought(firm: Firm) -> str:
    return _PURPOSES[firm.trade][1]


def _every_month(treasury: Treasury, unit: Unit, month: int) -> None:
    """Wages through the agent bank, power, water and the fixed fee for the building."""
    chance, days = treasury.chance, workdays(month)
    for payee, purpose, economic, amount in (
        ("中国农业银行云禾县支行", f"{month}月在职人员工资", "30101", Decimal(50) * Decimal("6834.50") + month * 1210),
        ("国网云禾县供电公司", f"{month}月电费", "30206", money(chance, 6800, 0.2)),
        ("云禾县自来水有限公司", f"{month}月水费", "30205", money(chance, 1400, 0.2)),
        ("云禾县安顺物业服务有限公司", f"{month}月物业费", "30209", Decimal("18600.00")),
    ):
        account, day = f"1300777{economic}{unit.code}", days[9 if economic == "30101" else 11]
        treasury.pay(Payment(unit, day, amount, payee, account, "中国农业银行云禾县支行", purpose, economic=economic))


def _contracts(treasury: Treasury, unit: Unit, firms: list[Firm]) -> None:
    """Six contracts a unit, each paid in three instalments after it was signed."""
    chance = treasury.chance
    for number in range(1, 7):
        firm = chance.choice(firms)
        amount = (money(chance, 180000, 0.6) / 3).quantize(Decimal(1)) * 3 + ZERO
        signed = some_day(chance, chance.randrange(1, 9))
        title = f"{chance.choice(_FOR)}{_bought(firm)}"
        contract = Contract(unit, f"HT{YEAR}-{unit.code}-{number:02d}", title, firm, amount, signed)
        treasury.contracts.append(contract)
        for part in (1, 2, 3):
            treasury.pay(instalment(contract, some_day(chance, min(12, signed.month + part)), amount / 3, part))


def instalment(contract: Contract, day: date, amount: Decimal, part: int) -> Payment:
    """A payment under a contract, never before it was signed."""
    due = Due(contract.unit, max(day, next_workday(contract.signed)), amount.quantize(ZERO))
    invoice = f"{number_of(contract.number) + part:08d}"
    words = f"{contract.title}第{part}期款"
    paid = to_firm(due, contract.firm, words, contract=contract.number, invoice=invoice)
    return replace(paid, project=contract.title)


def number_of(words: str) -> int:
    """A number that stands for words, the same in every run."""
    return int(sum(ord(one) * 7919**at for at, one in enumerate(words)) % 89999000)
