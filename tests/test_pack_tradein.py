"""The pack `tradein` on the county's own files: problems of both forms are found, look-alikes are not accused, and a
claim is answered by money that came back."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.demo.county import County
from bihuan.demo.departments import equipment, tradein
from bihuan.demo.truth import Planted
from bihuan.examine.library import library
from bihuan.examine.retest import FAIL, Question, retest
from bihuan.examine.run import Run, examine
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace
from small_books import Rows, add, workspace

Row = tuple[str, str, int]  # source, sheet, line
PACK = tuple(one.id for one in library().methods if one.pack == "tradein")
Lead = dict[str, object]


@dataclass(frozen=True)
class Found:
    """What was planted, and the leads by method."""

    planted: list[Planted]
    leads: dict[str, list[Lead]]


def bihuan(root: Path, *words: str) -> str:
    ran = CliRunner().invoke(app, ["-w", str(root), *words])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def found_in(base: Path, county: County) -> Found:
    root, files = base / "W", base / "handed-over"
    planted = [*tradein.hand_over(county, files), *equipment.hand_over(county, files)]
    assert CliRunner().invoke(app, ["init", str(root)]).exit_code == 0
    bihuan(root, "collect", str(files))
    bihuan(root, "examine", "--pack", "tradein")
    leads = defaultdict(list)
    for line in bihuan(root, "leads", "--json").splitlines():
        lead = json.loads(line)
        leads[lead["method"]].append(lead)
    return Found(planted, leads)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return found_in(tmp_path_factory.mktemp("tradein"), County(6, 0.02))


def rows_of(lead: Lead) -> set[Row]:
    return {(one["source"], one["sheet"], one["line"]) for one in lead["evidence"]}  # type: ignore[attr-defined]


def wanted_of(one: Planted) -> set[Row]:
    return {(row.source, row.sheet, row.line) for row in one.rows}


def answers(lead: Lead, wanted: set[Row]) -> bool:
    """As a score would say: half of the planted rows, and not three times as many in all."""
    held = rows_of(lead)
    return len(wanted & held) * 2 >= len(wanted) and len(held) <= max(20, 3 * len(wanted))


def test_every_problem_is_found_by_its_own_method_in_both_forms(found: Found) -> None:
    missed = [
        (one.kind, one.form, one.unit) for one in found.planted
        if one.form != "twin" and not any(answers(lead, wanted_of(one)) for lead in found.leads[one.kind])
    ]  # fmt: skip
    assert missed == []


def test_no_lead_is_about_anything_else_than_what_was_planted(found: Found) -> None:
    problems = [wanted_of(one) for one in found.planted if one.form != "twin"]
    false = [lead["reason"] for leads in found.leads.values() for lead in leads
             if not any(answers(lead, wanted) for wanted in problems)]  # fmt: skip
    assert false == []


def test_what_looks_like_it_and_is_not_is_left_alone(found: Found) -> None:
    twins = [one for one in found.planted if one.form == "twin"]
    accused = [(one.kind, lead["reason"]) for one in twins for lead in found.leads[one.kind]
               if answers(lead, wanted_of(one))]  # fmt: skip
    assert accused == []
    assert {one.kind for one in twins} == set(PACK)


def test_a_clean_county_is_quiet(tmp_path: Path) -> None:
    assert found_in(tmp_path, County(6, 0.02, is_clean=True)).leads == {}


SOLD = {"claim_no": "YJHX000001", "programme": "家电以旧换新", "shop_name": "甲店", "amount": "500.00",
        "bought_on": "2025-03-01", "serial_no": "MD01A10B7", "applicant": "王芳", "status": "已拨付"}  # fmt: skip


def claims(*changed: dict[str, str]) -> Rows:
    return [{**SOLD, **one} for one in changed]


def run_of(made: Workspace, method: str) -> Run:
    return examine(made, head(made), [one for one in library().methods if one.id == method])


def back(amount: str) -> dict[str, str]:
    return {"payment_no": f"P{amount}", "amount": amount, "paid_on": "2025-09-01", "status": "returned",
            "purpose": "追回以旧换新补贴 YJHX000002"}  # fmt: skip


def test_a_serial_number_claimed_twice_is_answered_when_the_money_of_one_claim_has_come_back(tmp_path: Path) -> None:
    twice = claims({}, {"claim_no": "YJHX000002", "applicant": "李强", "bought_on": "2025-03-09"})
    made = workspace(tmp_path, {"claim": twice})
    run = run_of(made, "serial_claimed_twice")
    assert run.leads == 1
    question = Question(run.id, "serial_claimed_twice", "U1", {"mark": "MD01A10B7"})
    add(made, {"payment": [back("-100.00")]})
    assert retest(made, question, head(made)).outcome == FAIL
    add(made, {"payment": [back("-400.00")]})
    assert retest(made, question, head(made)).is_remedied


def test_claims_that_name_only_a_time_are_dated_by_it(tmp_path: Path) -> None:
    timed = [
        {**one, "bought_on": None, "bought_at": f"2025-05-0{n} 10:00:00+08:00", "applicant_id_no": f"{n}",
         "phone": "13800001111", "serial_no": f"MD01A10B{n}"}
        for n, one in enumerate(claims(*[{}] * 5), start=1)
    ]  # fmt: skip
    assert run_of(workspace(tmp_path, {"claim": timed}), "many_claims_one_phone_or_address").leads == 1
