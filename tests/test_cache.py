"""A stored result is taken over only while everything that it depends on is the same."""

from __future__ import annotations

import pytest

from bihuan.examine.run import CACHED, COMPUTED
from small_books import add, workspace
from test_examine import TWICE, run_own
from written_methods import written

WITH_LIMIT = (
    ("params: {least: 100.00}\n", ""),
    (
        "AND amount >= $least",
        "AND amount >= (SELECT max(CAST(value AS DECIMAL(18,2))) FROM unit_parameter AS u "
        "WHERE u.name = 'cash_lower_bound' AND u.unit_id = payment.unit_id)",
    ),
)
HEADING = "name,place,valid_from,valid_to,value\n"


@pytest.fixture
def books(tmp_path):
    made = workspace(tmp_path, {"payment": TWICE, "invoice": [{"number": "001"}]}, place="350582")
    written(made.methods)
    return made


def status(made):
    return run_own(made).outcomes[0].status


def test_the_same_again_is_taken_over(books):
    assert [status(books), status(books)] == [COMPUTED, CACHED]


def test_new_rows_in_a_table_that_is_read_are_examined(books):
    status(books)
    add(books, {"payment": [{**TWICE[0], "paid_on": "2024-04-01"}]})
    assert status(books) == COMPUTED


def test_new_rows_in_a_table_that_is_not_read_change_nothing(books):
    status(books)
    add(books, {"invoice": [{"number": "002"}]})
    assert status(books) == CACHED


def test_another_constant_is_another_question(books):
    status(books)
    written(books.methods, ("least: 100.00", "least: 200.00"))
    assert status(books) == COMPUTED


def test_other_words_are_the_same_question(books):
    status(books)
    written(books.methods, ("zh: 重复付款", "zh: 重复支付"))
    assert status(books) == CACHED


def test_a_parameter_of_the_office_counts_only_for_methods_that_read_parameters(books):
    written(books.methods, *WITH_LIMIT, name="within_limit")
    run_own(books)
    (books.parameters / "limits.csv").write_text(f"{HEADING}cash_lower_bound,3505,1993-01-01,,200\n", encoding="utf-8")
    found = {one.method.id: (one.status, one.leads) for one in run_own(books).outcomes}
    assert found == {"paid_twice": (CACHED, 1), "within_limit": (COMPUTED, 0)}


def test_a_half_written_result_is_not_taken_for_one(books):
    outcome = run_own(books).outcomes[0]
    (books.runs / "results" / outcome.key / "meta.json").unlink()
    assert status(books) == COMPUTED
    assert status(books) == CACHED
