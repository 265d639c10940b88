"""The ordinary year of a unit at the treasury: what was granted, contracted, bought and paid, none of it a problem."""

from __future__ import annotations

import random
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import count

from bihuan.demo.companies import Company
from bihuan.demo.county import County
from bihuan.demo.days import SEASON
from bihuan.demo.departments import _finance as f
from bihuan.demo.departments._finance import Book, Contract, Indicator, Invoice, Pay, Payee
from bihuan.demo.departments._finance_projects import GENERAL, PLACES, PROJECTS, RUNNING, Project, Use
from bihuan.demo.offices import Office, offices
from bihuan.demo.residents import TOWNS

PAYMENTS, CONTRACTS, INDICATORS = 210_000, 6_000, 4_000  # at scale 1, of all units in two years
_TIMES = tuple(
    f"{hour:02d}:{minute:02d}:{minute * 7 % 60:02d}" for hour in (9, 10, 11, 14, 15, 16) for minute in range(60)
)
_WAGES = (("在职人员工资", "30101", 6834), ("机关事业单位养老保险缴费", "30108", 1093), ("住房公积金", "30113", 820))
_TRIPS = ("下乡差旅费", "赴市里开会差旅费", "外出学习差旅费", "检查工作差旅费")
_BASIC = (("人员经费", "2010301", "301"), ("公用经费", "2010301", "302"), ("对个人和家庭的补助", "2080501", "303"))


@dataclass
class UnitYear:
    """One unit in one year while it is made up."""

    book: Book
    office: Office
    year: int
    months: int
    chance: random.Random
    firms: dict[str, tuple[Company, ...]]
    basic: list[Indicator] = field(default_factory=list)
    projects: list[tuple[Project, Indicator]] = field(default_factory=list)

    def a_day(self, month: int) -> str:
        """A working day; later days of the month are somewhat likelier."""
        days = f.workdays(self.year, month)
        return days[int(len(days) * self.chance.random() ** 0.85)]

    def a_month(self, first: int = 1) -> int:
        """A month of the year by its season."""
        return max(first, self.chance.choices(range(1, self.months + 1), SEASON[: self.months])[0])

    def a_firm(self, trade: str) -> Company:
        """One with whom the unit deals."""
        return self.chance.choice(self.firms[trade])

    def pay(self, indicator: Indicator, day: str, cents: int, payee: Payee, use: tuple[str, str]) -> Pay:
        """An order on an indicator; `use` is economic class and words."""
        made = Pay(indicator, day, cents, payee, use[1], use[0], time=_TIMES[int(self.chance.random() * 360)])
        self.book.payments.append(made)
        return made

    def billed(self, pay: Pay, seller: Company, item: str) -> None:
        """An invoice some days before it is paid."""
        chance, days = self.chance, f.workdays(self.year, int(pay.day[5:7]))
        at = bisect_left(days, pay.day) - int(chance.random() * 12)
        day = days[at] if at > 0 else days[0]
        on_paper = seller.size == "微型" and self.year == 2024
        number = f"{int(chance.random() * 90_000_000) + 10_000_000}" if on_paper else digital(day, chance)
        pay.invoice = number
        self.book.invoices.append(
            Invoice(self.office, number, day, seller, pay.cents, item, code="013002300104" if on_paper else "")
        )


def digital(day: str, chance: random.Random) -> str:
    """The number of a digital invoice: year, province, channel and sixteen digits."""
    return f"{day[2:4]}13{'2' if chance.random() < 0.5 else '7'}{int(chance.random() * 10**15):015d}"


def ordinary(county: County) -> tuple[Book, dict[tuple[str, int], UnitYear]]:
    """Two years of all units, by unit and year; `settle` them when everything is paid."""
    book = Book(county)
    return book, {(one.code, year): spend(book, one, year) for year in f.YEARS for one in offices(county)}


def spend(book: Book, office: Office, year: int, months: int = 12) -> UnitYear:
    """A unit's ordinary year, or its beginning."""
    county, units = book.county, len(offices(book.county))
    chance = county.chance(f"finance/{office.code}/{year}")
    firms = {
        trade: tuple(chance.sample(all_, min(len(all_), 5))) for trade, all_ in f.by_trade(county).items()
    }  # fmt: skip
    one = UnitYear(book, office, year, months, chance, firms)
    _granted(one, max(6, county.many(INDICATORS) // (2 * units)))
    share, begun = months / 12, len(book.payments)
    for month in range(1, months + 1):
        _every_month(one, month)
    _contracted(one, round(max(3, county.many(CONTRACTS) // (2 * units)) * share))
    left = round(county.many(PAYMENTS) / (2 * units) * share) - (len(book.payments) - begun)
    _trips(one, max(8, left // 4))
    _running(one, max(12, left * 45 // 100))
    _on_projects(one, max(12, left * 3 // 10))
    return one


def _granted(one: UnitYear, many: int) -> None:
    code, year, days = one.office.code, one.year, f.workdays(one.year, 1)
    numbers, doc = count(1), f"云财预〔{year}〕{int(code) - 400}号"
    for name, function, economic in _BASIC:
        number = f"{year}{code}{next(numbers):03d}"
        made = Indicator(
            one.office, year, number, doc, days[4], f"{year}年{name}", name, False, function, economic, GENERAL
        )
        one.basic.append(made)
    for project in one.chance.sample(PROJECTS, min(len(PROJECTS), many - 3)):
        month = one.chance.choice((1, 1, 1, 2, 3, 3, 4, 5)) if one.months == 12 else 1
        day = one.a_day(month) if month > 1 else days[4]
        doc_no = doc if month == 1 else f"云财{project.function[1:3]}〔{year}〕{int(one.chance.random() * 180) + 3}号"
        words = f"下达{year}年{project.name}"
        number = f"{year}{code}{next(numbers):03d}"
        made = Indicator(
            one.office, year, number, doc_no, day, words, project.name, True, project.function, "", project.fund
        )
        one.projects.append((project, made))
    one.book.indicators += [*one.basic, *(made for _, made in one.projects)]


def _every_month(one: UnitYear, month: int) -> None:
    """Wages and what goes with them, power, water, telephone, the fixed fee for the building, and a pension."""
    wages, running, relief = one.basic
    chance, days, heads = one.chance, f.workdays(one.year, month), len(one.office.staff)
    for words, economic, each in _WAGES:
        payee = Payee(f"云禾县{words.removesuffix('缴费')}代发户", f"1300777{economic}{one.office.code}", f.AGENT_BANK)
        cents = heads * each * 100 + heads * month * 310 + int(economic)
        one.pay(
            wages, days[9 if economic == "30101" else 11], cents, payee, (economic, f"{month}月{words}")
        ).kind = "直接支付"
    for name, words, economic, median in (
        ("国网云禾县供电公司", "电费", "30206", 5200), ("云禾县自来水有限公司", "水费", "30205", 900),
        ("中国电信云禾分公司", "电话及网络费", "30207", 1700),
    ):  # fmt: skip
        payee = Payee(name, f"1300777{economic}0001", f.AGENT_BANK)
        one.pay(
            running, days[12], f.around(chance, median, 0.18), payee, (economic, f"{one.office.name}{month}月{words}")
        )
    keeper = one.firms["物业服务"][0]
    one.pay(running, days[13], len(one.office.staff) * 42_000, f.of_firm(keeper), ("30209", f"{month}月物业服务费"))
    survivor = f.a_resident(one.book.county, int(one.office.code))
    one.pay(relief, days[8], 48_000, f.of_person(survivor), ("30304", f"{month}月遗属生活补助"))


def _contracted(one: UnitYear, many: int) -> None:
    """Contracts of the unit's projects, each paid in three parts after it was signed, and the work begun."""
    granted = [(project, made) for project, made in one.projects if project.works]
    for at in range(many):
        project, indicator = granted[at % len(granted)]
        trade, words = project.works or ("", "")
        first = int(indicator.day[5:7])
        month = min(one.months - 1, first + int(one.chance.random() * 4) + (first < 9))
        title = f"{one.chance.choice(TOWNS)}{one.chance.choice(('片区', '一期', '二期', '东片', '西片', ''))}{words}"
        cents = f.around(one.chance, 160_000, 0.7) // 300 * 300
        number, firm = f"HT{one.year}-{one.office.code}-{at + 1:03d}", one.a_firm(trade)
        made = Contract(one.office, number, title, firm, cents, one.a_day(month), project=project.name)
        one.book.contracts.append(made)
        instalments(one, made, indicator)


def instalments(one: UnitYear, contract: Contract, indicator: Indicator) -> None:
    """Thirty, forty and thirty per cent, as far as the year lasts; the last part of a few is kept back."""
    day = max(contract.signed, indicator.day)
    for part, share in enumerate((30, 40, 30), start=1):
        day = f.later(day, 9 + int(one.chance.random() * 50))
        if day > f"{one.year}-{one.months:02d}-28":
            return
        cents = contract.cents * share // 100
        use = f"{contract.title}第{part}期款"
        paid = one.pay(indicator, day, cents, f.of_firm(contract.firm), ("31005" if cents > 10**6 else "31099", use))
        paid.contract, paid.kind = contract.number, "直接支付"
        one.billed(paid, contract.firm, use)


def _trips(one: UnitYear, many: int) -> None:
    """What staff laid out, back to their cards; a day's allowance is the same for all."""
    running, staff = one.basic[1], one.office.staff
    for _ in range(many):
        month, person = one.a_month(), one.chance.choice(staff)
        cents = (int(one.chance.lognormvariate(0, 0.7) * 38) + 5) * 2000 + int(one.chance.random() * 60) * 50
        words = f"{person.name}报{month}月{one.chance.choice(_TRIPS)}"
        one.pay(running, one.a_day(month), cents, f.of_person(person), ("30211", words)).kind = "公务卡还款"


def _running(one: UnitYear, many: int) -> None:
    """Small purchases from firms."""
    running = one.basic[1]
    for at, use in enumerate(one.chance.choices(RUNNING, k=many)):
        firm, month = one.a_firm(use.trade), one.a_month()
        words = f"付{one.chance.choice(PLACES)}{use.words}"
        paid = one.pay(
            running, one.a_day(month), f.around(one.chance, use.median), f.of_firm(firm), (use.economic, words)
        )
        if at % 3:
            one.billed(paid, firm, use.words.removesuffix("款"))


def _on_projects(one: UnitYear, many: int) -> None:
    """Purchases, labour and grants to villages out of what was granted for them."""
    for at in range(many):
        project, indicator = one.projects[at % len(one.projects)]
        use: Use = one.chance.choice(project.uses)
        day = one.a_day(one.a_month(min(one.months, int(indicator.day[5:7]) + 1)))
        words, cents = f"付{one.chance.choice(TOWNS)}{use.words}", f.around(one.chance, use.median, 0.7)
        if use.trade in ("个人", "村"):
            payee = _beneficiary(one, use.trade)
            one.pay(indicator, day, cents, payee, (use.economic, words))
            continue
        firm = one.a_firm(use.trade)
        paid = one.pay(indicator, day, cents, f.of_firm(firm), (use.economic, words))
        if at % 4:
            one.billed(paid, firm, use.words.removesuffix("款"))


def _beneficiary(one: UnitYear, kind: str) -> Payee:
    person = f.a_resident(one.book.county, int(one.chance.random() * 4000))
    if kind == "个人":
        return f.of_person(person)
    name = f"云禾县{person.town}{person.village}{'居' if person.village.endswith('社区') else '村'}民委员会"
    return Payee(
        name.replace("社区居民", "居民").replace("村村民", "村民"), f"13005550{sum(map(ord, name)):09d}", f.CREDIT_UNION
    )


def settle(book: Book) -> None:
    """What was granted covers what was paid, by a margin; a sum that stands already is left as it is."""
    chance, own = book.county.chance("finance/granted"), set(book.indicators)
    for paid in book.payments:
        if paid.indicator in own:  # what comes back later belongs to a year that is over
            paid.indicator.used += paid.cents
    for made in book.indicators:
        room = 1.005 + chance.random() * (0.25 if made.is_project else 0.02)
        if not made.cents:
            least = 100_000 if made.is_project else 2_000_000
            made.cents = int(made.used * room) // 100_000 * 100_000 + least
            if made.year < f.YEARS[-1]:  # the rest of a year that is over was taken back
                made.reduced = made.cents - made.used
