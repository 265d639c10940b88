"""A policy's rule is written once: checked like a method, asked of the books and of one, never silently wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.errors import BadMethod, BadQuery
from bihuan.examine.eligibility import ask, check, missing, who
from bihuan.examine.library import library
from bihuan.examine.retest import Question, retest
from bihuan.examine.run import Run, examine
from bihuan.leads.lead import hits, open_run
from bihuan.store.books import open_books
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace
from small_books import Rows, add, workspace

METHODS = library()
SMALL = "企业规模 IN ('小型', '微型') AND 从业人数 >= 10"
FIRMS: Rows = [
    {"subject_name": "甲厂", "subject_no": "G1", "as_of": "2025-02-01", "size": "small", "employees": 12},
    {"subject_name": "乙厂", "subject_no": "G2", "as_of": "2025-02-01", "size": "medium", "employees": 90},
    {"subject_name": "丙厂", "subject_no": "G3", "as_of": "2025-02-01", "size": "small"},
]


def policy(rule: str, **more: object) -> Rows:
    return [
        {
            "policy_no": "甲发〔2025〕1号",
            "measure_no": "2",
            "title": "小微补助",
            "issued_on": "2025-01-10",
            "rule": rule,
            **more,
        }
    ]


def claims(*numbers: str, **more: object) -> Rows:
    usual = {
        "programme": "小微补助",
        "amount": "5000.00",
        "bought_on": "2025-03-01",
        "paid_on": "2025-03-20",
        "status": "已拨付",
    }
    named = [
        {"claim_no": f"C{one}{more.get('paid_on', '')}", "applicant": one, "applicant_id_no": one} for one in numbers
    ]
    return [{**usual, **one, **more} for one in named]


def run_pack(made: Workspace, *more: str) -> Run:
    return examine(
        made, head(made), [METHODS.method(one) for one in ("paid_to_ineligible", "eligible_never_applied", *more)]
    )


@pytest.mark.parametrize(
    "rule",
    [
        SMALL,
        "size IN ('small', 'micro') AND employees >= 10",
        "企业规模 IN （‘小型’，‘微型’） AND 从业人数＞＝10",
        "高新技术企业 AND NOT 欠税欠薪",
        "所属行业 LIKE '%食品%' OR contains(所属行业, '农')",
        "date_diff('day', 成立日期, 情况日期) <= 1096",
        "成立日期 >= DATE '2022-01-01' AND year(成立日期) < 2025",
        "研发投入 / nullif(营业收入, 0) >= 0.03",
        "coalesce(从业人数, 0) BETWEEN 1 AND 20 AND 信用状况 IS NOT NULL",
        "CASE WHEN 企业规模 = '微型' THEN 从业人数 >= 3 ELSE 从业人数 >= 10 END",
    ],
)
def test_a_rule_of_comparisons_passes(rule: str) -> None:
    assert check(rule) == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("行业 = '制造业'", "no attribute '行业' at character 1. There are: 主体类型"),
        ("从业人数 > 3 AND 规模 = '小型'", "no attribute '规模' at character 14"),
        ("subject_name = '甲厂'", "no attribute 'subject_name'"),
        ("企业规模 = '小形'", "'小形' is no value of 企业规模. It has: 大型、中型、小型、微型."),
        ("企业规模 IN ('小型', '中小型')", "'中小型' is no value"),
        ("从业人数", "it gives BIGINT where yes or no is wanted"),
        ("从业人数 > '多'", "'多' is no number, which 从业人数 is"),
        ("从业人数 BETWEEN '三' AND 5", "'三' is no number"),
        ("成立日期 > '三年前'", "'三年前' is no day, which 成立日期 is"),
        ("高新技术企业 = '是'", "高新技术企业 is yes or no"),
        ("从业人数 > 成立日期", "values of different kinds"),
        ("从业人数 >=", "a side of a comparison is missing"),
        ("(从业人数 > 3", "it cannot be read"),
        ("1 = 1", "it asks for nothing"),
        ("", "cannot be read"),
        ("从业人数 > 3; DROP TABLE policy", "it is not one condition"),
        ("从业人数 > 3 ORDER BY 1", "it is not one condition"),
        ("从业人数 > 3 LIMIT 1", "it is not one condition"),
        ("从业人数 > 3 UNION SELECT 1", "it is not one condition"),
        ("从业人数 > (SELECT 3)", "may not stand in a rule"),
        ("EXISTS (SELECT 1 FROM payment)", "may not stand in a rule"),
        ("从业人数 IN (SELECT 3)", "may not stand in a rule"),
        ("sum(从业人数) > 3", "'SUM(从业人数)' may not stand in a rule"),
        ("row_number() OVER () > 从业人数", "may not stand in a rule"),
        ("getenv('HOME') = 所属行业", "may not stand in a rule"),
        ("read_text('/etc/passwd') = 所属行业", "may not stand in a rule"),
        ("random() < 从业人数", "may not stand in a rule"),
        ("成立日期 < today()", "may not stand in a rule"),
        ("从业人数 > $least", "may not stand in a rule"),
        ("payment.amount > 从业人数", "name the attribute alone"),
        ("注册资本 / 从业人数 > 3", "divide by nullif(x, 0)"),
        ("从业人数 > 3 -- 用工", "it holds a comment"),
        ("从业人数 > 3 /* 用工 */", "it holds a comment"),
        ("从业人数 > 3 AND " * 200 + "从业人数 > 3", "Say it more shortly"),
    ],
)
def test_a_rule_that_is_none_is_refused_in_words(rule: str, said: str) -> None:
    (found,) = check(rule)
    assert said in found


def test_one_enterprise_is_told_yes_no_or_what_is_missing() -> None:
    assert ask(SMALL, {"企业规模": "小型", "employees": 12}) is True
    assert ask(SMALL, {"企业规模": "中型"}) is False
    assert ask(SMALL, {"企业规模": "小型"}) is None
    assert missing(SMALL, {"企业规模": "小型"}) == ["从业人数"]
    assert missing(SMALL, {"size": "small", "从业人数": 12}) == []


def test_a_fact_that_no_rule_asks_for_or_no_attribute_holds_is_refused() -> None:
    with pytest.raises(BadQuery, match="no attribute '规模'"):
        ask(SMALL, {"规模": "小型"})
    with pytest.raises(BadQuery, match="'小号' is no value of 企业规模"):
        ask(SMALL, {"企业规模": "小号"})
    with pytest.raises(BadQuery, match="cannot be asked of these facts"):
        ask(SMALL, {"企业规模": "小型", "从业人数": "十二"})


def test_the_books_and_one_enterprise_get_the_same_answer(tmp_path: Path) -> None:
    made = workspace(tmp_path, {"declaration": FIRMS})
    with open_books(made, head(made)) as engine:
        found = [row[1] for row in engine.rows(f"{who(SMALL)} ORDER BY row_id")]
    facts = [{key: value for key, value in one.items() if key in ("size", "employees")} for one in FIRMS]
    assert found == [ask(SMALL, one) for one in facts] == [True, False, None]


def test_both_methods_run_the_same_rule_over_the_paid_and_the_unpaid(tmp_path: Path) -> None:
    many: Rows = [{**FIRMS[0], "subject_name": f"{n}厂", "subject_no": f"S{n}"} for n in range(6)]
    made = workspace(
        tmp_path, {"declaration": [*FIRMS, *many], "policy": policy(SMALL), "claim": claims("G2", "G3", "S0")}
    )
    assert [one.leads for one in run_pack(made).outcomes] == [1, 1]
    paid, never = hits(made, open_run(made))[::-1]
    assert (paid.method.id, paid.facts["paid"], paid.facts["subject_name"]) == ("paid_to_ineligible", 5000, "G2")
    assert (never.facts["eligible_count"], never.facts["applied_count"]) == (7, 1)


def test_a_rule_with_a_fault_stops_its_methods_names_policy_and_place_and_leaves_the_others(tmp_path: Path) -> None:
    rows = [*policy(SMALL), *policy("规模 = '小型'", measure_no="3")]
    made = workspace(tmp_path, {"declaration": FIRMS, "policy": rows, "claim": claims("G2")})
    run = run_pack(made, "target_missed")
    assert [one.status for one in run.outcomes] == ["failed", "failed", "not_applicable"]
    for one in run.outcomes[:2]:
        assert one.why_not is not None
        for words in (
            "policy 甲发〔2025〕1号, measure 3",
            "s1.csv, line 2",
            "no attribute '规模' at character 1",
            "Correct the rule",
        ):
            assert words in one.why_not.en


def test_a_policy_without_a_rule_is_not_examined(tmp_path: Path) -> None:
    made = workspace(tmp_path, {"declaration": FIRMS, "policy": policy(""), "claim": claims("G2")})
    assert [one.status for one in run_pack(made).outcomes] == ["not_applicable", "not_applicable"]


def test_a_changed_rule_is_a_changed_result(tmp_path: Path) -> None:
    made = workspace(tmp_path, {"declaration": FIRMS, "policy": policy("企业规模 = '中型'"), "claim": claims("G2")})
    assert run_pack(made).outcomes[0].leads == 0
    other = workspace(tmp_path / "other", {"declaration": FIRMS, "policy": policy(SMALL), "claim": claims("G2")})
    assert run_pack(other).outcomes[0].leads == 1


def test_money_that_came_back_passes_the_retest_and_a_second_payment_fails_it(tmp_path: Path) -> None:
    books = {"declaration": FIRMS, "policy": policy(SMALL), "claim": claims("G2")}
    made = workspace(tmp_path, books)
    run_pack(made)
    run = open_run(made)
    (hit,) = hits(made, run)
    question = Question(run.id, "paid_to_ineligible", "U1", hit.subject)
    assert retest(made, question, head(made)).outcome == "fail"
    add(made, {"claim": claims("G2", amount="-5000.00", paid_on="2025-09-01", status="已退回")})
    assert retest(made, question, head(made)).outcome == "pass"
    add(made, {"claim": claims("G2", paid_on="2025-10-01")})
    assert retest(made, question, head(made)).outcome == "fail"


def test_a_retest_on_books_with_a_broken_rule_says_so(tmp_path: Path) -> None:
    made = workspace(tmp_path, {"declaration": FIRMS, "policy": policy(SMALL), "claim": claims("G2")})
    run_pack(made)
    run = open_run(made)
    (hit,) = hits(made, run)
    add(made, {"policy": policy("规模 = '小型'", policy_no="甲发〔2025〕7号")})
    with pytest.raises(BadMethod, match="甲发〔2025〕7号"):
        retest(made, Question(run.id, "paid_to_ineligible", "U1", hit.subject), head(made))
