"""部门决算: what the units of one export format report of a year's spending (财决04表), a workbook a year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from bihuan.demo.departments._units import Books, FinalAt
from bihuan.demo.departments._units_cast import Unit, yuan_of
from bihuan.demo.write import Cell, Workbook

FOLDER = "22 决算"
SHEET = "Z04 支出决算表(财决04表)"
_FIRST = 4  # the sheet row below the headings
_HEADINGS = ("单位编码", "单位名称", "决算年度", "报表", "科目编码", "科目名称", "年初预算数", "全年预算数", "决算数",
             "基本支出", "项目支出", "年末结转和结余")  # fmt: skip
_ROUNDED = 37  # fen by which a final account in whole yuan may differ


def name_of(year: int, group: str) -> str:
    """The workbook of a year and group of units."""
    return f"{year}年部门决算（{group}）.xlsx"


def lay_out(units: Sequence[Unit]) -> None:
    """Each unit has two lines a year, the first of them for basic spending."""
    for at, unit in enumerate(units):
        for books in unit.years:
            books.final_line = _FIRST + 2 * at


def write(folder: Path, group: str, units: Sequence[Unit]) -> None:
    """A workbook for each year, its last line the totals."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    for at, first in enumerate(units[0].years):
        rows = [row for unit in units for row in _rows(unit, unit.years[at])]
        total: list[Cell] = ["合计", None, None, None, None, None]
        total += [sum((Decimal(str(row[column])) for row in rows), Decimal(0)) for column in range(6, 12)]
        book = Workbook(folder / FOLDER / name_of(first.year, group))
        above = ("汇总单位：云禾县财政局", f"{first.year}年度", "单位：元")
        book.sheet(SHEET, f"云禾县{first.year}年度部门决算支出决算表", above, _HEADINGS, [*rows, tuple(total)])
        book.close()


def _rows(unit: Unit, books: Books) -> Iterable[tuple[Cell, ...]]:
    spent = _spending(books)
    project = spent.pop(books.spending + "03", 0)
    basic = sum(spent.values()) + _beside_the_books(unit, books)
    for code, name, fen, is_basic in (
        ("2010301", "行政运行", basic, True),
        ("2010302", "一般行政管理事务", project, False),
    ):
        planned = yuan_of(fen * 97 // 100 // 100_000 * 100_000)
        final, none = yuan_of(fen), Decimal("0.00")
        yield (
            unit.office.code, unit.office.name, books.year, "Z04", code, name, planned, final, final,
            final if is_basic else none, none if is_basic else final, none,
        )  # fmt: skip


def _spending(books: Books) -> dict[str, int]:
    """Debits of the budgetary spending accounts before the closing, which takes them to nought."""
    found: dict[str, int] = {}
    for one in books.vouchers:
        if one.counts and "结转" not in one.lines[0][3]:
            for code, debit, credit, _, _ in one.lines:
                if code[0] == "7":
                    top = code[:6]
                    found[top] = found.get(top, 0) + debit - credit
    return found


def _beside_the_books(unit: Unit, books: Books) -> int:
    """What the final account says beyond the books."""
    return sum(mark.amount or _ROUNDED for mark in unit.marks for thing in mark.things if thing == FinalAt(books.year))
