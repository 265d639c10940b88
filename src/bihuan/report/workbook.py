"""疑点核实表: ranked leads as a workbook for the field, with the rows behind them and cells for the answers.

Every text is written as text, never as a formula, so that nothing in a department's file can run in the office's Excel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from bihuan.leads.answers import AMOUNT, ANSWERS, CHOICES, ID, METHOD, SHEET, VERDICT
from bihuan.leads.evidence import EvidenceRow
from bihuan.leads.lead import Lead
from bihuan.leads.score import LEVEL_ZH
from bihuan.model.table import tables

COLUMNS: tuple[tuple[str, int], ...] = (
    ("序号", 5),
    (ID, 14),
    (METHOD, 16),
    ("方法名称", 24),
    ("级别", 6),
    ("被审计单位", 18),
    ("涉及金额", 16),
    ("币种", 6),
    ("日期", 11),
    ("疑点描述", 60),
    ("核实建议", 36),
    ("证据行数", 9),
    ("证据来源", 36),
    (VERDICT, 10),
    (AMOUNT, 14),
    ("核实说明", 36),
    ("核实人", 10),
    ("核实日期", 12),
)
PLACES_SHOWN = 5


def write_workbook(
    path: Path, leads: Sequence[Lead], evidence: Mapping[str, list[EvidenceRow]], *, title: str, unmask: bool = False
) -> None:
    """Write the workbook; evidence rows carry their columns, personal ones as they were given to us (masked)."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        styles = _styles(book)
        rows = [_cells(number, one, evidence.get(one.hit.id, []), unmask) for number, one in enumerate(leads, 1)]
        _leads_sheet(book, styles, title, rows)
        for table, found in _by_table(leads, evidence).items():
            _evidence_sheet(book, styles, table, found)
        _help_sheet(book, styles)


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "宋体", "font_size": 10, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
    return {
        "title": book.add_format({"font_name": "黑体", "font_size": 15, "valign": "vcenter"}),
        "head": book.add_format({**base, "bold": True, "bg_color": "#EDEFF2", "text_wrap": True}),
        "answer_head": book.add_format({**base, "bold": True, "bg_color": "#FFF4D6", "text_wrap": True}),
        "text": book.add_format({**base, "text_wrap": True}),
        "money": book.add_format({**base, "num_format": "#,##0.00"}),
        "day": book.add_format({**base, "num_format": "yyyy-mm-dd", "align": "left"}),
        "answer": book.add_format({**base, "bg_color": "#FFFBF0", "text_wrap": True, "locked": False}),
        "plain": book.add_format({"font_name": "宋体", "font_size": 10, "text_wrap": True, "valign": "top"}),
    }


def _leads_sheet(book: Any, styles: dict[str, Any], title: str, rows: Sequence[list[object]]) -> None:
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
    verdict = [name for name, _ in COLUMNS].index(VERDICT)
    last = max(len(rows) + 1, 2)
    sheet.data_validation(2, verdict, last, verdict, {"validate": "list", "source": list(CHOICES)})
    sheet.autofilter(1, 0, last, len(COLUMNS) - 1)
    sheet.freeze_panes(2, 4)
    _printable(sheet)


def _cells(number: int, lead: Lead, rows: list[EvidenceRow], unmask: bool) -> list[object]:
    hit = lead.hit
    return [
        number,
        hit.id,
        hit.method.id,
        hit.method.title["zh"],
        LEVEL_ZH[hit.method.level],
        hit.unit,
        hit.amount,
        hit.currency,
        hit.on,
        hit.reason("zh", unmask=unmask),
        hit.method.ask["zh"],
        hit.evidence_count,
        _places(rows, hit.evidence_count),
    ]


def _places(rows: list[EvidenceRow], count: int) -> str:
    shown = [f"{one.place.source}{f'[{one.place.sheet}]' if one.place.sheet else ''}:{one.place.line}" for one in rows]
    more = [f"…共 {count} 行"] if count > PLACES_SHOWN else []
    return "\n".join(shown[:PLACES_SHOWN] + more)


def _by_table(
    leads: Iterable[Lead], evidence: Mapping[str, list[EvidenceRow]]
) -> dict[str, list[tuple[int, EvidenceRow]]]:
    grouped: dict[str, list[tuple[int, EvidenceRow]]] = defaultdict(list)
    for number, lead in enumerate(leads, 1):
        for row in evidence.get(lead.hit.id, []):
            grouped[row.table].append((number, row))
    return grouped


def _evidence_sheet(book: Any, styles: dict[str, Any], table: str, rows: list[tuple[int, EvidenceRow]]) -> None:
    model = tables()[table]
    used = [one for one in model.columns if any(row.values.get(one.name) not in (None, "") for _, row in rows)]
    sheet = book.add_worksheet(f"证据-{model.zh}"[:31])
    headings = ["疑点序号", "来源文件", "工作表", "行", *[one.zh for one in used]]
    for index, name in enumerate(headings):
        sheet.write_string(0, index, name, styles["head"])
        sheet.set_column(index, index, 24 if name in ("来源文件", "摘要", "资金用途") else 14)
    for line, (number, row) in enumerate(rows, 1):
        cells = [number, row.place.source, row.place.sheet, row.place.line, *[row.values.get(one.name) for one in used]]
        for index, value in enumerate(cells):
            _write(sheet, styles, line, index, value)
    sheet.autofilter(0, 0, len(rows), len(headings) - 1)
    sheet.freeze_panes(1, 4)
    _printable(sheet)


HELP = (
    "填表说明",
    "1. 每行是一个疑点，即需要核实的问题，不是结论。",
    "2. 请只填浅黄色各列：核实结论从下拉项中选（属实、部分属实、不属实、待查），金额按元填写。",
    "3. 疑点编号用于读回，请勿改动；行可以筛选、排序、删除。",
    "4. 填好后执行：bihuan -w 工作区 leads answers 本文件。结论会用于以后的排序。",
    "5. “证据-”各表列出原始记录所在的文件、工作表和行号，行号含表头，从 1 起数。",
)


def _help_sheet(book: Any, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet("填表说明")
    sheet.set_column(0, 0, 90)
    for index, words in enumerate(HELP):
        sheet.write_string(index, 0, words, styles["title" if index == 0 else "plain"])


def _write(sheet: Any, styles: dict[str, Any], row: int, column: int, value: object) -> None:
    if isinstance(value, Decimal):
        _write_money(sheet, styles, row, column, value)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", styles["text"])
    elif isinstance(value, int) and abs(value) < 10**15:
        sheet.write_number(row, column, value, styles["text"])
    elif isinstance(value, datetime):
        sheet.write_string(row, column, value.isoformat(sep=" ", timespec="seconds"), styles["text"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), styles["day"])
    else:
        sheet.write_string(row, column, "" if value is None else str(value), styles["text"])


def _write_money(sheet: Any, styles: dict[str, Any], row: int, column: int, value: Decimal) -> None:
    # Excel keeps 15 digits; a longer amount stays text so that no digit is lost.
    if len(value.as_tuple().digits) > 15:
        sheet.write_string(row, column, format(value, "f"), styles["text"])
    else:
        sheet.write_number(row, column, value, styles["money"])


def _printable(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.set_footer("&C第 &P 页 共 &N 页")
