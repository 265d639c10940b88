"""A government unit's ordinary year, in financial and budgetary accounting side by side (政府会计制度)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.demo.books import ZERO, Chart, Ledger, Voucher, money
from bihuan.demo.county import YEAR, County, Unit
from bihuan.demo.days import month_end, next_workday, some_day, spread, workdays

_COSTS = {
    "01": "办公费", "02": "印刷费", "05": "水费", "06": "电费", "07": "邮电费", "09": "物业管理费", "11": "差旅费",
    "13": "维修（护）费", "15": "会议费", "16": "培训费", "17": "公务接待费", "26": "劳务费", "27": "委托业务费",
    "31": "公务用车运行维护费", "39": "其他交通费用",
}  # fmt: skip
_TOP = {
    "1001": "库存现金", "1002": "银行存款", "1011": "零余额账户用款额度", "1201": "财政应返还额度", "1214": "预付账款",
    "1218": "其他应收款", "1601": "固定资产", "1602": "固定资产累计折旧", "2201": "应付职工薪酬", "2302": "应付账款",
    "2307": "其他应付款", "3001": "累计盈余", "3301": "本期盈余", "4001": "财政拨款收入", "4609": "其他收入",
    "5001": "业务活动费用", "6001": "财政拨款预算收入", "7101": "行政支出", "8001": "资金结存",
    "8101": "财政拨款结转",
}  # fmt: skip
_LOWER = {
    "121801": "职工借款", "121802": "单位往来", "121803": "押金", "230701": "代扣代缴", "230702": "保证金",
    "500101": "工资福利费用", "500102": "商品和服务费用", "500103": "固定资产折旧费",
    "710101": "工资福利支出", "710102": "商品和服务支出", "710103": "资本性支出",
    "800101": "零余额账户用款额度", "800102": "货币资金", "800103": "财政应返还额度",
}  # fmt: skip
CHART = Chart(
    {
        **_TOP,
        **_LOWER,
        **{f"500102{code}": name for code, name in _COSTS.items()},
        **{f"710102{code}": name for code, name in _COSTS.items()},
    },
    credit_side=("1602", "2", "3", "4", "6", "8101"),
)

_WORDS = (
    ("01", 850.0, 22, ("付{firm}办公用品款", "购买打印纸及硒鼓", "付{firm}办公耗材款", "购文件柜等办公用品")),
    ("02", 2600.0, 7, ("付{firm}材料印刷费", "付宣传册印刷费", "付会议材料印制费")),
    ("07", 420.0, 4, ("付快递费", "付邮寄费", "付短信平台费")),
    ("11", 1350.0, 30, ("{person}报销赴市里开会差旅费", "{person}等下乡检查差旅费", "{person}报销省外学习差旅费")),
    ("13", 4200.0, 8, ("付{firm}办公楼维修款", "付空调维修费", "付{firm}电梯维保费")),
    ("15", 6800.0, 3, ("付全县工作会议费", "付业务工作会场地费")),
    ("16", 5200.0, 5, ("付业务培训费", "付{firm}培训资料费", "付骨干培训住宿费")),
    ("17", 780.0, 8, ("付公务接待费", "付上级检查组用餐费")),
    ("26", 1900.0, 8, ("付临时用工劳务费", "付专家评审费", "付保洁人员劳务费")),
    ("27", 14500.0, 5, ("付{firm}咨询服务费", "付{firm}第三方评估费", "付{firm}检测费")),
    ("31", 960.0, 12, ("付公务用车加油费", "付{firm}公务用车维修费", "付公务用车保险费", "付过路费")),
    ("39", 260.0, 10, ("报市内交通费", "付租车费")),
)
_MONTHLY = (("05", 1450.0, "付{month}月水费"), ("06", 6900.0, "付{month}月电费"), ("09", 18600.0, "付{month}月物业费"),
            ("07", 2350.0, "付{month}月电话及网络费"))  # fmt: skip


@dataclass(frozen=True)
class Office:
    """How large a unit's business is."""

    unit: Unit
    staff: int
    dealings: int  # ordinary payments a year


def keep(county: County, office: Office) -> Ledger:
    """The unit's ordinary year; plant what is to be planted, then `finish` it."""
    chance = county.chance(f"ledger/{office.unit.code}")
    staff = [one.name for one in county.staff(office.unit.code, office.staff)]
    ledger = Ledger(
        office.unit.code, CHART, chance, clerks=(staff[0], staff[1]), approver=staff[2], poster=staff[3],
        opening=_opening(), is_clean=county.is_clean,
    )  # fmt: skip
    firms = [one.name.removeprefix("云禾县") for one in county.firms]
    for month, count in enumerate(spread(county.many(office.dealings)), start=1):
        _month(ledger, month, count, staff, firms)
    return ledger


def finish(ledger: Ledger) -> None:
    """Quotas for what was spent, the year's closing, and the numbers."""
    for month in range(1, 13):
        _quota(ledger, month)
    for first, result, words in (("4", "3301", "收入"), ("5", "3301", "费用"), ("6", "8101", "预算收入"),
                                 ("7", "8101", "预算支出")):  # fmt: skip
        ledger.carry(month_end(12), f"{YEAR}年末结转本期{words}", ledger.held(first=first), result)
    ledger.close()


def spend(ledger: Ledger, day: date, summary: str, cost: tuple[str, Decimal], party: str = "") -> Voucher:
    """Pay a cost (code and amount) out of the zero-balance quota: the financial and the budgetary pair."""
    code, amount = cost
    return ledger.post(
        day,
        summary,
        (f"500102{code}", amount, ZERO),
        ("1011", ZERO, amount),
        (f"710102{code}", amount, ZERO),
        ("800101", ZERO, amount),
        party=party,
    )


def _opening() -> dict[str, Decimal]:
    held = {"1001": "2000.00", "1002": "386520.75", "121801": "24000.00", "121802": "0.00", "1601": "18650000.00",
            "1602": "-6210400.00", "230701": "-48210.60", "800102": "338310.15", "8101": "-338310.15"}  # fmt: skip
    opening = {code: Decimal(amount) for code, amount in held.items()}
    financial = sum((amount for code, amount in opening.items() if code[0] != "8"), ZERO)
    return {**opening, "3001": -financial}


def _month(ledger: Ledger, month: int, count: int, staff: Sequence[str], firms: Sequence[str]) -> None:
    _wages(ledger, month, len(staff))
    _bills(ledger, month)
    _costs(ledger, month, count, staff, firms)
    _petty_cash(ledger, month, max(2, count // 12))
    _advance(ledger, month, ledger.chance.choice(staff))
    amount = Decimal("56900.00")
    ledger.post(month_end(month), f"计提{month}月固定资产折旧", ("500103", amount, ZERO), ("1602", ZERO, amount))


def _quota(ledger: Ledger, month: int) -> None:
    """The month's quota comes on its first working day, enough for what is spent."""
    needed = -ledger.held(period=month, first="1011").get("1011", ZERO)
    amount = (needed * Decimal("1.002") / 1000).quantize(Decimal(1)) * 1000 + ZERO
    ledger.post(
        workdays(month)[0], f"收到{month}月授权支付用款额度",
        ("1011", amount, ZERO), ("4001", ZERO, amount), ("800101", amount, ZERO), ("6001", ZERO, amount),
    )  # fmt: skip


def _wages(ledger: Ledger, month: int, heads: int) -> None:
    gross = Decimal(heads) * Decimal("6834.50") + Decimal(month * 1210)
    due, paid = workdays(month)[6], workdays(month)[9]
    ledger.post(due, f"计提{month}月在职人员工资", ("500101", gross, ZERO), ("2201", ZERO, gross))
    ledger.post(
        paid, f"发放{month}月在职人员工资",
        ("2201", gross, ZERO), ("1011", ZERO, gross), ("710101", gross, ZERO), ("800101", ZERO, gross),
    )  # fmt: skip


def _bills(ledger: Ledger, month: int) -> None:
    for code, usual, words in _MONTHLY:
        seasonal = 1.5 if code == "06" and month in (1, 7, 8, 12) else 1.0
        amount = Decimal("18600.00") if code == "09" else money(ledger.chance, usual * seasonal, 0.08)
        spend(ledger, workdays(month)[11], words.format(month=month), (code, amount))


def _costs(ledger: Ledger, month: int, count: int, staff: Sequence[str], firms: Sequence[str]) -> None:
    chance = ledger.chance
    for code, median, _, words in chance.choices(_WORDS, weights=[one[2] for one in _WORDS], k=count):
        firm, person = chance.choice(firms), chance.choice(staff)
        summary = chance.choice(words).format(firm=firm, person=person)
        party = firm if firm in summary else ""
        spend(ledger, some_day(chance, month), summary, (code, money(chance, median)), party)


def _petty_cash(ledger: Ledger, month: int, count: int) -> None:
    chance = ledger.chance
    bills = [money(chance, 140, 0.5) for _ in range(count)]
    drawn = (sum(bills, ZERO) / 500).quantize(Decimal(1), rounding="ROUND_UP") * 500 + ZERO
    first = workdays(month)[0]
    ledger.post(
        first, "提取备用金",
        ("1001", drawn, ZERO), ("1011", ZERO, drawn), ("800102", drawn, ZERO), ("800101", ZERO, drawn),
    )  # fmt: skip
    for amount in bills:
        code = chance.choice(("01", "39", "07"))
        ledger.post(
            max(next_workday(first), some_day(chance, month)),
            chance.choice(("零星购买办公用品", "报市内交通费", "付快递费")),
            (f"500102{code}", amount, ZERO), ("1001", ZERO, amount),
            (f"710102{code}", amount, ZERO), ("800102", ZERO, amount),
        )  # fmt: skip


def _advance(ledger: Ledger, month: int, person: str) -> None:
    """A traveller takes an advance from the bank account and settles it in the same month."""
    amount = Decimal(ledger.chance.choice((2000, 3000, 5000))) + ZERO
    lent = workdays(month)[2]
    ledger.post(lent, f"{person}出差借款", ("121801", amount, ZERO), ("1002", ZERO, amount), party=person)
    ledger.post(
        workdays(month)[13], f"{person}出差归来报账，冲借款",
        ("50010211", amount, ZERO), ("121801", ZERO, amount), ("71010211", amount, ZERO), ("800102", ZERO, amount),
        party=person,
    )  # fmt: skip
