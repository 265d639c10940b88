"""The pack `project` on small books: registers of other shapes, orderly works left alone, local values, re-tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bihuan.examine.library import library
from bihuan.examine.retest import FAIL, PASS, Question, retest
from bihuan.examine.run import NOT_APPLICABLE, examine
from bihuan.leads.lead import Hit, hits, open_run
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace
from linked_books import code, linked, number
from small_books import Rows, add, workspace

METHODS = {one.id: one for one in library().methods if one.pack == "project"}
OVER, AHEAD, FINAL = "final_account_over_estimate", "paid_ahead_of_progress", "no_final_account_after_completion"
FUNDS, SITE, PREFINANCED = "one_project_two_funds", "one_site_two_projects", "contractor_prefinanced"
PERMIT, SUPERVISOR = "land_or_permit_after_start", "supervisor_related_to_contractor"
OVERDUE, CLUSTER = "milestone_overdue_unreported", "appeals_cluster_on_project"
TOWNS = "青石、龙泉、柳林、双溪、大坪、竹园、杨梅、东岭、白云、石桥"


def test_the_pack_is_whole() -> None:
    assert set(METHODS) == {OVER, AHEAD, FINAL, FUNDS, SITE, PREFINANCED, PERMIT, SUPERVISOR, OVERDUE, CLUSTER}


def ran(made: Workspace, *methods: str) -> list[Hit]:
    examine(made, head(made), [METHODS[one] for one in methods or METHODS])
    return hits(made, open_run(made))


def found(folder: Path, method: str, given: Mapping[str, Rows], **settings: Any) -> list[Hit]:
    return ran(workspace(folder, given, **settings), method)


def works(at: int, **more: Any) -> dict[str, Any]:
    """A school in each town, built in 2024 and 2025, of different size."""
    town = TOWNS.split("、")[at % 10]
    return {
        "project_code": f"P{at}",
        "name": f"{town}镇中心小学教学楼扩建工程",
        "site": f"某县{town}镇中心小学院内",
        "description": f"新建教学楼{1200 + at * 37}平方米",
        "planned_total": f"{6_000_000 + at * 310_000}.00",
        "status": "implementation",
        "started_on": "2025-01-10",
        "planned_end": "2025-12-20",
        "reported_on": "2025-12-25",
        "build_permit_on": "2024-12-28",
        "fund_source": "县级财政资金",
        **more,
    }


def report(at: int, month: int, progress: str, **more: Any) -> dict[str, Any]:
    day = f"2025-{month:02d}-25"
    return {
        "project_code": f"P{at}",
        "milestone_no": day[:7],
        "title": f"{month}月进度",
        "progress": progress,
        "reported_on": day,
        **more,
    }


def contract(at: int, **more: Any) -> dict[str, Any]:
    return {
        "contract_no": f"C{at}",
        "project_code": f"P{at}",
        "title": "教学楼施工",
        "kind": "施工",
        "amount": "5000000.00",
        "supplier_name": f"建设{at}公司",
        "signed_on": "2025-01-05",
        **more,
    }


def paid(at: int, month: int, amount: str, **more: Any) -> dict[str, Any]:
    return {
        "project_code": f"P{at}",
        "contract_no": f"C{at}",
        "payee_name": f"建设{at}公司",
        "amount": amount,
        "paid_on": f"2025-{month:02d}-28",
        "purpose": "工程款",
        **more,
    }


def orderly() -> dict[str, Rows]:
    """Ten works that are paid at eight tenths of what stands, with their milestones met and appeals answered."""
    return {
        "project": [works(at) for at in range(10)],
        "contract": [contract(at) for at in range(10)],
        "milestone": [report(at, month, f"{month / 12:.2f}") for at in range(10) for month in range(1, 13)]
        + [
            {
                "project_code": f"P{at}",
                "milestone_no": "1",
                "title": "主体完成",
                "status": "met",
                "due_on": "2025-06-30",
                "met_on": "2025-07-08",
            }
            for at in range(10)
        ],
        "payment": [paid(at, month, "1000000.00") for at in range(10) for month in (4, 7, 10)],
        "appeal": [
            {
                "appeal_no": f"A{at}",
                "project_code": f"P{at}",
                "phone": f"{at}",
                "title": "噪音",
                "received_on": "2025-06-01",
            }
            for at in range(10)
        ],
    }


def test_orderly_works_are_left_alone(tmp_path: Path) -> None:
    made = workspace(tmp_path, orderly())
    linked(made)
    assert [(one.method.id, one.subject) for one in ran(made)] == []


def test_a_register_alone_is_enough_for_what_it_can_show(tmp_path: Path) -> None:
    """One sheet of the bureau with sums, dates and progress, as most offices have it: no contracts, no reports."""
    sheet = [
        works(
            0,
            planned_total=None,
            estimate="5000000.00",
            proposed="9000000.00",
            final_cost="5800000.00",
            final_on="2025-11-01",
        ),
        works(1, paid="5000000.00", progress="0.30"),
        works(2, completed_on="2024-11-30"),
        works(3, build_permit_on="2025-03-01"),
        works(4),
    ]
    made = workspace(tmp_path, {"project": sheet})
    assert {(one.method.id, one.subject["project_code"]) for one in ran(made)} == {
        (OVER, "P0"),
        (AHEAD, "P1"),
        (FINAL, "P2"),
        (PERMIT, "P3"),
    }
    told = {one.method.id: one.status for one in examine(made, head(made), list(METHODS.values())).outcomes}
    assert told[SUPERVISOR] == told[CLUSTER] == told[PREFINANCED] == NOT_APPLICABLE


def test_sums_in_different_currencies_are_not_compared(tmp_path: Path) -> None:
    given = {"project": [works(0)], "payment": [paid(0, 5, "90000000.00", currency="JPY")]}
    assert found(tmp_path, OVER, given) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("柳林镇至双溪镇公路改建工程", "柳林—双溪公路改扩建项目"),
        ("2025年青石镇农村饮水安全巩固提升工程", "2025年青石农村饮水安全工程（续建配套）"),
        ("城区老旧供水管网更新改造", "城区老旧供水管网改造提升工程"),
    ],
)
def test_the_same_works_under_names_that_differ_a_little(tmp_path: Path, one: str, other: str) -> None:
    pair = [works(0, name=one), works(1, name=other, site="青石镇中心小学", unit_id="U2", fund_source="省级奖补")]
    assert [hit.subject for hit in found(tmp_path, FUNDS, {"project": pair})] == [
        {"one_code": "P0", "other_code": "P1"}
    ]


@pytest.mark.parametrize(
    ("one", "other", "site"),
    [
        ("城关排水防涝工程一期", "城关排水防涝工程二期", "青石镇中心小学"),
        ("2024年高标准农田建设项目", "2025年高标准农田建设项目", "青石镇中心小学"),
        ("青石镇卫生院改造", "龙泉镇卫生院改造", "某县龙泉镇卫生院"),
        ("农村饮水安全工程", "农村饮水安全工程", "某县龙泉镇上庄村"),
    ],
)
def test_phases_years_and_namesakes_elsewhere_are_other_works(tmp_path: Path, one: str, other: str, site: str) -> None:
    pair = [works(0, name=one), works(1, name=other, site=site, unit_id="U2", fund_source="省级奖补")]
    assert found(tmp_path, FUNDS, {"project": pair}) == []


def test_a_district_may_tolerate_what_the_country_does_not(tmp_path: Path) -> None:
    made = workspace(tmp_path, {"project": [works(0, final_cost="6400000.00")]}, place="350582")
    assert [one.amount for one in ran(made, OVER)] == [Decimal("400000.00")]
    made.parameters.mkdir(exist_ok=True)
    rows = "name,place,valid_from,valid_to,value\nproject_over_estimate_share,3505,2019-07-01,,0.10\n"
    (made.parameters / "local.csv").write_text(rows, encoding="utf-8")
    assert ran(made, OVER) == []


@pytest.mark.parametrize(
    "terms",
    [
        "由承包人垫资施工至主体封顶",
        "工程竣工验收合格后，分三年支付工程款",
        "竣工后一次性付清",
        "采用BT模式建设",
    ],
)
def test_terms_that_let_the_builder_wait(tmp_path: Path, terms: str) -> None:
    given = {"project": [works(0)], "contract": [contract(0, payment_terms=terms)]}
    assert len(found(tmp_path, PREFINANCED, given)) == 1


@pytest.mark.parametrize(
    "terms",
    [
        "按月支付进度款的80%",
        "承包人不得垫资",
        "竣工验收合格后付至85%，质保金两年后支付",
        "特许经营期内由社会资本方垫资建设",
    ],
)
def test_usual_terms_are_left_alone(tmp_path: Path, terms: str) -> None:
    given = {"project": [works(0)], "contract": [contract(0, payment_terms=terms)]}
    assert found(tmp_path, PREFINANCED, given) == []


def test_the_latest_report_counts_and_not_the_first_of_the_month(tmp_path: Path) -> None:
    given = {
        "project": [works(0)],
        "contract": [contract(0)],
        "milestone": [report(0, 5, "0.30"), report(0, 6, "0.62")],
        "payment": [paid(0, 5, "3000000.00")],
    }
    assert found(tmp_path, AHEAD, given) == []


def ahead(folder: Path) -> tuple[Workspace, Question]:
    """Six tenths paid at three tenths built, and the question to ask again."""
    given = {"project": [works(0)], "contract": [contract(0)], "milestone": [report(0, 5, "0.30")]}
    made = workspace(folder, {**given, "payment": [paid(0, 5, "3000000.00")]})
    hit = ran(made, AHEAD)[0]
    return made, Question(open_run(made).id, AHEAD, "U1", hit.subject)


@pytest.mark.parametrize(
    ("progress", "back", "outcome"), [("0.62", "0.00", PASS), ("0.31", "-1500000.00", PASS), ("0.40", "-100.00", FAIL)]
)
def test_works_that_catch_up_or_money_back_answer(tmp_path: Path, progress: str, back: str, outcome: str) -> None:
    made, question = ahead(tmp_path)
    later = {"project_code": "P0", "milestone_no": "2026-02", "title": "2月进度", "progress": progress}
    refund = paid(0, 9, back, payment_no="TK1", paid_on="2026-02-10")
    fresh = {
        "project": [works(20, approved_on="2026-02-01")],
        "milestone": [{**later, "reported_on": "2026-02-25"}],
        "payment": [refund],
    }
    add(made, fresh)
    assert retest(made, question, head(made), after=date(2026, 1, 1)).outcome == outcome


def test_a_supervisor_of_the_builders_wife_is_found_through_the_registers(tmp_path: Path) -> None:
    """Builder and supervisor stand in one row of the register; who owns them, and who is married, in two others."""
    husband, wife, stranger = number(1), number(2, date(1982, 3, 4)), number(3, date(1979, 1, 2))
    firms = [
        ("甲远建筑工程有限公司", code(10), "王强", husband),
        ("乙诚监理咨询有限公司", code(20), "李芳", wife),
        ("丙正监理咨询有限公司", code(30), "赵云", stranger),
    ]
    builder, related, other = firms
    given = {
        "project": [
            works(
                0,
                contractor_name=builder[0],
                contractor_id=builder[1],
                supervisor_name=related[0],
                supervisor_id=related[1],
            ),
            works(
                1,
                contractor_name=builder[0],
                contractor_id=builder[1],
                supervisor_name=other[0],
                supervisor_id=other[1],
            ),
        ],
        "relation": [
            {
                "org_name": name,
                "org_credit_code": code_,
                "holder_name": holder,
                "holder_id_no": id_no,
                "kind": "shareholder",
                "share": "0.6",
            }
            for name, code_, holder, id_no in firms
        ],
        "kinship": [{"name": "王强", "id_no": husband, "other_name": "李芳", "other_id_no": wife, "kind": "夫妻"}],
    }
    made = workspace(tmp_path, given)
    linked(made)
    assert [(one.subject["project_key"], one.subject["supervisor_name"]) for one in ran(made, SUPERVISOR)] == [
        ("P0", related[0])
    ]


def test_six_people_make_a_cluster_and_five_or_one_do_not(tmp_path: Path) -> None:
    def said(at: int, people: int, calls: int) -> Rows:
        row = {"project_code": f"P{at}", "title": "路面开裂", "received_on": "2025-06-01"}
        return [{**row, "appeal_no": f"{at}-{n}", "phone": f"{n % people}"} for n in range(calls)]

    given = {"project": [works(at) for at in range(3)], "appeal": [*said(0, 6, 6), *said(1, 5, 9), *said(2, 1, 20)]}
    assert [one.subject["project_code"] for one in found(tmp_path, CLUSTER, given)] == ["P0"]
