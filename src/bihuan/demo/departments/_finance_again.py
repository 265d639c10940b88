"""The half-year after: what came back, what was done again, what is new; two units hand over nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bihuan.demo.departments import _finance as f
from bihuan.demo.departments._finance import Book, Indicator, Pay, Payee
from bihuan.demo.departments._finance_desk import Desk, on
from bihuan.demo.departments._finance_year import UnitYear, settle, spend
from bihuan.demo.offices import Office, offices
from bihuan.demo.truth import PLAIN, TWIN, Marked, Place, Planted

YEAR, MONTHS = 2026, 6
_ABSENT = (40, 43)  # units that hand over nothing
# Which problem of a kind, in the order of planting, was put right by money that came back.
_RETURNED = {
    ("duplicate_payment", 0), ("duplicate_payment", 3), ("duplicate_payment_fuzzy_payee", 0),
    ("paid_more_than_contract", 0),
    ("payee_is_not_the_contractor", 0), ("payee_account_is_a_person", 0), ("payee_shares_account_with_employee", 0),
    ("payment_to_new_or_closed_firm", 2), ("paid_from_zero_balance_to_own_account", 0),
    ("basic_spending_squeezes_project", 0), ("indicator_exceeded", 0), ("earmarked_fund_used_for_other_purpose", 0),
    ("year_end_prepayment", 0), ("invoice_void_or_reused", 0), ("purpose_differs_from_indicator", 0),
    ("project_spending_in_basic", 0), ("fund_idle", 0),
}  # fmt: skip
_REPEATED = {
    ("duplicate_payment", 1), ("payee_shares_account_with_employee", 1), ("paid_from_zero_balance_to_own_account", 1),
    ("basic_spending_squeezes_project", 1), ("payee_account_is_a_person", 1),
}  # fmt: skip
_RETURNED_IN_PART = {("paid_more_than_contract", 1), ("indicator_exceeded", 1)}
Retest = Literal["pass", "fail", "inconclusive"]


@dataclass(frozen=True)
class Outcome:
    """A problem of the first hand-over, how its re-test should end, and what of it stands in the second."""

    mark: Marked
    retest: Retest
    rows: tuple[Pay, ...] = ()


@dataclass
class Later:
    """The second hand-over while it is made up; new problems are marks of its book."""

    book: Book
    years: dict[tuple[str, int], UnitYear]
    outcomes: list[Outcome] = field(default_factory=list)


def half_year(before: Book) -> Later:
    """Ordinary business of those who hand over, and what became of the problems."""
    county = before.county
    later = Later(Book(county), {})
    absent = {offices(county)[at % len(offices(county))].code for at in _ABSENT}
    for office in offices(county):
        if office.code not in absent:
            later.years[office.code, YEAR] = spend(later.book, office, YEAR, MONTHS)
    if not county.is_clean:
        _new(Desk(later.book, later.years))
        _become(later, before, absent)
    settle(later.book)
    return later


def told(one: Outcome, first: Mapping[object, Place], here: Mapping[object, Place]) -> Planted:
    """The outcome as the truth has it."""
    mark = one.mark
    rows, before = tuple(here[pay] for pay in one.rows), tuple(first[thing] for thing in mark.things)
    return Planted(mark.kind, mark.form, mark.unit, mark.amount, rows, before, one.retest)


def _become(later: Later, before: Book, absent: set[str]) -> None:
    seen: dict[str, int] = {}
    for mark in before.marks:
        if mark.form == TWIN or mark.kind == "paid_on_rest_day_or_night":
            continue
        key = (mark.kind, seen.get(mark.kind, 0))
        seen[mark.kind] = key[1] + 1
        if mark.unit in absent:
            later.outcomes.append(Outcome(mark, "inconclusive"))
        elif key in _RETURNED:
            _put_right(later, mark)
            later.outcomes.append(Outcome(mark, "pass"))
        elif key in _REPEATED:
            later.outcomes.append(Outcome(mark, "fail", _repeat(later, mark)))
        elif key in _RETURNED_IN_PART:
            _give_back(later, mark, 10_000_00)
            later.outcomes.append(Outcome(mark, "fail"))


def _put_right(later: Later, mark: Marked) -> None:
    """The money comes back, each payment under its own name; what lay idle is spent."""
    kind, paid = mark.kind, [one for one in mark.things if isinstance(one, Pay)]
    if kind in ("duplicate_payment", "duplicate_payment_fuzzy_payee"):
        paid = paid[1:]
    if kind == "fund_idle":
        _spend_at_last(later, next(one for one in mark.things if isinstance(one, Indicator)))
    elif kind in ("paid_more_than_contract", "indicator_exceeded"):
        _give_back(later, mark, int(mark.amount * 100))
    else:
        for at, one in enumerate(paid):
            later.book.pay(_back(one, on(YEAR, 2 + at % 3, 4 + at), one.cents))


def _give_back(later: Later, mark: Marked, cents: int) -> None:
    last = [one for one in mark.things if isinstance(one, Pay)][-1]
    later.book.pay(_back(last, on(YEAR, 4, 6), cents))


def _back(paid: Pay, day: str, cents: int) -> Pay:
    """A red-letter order that names what it returns; some treasuries call its state returned, some paid."""
    status = "退回" if paid.cents % 3 else "已支付"
    return replace(paid, day=day, cents=-cents, words=f"退回：{paid.words}（原{paid.day}支付）", status=status)


def _spend_at_last(later: Later, granted: Indicator) -> None:
    firm = f.by_trade(later.book.county)["建筑工程"][0]
    one = later.years[granted.office.code, YEAR]
    for month, share in ((2, 30), (4, 45)):
        use = ("31005", f"{granted.project}工程款（{month}月进度）")
        one.pay(granted, on(YEAR, month, 6), granted.cents * share // 100, f.of_firm(firm), use)


def _repeat(later: Later, mark: Marked) -> tuple[Pay, ...]:
    """The same thing again, in the new year's indicators."""
    paid = [one for one in mark.things if isinstance(one, Pay)]
    one = later.years[mark.unit, YEAR]
    made = []
    for at, old in enumerate(paid[:2]):
        of = one.projects[0][1] if old.indicator.is_project else one.basic[1]
        if mark.kind == "basic_spending_squeezes_project":
            of = next((made for _, made in one.projects if made.project == old.indicator.project), of)
        words = old.words.replace("年终绩效", "一季度绩效")
        made.append(later.book.pay(replace(old, indicator=of, day=on(YEAR, 3, 5 + at * 4), words=words, invoice="")))
    return tuple(made)


def _new(desk: Desk) -> None:
    """A bill paid twice, a purchase split, works to a card, and money moved to the unit's own account."""
    present = [office for office in offices(desk.county) if (office.code, YEAR) in desk.years]

    def unit(at: int) -> UnitYear:
        found: Office = present[at % len(present)]
        return desk.years[found.code, YEAR]

    firm = desk.firm("印务", 8)
    pair = [desk.pay(unit(86), on(YEAR, 3, 2 + at * 6), 33_480_00, firm, "付宣传折页印刷费") for at in (0, 1)]
    desk.book.mark("duplicate_payment", PLAIN, 33_480_00, *pair)
    firm = desk.firm("家具", 6)
    sums = (49_200_00, 48_700_00, 49_600_00)
    pieces = [desk.pay(unit(87), on(YEAR, 4, 3 + at), cents, firm, "付会议中心座椅款") for at, cents in enumerate(sums)]
    desk.book.mark("split_below_approval_limit", PLAIN, sum(sums), *pieces)
    one, builder = unit(88), f.a_resident(desk.county, 611)
    paid = one.pay(one.basic[1], on(YEAR, 5, 6), 64_300_00, f.of_person(builder), ("31005", "付车棚搭建工程款"))
    desk.book.mark("payee_account_is_a_person", PLAIN, paid.cents, paid)
    one = unit(89)
    own = Payee(one.office.name, one.office.account, f.AGENT_BANK)
    paid = one.pay(one.projects[0][1], on(YEAR, 6, 9), 420_000_00, own, ("30299", "转项目周转资金"))
    desk.book.mark("paid_from_zero_balance_to_own_account", PLAIN, paid.cents, paid)
