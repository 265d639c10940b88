"""The re-test: the stored method on newer books; never a pass on mere absence."""

from __future__ import annotations

from datetime import date

import pytest

from bihuan.errors import NotFound
from bihuan.examine.retest import FAIL, INCONCLUSIVE, PASS, Question, retest
from bihuan.store.snapshot import head
from small_books import add, workspace
from test_examine import TWICE, run_own
from written_methods import written

FIXED = date(2024, 6, 1)
SUBJECT = {"invoice_no": "001", "payee_id": "P1"}
LATER = {"payee_id": "P9", "invoice_no": "777", "amount": "150.00", "paid_on": "2024-07-01"}
REMEDY = """remedy: |
  SELECT unit_id, payee_id, invoice_no, list_sort(list(row_id)) AS payment_rows
  FROM payment WHERE amount < 0 GROUP BY unit_id, payee_id, invoice_no
examples:
"""


@pytest.fixture
def books(tmp_path):
    made = workspace(tmp_path, {"payment": TWICE})
    written(made.methods, ("examples:\n", REMEDY))
    return made


def asked(made, subject=SUBJECT):
    return Question(run_own(made).id, "paid_twice", "U1", subject)


def test_old_rows_that_nothing_answers_fail(books):
    question = asked(books)
    add(books, {"payment": [LATER]})
    answer = retest(books, question, head(books), after=FIXED)
    assert (answer.outcome, answer.population, answer.old_hits, answer.new_hits) == (FAIL, 1, 1, 0)


def test_money_that_came_back_answers_the_old_rows(books):
    question = asked(books)
    add(books, {"payment": [{**TWICE[0], "amount": "-150.00", "paid_on": "2024-06-20"}, LATER]})
    answer = retest(books, question, head(books), after=FIXED)
    assert (answer.outcome, answer.is_remedied, answer.population) == (PASS, True, 2)


def test_what_happened_again_fails_although_it_was_put_right(books):
    question = asked(books)
    again = [{**TWICE[0], "paid_on": "2024-07-02"}, {**TWICE[0], "amount": "-150.00", "paid_on": "2024-06-20"}]
    add(books, {"payment": again})
    answer = retest(books, question, head(books), after=FIXED)
    assert (answer.outcome, answer.new_hits) == (FAIL, 1)


def test_books_that_do_not_cover_the_time_after_the_fix_prove_nothing(books):
    question = asked(books)
    add(books, {"payment": [{**TWICE[0], "amount": "-150.00", "paid_on": "2024-05-20"}]})
    answer = retest(books, question, head(books), after=FIXED)
    assert (answer.outcome, answer.population) == (INCONCLUSIVE, 0)


def test_old_rows_unanswered_prove_nothing_before_books_after_the_fix_are_there(books):
    question = asked(books)
    add(books, {"payment": [{**LATER, "paid_on": "2024-05-31"}]})
    answer = retest(books, question, head(books), after=FIXED)
    assert (answer.outcome, answer.population, answer.old_hits) == (INCONCLUSIVE, 0, 1)


def test_rows_of_another_unit_prove_nothing_for_this_one(tmp_path):
    made = workspace(tmp_path, {"payment": TWICE})
    written(made.methods)
    question = asked(made)
    fresh = workspace(tmp_path / "new", {"payment": [{**LATER, "unit_id": "U2"}]})
    (fresh.runs / question.run).parent.mkdir(exist_ok=True)
    (made.runs / question.run).rename(fresh.runs / question.run)
    answer = retest(fresh, question, head(fresh), after=FIXED)
    assert answer.outcome == INCONCLUSIVE


def test_a_subject_that_is_no_longer_hit_in_books_that_cover_its_unit_passes(books):
    question = asked(books, {"invoice_no": "777", "payee_id": "P9"})
    add(books, {"payment": [LATER]})
    assert retest(books, question, head(books), after=FIXED).outcome == PASS


def test_the_stored_method_is_asked_not_todays(books):
    question = asked(books)
    written(books.methods, ("least: 100.00", "least: 999.00"))
    add(books, {"payment": [LATER]})
    assert retest(books, question, head(books), after=FIXED).outcome == FAIL


def test_the_stored_parameters_hold_not_todays(tmp_path):
    made = workspace(tmp_path, {"payment": TWICE})
    limit = "(SELECT max(CAST(value AS DECIMAL(18,2))) FROM parameter WHERE name = 'cash_lower_bound')"
    written(made.methods, ("params: {least: 100.00}\n", ""), ("amount >= $least", f"amount >= {limit}"))
    question = asked(made)
    limits = "name,place,valid_from,valid_to,value\ncash_lower_bound,CN,1993-01-01,,999\n"
    (made.parameters / "limits.csv").write_text(limits, encoding="utf-8")
    add(made, {"payment": [LATER]})
    assert run_own(made).outcomes[0].leads == 0
    assert retest(made, question, head(made), after=FIXED).outcome == FAIL


def test_an_unknown_run_or_method_is_told(books):
    question = asked(books)
    with pytest.raises(NotFound, match="no such run"):
        retest(books, Question("20000101T0", "paid_twice", "U1", SUBJECT), head(books))
    with pytest.raises(NotFound, match="It ran: paid_twice"):
        retest(books, Question(question.run, "other", "U1", SUBJECT), head(books))
