"""Small budget units that print their journal (序时账) to Excel, a sheet a year, dates merged over each voucher."""

from __future__ import annotations

from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.departments import _final_accounts as final_accounts
from bihuan.demo.departments import _units_xlsx as xlsx
from bihuan.demo.departments._units import Books, Voucher, lay_out, yuan
from bihuan.demo.departments._units_again import half_years
from bihuan.demo.departments._units_again import planted as half_year_planted
from bihuan.demo.departments._units_cast import Files, Unit, settle, units
from bihuan.demo.departments._units_chart import full_name
from bihuan.demo.departments._units_xlsx import Cell, Sheet
from bihuan.demo.truth import Planted

FOLDER, GROUP = "23 序时账 小单位", "小单位"
_HEADINGS = ("单位编码", "凭证日期", "会计期间", "凭证字号", "摘要", "科目编码", "科目名称", "借方金额", "贷方金额",
             "制单人", "审核人", "记账人", "附件张数", "录入时间", "凭证状态", "往来单位")  # fmt: skip
_AGAIN = "2026上半年"
_FIRST = 4  # the sheet row below the headings


def hand_over(county: County, folder: Path) -> list[Planted]:
    """A workbook for each unit, and the units' final accounts."""
    found = units(county, "excel")
    final_accounts.lay_out(found)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    planted = []
    for unit in found:
        xlsx.write(folder / FOLDER / _name(unit), [_sheet(one) for one in unit.years])
        planted += settle(unit, _files(unit))
    final_accounts.write(folder, GROUP, found)
    return planted


def hand_over_again(county: County, folder: Path) -> list[Planted]:
    """The half-year of a few units, a workbook each."""
    found = units(county, "excel")
    again = half_years(county, "excel", found)
    final_accounts.lay_out(found)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    planted = []
    for unit in found:
        for books in unit.years:
            lay_out(books.vouchers, _FIRST)
        half = again.get(unit.office.code)
        if half:
            xlsx.write(folder / FOLDER / _name(unit, _AGAIN), [_sheet(half.books)])
        planted += half_year_planted(unit, half, _files(unit), _files(unit, _AGAIN))
    return planted


def _name(unit: Unit, of: str = "") -> str:
    return f"{unit.office.name.removeprefix('云禾县')}序时账{of}.xlsx"


def _files(unit: Unit, of: str = "") -> Files:
    return Files(
        lambda year: (_name(unit, of), _title(year)),
        lambda year: (_name(unit, of), _title(year)),
        lambda year: (final_accounts.name_of(year, GROUP), final_accounts.SHEET),
    )


def _title(year: int) -> str:
    return f"{year}年序时账"


def _sheet(books: Books) -> Sheet:
    rows: list[list[Cell]] = [
        [f"{books.office.name}{books.year}年凭证序时账"],
        [f"编制单位：{books.office.name}", None, f"会计年度：{books.year}年", None, "单位：元"],
        list(_HEADINGS),
    ]
    lay_out(books.vouchers, _FIRST)
    merged = [f"A1:{chr(64 + len(_HEADINGS))}1"]
    for one in books.vouchers:
        rows += _rows(books, one)
        if len(one.lines) > 1:
            merged.append(f"B{one.first}:B{one.first + len(one.lines) - 1}")
    debit = sum(line[1] for one in books.vouchers for line in one.lines)
    credit = sum(line[2] for one in books.vouchers for line in one.lines)
    rows.append([None, None, None, None, "合计", None, None, float(yuan(debit)), float(yuan(credit))])
    return Sheet(_title(books.year), rows, merged)


def _rows(books: Books, one: Voucher) -> list[list[Cell]]:
    entered = one.entered or f"{one.day} {8 + one.number // 60:02d}:{one.number % 60:02d}:00"  # in the order of numbers
    number = f"{one.word}-{one.number:04d}"
    tail: list[Cell] = [one.by, one.approver, one.poster, one.sheets, str(entered), "作废" if one.is_void else "正常"]
    return [
        [
            books.office.code, None if at else str(one.day), one.period, number, words, code,
            full_name(code, books.names),
            float(yuan(debit)) if debit else None, float(yuan(credit)) if credit else None, *tail, party or None,
        ]
        for at, (code, debit, credit, words, party) in enumerate(one.lines)
    ]  # fmt: skip
