"""Methods run on books: leads with evidence, and a reason for everything that was not computed."""

from __future__ import annotations

import json
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from bihuan.examine.library import library
from bihuan.examine.results import folder
from bihuan.examine.run import CACHED, COMPUTED, FAILED, NOT_APPLICABLE, examine
from bihuan.store.canonical import digest, read_json
from bihuan.store.snapshot import EMPTY, head, row_id
from small_books import add, workspace
from written_methods import written

TWICE = [
    {"payee_id": "P1", "invoice_no": "001", "amount": "150.00", "paid_on": "2024-01-05"},
    {"payee_id": "P1", "invoice_no": "001", "amount": "150.00", "paid_on": "2024-02-05"},
    {"payee_id": "P2", "invoice_no": "002", "amount": "150.00", "paid_on": "2024-02-05"},
]


def run_own(made, snapshot=None):
    held = library(made)
    own = [one for one in held.methods if one.is_office]
    return examine(
        made, snapshot or head(made), own, broken=[one for one in held.broken if one.path.is_relative_to(made.root)]
    )


def hits_of(made, outcome):
    return pq.read_table(folder(made, outcome.key) / "hits.parquet").to_pylist()


def evidence_of(made, outcome):
    return pq.read_table(folder(made, outcome.key) / "evidence.parquet").to_pylist()


@pytest.fixture
def books(tmp_path):
    made = workspace(tmp_path, {"payment": TWICE})
    written(made.methods)
    return made


def test_a_hit_carries_who_what_how_much_when_and_the_very_rows(books):
    outcome = run_own(books).outcomes[0]
    assert (outcome.status, outcome.leads) == (COMPUTED, 1)
    (hit,) = hits_of(books, outcome)
    assert hit["unit"] == "U1"
    assert hit["subject"] == '{"invoice_no":"001","payee_id":"P1"}'
    assert hit["amount"] == Decimal("150.00")
    assert (hit["currency"], hit["on_date"].isoformat()) == ("CNY", "2024-02-05")
    assert hit["evidence_count"] == 2
    rows = evidence_of(books, outcome)
    assert [(one["lead_id"], one["table"], one["row_id"]) for one in rows] == [
        (hit["lead_id"], "payment", row_id(1, 1)),
        (hit["lead_id"], "payment", row_id(1, 2)),
    ]


def test_the_facts_keep_every_digit_of_money(books):
    (hit,) = hits_of(books, run_own(books).outcomes[0])
    facts = json.loads(hit["facts"], parse_float=Decimal)
    assert facts["at_risk"] == Decimal("150.00")
    assert str(facts["at_risk"]) == "150.00"
    assert facts["times"] == 2
    assert facts["invoice_no"] == "001"
    assert "payment_rows" not in facts


@pytest.mark.parametrize("invoice", ["001", '引号"与\\', "a/b\tc", "中文，①", "x\x7fy"])
def test_the_lead_id_is_the_hash_of_canonical_json(tmp_path, invoice):
    made = workspace(tmp_path, {"payment": [{**one, "invoice_no": invoice} for one in TWICE]})
    written(made.methods)
    (hit,) = hits_of(made, run_own(made).outcomes[0])
    assert hit["lead_id"] == digest(["paid_twice", "U1", "P1", invoice])


def test_money_dates_and_numbers_in_a_subject_are_canonical_too(tmp_path):
    made = workspace(tmp_path, {"payment": TWICE})
    written(made.methods, ("subject: [payee_id, invoice_no]", "subject: [at_risk, paid_on, times, payee_id]"))
    (hit,) = hits_of(made, run_own(made).outcomes[0])
    assert hit["lead_id"] == digest(["paid_twice", "U1", "150.00", "2024-02-05", 2, "P1"])
    assert json.loads(hit["subject"]) == {"at_risk": "150.00", "paid_on": "2024-02-05", "times": 2, "payee_id": "P1"}


def test_the_same_books_twice_give_the_same_leads_and_nothing_is_computed_again(books):
    first = run_own(books)
    files = {one.name: one.read_bytes() for one in folder(books, first.outcomes[0].key).iterdir()}
    second = run_own(books)
    assert (second.count(COMPUTED), second.count(CACHED)) == (0, 1)
    assert second.outcomes[0].key == first.outcomes[0].key
    assert files == {one.name: one.read_bytes() for one in folder(books, second.outcomes[0].key).iterdir()}
    assert (books.runs / "HEAD").read_text().strip() == second.id > first.id


def test_books_made_twice_give_byte_for_byte_the_same_hits(tmp_path):
    rows = [
        {"payee_id": f"P{index % 300}", "invoice_no": f"{index % 300}", "amount": "150.10", "paid_on": "2024-01-05"}
        for index in range(3000)
    ]
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made = workspace(tmp_path / name, {"payment": rows}, threads=2 if name == "one" else 1)
        written(made.methods)
        outcome = run_own(made).outcomes[0]
        found.append([pq.read_table(folder(made, outcome.key) / f"{one}.parquet") for one in ("hits", "evidence")])
    assert found[0] == found[1]
    assert found[0][0].num_rows == 300


def test_a_method_whose_tables_are_missing_says_which(books):
    written(
        books.methods,
        ("reads: [payment]", "reads: [payment, invoice]"),
        ("FROM payment\n", "FROM payment SEMI JOIN invoice ON number = invoice_no\n"),
        name="needs_invoices",
    )
    outcome = run_own(books).outcomes[0]
    assert outcome.status == NOT_APPLICABLE
    assert "invoice" in outcome.why_not.en


def test_a_table_that_is_optional_stands_empty_where_it_is_missing(books):
    written(
        books.methods,
        ("reads: [payment]", "reads: [payment]\noptional: [invoice]"),
        ("FROM payment\n", "FROM payment ANTI JOIN invoice ON number = invoice_no\n"),
        name="without_invoice",
    )
    outcome = next(one for one in run_own(books).outcomes if one.method.id == "without_invoice")
    assert (outcome.status, outcome.leads) == (COMPUTED, 1)


def test_an_empty_population_is_not_a_clean_result(tmp_path):
    made = workspace(tmp_path, {"payment": [{"amount": "150.00", "paid_on": "2024-01-05"}]})
    written(made.methods)
    outcome = run_own(made).outcomes[0]
    assert outcome.status == NOT_APPLICABLE
    assert "invoice_no IS NOT NULL" in outcome.why_not.en
    assert run_own(made).outcomes[0].status == NOT_APPLICABLE


def test_what_could_not_be_computed_says_why_and_the_others_go_on(books):
    written(books.methods, ("count(*) AS times", "CAST(CAST(min(payee_id) AS DATE) AS VARCHAR) AS times"), name="fails")
    written(books.methods, ("level: high", "level: grave"), name="broken")
    run = run_own(books)
    by_name = {one.method.id: one for one in run.outcomes}
    assert by_name["fails"].status == FAILED
    assert "P1" in by_name["fails"].why_not.en
    assert by_name["paid_twice"].status == COMPUTED
    assert run.count(FAILED) == 2
    assert "grave" in run.broken[0].reason
    manifest = read_json(books.runs / run.id / "manifest.json")
    assert {one["id"]: one["status"] for one in manifest["methods"]} == {
        "paid_twice": COMPUTED,
        "fails": FAILED,
        "broken": FAILED,
    }


def test_an_offices_method_that_breaks_the_rules_is_not_run(books):
    written(books.methods, ("count(*) AS times", "hash(payee_id) AS times"), name="hashes")
    outcome = next(one for one in run_own(books).outcomes if one.method.id == "hashes")
    assert outcome.status == FAILED
    assert "use md5" in outcome.why_not.en


def test_a_method_that_fires_on_too_many_says_so(tmp_path):
    rows = [{**TWICE[0], "invoice_no": str(index // 2)} for index in range(50)]
    made = workspace(tmp_path, {"payment": rows})
    written(made.methods)
    written(made.methods, ("scope: lookback", "scope: lookback\nmax_share: 1.0"), name="bears_it")
    by_name = {one.method.id: one for one in run_own(made).outcomes}
    assert by_name["paid_twice"].meta.fires_on_too_many
    assert by_name["paid_twice"].meta.share == "1.000000"
    assert not by_name["bears_it"].meta.fires_on_too_many


def test_a_lead_keeps_a_thousand_rows_and_counts_them_all(tmp_path):
    rows = [{**TWICE[0], "payment_no": str(index)} for index in range(1500)]
    made = workspace(tmp_path, {"payment": rows})
    written(made.methods)
    outcome = run_own(made).outcomes[0]
    (hit,) = hits_of(made, outcome)
    assert hit["evidence_count"] == 1500
    assert [one["row_id"] for one in evidence_of(made, outcome)] == [row_id(1, index) for index in range(1, 1001)]
    assert hit["evidence_hash"] == digest({"payment": [row_id(1, index) for index in range(1, 1501)]})


def test_the_thousand_rows_are_shared_fairly_between_tables(tmp_path):
    invoices = [{"number": "001"} for _ in range(900)]
    made = workspace(tmp_path, {"payment": [TWICE[0] for _ in range(900)], "invoice": invoices})
    written(
        made.methods,
        ("reads: [payment]", "reads: [payment, invoice]"),
        (
            "list_sort(list(row_id)) AS payment_rows",
            "list_sort(list(row_id)) AS payment_rows, min(i.held) AS invoice_rows",
        ),
        (
            "FROM payment\n",
            "FROM payment JOIN (SELECT number AS no, list_sort(list(row_id)) AS held "
            "FROM invoice GROUP BY number) AS i ON i.no = invoice_no\n",
        ),
    )
    outcome = run_own(made).outcomes[0]
    tables = [one["table"] for one in evidence_of(made, outcome)]
    assert (tables.count("payment"), tables.count("invoice")) == (500, 500)
    assert tables == sorted(tables)
    assert hits_of(made, outcome)[0]["evidence_count"] == 1800


def test_rows_that_repeat_a_subject_are_one_lead_with_the_evidence_of_all(tmp_path):
    rows = [*TWICE, *({**one, "amount": "400.00"} for one in TWICE)]
    made = workspace(tmp_path, {"payment": rows})
    written(made.methods, ("GROUP BY unit_id, payee_id,", "GROUP BY amount, unit_id, payee_id,"))
    outcome = run_own(made).outcomes[0]
    (hit,) = hits_of(made, outcome)
    assert hit["amount"] == Decimal("400.00")
    assert [one["row_id"] & 0xFF for one in evidence_of(made, outcome)] == [1, 2, 4, 5]
    assert outcome.meta.merged == 1


def test_statistics_do_not_depend_on_the_order_in_which_threads_add_up(tmp_path):
    made = workspace(tmp_path, {"payment": TWICE})
    written(made.methods, ("count(*) AS times", "avg(CAST(amount AS DOUBLE)) / 7 AS mean, count(*) AS times"))
    (hit,) = hits_of(made, run_own(made).outcomes[0])
    assert json.loads(hit["facts"])["mean"] == 21.4285714


def test_the_run_keeps_the_text_and_the_parameters_that_it_used(books):
    run = run_own(books)
    text = (books.runs / run.id / "methods" / "paid_twice.sql").read_text(encoding="utf-8")
    assert "HAVING count(*) > 1" in text
    manifest = read_json(books.runs / run.id / "manifest.json")
    (method,) = manifest["methods"]
    assert method["params"] == {"least": "100.00"}
    assert method["reason"]["zh"].startswith("发票")
    assert ["tender_threshold_works", "CN", "2018-06-01", None, "4000000"] in manifest["parameters"]


def test_examining_leaves_nothing_behind_but_results_and_runs(books):
    run = run_own(books)
    assert {one.name for one in books.runs.iterdir()} <= {"HEAD", "results", "tmp", run.id}
    assert list((books.runs / "tmp").iterdir()) == []


def test_an_older_snapshot_can_be_examined_again(books):
    older = head(books)
    add(books, {"payment": [{**TWICE[2], "paid_on": "2024-03-01"}]})
    assert run_own(books).outcomes[0].leads == 2
    again = run_own(books, older)
    assert (again.snapshot, again.outcomes[0].leads) == (older.id, 1)
    assert older != EMPTY
