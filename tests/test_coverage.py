"""What was examined is counted per unit and month, so that silence is never taken for a clean result."""

from __future__ import annotations

from datetime import date

import pyarrow.parquet as pq

from bihuan.examine.results import folder
from small_books import workspace
from test_examine import TWICE, run_own
from written_methods import written

ROWS = [
    *TWICE,
    {"payee_id": "P3", "paid_on": "2024-02-07", "amount": "1.00"},
    {"unit_id": "U2", "payee_id": "P3", "invoice_no": "9", "paid_on": "2024-02-29", "amount": "1.00"},
]


def covered(made, outcome):
    rows = pq.read_table(folder(made, outcome.key) / "coverage.parquet").to_pylist()
    return [(one["unit"], one["month"], one["rows"]) for one in rows]


def test_coverage_counts_the_population_per_unit_and_month(tmp_path):
    made = workspace(tmp_path, {"payment": ROWS})
    written(made.methods)
    outcome = run_own(made).outcomes[0]
    assert covered(made, outcome) == [
        ("U1", date(2024, 1, 1), 1),
        ("U1", date(2024, 2, 1), 2),
        ("U2", date(2024, 2, 1), 1),
    ]
    assert outcome.meta.population == 4


def test_a_population_may_depend_on_a_constant(tmp_path):
    made = workspace(tmp_path, {"payment": ROWS})
    written(made.methods, ("where: invoice_no IS NOT NULL", "where: amount >= $least"))
    assert covered(made, run_own(made).outcomes[0]) == [("U1", date(2024, 1, 1), 1), ("U1", date(2024, 2, 1), 2)]


def test_methods_with_other_populations_do_not_share_their_counts(tmp_path):
    made = workspace(tmp_path, {"payment": ROWS})
    written(made.methods)
    written(made.methods, ("where: invoice_no IS NOT NULL", "where: amount > 0"), name="wider")
    populations = {one.method.id: one.meta.population for one in run_own(made).outcomes}
    assert populations == {"paid_twice": 4, "wider": 5}


def test_a_table_without_dates_is_counted_per_unit(tmp_path):
    made = workspace(tmp_path, {"account": [{"code": "1001", "name": "库存现金"}, {"code": "1002"}]})
    written(
        made.methods,
        ("reads: [payment]", "reads: [account]"),
        ("table: payment, where: invoice_no IS NOT NULL", "table: account"),
        ("subject: [payee_id, invoice_no], amount: at_risk, currency: currency, on: paid_on", "subject: [code]"),
        ("params: {least: 100.00}\n", ""),
        ('"发票{invoice_no}付款{times}次"', '"{code}"'),
        ('"Invoice {invoice_no} was paid {times} times"', '"{code}"'),
    )
    path = made.methods / "own" / "paid_twice.sql"
    header = path.read_text(encoding="utf-8").partition("*/")[0]
    query = "SELECT unit_id, code, list_sort(list(row_id)) AS account_rows FROM account WHERE name IS NULL GROUP BY ALL"
    path.write_text(f"{header}*/\n{query}\n", encoding="utf-8")
    outcome = run_own(made).outcomes[0]
    assert covered(made, outcome) == [("U1", None, 2)]
    assert outcome.leads == 1


def test_a_population_that_cannot_be_counted_fails_its_own_method_only(tmp_path):
    made = workspace(tmp_path, {"payment": ROWS})
    written(made.methods)
    wrong = {
        "unreadable": "where: invoice_no IS NOT NULL AND (",
        "unknown": "where: invoices IS NOT NULL",
        "uncountable": "where: CAST(payee_id AS DATE) IS NOT NULL",
        "elsewhere": "where: invoice_no IN (SELECT content FROM '/etc/passwd')",
    }
    for name, where in wrong.items():
        written(made.methods, ("where: invoice_no IS NOT NULL}", f'where: "{where[7:]}"}}'), name=name)
    found = {one.method.id: one.status for one in run_own(made).outcomes}
    assert found == {"paid_twice": "computed", **dict.fromkeys(wrong, "failed")}
