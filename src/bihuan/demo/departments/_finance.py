"""What the finance bureau keeps for the 120 units: payments, indicators, contracts and invoices, and who is in them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

import chinese_calendar
from stdnum.cn import uscc

from bihuan.demo import county as cast
from bihuan.demo.companies import Company, companies
from bihuan.demo.county import County
from bihuan.demo.offices import Office, offices
from bihuan.demo.residents import Resident, residents
from bihuan.demo.truth import Form, Marked

YEARS = (2024, 2025)
AGENT_BANK = "中国农业银行云禾县支行"
CREDIT_UNION = "云禾县农村信用合作联社"
_NEW = ("汇佳源商贸", "铭信达办公设备", "顺和泰建材", "启航信息技术", "锦绣广告传媒", "诚德家具")
_CLOSED = ("宏发源建材", "安泰达商贸", "富康家物业服务", "鼎盛昌广告传媒", "瑞景丰园林绿化")


class Payee(NamedTuple):
    """Whom a payment order names, and which account."""

    name: str
    account: str
    bank: str


@dataclass(eq=False, slots=True)
class Indicator:
    """Money that a unit may spend; equal only to itself, so that it can be found in the file it is written to."""

    office: Office
    year: int
    number: str
    doc: str
    day: str
    words: str
    project: str
    is_project: bool
    function: str
    economic: str
    fund: str
    cents: int = 0
    reduced: int = 0
    carried: int = 0
    used: int = 0
    parent: str = ""


@dataclass(eq=False, slots=True)
class Pay:
    """One payment order; `cents` below zero is money that came back."""

    indicator: Indicator
    day: str
    cents: int
    payee: Payee
    words: str
    economic: str
    contract: str = ""
    invoice: str = ""
    kind: str = "授权支付"
    status: str = "已支付"
    time: str = ""
    function: str = ""  # where it differs from the indicator's
    project: str = ""
    is_prepayment: bool = False


@dataclass(eq=False, slots=True)
class Contract:
    """One contract as the unit's register has it."""

    office: Office
    number: str
    title: str
    firm: Company
    cents: int
    signed: str
    changed: int = 0
    terms: str = "验收合格后30日内支付"
    start: str = ""
    end: str = ""
    project: str = ""


@dataclass(eq=False, slots=True)
class Invoice:
    """One invoice as the tax bureau has it."""

    office: Office
    number: str  # 20 digits of a digital one, 8 of one on paper
    day: str
    seller: Company
    cents: int
    item: str
    status: str = "正常"
    reverses: str = ""
    code: str = ""


@dataclass
class Book:
    """All of one hand-over while it is made up."""

    county: County
    payments: list[Pay] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)

    def pay(self, payment: Pay) -> Pay:
        """Add one."""
        self.payments.append(payment)
        return payment

    def mark(self, kind: str, form: Form, cents: int, *things: Pay | Contract | Indicator | Invoice) -> None:
        """Remember what was planted; the first thing says at which unit."""
        first = things[0]
        office = first.indicator.office if isinstance(first, Pay) else first.office
        self.marks.append(Marked(kind, form, office.code, yuan(cents), things))


def yuan(cents: int) -> Decimal:
    """Cents as yuan with two digits."""
    return Decimal(cents) / 100 + Decimal("0.00")


def printed(cents: int) -> str:
    """Cents as exports print yuan."""
    return f"{cents // 100}.{cents % 100:02d}" if cents >= 0 else f"-{-cents // 100}.{-cents % 100:02d}"


@cache
def workdays(year: int, month: int) -> tuple[str, ...]:
    """The days of a month on which offices work, as they are printed."""
    first = date(year, month, 1)
    days = (first + timedelta(days=at) for at in range(31))
    return tuple(f"{one}" for one in days if one.month == month and chinese_calendar.is_workday(one))


def later(day: str, days: int) -> str:
    """The first working day at least so many days after a day."""
    found = date.fromisoformat(day) + timedelta(days=days)
    while not chinese_calendar.is_workday(found):
        found += timedelta(days=1)
    return f"{found}"


def of_firm(firm: Company | cast.Firm) -> Payee:
    """A firm's own account."""
    return Payee(firm.name, firm.account, firm.bank)


def of_person(person: Resident) -> Payee:
    """Somebody's own card."""
    return Payee(person.name, person.card, CREDIT_UNION)


def tax_number(office: Office) -> str:
    """The credit code of a budget unit."""
    body = f"11130999MB{int(office.code):07d}"
    return body + str(uscc.calc_check_digit(body))


@dataclass(frozen=True)
class Special:
    """A firm that has just been founded, or is no longer: what the registry says of it."""

    company: Company
    closed: date | None = None
    status: str = "存续"  # 存续 | 注销 | 吊销
    former_name: str = ""
    why: str = ""


@lru_cache(maxsize=2)
def special_firms(county: County) -> tuple[Special, ...]:
    """Six founded days before they were paid, three closed for years, one merged and one closed afterwards; none of
    them among `companies`, so that no other department deals with them."""
    chance = county.chance("finance/special")
    known = companies(county)
    founded = (date(2025, 3, 3), date(2024, 8, 19), date(2025, 6, 9), date(2025, 1, 6), date(2024, 3, 11),
               date(2024, 5, 6))  # fmt: skip
    new = [
        Special(
            _founded(cast.firm(f"云禾县{name}有限公司", chance), known[60], a_resident(county, 900 + at), founded[at])
        )
        for at, name in enumerate(_NEW)
    ]
    old = [
        _founded(
            cast.firm(f"云禾县{name}有限公司", chance), known[60], a_resident(county, 950 + at), date(2016 + at, 5, 9)
        )
        for at, name in enumerate(_CLOSED)
    ]
    closed = (date(2024, 2, 20), date(2023, 11, 8), date(2024, 6, 14), date(2025, 12, 12), date(2024, 9, 3))
    states = ("注销", "吊销", "注销", "注销", "注销")
    gone = [
        Special(one, day, state, why="吸收合并" if at == 4 else "")
        for at, (one, day, state) in enumerate(zip(old, closed, states, strict=True))
    ]
    return (*new, *gone)


def _founded(firm: cast.Firm, like: Company, owner: Resident, day: date) -> Company:
    return like._replace(
        name=firm.name, credit_code=firm.credit_code, account=firm.account, bank=firm.bank, trade=firm.trade,
        legal=owner, holders=((owner, 1.0),), supervisor=owner, founded=day, capital=500_000, size="微型",
        address=owner.address, phone=owner.phone,
    )  # fmt: skip


@lru_cache(maxsize=2)
def suppliers(county: County) -> tuple[Company, ...]:
    """Firms of long standing with whom the units deal."""
    special = {one.company.credit_code for one in special_firms(county)}
    return tuple(one for one in companies(county) if one.founded < date(2023, 9, 1) and one.credit_code not in special)


@lru_cache(maxsize=2)
def by_trade(county: County) -> dict[str, tuple[Company, ...]]:
    """Those suppliers by trade."""
    found: dict[str, list[Company]] = {}
    for one in suppliers(county):
        found.setdefault(one.trade, []).append(one)
    return {trade: tuple(firms) for trade, firms in found.items()}


def a_resident(county: County, at: int) -> Resident:
    """A grown-up who works in no office."""
    grown = _grown(county)
    return grown[at * 37 % len(grown)]


@lru_cache(maxsize=2)
def _grown(county: County) -> Sequence[Resident]:
    employed = {person.id_no for office in offices(county) for person in office.staff}
    return [one for one in residents(county) if 30 <= one.age() <= 70 and one.id_no not in employed]


def around(chance: random.Random, median: int, spread: float = 0.8) -> int:
    """Cents about a median of yuan, log-normal; a few are typed as round sums."""
    cents = int(median * 100 * chance.lognormvariate(0, spread)) + 1000
    return cents - cents % 100 if chance.random() < 0.12 else cents
