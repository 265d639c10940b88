"""Which units commit what: the books of all units of one export format, with the problems among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from bihuan.demo.county import County
from bihuan.demo.departments import _units_problems as of_money
from bihuan.demo.departments import _units_problems_of_form as of_form
from bihuan.demo.departments._units import BalanceAt, Books, FinalAt, Mark, Thing
from bihuan.demo.departments._units_business import finish, firm_names, ordinary
from bihuan.demo.departments._units_chart import CHART
from bihuan.demo.departments._units_pen import Pen, Plant
from bihuan.demo.offices import Office, System, offices
from bihuan.demo.truth import Form, Place, Planted

FIRST_YEAR, LAST_YEAR = 2024, 2025
_DEALINGS = {"u8": 760, "k3": 760, "gbt": 400, "excel": 60}  # ordinary costs of a unit in a year, at scale 1
_KINDS: dict[str, tuple[str, Plant]] = {
    "twice": ("duplicate_entry", of_money.booked_twice),
    "rare": ("rare_account", of_money.rare_account),
    "new": ("new_account_with_large_amount", of_money.new_account),
    "rush": ("period_end_rush", of_money.december_rush),
    "back": ("reversal_next_period", of_money.taken_back),
    "again": ("reversed_same_day_reentered", of_money.reentered),
    "claim": ("suspense_not_cleared", of_money.old_claim),
    "cash": ("negative_cash_balance", of_money.no_cash),
    "cost": ("expense_booked_as_receivable", of_money.cost_as_claim),
    "parked": ("expense_booked_as_receivable", of_money.parked_at_year_end),
    "rent": ("current_accounts_used_for_income_or_spending", of_money.income_in_payables),
    "sums": ("amount_repeats_too_often", of_money.invented_amounts),
    "grows": ("suspense_payments_growing", of_money.growing_advances),
    "uneven": ("voucher_unbalanced", of_form.unbalanced),
    "gap": ("voucher_number_gap", of_form.gap),
    "number": ("voucher_number_duplicate", of_form.same_number),
    "period": ("voucher_posted_outside_period", of_form.outside_period),
    "roll": ("trial_balance_does_not_roll", of_form.does_not_roll),
    "late": ("entry_after_close", of_form.after_close),
    "typed": ("entry_after_close", of_form.typed_in_later),
    "single": ("parallel_entry_missing", of_form.no_budget_side),
    "budget": ("cash_budget_difference_unexplained", of_form.only_budget_side),
    "final": ("final_account_differs_from_books", of_form.final_account),
}
_FORMS: dict[str, Form] = {"p": "plain", "h": "hiding", "t": "twin"}
# What the units of a format commit, in turn. K3 knows no void vouchers, GRP keeps one voucher a number and prints no
# closing balances, and only the journals in Excel say when a voucher was typed in.
_PLOTS = {
    "u8": (
        "twice/p rare/p new/p rush/p back/p again/h claim/p cash/p cost/p rent/p sums/p grows/p gap/p uneven/p period/p"
        " roll/h late/p single/p budget/p final/p parked/p twice/h rare/h new/t rush/h back/t claim/h cash/t"
        " cost/h rent/t sums/t grows/h gap/t uneven/t period/t roll/t single/t budget/t final/t again/p parked/h"
        " single/h claim/t late/h"
    ),
    "k3": (
        "twice/p again/p number/p roll/p cost/p claim/p rent/p uneven/h gap/h final/p period/h new/h back/h cash/h"
        " budget/h twice/t rare/t again/t parked/t cost/t sums/h rush/t final/h grows/t rent/h number/h"
        " claim/p late/p cash/p"
    ),
    "gbt": "gap/p uneven/p single/p roll/p number/p period/p back/p grows/p new/p number/t claim/t gap/t",
    "excel": "typed/p rare/p typed/h sums/p late/t uneven/p rush/p budget/p",
}  # fmt: skip
_STEP = 7  # strides over the units, so that neighbours do not share their problems


@dataclass(frozen=True, eq=False)
class Unit:
    """One unit's books of both years, and what was planted in them."""

    office: Office
    years: tuple[Books, ...]
    pens: tuple[Pen, ...]
    planted: tuple[str, ...]  # beside each pen, which plot it wrote
    plots: tuple[str, ...]  # what the unit commits; in a clean county it does not
    left: int  # quota of the last year that is given again in the next

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All marks; those on numbers are there when the books are finished."""
        return tuple(mark for pen in self.pens for mark in pen.marks)


def units(county: County, system: System) -> list[Unit]:
    """The units of a format with finished books of 2024 and 2025."""
    own = [one for one in offices(county) if one.system == system]
    plots: list[list[str]] = [[] for _ in own]
    for at, plot in enumerate(_PLOTS[system].split()):
        plots[at * _STEP % len(own)].append(plot)
    return [_unit(county, office, mine) for office, mine in zip(own, plots, strict=True)]


def _unit(county: County, office: Office, plots: Sequence[str]) -> Unit:
    amounts: set[tuple[str, int]] = set()
    old, new = (_books(county, office, year, amounts) for year in (FIRST_YEAR, LAST_YEAR))
    old.opening = _opening(old.size)
    planted = [plot for plot in plots if plot.endswith("/t") or not county.is_clean]
    pens = tuple(_plant(county, old, new, plot) for plot in planted)
    left = finish(old)
    new.opening = old.closing()
    left = finish(new, left)
    return Unit(office, (old, new), pens, tuple(planted), tuple(plots), left)


def _books(county: County, office: Office, year: int, amounts: set[tuple[str, int]]) -> Books:
    chance = county.chance(f"ledger/{office.code}/{year}")
    size = county.chance(f"size/{office.code}").lognormvariate(0, 0.45)
    books = Books(office, year, 12, chance, size, dict(CHART), amounts=amounts)
    ordinary(books, county, dealings(county, office, size))
    return books


def dealings(county: County, office: Office, size: float) -> int:
    """How many ordinary costs a unit of that size has in a year."""
    share = 120 * county.scale / len(offices(county))
    return int(_DEALINGS[office.system] * share * min(2.2, float(size) ** 0.5))


def _plant(county: County, old: Books, new: Books, plot: str) -> Pen:
    name, form = plot.split("/")
    kind, act = _KINDS[name]
    chance = county.chance(f"plant/{old.office.code}/{plot}")
    pen = Pen(old, new, chance, _FORMS[form], kind, firm_names(county))
    act(pen)
    return pen


def _opening(size: float) -> dict[str, int]:
    """What stood in the books on 1 January 2024, in fen; cash and funds of the budget agree but for the deposits."""
    bank, quota = int(size * 310_000_00) + 240_000_000, int(size * 1_800_000)
    held = {
        "1001": 200_000, "1002": bank, "1201": quota, "160101": int(size * 520_000_000),
        "160103": int(size * 98_000_000),
        "1602": -int(size * 236_000_000), "230702": -4_821_000, "800102": bank + 200_000 - 4_821_000, "800103": quota,
        "8201": -(bank + 200_000 - 4_821_000), "8101": -quota,
    }  # fmt: skip
    return {**held, "3001": -sum(fen for code, fen in held.items() if code[0] != "8")}


class Files(NamedTuple):
    """Where one unit's rows of a hand-over stand: source and sheet of each table."""

    journal: Callable[[int], tuple[str, str]]  # by year
    balance: Callable[[int], tuple[str, str]]
    final: Callable[[int], tuple[str, str]]


def settle(unit: Unit, files: Files) -> list[Planted]:
    """The unit's marks with their places."""
    books = {one.year: one for one in unit.years}
    return [
        Planted(
            one.kind, one.form, unit.office.code, yuan_of(one.amount),
            tuple(place_of(thing, books, files) for thing in one.things),
        )
        for one in unit.marks
    ]  # fmt: skip


def place_of(thing: Thing, books: dict[int, Books], files: Files) -> Place:
    if isinstance(thing, FinalAt):
        return Place(*files.final(thing.year), books[thing.year].final_line)
    if isinstance(thing, BalanceAt):
        lines = books[thing.year].balance_lines
        line = lines.get((thing.account, thing.period)) or lines[thing.account, 0]
        return Place(*files.balance(thing.year), line)
    voucher, at = thing
    return Place(*files.journal(voucher.year), voucher.first + at)


def yuan_of(fen: int) -> Decimal:
    """Fen as yuan."""
    return Decimal(fen).scaleb(-2)
