"""Which hits stand together: on the same rows, on the same subject; not by a row that everything touches."""

from __future__ import annotations

import time

from at_the_desk import examined, payment, second_method, twice
from bihuan.leads.lead import hits, open_run
from bihuan.leads.together import CROWDED, together
from written_methods import method_with

# Each invoice apart, and with it the one payment that all invoices of the payee share.
SHARED = (
    ("subject: [payee_id, invoice_no]", "subject: [invoice_no]"),
    ("HAVING count(*) > 1", "HAVING count(*) > 0"),
    (
        "list_sort(list(row_id)) AS payment_rows",
        "list_sort(list_concat(list(row_id), [(SELECT min(row_id) FROM payment)])) AS payment_rows",
    ),
)


def pairs(made):
    run = open_run(made)
    found = hits(made, run)
    names = {one.id: (one.method.id, one.subject["invoice_no"]) for one in found}
    return {names[one]: {names[other] for other in others} for one, others in together(made, run, found).items()}


def test_two_methods_on_the_same_rows_stand_together(tmp_path):
    rows = [*twice("甲", "1", "150.00"), *twice("乙", "2", "300.00")]
    made = examined(tmp_path, rows, [method_with(), second_method(("[payee_id, invoice_no]", "[invoice_no]"))])
    assert pairs(made) == {
        ("paid_twice", "1"): {("paid_much", "1")},
        ("paid_much", "1"): {("paid_twice", "1")},
        ("paid_twice", "2"): {("paid_much", "2")},
        ("paid_much", "2"): {("paid_twice", "2")},
    }


def test_a_row_that_every_hit_touches_joins_nothing(tmp_path):
    rows = [payment("甲", f"{number}", "150.00", "2024-01-05") for number in range(CROWDED + 5)]
    made = examined(tmp_path, rows, [method_with(*SHARED)])
    assert len(hits(made, open_run(made))) == CROWDED + 5
    assert pairs(made) == {}


def test_a_row_that_a_few_hits_share_joins_them(tmp_path):
    rows = [payment("甲", f"{number}", "150.00", "2024-01-05") for number in range(3)]
    made = examined(tmp_path, rows, [method_with(*SHARED)])
    assert pairs(made)["paid_twice", "1"] == {("paid_twice", "0"), ("paid_twice", "2")}


def test_thousands_of_hits_on_one_row_do_not_take_long(tmp_path):
    rows = [payment("甲", f"{number}", "150.00", "2024-01-05") for number in range(4000)]
    made = examined(tmp_path, rows, [method_with(*SHARED)])
    run = open_run(made)
    found = hits(made, run)
    started = time.monotonic()
    assert together(made, run, found) == {}
    assert time.monotonic() - started < 20  # sixteen million pairs would take minutes
