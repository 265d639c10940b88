"""Account browsing: from the units to the general ledger, the subsidiary ledger and the voucher."""

from __future__ import annotations

from decimal import Decimal

import pytest

from at_the_desk import bihuan
from small_books import workspace

MONEY = {"1001": "库存现金", "1002": "银行存款", "100201": "基本户", "5001": "费用"}


def line(number, period, account, debit, credit, **more):
    return {
        "book_id": "001", "fiscal_year": 2024, "period": period, "voucher_word": "记", "voucher_no": f"{number}",
        "voucher_seq": number, "voucher_date": f"2024-{period:02}-10", "account_code": account,
        "account_name": MONEY[account], "debit": debit, "credit": credit, "description": "付款", **more,
    }  # fmt: skip


def balance(period, account, opening, closing, **more):
    return {
        "book_id": "001", "fiscal_year": 2024, "period": period, "account_code": account, "opening": opening,
        "closing": closing, **more,
    }  # fmt: skip


LINES = [
    line(1, 1, "5001", "300.00", "0"),
    line(1, 1, "100201", "0", "300.00"),
    line(2, 2, "5001", "50.00", "0"),
    line(2, 2, "1001", "0", "50.00"),
    line(3, 2, "100201", "0", "999.00", status="void"),
    line(4, 3, "100201", "0", "20.25"),
    line(4, 3, "5001", "20.25", "0"),
]
BALANCES = [
    balance(1, "1002", "1000.00", "700.00", is_leaf=False),
    balance(1, "100201", "1000.00", "700.00"),
    balance(3, "1002", "700.00", "679.75", is_leaf=False),
    balance(3, "100201", "700.00", "679.00"),
    balance(1, "1001", "80.00", "80.00"),
    balance(2, "1001", "80.00", "30.00"),
]


@pytest.fixture
def made(tmp_path):
    return workspace(tmp_path, {"journal_line": LINES, "account_balance": BALANCES})


def ledger(made, *words):
    said = bihuan(made, "books", "ledger", *words, "--json")
    assert said.code == 0, said.err
    return said.records


def accounts(made, *words):
    return {one["code"]: one for one in ledger(made, "U1", *words)}


def test_the_sets_of_books_that_can_be_opened_are_listed(made):
    assert ledger(made) == [
        {"unit": "U1", "name": None, "book": "001", "first_year": 2024, "last_year": 2024, "lines": 7}
    ]


def test_the_general_ledger_is_reconciled_with_the_balances_handed_over(made):
    found = accounts(made)
    cash, bank = found["1001"], found["100201"]
    assert (cash["opening"], cash["debit"], cash["credit"], cash["closing"]) == (80, 0, 50, 30)
    assert cash["handed_over"] == cash["closing"]
    assert (bank["closing"], bank["handed_over"]) == (Decimal("679.75"), 679)
    assert found["5001"]["handed_over"] is None
    shown = bihuan(made, "books", "ledger", "U1")
    assert "0.75" in shown.out
    assert "与所交余额核对 3 个，不符 1 个" in shown.err


def test_a_void_voucher_is_listed_and_counts_for_nothing(made):
    assert accounts(made)["100201"]["credit"] == Decimal("320.25")
    entries = {one["voucher"]: one for one in ledger(made, "U1", "100201")}
    assert entries["记-3"]["status"] == "void"
    assert entries["记-3"]["balance"] == entries["记-1"]["balance"] == 700


def test_an_account_above_others_shows_what_lies_below_it(made):
    above = accounts(made)["1002"]
    assert (above["opening"], above["credit"], above["closing"]) == (1000, Decimal("320.25"), Decimal("679.75"))
    assert above["handed_over"] == above["closing"]


def test_the_subsidiary_ledger_runs_from_the_opening_which_is_counted_once(made):
    entries = ledger(made, "U1", "1002")
    assert [one["balance"] for one in entries] == [700, 700, Decimal("679.75")]
    assert [one["account"] for one in entries] == ["100201"] * 3


def test_a_page_of_one_period_opens_with_what_was_carried_to_it(made):
    found = accounts(made, "--period", "3")
    assert (found["5001"]["opening"], found["5001"]["closing"]) == (350, Decimal("370.25"))
    assert found["100201"]["opening"] == 700
    assert found["1001"]["opening"] == 30  # stated up to February, no entry since
    assert [one["balance"] for one in ledger(made, "U1", "100201", "--period", "3")] == [Decimal("679.75")]


def test_a_stated_balance_that_later_entries_passed_is_not_compared(made):
    assert accounts(made, "--period", "2")["100201"]["handed_over"] is None
    assert accounts(made, "--year", "2024")["1001"]["handed_over"] == 30


@pytest.mark.parametrize("name", ["记-2", "2"])
def test_a_voucher_is_shown_whole(made, name):
    found = ledger(made, "U1", "--voucher", name)
    assert [(one["account"], one["debit"], one["credit"]) for one in found] == [("5001", 50, 0), ("1001", 0, 50)]
    assert found[0]["row_id"] == (1 << 40) + 3


def test_currencies_and_sets_of_books_stand_apart(tmp_path):
    lines = [
        *LINES,
        line(9, 1, "1001", "70.00", "0", currency="NOK"),
        line(9, 1, "1001", "5.00", "0", book_id="002"),
    ]
    made = workspace(tmp_path, {"journal_line": lines, "account_balance": BALANCES})
    cash = [one for one in ledger(made, "U1") if one["code"] == "1001"]
    assert [(one["book"], one["currency"], one["closing"]) for one in cash] == [
        ("001", "CNY", 30), ("001", "NOK", 70), ("002", "CNY", 5),
    ]  # fmt: skip
    assert [one["balance"] for one in ledger(made, "U1", "1001")] == [70, 30, 5]
    assert {one["book"] for one in ledger(made, "U1", "--book", "002")} == {"002"}


def test_a_balance_by_dimension_is_summed_only_where_no_whole_is_stated(tmp_path):
    parts = [
        balance(1, "1001", "10.00", "10.00", aux_code="a"),
        balance(1, "1001", "20.00", "20.00", aux_code="b"),
        balance(1, "100201", "30.00", "30.00"),
        balance(1, "100201", "30.00", "30.00", aux_code="a"),
    ]
    made = workspace(tmp_path, {"journal_line": LINES[:2], "account_balance": parts})
    assert {code: one["opening"] for code, one in accounts(made).items()} == {"1001": 30, "100201": 30, "5001": 0}


def test_a_period_needs_its_year_where_there_are_several(tmp_path):
    other = {**line(7, 3, "1001", "1.00", "0"), "fiscal_year": 2023, "voucher_date": "2023-03-01"}
    made = workspace(tmp_path, {"journal_line": [*LINES, other]})
    said = bihuan(made, "books", "ledger", "U1", "--period", "3")
    assert said.code == 2
    assert "2023, 2024" in said.err
    assert accounts(made, "--year", "2024")["1001"]["opening"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody"], "unit nobody"),
        (["U1", "99"], "no account '99'"),
        (["U1", "--voucher", "77"], "no voucher '77'"),
    ],
)
def test_what_is_not_there_is_named(made, words, said):
    found = bihuan(made, "books", "ledger", *words)
    assert found.code == 1
    assert said in found.err


def test_without_vouchers_the_next_step_is_named(tmp_path):
    found = bihuan(workspace(tmp_path, {}), "books", "ledger")
    assert found.code == 1
    assert "collect" in found.err
