"""`bihuan leads`: what it lists, in which order, for whom."""

from __future__ import annotations

from decimal import Decimal

import pytest

from at_the_desk import bihuan, examined, payment, second_method, twice
from bihuan.examine.run import examine
from bihuan.leads.ranking import rank
from bihuan.store.canonical import canonical
from bihuan.store.snapshot import head
from small_books import workspace
from written_methods import method_with

CONTRACT = {
    "lead_id", "method", "pack", "level", "unit", "subject", "amount", "currency", "on", "score", "reason",
    "evidence", "evidence_count",
}  # fmt: skip


@pytest.fixture
def made(tmp_path):
    rows = [
        *twice("甲公司", "001", "150.00"),
        *twice("乙公司", "002", "900.00", unit_id="U2"),
        *twice("丙公司", "003", "400.00"),
        payment("丁公司", "004", "5000.00", "2024-03-01"),
    ]
    return examined(tmp_path, rows)


def test_a_lead_has_what_the_contract_names_and_leads_to_file_and_line(made):
    first = bihuan(made, "leads", "--json").records[0]
    assert set(first) >= CONTRACT
    assert (first["unit"], first["amount"], first["currency"], first["on"]) == ("U2", 900, "CNY", "2024-02-05")
    assert first["subject"] == {"invoice_no": "002", "payee_id": "乙公司"}
    assert first["reason"] == {"zh": "发票002付款2次", "en": "Invoice 002 was paid 2 times"}
    assert [(one["table"], one["source"], one["line"]) for one in first["evidence"]] == [
        ("payment", "s1.csv", 3),
        ("payment", "s1.csv", 4),
    ]
    assert first["evidence_count"] == 2


def test_the_weightiest_lead_comes_first(made):
    assert [one["amount"] for one in bihuan(made, "leads", "--json").records] == [900, 400, 150]


@pytest.mark.parametrize(
    ("words", "amounts"),
    [
        (["--unit", "U1"], [400, 150]),
        (["--min-amount", "400"], [900, 400]),
        (["--limit", "1"], [900]),
        (["--sort", "unit"], [400, 150, 900]),
        (["--sort", "amount"], [900, 400, 150]),
        (["--level", "low"], []),
        (["--method", "paid_twice", "--pack", "payments", "--level", "high"], [900, 400, 150]),
        (["--pack", "budget"], []),
    ],
)
def test_leads_are_chosen_and_sorted_as_asked(made, words, amounts):
    said = bihuan(made, "leads", "--json", *words)
    assert (said.code, [one["amount"] for one in said.records]) == (0, amounts)


@pytest.mark.parametrize("words", [["--sort", "colour"], ["--level", "grave"], ["--min-amount", "viel"]])
def test_an_unknown_wish_is_a_wrong_use_and_no_traceback(made, words):
    said = bihuan(made, "leads", *words)
    assert said.code == 2
    assert words[1] in said.err
    assert "Traceback" not in said.err


def test_two_runs_on_the_same_books_give_the_same_leads_to_the_byte(made):
    before = canonical(bihuan(made, "leads", "--json").records)
    examine(made, head(made), [method_with()])
    assert canonical(bihuan(made, "leads", "--json").records) == before


def test_a_lead_is_found_by_the_beginning_of_its_id_and_not_by_less(made):
    name = bihuan(made, "leads", "--json").records[0]["lead_id"]
    assert "乙公司" in bihuan(made, "leads", "show", name[:8]).out
    assert bihuan(made, "leads", "show", name[:3]).code == 1
    assert bihuan(made, "leads", "show", "ffffffffffff").code == 1


def test_before_anything_was_examined_the_next_step_is_named(tmp_path):
    said = bihuan(workspace(tmp_path, {}), "leads")
    assert said.code == 1
    assert "examine" in said.err


def test_methods_on_the_same_payments_make_one_dossier(tmp_path):
    rows = [*twice("甲公司", "001", "150.00"), *twice("乙公司", "002", "900.00")]
    made = examined(tmp_path, rows, [method_with(), second_method()])
    dossiers = bihuan(made, "leads", "--dossiers", "--json").records
    assert [(one["amount"], one["methods"]) for one in dossiers] == [
        (900, ["paid_much", "paid_twice"]),
        (150, ["paid_much", "paid_twice"]),
    ]
    assert dossiers[0]["leads"] == [one.hit.id for one in rank(made).dossiers[0].leads]


def test_the_dossier_counts_once_what_its_leads_share(tmp_path):
    made = examined(tmp_path, twice("甲公司", "001", "150.00"), [method_with(), second_method()])
    (only,) = rank(made).dossiers
    assert (len(only.leads), only.amount) == (2, Decimal("150.00"))
