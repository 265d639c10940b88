"""Linking: the same person and the same firm across departments, and never two of them as one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from at_the_desk import bihuan
from bihuan.collect.forget import forget
from bihuan.link.decisions import DIFFERENT, OPEN, SAME, Decision, decide
from bihuan.link.rules import KINDS, rules
from bihuan.link.score import model
from bihuan.link.state import state_of
from bihuan.store.snapshot import head, row_id
from linked_books import books, code, entities, linked, number, who
from small_books import add, workspace


def test_one_number_in_two_departments_is_one_person(tmp_path: Path):
    made = workspace(
        tmp_path,
        {
            "person": [{"name": "王芳", "id_no": number(1)}, {"name": "李强", "id_no": number(3)}],
            "benefit_payment": [{"name": "王芳", "id_no": number(1), "amount": "10"}],
            "payroll": [{"name": "王 芳", "id_no": number(1).lower()}],
        },
    )
    linked(made)
    assert entities(made) == [("李强", 1), ("王芳", 3)]


def test_the_old_number_of_fifteen_digits_is_the_same_number(tmp_path: Path):
    whole = number(7)
    made = workspace(
        tmp_path,
        {"person": [{"name": "王芳", "id_no": whole}], "death": [{"name": "王芳", "id_no": whole[:6] + whole[8:17]}]},
    )
    linked(made)
    assert entities(made) == [("王芳", 2)]


@pytest.mark.parametrize(
    "other",
    [
        {"name": "王方", "phone": "13800001111"},  # sounds the same
        {"name": "王芬", "phone": "13800001111"},  # looks the same
        {"name": "王芳", "address": "文三路十二号3幢501", "phone": "13800001112"},
        {"name": "王芳", "id_no": number(1)[:15] + "9" + number(1)[16:]},  # one digit mistyped
    ],
)
def test_a_row_without_a_valid_number_finds_its_person(tmp_path: Path, other: dict[str, str]):
    crowd = [
        {"name": f"{a}{b}", "id_no": number(n, date(1970, 1, 1 + n % 28))}
        for n, (a, b) in enumerate(
            zip("赵钱孙李周吴郑冯陈褚" * 9, "一二三四五六七八九十甲乙丙" * 9, strict=False), start=10
        )
    ]
    made = workspace(
        tmp_path,
        {
            "person": [
                {
                    "name": "王芳",
                    "id_no": number(1),
                    "phone": "13800001111",
                    "address": "杭州市西湖区文三路12号3幢501室",
                },
                *crowd,
            ],
            "benefit_payment": [{**other, "amount": "5"}],
        },
    )
    linked(made)
    found = who(made)
    assert found["benefit_payment", row_id(1, 1), "payee"] == found["person", row_id(1, 1), "self"]


def test_two_valid_numbers_never_become_one_person(tmp_path: Path):
    twins = {"phone": "13800001111", "address": "文三路12号3幢501室", "born_on": "1980-05-06"}
    made = workspace(
        tmp_path,
        {
            "person": [{"name": "王芳", "id_no": number(1), **twins}, {"name": "王芳", "id_no": number(3), **twins}],
            "benefit_payment": [
                {"name": "王芳", "phone": "13800001111", "address": "文三路12号3幢501室", "amount": "5"}
            ],
        },
    )
    told = linked(made).told["person"]
    found = who(made)
    first, second = found["person", row_id(1, 1), "self"], found["person", row_id(1, 2), "self"]
    assert first != second
    assert found["benefit_payment", row_id(1, 1), "payee"] not in (first, second), (
        "which of the two is for a person to say"
    )
    assert told["doubts"] == 1


def test_a_number_beside_another_name_goes_to_review(tmp_path: Path):
    made = workspace(
        tmp_path,
        {
            "person": [{"name": "王芳", "id_no": number(1)}],
            "benefit_payment": [{"name": "赵国强", "id_no": number(1), "amount": "5"}],
        },
    )
    assert linked(made).told["person"]["doubts"] == 1
    assert entities(made) == [("王芳", 1), ("赵国强", 1)]


def test_namesakes_of_whom_nothing_else_is_known_stay_apart(tmp_path: Path):
    made = workspace(
        tmp_path,
        {"organization": [{"name": f"第{n}商贸有限公司", "legal_person": "王芳"} for n in range(30)]},
    )
    linked(made)
    assert len(entities(made)) == 30


def test_a_household_is_not_one_person(tmp_path: Path):
    home = {"phone": "13800001111", "address": "王家村3组12号"}
    names = ["王国强", "李秀英", "王小军", "王小丽"]
    made = workspace(
        tmp_path,
        {
            "person": [
                {"name": name, "id_no": number(n, date(1960 + 9 * n, 1, 1)), **home} for n, name in enumerate(names)
            ],
            "benefit_payment": [{"name": "赵大山", **home, "amount": "5"}, {"name": "王小军", **home, "amount": "5"}],
        },
    )
    linked(made)
    found = who(made)
    assert found["benefit_payment", row_id(1, 2), "payee"] == found["person", row_id(1, 3), "self"]
    assert [name for name, _ in entities(made)] == sorted(["李秀英", "王国强", "王小丽", "王小军", "赵大山"])


def test_a_firm_is_known_by_code_by_its_old_name_and_by_its_full_name(tmp_path: Path):
    made = workspace(
        tmp_path,
        {
            "organization": [
                {"name": "杭州宏达建材有限公司", "credit_code": code(1)},
                {"name": "杭州新宏达建材有限公司", "credit_code": code(1), "changed_on": "2024-05-01"},
            ],
            "invoice": [{"seller_name": "杭州新宏达建材有限公司", "seller_tax_no": code(1)}],
            "payment": [{"payee_name": "杭州宏达建材有限责任公司", "amount": "9"}],
            "contract": [{"supplier_name": "杭州鑫源商贸有限公司", "supplier_id": code(9)}],
        },
    )
    linked(made)
    assert [rows for _, rows in entities(made, "organization")] == [4, 1]


def test_a_branch_is_tied_to_its_firm_and_not_merged(tmp_path: Path):
    made = workspace(
        tmp_path,
        {
            "organization": [{"name": "杭州宏达建材有限公司", "credit_code": code(1)}],
            "payment": [{"payee_name": "杭州宏达建材有限公司宁波分公司", "payee_id": code(1), "amount": "9"}],
        },
    )
    linked(made)
    assert len(entities(made, "organization")) == 2
    with books(made) as engine:
        assert engine.rows("SELECT kind, times FROM tie") == [("branch", 1)]


def test_a_column_of_payees_holds_persons_and_firms(tmp_path: Path):
    made = workspace(
        tmp_path,
        {"payment": [{"payee_name": one, "amount": "1"} for one in ("王芳", "杭州宏达建材有限公司", "江州市教育局")]},
    )
    linked(made)
    assert len(entities(made, "person")) == 1
    assert len(entities(made, "organization")) == 2


def test_the_same_books_give_the_same_entities_and_linking_twice_changes_nothing(tmp_path: Path):
    rows = {
        "person": [{"name": "王芳", "id_no": number(1)}],
        "benefit_payment": [{"name": "王芳", "id_no": number(1), "amount": "10"}],
    }
    one, other = workspace(tmp_path / "a", rows), workspace(tmp_path / "b", rows)
    linked(one)
    linked(other)
    assert who(one) == who(other)
    before = head(one).id
    assert not linked(one).is_new
    assert head(one).id == before


def test_what_a_person_decides_is_kept_against_the_model_and_against_the_key(tmp_path: Path):
    made = workspace(
        tmp_path,
        {
            "person": [{"name": "王芳", "id_no": number(1)}, {"name": "王小芳", "id_no": number(3)}],
            "benefit_payment": [{"name": "王芳", "id_no": number(1), "account": "6228480001", "amount": "5"}],
        },
    )
    linked(made)
    pair = profiles(made, "benefit_payment", "person", 1)
    decide(made, Decision("person", *pair, DIFFERENT, by="lin", why="a stolen number"))
    linked(made)
    found = who(made)
    assert found["benefit_payment", row_id(1, 1), "payee"] != found["person", row_id(1, 1), "self"]
    add(made, {"payroll": [{"name": "王芳", "id_no": number(1), "account": "6228480002"}]})
    linked(made)
    linked(made, again=True)
    found = who(made)
    assert found["benefit_payment", row_id(1, 1), "payee"] != found["person", row_id(1, 1), "self"]
    decide(made, Decision("person", *pair, OPEN, by="lin"))
    linked(made, again=True)
    assert (
        len({who(made)[key] for key in (("benefit_payment", row_id(1, 1), "payee"), ("person", row_id(1, 1), "self"))})
        == 1
    )


def test_two_numbers_become_one_person_only_when_a_person_says_so(tmp_path: Path):
    made = workspace(tmp_path, {"person": [{"name": "王芳", "id_no": number(1)}, {"name": "王芳", "id_no": number(3)}]})
    linked(made)
    assert len(entities(made)) == 2
    first, second = profiles(made, "person", "person", 2)
    decide(made, Decision("person", first, second, SAME, by="lin", why="the number was changed in 2019"))
    told = linked(made, again=True).told["person"]
    assert len(entities(made)) == 1
    assert told["merges"] == 1
    ledger = (made.books / "link-ledger.jsonl").read_text(encoding="utf-8")
    assert '"act": "merge"' in ledger


def test_hubs_are_named_and_tie_nobody(tmp_path: Path):
    shared = number(1)
    crowd = [f"{a}{b}" for a in "赵钱孙李周吴郑冯陈褚" for b in "国建志文德"]
    made = workspace(
        tmp_path,
        {"benefit_payment": [{"name": name, "id_no": shared, "phone": "13800138000", "amount": "5"} for name in crowd]},
    )
    told = linked(made).told["person"]
    assert len(entities(made)) == len(crowd)
    assert {(one["kind"], one["value"]) for one in told["hubs"]} >= {("number", shared), ("phone", "13800138000")}


@pytest.mark.parametrize("kind", KINDS)
def test_the_model_was_made_for_the_comparisons_of_the_rules(kind: str):
    held, made = rules(kind), model(rules(kind))
    assert made["made_for"] == held.hash
    for one in held.comparisons:
        weights = made["weights"][one.name]
        assert len(weights) == len(one.levels)
        assert weights[0][0] > 50 * weights[0][1] or one.name in ("region", "form", "industry", "number"), one.name


def profiles(made, one: str, other: str, at: int) -> tuple[int, int]:
    """Profile ids of the first row of a table and of row `at` of another."""
    from bihuan.link.state import scan
    from bihuan.link.tables import EMPTY

    held = state_of(head(made)).kind("person")
    with books(made) as engine:
        found = engine.rows(
            f"SELECT in_table, in_row, profile_id FROM ({scan(made, held.mentions, EMPTY['mentions'])})"
        )
        rows = {(name, row): profile for name, row, profile in found}
    return rows[one, row_id(1, 1)], rows[other, row_id(1, at)]


def test_every_link_explains_itself_in_both_languages_with_its_rows(tmp_path: Path):
    made = workspace(
        tmp_path,
        {
            "person": [{"name": "王芳", "id_no": number(1), "phone": "13800001111", "address": "文三路12号3幢501室"}],
            "benefit_payment": [
                {"name": "王方", "phone": "13800001111", "amount": "5"},
                {"name": "王芳", "id_no": number(1), "amount": "5"},
            ],
        },
    )
    linked(made)
    said = bihuan(made, "link", "show", number(1), "--json", "--unmask", "the test")
    links = said.records[1:]
    assert len(links) == 2
    assert any("证件号码相同且姓名相符" in one["zh"] for one in links)
    assert any(
        "姓名同音" in one["zh"] and "the same phone" in one["en"] and "probability" in one["en"] for one in links
    )
    assert all(len(one["rows"]) >= 2 and one["zh"] and one["en"] for one in links)
    masked = bihuan(made, "link", "show", number(1), "--json")
    assert "王方" not in masked.out and number(1) not in masked.out


def test_the_review_queue_is_decided_at_the_desk(tmp_path: Path):
    made = workspace(
        tmp_path,
        {
            "person": [{"name": "王芳", "id_no": number(1)}],
            "benefit_payment": [{"name": "赵国强", "id_no": number(1), "amount": "5"}],
        },
    )
    assert bihuan(made, "link", "--json").code == 0
    (pair,) = bihuan(made, "link", "review", "--json").records
    assert pair["why"] == "number_of_another"
    assert bihuan(made, "link", "decide", pair["pair"], "maybe", "--by", "lin").code == 2
    assert bihuan(made, "link", "decide", pair["pair"], "same", "--by", "lin", "--why", "renamed").code == 0
    assert bihuan(made, "link", "--again").code == 0
    assert bihuan(made, "link", "review", "--json").records == []
    assert len(entities(made)) == 1


def test_a_forgotten_source_is_forgotten_by_linking_too(tmp_path: Path):
    made = workspace(tmp_path, {"person": [{"name": "王芳", "id_no": number(1)}]})
    add(made, {"benefit_payment": [{"name": "赵国强", "id_no": number(3), "amount": "5"}]})
    linked(made)
    kept = {one.name for one in (made.books / "parts").iterdir()}
    forget(made, 2)
    assert "entity" not in head(made).tables
    assert {one.hash for one in head(made).parts} <= {
        one.name.removesuffix(".parquet") for one in (made.books / "parts").iterdir()
    }
    assert len(kept) - len(list((made.books / "parts").iterdir())) > 5
    linked(made)
    assert entities(made) == [("王芳", 1)]


def test_a_merge_is_told_with_its_reason_and_its_weights(tmp_path: Path):
    made = workspace(
        tmp_path,
        {
            "person": [{"name": "王芳", "id_no": number(1)}],
            "benefit_payment": [
                {"name": "王芳", "phone": "13800001111", "address": "文三路12号3幢501室", "amount": "5"}
            ],
        },
    )
    linked(made)
    assert len(entities(made)) == 2
    add(made, {"payroll": [{"name": "王芳", "id_no": number(1), "phone": "13800001111"}]})
    assert linked(made).told["person"]["merges"] == 1
    assert entities(made) == [("王芳", 3)]
    (line,) = (made.books / "link-ledger.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert told["act"] == "merge" and told["rules"].startswith("1-")
    assert told["reason"]["tier"] in ("key", "model")


def test_a_row_with_anothers_number_still_finds_its_own_person(tmp_path: Path):
    home = {"phone": "13800001111", "address": "文三路12号3幢501室"}
    made = workspace(
        tmp_path,
        {
            "person": [{"name": "王芳", "id_no": number(1), **home}, {"name": "赵国强", "id_no": number(3)}],
            "benefit_payment": [{"name": "王芳", "id_no": number(3), "amount": "5", **home}],
            "payroll": [{"name": "赵国强", "id_no": number(3)}],
        },
    )
    assert linked(made).told["person"]["doubts"] == 1
    found = who(made)
    assert found["benefit_payment", row_id(1, 1), "payee"] == found["person", row_id(1, 1), "self"]
