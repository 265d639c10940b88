"""The desk at which problems are planted among a unit's ordinary payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from bihuan.demo.companies import Company
from bihuan.demo.county import County
from bihuan.demo.departments import _finance as f
from bihuan.demo.departments._finance import Book, Contract, Indicator, Invoice, Pay, Payee
from bihuan.demo.departments._finance_projects import GRANT, PROJECTS, Project
from bihuan.demo.departments._finance_year import UnitYear, digital
from bihuan.demo.offices import offices

_CLASSES = {
    "建材": "30213", "商贸": "30201", "印务": "30202", "办公设备": "31002", "信息技术": "30227", "物业服务": "30209",
    "建筑工程": "31001", "园林绿化": "30227", "汽车服务": "30231", "医疗器械": "31003", "食品": "30215",
    "广告传媒": "30227", "家具": "31002", "工程咨询": "30227", "水电安装": "30213",
}  # fmt: skip


@dataclass
class Desk:
    """The books of all units, and numbers for what is planted in them."""

    book: Book
    years: dict[tuple[str, int], UnitYear]

    def __post_init__(self) -> None:
        self._numbers = count(801)
        self._chance = self.book.county.chance("finance/planted")

    @property
    def county(self) -> County:
        """Whose money it is."""
        return self.book.county

    def unit(self, at: int, year: int = 2025) -> UnitYear:
        """A unit's year; small counties have fewer units, so that some meet again."""
        units = offices(self.county)
        return self.years[units[at % len(units)].code, year]

    def firm(self, trade: str, at: int) -> Company:
        """A supplier of a trade."""
        firms = f.by_trade(self.county)[trade]
        return firms[at % len(firms)]

    def granted(self, one: UnitYear, name: str) -> Indicator:
        """The unit's indicator for a project, granted if it has none."""
        for project, made in one.projects:
            if project.name == name:
                return made
        project = next(project for project in PROJECTS if project.name == name)
        made = self.grant(one, name, function=project.function)
        one.projects.append((project, made))
        return made

    def grant(
        self, one: UnitYear, name: str, *, cents: int = 0, function: str = "2010399", on: str = ""
    ) -> Indicator:  # fmt: skip
        """A new indicator for a project; `cents` 0 becomes what is spent and a margin."""
        day = on or f.workdays(one.year, 1)[4]
        number = f"{one.year}{one.office.code}{next(self._numbers)}"
        doc = f"云财专〔{one.year}〕{int(number[-3:]) - 700}号"
        words = f"下达{one.year}年{name}"
        made = Indicator(one.office, one.year, number, doc, day, words, name, True, function, "", GRANT, cents)
        self.book.indicators.append(made)
        return made

    def pay(self, one: UnitYear, day: str, cents: int, to: Company | Payee, words: str) -> Pay:
        """A payment out of running costs, in the class of what the firm trades in."""
        payee = to if isinstance(to, Payee) else f.of_firm(to)
        economic = "30299" if isinstance(to, Payee) else _CLASSES[to.trade]
        return one.pay(one.basic[1], day, cents, payee, (economic, words))

    def bill(self, paid: Pay, seller: Company, *, before: int = 6, number: str = "", item: str = "") -> Invoice:
        """The invoice of a payment, so many days before."""
        at = max(0, len(self._days(paid.day[:4], paid.day)) - 1 - before)
        day = self._days(paid.day[:4], paid.day)[at]
        made = Invoice(
            paid.indicator.office, number or digital(day, self._chance), day, seller, paid.cents,
            item or paid.words.removeprefix("付").removesuffix("款"),
        )  # fmt: skip
        self.book.invoices.append(made)
        paid.invoice = made.number
        return made

    def contract(self, one: UnitYear, firm: Company, title: str, cents: int, signed: str) -> Contract:
        """A contract on the unit's register."""
        number = f"HT{one.year}-{one.office.code}-{next(self._numbers)}"
        made = Contract(one.office, number, title, firm, cents, signed)
        self.book.contracts.append(made)
        return made

    def under(self, one: UnitYear, contract: Contract, day: str, cents: int, words: str = "") -> Pay:
        """A payment to the contractor, out of a project of the unit."""
        indicator = self.project_for(one, contract)
        use = ("31099", words or f"{contract.title}进度款")
        paid = one.pay(indicator, day, cents, f.of_firm(contract.firm), use)
        paid.contract, paid.kind = contract.number, "直接支付"
        return paid

    def project_for(self, one: UnitYear, contract: Contract) -> Indicator:
        """An indicator of the contract's own name, granted once."""
        for made in self.book.indicators:
            if made.office is one.office and made.year == one.year and made.project == contract.title:
                return made
        return self.grant(one, contract.title)

    def _days(self, year: str, until: str) -> Sequence[str]:
        return [day for month in range(1, 13) for day in f.workdays(int(year), month) if day <= until]


def project(name: str) -> Project:
    """One of the county's projects."""
    return next(one for one in PROJECTS if one.name == name)


def on(year: int, month: int, at: int) -> str:
    """A working day of a month, counted from 0."""
    return f.workdays(year, month)[at]
