"""Loans in other people's names, new loans that pay old ones, money that comes back to staff; each with its twin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from bihuan.demo.companies import companies
from bihuan.demo.departments._banks_cast import BANKS, Bank, Books, Loan, Party, Purse, Row, counter_of, open_days_of
from bihuan.demo.departments._banks_ordinary import repay_all

_RCB, _HUIMIN, _FUNONG = BANKS
_TENS = (9, 10, 11, 14, 15)  # hours at which the counter is quiet
_FARMING = ("养殖购饲料", "购买化肥种子", "种植大棚")


def plant(books: Books) -> None:
    """All of this module; a clean county has the twins alone."""
    steps: list[Callable[[Books], None]] = [_family_at_counter, _service_van, _dealer, _renewal, _next_season, _rent]
    if not books.is_clean:
        steps += [
            _borrowed,
            _borrowed_in_hiding,
            _one_user,
            _one_user_in_hiding,
            _rolled,
            _rolled_over_a_bridge,
            _kickbacks,
            _kickback_over_a_friend,
        ]
    for one in steps:
        one(books)


def _monthly(books: Books, loans: list[Loan], months: range, *, how: str = "现金", most_missing: int = 0) -> list[Row]:
    """All these loans repaid one after the other at one counter, month for month."""
    chance, rows = books.chance, []
    bank, branch = loans[0].bank, loans[0].branch
    for month in months:
        days = [one for one in open_days_of(2025, month) if 16 <= one.day <= 22]
        day = chance.choice(days[-2:] if not most_missing else days)
        second = chance.choice(_TENS) * 3600 + chance.randrange(3000)
        here = chance.sample(loans, len(loans) - (chance.randrange(most_missing + 1) if most_missing else 0))
        for loan in here:
            interest = int(loan.balance * loan.rate / 1200 * 100) + (chance.randrange(900) if most_missing else 0)
            rows.append(books.pay(loan, (day, second), (0, interest), how, counter=counter_of(books, bank, branch, 0)))
            second += chance.randrange(40, 150 if most_missing else 80)
        for loan in loans:
            if loan not in here:
                books.pay(loan, (day, 70000), (0, int(loan.balance * loan.rate / 1200 * 100)), "手机银行")
    return rows


def _straws(books: Books, bank: Bank, count: int, amounts: tuple[int, int], first: date) -> list[Loan]:
    """Loans to `count` villagers within a few weeks of `first`, at one branch by one officer."""
    chance, loans = books.chance, []
    for at in range(count):
        amount = chance.randrange(amounts[0] // 10_000, amounts[1] // 10_000 + 1) * 10_000
        loan = books.lend(
            bank,
            books.villager(),
            amount,
            first + timedelta(days=at * 2 + chance.randrange(2)),
            24,
            security="信用",
            purpose=chance.choice(_FARMING),
            branch=bank.branches[-1],
            channel="现金",
        )
        loan.officer = books.officer(bank, loan.branch).name
        loans.append(loan)
    return loans


def _borrowed(books: Books) -> None:
    """A brick-kiln owner borrows in seven workers' names; his cashier brings all their books to one counter."""
    for bank, count in ((_RCB, 7), (_HUIMIN, 6)):
        loans = _straws(books, bank, count, (80_000, 150_000), date(2025, 1, 6))
        rows = _monthly(books, loans, range(3, 13))
        books.mark("borrowed_names", "plain", bank, sum(one.amount for one in loans), *rows)


def _borrowed_in_hiding(books: Books) -> None:
    """Another does it on other days, in another order, never all at once, with a little more or less each time."""
    loans = _straws(books, _FUNONG, 7, (60_000, 120_000), date(2025, 1, 13))
    rows = _monthly(books, loans, range(3, 13), most_missing=2)
    books.mark("borrowed_names", "hiding", _FUNONG, sum(one.amount for one in loans), *rows)


def _family_at_counter(books: Books) -> None:
    """A family of four under one roof goes to the bank together."""
    first = books.villager()
    loans = []
    for at in range(4):
        party = books.party(books.people.pop(), address=first.address)
        loans.append(
            books.lend(
                _RCB,
                party,
                50_000,
                date(2025, 1, 8 + at * 3),
                24,
                security="信用",
                channel="现金",
                branch="溪口支行",
                purpose="种植大棚",
            )
        )
    rows = _monthly(books, loans, range(2, 13))
    books.mark("borrowed_names", "twin", _RCB, 200_000, *rows)


def _service_van(books: Books) -> None:
    """The bank's van comes to a far village once a month, and the village pays there."""
    loans = [
        books.lend(
            _RCB,
            books.villager(),
            30_000 + at * 1000,
            date(2025, 1, 6 + at),
            24,
            security="信用",
            branch="白云支行",
            channel="现金",
            purpose="购买化肥种子",
        )
        for at in range(9)
    ]
    rows = _monthly(books, loans, range(2, 13), how="流动服务车")
    books.mark("borrowed_names", "twin", _RCB, sum(one.amount for one in loans), *rows)


def _passed_on(
    books: Books, loan: Loan, parts: tuple[float, ...], to: tuple[str, str], days: tuple[int, int]
) -> list[Row]:
    """The loan arrives and is passed on in parts to (account, name)."""
    chance = books.chance
    books.grant(loan)
    rows, day = [], loan.start
    for share in parts:
        day += timedelta(days=chance.randrange(days[0], days[1] + 1))
        cents = int(loan.amount * share) * 100
        memo = (chance.choice(("转账", "往来款", "借款", "货款")), "手机银行")
        rows.append(books.move(loan.purse, (day, 33000 + chance.randrange(20000)), -cents, to, memo))
    return rows


def _one_user(books: Books) -> None:
    """A developer short of money takes loans in six names; each is on his account the next day."""
    for bank, is_firm in ((_RCB, False), (_HUIMIN, True)):
        if is_firm:
            firm = companies(books.county)[-3]
            to = (firm.account, firm.name)
        else:
            boss = books.villager()
            to = (boss.account, boss.name)
        loans = _straws(books, bank, 6, (180_000, 300_000), date(2025, 3, 4))
        rows = [row for loan in loans for row in _passed_on(books, loan, (0.99,), to, (0, 2))]
        for loan in loans:
            loan.channel, loan.branch = "批扣", books.chance.choice(bank.branches)
            loan.officer = books.officer(bank, loan.branch).name
            repay_all(books, loan)
            books.move(loan.purse, (date(2025, 6, 20), 36000), 900_000, to, ("往来", "手机银行"))
        books.mark("many_loans_one_user", "plain", bank, sum(one.amount for one in loans), *loans, *rows)


def _one_user_in_hiding(books: Books) -> None:
    """In two pieces, days apart, some to his wife, the name typed in haste."""
    boss, wife = books.villager(), books.villager()
    loans = _straws(books, _RCB, 6, (120_000, 260_000), date(2025, 4, 7))
    things: list[Loan | Row] = list(loans)
    for at, loan in enumerate(loans):
        to = wife if at >= 4 else boss
        name = to.name if at % 2 else to.name[0] + "总"
        things += _passed_on(books, loan, (0.55, 0.4), (to.account, name), (1, 6))
        loan.channel = "批扣"
        repay_all(books, loan)
    books.mark("many_loans_one_user", "hiding", _RCB, sum(one.amount for one in loans), *things)


def _dealer(books: Books) -> None:
    """Eight farmers buy machines; the bank pays the dealer, as the rule of paying the seller asks."""
    seller = ("3301990000000012345", "清江市丰收农机销售有限公司")
    things: list[Loan | Row] = []
    for at in range(8):
        loan = books.lend(
            _RCB,
            books.villager(),
            60_000 + at * 5000,
            date(2025, 3, 10 + at),
            24,
            security="抵押",
            purpose="购农机具",
            entrusted=seller[1],
            entrusted_account=seller[0],
        )
        books.grant(loan, 36000)
        things += [
            loan,
            books.move(loan.purse, (loan.start, 36300), -loan.amount * 100, seller, ("受托支付购农机款", "柜面")),
        ]
        repay_all(books, loan)
    books.mark("many_loans_one_user", "twin", _RCB, 620_000, *things)


def _old(books: Books, bank: Bank, party: Party, amount: int, due: date) -> tuple[Loan, Row]:
    """A loan that was due in the year, its interest paid, and the row that repaid all of it."""
    loan = books.lend(bank, party, amount, due - timedelta(days=365), 12, due=due, security="保证", channel="批扣")
    loan.guarantor, loan.guarantor_id = books.chance.choice(books.sureties)
    loan.balance, loan.settled = 0, due
    month_cents = int(amount * loan.rate / 1200 * 100)
    for month in range(1, due.month):
        books.pay(loan, (date(2025, month, 21), 76000 + books.chance.randrange(4000)), (0, month_cents))
    return loan, books.pay(loan, (due, 38400), (amount * 100, month_cents), "转账")


def _next(books: Books, old: Loan, amount: int, start: date, **other: object) -> Loan:
    new = books.lend(old.bank, old.party, amount, start, 12, security="保证", branch=old.branch, **other)
    new.officer = books.officer(old.bank, old.branch).name
    new.guarantor, new.guarantor_id = old.guarantor, old.guarantor_id
    books.grant(new, 37200)
    repay_all(books, new)
    return new


def _rolled(books: Books) -> None:
    """It cannot be repaid, so a new loan is granted the same morning and pays it."""
    firm = books.party(companies(books.county)[-7])
    for bank, party, amount in ((_RCB, firm, 2_400_000), (_HUIMIN, books.villager(), 260_000)):
        old, paid = _old(books, bank, party, amount, date(2025, 5, 20))
        new = _next(books, old, amount + amount // 20, date(2025, 5, 20))
        books.move(new.purse, (date(2025, 5, 20), 38400), -amount * 100, ("", bank.name), ("归还贷款", "柜面"))
        books.mark("new_loan_pays_old", "plain", bank, amount, old, paid, new)


def _rolled_over_a_bridge(books: Books) -> None:
    """A lender of bridges pays the old loan for a week; the new one goes to him, and somewhat more."""
    party, bridge = books.villager(), books.stranger(date(1978, 3, 14))
    to = (bridge.account, bridge.name)
    old, paid = _old(books, _FUNONG, party, 480_000, date(2025, 8, 12))
    came = books.move(old.purse, (date(2025, 8, 11), 54000), 48_000_000, to, ("借款", "手机银行"))
    new = _next(books, old, 500_000, date(2025, 8, 18))
    went = books.move(old.purse, (date(2025, 8, 18), 52000), -48_720_000, to, ("还款", "手机银行"))
    books.mark("new_loan_pays_old", "hiding", _FUNONG, 480_000, old, paid, new, came, went)


def _renewal(books: Books) -> None:
    """A sound small firm is renewed without repaying first, as policy allows, and the bank says so."""
    old, paid = _old(books, _RCB, books.party(companies(books.county)[-9]), 1_200_000, date(2025, 6, 18))
    new = _next(books, old, 1_200_000, date(2025, 6, 18), how="无还本续贷", extends=old.id)
    books.mark("new_loan_pays_old", "twin", _RCB, 1_200_000, old, paid, new)


def _next_season(books: Books) -> None:
    """A farmer repays from the harvest and borrows again for the next spring, two months later."""
    party = books.villager()
    old, paid = _old(books, _HUIMIN, party, 90_000, date(2025, 9, 16))
    buyer = ("3301990000000023456", "清江市粮油收储有限公司")
    books.move(old.purse, (date(2025, 9, 10), 40000), 11_800_000, buyer, ("粮款", "网银"))
    new = _next(books, old, 90_000, date(2025, 11, 20))
    books.mark("new_loan_pays_old", "twin", _HUIMIN, 90_000, old, paid, new)


def _kickbacks(books: Books) -> None:
    """A loan officer asks for his share, and gets it on his wage card."""
    for bank, amount, back in ((_RCB, 800_000, 40_000), (_FUNONG, 300_000, 24_000)):
        loan = books.lend(bank, books.villager(), amount, date(2025, 4, 15), 12, security="信用", purpose="经商进货")
        officer = books.officer(bank, loan.branch)
        books.grant(loan)
        to = (officer.account, officer.name)
        row = books.move(loan.purse, (date(2025, 4, 17), 48000), -back * 100, to, ("转账", "手机银行"))
        repay_all(books, loan)
        books.mark("loan_flows_back_to_employee", "plain", bank, back, loan, row)


def _kickback_over_a_friend(books: Books) -> None:
    """Over a friend's account, in three pieces below twenty thousand."""
    loan = books.lend(_HUIMIN, books.villager(), 600_000, date(2025, 7, 8), 12, security="信用", purpose="经商进货")
    officer, friend = books.officer(_HUIMIN, loan.branch), books.villager()
    over = Purse(_HUIMIN.code, friend.account, friend.name)
    books.grant(loan)
    things: list[Loan | Row] = [
        loan,
        books.move(loan.purse, (date(2025, 7, 9), 50000), -6_000_000, over[1:], ("货款", "手机银行")),
    ]
    for at, cents in enumerate((1_980_000, 1_950_000, 1_900_000)):
        day = date(2025, 7, 11 + at * 3)
        to = (officer.account, officer.name[0] + "经理")
        things.append(books.move(over, (day, 61000), -cents, to, ("", "手机银行")))
    repay_all(books, loan)
    books.mark("loan_flows_back_to_employee", "hiding", _HUIMIN, 58_300, *things)


def _rent(books: Books) -> None:
    """A shopkeeper rents from a teller's family since long before the loan, the same sum every month."""
    landlord = next(one for one in books.staff if one.bank == _RCB.code and one.post == "柜员")
    loan = books.lend(_RCB, books.villager(), 150_000, date(2025, 6, 12), 12, security="信用", purpose="经商进货")
    books.grant(loan)
    to = (landlord.account, landlord.name)
    rows = [
        books.move(loan.purse, (date(2025, month, 15), 43000), -260_000, to, ("房租", "手机银行"))
        for month in range(1, 13)
    ]
    repay_all(books, loan)
    books.mark("loan_flows_back_to_employee", "twin", _RCB, 15_600, loan, *rows[5:])
