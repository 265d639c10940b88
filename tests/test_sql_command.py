"""`bihuan books sql`: history, exports in which nothing runs, masked values."""

from __future__ import annotations

import csv
import json
from decimal import Decimal

import openpyxl
import pytest

from at_the_desk import bihuan, payment
from hostile import TEXTS
from small_books import workspace

ACCOUNT = "6228480012345678901"
QUERY = "SELECT payee_name, amount, paid_on, payee_account FROM payment ORDER BY row_id"


@pytest.fixture
def made(tmp_path):
    rows = [
        payment("甲公司", "001", "1234567.89", "2024-01-05", payee_account=ACCOUNT),
        payment("=1+1", "002", "-20.50", "2024-02-05"),
    ]
    return workspace(tmp_path, {"payment": rows})


def test_json_keeps_every_digit_and_masks_what_is_personal(made):
    assert bihuan(made, "books", "sql", QUERY, "--json").records == [
        {"payee_name": "甲公司", "amount": Decimal("1234567.89"), "paid_on": "2024-01-05",
         "payee_account": "622**************01"},
        {"payee_name": "=1+1", "amount": Decimal("-20.50"), "paid_on": "2024-02-05", "payee_account": None},
    ]  # fmt: skip


def test_unmasking_takes_a_reason_and_is_recorded_before_anything_is_shown(made):
    assert ACCOUNT in bihuan(made, "books", "sql", QUERY, "--json", "--unmask", "核对账户").out
    (entry,) = [json.loads(one) for one in (made.root / "unmasked.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (entry["reason"], entry["what"]) == ("核对账户", f"sql: {QUERY}")


def test_a_csv_holds_numbers_as_they_are_and_no_formula(made, tmp_path):
    assert bihuan(made, "books", "sql", QUERY, "--to", str(tmp_path / "x.csv")).code == 0
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1][:3] == ["甲公司", "1234567.89", "2024-01-05"]
    assert rows[2][:3] == ["'=1+1", "-20.50", "2024-02-05"]


def test_a_workbook_holds_numbers_as_numbers_and_text_as_text(made, tmp_path):
    assert bihuan(made, "books", "sql", QUERY, "--to", str(tmp_path / "x.xlsx")).code == 0
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["SQL"]
    (name, amount, day, _), (odd, *_) = sheet.iter_rows(min_row=2)
    assert (name.value, amount.value, amount.data_type, day.is_date) == ("甲公司", 1234567.89, "n", True)
    assert (odd.value, odd.data_type) == ("=1+1", "s")


def test_a_number_too_long_for_a_spreadsheet_keeps_its_digits_as_text(made, tmp_path):
    query = "SELECT 1234567890123456.78::DECIMAL(18,2) AS money, 9223372036854775807 AS code"
    assert bihuan(made, "books", "sql", query, "--to", str(tmp_path / "x.xlsx")).code == 0
    money, code = openpyxl.load_workbook(tmp_path / "x.xlsx")["SQL"][2]
    assert (money.value, code.value) == ("1234567890123456.78", "9223372036854775807")


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_stays_text(tmp_path, text):
    made = workspace(tmp_path, {"payment": [payment(text, "1", "1.00", "2024-01-05")]})
    for name in ("x.csv", "x.xlsx"):
        assert bihuan(made, "books", "sql", "SELECT payee_name FROM payment", "--to", str(tmp_path / name)).code == 0
    cell = openpyxl.load_workbook(tmp_path / "x.xlsx")["SQL"]["A2"]
    assert (cell.data_type, cell.hyperlink, cell.value.replace("_x0001_", "\x01")) == ("s", None, text)
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))[1][0]
    assert not written.startswith(("=", "+", "-", "@"))
    assert written.endswith(text)


def test_a_failing_export_leaves_no_file_and_spares_the_older_one(made, tmp_path):
    target = tmp_path / "x.csv"
    target.write_text("older", encoding="utf-8")
    query = "SELECT CAST(payee_name AS INTEGER) FROM payment"
    assert bihuan(made, "books", "sql", query, "--to", str(target)).code == 1
    assert target.read_text(encoding="utf-8") == "older"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["x.csv"]


def test_another_ending_is_a_wrong_use(made, tmp_path):
    said = bihuan(made, "books", "sql", QUERY, "--to", str(tmp_path / "x.ods"))
    assert said.code == 2
    assert ".csv and .xlsx" in said.err


def test_what_ran_is_kept_in_the_history(made):
    bihuan(made, "books", "sql", "SELECT 1")
    bihuan(made, "books", "sql", "SELECT no_such_column FROM payment")
    bihuan(made, "books", "sql", QUERY)
    held = bihuan(made, "books", "sql", "--history", "--json").records
    assert [(one["query"], one["rows"]) for one in held] == [("SELECT 1", 1), (QUERY, 2)]
    assert "SELECT 1" in bihuan(made, "books", "sql", "--history").out


def test_a_query_comes_from_a_file_too(made, tmp_path):
    (tmp_path / "q.sql").write_text("\ufeffSELECT count(*) AS 笔数 FROM payment;\n", encoding="utf-8")
    assert bihuan(made, "books", "sql", "--file", str(tmp_path / "q.sql"), "--json").records == [{"笔数": 2}]
    assert bihuan(made, "books", "sql", "--file", str(tmp_path / "none.sql")).code == 1
    assert bihuan(made, "books", "sql").code == 2


def test_columns_of_one_name_stay_apart(made):
    said = bihuan(made, "books", "sql", "SELECT 1 AS a, 2 AS a", "--json")
    assert sorted(said.records[0].values()) == [1, 2]


def test_only_the_first_rows_are_shown_and_all_are_counted(made):
    said = bihuan(made, "books", "sql", "SELECT n FROM range(5000) AS t(n)")
    assert "共 5000 行" in said.err
    assert "4,999" not in said.out


def test_odd_types_can_be_written(made):
    query = "SELECT INTERVAL 1 DAY AS i, TIME '10:00' AS t, [1, 2] AS l, {'a': 1} AS s, 'x'::BLOB AS b"
    (found,) = bihuan(made, "books", "sql", query, "--json").records
    assert (found["l"], found["s"]) == ([1, 2], {"a": 1})
    assert all(isinstance(found[name], str) for name in "itb")


def test_one_query_cannot_take_the_machine_down(made):
    said = bihuan(made, "books", "sql", "SELECT range(100000000)")
    assert said.code == 1
    assert "MB" in said.err or "emory" in said.err
