"""The pack `meals` on small books: places and dates of the standard, words of returns, and what is not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bihuan.examine import library
from bihuan.examine.header import load
from bihuan.examine.retest import FAIL, INCONCLUSIVE, PASS, Question, Retest, retest
from bihuan.examine.run import examine
from bihuan.leads.lead import Hit, hits, open_run
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace
from small_books import Rows, add, workspace

FOLDER = Path(library.__file__).parent / "methods/meals"
METHODS = {one.id: one for one in map(load, sorted(FOLDER.glob("*.sql")))}
HEADS, COST, OTHER = "heads_over_enrolment", "cost_per_meal_below_standard", "fund_used_for_other_purpose"
SPRING, AUTUMN = date(2025, 3, 3), date(2025, 9, 8)
FIXED = date(2025, 9, 1)
TERMS = [
    {"term": "2024-2025学年第二学期", "from_date": "2025-02-17", "to_date": "2025-07-04"},
    {"term": "2025-2026学年第一学期", "from_date": "2025-09-01", "to_date": "2026-01-23"},
]


def test_the_pack_is_whole() -> None:
    assert set(METHODS) == {
        "heads_over_enrolment", "paid_after_transfer_or_graduation", "days_over_school_calendar",
        "cost_per_meal_below_standard", "purchase_without_goods_received", "goods_quantities_too_regular",
        "unit_price_over_market_median", "fund_used_for_other_purpose", "supplier_related_to_school_or_bureau",
        "one_supplier_for_all_schools_by_fixed_bids", "supplier_pays_back",
    }  # fmt: skip


def test_an_overpayment_that_rows_can_answer_has_a_remedy() -> None:
    without = {one.id for one in METHODS.values() if one.header.remedy is None}
    assert without == {
        "goods_quantities_too_regular", "supplier_related_to_school_or_bureau",
        "one_supplier_for_all_schools_by_fixed_bids", "supplier_pays_back",
    }  # fmt: skip


def weekdays(first: date, count: int) -> list[date]:
    days = (first + timedelta(days=at) for at in range(count * 2))
    return [one for one in days if one.weekday() < 5][:count]


def days(first: date, heads: int, count: int = 5, **more: Any) -> Rows:
    """School days on which ten pupils' school fed `heads`, for five yuan each."""
    row = {"unit_name": "溪口小学", "meal": "午餐", "heads": heads, "price": "5.00", "amount": f"{heads * 5}.00"}
    return [{**row, "served_on": str(one), **more} for one in weekdays(first, count)]


def roll(term: int, pupils: int = 10) -> Rows:
    name = TERMS[term]["term"]
    return [{"name": f"学生{n}", "pupil_no": f"G{n}", "term": name, "from_date": "2022-09-01"} for n in range(pupils)]


def books(folder: Path, given: Mapping[str, Rows], place: str = "CN") -> Workspace:
    return workspace(folder, {"school_calendar": TERMS, **given}, place=place)


def ran(made: Workspace, method: str) -> list[Hit]:
    examine(made, head(made), [METHODS[method]])
    return hits(made, open_run(made))


def answer(made: Workspace, run: str, method: str = HEADS, subject: Mapping[str, Any] | None = None) -> Retest:
    question = Question(run, method, "U1", subject or {"unit_id": "U1"})
    return retest(made, question, head(made), after=FIXED)


@pytest.fixture
def claimed(tmp_path: Path) -> tuple[Workspace, str]:
    """A school of ten that claimed for sixteen on five days in spring: 150 yuan at risk; and the run that found it."""
    made = books(tmp_path, {"school_roll": roll(0), "meal_day": days(SPRING, 16)})
    found = ran(made, HEADS)
    assert [(one.unit, one.amount) for one in found] == [("U1", Decimal("150.00"))]
    return made, open_run(made).id


def clean_autumn() -> dict[str, Rows]:
    return {"school_roll": roll(1), "meal_day": days(AUTUMN, 10)}


def back(amount: str, words: str, **more: Any) -> Rows:
    return [{"payment_no": "TK1", "amount": amount, "paid_on": "2025-08-27", "purpose": words, **more}]


@pytest.mark.parametrize(
    "words",
    [
        "退回2025年春季学期学生营养改善计划补助（多报供餐人数）",
        "归还2025春营养餐补助，虚报学生6人",
        "退2024-2025学年第二学期营养餐补助 多报人数",
        "追缴2024—2025学年度下学期营养餐资金（人数不实）",
    ],
)
def test_a_return_that_names_term_and_ground_answers(claimed: tuple[Workspace, str], words: str) -> None:
    made, run = claimed
    add(made, {**clean_autumn(), "payment": back("-150.00", words)})
    assert answer(made, run).outcome == PASS


@pytest.mark.parametrize(
    ("amount", "words", "more"),
    [
        ("-149.99", "退回2025年春季学期营养餐补助（多报供餐人数）", {}),
        ("-150.00", "退回2024年秋季学期营养餐补助（多报供餐人数）", {}),
        ("-150.00", "退回营养餐补助（多报供餐人数）", {}),
        ("-150.00", "退回2025年春季学期营养餐补助（食材差价）", {}),
        ("-150.00", "2025年春季学期营养餐补助，供餐人数", {}),
        ("-150.00", "退回2025年春季学期营养餐补助（多报供餐人数）", {"unit_id": "U2"}),
        ("-150.00", "退回2025年春季学期营养餐补助（多报供餐人数）", {"status": "failed"}),
        ("-150.00", "退回2025年春季学期营养餐补助（多报供餐人数）", {"currency": "USD"}),
        ("-150.00", "退回2025年春季学期营养餐补助（多报供餐人数）", {"paid_on": "2025-02-20"}),
        ("150.00", "退回2025年春季学期营养餐补助（多报供餐人数）", {}),
    ],
)
def test_what_is_too_little_or_for_something_else_answers_nothing(
    claimed: tuple[Workspace, str], amount: str, words: str, more: dict[str, str]
) -> None:
    made, run = claimed
    add(made, {**clean_autumn(), "payment": back(amount, words, **more)})
    assert answer(made, run).outcome == FAIL


def test_two_returns_together_answer_and_so_does_a_pay_slip_of_the_bureau(claimed: tuple[Workspace, str]) -> None:
    made, run = claimed
    words = "退回2025年春季学期营养餐补助（多报供餐人数）"
    slip = {"unit_id": "201", "payer_name": "溪口小学", "amount": "50.00", "billed_on": "2025-08-28", "note": words}
    add(made, {**clean_autumn(), "payment": back("-100.00", words)})
    assert answer(made, run).outcome == FAIL
    add(made, {"nontax_income": [{**slip, "status": "void"}]})
    assert answer(made, run).outcome == FAIL
    add(made, {"nontax_income": [slip]})
    assert answer(made, run).outcome == PASS


def test_a_slip_and_a_red_letter_payment_of_one_sum_are_the_same_money(claimed: tuple[Workspace, str]) -> None:
    made, run = claimed
    words = "退回2025年春季学期营养餐补助（多报供餐人数）"
    slip = {"unit_id": "201", "payer_name": "溪口小学", "amount": "75.00", "billed_on": "2025-08-28", "note": words}
    red = back("-75.00", words, unit_name="溪口小学")
    add(made, {**clean_autumn(), "payment": red, "nontax_income": [slip]})
    assert answer(made, run).outcome == FAIL
    add(made, {"nontax_income": [{**slip, "billed_on": "2025-09-28"}]})
    assert answer(made, run).outcome == PASS


def test_the_bureau_may_pay_in_for_a_school_that_it_names_in_full(tmp_path: Path) -> None:
    named = [{**one, "unit_name": "云禾县溪口镇中心小学"} for one in days(SPRING, 16)]
    made = books(tmp_path, {"school_roll": roll(0), "meal_day": named})
    assert len(ran(made, HEADS)) == 1
    run = open_run(made).id
    words = "代{}退回2025年春季学期营养餐补助（多报供餐人数）"
    slip = {"unit_id": "201", "payer_name": "教育局", "amount": "150.00", "billed_on": "2025-08-28"}
    add(made, {**clean_autumn(), "nontax_income": [{**slip, "note": words.format("河湾镇中心小学")}]})
    assert answer(made, run).outcome == FAIL
    add(made, {"nontax_income": [{**slip, "note": words.format("云禾县溪口镇中心小学")}]})
    assert answer(made, run).outcome == PASS


def test_what_came_back_before_the_next_books_proves_nothing_yet(claimed: tuple[Workspace, str]) -> None:
    made, run = claimed
    add(made, {"payment": back("-150.00", "退回2025年春季学期营养餐补助（多报供餐人数）")})
    assert answer(made, run).outcome == INCONCLUSIVE


def test_a_school_that_does_it_again_fails_although_it_paid_back(claimed: tuple[Workspace, str]) -> None:
    made, run = claimed
    words = "退回2025年春季学期营养餐补助（多报供餐人数）"
    again = {"school_roll": roll(1), "meal_day": days(AUTUMN, 16)}
    add(made, {**again, "payment": back("-150.00", words)})
    told = answer(made, run)
    assert (told.outcome, told.new_hits, told.is_remedied) == (FAIL, 1, False)


def test_money_for_one_term_does_not_answer_two(claimed: tuple[Workspace, str]) -> None:
    made, _ = claimed
    words = "退回2025年春季学期营养餐补助（多报供餐人数）"
    add(made, {"school_roll": roll(1), "meal_day": days(AUTUMN, 16), "payment": back("-300.00", words)})
    assert [one.amount for one in ran(made, HEADS)] == [Decimal("300.00")]
    assert not answer(made, open_run(made).id).is_remedied


def test_last_terms_pupils_do_not_cover_for_this_terms_heads(tmp_path: Path) -> None:
    gone = [{**one, "pupil_no": f"old{n}"} for n, one in enumerate(roll(0, 20))]
    made = books(tmp_path, {"school_roll": [*gone, *roll(1)], "meal_day": days(AUTUMN, 16)})
    assert [one.amount for one in ran(made, HEADS)] == [Decimal("150.00")]


def test_one_pupil_on_the_rolls_of_two_terms_is_one_pupil(tmp_path: Path) -> None:
    made = books(tmp_path, {"school_roll": [*roll(0), *roll(1)], "meal_day": days(date(2025, 8, 25), 16, 10)})
    assert [one.amount for one in ran(made, HEADS)] == [Decimal("300.00")]


def fed(first: date, per_head: str, count: int = 20, unit: str = "U1") -> Rows:
    cost = f"{Decimal(per_head) * 10:.2f}"
    return days(first, 10, count, unit_id=unit, cost=cost)


@pytest.mark.parametrize(
    ("first", "per_head", "found"),
    [
        (date(2025, 3, 3), "4.20", True),
        (date(2025, 3, 3), "4.80", False),
        (date(2020, 3, 2), "4.20", False),  # four yuan were the standard then
        (date(2020, 3, 2), "3.60", True),
    ],
)
def test_the_standard_is_that_of_the_day(tmp_path: Path, first: date, per_head: str, found: bool) -> None:
    made = books(tmp_path, {"meal_day": fed(first, per_head)})
    assert bool(ran(made, COST)) == found


def test_a_place_may_have_a_higher_standard(tmp_path: Path) -> None:
    made = books(tmp_path, {"meal_day": fed(SPRING, "5.00")}, place="350582")
    assert ran(made, COST) == []
    rows = "name,place,valid_from,valid_to,value\nmeal_standard,3505,2025-01-01,,6\n"
    made.parameters.mkdir(exist_ok=True)
    (made.parameters / "local.csv").write_text(rows, encoding="utf-8")
    assert [one.amount for one in ran(made, COST)] == [Decimal("200.00")]


def test_january_belongs_to_the_term_that_began_in_autumn(tmp_path: Path) -> None:
    winter = [*fed(date(2025, 12, 1), "4.00", 12), *fed(date(2026, 1, 5), "4.00", 12)]
    made = books(tmp_path, {"meal_day": winter})
    assert [one.amount for one in ran(made, COST)] == [Decimal("240.00")]
    run = open_run(made).id
    words = "退回2025年秋季学期营养餐资金（食材低于标准）"
    after = {"meal_day": fed(date(2026, 3, 2), "5.00"), "payment": back("-240.00", words, paid_on="2026-02-26")}
    add(made, after)
    told = retest(made, Question(run, COST, "U1", {"unit_id": "U1"}), head(made), after=date(2026, 3, 1))
    assert told.outcome == PASS


def test_a_voucher_answers_the_kind_of_spending_that_it_names(tmp_path: Path) -> None:
    fund = {"project_name": "学生营养改善计划", "paid_on": "2025-04-16", "payee_name": "某店"}
    spent = [
        {**fund, "amount": "800.00", "purpose": "公务接待餐费"},
        {**fund, "amount": "900.00", "purpose": "购置炊具"},
    ]
    made = books(tmp_path, {"payment": spent})
    assert {one.subject["use"] for one in ran(made, OTHER)} == {"接待", "设备"}
    run = open_run(made).id
    clean = {**fund, "amount": "700.00", "purpose": "付9月食材款", "paid_on": "2025-10-10", "payee_name": "粮油公司"}
    words = "归还原渠道：2025年春季学期营养餐资金列支的接待费"
    add(made, {"payment": [clean, *back("-1700.00", words)]})
    assert answer(made, run, OTHER, {"use": "接待"}).outcome == PASS
    assert answer(made, run, OTHER, {"use": "设备"}).outcome == FAIL
