"""All purchases of the county by open market: the ordinary ones, and what is planted among them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from bihuan.demo.companies import Company
from bihuan.demo.county import County
from bihuan.demo.departments._procurement_market import Bid, Buyer, Lot, Market, Process, notice_day
from bihuan.demo.truth import Form, Marked

ORDINARY = 3000  # purchases at scale 1
FEWEST = 100  # of them: those who plan something need others to do it among


@dataclass(eq=False)
class Change:
    """A supplement or variation order of a contract; amounts in cents."""

    process: Process
    day: date
    reason: str
    before: int
    amount: int

    @property
    def buyer(self) -> Buyer:
        """Whose contract it is."""
        return self.process.buyer


@dataclass(eq=False)
class Transfer:
    """Money from one firm's account to another's."""

    payer: Company
    payee: Company
    at: datetime
    amount: int
    words: str


@dataclass(eq=False)
class Sanction:
    """A firm on the list of those that may not take part."""

    firm: Company
    since: date
    until: date
    why: str


@dataclass
class Case:
    """What the files are written from."""

    market: Market
    processes: list[Process] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    sanctions: list[Sanction] = field(default_factory=list)
    traces: dict[Bid, dict[str, Any]] = field(default_factory=dict)  # what a bid's file shows, where it is set
    marks: list[Marked] = field(default_factory=list)
    joined: list[Process] = field(default_factory=list)  # ordinary tenders that nobody with a plan has joined yet

    @property
    def chance(self) -> random.Random:
        """The random numbers of the market."""
        return self.market.chance

    def tender(self, *, trade: str = "", firms: int | list[Company] = 5, details: str = "公开招标") -> Process:
        """A purchase of some size, of which a problem may be made; `add` it when it is done."""
        chance = self.chance
        trade = trade or chance.choice(("办公设备", "信息技术", "建筑工程", "医疗器械", "园林绿化", "家具", "水电安装"))
        who = firms if isinstance(firms, list) else self.market.bidders(trade, firms)
        estimate = chance.randrange(9000, 38000) * 10_000
        return self.market.process(trade=trade, firms=who, estimate=estimate, details=details,
                                   published=notice_day(chance))  # fmt: skip

    def add(self, process: Process) -> Process:
        """Conclude it and hand it over with the others."""
        self.processes.append(self.market.conclude(process))
        return process

    def mark(self, kind: str, form: Form, amount: int, *things: object) -> None:
        """Remember what was planted; the first thing tells the unit."""
        first = things[0]
        buyer = first.buyer if isinstance(first, Process | Change) else self.buyer_of(first)
        self.marks.append(Marked(kind, form, buyer.code, Decimal(amount) / 100, things))

    def buyer_of(self, bid: object) -> Buyer:
        """Who asked for a bid."""
        return next(one.buyer for one in reversed(self.processes) if any(bid in lot.bids for lot in one.lots))


@lru_cache(maxsize=1)
def case(county: County) -> Case:
    """The same for every module that asks."""
    from bihuan.demo.departments import _procurement_groups, _procurement_tenders  # they build on this

    made = Case(Market(county))
    for _ in range(max(FEWEST, county.many(ORDINARY))):
        made.add(_ordinary(made))
    made.joined = [one for one in made.processes if one.details == "公开招标" and len(one.lots) == 1]
    for plants in (_procurement_tenders, _procurement_groups):
        plants.plant(made, clean=county.is_clean)
    made.chance.shuffle(made.processes)
    made.processes.sort(key=lambda one: one.published)
    _number(made)
    return made


def _ordinary(made: Case) -> Process:
    """Some have two lots, some a bid over the ceiling, some come from one source for a reason that is published."""
    market, chance = made.market, made.chance
    kind = chance.random()
    if kind < 0.03:
        return sole_source(made)
    process = market.process()
    if kind < 0.08:
        return _two_lots(made, process)
    if kind < 0.2:
        dearest = max(process.bids, key=lambda one: one.price)
        if not dearest.unit_prices:
            dearest.price = round(process.estimate * chance.uniform(1.004, 1.09) / 100) * 100
            dearest.status = "disqualified"
    return process


def sole_source(made: Case) -> Process:
    """One firm, with the reason published, as article 31 allows."""
    chance = made.chance
    process = made.market.process(details="单一来源", trade=chance.choice(("信息技术", "医疗器械", "水电安装")),
                                  firms=[chance.choice(made.market.firms)],
                                  estimate=chance.randrange(1200, 9000) * 10_000)  # fmt: skip
    process.rationale = chance.choice(("原系统由该公司开发，须保证原有项目一致性", "该设备为专利产品，仅此一家供应",
                                       "只能从唯一供应商处采购，已公示无异议"))  # fmt: skip
    return process


def _two_lots(made: Case, process: Process) -> Process:
    """Each lot has bidders of its own; some firms bid for both."""
    market = made.market
    process.items, half = process.items[:1], process.estimate // 2
    process.lots = [Lot(market.offers(process, market.bidders(process.trade, made.chance.randrange(3, 6)), half))
                    for _ in range(2)]  # fmt: skip
    for lot in process.lots:
        for bid in lot.bids:
            bid.unit_prices = []
    return process


def _number(made: Case) -> None:
    """Numbers by year, in the order of the notices."""
    counts: dict[int, int] = {}
    for one in made.processes:
        year = one.published.year
        counts[year] = counts.get(year, 0) + 1
        one.number = f"YHCG-{year}-{counts[year]:04d}"
        contracts = [contract for lot in one.lots for contract in lot.contracts]
        for at, contract in enumerate(contracts, 1):
            contract.number = f"{one.number}-HT{at:02d}"
