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


_PURPOSES = {
    "建材": ("30213", "付维修材料款"), "商贸": ("30201", "付办公用品款"), "印务": ("30202", "付资料印刷费"),
    "办公设备": ("31002", "付办公设备采购款"), "信息技术": ("30227", "付系统运行维护费"),
    "物业服务": ("30209", "付保洁服务费"), "建筑工程": ("31001", "付修缮工程款"), "园林绿化": ("30227", "付绿化养护款"),
    "汽车服务": ("30231", "付公务用车维修费"), "医疗器械": ("31003", "付设备采购款"), "食品": ("30201", "付会议用餐款"),
    "广告传媒": ("30227", "付宣传制作费"), "家具": ("31002", "付办公家具款"), "工程咨询": ("30227", "付造价咨询费"),
    "水电安装": ("30213", "付水电维修款"),
}  # fmt: skip


def to_firm(unit: Unit, day: date, amount: Decimal, firm: Firm, purpose: str = "", **more: str) -> Payment:
    """A payment to a supplier for what it trades in."""
    economic, usual = _PURPOSES[firm.trade]
    made = Payment(unit, day, amount, firm.name, firm.account, firm.bank, purpose or usual, economic=economic)
    return replace(made, **more)  # type: ignore[arg-type]


def to_person(unit: Unit, day: date, amount: Decimal, person: Person, purpose: str, economic: str) -> Payment:
    """A payment to somebody's own card."""
    return Payment(unit, day, amount, person.name, person.card, "青禾县农村信用合作联社", purpose, economic=economic)


def year(county: County) -> Treasury:
    """The ordinary year of all units; plant what is to be planted."""
    treasury = Treasury(county, county.chance("treasury"))
    for unit in UNITS.values():
        _unit(treasury, unit)
    return treasury


def _unit(treasury: Treasury, unit: Unit) -> None:
    chance, county = treasury.chance, treasury.county
    usual = chance.sample(county.firms, 14)
    staff = county.staff(unit.code, 50)
    for month, count in enumerate(spread(county.many(480)), start=1):
        for _ in range(count):
            firm = chance.choice(usual)
            invoice = f"{chance.randrange(10**7, 10**8)}"
            treasury.pay(
                to_firm(
                    unit,
                    some_day(chance, month),
                    money(chance, 4200, 1.0),
                    firm,
                    f"{_words(firm)}（{invoice[-4:]}）",
                    invoice=invoice,
                )  # fmt: skip
            )
        for _ in range(max(1, count // 8)):
            treasury.pay(
                to_person(
                    unit,
                    some_day(chance, month),
                    money(chance, 900),
                    chance.choice(staff),
                    f"{month}月差旅费报销",
                    "30211",
                )  # fmt: skip
            )
        _every_month(treasury, unit, month)
    _contract(treasury, unit, usual)


def _words(firm: Firm) -> str:
    return _PURPOSES[firm.trade][1]


def _every_month(treasury: Treasury, unit: Unit, month: int) -> None:
    chance, days = treasury.chance, workdays(month)
    wages = Decimal(50) * Decimal("6834.50") + month * 1210
    bank = Payment(
        unit, days[9], wages, f"{unit.name}代发工资户", unit.account + "9", "中国农业银行青禾县支行", f"{month}月在职人员工资",
        economic="30101", project="人员经费", pay_type="直接支付",
    )  # fmt: skip
    treasury.pay(bank)
    for payee, purpose, economic, amount in (
        ("国网青禾县供电公司", f"{month}月电费", "30206", money(chance, 6800, 0.2)),
        ("青禾县自来水有限公司", f"{month}月水费", "30205", money(chance, 1400, 0.2)),
        ("青禾县安顺物业服务有限公司", f"{month}月物业费", "30209", Decimal("18600.00")),
    ):
        account = f"1300777{economic}{unit.code}"
        treasury.pay(
            Payment(unit, days[11], amount, payee, account, "中国工商银行青禾支行", purpose, economic=economic)
        )


def _contract(treasury: Treasury, unit: Unit, usual: list[Firm]) -> None:
    """Six contracts a unit, each paid in three instalments after it was signed."""
    chance = treasury.chance
    for number in range(1, 7):
        firm = chance.choice(usual)
        amount = (money(chance, 180000, 0.6) / 3).quantize(Decimal(1)) * 3 + ZERO
        signed = some_day(chance, chance.randrange(1, 9))
        contract = Contract(
            unit, f"HT{YEAR}-{unit.code}-{number:02d}", f"{_words(firm)[1:-1]}项目", firm, amount, signed
        )
        treasury.contracts.append(contract)
        for part, month in enumerate((1, 2, 3), start=1):
            day = some_day(chance, min(12, signed.month + month))
            treasury.pay(instalment(contract, day, amount / 3, part))


def instalment(contract: Contract, day: date, amount: Decimal, part: int) -> Payment:
    """A payment under a contract."""
    return to_firm(
        contract.unit, max(day, next_workday(contract.signed)), amount.quantize(ZERO), contract.firm,
        f"{contract.title}第{part}期款", contract=contract.number, project=contract.title,
        invoice=f"{hash_of(contract.number) + part:08d}",
    )  # fmt: skip


def hash_of(words: str) -> int:
    """A number that stands for words, the same in every run."""
    return sum(ord(one) * 7919**at for at, one in enumerate(words)) % 89999000
