"""疑点核实表: a workbook that the field can filter, fill in and print, in which nothing runs."""

from __future__ import annotations

import openpyxl
import pytest

from at_the_desk import bihuan, examined, twice
from bihuan.leads.answers import CHOICES, SHEET, VERDICT
from bihuan.report.workbook import COLUMNS
from hostile import TEXTS

HEADINGS = [name for name, _ in COLUMNS]


@pytest.fixture
def book(tmp_path):
    made = examined(tmp_path, twice("甲公司", "001", "1234567.89", payee_account="6228480012345678901"))
    assert bihuan(made, "leads", "--xlsx", str(tmp_path / "x.xlsx")).code == 0
    return openpyxl.load_workbook(tmp_path / "x.xlsx")


def test_amounts_are_numbers_days_are_days_and_codes_are_text(book):
    row = dict(zip(HEADINGS, book[SHEET][3], strict=True))
    assert (row["涉及金额"].value, row["涉及金额"].data_type, row["涉及金额"].number_format) == (
        1234567.89, "n", "#,##0.00",
    )  # fmt: skip
    assert row["日期"].is_date
    evidence = book["证据-支付"]
    cells = {head.value: cell for head, cell in zip(evidence[1], evidence[2], strict=True)}
    assert (cells["发票号"].value, cells["发票号"].data_type) == ("001", "s")
    assert (cells["支付金额"].value, cells["行"].value, cells["来源文件"].value) == (1234567.89, 1, "s1.csv")


def test_it_can_be_filtered_frozen_answered_and_printed(book):
    sheet = book[SHEET]
    assert [cell.value for cell in sheet[2]] == HEADINGS
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("E3", "A2:R3")
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == f'"{",".join(CHOICES)}"'
    assert str(choice.sqref).startswith(sheet.cell(3, HEADINGS.index(VERDICT) + 1).coordinate)
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.column_dimensions["J"].width > 40


def test_personal_values_are_masked(book):
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "6228480012345678901" not in cells
    assert "622**************01" in cells


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_stays_text(tmp_path, text):
    made = examined(tmp_path, twice(text, "001", "100.00", purpose=text))
    path = tmp_path / "x.xlsx"
    assert bihuan(made, "leads", "--xlsx", str(path)).code == 0
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert [cell for cell in cells if str(cell.value).replace("_x0001_", "\x01") == text]


def test_a_run_without_leads_gives_an_empty_list_that_opens(tmp_path):
    made = examined(tmp_path, [])
    assert bihuan(made, "leads", "--xlsx", str(tmp_path / "x.xlsx")).code == 0
    assert openpyxl.load_workbook(tmp_path / "x.xlsx")[SHEET].max_row == 2
