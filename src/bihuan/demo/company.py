"""A city-owned company's ordinary year, by the accounting standards for enterprises."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bihuan.demo.books import ZERO, Chart, Ledger, money
from bihuan.demo.county import County
from bihuan.demo.days import month_end, some_day, spread, workdays

CHART = Chart(
    {
        "1001": "库存现金", "1002": "银行存款", "1122": "应收账款", "1221": "其他应收款", "1403": "原材料",
        "1601": "固定资产", "1602": "累计折旧", "2001": "短期借款", "2202": "应付账款", "2211": "应付职工薪酬",
        "2221": "应交税费", "2221.01": "应交增值税", "2221.02": "应交所得税", "2241": "其他应付款", "4001": "实收资本",
        "4103": "本年利润", "4104": "利润分配", "6001": "主营业务收入", "6051": "其他业务收入", "6401": "主营业务成本",
        "6602": "管理费用", "6602.01": "办公费", "6602.02": "差旅费", "6602.03": "业务招待费", "6602.04": "水电费",
        "6602.05": "职工薪酬", "6602.06": "折旧费", "6602.07": "修理费", "6602.08": "咨询费", "6603": "财务费用",
    },
    credit_side=("1602", "2", "4", "6001", "6051"),
)  # fmt: skip
_COSTS = (
    ("6602.01", 900.0, ("购办公用品", "付{firm}办公用品款", "购打印耗材")),
    ("6602.02", 1500.0, ("{person}报销差旅费", "{person}报销培训差旅费")),
    ("6602.03", 1100.0, ("付业务招待费", "付{firm}客户接待费")),
    ("6602.07", 5200.0, ("付{firm}设备维修费", "付车辆维修费")),
    ("6602.08", 18000.0, ("付{firm}咨询费", "付{firm}审计评估费")),
)


@dataclass(frozen=True)
class Company:
    """A company and the size of its business."""

    code: str
    name: str
    sells: tuple[str, ...]  # what it sells
    median: float  # of a sale
    staff: int
    dealings: int  # sales, purchases and costs a year


def keep(county: County, company: Company) -> Ledger:
    """The company's ordinary year; plant what is to be planted, then `finish` it."""
    chance = county.chance(f"ledger/{company.name}")
    staff = [one.name for one in chance.sample(county.people, company.staff)]
    ledger = Ledger(
        company.name,
        CHART,
        chance,
        clerks=(staff[0], staff[1]),
        approver=staff[2],
        poster=staff[3],
        opening=_opening(),
        is_clean=county.is_clean,
    )
    firms = [one.name.removeprefix("云禾县") for one in county.firms]
    for month, count in enumerate(spread(county.many(company.dealings)), start=1):
        for _ in range(max(1, count // 3)):
            _sale(ledger, company, month, chance.choice(firms))
            _purchase(ledger, month, chance.choice(firms))
            _cost(ledger, month, chance.choice(staff), chance.choice(firms))
        _fixed(ledger, company, month)
    return ledger


def finish(ledger: Ledger) -> None:
    """Every month's income and costs go to the profit of the year; then the numbers."""
    for month in range(1, 13):
        ledger.carry(month_end(month), f"结转{month}月损益", ledger.held(period=month, first="6"), "4103")
    ledger.close()


def _opening() -> dict[str, Decimal]:
    held = {"1001": "5000.00", "1002": "26380150.42", "1122": "1268000.00", "1221": "0.00", "1403": "845200.00",
            "1601": "52600000.00", "1602": "-14820000.00", "2001": "-8000000.00", "2202": "-936500.00",
            "2241": "-218000.00", "4001": "-50000000.00"}  # fmt: skip
    opening = {code: Decimal(amount) for code, amount in held.items()}
    return {**opening, "4104": -sum(opening.values(), ZERO)}


def _sale(ledger: Ledger, company: Company, month: int, firm: str) -> None:
    net = money(ledger.chance, company.median)
    tax = (net * Decimal("0.06")).quantize(ZERO)
    goods, day = ledger.chance.choice(company.sells), some_day(ledger.chance, month)
    account = ledger.chance.choice(("1122", "1002"))
    ledger.post(
        day,
        f"确认{firm}{goods}收入",
        (account, net + tax, ZERO),
        ("6001", ZERO, net),
        ("2221.01", ZERO, tax),
        party=firm,
    )
    if account == "1122":
        later = month_end(min(12, month + ledger.chance.choice((0, 1, 1, 2))))
        ledger.post(later, f"收{firm}{goods}款", ("1002", net + tax, ZERO), ("1122", ZERO, net + tax), party=firm)


def _purchase(ledger: Ledger, month: int, firm: str) -> None:
    net = money(ledger.chance, 9200)
    tax = (net * Decimal("0.13")).quantize(ZERO)
    days = workdays(month)
    at = ledger.chance.randrange(len(days) - 3)
    ledger.post(
        days[at], f"购{firm}材料", ("1403", net, ZERO), ("2221.01", tax, ZERO), ("2202", ZERO, net + tax), party=firm
    )
    ledger.post(days[at + 3], f"付{firm}材料款", ("2202", net + tax, ZERO), ("1002", ZERO, net + tax), party=firm)


def _cost(ledger: Ledger, month: int, person: str, firm: str) -> None:
    account, median, words = ledger.chance.choice(_COSTS)
    amount = money(ledger.chance, median)
    summary = ledger.chance.choice(words).format(person=person, firm=firm)
    ledger.post(some_day(ledger.chance, month), summary, (account, amount, ZERO), ("1002", ZERO, amount))


def _fixed(ledger: Ledger, company: Company, month: int) -> None:
    """What comes every month: wages, power, depreciation, interest, materials used."""
    days, wages = workdays(month), Decimal(company.staff) * Decimal("7215.00")
    ledger.post(days[5], f"计提{month}月职工薪酬", ("6602.05", wages, ZERO), ("2211", ZERO, wages))
    ledger.post(days[9], f"发放{month}月职工薪酬", ("2211", wages, ZERO), ("1002", ZERO, wages))
    power = money(ledger.chance, 12800, 0.1)
    ledger.post(days[11], f"付{month}月电费", ("6602.04", power, ZERO), ("1002", ZERO, power))
    worn, interest = Decimal("218500.00"), Decimal("28333.33")
    ledger.post(days[-1], f"计提{month}月折旧", ("6602.06", worn, ZERO), ("1602", ZERO, worn))
    ledger.post(
        days[min(14, len(days) - 1)], f"付{month}月贷款利息", ("6603", interest, ZERO), ("1002", ZERO, interest)
    )
    used = ledger.held(period=month, first="1403").get("1403", ZERO)
    used = (used * Decimal("0.9")).quantize(ZERO)
    ledger.post(days[-1], f"结转{month}月材料成本", ("6401", used, ZERO), ("1403", ZERO, used))
