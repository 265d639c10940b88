"""Every method that comes with Bihuan is held to the same bar, by being there."""

from __future__ import annotations

import re

import pytest

from bihuan.examine.basis import all_bases
from bihuan.examine.check import check
from bihuan.examine.header import Method
from bihuan.examine.library import library
from written_methods import method_with

HELD = library()
JUDGING = re.compile(r"fraud|guilt|corrupt|crime|criminal|舞弊|欺诈|贪污|犯罪|违法分子", re.IGNORECASE)


@pytest.mark.parametrize("method", HELD.methods, ids=lambda one: f"{one.pack}/{one.id}")
def test_each_method_keeps_its_contract_and_finds_what_its_examples_plant(method: Method):
    assert check(method) == []


@pytest.mark.parametrize("method", HELD.methods, ids=lambda one: f"{one.pack}/{one.id}")
def test_each_method_asks_a_question_and_says_when_it_is_innocent(method: Method):
    header = method.header
    assert header.not_when is not None and header.ask is not None
    for words in (header.title, header.why, header.not_when, header.ask, header.reason):
        assert not JUDGING.search(words.zh + words.en), words
        assert re.search(r"[一-鿿]", words.zh), "the Chinese words must be Chinese"
        assert re.search(r"[A-Za-z]{2}", words.en), "the English words must be English"


def test_no_shipped_file_is_broken_and_every_id_is_its_own():
    assert HELD.broken == ()
    names = [one.id for one in HELD.methods]
    assert len(names) == len(set(names)) > 0


def test_every_basis_says_what_it_is_in_both_languages():
    for one in all_bases().values():
        assert one.instrument.zh and one.instrument.en and one.short.zh and one.short.en


def test_an_example_that_expects_too_little_fails():
    planted = "      - {payee_id: P1, invoice_no: 002, amount: 150.00, paid_on: 2024-02-05}\n"
    faults = check(method_with((planted, planted + planted)))
    assert "was found but is not expected" in "\n".join(faults)


def test_an_example_that_expects_too_much_fails():
    faults = check(method_with(("times: 2, payment_rows: [1, 2]", "times: 3, payment_rows: [1, 2]")))
    assert "was not found" in "\n".join(faults)


def test_the_wrong_evidence_fails():
    assert "was not found" in "\n".join(check(method_with(("payment_rows: [1, 2]", "payment_rows: [1, 3]"))))


def test_examples_without_an_innocent_row_prove_nothing():
    last = "      - {payee_id: P1, invoice_no: 002, amount: 150.00, paid_on: 2024-02-05}\n"
    assert "every row of the examples is found" in "\n".join(check(method_with((last, ""))))


def test_examples_that_expect_nothing_prove_nothing():
    changes = (
        ("    - {payee_id: P1, invoice_no: 001, at_risk: 150, times: 2, payment_rows: [1, 2]}\n", ""),
        ("expect:", "expect: []"),
        ("HAVING count(*) > 1", "HAVING count(*) > 9"),
    )
    assert "expect nothing" in "\n".join(check(method_with(*changes)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("max(paid_on)", "max(payed_on)"), "payed_on"),
        (("CAST(sum(amount) - max(amount) AS DECIMAL(18,2))", "CAST(sum(amount) AS DOUBLE)"), "money is never a float"),
        (("max(paid_on) AS paid_on", "max(paid_at) AS paid_on"), "CAST it AS DATE"),
        (("list_sort(list(row_id))", "count(row_id)"), "list_sort(list(row_id))"),
        (("{payee_id: P1, invoice_no: 001, amount", "{payee: P1, invoice_no: 001, amount"), "no column 'payee'"),
        (("amount: 150.00, paid_on: 2024-01-05", "amount: many, paid_on: 2024-01-05"), "many"),
        (("{payee_id: P1, invoice_no: 001, at_risk", "{payee: P1, invoice_no: 001, at_risk"), "'payee'"),
        (("GROUP BY unit_id, payee_id,", "GROUP BY unit_id, payee_id, row_id,"), "was not found"),
        (("list_sort(list(row_id))", "list_sort(list_concat(list(row_id), list(row_id)))"), "stands twice"),
    ],
)
def test_what_binding_and_running_show_is_told(change, words):
    assert words in "\n".join(check(method_with(change)))


def test_parameters_of_an_example_go_before_the_shipped_ones():
    changes = (
        ("params: {least: 100.00}\n", ""),
        (
            "AND amount >= $least",
            "AND amount >= (SELECT min(CAST(value AS DECIMAL(18,2))) FROM unit_parameter "
            "WHERE name = 'cash_lower_bound')",
        ),
        ("  given:\n", "  given:\n    parameter: [{name: cash_lower_bound, value: 120}]\n"),
    )
    assert check(method_with(*changes)) == []
    lower = check(method_with(*changes, ("value: 120", "value: 160")))
    assert "was not found" in "\n".join(lower)


def test_the_calendar_of_an_example_knows_holidays_and_the_days_given():
    join = "FROM payment AS p JOIN calendar AS c ON c.day = p.paid_on"
    changes = (
        ("FROM payment\n", join + "\n"),
        ("AND amount >= $least", "AND amount >= $least AND c.is_workday"),
    )
    assert check(method_with(*changes)) == []
    closed = ("  given:\n", "  given:\n    calendar: [{day: 2024-02-05, is_workday: false}]\n")
    assert "was not found" in "\n".join(check(method_with(*changes, closed)))


REMEDY = """remedy: |
  SELECT unit_id, payee_id, invoice_no, list_sort(list(row_id)) AS payment_rows
  FROM payment WHERE amount < 0 GROUP BY unit_id, payee_id, invoice_no
examples:
"""


def test_a_remedy_is_shown_by_an_example_like_the_rest():
    unshown = check(method_with(("examples:\n", REMEDY)))
    assert "remedy is never shown" in "\n".join(unshown)
    returned = (
        "    payment:\n      - {row_id: 9, payee_id: P1, invoice_no: 001, amount: -150.00, paid_on: 2024-03-05}\n"
    )
    numbered = ("payment_rows: [1, 2]}", "payment_rows: [2, 3]}\n  remedied: [{invoice_no: 001, payment_rows: [9]}]")
    assert check(method_with(("examples:\n", REMEDY), ("    payment:\n", returned), numbered)) == []
