"""县财政局 国库: payments of the 120 units in two years, their contracts, indicators and invoices."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.departments import (
    _finance_bank,
    _finance_contracts,
    _finance_files,
    _finance_payees,
    _finance_purposes,
    _finance_registry,
    _finance_twice,
)
from bihuan.demo.departments import _finance as f
from bihuan.demo.departments._finance import Book
from bihuan.demo.departments._finance_desk import Desk
from bihuan.demo.departments._finance_files import Places
from bihuan.demo.departments._finance_year import ordinary, settle
from bihuan.demo.truth import Planted
from bihuan.demo.truth import settle as settle_marks

FOLDER, BUDGET, TAX = "24 财政局 国库集中支付", "25 财政局 预算指标与公开", "27 税务局 发票"


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Payments and indicators by year, contracts, invoices by year, statements, changes of the registry."""
    book = year(county)
    places = write(book, folder)
    place = folder / FOLDER
    _finance_registry.write(county, place)
    return [*settle_marks(book.marks, places), *_finance_bank.write(county, place)]


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


def write(book: Book, folder: Path) -> Places:
    """The files of two years."""
    places: Places = {}
    marked = _finance_files.everything(book)
    for name in (FOLDER, BUDGET, TAX):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for at in f.YEARS:
        of = f"{at}"
        payments = [one for one in book.payments if one.indicator.year == at]
        _finance_files.payments(folder / FOLDER / f"一体化支付凭证{at}年.csv", payments, marked, places)
        invoices = [one for one in book.invoices if one.day[:4] == of]
        _finance_files.invoices(folder / TAX / f"全量发票查询导出{at}年.csv", invoices, marked, places)
        indicators = [one for one in book.indicators if one.year == at]
        path = folder / BUDGET / f"一体化预算指标{at}年.xlsx"
        _finance_files.indicators(path, indicators, f"云禾县{at}年部门预算指标台账", places)
    path = folder / FOLDER / "预算单位合同台账2024-2025.xlsx"
    _finance_files.contracts(path, book.contracts, book.payments, places)
    return places
