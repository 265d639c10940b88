"""A sample from plan to conclusion, as an auditor types it, fills it in and reads it back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from at_the_desk import bihuan, payment
from hostile import TEXTS
from small_books import workspace

ACCOUNT = "6228480012345678901"
SHEET = "抽样核实表"


@pytest.fixture
def made(tmp_path):
    rows = [
        payment(f"商户{n}", f"F{n}", f"{100 + n * 37}.50", "2024-01-05", payee_account=ACCOUNT, payment_no=str(n))
        for n in range(120)
    ]
    lines = [
        {"voucher_no": str(v), "voucher_date": "2024-03-01", "account_code": code, "debit": debit, "credit": credit}
        for v in range(1, 21)
        for code, debit, credit in (("6602", "80.00", "0.00"), ("1002", "0.00", "80.00"))
    ]
    return workspace(tmp_path, {"payment": rows, "journal_line": lines})


def drawn(made, *words):
    (found,) = bihuan(made, "sample", "draw", *words, "--seed", "42", "--json").records
    return found


def sheet_of(made, sample: str, *words: str) -> Path:
    path = made.root / "sheet.xlsx"
    said = bihuan(made, "sample", "sheet", sample, "-o", str(path), *words)
    assert said.code == 0, said.err
    return path


def fill(path: Path, answers: dict[int, tuple[str, object]], *, others: str = "否") -> None:
    """Write the verdict and the audited amount of the items by number; all others get `others`."""
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    heading = {cell.value: cell.column for cell in sheet[2]}
    for row in range(3, sheet.max_row + 1):
        verdict, audited = answers.get(sheet.cell(row, 1).value, (others, None))
        sheet.cell(row, heading["是否有误"]).value = verdict or None
        sheet.cell(row, heading["审定金额"]).value = audited
    book.save(path)


def evaluated(made, sample: str, *words: str):
    (found,) = bihuan(made, "sample", "evaluate", sample, *words, "--json").records
    return found


def test_a_size_from_rates_alone_needs_no_workspace(tmp_path, made):
    words = ("sample", "size", "attribute", "--tolerable", "5%", "--expected", "1%", "--json")
    assert bihuan(made, *words).records == [{"size": 93, "allowed": 1}]
    words = ("sample", "size", "money", "--tolerable", "5%", "--confidence", "90%", "--json")
    assert bihuan(made, *words).records == [{"size": 47, "allowed": 0}]


def test_a_plan_says_what_would_be_drawn_and_draws_nothing(made):
    (found,) = bihuan(made, "sample", "plan", "payment", "--kind", "money", "--tolerable", "10%", "--json").records
    assert (found["items"], found["amount"], found["size"]) == (120, Decimal("276240.00"), 30)
    assert bihuan(made, "sample", "list", "--json").records == []


def test_a_number_without_percent_is_a_rate_where_items_are_counted_and_an_amount_where_money_is(made):
    (found,) = bihuan(made, "sample", "plan", "payment", "--tolerable", "0.05", "--expected", "0", "--json").records
    assert found["size"] == 59
    words = ("sample", "plan", "payment", "--kind", "money", "--expected", "0", "--json", "--tolerable")
    assert bihuan(made, *words, "27624").records == bihuan(made, *words, "10%").records
    said = bihuan(made, *words, "0.05")
    assert said.code == 2 and "less than one" in said.err


def test_a_sample_of_books_that_were_forgotten_is_evaluated_but_not_listed_again(made):
    found = drawn(made, "payment", "--size", "4")
    path = sheet_of(made, found["sample"])
    fill(path, {})
    bihuan(made, "sample", "answers", str(path))
    for part in (made.books / "parts").iterdir():
        part.unlink()
    said = bihuan(made, "sample", "sheet", found["sample"], "-o", str(path))
    assert said.code == 1 and "no longer whole" in said.err
    assert evaluated(made, found["sample"])["deviations"] == 0


def test_the_same_seed_gives_the_same_sample(made):
    assert drawn(made, "payment", "--size", "10") == drawn(made, "payment", "--size", "10")
    assert len(bihuan(made, "sample", "list", "--json").records) == 1


def test_without_a_seed_one_is_made_and_kept(made):
    (found,) = bihuan(made, "sample", "draw", "payment", "--size", "5", "--json").records
    (again,) = bihuan(made, "sample", "draw", "payment", "--size", "5", "--seed", found["seed"], "--json").records
    assert again["selection"] == found["selection"]


def test_the_sheet_names_place_amount_and_what_to_check_and_masks_what_is_personal(made):
    found = drawn(made, "payment", "--size", "10", "--check", "看发票")
    path = sheet_of(made, found["sample"])
    rows = list(openpyxl.load_workbook(path)[SHEET].iter_rows(min_row=3, values_only=True))
    assert len(rows) == 10
    item = found["selection"][0]
    assert rows[0][:4] == (1, found["sample"], str(item["item"]), "s1.csv")
    assert rows[0][5] == item["item"] & 0xFFFFFFFFFF
    assert (Decimal(str(rows[0][7])), rows[0][9]) == (item["amount"], "看发票")
    assert "商户" in rows[0][6] and ACCOUNT not in str(rows)
    assert not (made.root / "unmasked.jsonl").exists()


def test_unmasking_is_recorded(made):
    found = drawn(made, "payment", "--size", "3")
    path = sheet_of(made, found["sample"], "--unmask", "现场核对账号")
    assert ACCOUNT in str(list(openpyxl.load_workbook(path)[SHEET].iter_rows(values_only=True)))
    assert "现场核对账号" in (made.root / "unmasked.jsonl").read_text(encoding="utf-8")


def test_an_attribute_sample_from_draw_to_conclusion(made):
    found = drawn(made, "payment", "--tolerable", "5%")
    path = sheet_of(made, found["sample"])
    fill(path, {1: ("是", None), 7: ("无法核实", None)})
    assert "读到 59 条，新增 59 条，还差 0 条" in bihuan(made, "sample", "answers", str(path)).err
    assert "新增 0 条" in bihuan(made, "sample", "answers", str(path)).err
    result = evaluated(made, found["sample"])
    assert (result["size"], result["deviations"], result["unverifiable"]) == (59, 2, 1)
    assert (round(result["upper"], 4), result["supports"]) == (Decimal("0.1029"), False)
    said = bihuan(made, "sample", "evaluate", found["sample"])
    assert "10.29%" in said.out and "总体不能接受" in said.out


def test_a_monetary_sample_from_draw_to_conclusion(made):
    found = drawn(made, "payment", "--kind", "money", "--tolerable", "10%")
    path = sheet_of(made, found["sample"])
    items = {one["number"]: one for one in found["selection"]}
    half = round(items[3]["amount"] / 2, 2)
    fill(path, {3: ("是", float(half)), 5: ("无法核实", None)})
    bihuan(made, "sample", "answers", str(path))
    result = evaluated(made, found["sample"])
    ranking = result["over"]["ranking"]
    assert [one["item"] for one in ranking] == [items[5]["item"], items[3]["item"]]
    assert [round(one["tainting"], 3) for one in ranking] == [1, Decimal("0.5")]
    assert result["over"]["projected"] == sum(one["projected"] for one in ranking)
    assert result["tolerable"] == Decimal("27624.00")
    assert result["supports"] is False
    said = bihuan(made, "sample", "evaluate", found["sample"])
    assert "上限（Stringer）" in said.out and "50.00%" in said.out


def test_a_variables_sample_from_draw_to_conclusion(made):
    found = drawn(made, "payment", "--kind", "variables", "--strata", "1000,3000", "--size", "40", "--tolerable", "5%")
    path = sheet_of(made, found["sample"])
    fill(path, {})
    bihuan(made, "sample", "answers", str(path))
    result = {one["name"]: one for one in evaluated(made, found["sample"])["estimates"]}
    assert set(result) == {"mean", "difference", "ratio", "regression"}
    assert (result["difference"]["total"], result["difference"]["precision"]) == (Decimal("276240.00"), 0)
    assert result["difference"]["supports"] is True
    assert "difference" in bihuan(made, "sample", "evaluate", found["sample"]).out


def test_vouchers_are_listed_once_with_their_lines_on_a_sheet_of_their_own(made):
    found = drawn(made, "journal_line", "--by", "voucher", "--size", "6")
    book = openpyxl.load_workbook(sheet_of(made, found["sample"]))
    assert book[SHEET].max_row == 2 + 6
    assert book["明细"].max_row == 1 + 12
    assert "共 2 行" in book[SHEET].cell(3, 7).value


def test_what_is_not_answered_stops_the_evaluation_or_counts_as_wrong(made):
    found = drawn(made, "payment", "--size", "10")
    path = sheet_of(made, found["sample"])
    fill(path, {1: ("否", None)}, others="")
    assert "还差 9 条" in bihuan(made, "sample", "answers", str(path)).err
    said = bihuan(made, "sample", "evaluate", found["sample"])
    assert said.code == 2 and "9 of 10 items have no answer" in said.err
    assert evaluated(made, found["sample"], "--unanswered-is-wrong")["deviations"] == 9


def test_a_later_answer_counts(made):
    found = drawn(made, "payment", "--size", "4")
    path = sheet_of(made, found["sample"])
    for word, wrong in (("是", 4), ("否", 0)):
        fill(path, {}, others=word)
        bihuan(made, "sample", "answers", str(path))
        assert evaluated(made, found["sample"])["deviations"] == wrong


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (("是", None), "审定金额 is empty"),
        (("否", 1.0), "is not the book amount"),
        (("也许", None), "'也许' is none of 否、是、无法核实"),
        (("是", "很多"), "'很多' is not a number"),
    ],
)
def test_an_answer_that_cannot_be_meant_is_named_with_its_row(made, answer, words):
    found = drawn(made, "payment", "--kind", "money", "--size", "5")
    path = sheet_of(made, found["sample"])
    fill(path, {2: answer})
    said = bihuan(made, "sample", "answers", str(path))
    assert said.code == 1 and words in said.err and "row 4" in said.err


def test_an_amount_alone_says_whether_it_is_wrong(made):
    found = drawn(made, "payment", "--kind", "money", "--size", "5")
    path = sheet_of(made, found["sample"])
    book = {one["number"]: float(one["amount"]) for one in found["selection"]}
    fill(path, {number: ("", amount if number > 1 else 0) for number, amount in book.items()})
    bihuan(made, "sample", "answers", str(path))
    assert [one["tainting"] for one in evaluated(made, found["sample"])["over"]["ranking"]] == [1]


def test_a_row_of_another_sample_and_a_foreign_file_are_refused(made, tmp_path):
    one, other = drawn(made, "payment", "--size", "4"), drawn(made, "payment", "--size", "5")
    path = sheet_of(made, one["sample"])
    book = openpyxl.load_workbook(path)
    book[SHEET].cell(3, 2).value = other["sample"]
    book.save(path)
    assert "2 sample ids" in bihuan(made, "sample", "answers", str(path)).err
    (tmp_path / "x.xlsx").write_bytes(b"no workbook")
    assert bihuan(made, "sample", "answers", str(tmp_path / "x.xlsx")).code == 1


def test_a_sample_is_found_by_the_beginning_of_its_id(made):
    found = drawn(made, "payment", "--size", "4")
    (shown,) = bihuan(made, "sample", "show", found["sample"][:6], "--json").records
    assert shown == found
    assert "名单" in bihuan(made, "sample", "show", found["sample"]).out
    assert bihuan(made, "sample", "show", "0000").code == 1


def test_nothing_that_a_department_wrote_runs_in_the_sheet(tmp_path):
    made = workspace(tmp_path, {"payment": [payment(text, "1", "5.00", "2024-01-05") for text in TEXTS]})
    found = drawn(made, "payment", "--size", "99")
    sheet = openpyxl.load_workbook(sheet_of(made, found["sample"]))[SHEET]
    assert all(cell.data_type in ("s", "n") and not cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_the_guides_tables_are_printed(made):
    rows = bihuan(made, "sample", "table", "c-1", "--json").records
    assert len(rows) == 38 and rows[0]["5%"] == "60"
    assert "149(0)" in bihuan(made, "sample", "table", "A-1").out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("plan", "payment"), "neither --tolerable nor --size"),
        (("plan", "payment", "--tolerable", "many"), "'many' is neither a rate nor an amount"),
        (("plan", "payment", "--kind", "variables", "--size", "9", "--strata", "5%"), "limits are amounts"),
        (("plan", "payment", "--kind", "variables", "--tolerable", "5%", "--spread", "5%"), "--spread '5%' is a rate"),
        (("size", "variables", "--tolerable", "5%"), "neither attribute nor money"),
        (("size", "money", "--tolerable", "5%", "--expected", "5%"), "must be below the tolerable"),
    ],
)
def test_what_is_wrongly_asked_is_said_with_exit_code_2(made, words, complaint):
    said = bihuan(made, "sample", *words)
    assert (said.code, complaint in said.err) == (2, True), said.err


def test_it_speaks_english_where_asked(made, monkeypatch):
    monkeypatch.setenv("BIHUAN_LANG", "en")
    said = bihuan(made, "sample", "draw", "payment", "--kind", "money", "--size", "5", "--seed", "1")
    assert "population" in said.out and "Next: bihuan sample sheet" in said.err
