"""The field's answers: the workbook goes out, comes back filled in, and the score learns from it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from at_the_desk import bihuan, examined, twice
from bihuan.leads import labels
from bihuan.leads.answers import AMOUNT, BY, CHOICES, ID, NOTE, ON, SHEET, VERDICT


@pytest.fixture
def made(tmp_path):
    return examined(tmp_path, [*twice("甲公司", "001", "150.00"), *twice("乙公司", "002", "900.00")])


@pytest.fixture
def sheet(made, tmp_path):
    path = tmp_path / "核实表.xlsx"
    assert bihuan(made, "leads", "--xlsx", str(path)).code == 0
    return path


def fill(path, row, answers):
    """Fill the answer cells of a lead's row, as the field does in Excel; row 3 is the first lead."""
    book = openpyxl.load_workbook(path)
    held = book[SHEET]
    columns = {cell.value: cell.column for cell in held[2]}
    for name, value in answers.items():
        held.cell(row, columns[name], value)
    book.save(path)


def test_answers_are_read_back_and_the_score_explains_what_it_learnt(made, sheet):
    before = bihuan(made, "leads", "--json").records
    fill(sheet, 3, {VERDICT: "属实", AMOUNT: 900.5, NOTE: "已重复支付", BY: "林", ON: date(2024, 5, 6)})
    fill(sheet, 4, {VERDICT: "不属实"})
    assert bihuan(made, "leads", "answers", str(sheet)).code == 0
    first, second = labels.read(made).values()
    assert (first.verdict, first.amount, first.note, first.by, first.on) == (
        "established", "900.50", "已重复支付", "林", "2024-05-06",
    )  # fmt: skip
    assert (first.lead_id, first.method, second.verdict) == (before[0]["lead_id"], "paid_twice", "dismissed")
    after = bihuan(made, "leads", "--json").records
    assert [one["verdict"] for one in after] == ["established", "dismissed"]
    assert (before[0]["chance"], after[0]["chance"]) == (Decimal("0.6667"), Decimal("0.625"))
    assert "查实 1 件、排除 1 件：(4 + 1) / (6 + 2) = 0.6250" in bihuan(made, "leads", "show", first.lead_id).out


def test_the_same_file_twice_adds_nothing(made, sheet):
    fill(sheet, 3, {VERDICT: "部分属实"})
    bihuan(made, "leads", "answers", str(sheet))
    once = labels.path_of(made).read_bytes()
    said = bihuan(made, "leads", "answers", str(sheet))
    assert "新增 0 条" in said.err
    assert labels.path_of(made).read_bytes() == once


def test_rows_without_an_answer_are_left_out(made, sheet):
    assert "读到 0 条" in bihuan(made, "leads", "answers", str(sheet)).err
    assert labels.read(made) == {}


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({VERDICT: "大概吧"}, "row 4: 核实结论 '大概吧'"),
        ({VERDICT: "属实", AMOUNT: "三百"}, "row 4: 核实金额 '三百'"),
        ({VERDICT: "属实", AMOUNT: "NaN"}, "row 4: 核实金额 'NaN'"),
        ({VERDICT: "属实", ID: "abc"}, "row 4: 疑点编号 'abc'"),
    ],
)
def test_a_wrong_cell_is_an_error_with_its_row_and_nothing_is_taken_in(made, sheet, answers, said):
    fill(sheet, 3, {VERDICT: "属实"})
    fill(sheet, 4, answers)
    found = bihuan(made, "leads", "answers", str(sheet))
    assert found.code == 1
    assert said in found.err
    assert labels.read(made) == {}


def test_one_lead_answered_twice_is_an_error_with_both_rows(made, sheet):
    name = openpyxl.load_workbook(sheet)[SHEET].cell(3, 2).value
    fill(sheet, 3, {VERDICT: "属实"})
    fill(sheet, 4, {VERDICT: "不属实", ID: name})
    found = bihuan(made, "leads", "answers", str(sheet))
    assert found.code == 1
    assert "rows 3 and 4" in found.err


def test_a_file_that_is_no_such_workbook_says_what_to_give(made, tmp_path):
    (tmp_path / "x.xlsx").write_text("no workbook", encoding="utf-8")
    assert "cannot be read as a workbook" in bihuan(made, "leads", "answers", str(tmp_path / "x.xlsx")).err
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    found = bihuan(made, "leads", "answers", str(tmp_path / "empty.xlsx"))
    assert found.code == 1
    assert "bihuan leads --xlsx" in found.err


def test_every_word_that_the_sheet_offers_is_understood(made, sheet):
    for word in CHOICES:
        fill(sheet, 3, {VERDICT: word})
        assert bihuan(made, "leads", "answers", str(sheet)).code == 0
