"""县财政局 国库: payments of the 120 units in two years, their contracts, indicators and invoices."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.departments import _finance as f
from bihuan.demo.departments import (
    _finance_again,
    _finance_bank,
    _finance_contracts,
    _finance_files,
    _finance_payees,
    _finance_purposes,
    _finance_registry,
    _finance_twice,
)
from bihuan.demo.departments._finance import Book, Indicator, Invoice, Pay
from bihuan.demo.departments._finance_desk import Desk
from bihuan.demo.departments._finance_files import Places
from bihuan.demo.departments._finance_year import ordinary, settle
from bihuan.demo.truth import Planted
from bihuan.demo.truth import settle as settle_marks

FOLDER, BUDGET, TAX = "24 财政局 国库集中支付", "25 财政局 预算指标与公开", "27 税务局 发票"
PAYMENTS, INVOICES, INDICATORS = "一体化支付凭证{}年.csv", "全量发票查询导出{}年.csv", "一体化预算指标{}年.xlsx"
CONTRACTS, PAYMENTS_AGAIN = "预算单位合同台账2024-2025.xlsx", PAYMENTS.format("2026上半")


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Payments and indicators by year, contracts, invoices by year, statements, changes of the registry."""
    book = year(county)
    _write(book, folder)
    place = folder / FOLDER
    _finance_registry.write(county, place)
    return [*settle_marks(book.marks, _places(book)), *_finance_bank.write(county, place)]


def hand_over_again(county: County, folder: Path) -> list[Planted]:
    """January to June 2026: what came back, what was done again, what is new; two units hand over nothing."""
    before = year(county)
    first = _places(before)
    later = _finance_again.half_year(before)
    book = later.book
    _write_half(book, folder)
    marked = {pay for outcome in later.outcomes for pay in outcome.rows} | _finance_files.everything(book)
    here = _finance_files.by_day(PAYMENTS_AGAIN, book.payments, marked)
    return [*(_finance_again.told(one, first, here) for one in later.outcomes), *settle_marks(book.marks, here)]


@lru_cache(maxsize=1)
def year(county: County) -> Book:
    """Two ordinary years with what is planted in them."""
    book, years = ordinary(county)
    desk = Desk(book, years)
    for one in (_finance_twice, _finance_contracts, _finance_payees, _finance_purposes):
        one.plant(desk)
    if county.is_clean:
        _clean(book)
    settle(book)
    return book


def _clean(book: Book) -> None:
    """Take out what is planted as a problem; twins stay."""
    guilty = {thing for mark in book.marks if mark.form != "twin" for thing in mark.things}
    book.payments = [one for one in book.payments if one not in guilty]
    # A running indicator may have been drawn on wrongly, and stays.
    book.indicators = [one for one in book.indicators if one not in guilty or not one.is_project]
    book.marks = [mark for mark in book.marks if mark.form == "twin"]


def _of_year(book: Book, at: int) -> tuple[list[Pay], list[Invoice], list[Indicator]]:
    of = f"{at}"
    return (
        [one for one in book.payments if one.day[:4] == of],
        [one for one in book.invoices if one.day[:4] == of],
        [one for one in book.indicators if one.year == at],
    )


def _places(book: Book) -> Places:
    """Where what is marked stands in the files of two years."""
    marked = _finance_files.everything(book)
    places = _finance_files.contract_places(CONTRACTS, book.contracts)
    for at in f.YEARS:
        paid, billed, granted = _of_year(book, at)
        places |= _finance_files.by_day(PAYMENTS.format(at), paid, marked)
        places |= _finance_files.by_day(INVOICES.format(at), billed, marked)
        places |= _finance_files.indicator_places(INDICATORS.format(at), granted)
    return places


def _write(book: Book, folder: Path) -> None:
    """The files of two years."""
    treasury, budget, tax = _folders(folder)
    for at in f.YEARS:
        paid, billed, granted = _of_year(book, at)
        _finance_files.payments(treasury / PAYMENTS.format(at), paid)
        _finance_files.invoices(tax / INVOICES.format(at), billed)
        _finance_files.indicators(budget / INDICATORS.format(at), granted, f"云禾县{at}年部门预算指标台账")
    _finance_files.contracts(treasury / CONTRACTS, book.contracts, book.payments)


def _write_half(book: Book, folder: Path) -> None:
    """The files of the half-year after."""
    treasury, budget, tax = _folders(folder)
    _finance_files.payments(treasury / PAYMENTS_AGAIN, book.payments)
    _finance_files.invoices(tax / INVOICES.format("2026上半"), book.invoices)
    path = budget / INDICATORS.format("2026上半")
    _finance_files.indicators(path, book.indicators, "云禾县2026年部门预算指标台账（截至6月30日）")
    _finance_files.contracts(treasury / "预算单位合同台账2026上半年.xlsx", book.contracts, book.payments)


def _folders(folder: Path) -> tuple[Path, Path, Path]:
    for name in (FOLDER, BUDGET, TAX):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return folder / FOLDER, folder / BUDGET, folder / TAX
