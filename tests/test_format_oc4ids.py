"""OC4IDS: infrastructure projects with their contracts, changes and progress."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from bihuan.collect.desk import Desk
from bihuan.collect.formats import oc4ids, ocds
from bihuan.collect.handed import Handed, Reading
from bihuan.errors import BadSource
from readers import a_desk

PROJECT: dict[str, Any] = {
    "id": "oc4ids-qh-1",
    "title": "城东小学新建教学楼",
    "status": "implementation",
    "sector": ["education", "buildings"],
    "type": "construction",
    "updated": "2024-09-30T00:00:00+08:00",
    "period": {"startDate": "2023-03-01", "endDate": "2024-12-31"},
    "locations": [{"id": "1", "description": "云禾县城东"}],
    "budget": {"amount": {"amount": 32000000, "currency": "CNY"}, "approvalDate": "2022-11-08"},
    "publicAuthority": {"id": "U1", "name": "云禾县教育局"},
    "parties": [{"id": "S7", "name": "远山建设有限公司", "roles": ["supplier"]}],
    "completion": {"endDate": "2025-01-15", "finalValue": {"amount": 35000000.55, "currency": "CNY"}},
    "milestones": [
        {"id": "M1", "title": "主体封顶", "status": "met", "dueDate": "2024-01-31", "dateMet": "2024-03-15"}
    ],
    "metrics": [
        {
            "id": "physicalProgress",
            "title": "形象进度",
            "observations": [
                {"id": "1", "period": {"endDate": "2024-06-30"}, "measure": 62.5, "unit": {"name": "%"}},
                {"id": "2", "period": {"endDate": "2024-06-30"}, "value": {"amount": 18000000, "currency": "CNY"}},
            ],
        }
    ],
    "forecasts": [
        {
            "id": "physicalProgress",
            "observations": [
                {"id": "1", "period": {"endDate": "2024-06-30"}, "measure": 80, "unit": {"name": "percent"}}
            ],
        }
    ],
    "contractingProcesses": [
        {
            "id": "ocds-qh-77",
            "summary": {
                "ocid": "ocds-qh-77",
                "title": "土建施工",
                "nature": ["construction"],
                "tender": {
                    "procurementMethod": "open",
                    "numberOfTenderers": 3,
                    "costEstimate": {"amount": 30000000, "currency": "CNY"},
                    "administrativeEntity": {"id": "G1", "name": "诚信招标代理"},
                },
                "suppliers": [{"id": "S7", "name": "远山建设有限公司"}],
                "contractValue": {"amount": 29800000, "currency": "CNY"},
                "contractPeriod": {"startDate": "2023-03-15", "endDate": "2024-10-31"},
                "modifications": [
                    {
                        "id": "1",
                        "date": "2023-12-01",
                        "rationale": "基础加深",
                        "oldContractValue": {"amount": 29800000, "currency": "CNY"},
                        "newContractValue": {"amount": 33400000, "currency": "CNY"},
                    }
                ],
                "transactions": [{"id": "1", "value": {"amount": 8000000, "currency": "CNY"}}],
            },
            "releases": [{"id": "r1", "url": "https://example.test/r1"}],
        }
    ],
}


@pytest.fixture
def desk(tmp_path):
    with a_desk(tmp_path) as found:
        yield found


def write(folder: Path, text: str) -> Handed:
    path = folder / "projects.json"
    path.write_text(text, encoding="utf-8")
    return Handed(path, path.name)


def package(*projects: Any) -> str:
    return json.dumps({"version": "0.9", "projects": list(projects)}, ensure_ascii=False, indent=1)


def rows(desk: Desk, reading: Reading, table: str) -> list[dict[str, object]]:
    draft = next(one for one in reading.drafts if one.table == table)
    return [dict(zip(("sheet", "line", *draft.columns), row, strict=True)) for row in desk.engine.rows(draft.scan)]


@pytest.mark.parametrize(
    "text", [package(PROJECT), json.dumps([PROJECT]), json.dumps(PROJECT, ensure_ascii=False) + "\n"]
)
def test_a_project_with_owner_budget_and_dates(desk, tmp_path, text):
    handed = write(tmp_path, text)
    assert oc4ids.recognises(handed)
    (row,) = rows(desk, oc4ids.read(handed, desk), "project")
    assert (row["unit_id"], row["unit_name"], row["project_code"]) == ("U1", "云禾县教育局", "oc4ids-qh-1")
    assert (row["planned_total"], row["final_cost"], row["currency"]) == ("32000000", "35000000.55", "CNY")
    assert (row["approved_on"], row["planned_end"], row["completed_on"]) == ("2022-11-08", "2024-12-31", "2025-01-15")
    assert (row["sector"], row["site"]) == ("education; buildings", "云禾县城东")


def test_contracts_come_with_supplier_and_what_was_paid(desk, tmp_path):
    reading = oc4ids.read(write(tmp_path, package(PROJECT)), desk)
    (row,) = rows(desk, reading, "contract")
    assert (row["contract_no"], row["project_code"], row["supplier_id"]) == ("ocds-qh-77", "oc4ids-qh-1", "S7")
    assert (row["amount"], row["paid"], row["start_on"]) == ("29800000", "8000000", "2023-03-15")
    (tender,) = rows(desk, reading, "tender")
    assert (tender["bidders_declared"], tender["amount"], tender["agency_name"]) == ("3", "30000000", "诚信招标代理")


def test_changes_keep_the_amount_before_and_after(desk, tmp_path):
    (row,) = rows(desk, oc4ids.read(write(tmp_path, package(PROJECT)), desk), "contract_change")
    assert (row["contract_no"], row["change_no"], row["changed_on"]) == ("ocds-qh-77", "1", "2023-12-01")
    assert (row["amount_before"], row["amount_after"], row["reason"]) == ("29800000", "33400000", "基础加深")


def test_milestones_progress_and_forecasts_are_rows_of_one_table(desk, tmp_path):
    met, physical, spent, forecast = rows(desk, oc4ids.read(write(tmp_path, package(PROJECT)), desk), "milestone")
    assert (met["title"], met["due_on"], met["met_on"]) == ("主体封顶", "2024-01-31", "2024-03-15")
    assert (physical["title"], physical["progress"], physical["reported_on"]) == ("形象进度", "62.5%", "2024-06-30")
    assert (spent["progress"], spent["amount"]) == (None, "18000000")
    assert (forecast["progress"], forecast["due_on"], forecast["reported_on"]) == ("80%", "2024-06-30", None)


def test_the_line_is_the_number_of_the_project(desk, tmp_path):
    second = {**PROJECT, "id": "oc4ids-qh-2"}
    found = rows(desk, oc4ids.read(write(tmp_path, package(PROJECT, second)), desk), "project")
    assert [(one["line"], one["project_code"]) for one in found] == [(1, "oc4ids-qh-1"), (2, "oc4ids-qh-2")]


def test_a_wrong_type_rejects_its_row_with_the_path(desk, tmp_path):
    broken = copy.deepcopy(PROJECT)
    broken["budget"]["amount"]["amount"] = "3200 万"
    reading = oc4ids.read(write(tmp_path, package(broken)), desk)
    draft = next(one for one in reading.drafts if one.table == "project")
    (reject,) = draft.rejects
    assert "record 1, budget/amount/amount: " in reject.reason
    assert (reject.column, rows(desk, reading, "project")) == ("planned_total", [])
    assert len(rows(desk, reading, "contract")) == 1


def test_a_project_without_id_is_rejected_whole(desk, tmp_path):
    reading = oc4ids.read(write(tmp_path, package({"title": "无编号"}, PROJECT)), desk)
    assert [(one.line, "record 1, id: " in one.reason) for one in reading.rejects] == [(1, True)]


def test_a_package_cut_off_is_refused(desk, tmp_path):
    with pytest.raises(BadSource, match="cut off"):
        oc4ids.read(write(tmp_path, package(PROJECT)[:-200]), desk)


def test_an_empty_package_is_refused(desk, tmp_path):
    with pytest.raises(BadSource, match="no project"):
        oc4ids.read(write(tmp_path, package()), desk)


def test_projects_go_to_their_own_reader_and_releases_to_theirs(tmp_path):
    assert oc4ids.RANK < ocds.RANK
    assert not oc4ids.recognises(write(tmp_path, '{"releases": [{"ocid": "o1", "tender": {"id": "T1"}}]}'))
