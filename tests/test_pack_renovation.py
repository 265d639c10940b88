"""The pack `renovation` on small books: how lists and registers write a building, local cut-offs, re-tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bihuan.examine.library import library
from bihuan.examine.retest import FAIL, PASS, Question, retest
from bihuan.examine.run import examine
from bihuan.leads.lead import Hit, hits, open_run
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace
from small_books import Rows, add, workspace

METHODS = {one.id: one for one in library().methods if one.pack == "renovation"}
HOMES, YOUNG, TWICE = "households_over_property_register", "built_after_cutoff", "same_building_two_batches"
FUND, SILENT = "fund_idle_or_diverted", "appeal_unanswered_at_site"


def ran(made: Workspace, *methods: str) -> list[Hit]:
    examine(made, head(made), [METHODS[one] for one in methods or METHODS])
    return hits(made, open_run(made))


def found(folder: Path, method: str, given: Mapping[str, Rows], **settings: Any) -> list[Hit]:
    return ran(workspace(folder, given, **settings), method)


def line(code: str, **more: Any) -> dict[str, Any]:
    """A line of the list of 2024: the first building of an estate with twenty homes."""
    row = {
        "project_code": code,
        "name": "2024年城镇老旧小区改造",
        "batch": "2024年第一批",
        "site": "幸福里小区",
        "building": "1栋",
    }
    sums = {"households": 20, "built_year": 1992, "planned_total": "400000.00", "approved_on": "2024-02-01"}
    return {**row, **sums, **more}


def homes(count: int, **more: Any) -> Rows:
    """Homes of that building in the register."""
    row = {"site": "幸福里小区1栋", "use": "成套住宅", "built_year": 1992}
    return [{**row, "property_id": f"{more.get('site', '')}{n}", "address": f"{n}室", **more} for n in range(count)]


def orderly() -> dict[str, Rows]:
    """Two estates of two batches, a fund that is spent on them, appeals that were answered."""
    other = {"site": "光明新村", "batch": "2025年第一批", "approved_on": "2025-02-01"}
    fund = {"indicator_no": "Z1", "project_name": "2024年城镇老旧小区改造"}
    payee = {"payee_name": "远山建设有限公司", "purpose": "幸福里改造工程款"}
    return {
        "project": [line("L1"), line("L2", **other), line("L3", **other, building="2栋", households=10)],
        "property": [*homes(20), *homes(20, site="光明新村1栋"), *homes(10, site="光明新村2栋")],
        "budget_indicator": [{**fund, "amount": "400000.00", "issued_on": "2024-03-01", "budget_kind": "project"}],
        "payment": [{**fund, **payee, "amount": "300000.00", "paid_on": f"2025-0{month}-10"} for month in (1,)]
        + [{**payee, "amount": "1.00", "paid_on": "2025-12-20"}],
        "appeal": [
            {
                "appeal_no": "A1",
                "site": "幸福里小区1栋",
                "received_on": "2025-06-01",
                "due_on": "2025-06-16",
                "answered_on": "2025-06-10",
                "answer": "已重做防水并回访",
                "satisfied": "满意",
            },
            {"appeal_no": "A2", "site": "幸福里小区1栋", "received_on": "2025-12-28", "due_on": "2026-01-12"},
        ],
    }


def test_the_pack_is_whole() -> None:
    assert set(METHODS) == {HOMES, YOUNG, TWICE, FUND, SILENT}


def test_orderly_renovation_is_left_alone(tmp_path: Path) -> None:
    assert [(one.method.id, one.subject) for one in ran(workspace(tmp_path, orderly()))] == []


@pytest.mark.parametrize(
    ("listed", "registered"),
    [
        ({"site": "幸福里小区", "building": "1栋"}, {"site": "幸福里1幢"}),
        ({"site": "幸福里", "building": "1#楼"}, {"site": "幸福里小区1号楼"}),
        ({"site": "幸福里小区", "building": "一号楼"}, {"site": "幸福里小区1栋"}),
        (
            {"site": "幸福里小区1栋", "building": None},
            {"site": "幸福里小区", "address": "某县人民路3号幸福里小区1栋2单元"},
        ),
        ({"site": "棉纺厂家属院", "building": "A座"}, {"site": "棉纺厂宿舍a座"}),
        ({"site": "建设路12号院", "building": "十一栋"}, {"site": "建设路12号院11栋"}),
        ({"site": "幸福里小区", "building": None}, {"site": "幸福里小区1栋"}),
        ({"site": "幸福里小区", "building": "1-3栋"}, {"site": "幸福里小区1栋"}),
    ],
)
def test_a_building_is_the_same_however_list_and_register_write_it(
    tmp_path: Path, listed: dict[str, Any], registered: dict[str, Any]
) -> None:
    """With all twenty homes there is nothing to say; with fourteen there are six too many."""
    whole = found(tmp_path / "whole", HOMES, {"project": [line("L1", **listed)], "property": homes(20, **registered)})
    short = found(tmp_path / "short", HOMES, {"project": [line("L1", **listed)], "property": homes(14, **registered)})
    assert whole == []
    assert [one.amount for one in short] == [Decimal("120000.00")]


@pytest.mark.parametrize("registered", [18, 25])
def test_a_few_homes_without_title_are_left_alone(tmp_path: Path, registered: int) -> None:
    assert found(tmp_path, HOMES, {"project": [line("L1")], "property": homes(registered)}) == []


def test_an_estate_that_the_register_does_not_know_says_nothing(tmp_path: Path) -> None:
    given = {"project": [line("L1", site="供销社宿舍")], "property": homes(20)}
    assert found(tmp_path, HOMES, given) == []


def test_a_place_may_renovate_what_was_built_until_2005(tmp_path: Path) -> None:
    made = workspace(tmp_path, {"project": [line("L1", built_year=2004)]}, place="350582")
    assert len(ran(made, YOUNG)) == 1
    made.parameters.mkdir(exist_ok=True)
    rows = "name,place,valid_from,valid_to,value\nrenovation_cutoff_year,35,2024-01-01,,2005\n"
    (made.parameters / "local.csv").write_text(rows, encoding="utf-8")
    assert ran(made, YOUNG) == []


def test_one_wrong_year_in_the_register_accuses_nobody(tmp_path: Path) -> None:
    given = {"project": [line("L1")], "property": [*homes(19), *homes(1, property_id="F", built_year=2019)]}
    assert found(tmp_path, YOUNG, given) == []


@pytest.mark.parametrize(
    ("second", "rows"),
    [
        ({"building": "1号楼"}, 1),
        ({"building": "1、2栋", "site": "幸福里"}, 1),
        ({"building": "1-6栋"}, 1),
        ({"building": "2-6栋"}, 0),
        ({"site": "幸福新村"}, 0),
        ({"kind": "上年续建"}, 0),
        ({"batch": "2024年第一批"}, 0),
    ],
)
def test_a_building_that_comes_back_in_another_batch(tmp_path: Path, second: dict[str, Any], rows: int) -> None:
    again = line("L9", **{"batch": "2025年第一批", "planned_total": "150000.00", **second})
    amounts = [one.amount for one in found(tmp_path, TWICE, {"project": [line("L1"), again]})]
    assert amounts == [Decimal("150000.00")] * rows


@pytest.mark.parametrize(
    ("payee", "purpose", "is_wrong"),
    [
        ("远山建设有限公司", "机关办公楼外墙粉刷", True),
        ("远山建设有限公司", "局机关办公楼装修", True),
        ("宏达汽车服务有限公司", "老旧小区改造配套服务", True),
        ("某县人民医院", "偿还历史欠款", True),
        ("某县自来水有限公司", "供水管道迁改费", False),
        ("正信工程咨询有限公司", "监理费", False),
        ("国网某县供电公司", "强弱电入地改造", False),
        ("李四", "借给职工周转", True),
    ],
)
def test_what_renovation_money_may_buy(tmp_path: Path, payee: str, purpose: str, *, is_wrong: bool) -> None:
    given = orderly()
    spent = {
        "indicator_no": "Z1",
        "amount": "50000.00",
        "paid_on": "2025-05-10",
        "payee_name": payee,
        "purpose": purpose,
    }
    hit = found(tmp_path, FUND, {**given, "payment": [*given["payment"], spent]})
    assert [one.subject["kind"] for one in hit] == ["挪用 diverted"] * is_wrong


def diverted(folder: Path) -> tuple[Workspace, Question]:
    """A car out of the fund, and the question to ask again."""
    given = orderly()
    car = {
        "indicator_no": "Z1",
        "amount": "50000.00",
        "paid_on": "2025-05-10",
        "payee_name": "宏达汽车服务有限公司",
        "purpose": "公务用车维修",
    }
    made = workspace(folder, {**given, "payment": [*given["payment"], car]})
    hit = ran(made, FUND)[0]
    return made, Question(open_run(made).id, FUND, "U1", hit.subject)


@pytest.mark.parametrize(("back", "outcome"), [("-50000.00", PASS), ("-49999.99", FAIL)])
def test_the_whole_sum_must_come_back(tmp_path: Path, back: str, outcome: str) -> None:
    made, question = diverted(tmp_path)
    refund = {"indicator_no": "Z1", "amount": back, "paid_on": "2026-02-03", "payee_name": "宏达汽车服务有限公司"}
    works = {"indicator_no": "Z1", "amount": "9000.00", "paid_on": "2026-03-03", "payee_name": "远山建设有限公司"}
    add(made, {"payment": [refund, {**works, "purpose": "幸福里改造工程款"}]})
    assert retest(made, question, head(made), after=date(2026, 1, 1)).outcome == outcome


@pytest.mark.parametrize(
    ("answer", "satisfied", "is_hollow"),
    [
        ("已知悉", "不满意", True),
        ("已转办相关单位", "不满意", True),
        ("已知悉", "满意", False),
        ("已转施工单位,3月5日重做防水并回访居民", "不满意", False),
    ],
)
def test_a_phrase_is_no_answer_where_the_resident_is_dissatisfied(
    tmp_path: Path, answer: str, satisfied: str, *, is_hollow: bool
) -> None:
    said = {"site": "幸福里小区1栋", "answer": answer, "satisfied": satisfied, "answered_on": "2025-03-02"}
    given = [{**said, "appeal_no": f"A{n}", "received_on": f"2025-03-0{n}"} for n in (1, 2)]
    assert len(found(tmp_path, SILENT, {"project": [line("L1")], "appeal": given})) == is_hollow


def test_an_answer_that_comes_later_takes_the_lead_away(tmp_path: Path) -> None:
    said = {"site": "幸福里小区1栋", "due_on": "2025-03-20", "received_on": "2025-03-05"}
    new = {"appeal_no": "Z", "site": "人民公园", "received_on": "2025-09-01"}
    made = workspace(tmp_path, {"project": [line("L1")], "appeal": [{**said, "appeal_no": "A1"}, new]})
    assert [one.subject["estate"] for one in ran(made, SILENT)] == ["幸福里小区"]
    answered = workspace(
        tmp_path / "later",
        {"project": [line("L1")], "appeal": [{**said, "appeal_no": "A1", "answered_on": "2025-08-01"}, new]},
    )
    assert ran(answered, SILENT) == []
