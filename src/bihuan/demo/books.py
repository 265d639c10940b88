"""Double-entry books of one unit for one year: vouchers are posted, then numbered, then summed up to balances."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bihuan.demo.truth import Form, Marked

ZERO = Decimal("0.00")


@dataclass(frozen=True, eq=False)
class Entry:
    """One line of a voucher; equal only to itself, so that it can be found again in the file it is written to."""

    account: str
    debit: Decimal
    credit: Decimal
    summary: str
    party: str = ""


@dataclass(eq=False)
class Voucher:
    """One voucher; `number` is given when the year is done."""

    day: date
    period: int
    entries: tuple[Entry, ...]
    prepared_by: str
    approved_by: str
    posted_by: str
    attachments: int = 1
    is_void: bool = False
    is_lost: bool = False  # it had its number, and then somebody took it out
    number: int = 0

    @property
    def counts(self) -> bool:
        """Whether its amounts are part of the balances."""
        return not (self.is_void or self.is_lost)


@dataclass(frozen=True)
class Chart:
    """Accounts by code; a code's parent is the longest other code that it begins with."""

    names: Mapping[str, str]
    credit_side: tuple[str, ...]  # beginnings of codes whose balance stands in credit
    separator: str = ""

    def parents(self, code: str) -> Iterator[str]:
        """The accounts above, the nearest first."""
        for length in range(len(code) - 1, 0, -1):
            if code[:length] in self.names:
                yield code[:length]

    def level(self, code: str) -> int:
        """1 for an account of the highest level."""
        return 1 + sum(1 for _ in self.parents(code))

    def is_leaf(self, code: str) -> bool:
        """Whether vouchers may use it."""
        return not any(other != code and other.startswith(code) for other in self.names)

    def is_credit(self, code: str) -> bool:
        """Whether its balance stands in credit."""
        return code.startswith(self.credit_side)

    def full_name(self, code: str) -> str:
        """Names from the top, joined by a hyphen."""
        return "-".join(self.names[one] for one in [*reversed(list(self.parents(code))), code])


@dataclass(frozen=True)
class Balance:
    """One account in one period; amounts are signed, debit positive."""

    account: str
    period: int
    opening: Decimal
    debit: Decimal
    credit: Decimal
    debit_to_date: Decimal
    credit_to_date: Decimal

    @property
    def closing(self) -> Decimal:
        """Opening and movement."""
        return self.opening + self.debit - self.credit


@dataclass
class Ledger:
    """The books of a unit while the year is made up."""

    unit: str
    chart: Chart
    chance: random.Random
    clerks: tuple[str, str]
    approver: str
    poster: str
    is_clean: bool = False  # of a county without problems: nothing is planted here
    opening: dict[str, Decimal] = field(default_factory=dict)  # leaf → signed
    vouchers: list[Voucher] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)

    def post(self, day: date, summary: str, *sides: tuple[str, Decimal, Decimal], party: str = "") -> Voucher:
        """Add a voucher of (account, debit, credit)."""
        entries = tuple(Entry(account, debit, credit, summary, party) for account, debit, credit in sides)
        voucher = Voucher(
            day, day.month, entries, self.chance.choice(self.clerks), self.approver, self.poster,
            attachments=self.chance.choice((1, 1, 2, 2, 3, 4, 6)),
        )  # fmt: skip
        self.vouchers.append(voucher)
        return voucher

    def mark(self, kind: str, amount: Decimal, *things: object, form: Form = "plain") -> None:
        """Remember what was planted."""
        self.marks.append(Marked(kind, form, self.unit, amount, things))

    def close(self) -> None:
        """Number the vouchers of every period by day; lost ones leave their number free."""
        self.vouchers.sort(key=lambda one: (one.period, one.day))
        last: dict[int, int] = defaultdict(int)
        for one in self.vouchers:
            if not one.number:
                last[one.period] += 1
                one.number = last[one.period]
        self.vouchers = [one for one in self.vouchers if not one.is_lost]

    def held(self, *, period: int | None = None, first: str = "") -> dict[str, Decimal]:
        """What moved on accounts beginning with `first`, signed, where it is not nought; of one period or the year."""
        totals: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for voucher, _, entry in self.lines():
            if voucher.counts and entry.account.startswith(first) and period in (None, voucher.period):
                totals[entry.account] += entry.debit - entry.credit
        return {code: amount for code, amount in sorted(totals.items()) if amount}

    def carry(self, day: date, summary: str, held: Mapping[str, Decimal], result: str) -> None:
        """A closing voucher: the accounts to nought, their sum to `result`."""
        total = sum(held.values(), ZERO)
        sides = [(code, max(-amount, ZERO), max(amount, ZERO)) for code, amount in held.items()]
        self.post(day, summary, *sides, (result, max(total, ZERO), max(-total, ZERO)))

    def lines(self) -> Iterator[tuple[Voucher, int, Entry]]:
        """Every line with its voucher and its number in it, from 1."""
        for voucher in self.vouchers:
            for number, entry in enumerate(voucher.entries, start=1):
                yield voucher, number, entry

    def balances(self) -> Iterator[Balance]:
        """Every account that ever moved or held something, leaves and parents, for all twelve periods."""
        moved: dict[tuple[str, int], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
        held: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for voucher, _, entry in self.lines():
            if voucher.counts:
                for code in (entry.account, *self.chart.parents(entry.account)):
                    moved[code, voucher.period][0] += entry.debit
                    moved[code, voucher.period][1] += entry.credit
        for leaf, amount in self.opening.items():
            for code in (leaf, *self.chart.parents(leaf)):
                held[code] += amount
        for code in sorted({*held, *(code for code, _ in moved)}):
            yield from _year(code, held[code], moved)


def _year(code: str, opening: Decimal, moved: Mapping[tuple[str, int], list[Decimal]]) -> Iterator[Balance]:
    debits = credits = ZERO
    for period in range(1, 13):
        debit, credit = moved.get((code, period), [ZERO, ZERO])
        debits, credits = debits + debit, credits + credit
        yield Balance(code, period, opening, debit, credit, debits, credits)
        opening += debit - credit


def money(chance: random.Random, median: float, spread: float = 0.7) -> Decimal:
    """A log-normal amount in yuan; many bills are round to the yuan or to ten."""
    amount = Decimal(round(median * math.exp(chance.gauss(0, spread)) * 100)) / 100
    kind = chance.random()
    if kind < 0.35:
        return max(Decimal(1), amount.quantize(Decimal(1))).quantize(ZERO)
    if kind < 0.55 and amount > 100:
        return (amount / 10).quantize(Decimal(1)) * 10 + ZERO
    return max(amount, Decimal("0.50")).quantize(ZERO)
