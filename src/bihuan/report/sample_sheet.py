"""抽样核实表: a sample as a workbook for the field, each item with its place, what to check, and cells for the answer.

Every text is written as text, never as a formula, so that nothing in a department's file can run in the office's Excel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from bihuan.leads.lead import spoken
from bihuan.leads.mask import mask_row
from bihuan.model.table import table
from bihuan.report.workbook import _printable, _styles, _write
from bihuan.sample.answers import ANSWERS, AUDITED, CHOICES, DEVIATES, ITEM, SAMPLE, SHEET
from bihuan.sample.draw import Chosen
from bihuan.sample.kept import Sample
from bihuan.sample.rows import HeldRow

COLUMNS: tuple[tuple[str, int], ...] = (
    ("序号", 5),
    (SAMPLE, 14),
    (ITEM, 17),
    ("来源文件", 24),
    ("工作表", 10),
    ("行", 8),
    ("内容", 60),
    ("账面金额", 16),
    ("抽取方式", 12),
    ("核对事项", 36),
    (DEVIATES, 10),
    (AUDITED, 16),
    ("核实说明", 36),
    ("核实人", 10),
    ("核实日期", 12),
)
CHECKS = {
    "payment": "对照合同、发票、验收和审批资料，核对收款人、金额、用途、日期是否真实合规",
    "journal_line": "对照原始凭证和审批资料，核对业务是否真实，金额、科目、期间是否正确",
    "benefit_payment": "核对身份、资格、标准和到账情况，必要时入户询问",
    "contract": "对照采购资料和履约资料，核对签约方、金额、内容、变更",
    "asset_card": "实地盘点，核对是否存在、在用，价值是否正确",
    "invoice": "查验真伪和状态，对照合同与付款核对购销双方、金额、内容",
    "payroll": "核对在编在岗情况和发放标准、到账情况",
}
ANY_CHECK = "对照原始资料，核对是否真实、完整、准确、合规"
DULL = ("unit_name", "voucher_seq", "currency")
HELP = (
    "填表说明",
    "1. 每行是抽中的一个项目，必须全部核实；不能用别的项目替换。",
    "2. 请只填浅黄色各列。“是否有误”从下拉项中选：否、是、无法核实。",
    "3. 选“是”时，在“审定金额”填应当的金额（元）；不该支付的填 0。属性抽样只问是否有误，金额可以不填。",
    "4. “无法核实”按全错计算：拿不出资料，就不能当作正确。",
    "5. 样本编号、项目编号用于读回，请勿改动；行可以筛选、排序。",
    "6. 填好后执行：bihuan -w 工作区 sample answers 本文件；再执行 sample evaluate 样本编号。",
)


def write_sheet(path: Path, sample: Sample, rows: Mapping[int, HeldRow], *, title: str, unmask: bool = False) -> None:
    """Write the workbook and put it in place at once; personal values are masked unless `unmask`."""
    aside = path.with_name(f".{path.name}.tmp.xlsx")
    try:
        with xlsxwriter.Workbook(str(aside), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            styles = _styles(book)
            _items_sheet(book, styles, title, [_cells(sample, one, rows, unmask=unmask) for one in sample.items])
            if any(one.lines > 1 for one in sample.items):
                _lines_sheet(book, styles, sample, rows, unmask=unmask)
            _help_sheet(book, styles)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _items_sheet(book: Any, styles: dict[str, Any], title: str, rows: Sequence[list[object]]) -> None:
    sheet = book.add_worksheet(SHEET)
    sheet.write_string(0, 0, title, styles["title"])
    sheet.set_row(0, 26)
    for index, (name, width) in enumerate(COLUMNS):
        sheet.set_column(index, index, width)
        sheet.write_string(1, index, name, styles["answer_head" if name in ANSWERS else "head"])
    for number, cells in enumerate(rows, 2):
        for index, value in enumerate(cells):
            _write(sheet, styles, number, index, value)
        for index in range(len(cells), len(COLUMNS)):
            sheet.write_blank(number, index, None, styles["answer"])
    verdict, last = [name for name, _ in COLUMNS].index(DEVIATES), max(len(rows) + 1, 2)
    sheet.data_validation(2, verdict, last, verdict, {"validate": "list", "source": list(CHOICES)})
    sheet.autofilter(1, 0, last, len(COLUMNS) - 1)
    sheet.freeze_panes(2, 3)
    _printable(sheet)


def _cells(sample: Sample, item: Chosen, rows: Mapping[int, HeldRow], *, unmask: bool) -> list[object]:
    first = rows[item.item]
    return [
        item.number,
        sample.id,
        str(item.item),  # as text: a spreadsheet would round a longer number
        first.place.source,
        first.place.sheet,
        first.place.line,
        _content(sample, first, unmask=unmask) + (f"；共 {item.lines} 行，见明细" if item.lines > 1 else ""),
        item.amount,
        _way(sample, item),
        sample.plan.check or CHECKS.get(sample.plan.population.table, ANY_CHECK),
    ]


def _way(sample: Sample, item: Chosen) -> str:
    if item.is_certain:
        return "大额必查"
    if item.hits > 1:
        return f"抽中 {item.hits} 次"
    return f"层 {item.stratum}" if len(sample.facts.strata) > 1 else "抽中"


def _content(sample: Sample, row: HeldRow, *, unmask: bool) -> str:
    name = sample.plan.population.table
    values = row.values if unmask else mask_row(row.values, [name])
    said = [(one.zh, values.get(one.name)) for one in table(name).columns if one.name not in DULL]
    return "；".join(f"{label}：{spoken(value)}" for label, value in said if value not in (None, ""))


def _lines_sheet(
    book: Any, styles: dict[str, Any], sample: Sample, rows: Mapping[int, HeldRow], *, unmask: bool
) -> None:
    """Every row of the items that have several."""
    sheet = book.add_worksheet("明细")
    for index, (name, width) in enumerate((("序号", 5), ("来源文件", 24), ("工作表", 10), ("行", 8), ("内容", 110))):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, name, styles["head"])
    held = [(one.number, rows[row]) for one in sample.items if one.lines > 1 for row in one.rows]
    for line, (number, row) in enumerate(held, 1):
        place = row.place
        for index, value in enumerate((number, place.source, place.sheet, place.line)):
            _write(sheet, styles, line, index, value)
        sheet.write_string(line, 4, _content(sample, row, unmask=unmask), styles["text"])
    sheet.autofilter(0, 0, len(held), 4)
    sheet.freeze_panes(1, 1)
    _printable(sheet)


def _help_sheet(book: Any, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet("填表说明")
    sheet.set_column(0, 0, 90)
    for index, words in enumerate(HELP):
        sheet.write_string(index, 0, words, styles["title" if index == 0 else "plain"])
