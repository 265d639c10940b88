"""Double-entry books of a budget unit, lean enough for a million lines: amounts in whole fen, lines as tuples."""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

import chinese_calendar

from bihuan.demo.departments._units_chart import is_credit, parents
from bihuan.demo.offices import Office
from bihuan.demo.truth import Form

Line = tuple[str, int, int, str, str]  # account, debit and credit in fen, words, the other party


class Voucher:
    """One voucher. `number` is given when the year is done, `first` when the file is laid out."""

    __slots__ = (
        "approver", "by", "counts", "day", "entered", "first", "is_lost", "is_void", "lines", "number", "period",
        "poster", "sheets", "word", "year",
    )  # fmt: skip

    def __init__(self, day: date, lines: tuple[Line, ...], hands: tuple[str, str, str], sheets: int) -> None:
        self.day, self.year, self.period, self.lines = day, day.year, day.month, lines  # year and period of the books
        self.by, self.approver, self.poster = hands
        self.sheets = sheets
        self.word = "记"
        self.number = self.first = 0
        self.is_void = self.is_lost = False  # a void one keeps its number; a lost one was taken out after numbering
        self.counts = True  # whether its amounts are part of the balances
        self.entered: datetime | None = None

    def void(self) -> None:
        """It was cancelled, and keeps its number."""
        self.is_void, self.counts = True, False


class BalanceAt(NamedTuple):
    """One row of the table of balances."""

    year: int
    account: str
    period: int


class FinalAt(NamedTuple):
    """The unit's line of a year in the final account."""

    year: int


Thing = tuple[Voucher, int] | BalanceAt | FinalAt


class Mark(NamedTuple):
    """What was planted in the books of one unit."""

    kind: str
    form: Form
    amount: int
    things: tuple[Thing, ...]


@dataclass(eq=False)
class Books:
    """One unit's books of one year while they are made up."""

    office: Office
    year: int
    months: int  # 12; 6 for a half-year
    chance: random.Random
    size: float  # how large its amounts are beside those of others
    names: dict[str, str]  # accounts by code
    opening: dict[str, int] = field(default_factory=dict)
    vouchers: list[Voucher] = field(default_factory=list)
    before_numbers: list[Callable[[], None]] = field(default_factory=list)
    after_numbers: list[Callable[[], None]] = field(default_factory=list)
    altered: dict[tuple[str, int], int] = field(default_factory=dict)  # (account, period) → what was put on its closing
    reopened: dict[str, int] = field(default_factory=dict)  # account → what was put on the year's opening
    balance_lines: dict[tuple[str, int], int] = field(default_factory=dict)  # period 0: all of the account's year
    final_line: int = 0  # where the unit stands in the final account of the year
    amounts: set[tuple[str, int]] = field(default_factory=set)

    @property
    def spending(self) -> str:
        """The budgetary spending account: of administrations, or of institutions."""
        return "7201" if is_institution(self.office) else "7101"

    def post(self, day: date, words: str, *sides: tuple[str, int, int], party: str = "") -> Voucher:
        """Add a voucher of (account, debit, credit)."""
        staff, at = self.office.staff, self.chance.random()
        hands = (staff[at < 0.45].name, staff[2].name, staff[3].name)
        lines = tuple([(code, debit, credit, words, party) for code, debit, credit in sides])
        voucher = Voucher(day, lines, hands, 1 + int(at * 37 % 5))
        self.vouchers.append(voucher)
        return voucher

    def spend(self, day: date, words: str, cost: tuple[str, int], party: str = "", *, bank: bool = False) -> Voucher:
        """Pay a cost (its code and fen) from the quota or the bank: the financial and the budgetary pair."""
        code, fen = cost
        cash, fund = ("1002", "800102") if bank else ("1011", "800101")
        return self.post(
            day, words, ("500102" + code, fen, 0), (cash, 0, fen), (f"{self.spending}02{code}", fen, 0),
            (fund, 0, fen), party=party,
        )  # fmt: skip

    def number(self) -> None:
        """Number every period by day, each word by itself; lost vouchers leave their number free."""
        self.vouchers.sort(key=lambda one: (one.period, one.day))
        for act in self.before_numbers:
            act()
        last: dict[tuple[int, str], int] = {}
        for one in self.vouchers:
            place = (one.period, one.word)
            one.number = last[place] = last.get(place, 0) + 1
        for act in self.after_numbers:
            act()
        self.vouchers = [one for one in self.vouchers if not one.is_lost]

    def moved(self) -> dict[str, list[int]]:
        """Leaf → debit and credit of every month, in turn."""
        found: dict[str, list[int]] = {}
        for one in self.vouchers:
            if one.counts:
                at = 2 * one.period - 2
                for code, debit, credit, _, _ in one.lines:
                    sums = found.get(code)
                    if sums is None:
                        sums = found[code] = [0] * 24
                    sums[at] += debit
                    sums[at + 1] += credit
        return found

    def closing(self) -> dict[str, int]:
        """Leaf → what it holds at the end, signed."""
        held = dict(self.opening)
        for code, sums in self.moved().items():
            held[code] = held.get(code, 0) + sum(sums[::2]) - sum(sums[1::2])
        return {code: fen for code, fen in held.items() if fen}

    def held(self, first: tuple[str, ...], period: int = 0) -> dict[str, int]:
        """What moved on leaves that begin so, signed; of one period or all."""
        found: dict[str, int] = {}
        for code, sums in self.moved().items():
            if code.startswith(first):
                at = slice(2 * period - 2, 2 * period) if period else slice(None)
                fen = sum(sums[at][::2]) - sum(sums[at][1::2])
                if fen:
                    found[code] = fen
        return found


class Balance(NamedTuple):
    """One account in one period, signed, debit positive; `is_leaf` and level of the account beside it."""

    account: str
    period: int
    opening: int
    debit: int
    credit: int
    closing: int
    debit_to_date: int
    credit_to_date: int


def balances(books: Books) -> Iterator[Balance]:
    """Every account that moved or held something, parents too, for all periods, as the balance table shows them."""
    moved, held = _with_parents(books.moved()), dict[str, int]()
    for leaf, fen in books.opening.items():
        for code in (leaf, *parents(leaf, books.names)):
            held[code] = held.get(code, 0) + fen
    for code in sorted({*moved, *held}):
        yield from _year(books, code, held.get(code, 0) + books.reopened.get(code, 0), moved.get(code, _NOTHING))


_NOTHING = [0] * 24


def _with_parents(moved: dict[str, list[int]]) -> dict[str, list[int]]:
    found = {code: list(sums) for code, sums in moved.items()}
    for leaf, sums in moved.items():
        for code in {leaf[:4], leaf[:6]} - {leaf}:
            above = found.setdefault(code, [0] * 24)
            found[code] = [one + more for one, more in zip(above, sums, strict=True)]
    return found


def _year(books: Books, code: str, opening: int, sums: list[int]) -> Iterator[Balance]:
    debits = credits_ = 0
    for period in range(1, books.months + 1):
        debit, credit = sums[2 * period - 2], sums[2 * period - 1]
        debits, credits_ = debits + debit, credits_ + credit
        closing = opening + debit - credit
        yield Balance(code, period, opening, debit, credit, closing + books.altered.get((code, period), 0), debits,
                      credits_)  # fmt: skip
        opening = closing


def side(code: str, fen: int) -> str:
    """借, 贷 or 平, as balance tables print it beside an amount without sign."""
    return "平" if not fen else "借" if fen > 0 else "贷"


def normal_side(code: str) -> str:
    """On which side an account's balance stands."""
    return "贷" if is_credit(code) else "借"


def is_institution(office: Office) -> bool:
    """Whether it earns something of its own (事业单位): hospitals, schools, centres."""
    return office.name.endswith(("院", "中心", "中学", "馆", "站", "处"))


@cache
def workdays(year: int, month: int) -> tuple[date, ...]:
    """The days of a month on which offices work."""
    days = (date(year, month, one) for one in range(1, monthrange(year, month)[1] + 1))
    return tuple(one for one in days if chinese_calendar.is_workday(one))


def next_workday(day: date) -> date:
    """The first working day after it."""
    day += timedelta(days=1)
    while not chinese_calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def rest_day(year: int, month: int) -> date:
    """A Sunday of the month that is no working day."""
    days = (date(year, month, one) for one in range(8, monthrange(year, month)[1] + 1))
    return next(one for one in days if one.weekday() == 6 and not chinese_calendar.is_workday(one))


def yuan(fen: int) -> str:
    """Fen as an amount in yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}" if fen >= 0 else f"-{-fen // 100}.{-fen % 100:02d}"


def line_of(thing: Thing) -> Line:
    """The line of a voucher that was planted."""
    if isinstance(thing, BalanceAt | FinalAt):
        raise TypeError(f"{thing} is no line of a voucher")
    voucher, at = thing
    return voucher.lines[at]


def all_lines(*vouchers: Voucher) -> tuple[Thing, ...]:
    """Every line of the vouchers."""
    return tuple((one, at) for one in vouchers for at in range(len(one.lines)))


def financial(*vouchers: Voucher) -> tuple[Thing, ...]:
    """The lines of the financial side."""
    return tuple((one, at) for one in vouchers for at, line in enumerate(one.lines) if line[0][0] in "12345")


def lay_out(vouchers: Iterable[Voucher], first: int) -> int:
    """Give each voucher the place of its first line; gives the place after the last."""
    for one in vouchers:
        one.first = first
        first += len(one.lines)
    return first
