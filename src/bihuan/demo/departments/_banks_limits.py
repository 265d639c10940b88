"""Loans that break a limit: of related parties, of guarantees, of age, of grading, of price; each with its twin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bihuan.demo.companies import Company, companies
from bihuan.demo.departments._banks_cast import BANKS, LAST, Bank, Books, Loan, Party, Row
from bihuan.demo.departments._banks_ordinary import pay_until, repay_all
from bihuan.demo.truth import Form

_RCB, _HUIMIN, _FUNONG = BANKS
Who = tuple[str, str]  # name and number


def plant(books: Books) -> None:
    """All of this module; a clean county has the twins alone."""
    steps: list[Callable[[Books], None]] = [
        _owners,
        _owner_within_limits,
        _village_group,
        _chain,
        _died_later,
        _namesake,
        _well_graded,
        _cheap_by_policy,
    ]
    if not books.is_clean:
        steps += [
            _owner_over_limit,
            _owner_behind_others,
            _rings,
            _ring_of_controllers,
            _dead,
            _too_old_or_young,
            _dead_by_old_number,
            _graded_too_well,
            _hidden_overdue,
            _odd_terms,
        ]
    for one in steps:
        one(books)


def _hold(books: Books, bank: Bank, who: Who, share: float, post: str = "") -> Row:
    """A line of the bank's list of shareholders and leaders."""
    name, number = who
    if post:
        cells = f"高管,{name},自然人,{number},{post},,"
    else:
        of = "企业法人" if number[0] == "9" else "自然人"
        cells = f"股东,{name},{of},{number},,{share * bank.capital * 0.4:.2f},{share * 100:.2f}%"
    row = Row(bank.code, f"{len(books.holders):05d}", f"{bank.name},{bank.credit_code},{cells}\r\n")
    books.holders.append(row)
    return row


def _client(books: Books, firm: Party, who: Who, kind: str, share: float = 0.0) -> Row:
    """A line of what a borrowing firm told the bank of its owners and leaders."""
    held = f"{share * 100:.2f}%" if share else ""
    cells = f"{firm.name},{firm.id_no},{kind},{who[0]},自然人,{who[1]},,,{held}"
    row = Row("", f"{len(books.client_holders):05d}", f"{cells}\r\n")
    books.client_holders.append(row)
    return row


def _file(books: Books, company: Company) -> Party:
    """A firm's file with its owners as the registry has them."""
    firm = books.party(company)
    _client(books, firm, (company.legal.name, company.legal.id_no), "法定代表人")
    for holder, share in company.holders:
        _client(books, firm, (holder.name, holder.id_no), "股东", share)
    return firm


def _owners(books: Books) -> None:
    """Shareholders of every bank who borrow little or nothing, and those who lead it."""
    for bank in BANKS:
        for share in (0.098, 0.091, 0.078, 0.064, 0.051):
            party = books.stranger(date(1968, 5, 1))
            _hold(books, bank, (party.name, party.id_no), share)
        for at in range(24):
            party = books.stranger(date(1960 + at, 3, 5))
            _hold(books, bank, (party.name, party.id_no), 0.002 + at % 5 * 0.001)
        for one in books.staff:
            if one.bank == bank.code and one.branch == "营业部" and one.post in ("董事长", "行长", "副行长"):
                _hold(books, bank, (one.name, one.id_no), 0.0, one.post)


def _credit(books: Books, bank: Bank, party: Party, share: float, start: date) -> Loan:
    """A large loan, a share of the bank's net capital, repaid as agreed."""
    amount = int(bank.capital * share) // 10_000 * 10_000
    loan = books.lend(bank, party, amount, start, 24, security="抵押", purpose="设备更新")
    repay_all(books, loan)
    return loan


def _owner_over_limit(books: Books) -> None:
    """An owner takes what he can from his bank: three loans, more than a tenth of its capital."""
    for bank, at, shares in ((_FUNONG, -11, (0.052, 0.046, 0.034)), (_HUIMIN, -12, (0.068, 0.056))):
        firm = _file(books, companies(books.county)[at])
        held = _hold(books, bank, (firm.name, firm.id_no), 0.095)
        loans = [_credit(books, bank, firm, share, date(2025, 2 + n, 12)) for n, share in enumerate(shares)]
        books.mark("related_party_over_limit", "plain", bank, sum(one.amount for one in loans), held, *loans)


def _owner_behind_others(books: Books) -> None:
    """An owner lets three firms borrow that are his, though none of them holds a share of the bank."""
    owner = books.stranger(date(1971, 9, 9))
    things: list[Row | Loan] = [_hold(books, _FUNONG, (owner.name, owner.id_no), 0.083)]
    total = 0
    for n, at in enumerate((-14, -15, -16)):
        firm = books.party(companies(books.county)[at])
        things.append(_client(books, firm, (owner.name, owner.id_no), "股东", 0.8))
        _client(books, firm, (companies(books.county)[at].supervisor.name, ""), "监事")
        loan = _credit(books, _FUNONG, firm, 0.061 + n * 0.003, date(2025, 3 + n, 11))
        total += loan.amount
        things.append(loan)
    books.mark("related_party_over_limit", "hiding", _FUNONG, total, *things)


def _owner_within_limits(books: Books) -> None:
    """An owner's firm once had more, and has repaid it: what is owed is well within the limit."""
    firm = _file(books, companies(books.county)[-18])
    held = _hold(books, _HUIMIN, (firm.name, firm.id_no), 0.072)
    first = books.lend(_HUIMIN, firm, 18_000_000, date(2024, 3, 12), 12, security="抵押", purpose="设备更新")
    repay_all(books, first)
    second = _credit(books, _HUIMIN, firm, 0.05, date(2025, 5, 14))
    books.mark("related_party_over_limit", "twin", _HUIMIN, second.amount, held, first, second)


def _secured(books: Books, at: Bank, party: Party, surety: Who, terms: tuple[int, date]) -> Loan:
    loan = books.lend(at, party, *terms, 12, security="保证")
    loan.guarantor, loan.guarantor_id = surety
    repay_all(books, loan)
    return loan


def _rings(books: Books) -> None:
    """Firms without means stand surety for each other, in a ring of three and in a pair."""
    for bank, at, count in ((_RCB, -20, 3), (_HUIMIN, -24, 2)):
        firms = [_file(books, companies(books.county)[at - n]) for n in range(count)]
        loans = []
        for n, firm in enumerate(firms):
            other = firms[(n + 1) % count]
            loans.append(
                _secured(books, bank, firm, (other.name, other.id_no), (1_500_000 + n * 200_000, date(2025, 2, 10 + n)))
            )
        books.mark("guarantor_ring", "plain", bank, sum(one.amount for one in loans), *loans)


def _ring_of_controllers(books: Books) -> None:
    """Not the firms, but those who own them sign; names are shortened and a number is missing."""
    registered = [companies(books.county)[at] for at in (-30, -31, -32, -33)]
    firms = [_file(books, one) for one in registered]
    loans = []
    for n, firm in enumerate(firms):
        other = registered[(n + 1) % 4]
        surety = (other.legal.name, other.legal.id_no) if n % 2 else (other.name.removesuffix("有限公司"), "")
        loans.append(_secured(books, _RCB, firm, surety, (2_000_000 - n * 150_000, date(2025, 3, 3 + n * 16 % 27))))
    books.mark("guarantor_ring", "hiding", _RCB, sum(one.amount for one in loans), *loans)


def _village_group(books: Books) -> None:
    """Five farmers in a joint-liability group, which is a product of the bank."""
    group = [books.villager() for _ in range(5)]
    loans = []
    for n, one in enumerate(group):
        loan = books.lend(_RCB, one, 50_000, date(2025, 3, 3 + n), 12, security="农户联保", purpose="购买化肥种子")
        other = group[(n + 1) % 5]
        loan.guarantor, loan.guarantor_id, loan.group = other.name, other.id_no, "下坪村第三联保小组"
        repay_all(books, loan)
        loans.append(loan)
    books.mark("guarantor_ring", "twin", _RCB, 250_000, *loans)


def _chain(books: Books) -> None:
    """A stands for B and B for C, and C for nobody."""
    firms = [_file(books, companies(books.county)[at]) for at in (-36, -37, -38)]
    loans = [
        _secured(books, _RCB, firms[0], (firms[1].name, firms[1].id_no), (800_000, date(2025, 4, 8))),
        _secured(books, _RCB, firms[1], (firms[2].name, firms[2].id_no), (900_000, date(2025, 4, 9))),
    ]
    books.mark("guarantor_ring", "twin", _RCB, 1_700_000, *loans)


def _bury(books: Books, party: Party, died: date) -> Row:
    """A line of the list of deaths that the auditors asked the police for."""
    sex = "男" if int(party.id_no[16]) % 2 else "女"
    line = f"{party.name},{party.id_no},{sex},{died},{party.address},云禾县公安局\r\n"
    row = Row("", f"{len(books.deaths):05d}", line)
    books.deaths.append(row)
    return row


def _small(books: Books, bank: Bank, party: Party, amount: int, start: date, **other: object) -> Loan:
    loan = books.lend(bank, party, amount, start, 24, security="信用", purpose="种植大棚", **other)
    repay_all(books, loan)
    return loan


def _dead(books: Books) -> None:
    """An officer uses the papers of people who have died."""
    for bank, born, died in (
        (_RCB, date(1961, 4, 2), date(2024, 5, 9)),
        (_HUIMIN, date(1966, 11, 20), date(2024, 8, 30)),
    ):
        party = books.stranger(born)
        row = _bury(books, party, died)
        loan = _small(books, bank, party, 80_000, date(2025, 3, 18))
        books.mark("borrower_dead_or_implausible_age", "plain", bank, loan.amount, loan, row)


def _dead_by_old_number(books: Books) -> None:
    """One with the old number of fifteen digits, one with a number mistyped in one place."""
    for at, born in enumerate((date(1963, 7, 7), date(1964, 2, 19))):
        party = books.stranger(born)
        row = _bury(books, party, date(2024, 6, 15 + at))
        number = party.id_no[:6] + party.id_no[8:17] if at == 0 else party.id_no[:12] + "31" + party.id_no[14:]
        loan = _small(books, _FUNONG, party, 60_000, date(2025, 4, 10 + at), id_no=number)
        books.mark("borrower_dead_or_implausible_age", "hiding", _FUNONG, loan.amount, loan, row)


def _too_old_or_young(books: Books) -> None:
    """A grandfather of 84 and a boy of 15 borrow for a greenhouse."""
    for born in (date(1941, 2, 11), date(2009, 12, 1)):
        loan = _small(books, _RCB, books.stranger(born), 90_000, date(2025, 5, 13))
        books.mark("borrower_dead_or_implausible_age", "plain", _RCB, loan.amount, loan)


def _died_later(books: Books) -> None:
    """He borrowed in life and died half a year later."""
    party = books.stranger(date(1968, 1, 30))
    row = _bury(books, party, date(2025, 10, 3))
    loan = _small(books, _RCB, party, 70_000, date(2025, 3, 19))
    books.mark("borrower_dead_or_implausible_age", "twin", _RCB, loan.amount, loan, row)


def _namesake(books: Books) -> None:
    """Somebody of the same name in another village has died."""
    party = books.stranger(date(1975, 6, 6))
    other = books.stranger(date(1948, 6, 1))
    dead = Party(other.number, party.name, other.id_no, "个人", other.address, other.phone, other.account)
    row = _bury(books, dead, date(2024, 4, 4))
    loan = _small(books, _HUIMIN, party, 50_000, date(2025, 4, 16))
    books.mark("borrower_dead_or_implausible_age", "twin", _HUIMIN, loan.amount, loan, row)


def _late(books: Books, bank: Bank, due: date, amount: int) -> Loan:
    """A loan that was due and of which nothing came back."""
    loan = books.lend(
        bank, books.villager(), amount, date(due.year - 1, due.month, due.day), 12, due=due, security="保证"
    )
    loan.guarantor, loan.guarantor_id = books.chance.choice(books.sureties)
    pay_until(books, loan, date.fromordinal(due.toordinal() - 1))
    loan.balance, loan.overdue = amount, (LAST - due).days
    return loan


def _graded_too_well(books: Books) -> None:
    """Bad loans stay 正常 or 关注 on the list, so that the ratio looks well."""
    for bank, due, grade in (
        (_RCB, date(2025, 5, 30), "正常"),
        (_HUIMIN, date(2025, 8, 20), "关注"),
        (_FUNONG, date(2025, 7, 10), "正常"),
    ):
        loan = _late(books, bank, due, 400_000)
        loan.grade = grade
        books.mark("overdue_but_normal", "plain", bank, loan.amount, loan)


def _hidden_overdue(books: Books) -> None:
    """The count of days is set to nought: once the day of repayment is past, once the interest has stopped."""
    loan = _late(books, _RCB, date(2025, 8, 5), 350_000)
    loan.overdue, loan.grade = 0, "正常"
    books.mark("overdue_but_normal", "hiding", _RCB, loan.amount, loan)
    loan = books.lend(_FUNONG, books.villager(), 280_000, date(2024, 11, 5), 24, security="抵押")
    pay_until(books, loan, date(2025, 5, 22))
    loan.balance = 280_000
    books.mark("overdue_but_normal", "hiding", _FUNONG, loan.amount, loan)


def _well_graded(books: Books) -> None:
    """Graded as it must; extended in time; 85 days late and 关注; nothing due before the end."""
    graded = _late(books, _RCB, date(2025, 8, 20), 300_000)
    graded.grade = "次级"
    extended = _late(books, _RCB, date(2025, 7, 15), 260_000)
    extended.extended, extended.overdue, extended.grade = date(2026, 7, 15), 0, "关注"
    for month in range(8, 13):
        books.pay(extended, (date(2025, month, 21), 76000), (0, 130_000))
    soon = _late(books, _HUIMIN, date(2025, 10, 7), 200_000)
    soon.grade = "关注"
    at_end = books.lend(_HUIMIN, books.villager(), 60_000, date(2025, 2, 12), 12, plan="利随本清", security="信用")
    for one in (graded, extended, soon, at_end):
        books.mark("overdue_but_normal", "twin", one.bank, one.amount, one)


def _odd_terms(books: Books) -> None:
    """Friends of the house pay next to nothing, a stranger far too much, one has ten years for his stock."""
    plans: tuple[tuple[Bank, float, int, Form], ...] = (
        (_RCB, 1.2, 12, "plain"),
        (_HUIMIN, 14.8, 12, "plain"),
        (_FUNONG, 6.3, 120, "plain"),
        (_RCB, 3.65, 12, "hiding"),
    )
    for bank, rate, months, form in plans:
        loan = books.lend(
            bank, books.villager(), 240_000, date(2025, 6, 17), months, rate=rate, security="信用", purpose="经商进货"
        )
        repay_all(books, loan)
        books.mark("rate_or_term_outlier", form, bank, loan.amount, loan)


def _cheap_by_policy(books: Books) -> None:
    """A start-up loan whose interest the state pays in part."""
    loan = books.lend(
        _RCB,
        books.villager(),
        150_000,
        date(2025, 6, 18),
        24,
        rate=2.1,
        security="保证",
        purpose="创业担保贷款（贴息）",
    )
    loan.guarantor, loan.guarantor_id = books.sureties[0]
    repay_all(books, loan)
    books.mark("rate_or_term_outlier", "twin", _RCB, loan.amount, loan)
