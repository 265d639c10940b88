"""Money and codes as departments write them: read exactly, or asked about; never guessed, never shortened silently."""

from __future__ import annotations

from decimal import Decimal

import pytest
from simplejson import loads

from bad_files import HEADINGS, ROWS, Office, csv_text, office

CODED = (*HEADINGS, "发票号", "付款账号")


@pytest.fixture
def inbox(tmp_path) -> Office:
    return office(tmp_path)


def collect(inbox: Office, amounts: list[str], *words: str) -> tuple[int, str]:
    rows = [(f"2025-03-{n:02}", "203", f"ZF{n:03}", "甲公司", f'"{one}"', "付款") for n, one in enumerate(amounts, 1)]
    answer = inbox.says("collect", *words, inbox.gets("金额.csv", csv_text(rows)))
    return answer.code, answer.err


def held(inbox: Office, column: str = "amount") -> list[object]:
    answer = inbox.says("books", "sql", "--json", f"SELECT {column} FROM payment ORDER BY row_id")
    return [loads(line, use_decimal=True)[column] for line in answer.out.splitlines()]


def test_every_usual_way_of_writing_an_amount_in_one_column(inbox: Office) -> None:
    amounts = ["1,234.5", "（1,234.56）", "￥1,234.56元", "１，２３４．５６", "1234.56-", "红字12.30", "1.5万元", "7"]
    assert collect(inbox, amounts) == (0, "")
    found = ["1234.50", "-1234.56", "1234.56", "1234.56", "-1234.56", "-12.30", "15000.00", "7.00"]
    assert held(inbox) == list(map(Decimal, found))


def test_a_column_with_decimal_commas_is_read_by_them(inbox: Office) -> None:
    assert collect(inbox, ["1.234,56", "12,50", "2.000.000,00", "1.234", "7"]) == (0, "")
    assert held(inbox) == list(map(Decimal, ["1234.56", "12.50", "2000000.00", "1234.00", "7.00"]))


def test_a_column_with_grouping_commas_is_read_by_them(inbox: Office) -> None:
    assert collect(inbox, ["1,234", "2,500", "12.5"]) == (0, "")
    assert held(inbox) == list(map(Decimal, ["1234.00", "2500.00", "12.50"]))


@pytest.mark.parametrize("point", ["1,234.56", "12.50"], ids=["grouped", "plain"])
def test_where_both_styles_stand_in_a_column_what_could_be_either_is_rejected(inbox: Office, point: str) -> None:
    sure = ["1.234,56", point, *[f"{n}.25" for n in range(10, 20)]]
    code, said = collect(inbox, [*sure, "1,234", "1.234"])
    assert code == 1
    assert "line 14: amount '1,234': the mark may group thousands or begin decimals" in said
    assert [one["line"] for one in inbox.rejects()] == [14, 15]
    assert held(inbox)[:2] == [Decimal("1234.56"), Decimal(point.replace(",", ""))]
    assert len(held(inbox)) == len(sure)


def test_amounts_that_look_like_thousands_with_points_are_asked_about(inbox: Office) -> None:
    code, said = collect(inbox, ["1.234", "2.567", "12"])
    assert code == 1 and "“支付金额”" in said and "--map" in said
    assert inbox.totals() == []


def test_the_answer_in_the_map_decides_them(inbox: Office) -> None:
    collect(inbox, ["1.234", "2.567", "12"])
    (proposal,) = (inbox.workspace / "maps").glob("*.yaml")
    text = proposal.read_text(encoding="utf-8")
    told = "amount: {from: 支付金额, style: {decimal_comma: true}}"
    proposal.write_text(text.replace("amount: {from: 支付金额}", told), encoding="utf-8")
    assert collect(inbox, ["1.234", "2.567", "12"], "--map", str(proposal)) == (0, "")
    assert held(inbox) == list(map(Decimal, ["1234.00", "2567.00", "12.00"]))


def test_codes_with_a_power_of_ten_stay_as_they_stand_and_are_counted(inbox: Office) -> None:
    codes = ("2.11101E+11", "1E+05", "INV-7")
    rows = [(*row, code, "33050161000000001") for row, code in zip(ROWS, codes, strict=True)]
    answer = inbox.says("collect", inbox.gets("发票.csv", csv_text(rows, CODED)))
    assert answer.code == 0
    assert "发票.csv: invoice_no 有 2 个值形如 1E+05" in answer.err and "kept as they stand" in answer.err
    assert held(inbox, "invoice_no") == list(codes)
    assert inbox.rejects() == []


def test_a_power_of_ten_within_free_text_is_text(inbox: Office) -> None:
    rows = [(*row[:5], "2.11101E+11") for row in ROWS]
    answer = inbox.says("collect", inbox.gets("用途.csv", csv_text(rows)))
    assert (answer.code, answer.err) == (0, "")
    assert held(inbox, "purpose") == ["2.11101E+11"] * 3


def test_an_account_whose_digits_are_lost_is_rejected_also_where_it_is_no_personal_data(inbox: Office) -> None:
    accounts = ("33050161000000001", "3.30502E+15", "33050161000000003")
    rows = [(*row, "INV", account) for row, account in zip(ROWS, accounts, strict=True)]
    answer = inbox.says("collect", inbox.gets("账号.csv", csv_text(rows, CODED)))
    assert answer.code == 1
    assert "账号.csv, line 3: payer_account '3.30502E+15': digits were lost" in answer.err
    assert [(one["line"], one["column"]) for one in inbox.rejects()] == [(3, "payer_account")]
    assert held(inbox, "payer_account") == [accounts[0], accounts[2]]


def test_a_last_line_without_its_end_is_pointed_out(inbox: Office) -> None:
    answer = inbox.says("collect", inbox.gets("末行.csv", csv_text().rstrip("\n")))
    assert answer.code == 0 and "末行.csv: 最后一行没有换行符" in answer.err
