"""The county's banks and policies as files: accepted as they are, planted rows where the truth says, the same again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from bank_county import SCALE, bihuan, examined
from bihuan.demo.county import County
from bihuan.demo.departments import banks, policies
from bihuan.demo.departments._policies_cast import AUTOMATIC, CLOSED, POLICIES, QUIET, Facts, is_eligible
from bihuan.examine.eligibility import ask
from bihuan.store.snapshot import head

KINDS = {
    *("borrowed_names", "many_loans_one_user", "new_loan_pays_old", "related_party_over_limit", "guarantor_ring"),
    *("borrower_dead_or_implausible_age", "overdue_but_normal", "rate_or_term_outlier", "loan_flows_back_to_employee"),
    *("paid_to_ineligible", "eligible_never_applied", "local_protection_in_tender_terms", "target_missed"),
}


def bytes_of(folder: Path, county: County) -> str:
    banks.hand_over(county, folder)
    policies.hand_over(county, folder)
    sums = [f"{one.name} {hashlib.sha256(one.read_bytes()).hexdigest()}" for one in sorted(folder.rglob("*.csv"))]
    assert len(sums) == 18
    return "\n".join(sums)


def test_every_file_is_accepted_without_a_reject_and_without_a_question() -> None:
    found = examined()
    told = [line.split() for line in found.said.splitlines() if ".csv" in line]
    assert len(told) == 18
    assert all(line[1] == "已收入" and line[4] == "0" for line in told), found.said
    assert set(head(found.workspace).tables) >= {"loan", "repayment", "bank_transaction", "bank_capital", "declaration"}


def test_what_moves_on_an_account_comes_in_or_goes_out_by_the_side_of_the_statement() -> None:
    said = bihuan(
        examined().workspace, "books", "sql",
        "SELECT side, count(*) AS moved, count(in_amount) AS came, count(out_amount) AS went FROM bank_transaction "
        "GROUP BY side ORDER BY side",
        "--json",
    )  # fmt: skip
    came, went = (json.loads(line) for line in said.splitlines())
    assert (came["side"], came["came"], came["went"]) == ("in", came["moved"], 0)
    assert (went["side"], went["came"], went["went"]) == ("out", 0, went["moved"])


def test_every_planted_row_is_the_line_that_the_truth_names() -> None:
    """Every loan that is planted bears, on the line that is named, the number that the lead about it names."""
    found = examined()
    lines = {one.name: one.read_bytes().decode("gb18030").split("\r\n") for one in found.handed.rglob("*.csv")}
    for one in found.planted:
        assert one.rows, one
        for row in one.rows:
            assert row.sheet == "" and 2 <= row.line < len(lines[row.source]), one
    dead = [
        one
        for one in found.planted
        if one.kind == "borrower_dead_or_implausible_age" and len(one.rows) == 2 and one.form == "plain"
    ]
    for one in dead:
        numbers = {lines[row.source][row.line - 1].split(",")[1 if "注销" in row.source else 6] for row in one.rows}
        assert len(numbers) == 1, numbers


def test_every_kind_is_planted_in_three_forms_and_a_clean_county_has_twins_alone(tmp_path: Path) -> None:
    planted = examined().planted
    for form in ("plain", "hiding", "twin"):
        assert {one.kind for one in planted if one.form == form} == KINDS
    clean = County(7, SCALE, is_clean=True)
    left = [*banks.hand_over(clean, tmp_path), *policies.hand_over(clean, tmp_path)]
    assert {one.form for one in left} == {"twin"}
    assert {one.kind for one in left} == KINDS


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first = bytes_of(tmp_path / "a", County(7, SCALE))
    assert bytes_of(tmp_path / "b", County(7, SCALE)) == first
    assert bytes_of(tmp_path / "c", County(8, SCALE)) != first


def test_rules_say_what_the_clerk_who_knows_the_policy_would_say() -> None:
    register, _ = policies.keep(County(7, SCALE))
    for policy in (*POLICIES, QUIET, CLOSED, AUTOMATIC):
        for wanted in (True, False):
            for one in [one for one in register.facts if is_eligible(policy, one) == wanted][:4]:
                assert bool(ask(policy.rule, facts_of(one))) == wanted, (policy.programme, one)


LABELS = {
    "kind": "主体类型", "as_of": "情况日期", "size": "企业规模", "industry": "所属行业", "founded": "成立日期",
    "employees": "从业人数", "revenue": "营业收入", "taxes": "纳税额", "research": "研发投入", "credit": "信用状况",
    "status": "经营状态", "high_tech": "高新技术企业", "capital": "注册资本",
    "born": "出生日期", "education": "学历", "work": "就业状态", "disabled": "残疾人", "income": "家庭人均年收入",
}  # fmt: skip
OF_PERSONS = ("born", "education", "work", "disabled", "income")


def facts_of(one: Facts) -> dict[str, object]:
    """What stands in the file of it: a person has no size, a firm no day of birth."""
    others = OF_PERSONS if one.kind == "企业" else tuple(set(LABELS) - {"kind", "as_of", *OF_PERSONS})
    told = {label: getattr(one, name) for name, label in LABELS.items() if name not in others}
    return {label: None if value == "" else value for label, value in told.items()}
