"""The ordinary business of the three banks: loans, how they are repaid, and what borrowers do with the money."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date, timedelta

from bihuan.demo.companies import companies
from bihuan.demo.departments._banks_cast import (
    BANKS,
    LAST,
    YEAR_FROM,
    Bank,
    Books,
    Loan,
    Party,
    counter_of,
    open_days,
    usual_rate,
    yuan,
)

LOANS, FEWEST = 20_000, 320
RESERVED = 50  # firms and villagers at the end of their lists, who borrow only where something is planted
DUE_DAY = 21  # interest falls due on the 21st, as banks have it
_PURPOSES = {
    "个人": ("购买化肥种子", "养殖购饲料", "经商进货", "装修住房", "购农机具", "子女教育", "种植大棚"),
    "企业": ("采购原材料", "流动资金周转", "设备更新", "支付货款", "厂房维修"),
}
_SUBSIDISED = ("创业担保贷款（贴息）", "脱贫人口小额信贷（贴息）")
_SUPPLIES = ("饲料", "农资", "建材", "种苗", "机电", "粮油", "包装", "纺织", "五金", "装饰")
_CITIES = ("清江市", "安州市", "临河市", "丰源市")
_BRANDS = "宏瑞金恒天华鑫博锦永东众力万泰安启卓佳汇"


def suppliers(chance: random.Random) -> tuple[tuple[str, str], ...]:
    """Firms outside the county, which sell to the borrowers: (account, name)."""
    names = {
        f"{chance.choice(_CITIES)}{''.join(chance.sample(_BRANDS, 2))}{chance.choice(_SUPPLIES)}有限公司": None
        for _ in range(420)
    }
    return tuple((f"3301{chance.randrange(10**13):013d}", name) for name in names)


def lend(books: Books) -> None:
    """The ordinary loans; each customer has one, and some had an earlier one that was repaid long before."""
    firms = companies(books.county)[:-RESERVED]
    sellers = suppliers(books.chance)
    _find_sureties(books)
    total, at_people = max(FEWEST, books.county.many(LOANS)), 0
    for at in range(total):
        bank = books.chance.choices(BANKS, [one.share for one in BANKS])[0]
        if at % 7 == 0 and at // 7 < len(firms):
            _one(books, bank, books.party(firms[at // 7]), sellers)
        else:
            _one(books, bank, books.party(books.people[at_people % (len(books.people) - 4 * RESERVED)]), sellers)
            at_people += 1


def _find_sureties(books: Books) -> None:
    """Guarantee companies and people of means who borrow nothing: no ring arises by chance."""
    words = ("诚信", "安泰", "汇丰", "中合")
    firms = [(f"{city}{word}融资担保有限公司", "") for city, word in zip(_CITIES, words, strict=True)]
    people = [books.stranger(date(1970, 1, 1) + timedelta(days=37 * at)) for at in range(160)]
    books.sureties = [*firms, *((one.name, one.id_no) for one in people)]


def _one(books: Books, bank: Bank, party: Party, sellers: Sequence[tuple[str, str]]) -> None:
    chance, days = books.chance, open_days()
    start = days[int(len(days) * chance.random() ** 0.95)]
    if chance.random() < 0.05 and start > date(2024, 9, 1):
        _earlier(books, bank, party, start)
    if party.kind == "个人" and chance.random() < 0.04:
        _mortgage(books, bank, party, start)
        return
    loan = _usual(books, bank, party, start)
    if loan.security == "保证":
        loan.guarantor, loan.guarantor_id = chance.choice(books.sureties)
    if start >= YEAR_FROM:
        spend(books, loan, sellers)
    repay(books, loan)


def _earlier(books: Books, bank: Bank, party: Party, later: date) -> None:
    due = later - timedelta(days=books.chance.randrange(70, 200))
    loan = books.lend(
        bank,
        party,
        books.chance.randrange(20, 120) * 1000,
        due - timedelta(days=365),
        12,
        due=due,
        security="信用",
        channel="批扣",
    )
    repay_all(books, loan)


def _mortgage(books: Books, bank: Bank, party: Party, start: date) -> None:
    chance = books.chance
    loan = books.lend(
        bank,
        party,
        chance.randrange(150, 480) * 1000,
        start,
        chance.choice((120, 180, 240)),
        rate=round(4.1 + chance.choice((-0.2, -0.1, 0, 0.1)), 2),
        security="抵押",
        plan="等额本息",
        purpose="个人住房按揭贷款",
        channel="批扣",
    )
    repay_all(books, loan)


def _usual(books: Books, bank: Bank, party: Party, start: date) -> Loan:
    chance, is_firm = books.chance, party.kind == "企业"
    security = chance.choices(("信用", "保证", "抵押", "质押", "农户联保"), (26, 36, 30, 4, 0 if is_firm else 4))[0]
    is_subsidised = not is_firm and chance.random() < 0.06
    median, spread = (900_000, 0.7) if is_firm else (85_000, 0.6)
    amount = max(5_000, round(median * math.exp(chance.gauss(0, spread)) / 1000) * 1000)
    plan = chance.choices(("按月付息到期还本", "等额本息", "按季付息到期还本", "利随本清"), (54, 36, 6, 4))[0]
    months = chance.choices((6, 12, 24, 36), (3, 27, 35, 35) if plan != "利随本清" else (20, 80, 0, 0))[0]
    return books.lend(
        bank,
        party,
        min(amount, 200_000 if is_subsidised else bank.capital // 40),
        start,
        months,
        rate=3.65 if is_subsidised else usual_rate(chance, party.kind, security),
        security=security,
        plan=plan,
        purpose=chance.choice(_SUBSIDISED if is_subsidised else _PURPOSES[party.kind]),
        channel=chance.choices(("批扣", "手机银行", "现金"), (66, 22, 12))[0],
    )


def spend(books: Books, loan: Loan, sellers: Sequence[tuple[str, str]]) -> None:
    """The money arrives and goes to two or more sellers in parts; none gets most of it at once."""
    chance, of, start, cents = books.chance, loan.purse, loan.start, loan.amount * 100
    books.grant(loan, 36000 + chance.randrange(20000))
    left = cents
    for _ in range(chance.choice((2, 2, 3, 4))):
        part = int(cents * chance.uniform(0.12, 0.38)) // 100 * 100
        day = start + timedelta(days=chance.randrange(1, 60))
        if day > LAST or part > left:
            continue
        left -= part
        way = chance.choice(("网银", "手机银行", "柜面"))
        books.move(of, (day, 30000 + chance.randrange(30000)), -part, chance.choice(sellers), ("货款", way))
    for _ in range(chance.choice((4, 5, 6, 7))):
        day = YEAR_FROM + timedelta(days=chance.randrange(364))
        sum_in = int(60_000 * math.exp(chance.gauss(0, 1.1))) * (20 if loan.party.kind == "企业" else 1)
        memo = ("回款" if chance.random() < 0.5 else "收入", "网银")
        books.move(of, (day, 30000 + chance.randrange(30000)), max(500, sum_in), chance.choice(sellers), memo)


def repay(books: Books, loan: Loan) -> None:
    """What was repaid in the last year, what is still owed, and how the bank grades it."""
    if books.chance.random() < 0.035 and loan.start < date(2025, 5, 1) and loan.due > date(2025, 3, 1):
        _stop_paying(books, loan)
        return
    repay_all(books, loan)


def repay_all(books: Books, loan: Loan) -> None:
    """Everything as agreed until the day of the list."""
    pay_until(books, loan, min(loan.due, LAST))
    if loan.due <= LAST:
        loan.balance, loan.settled = 0, loan.due


def _stop_paying(books: Books, loan: Loan) -> None:
    """Somebody who cannot pay any more: the bank counts the days and grades him as it must."""
    latest = min(loan.due, LAST - timedelta(days=20))
    stopped = latest - timedelta(days=books.chance.randrange(10, 240))
    stopped = max(stopped, loan.start + timedelta(days=31))
    paid_until = pay_until(books, loan, stopped)
    first = due_after(paid_until, loan)
    loan.overdue = max(0, (LAST - first).days)
    loan.grade = "正常" if loan.overdue == 0 else grade_for(loan.overdue)


def grade_for(days: int) -> str:
    """The grade that goes with so many days overdue."""
    return "关注" if days <= 90 else "次级" if days <= 180 else "可疑" if days <= 360 else "损失"


def due_after(day: date, loan: Loan) -> date:
    """The first day after `day` on which something of the loan falls due."""
    if loan.plan == "利随本清":
        return loan.due
    step = 3 if loan.plan.startswith("按季") else 1
    at = date(day.year, day.month, DUE_DAY)
    while at <= day or at.month % step:
        at = date(at.year + at.month // 12, at.month % 12 + 1, DUE_DAY)
    return min(at, loan.due)


def pay_until(books: Books, loan: Loan, last: date, first: date = YEAR_FROM) -> date:
    """All that falls due from `first` to `last`, paid; gives the last day that was paid for."""
    day, paid_until, balance = loan.start, loan.start, loan.amount * 100
    months = max(1, round((loan.due - loan.start).days / 30.44))
    by_month = loan.plan == "等额本息"
    while True:
        before, day = day, due_after(day, loan)
        if day > last:
            break
        interest = int(balance * loan.rate / 36500 * (day - before).days)
        principal = balance if day == loan.due else (loan.amount * 100 // months) // 100 * 100 if by_month else 0
        balance -= principal
        paid_until = day
        if day >= first:
            _paid(books, loan, day, (principal, interest))
        if day == loan.due:
            break
    loan.balance = balance // 100
    return paid_until


def _paid(books: Books, loan: Loan, day: date, part: tuple[int, int]) -> None:
    chance = books.chance
    if loan.channel == "现金":
        day = _nearest_open(day - timedelta(days=chance.randrange(0, 9)), loan.start)
        counter = counter_of(books, loan.bank, loan.branch, chance.randrange(2))
        books.pay(loan, (day, 32400 + chance.randrange(26000)), part, "现金", counter)
    elif loan.channel == "手机银行":
        books.pay(
            loan, (day - timedelta(days=chance.randrange(0, 3)), 28800 + chance.randrange(50000)), part, "手机银行"
        )
    else:
        books.pay(loan, (day, 75600 + chance.randrange(7000)), part)


def _nearest_open(day: date, floor: date) -> date:
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return max(day, floor)


def wages(books: Books) -> list[str]:
    """A year of pay slips of everybody in the banks."""
    lines = []
    for one in books.staff:
        bank = next(bank for bank in BANKS if bank.code == one.bank)
        gross = (
            2_100_000 if "长" in one.post and "支行" not in one.post else 920_000 if one.post == "支行行长" else 640_000
        )
        gross += int(one.number) % 37 * 1_300
        for month in range(1, 13):
            off = gross * 19 // 100
            lines.append(
                f"{one.bank},{bank.name},2025-{month:02d},{one.number},{one.name},{one.id_no},{one.branch},{one.post},"
                f"{one.account},{yuan(gross)},{yuan(off)},{yuan(gross - off)}\r\n"
            )
    return lines
