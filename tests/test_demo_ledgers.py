"""The ledgers of the budget units: nothing is refused, problems stand where the truth says, and the books are sound."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.demo import truth
from bihuan.demo.county import County
from bihuan.demo.departments import units_excel, units_gbt, units_k3, units_u8
from bihuan.demo.departments._units import Books, balances
from bihuan.demo.departments._units_cast import units
from bihuan.demo.truth import Place, Planted
from bihuan.store.books import open_books
from bihuan.store.origin import locate
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace, open_workspace

MODULES = (units_excel, units_gbt, units_k3, units_u8)
COUNTY = County(7, 0.02)
# Kinds that show only when they are found together with others are no problem of their own here.
KINDS = {
    "amount_repeats_too_often", "cash_budget_difference_unexplained", "current_accounts_used_for_income_or_spending",
    "duplicate_entry", "entry_after_close", "expense_booked_as_receivable", "final_account_differs_from_books",
    "negative_cash_balance", "new_account_with_large_amount", "parallel_entry_missing", "period_end_rush",
    "rare_account", "reversal_next_period", "reversed_same_day_reentered", "suspense_not_cleared",
    "suspense_payments_growing", "trial_balance_does_not_roll", "voucher_number_duplicate", "voucher_number_gap",
    "voucher_posted_outside_period", "voucher_unbalanced",
}  # fmt: skip


@dataclass(frozen=True)
class Collected:
    """A workspace with both hand-overs, and what was planted in them."""

    workspace: Workspace
    first: list[Planted]
    second: list[Planted]
    said: str


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    root = tmp_path_factory.mktemp("ledgers") / "W"
    runner = CliRunner()
    assert runner.invoke(app, ["init", str(root)]).exit_code == 0
    first = [one for module in MODULES for one in module.hand_over(COUNTY, root / "first")]
    second = [one for module in MODULES for one in module.hand_over_again(COUNTY, root / "second")]
    said = ""
    for folder in ("first", "second"):
        said += runner.invoke(app, ["-w", str(root), "collect", str(root / folder)]).output
    return Collected(open_workspace(root), first, second, said)


@pytest.fixture(scope="module")
def books() -> list[Books]:
    found = [unit for system in ("u8", "k3", "gbt", "excel") for unit in units(COUNTY, system)]
    return [one for unit in found for one in unit.years]


def test_no_file_is_refused_and_no_row_is_rejected(collected: Collected) -> None:
    snapshot = head(collected.workspace)
    assert [one.name for one in snapshot.sources if one.rejects is not None] == []
    handed = {one.name for name in ("first", "second") for one in (collected.workspace.root / name).rglob("*.*")}
    joined = {one for one in handed if one.startswith("GL_Pzml")}
    assert {one.name for one in snapshot.sources} == handed - joined


def test_every_planted_row_stands_in_the_books_where_the_truth_says(collected: Collected) -> None:
    snapshot = head(collected.workspace)
    standing: set[Place] = set()
    with open_books(collected.workspace, snapshot) as engine:
        for table in ("journal_line", "account_balance", "final_account"):
            ids = [row for (row,) in engine.rows(f"SELECT row_id FROM {table}")]
            found = locate(collected.workspace, snapshot, ids).values()
            standing |= {Place(one.source, one.sheet, one.line) for one in found}
    planted = [*collected.first, *collected.second]
    assert [one.kind for one in planted if not {*one.rows, *one.first} <= standing] == []


def test_a_planted_row_is_the_row_that_was_meant(collected: Collected) -> None:
    """A place that exists may still be the line beside: the amount of the first row must be the problem's own."""
    snapshot = head(collected.workspace)
    with open_books(collected.workspace, snapshot) as engine:
        rows = engine.rows("SELECT row_id, CAST(greatest(debit, credit) AS VARCHAR) FROM journal_line")
    amounts = dict(rows)
    found = locate(collected.workspace, snapshot, amounts)
    at = {Place(one.source, one.sheet, one.line): amounts[row] for row, one in found.items()}
    kinds = ("duplicate_entry", "parallel_entry_missing", "voucher_posted_outside_period", "rare_account")
    meant = [one for one in collected.first if one.kind in kinds]
    assert len(meant) > 10
    assert [(one.kind, one.unit) for one in meant if at[one.rows[0]] != str(one.amount)] == []


def test_every_kind_is_planted_plain_in_two_units(collected: Collected) -> None:
    plain = defaultdict(list)
    for one in collected.first:
        if one.form == "plain":
            plain[one.kind].append(one.unit)
    assert set(plain) == KINDS
    assert {kind: held for kind, held in plain.items() if len(held) < 2} == {}


def test_most_kinds_hide_and_have_twins(collected: Collected) -> None:
    forms = defaultdict(set)
    for one in collected.first:
        forms[one.form].add(one.kind)
    assert len(forms["hiding"]) >= 18
    assert len(forms["twin"]) >= 18


def test_closing_balances_open_the_next_year_and_both_sides_balance(books: list[Books]) -> None:
    for before, after in zip(books[::2], books[1::2], strict=True):
        assert before.office == after.office
        assert {code: fen for code, fen in after.opening.items() if fen} == before.closing()
        shown = {row.account: row for row in balances(before) if row.period == 12 and len(row.account) == 4}
        assert shown["1002"].closing >= 0
        for side in ("12345", "678"):
            assert sum(row.closing for code, row in shown.items() if code[0] in side) == 0


def test_a_clean_county_has_the_twins_only(tmp_path: Path) -> None:
    planted = [one for module in MODULES for one in module.hand_over(County(7, 0.02, is_clean=True), tmp_path)]
    assert {one.form for one in planted} == {"twin"}


def test_numbers_of_an_untouched_month_run_without_gap(books: list[Books]) -> None:
    runs = defaultdict(list)
    for one in books[0].vouchers:
        runs[one.period, one.word].append(one.number)
    assert all(sorted(held) == list(range(1, len(held) + 1)) for held in runs.values())


def test_the_second_hand_over_says_how_every_problem_of_the_first_ends(collected: Collected) -> None:
    def places(planted: list[Planted], name: str) -> Counter[tuple[str, tuple[Place, ...]]]:
        return Counter((one.kind, getattr(one, name)) for one in planted if getattr(one, name))

    problems = [one for one in collected.first if one.form != "twin"]
    assert places(problems, "rows") == places(collected.second, "first")
    endings = Counter(one.retest for one in collected.second)
    assert endings["pass"] >= 4
    assert endings["fail"] >= 4
    assert endings["inconclusive"] >= 4
    assert endings[""] == 3
    assert [one.kind for one in collected.second if not one.retest and (one.first or not one.rows)] == []


def test_a_unit_hands_over_again_or_not_at_all(collected: Collected) -> None:
    with open_books(collected.workspace, head(collected.workspace)) as engine:
        again = {unit for (unit,) in engine.rows("SELECT DISTINCT unit_id FROM journal_line WHERE fiscal_year = 2026")}
    assert 5 <= len(again) <= 10
    silent = {one.unit for one in collected.second} - again
    assert {one.retest for one in collected.second if one.unit in silent} == {"inconclusive"}


@pytest.mark.slow
def test_retests_end_as_the_truth_says(collected: Collected, tmp_path: Path) -> None:
    root = tmp_path / "W"
    runner = CliRunner()
    runner.invoke(app, ["init", str(root)])
    truth.write(root / "truth.jsonl", collected.first)
    truth.write(root / "truth-2.jsonl", collected.second)
    for folder in ("first", "second"):
        runner.invoke(app, ["-w", str(root), "collect", str(collected.workspace.root / folder)])
        runner.invoke(app, ["-w", str(root), "examine", "--pack", "ledger", "--pack", "budget"])
    score = json.loads(
        runner.invoke(app, ["-w", str(root), "score", "--truth", str(root / "truth-2.jsonl"), "--json"]).stdout
    )
    again = score["retests"]
    for name in ("pass", "fail", "inconclusive"):
        assert again[name]["right"] >= again[name]["of"] * 0.8, again["wrong"]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        for module in (units_k3, units_gbt):
            module.hand_over(COUNTY, tmp_path / name)
    held = [
        {one.relative_to(tmp_path / name): one.read_bytes() for one in (tmp_path / name).rglob("*.*")}
        for name in ("one", "two")
    ]
    assert held[0] == held[1]
    assert all(re.fullmatch(r"2[0-3] .+", one.parts[0]) for one in held[0])
