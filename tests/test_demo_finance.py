"""The finance bureau's files: taken in whole, planted rows where the truth says, found plain and hidden, re-tested."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.demo import truth
from bihuan.demo.county import County
from bihuan.demo.departments import finance_budget, finance_payments, nontax
from bihuan.demo.departments._finance import special_firms
from bihuan.demo.offices import offices
from bihuan.demo.truth import Planted
from bihuan.store.snapshot import head
from bihuan.store.workspace import open_workspace

COUNTY = County(3, 0.02)
MODULES = (finance_payments, finance_budget, nontax)
KINDS = {
    *("basic_spending_squeezes_project", "budget_published_late", "carry_over_not_budgeted", "duplicate_payment"),
    *("duplicate_payment_fuzzy_payee", "earmarked_fund_used_for_other_purpose", "fund_idle", "indicator_exceeded"),
    *("idle_carry_over_not_reclaimed", "invoice_number_runs", "invoice_void_or_reused", "just_below_limit"),
    *("nontax_income_late_or_offset", "paid_back_and_forth", "paid_before_contract", "paid_more_than_contract"),
    *("paid_from_zero_balance_to_own_account", "paid_on_rest_day_or_night", "payee_account_is_a_person"),
    *("payee_is_not_the_contractor", "payee_shares_account_with_employee", "payment_to_new_or_closed_firm"),
    *("programme_spent_below_half_at_december", "project_spending_in_basic", "purpose_differs_from_indicator"),
    *("sme_paid_late", "split_below_approval_limit", "year_end_prepayment"),
}


@dataclass(frozen=True)
class Shown:
    """A workspace with the first hand-over collected and examined, what was planted, and how well it was found."""

    root: Path
    planted: list[Planted]
    score: dict[str, Any]


def bihuan(root: Path, *words: str) -> str:
    ran = CliRunner().invoke(app, ["-w", str(root / "W"), *words], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def hand_over(county: County, folder: Path) -> list[Planted]:
    return [one for module in MODULES for one in module.hand_over(county, folder)]


def payroll(county: County, path: Path) -> None:
    """The cards on which staff are paid, one month of them; another department hands this over."""
    lines = ["单位编码,单位名称,工资月份,职工号,姓名,身份证号码,银行卡号,应发合计,实发合计"]
    for one in offices(county):
        for at, person in enumerate(one.staff):
            number = f"{one.code}{at:04d}"
            lines.append(f"{one.code},{one.name},2025-03,{number},{person.name},{person.id_no},{person.card},6800,5900")
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    root = tmp_path_factory.mktemp("finance")
    planted = hand_over(COUNTY, root / "handed-over")
    payroll(COUNTY, root / "handed-over" / "工资.csv")
    truth.write(root / "truth.jsonl", planted)
    CliRunner().invoke(app, ["init", str(root / "W")])
    bihuan(root, "collect", str(root / "handed-over"))
    bihuan(root, "examine", "--pack", "payments", "--pack", "budget")
    score = json.loads(bihuan(root, "score", "--truth", str(root / "truth.jsonl"), "--json"))
    return Shown(root, planted, score)


def test_every_file_is_taken_in_whole_and_as_what_it_is(shown: Shown) -> None:
    snapshot = head(open_workspace(shown.root / "W"))
    assert [one.name for one in snapshot.sources if one.rejects is not None] == []
    handed = {one.name for one in (shown.root / "handed-over").rglob("*") if one.is_file()}
    assert {one.name for one in snapshot.sources} == handed
    assert set(snapshot.tables) >= {
        *("payment", "budget_indicator", "contract", "invoice", "nontax_income", "budget_line", "final_account"),
        *("bank_transaction", "organization"),
    }


def test_every_planted_row_stands_in_the_books_where_the_truth_says(shown: Shown) -> None:
    assert shown.score["lost"] == {"rows": 0, "problems": 0, "sources": [], "sheets": [], "places": []}
    payments = shown.root / "handed-over" / finance_payments.FOLDER / "一体化支付凭证2025年.csv"
    lines = payments.read_bytes().decode("gb18030").split("\r\n")
    once = next(one for one in shown.planted if one.kind == "duplicate_payment" and one.form == "plain")
    first, second = (lines[row.line - 1].split(",") for row in once.rows)
    assert first[8:13] == second[8:13] and first[11] == f"{once.amount}"
    named = {one.kind: one for one in shown.planted if one.kind == "year_end_prepayment"}["year_end_prepayment"]
    assert lines[named.rows[0].line - 1].split(",")[1].startswith("2025-12")


def test_each_kind_is_planted_plain_and_hidden_beside_a_twin(shown: Shown) -> None:
    forms = defaultdict(set)
    for one in shown.planted:
        forms[one.kind].add(one.form)
        assert one.rows, one
    assert set(forms) == KINDS
    assert {kind for kind, held in forms.items() if held != {"plain", "hiding", "twin"}} == set()


def test_problems_are_found_plain_and_hidden_and_twins_are_left_alone(shown: Shown) -> None:
    assert shown.score["recall"]["plain"] >= 0.95
    assert shown.score["recall"]["hiding"] >= 0.75
    assert shown.score["precision_at"]["50"] >= 0.9
    assert shown.score["twins_at_200"] == 0


@pytest.mark.slow
def test_a_clean_county_has_twins_and_no_lead_of_level_high(tmp_path: Path) -> None:
    planted = hand_over(County(3, 0.02, is_clean=True), tmp_path / "handed-over")
    assert {one.form for one in planted} == {"twin"}
    CliRunner().invoke(app, ["init", str(tmp_path / "W")])
    bihuan(tmp_path, "collect", str(tmp_path / "handed-over"))
    bihuan(tmp_path, "examine", "--pack", "payments", "--pack", "budget")
    leads = [json.loads(line) for line in bihuan(tmp_path, "leads", "--json").splitlines()]
    assert [one["method"] for one in leads if one["level"] == "high"] == []


def test_the_same_seed_gives_the_same_bytes_even_after_the_second_hand_over(tmp_path: Path) -> None:
    def made(name: str, county: County) -> dict[str, bytes]:
        hand_over(county, tmp_path / name)
        return {one.name: one.read_bytes() for one in (tmp_path / name).rglob("*") if one.is_file()}

    first = made("first", COUNTY)
    finance_payments.hand_over_again(COUNTY, tmp_path / "later")
    assert made("again", COUNTY) == first
    assert all(content != first[name] for name, content in made("other", County(4, 0.02)).items())


def test_closed_and_new_firms_are_paid_by_nobody_but_those_who_are_planted(shown: Shown) -> None:
    names = {one.company.name for one in special_firms(COUNTY)}
    rows = {row for one in shown.planted if one.kind == "payment_to_new_or_closed_firm" for row in one.rows}
    paid = Counter[str]()
    for path in (shown.root / "handed-over" / finance_payments.FOLDER).glob("一体化支付凭证*.csv"):
        for number, line in enumerate(path.read_bytes().decode("gb18030").split("\r\n"), start=1):
            if line and line.split(",")[8] in names:
                assert any(row.source == path.name and row.line == number for row in rows), line
                paid[path.name] += 1
    assert paid.total() >= 6


@pytest.mark.slow
def test_the_second_hand_over_is_re_tested_as_the_truth_says(shown: Shown) -> None:
    folder = shown.root / "handed-over-2"
    later = finance_payments.hand_over_again(COUNTY, folder)
    assert Counter(one.retest for one in later)[""] == 4
    assert {one.retest for one in later if one.first} == {"pass", "fail", "inconclusive"}
    before = {row for one in shown.planted for row in one.rows}
    assert all(set(one.first) <= before for one in later)
    truth.write(shown.root / "truth-2.jsonl", later)
    bihuan(shown.root, "collect", str(folder))
    bihuan(shown.root, "examine", "--pack", "payments", "--pack", "budget")
    score = json.loads(bihuan(shown.root, "score", "--truth", str(shown.root / "truth-2.jsonl"), "--json"))
    assert score["lost"]["rows"] == 0
    assert score["recall"]["plain"] == 1
    assert score["retests"]["wrong"] == []
