"""The half-year after: which units hand over again, what they put right, what they do again and what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bihuan.demo.county import County
from bihuan.demo.departments import _units_problems as of_money
from bihuan.demo.departments import _units_problems_of_form as of_form
from bihuan.demo.departments._units import BalanceAt, Books, FinalAt, Mark, Thing, Voucher, line_of, workdays
from bihuan.demo.departments._units_business import finish, firm_names, ordinary
from bihuan.demo.departments._units_cast import Files, Unit, dealings, place_of, yuan_of
from bihuan.demo.departments._units_pen import Pen, Plant
from bihuan.demo.offices import System
from bihuan.demo.truth import Form, Place, Planted

YEAR, MONTHS = 2026, 6
Ending = Literal["pass", "fail", "inconclusive"]
# The units with these problems hand over again; the others of their format hand nothing over.
_HANDED = {
    "u8": ("cost/p", "twice/p", "claim/p", "sums/p"),
    "k3": ("cost/p", "twice/h"),
    "gbt": ("grows/p",),
    "excel": ("sums/p",),
}
_NEW: dict[str, tuple[tuple[str, Form, Plant], ...]] = {
    "u8": (
        ("duplicate_entry", "plain", of_money.booked_twice),
        ("parallel_entry_missing", "plain", of_form.no_budget_side),
    ),
    "k3": (("reversed_same_day_reentered", "hiding", of_money.reentered),),
    "gbt": (),
    "excel": (),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class HalfYear:
    """One unit that hands over again: its books, what of the old problems stands in them, and what is new."""

    books: Books
    fates: dict[Mark, tuple[Ending, tuple[Thing, ...]]]
    pens: tuple[Pen, ...]


def half_years(county: County, system: System, found: Sequence[Unit]) -> dict[str, HalfYear]:
    """The units of a format that hand over again, by code."""
    again = [one for one in found if any(plot in _HANDED[system] for plot in one.plots)]
    new = list(_NEW[system])
    made = {}
    for at, unit in enumerate(again):
        mine = new[at:] if at == len(again) - 1 else new[at : at + 1]  # the last unit has what is left
        made[unit.office.code] = _half_year(county, unit, () if county.is_clean else mine)
    return made


def _half_year(county: County, unit: Unit, new: Iterable[tuple[str, Form, Plant]]) -> HalfYear:
    office, last = unit.office, unit.years[-1]
    chance = county.chance(f"ledger/{office.code}/{YEAR}")
    books = Books(office, YEAR, MONTHS, chance, last.size, dict(last.names), amounts=last.amounts)
    books.opening = last.closing()
    ordinary(books, county, dealings(county, office, last.size) * MONTHS // 12)
    fates = {}
    for pen, plot in zip(unit.pens, unit.planted, strict=True):
        for mark in pen.marks:
            fates[mark] = _fate(books, plot, mark, last)
    pens = []
    for kind, form, act in new:
        pen = Pen(last, books, county.chance(f"again/{office.code}/{kind}"), form, kind, firm_names(county))
        act(pen)
        pens.append(pen)
    finish(books, unit.left)
    return HalfYear(books, fates, tuple(pens))


def _fate(books: Books, plot: str, mark: Mark, last: Books) -> tuple[Ending, tuple[Thing, ...]]:
    """What becomes of one problem of the years before: put right, done again, or left as it is."""
    if any(isinstance(one, FinalAt) for one in mark.things):
        return "inconclusive", ()  # this year's final account is not made yet
    act = _ACTS.get(plot)
    if act is None:
        return "fail", ()
    made = act(books, mark, last)
    return ("fail", tuple((one, 0) for one in made)) if plot.startswith("sums") else ("pass", ())


def _settle_cost(books: Books, mark: Mark, last: Books) -> list[Voucher]:
    """What stood among the claims becomes spending of this year, with its budgetary entry."""
    made = []
    for one in mark.things:
        code, fen, _, words, party = line_of(one)
        own = books.spending + "0213"
        made.append(
            books.post(
                workdays(YEAR, 3)[8], f"转列支出，冲往来：{words}", ("50010213", fen, 0), (code, 0, fen), (own, fen, 0),
                ("800102", 0, fen), party=party,
            )
        )  # fmt: skip
    return made


def _repay(books: Books, mark: Mark, last: Books) -> list[Voucher]:
    """The loan comes back into the bank account."""
    one = mark.things[0]
    if isinstance(one, BalanceAt):
        code, fen, party = one.account, last.closing()[one.account], ""
    else:
        code, fen, _, _, party = line_of(one)
    return [books.post(workdays(YEAR, 2)[7], f"收回{party}借款", ("1002", fen, 0), (code, 0, fen), party=party)]


def _return(books: Books, mark: Mark, last: Books) -> list[Voucher]:
    """The supplier returns what was paid twice."""
    code, fen, _, _, party = line_of(mark.things[1])
    own = books.spending + "02" + code[-2:]
    return [
        books.post(
            workdays(YEAR, 2)[9], f"收回重复支付款（{party}）", ("1011", fen, 0), (code, 0, fen), ("800101", fen, 0),
            (own, 0, fen), party=party,
        )
    ]  # fmt: skip


def _invent_on(books: Books, mark: Mark, last: Books) -> list[Voucher]:
    """The clerk goes on with the same sum."""
    _, fen, _, words, _ = line_of(mark.things[0])
    return [
        books.spend(workdays(YEAR, month)[at * 5 + 2], words, ("26", fen)) for month in range(1, 6) for at in range(3)
    ]


_ACTS: dict[str, Callable[[Books, Mark, Books], list[Voucher]]] = {
    "cost/p": _settle_cost,
    "claim/p": _repay,
    "grows/p": _repay,
    "twice/p": _return,
    "sums/p": _invent_on,
}


def planted(unit: Unit, half: HalfYear | None, files: Files, here: Files) -> list[Planted]:
    """What became of a unit's problems, and what is new; `files` are those of the first hand-over."""
    then = {one.year: one for one in unit.years}
    now = {YEAR: half.books} if half else {}
    found = []
    for mark in unit.marks:
        if mark.form == "twin":
            continue
        ending, rows = half.fates.get(mark, ("fail", ())) if half else ("inconclusive", ())
        first = tuple(place_of(one, then, files) for one in mark.things)
        found.append(_again(unit, mark, tuple(place_of(one, now, here) for one in rows), first, ending))
    for pen in half.pens if half else ():
        found += [
            _again(unit, mark, tuple(place_of(one, now, here) for one in mark.things), (), "") for mark in pen.marks
        ]
    return found


def _again(
    unit: Unit, mark: Mark, rows: tuple[Place, ...], first: tuple[Place, ...], ending: Ending | Literal[""]
) -> Planted:
    return Planted(mark.kind, mark.form, unit.office.code, yuan_of(mark.amount), rows, first, ending)
