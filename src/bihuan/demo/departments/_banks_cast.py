"""Three small banks of 云禾县, who works there, who owns them, and the rows that their systems hold."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import chinese_calendar
from stdnum.cn import ric

from bihuan.demo.companies import Company
from bihuan.demo.county import TODAY, County
from bihuan.demo.residents import Resident, card, given_name
from bihuan.demo.truth import Form

FIRST, LAST = date(2023, 7, 3), date(2025, 12, 31)  # the first loan that is still on the list, and the day of the list
YEAR_FROM = date(2025, 1, 1)  # repayments and account statements are of the last year
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"


class Bank(NamedTuple):
    """One bank; its capital is in yuan."""

    code: str
    name: str
    short: str
    credit_code: str
    capital: int
    branches: tuple[str, ...]
    share: float  # of the county's loans


BANKS = (
    Bank(
        "701",
        "云禾农村商业银行股份有限公司",
        "农商银行",
        "91139900MA07AB1C2D",
        1_180_000_000,
        ("营业部", "城东支行", "溪口支行", "河湾支行", "石桥支行", "白云支行", "青石支行", "柳林支行"),
        0.62,
    ),
    Bank(
        "702",
        "云禾惠民村镇银行股份有限公司",
        "惠民村镇银行",
        "91139900MA07AB3E4F",
        312_000_000,
        ("营业部", "龙泉支行", "双溪支行", "大坪支行"),
        0.23,
    ),
    Bank(
        "703",
        "云禾富农村镇银行股份有限公司",
        "富农村镇银行",
        "91139900MA07AB5G6H",
        158_000_000,
        ("营业部", "竹园支行", "杨梅支行"),
        0.15,
    ),
)


class Employee(NamedTuple):
    """Somebody on a bank's payroll."""

    bank: str
    number: str
    name: str
    id_no: str
    branch: str
    post: str
    account: str


@dataclass(frozen=True, eq=False)
class Party:
    """Somebody who borrows: a resident, a firm, or somebody whom no register of the living holds."""

    number: str  # the bank's number of the customer
    name: str
    id_no: str
    kind: str  # 个人 | 企业
    address: str
    phone: str
    account: str


@dataclass(eq=False)
class Loan:
    """One loan note; amounts in yuan, dates as dates, rate in per cent."""

    bank: Bank
    id: str
    party: Party
    amount: int
    rate: float
    start: date
    due: date
    plan: str
    security: str
    purpose: str
    branch: str
    officer: str
    balance: int = 0
    settled: date | None = None
    extended: date | None = None
    how: str = "新增"
    extends: str = ""
    grade: str = "正常"
    overdue: int = 0
    group: str = ""
    guarantor: str = ""
    guarantor_id: str = ""
    entrusted: str = ""
    entrusted_account: str = ""
    repay_account: str = ""
    id_no: str = ""  # as typed, where not the party's own
    channel: str = ""  # how this customer pays

    @property
    def purse(self) -> Purse:
        """The account to which it is paid out."""
        return Purse(self.bank.code, self.party.account, self.party.name)


Memo = tuple[str, str]  # what a movement says of itself: words, and the way it went


class Purse(NamedTuple):
    """An account at a bank and whose it is."""

    bank: str
    account: str
    name: str


@dataclass(eq=False)
class Row:
    """One row of a file of a bank; `key` is its order there."""

    bank: str
    key: str
    text: str


@dataclass(eq=False)
class Mark:
    """A problem among rows and loans."""

    kind: str
    form: Form
    unit: str
    amount: int
    things: tuple[Row | Loan, ...]


@dataclass
class Books:
    """All that the banks hold."""

    county: County
    chance: random.Random
    staff: tuple[Employee, ...]
    people: list[Resident]  # who may borrow; ordinary business takes them from the front, problems from the end
    sureties: list[tuple[str, str]] = field(default_factory=list)  # (name, number) of those who stand surety
    loans: list[Loan] = field(default_factory=list)
    repayments: list[Row] = field(default_factory=list)
    movements: list[Row] = field(default_factory=list)
    holders: list[Row] = field(default_factory=list)  # of the banks themselves
    client_holders: list[Row] = field(default_factory=list)  # of the firms that borrow
    deaths: list[Row] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    parties: int = 0
    serial: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing is to be planted."""
        return self.county.is_clean

    def party(self, of: Resident | Company, **other: str) -> Party:
        """A customer's file at a bank, opened for a resident or a firm."""
        self.parties += 1
        number, account = (of.id_no, of.card) if isinstance(of, Resident) else (of.credit_code, of.account)
        facts = {
            "number": f"C{self.parties:07d}",
            "name": of.name,
            "id_no": number,
            "kind": "个人" if isinstance(of, Resident) else "企业",
            "address": of.address,
            "phone": of.phone,
            "account": account,
        }
        return Party(**{**facts, **other})

    def stranger(self, born: date, sex: str = "男") -> Party:
        """Somebody who stands on no list but the banks' own."""
        self.parties += 1
        order = self.chance.randrange(500) * 2 + (sex == "男")
        name = self.chance.choice(_SURNAMES) + given_name(self.chance, sex)
        town, at = self.chance.choice(("溪口", "河湾", "石桥", "白云")), self.parties
        where = f"云禾县{town}镇下坪村{at % 15 + 1}组{at % 89 + 1}号"
        return Party(
            f"C{self.parties:07d}",
            name,
            _from_elsewhere(born, order),
            "个人",
            where,
            f"13{self.chance.randrange(10**9):09d}",
            card(self.chance),
        )

    def lend(self, bank: Bank, party: Party, amount: int, start: date, months: int, **other: object) -> Loan:
        """A new loan note of the usual kind for that customer."""
        self.serial += 1
        branch = bank.branches[self.serial % len(bank.branches)]
        facts: dict[str, object] = {
            "bank": bank,
            "id": f"{bank.code}{start:%Y%m}{self.serial:06d}",
            "party": party,
            "amount": amount,
            "rate": usual_rate(self.chance, party.kind, str(other.get("security", "保证"))),
            "start": start,
            "due": start + timedelta(days=round(months * 30.44)),
            "plan": "按月付息到期还本",
            "security": "保证",
            "purpose": "流动资金周转",
            "branch": branch,
            "officer": self.officer(bank, branch).name,
            "balance": amount,
            "repay_account": party.account,
            "channel": "批扣",
        }
        loan = Loan(**{**facts, **other})  # type: ignore[arg-type]
        self.loans.append(loan)
        return loan

    def villager(self) -> Party:
        """A resident who has no ordinary loan."""
        return self.party(self.people.pop())

    def officer(self, bank: Bank, branch: str) -> Employee:
        """The loan officer of a branch."""
        return next(
            one for one in self.staff if one.bank == bank.code and one.branch == branch and one.post == "客户经理"
        )

    def pay(self, loan: Loan, at: tuple[date, int], part: tuple[int, int], how: str = "批扣", counter: str = "") -> Row:
        """A repayment of (principal, interest) in cents at (day, second of the day)."""
        principal, interest = part
        self.serial += 1
        iso, clock = at[0].isoformat(), _clock(at[1])
        row = Row(
            loan.bank.code,
            f"{iso}{clock}{self.serial}",
            f"{loan.bank.code},HK{iso[2:4]}{self.serial:09d},{loan.id},{loan.party.name},{iso},{iso} {clock},"
            f"{'' if how == '现金' else loan.repay_account},{loan.party.name},{yuan(principal)},"
            f"{yuan(interest)},0.00,{yuan(principal + interest)},{how},{counter},{loan.branch}\r\n",
        )
        self.repayments.append(row)
        return row

    def move(self, of: Purse, at: tuple[date, int], cents: int, other: tuple[str, str], memo: Memo) -> Row:
        """A movement on an account: cents above nought come in, below go out to `other` (account, name)."""
        self.serial += 1
        iso, clock = at[0].isoformat(), _clock(at[1])
        row = Row(
            of.bank,
            f"{of.account}{iso}{clock}{self.serial}",
            f"{of.bank},{of.account},{of.name},LS{iso[2:4]}{self.serial:010d},{iso},{iso} {clock},"
            f"{'贷' if cents > 0 else '借'},{yuan(abs(cents))},{other[1]},{other[0]},{memo[0]},{memo[1]}\r\n",
        )
        self.movements.append(row)
        return row

    def grant(self, loan: Loan, second: int = 37000) -> None:
        """The loan arrives on its borrower's account."""
        self.move(loan.purse, (loan.start, second), loan.amount * 100, ("", loan.bank.name), ("贷款发放", "柜面"))

    def mark(self, kind: str, form: Form, bank: Bank, amount: int, *things: Row | Loan) -> None:
        """Remember what was planted."""
        self.marks.append(Mark(kind, form, bank.code, amount, things))


def _from_elsewhere(born: date, order: int) -> str:
    """An identity number of another fictional region, so that it is nobody's on the county's own registers."""
    body = f"139981{born:%Y%m%d}{order % 1000:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def yuan(cents: int) -> str:
    """Cents as yuan with two digits."""
    return f"{cents // 100}.{cents % 100:02d}"


def usual_rate(chance: random.Random, kind: str, security: str) -> float:
    """What the banks charge, in per cent, in steps of five basis points."""
    base = {"信用": 6.9, "保证": 6.2, "抵押": 5.3, "质押": 4.6, "农户联保": 6.4}[security] - (
        0.4 if kind == "企业" else 0
    )
    return round(round((base + max(-1.1, min(1.1, chance.gauss(0, 0.4)))) / 0.05) * 0.05, 2)


@cache
def open_days() -> tuple[date, ...]:
    """The days on which the banks' counters lend, from the first loan to the day of the list."""
    days = (FIRST + timedelta(days=one) for one in range((LAST - FIRST).days + 1))
    return tuple(one for one in days if chinese_calendar.is_workday(one))


@cache
def open_days_of(year: int, month: int) -> tuple[date, ...]:
    """Those of one month."""
    return tuple(one for one in open_days() if (one.year, one.month) == (year, month))


def staff(chance: random.Random) -> tuple[Employee, ...]:
    """Everybody who works in the three banks; they live on no list of the county's other departments."""
    found: list[Employee] = []
    for bank in BANKS:
        posts = [("营业部", "董事长"), ("营业部", "行长"), ("营业部", "副行长"), ("营业部", "信贷部经理")]
        posts += [
            (branch, post) for branch in bank.branches for post in ("支行行长", "客户经理", "客户经理", "柜员", "柜员")
        ]
        found += [_employee(chance, bank, at, place) for at, place in enumerate(posts, start=1)]
    return tuple(found)


def _employee(chance: random.Random, bank: Bank, at: int, place: tuple[str, str]) -> Employee:
    sex = chance.choice("男女")
    born = TODAY - timedelta(days=chance.randrange(25 * 365, 55 * 365))
    name = chance.choice(_SURNAMES) + given_name(chance, sex)
    number = _from_elsewhere(born, chance.randrange(500) * 2 + (sex == "男"))
    return Employee(bank.code, f"{bank.code}{at:03d}", name, number, place[0], place[1], card(chance))


def counter_of(books: Books, bank: Bank, branch: str, at: int) -> str:
    """The number of a teller of that branch."""
    found: Sequence[Employee] = [
        one for one in books.staff if (one.bank, one.branch, one.post) == (bank.code, branch, "柜员")
    ]
    return found[at % len(found)].number
