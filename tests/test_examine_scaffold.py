"""An auditor's own query becomes a method: its text unchanged, its evidence found."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.errors import BadMethod
from bihuan.examine.header import parse
from bihuan.examine.lint import lint
from bihuan.examine.scaffold import scaffold, write
from small_books import workspace
from test_examine import TWICE, evidence_of, hits_of, run_own

QUERIES = {
    "star": "SELECT * FROM payment WHERE invoice_no = '001'",
    "rows": "SELECT row_id, payee_id, amount FROM payment WHERE invoice_no = '001'",
    "columns": "SELECT unit_id, payee_id, invoice_no, amount FROM payment WHERE invoice_no = '001'",
    "grouped": "SELECT payee_id, invoice_no, count(*) AS n, sum(amount) AS total FROM payment\n"
    "GROUP BY payee_id, invoice_no HAVING count(*) > 1",
    "stepped": "WITH big AS (SELECT row_id, payee_id, amount FROM payment WHERE invoice_no = '001')\n"
    "SELECT row_id, payee_id, amount FROM big",
    "whole": "SELECT unit_id, payee_id, currency, sum(amount) AS total, list_sort(list(row_id)) AS payment_rows\n"
    "FROM payment WHERE invoice_no = '001' GROUP BY ALL",
}


@pytest.mark.parametrize("name", QUERIES)
def test_the_query_stands_in_the_method_letter_for_letter_and_finds_its_rows(tmp_path, name):
    made = workspace(tmp_path, {"payment": TWICE})
    text = scaffold(name, QUERIES[name] + " ;\n").text
    assert QUERIES[name] in text
    assert lint(parse(text, Path("own") / f"{name}.sql", is_office=True)) == []
    write(made.methods / "own", scaffold(name, QUERIES[name]), name)
    outcome = run_own(made).outcomes[0]
    assert outcome.status == "computed", outcome.why_not
    assert sorted({one["row_id"] & 0xFF for one in evidence_of(made, outcome)}) == [1, 2]
    assert {str(one["amount"]) for one in hits_of(made, outcome)} == {"300.00"}
    assert {one["unit"] for one in hits_of(made, outcome)} == {"U1"}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT count(*) AS n FROM payment", "Add row_id to its SELECT"),
        ("SELECT * FROM payments", "no table 'payments'"),
        ("SELECT * FROM read_csv('/etc/passwd')", "no table of the model"),
        ("DROP TABLE payment", "Only SELECT may stand here"),
        ("SELECT payed FROM payment", "payed"),
        ("SELECT * FROM payment WHERE amount > $limit", "$limit has no value"),
    ],
)
def test_a_query_that_cannot_become_a_method_says_what_to_add(query, words):
    with pytest.raises(BadMethod) as told:
        scaffold("mine", query)
    assert words in str(told.value)


def test_rows_that_look_alike_are_no_evidence_where_the_query_leaves_them_out(tmp_path):
    alike = [{**one, "payer_account": account} for one, account in zip(TWICE, ("A1", "A2", "A2"), strict=True)]
    made = workspace(tmp_path, {"payment": alike})
    query = "SELECT p.unit_id, p.payee_id, p.invoice_no, p.amount FROM payment AS p WHERE p.payer_account = 'A1'"
    write(made.methods / "own", scaffold("mine", query), "mine")
    outcome = run_own(made).outcomes[0]
    assert outcome.status == "computed", outcome.why_not
    assert [one["row_id"] & 0xFF for one in evidence_of(made, outcome)] == [1]
    assert [str(one["amount"]) for one in hits_of(made, outcome)] == ["150.00"]


def test_an_existing_file_is_not_overwritten(tmp_path):
    write(tmp_path, scaffold("mine"), "mine")
    with pytest.raises(BadMethod, match="is there already"):
        write(tmp_path, scaffold("mine"), "mine")
