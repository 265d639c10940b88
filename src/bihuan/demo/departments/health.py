"""县卫生健康局: a journal (序时账) printed to Excel, with title, headings on row 3, merged dates and a totals row."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from bihuan.demo import government, problems
from bihuan.demo.books import ZERO, Entry, Ledger, Voucher
from bihuan.demo.county import UNITS, YEAR, County
from bihuan.demo.truth import Place, Planted, settle
from bihuan.demo.write import Cell, Workbook

UNIT = UNITS["202"]
FOLDER = "04 卫健局 序时账"
FILE = "卫健局2025年序时账.xlsx"
_HEADINGS = ("凭证日期", "会计期间", "凭证字", "凭证号", "摘要", "科目编码", "科目名称", "借方金额", "贷方金额",
             "制单人", "审核人", "记账人", "附件张数", "凭证状态")  # fmt: skip
_FIRST = 4  # the sheet row below the headings


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Two half-years as two sheets, 序时账1 and 序时账2."""
    ledger = government.keep(county, government.Office(UNIT, staff=40, dealings=900))
    problems.cost_as_claim(ledger, "121802", "1011")
    problems.unbalanced(ledger, 5)
    problems.gap(ledger, 6)
    government.finish(ledger)
    places: dict[object, Place] = {}
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    book = Workbook(folder / FOLDER / FILE)
    for number, months in enumerate((range(1, 7), range(7, 13)), start=1):
        lines = [one for one in ledger.lines() if one[0].period in months]
        _sheet(book, f"序时账{number}", lines, places, ledger)
    book.close()
    return settle(ledger.marks, places)


def _sheet(
    book: Workbook,
    name: str,
    lines: Sequence[tuple[Voucher, int, Entry]],
    places: dict[object, Place],
    ledger: Ledger,
) -> None:
    rows = [_row(voucher, entry, ledger) for voucher, _, entry in lines]
    debit = sum((entry.debit for _, _, entry in lines), ZERO)
    credit = sum((entry.credit for _, _, entry in lines), ZERO)
    rows.append((None, None, None, None, "合计", None, None, debit, credit, None, None, None, None, None))
    above = (f"编制单位：{UNIT.name}", f"会计年度：{YEAR}年", "单位：元")
    book.sheet(name, f"{UNIT.name}{YEAR}年凭证序时账", above, _HEADINGS, rows)
    for at, (voucher, number, entry) in enumerate(lines, start=_FIRST):
        places[entry] = Place(FILE, name, at)
        if number == 1 and len(voucher.entries) > 1:
            book.merge_down(name, 0, at, at + len(voucher.entries) - 1, str(voucher.day))


def _row(voucher: Voucher, entry: Entry, ledger: Ledger) -> tuple[Cell, ...]:
    debit: Decimal | None = entry.debit or None
    credit: Decimal | None = entry.credit or None
    return (
        str(voucher.day), voucher.period, "记", f"{voucher.number:04d}", entry.summary, entry.account,
        ledger.chart.full_name(entry.account), debit, credit, voucher.prepared_by, voucher.approved_by,
        voucher.posted_by, voucher.attachments, "作废" if voucher.is_void else "正常",
    )  # fmt: skip
