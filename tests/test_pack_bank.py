"""The pack `bank` on the county's three banks: what was planted is found, the innocent are left alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bank_county import examined, unlike_the_truth
from bihuan.examine.library import library
from bihuan.examine.retest import Question, retest
from bihuan.examine.run import examine
from bihuan.leads.lead import hits, open_run
from bihuan.store.snapshot import head
from small_books import Rows, add, workspace

METHODS = library()
PACK = {one.id for one in METHODS.methods if one.pack == "bank"}


def test_the_pack_is_whole() -> None:
    assert {
        *("borrowed_names", "many_loans_one_user", "new_loan_pays_old", "related_party_over_limit", "guarantor_ring"),
        *(
            "borrower_dead_or_implausible_age",
            "overdue_but_normal",
            "rate_or_term_outlier",
            "loan_flows_back_to_employee",
        ),
    } == PACK


def test_every_problem_is_found_in_both_forms_no_twin_is_accused_and_nothing_is_made_up() -> None:
    assert unlike_the_truth(examined(), PACK) == []


def test_a_clean_county_has_no_lead_at_all() -> None:
    assert {kind: len(leads) for kind, leads in examined(clean=True).leads.items() if leads and kind in PACK} == {}


def loans(**more: object) -> Rows:
    usual = {
        "loan_id": "L1", "customer_name": "甲", "customer_id_no": "K1", "account": "6201", "amount": "100000.00",
        "balance": "100000.00", "from_date": "2025-06-12", "to_date": "2025-07-12", "reported_on": "2025-12-31",
        "class": "正常",
    }  # fmt: skip
    return [{**usual, **more}]


def test_a_loan_that_is_graded_as_it_must_on_the_next_list_passes_its_retest(tmp_path: Path) -> None:
    made = workspace(tmp_path, {"loan": loans()})
    run = examine(made, head(made), [METHODS.method("overdue_but_normal")])
    assert run.leads == 1
    question = Question(open_run(made).id, "overdue_but_normal", "U1", {"loan_id": "L1"})
    assert retest(made, question, head(made), after=date(2026, 1, 1)).outcome != "pass"
    add(
        made,
        {
            "loan": [
                *loans(reported_on="2026-03-31", **{"class": "可疑"}),
                *loans(loan_id="L2", from_date="2026-02-01", to_date="2027-02-01", reported_on="2026-03-31"),
            ]
        },
    )
    assert retest(made, question, head(made), after=date(2026, 1, 1)).outcome == "pass"


def test_money_that_an_employee_gave_back_answers_the_lead(tmp_path: Path) -> None:
    out = {
        "account_no": "6201",
        "account_name": "甲",
        "other_account": "7001",
        "out_amount": "5000.00",
        "transacted_on": "2025-06-14",
    }
    staff = [{"name": "周经理", "account": "7001", "id_no": "E1", "month": "2025-06-01"}]
    made = workspace(tmp_path, {"loan": loans(), "payroll": staff, "bank_transaction": [out]})
    assert examine(made, head(made), [METHODS.method("loan_flows_back_to_employee")]).leads == 1
    run = open_run(made)
    (hit,) = hits(made, run)
    back = {"account_no": "6201", "other_account": "7001", "in_amount": "5000.00", "transacted_on": "2026-02-01"}
    later = loans(loan_id="L9", from_date="2026-02-02", account="6209")
    add(made, {"bank_transaction": [back], "loan": later})
    question = Question(run.id, "loan_flows_back_to_employee", "U1", hit.subject)
    assert retest(made, question, head(made), after=date(2026, 1, 1)).outcome == "pass"
