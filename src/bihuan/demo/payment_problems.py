"""Problems of payments as people commit them: plain, hidden, and innocent twins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from bihuan.demo.books import ZERO
from bihuan.demo.county import UNITS, YEAR, Firm
from bihuan.demo.days import next_workday, workdays
from bihuan.demo.payments import Contract, Due, Payment, Treasury, instalment, number_of, to_firm, to_person


def plant(treasury: Treasury) -> None:
    """All of them, each in another unit or month than ordinary business would hide by chance."""
    _twice(treasury)
    _twice_to_near_names(treasury)
    _split(treasury)
    _below_limit(treasury)
    _contracts(treasury)
    _persons(treasury)
    _own_account(treasury)
    _december(treasury)
    _running_costs(treasury)


def _firm(treasury: Treasury, trade: str, at: int = 0) -> Firm:
    return [one for one in treasury.county.firms if one.trade == trade][at]


def _twice(treasury: Treasury) -> None:
    """One invoice twice; the same with the number written otherwise; returned, and two months of a fixed fee."""
    unit, firm = UNITS["203"], _firm(treasury, "建材")
    amount, day = Decimal("86400.00"), workdays(3)[5]
    first = treasury.pay(to_firm(Due(unit, day, amount), firm, "付水渠维修水泥款", invoice="04411230"))
    second = treasury.pay(to_firm(Due(unit, workdays(5)[8], amount), firm, "付水渠维修水泥款", invoice="04411230"))
    treasury.mark("duplicate_payment", "plain", unit, amount, first, second)
    amount = Decimal("54720.00")
    first = treasury.pay(to_firm(Due(unit, workdays(6)[2], amount), firm, "付防汛物资款", invoice="04411587"))
    second = treasury.pay(
        to_firm(Due(unit, workdays(7)[9], amount), firm, "付防汛砂石等物资款", invoice="NO.0441 1587")
    )
    treasury.mark("duplicate_payment", "hiding", unit, amount, first, second)
    amount = Decimal("31500.00")
    first = treasury.pay(to_firm(Due(unit, workdays(8)[2], amount), firm, "付闸门维修款", invoice="04412001"))
    second = treasury.pay(to_firm(Due(unit, workdays(8)[6], amount), firm, "付闸门维修款", invoice="04412001"))
    back = treasury.pay(
        to_firm(Due(unit, workdays(8)[9], -amount), firm, "退回：付闸门维修款重复支付", invoice="04412001")
    )
    treasury.mark("duplicate_payment", "twin", unit, amount, first, second, back)
    fees = [one for one in treasury.payments if one.unit == unit and one.purpose.endswith("物业费")]
    treasury.mark("duplicate_payment", "twin", unit, Decimal("18600.00"), *fees)


def _twice_to_near_names(treasury: Treasury) -> None:
    """The same bill to one account under two writings of the name."""
    unit, firm = UNITS["206"], _firm(treasury, "广告传媒")
    amount = Decimal("28650.00")
    first = treasury.pay(to_firm(Due(unit, workdays(4)[3], amount), firm, "付乡村振兴宣传栏制作费"))
    name = firm.name.replace("云禾县", "").replace("有限公司", "公司")
    again = to_firm(Due(unit, workdays(4)[14], amount), firm, "宣传栏制作")
    second = treasury.pay(replace(again, payee=name))
    treasury.mark("duplicate_payment_fuzzy_payee", "hiding", unit, amount, first, second)


def _split(treasury: Treasury) -> None:
    """One purchase in pieces below 50,000: to one firm, and over three payees; the twin is paid under a contract."""
    unit, firm = UNITS["208"], _firm(treasury, "家具")
    day = workdays(5)[6]
    pieces = [
        treasury.pay(to_firm(Due(unit, one, Decimal(amount) + ZERO), firm, "付文化馆桌椅款", invoice=invoice))
        for one, amount, invoice in (
            (day, 49800, "55120011"),
            (next_workday(day), 48500, "55120012"),
            (day, 49300, "55120013"),
        )
    ]
    treasury.mark("split_below_approval_limit", "plain", unit, Decimal("147600.00"), *pieces)
    others = [_firm(treasury, trade) for trade in ("办公设备", "商贸", "信息技术")]
    day = workdays(9)[4]
    pieces = [
        treasury.pay(
            to_firm(Due(unit, day + timedelta(days=at % 2), Decimal(amount) + ZERO), one, "购置图书馆电子阅览设备")
        )
        for at, (one, amount) in enumerate(zip(others, (46800, 47900, 45600), strict=True))
    ]
    treasury.mark("split_below_approval_limit", "hiding", unit, Decimal("140300.00"), *pieces)
    contract = Contract(unit, f"HT{YEAR}-208-90", "展厅布置分批验收", firm, Decimal("144000.00"), workdays(6)[1])
    treasury.contracts.append(contract)
    parts = [treasury.pay(instalment(contract, workdays(7)[2 + part], Decimal("48000.00"), part)) for part in (1, 2, 3)]
    treasury.mark("split_below_approval_limit", "twin", unit, Decimal("144000.00"), *parts)


def _below_limit(treasury: Treasury) -> None:
    """A unit whose bills gather just below 10,000."""
    unit, pieces = UNITS["210"], []
    for at in range(44):
        firm = treasury.chance.choice(treasury.county.firms)
        amount = Decimal(treasury.chance.randrange(932000, 999900)) / 100
        number = f"66{number_of(str(at)) % 10**6:06d}"
        pieces.append(
            treasury.pay(
                to_firm(Due(unit, workdays(1 + at % 12)[at % 17], amount), firm, "付检测耗材款", invoice=number)
            )
        )
    treasury.mark("just_below_limit", "plain", unit, sum((one.amount for one in pieces), ZERO), *pieces)


def _contracts(treasury: Treasury) -> None:
    """Paid before signing, paid too much, paid to somebody else."""
    unit, firm = UNITS["207"], _firm(treasury, "建筑工程")
    early = Contract(unit, f"HT{YEAR}-207-81", "老旧小区外墙修缮", firm, Decimal("680000.00"), workdays(6)[12])
    treasury.contracts.append(early)
    paid = treasury.pay(
        to_firm(Due(unit, workdays(5)[9], Decimal("204000.00")), firm, "老旧小区外墙修缮预付款", contract=early.number)
    )
    treasury.mark("paid_before_contract", "plain", unit, paid.amount, paid, early)
    over = Contract(unit, f"HT{YEAR}-207-82", "公厕改造", firm, Decimal("320000.00"), workdays(3)[4])
    treasury.contracts.append(over)
    parts = [treasury.pay(instalment(over, workdays(at + 4)[3], Decimal("128000.00"), at)) for at in (1, 2, 3)]
    treasury.mark("paid_more_than_contract", "plain", unit, Decimal("64000.00"), over, *parts)
    lent = Contract(unit, f"HT{YEAR}-207-83", "排水管网清淤", firm, Decimal("450000.00"), workdays(2)[8])
    treasury.contracts.append(lent)
    other = _firm(treasury, "水电安装")
    wrong = treasury.pay(
        to_firm(Due(unit, workdays(4)[6], Decimal("225000.00")), other, "排水管网清淤工程款", contract=lent.number)
    )
    treasury.mark("payee_is_not_the_contractor", "plain", unit, wrong.amount, wrong, lent)


def _persons(treasury: Treasury) -> None:
    """Works paid to a private card; the twin is relief paid to a household."""
    unit, chance = UNITS["204"], treasury.chance
    builder, household = chance.sample(treasury.county.people[560:], 2)
    paid = treasury.pay(
        to_person(Due(unit, workdays(10)[8], Decimal("96800.00")), builder, "付乡道护栏安装工程款", "31005")
    )
    treasury.mark("payee_account_is_a_person", "plain", unit, paid.amount, paid)
    relief = treasury.pay(
        to_person(Due(UNITS["205"], workdays(1)[12], Decimal("3000.00")), household, "临时救助金", "30305")
    )
    treasury.mark("payee_account_is_a_person", "twin", UNITS["205"], relief.amount, relief)


def _own_account(treasury: Treasury) -> None:
    """From the zero-balance account to the unit's own, so that the money is out of the treasury's sight."""
    unit = UNITS["206"]
    moved = treasury.pay(
        Payment(
            unit,
            workdays(12)[18],
            Decimal("1200000.00"),
            unit.name,
            unit.account,
            "中国农业银行云禾县支行",
            "转项目资金",
            economic="30299",
            project="高标准农田建设",
            is_project=True,
        )
    )
    treasury.mark("paid_from_zero_balance_to_own_account", "plain", unit, moved.amount, moved)


def _december(treasury: Treasury) -> None:
    """Prepayments in the last days of the year for what comes next year."""
    unit = UNITS["208"]
    for at, (trade, amount) in enumerate((("印务", 168000), ("广告传媒", 236000), ("信息技术", 312000))):
        due = Due(unit, date(YEAR, 12, 29 + at % 3), Decimal(amount) + ZERO)
        paid = treasury.pay(to_firm(due, _firm(treasury, trade, 1), f"预付{YEAR + 1}年服务费"))
        treasury.mark("year_end_prepayment", "plain", unit, paid.amount, paid)


def _running_costs(treasury: Treasury) -> None:
    """A project's money pays for the building's power, since the running costs were used up."""
    unit, paid = UNITS["202"], []
    for month, amount in ((10, "38200.00"), (11, "41650.00"), (12, "46900.00")):
        paid.append(
            treasury.pay(
                Payment(
                    unit,
                    workdays(month)[13],
                    Decimal(amount),
                    "国网云禾县供电公司",
                    f"130077730206{unit.code}",
                    "中国农业银行云禾县支行",
                    f"{month}月办公楼电费（补）",
                    economic="30206",
                    project="村卫生室标准化建设",
                    is_project=True,
                )
            )
        )
    total = sum((one.amount for one in paid), ZERO)
    treasury.mark("basic_spending_squeezes_project", "plain", unit, total, *paid)
