"""Equipment renewal of thirty firms while it is made up: machines, claims, loans, interest subsidies, asset cards."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from bihuan.demo.companies import Company, companies
from bihuan.demo.county import YEAR, County
from bihuan.demo.days import next_workday
from bihuan.demo.departments._tradein import workday
from bihuan.demo.offices import Office, offices
from bihuan.demo.truth import Form, Marked

FIRMS = 30
RENEWAL, UPGRADE, INTEREST = "大规模设备更新补助", "企业技术改造专项", "设备更新贷款贴息"
BANKS = (("B511", "中国工商银行云禾支行"), ("B512", "中国建设银行云禾支行"), ("B513", "云禾县农村信用合作联社"))
_MACHINES = (
    ("数控车床", "机床", 38.0), ("注塑机", "成型设备", 52.0), ("激光切割机", "机床", 88.0),
    ("空气压缩机", "动力设备", 17.0),
    ("自动包装线", "包装设备", 64.0), ("印刷机", "印刷设备", 120.0), ("冷库机组", "制冷设备", 45.0),
    ("磨粉机", "食品设备", 33.0),
    ("烘干机", "食品设备", 26.0), ("电动叉车", "物流设备", 15.0),
)  # fmt: skip  # name, class, usual price in ten thousand yuan
_MAKERS = ("云州精工机械有限公司", "华北装备制造股份有限公司", "江州智能设备有限公司", "海河动力机械有限公司")


@dataclass(slots=True, eq=False)
class Machine:
    """A machine that a firm bought, with its invoice."""

    firm: Company
    name: str
    kind: str
    model: str
    serial: str
    made: date
    bought: date
    price: int  # cents
    maker: str
    invoice: str


@dataclass(slots=True, eq=False)
class Renewal:
    """A claim for a machine, in one of two programmes."""

    programme: str
    firm: Company
    machine: Machine
    name: str
    serial: str
    invoice: str
    bought: date
    claimed: date
    amount: int  # cents
    old_serial: str
    old_from: date
    status: str = "已拨付"


@dataclass(slots=True, eq=False)
class Note:
    """A loan note of one of three banks."""

    bank: int
    number: str
    contract: str
    firm: Company
    amount: int  # cents
    since: date
    until: date
    purpose: str
    settled: date | None = None
    renews: str = ""


@dataclass(slots=True, eq=False)
class Interest:
    """A quarter's claim of an interest subsidy."""

    firm: Company
    bank: int
    number: str
    principal: int  # cents
    claimed: date
    amount: int
    status: str = "已拨付"


@dataclass(slots=True, eq=False)
class Card:
    """An asset card of a firm."""

    firm: Company
    name: str
    model: str
    serial: str
    cost: int  # cents
    since: date
    gone: date | None = None


@dataclass
class Works:
    """The year of equipment renewal, and the marks of what is planted in it."""

    county: County
    chance: random.Random
    industry: Office
    planning: Office
    firms: tuple[Company, ...]
    machines: list[Machine] = field(default_factory=list)
    renewals: list[Renewal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    interest: list[Interest] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**6)))

    def mark(self, kind: str, form: Form, of: tuple[str, int], *things: object) -> None:
        """Remember what was planted: unit and cents."""
        self.marks.append(Marked(kind, form, of[0], Decimal(of[1]) / 100, things))


def works(county: County) -> Works:
    """The ordinary year."""
    chance, bureaus = county.chance("equipment"), offices(county)
    firms = [one for one in companies(county)[60:] if one.founded < date(2018, 1, 1)]
    firms += [one for one in companies(county)[:60] if one.founded < date(2018, 1, 1)]
    made = Works(county, chance, bureaus[1], bureaus[0], tuple(firms[-FIRMS:]))
    for firm in made.firms:
        _old_cards(made, firm)
        for at in range(max(3, county.many(7))):
            claim(made, machine(made, firm), RENEWAL if at % 3 else UPGRADE)
        for _ in range(max(2, county.many(3))):
            note = lend(made, firm, f"购置{chance.choice(_MACHINES)[0]}")
            for day in quarters(note.since):
                subsidise(made, note, day)
        lend(made, firm, "流动资金周转")
    return made


def machine(made: Works, firm: Company, bought: date | None = None) -> Machine:
    """A new machine, made within the half-year before, with its own card."""
    chance = made.chance
    name, kind, usual = chance.choice(_MACHINES)
    day = next_workday(bought or date(YEAR, 1, 5) + timedelta(days=chance.randrange(300)))
    price = int(usual * chance.lognormvariate(0, 0.5) * 100) * 10_000
    found = Machine(
        firm, name, kind, f"{chance.choice('CKVXZ')}{chance.randrange(20, 99)}-{chance.randrange(100, 999)}",
        f"SN{chance.getrandbits(40):010X}", day - timedelta(days=chance.randrange(15, 170)), day, price,
        chance.choice(_MAKERS), f"2513{chance.randrange(10**9):09d}{9_000_000 + next(made.numbers):07d}",
    )  # fmt: skip
    made.machines.append(found)
    made.cards.append(Card(firm, name, found.model, found.serial, price, day + timedelta(days=chance.randrange(1, 25))))
    return found


def claim(made: Works, of: Machine, programme: str) -> Renewal:
    """A firm's claim for its machine: a tenth of the price, for an old one that was used for seven years or more."""
    chance = made.chance
    old_from = date(YEAR - chance.randrange(8, 15), chance.randrange(1, 13), chance.randrange(1, 28))
    found = Renewal(
        programme, of.firm, of, of.name, of.serial, of.invoice, of.bought,
        of.bought + timedelta(days=chance.randrange(10, 50)), of.price // 10,
        f"JX{chance.getrandbits(36):09X}", old_from,
    )  # fmt: skip
    made.renewals.append(found)
    return found


def lend(made: Works, firm: Company, purpose: str, since: date | None = None) -> Note:
    """A loan of three years."""
    chance, at = made.chance, next(made.numbers)
    bank = chance.randrange(3)
    since = workday(since or date(YEAR - 1, 9, 1) + timedelta(days=chance.randrange(400)))
    amount = int(260 * chance.lognormvariate(0, 0.6)) * 1_000_000
    note = Note(bank, f"{BANKS[bank][0]}{since:%Y}JJ{at:06d}", f"{BANKS[bank][0]}{since:%Y}HT{at:06d}", firm, amount,
                since, since.replace(year=since.year + 3, day=min(28, since.day)), purpose)  # fmt: skip
    made.notes.append(note)
    return note


def subsidise(made: Works, note: Note, day: date, *, number: str = "", principal: int = 0) -> Interest:
    """A quarter's interest subsidy: one point a year on the principal."""
    principal = principal or note.amount
    found = Interest(note.firm, note.bank, number or note.number, principal, day, principal // 400)
    made.interest.append(found)
    return found


def quarters(since: date) -> list[date]:
    """The days on which the quarters of the year are claimed that end after the loan was given."""
    ends = (date(YEAR, 4, 11), date(YEAR, 7, 11), date(YEAR, 10, 13), date(YEAR, 12, 22))
    return [one for one in ends if since < one - timedelta(days=60)]


def _old_cards(made: Works, firm: Company) -> None:
    chance = made.chance
    for _ in range(max(12, made.county.many(60))):
        name, _, usual = chance.choice(_MACHINES)
        since = date(chance.randrange(2012, YEAR), chance.randrange(1, 13), chance.randrange(1, 29))
        made.cards.append(
            Card(firm, name, f"{chance.choice('CKVXZ')}{chance.randrange(20, 99)}-{chance.randrange(100, 999)}",
                 f"SN{chance.getrandbits(40):010X}", int(usual * chance.lognormvariate(-0.4, 0.6) * 100) * 10_000,
                 since)
        )  # fmt: skip


def plant(made: Works) -> None:
    """Everything; a clean county gets the twins only."""
    if not made.county.is_clean:
        _twice(made)
        _old_as_new(made)
        _no_loan(made)
    _other_machines(made)
    _new_after_all(made)
    _loan_after_all(made)


def _twice(made: Works) -> None:
    """A machine is claimed at the bureau of industry and again at that of planning; in disguise with other papers."""
    for at, month in ((0, 3), (7, 6)):
        one = machine(made, made.firms[at], date(YEAR, month, 4))
        first, again = claim(made, one, RENEWAL), claim(made, one, UPGRADE)
        again.amount = one.price * 15 // 100
        made.mark("equipment_financed_twice", "plain", (made.planning.code, again.amount), first, again)
    one = machine(made, made.firms[12], date(YEAR, 4, 9))
    first, again = claim(made, one, RENEWAL), claim(made, one, UPGRADE)
    again.serial = f"{one.serial[:2]}-{one.serial[2:7]}-{one.serial[7:]}".lower()
    again.name, again.invoice, again.bought = f"智能{one.name}", "", one.bought + timedelta(days=16)
    made.mark("equipment_financed_twice", "hiding", (made.planning.code, again.amount), first, again)
    one = machine(made, made.firms[18], date(YEAR, 5, 20))
    first, again = claim(made, one, RENEWAL), claim(made, one, UPGRADE)
    again.serial, again.name = "", f"{one.name}改造项目"
    made.mark("equipment_financed_twice", "hiding", (made.planning.code, again.amount), first, again)


def _old_as_new(made: Works) -> None:
    """A machine that stood in the works for years is bought from oneself; or from a sister firm; or second-hand."""
    for at, year in ((3, 2018), (15, 2016)):
        one = machine(made, made.firms[at], date(YEAR, 5, 12))
        card = _card_of(made, one)
        card.since = date(year, 4, 18)
        found = claim(made, one, RENEWAL)
        made.mark("old_equipment_as_new", "plain", (made.industry.code, found.amount), found, card)
    one = machine(made, made.firms[20], date(YEAR, 8, 6))
    card = Card(made.firms[21], one.name, one.model, f"{one.serial[:6]} {one.serial[6:]}".lower(), one.price // 2,
                date(2017, 3, 2), date(YEAR, 7, 30))  # fmt: skip
    made.cards.append(card)
    found = claim(made, one, RENEWAL)
    made.mark("old_equipment_as_new", "hiding", (made.industry.code, found.amount), found, card)
    one = machine(made, made.firms[25], date(YEAR, 9, 16))
    one.made, one.maker = date(2015, 10, 8), "云州旧设备调剂有限公司"
    found = claim(made, one, RENEWAL)
    made.mark("old_equipment_as_new", "hiding", (made.industry.code, found.amount), found)


def _card_of(made: Works, of: Machine) -> Card:
    return next(one for one in reversed(made.cards) if one.serial == of.serial)


def _no_loan(made: Works) -> None:
    """Interest on loans that no bank gave; that were paid back; that are another's; that were smaller."""
    for at, bank in ((2, 0), (9, 2)):
        firm, number = made.firms[at], f"{BANKS[bank][0]}{YEAR}JJ{880_100 + at:06d}"
        claims = [Interest(firm, bank, number, 300_000_000, day, 750_000) for day in quarters(date(YEAR - 1, 12, 1))]
        made.interest += claims
        made.mark("interest_subsidy_without_loan", "plain", (made.industry.code, 750_000 * len(claims)), *claims)
    note = lend(made, made.firms[14], "购置印刷机", date(YEAR - 1, 10, 8))
    note.settled = date(YEAR, 2, 17)
    subsidise(made, note, date(YEAR, 4, 11))  # for the weeks before it was paid back
    claims = [subsidise(made, note, day) for day in (date(YEAR, 7, 11), date(YEAR, 10, 13))]
    made.mark("interest_subsidy_without_loan", "hiding", (made.industry.code, 2 * note.amount // 400), note, *claims)
    note = lend(made, made.firms[22], "购置注塑机", date(YEAR, 1, 15))
    claims = [Interest(made.firms[26], note.bank, note.number, note.amount, day, note.amount // 400)
              for day in quarters(note.since)]  # fmt: skip
    made.interest += claims
    risk = sum(one.amount for one in claims)
    made.mark("interest_subsidy_without_loan", "hiding", (made.industry.code, risk), note, *claims)
    note = lend(made, made.firms[28], "购置激光切割机", date(YEAR, 1, 20))
    claims = [subsidise(made, note, day, principal=note.amount * 5 // 2) for day in quarters(note.since)]
    risk = sum(one.amount for one in claims) * 3 // 5
    made.mark("interest_subsidy_without_loan", "hiding", (made.industry.code, risk), note, *claims)


def _other_machines(made: Works) -> None:
    """Two of the same make on one invoice, claimed in two programmes; and a refused claim made again elsewhere."""
    first = machine(made, made.firms[5], date(YEAR, 6, 3))
    second = machine(made, made.firms[5], date(YEAR, 6, 3))
    second.name, second.kind, second.model, second.price = first.name, first.kind, first.model, first.price
    second.maker, second.invoice = first.maker, first.invoice
    claims = claim(made, first, RENEWAL), claim(made, second, UPGRADE)
    made.mark("equipment_financed_twice", "twin", (made.planning.code, 0), *claims)
    one = machine(made, made.firms[11], date(YEAR, 3, 18))
    refused, again = claim(made, one, UPGRADE), claim(made, one, RENEWAL)
    refused.status = "审核不通过"
    made.mark("equipment_financed_twice", "twin", (made.industry.code, 0), refused, again)


def _new_after_all(made: Works) -> None:
    """On the card two months before the invoice: it was on trial, as the card's day and the nameplate say."""
    one = machine(made, made.firms[17], date(YEAR, 7, 2))
    card = _card_of(made, one)
    card.since, one.made = one.bought - timedelta(days=62), one.bought - timedelta(days=90)
    found = claim(made, one, RENEWAL)
    made.mark("old_equipment_as_new", "twin", (made.industry.code, 0), found, card)


def _loan_after_all(made: Works) -> None:
    """The bank gave the loan a new number when it was prolonged; and a firm wrote the contract's number."""
    old = lend(made, made.firms[4], "购置冷库机组", date(YEAR - 1, 9, 12))
    number = old.number
    old.number, old.renews = f"{BANKS[old.bank][0]}{YEAR}JJ{990_004:06d}", number
    claims = [subsidise(made, old, day, number=number) for day in quarters(old.since)]
    made.mark("interest_subsidy_without_loan", "twin", (made.industry.code, 0), old, *claims)
    note = lend(made, made.firms[8], "购置烘干机", date(YEAR - 1, 11, 6))
    claims = [subsidise(made, note, day, number=note.contract) for day in quarters(note.since)]
    made.mark("interest_subsidy_without_loan", "twin", (made.industry.code, 0), note, *claims)
