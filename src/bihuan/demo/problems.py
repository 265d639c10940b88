"""Problems of ledgers as people commit them, each planted beside ordinary business, some with an innocent twin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Concatenate, ParamSpec

from bihuan.demo.books import ZERO, Ledger
from bihuan.demo.county import YEAR
from bihuan.demo.days import month_end, next_workday, workdays
from bihuan.demo.government import spend

P = ParamSpec("P")


def _where_problems_are(plant: Callable[Concatenate[Ledger, P], None]) -> Callable[Concatenate[Ledger, P], None]:
    """Plants nothing in the books of a county without problems."""

    @wraps(plant)
    def planted(ledger: Ledger, /, *words: P.args, **named: P.kwargs) -> None:
        if not ledger.is_clean:
            plant(ledger, *words, **named)

    return planted


@_where_problems_are
def gap(ledger: Ledger, month: int, *, with_void: bool = True) -> None:
    """A voucher in the middle of the month was taken out after numbering; a void one nearby keeps its number."""
    own = sorted((one for one in ledger.vouchers if one.period == month), key=lambda one: one.day)
    middle = len(own) // 2
    own[middle].is_lost = True
    before, after = own[middle - 1], own[middle + 1]
    ledger.mark("voucher_number_gap", own[middle].entries[0].debit, before.entries[0], after.entries[0])
    if with_void:
        own[middle + 5].is_void = True
        ledger.mark("voucher_number_gap", ZERO, own[middle + 5].entries[0], form="twin")


@_where_problems_are
def unbalanced(ledger: Ledger, month: int) -> None:
    """Two digits of one side were swapped when the voucher was typed in again after posting."""
    right, wrong = Decimal("45690.00"), Decimal("45960.00")
    voucher = ledger.post(
        workdays(month)[7], "付会议室音响设备款",
        ("1601", wrong, ZERO), ("1002", ZERO, right), ("710103", right, ZERO), ("800102", ZERO, right),
    )  # fmt: skip
    ledger.mark("voucher_unbalanced", wrong - right, *voucher.entries[:2])


@_where_problems_are
def one_person(ledger: Ledger, month: int, amount: Decimal) -> None:
    """On the day when the approver was away, the clerk approved what the clerk had prepared."""
    voucher = spend(ledger, workdays(month)[4], "付信息系统运维费", ("27", amount))
    voucher.approved_by = voucher.prepared_by
    ledger.mark("voucher_prepared_and_approved_by_one_person", amount, *voucher.entries)


@_where_problems_are
def outside_period(ledger: Ledger, period: int, amount: Decimal) -> None:
    """A bill of the next month was put into the period that had to reach its target."""
    voucher = spend(ledger, workdays(period + 1)[3], "付委托业务费", ("27", amount))
    voucher.period = period
    ledger.mark("voucher_posted_outside_period", amount, *voucher.entries)


@_where_problems_are
def same_number(ledger: Ledger, month: int) -> None:
    """Two vouchers of the month bear one number; plant it when the books are finished."""
    own = [one for one in ledger.vouchers if one.period == month]
    first, second = own[-2], own[-1]
    second.number = first.number
    ledger.mark("voucher_number_duplicate", first.entries[0].debit, *first.entries, *second.entries)


@_where_problems_are
def negative_cash(ledger: Ledger, month: int) -> None:
    """Cash was paid out that was not there; it came from outside the books."""
    amount = Decimal("38600.00")
    voucher = ledger.post(
        workdays(month)[8], "现金支付慰问品款",
        ("50010201", amount, ZERO), ("1001", ZERO, amount), ("71010201", amount, ZERO), ("800102", ZERO, amount),
    )  # fmt: skip
    ledger.post(
        workdays(month)[-2], "提取现金", ("1001", amount, ZERO), ("1011", ZERO, amount), ("800102", amount, ZERO),
        ("800101", ZERO, amount),
    )  # fmt: skip
    ledger.mark("negative_cash_balance", amount, voucher.entries[1])


@_where_problems_are
def twice_in_books(ledger: Ledger, month: int) -> None:
    """One bill was booked twice, once by each clerk; hidden, with other words; the twin is two quarters of one rent."""
    amount, days = Decimal("23760.00"), workdays(month)
    first = spend(ledger, days[3], "付瑞丰印务有限公司宣传册印刷费", ("02", amount), "瑞丰印务有限公司")
    second = spend(ledger, days[9], "付瑞丰印务有限公司宣传册印刷费", ("02", amount), "瑞丰印务有限公司")
    ledger.mark("duplicate_entry", amount, first.entries[0], second.entries[0])
    hidden = Decimal("17385.00")
    first = spend(ledger, days[5], "付会议室窗帘款", ("01", hidden))
    second = spend(ledger, days[12], "付会议室 窗帘 款（补）", ("01", hidden))
    ledger.mark("duplicate_entry", hidden, first.entries[0], second.entries[0], form="hiding")
    rents = [spend(ledger, workdays(at)[2], "付档案库房租金", ("39", Decimal("15000.00"))) for at in (1, 4, 7, 10)]
    ledger.mark("duplicate_entry", Decimal("15000.00"), *(one.entries[0] for one in rents), form="twin")


@_where_problems_are
def december_rush(ledger: Ledger, amounts: tuple[Decimal, ...]) -> None:
    """In the last days of December money goes out so that the budget is used up."""
    words = ("购置办公设备", "预付明年培训费", "付课题研究委托费", "购买办公耗材一批", "付宣传制作费", "付调研委托费")
    found = []
    for at, amount in enumerate(amounts):
        found.append(spend(ledger, workdays(12)[-1 - at % 4], words[at % len(words)], ("27", amount)))
    ledger.mark("period_end_rush", sum(amounts, ZERO), *(entry for one in found for entry in one.entries))


@_where_problems_are
def reversed_next_month(ledger: Ledger, month: int) -> None:
    """Income booked on the last day and taken back in the next month, once in disguise; the twin is a correction."""
    amount = Decimal("860000.00")
    booked = ledger.post(month_end(month), "确认工程服务收入", ("1122", amount, ZERO), ("6001", ZERO, amount))
    back = ledger.post(workdays(month + 1)[2], "冲回确认工程服务收入", ("1122", -amount, ZERO), ("6001", ZERO, -amount))
    ledger.mark("reversal_next_period", amount, *booked.entries, *back.entries)
    amount = Decimal("315400.00")
    booked = ledger.post(month_end(month), "确认场地收入", ("1122", amount, ZERO), ("6051", ZERO, amount))
    back = ledger.post(workdays(month + 1)[4], "调整往来款项", ("6051", amount, ZERO), ("1122", ZERO, amount))
    ledger.mark("reversal_next_period", amount, *booked.entries, *back.entries, form="hiding")
    amount, day = Decimal("46200.00"), workdays(month)[5]
    wrong = ledger.post(day, "确认材料销售收入", ("1122", amount, ZERO), ("6001", ZERO, amount))
    right = ledger.post(
        next_workday(day), "更正串户：确认材料销售收入",
        ("1122", -amount, ZERO), ("6001", ZERO, -amount), ("1122", amount, ZERO), ("6051", ZERO, amount),
    )  # fmt: skip
    ledger.mark("reversal_next_period", amount, *wrong.entries, *right.entries, form="twin")


@_where_problems_are
def cost_as_claim(ledger: Ledger, account: str, cash: str) -> None:
    """A cost that the budget did not hold was put among the claims and stays there."""
    amount = Decimal("286000.00")
    voucher = ledger.post(
        workdays(7)[10], "付机关食堂维修款", (account, amount, ZERO), (cash, ZERO, amount), party="力诚水电安装有限公司"
    )
    ledger.mark("expense_booked_as_receivable", amount, voucher.entries[0])


@_where_problems_are
def parallel_missing(ledger: Ledger, month: int) -> None:
    """Money of the quota was spent, but the budgetary side was left out."""
    amount = Decimal("64800.00")
    voucher = ledger.post(workdays(month)[6], "付绿化养护费", ("50010227", amount, ZERO), ("1011", ZERO, amount))
    ledger.mark("parallel_entry_missing", amount, *voucher.entries)


@_where_problems_are
def old_claim(ledger: Ledger, account: str, amount: Decimal) -> None:
    """A claim carried on from former years that nobody touches; marked on its balances when they are written."""
    ledger.opening[account] = ledger.opening.get(account, ZERO) + amount
    balancing = "3001" if "3001" in ledger.opening else "4104"
    ledger.opening[balancing] -= amount
    ledger.mark("suspense_not_cleared", amount, (account, 12))


@_where_problems_are
def on_rest_day(ledger: Ledger, amount: Decimal) -> None:
    """A voucher made on a Saturday."""
    voucher = spend(ledger, date(YEAR, 10, 25), "付秋季活动场地布置费", ("15", amount))
    ledger.mark("posted_on_rest_day", amount, *voucher.entries)
