"""The pack `benefit` and the methods that need linked parties, on a small county: quiet where all is right, awake where
something was put in that one department alone cannot see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bihuan.examine.library import library
from bihuan.examine.run import Run, examine
from bihuan.link.decisions import DIFFERENT, Decision, decide
from bihuan.store.engine import connect
from bihuan.store.snapshot import head, row_id
from bihuan.store.workspace import Workspace
from linked_books import code, linked, number
from small_books import Rows, add, workspace

BENEFIT = tuple(one.id for one in library().methods if one.pack == "benefit")
LINKED = ("related_bidders", "official_related_to_winner", "paid_back_and_forth")
SURNAMES, GIVEN = "赵钱孙李周吴郑冯陈褚", "国建志文德安平康宁和"
Tables = dict[str, Rows]


def county() -> Tables:
    """A hundred people, of whom forty draw relief in an orderly way, and a bureau that buys from firms of their own."""
    people: Rows = []
    for n in range(100):
        born = date(1950, 1, 1) + timedelta(days=137 * n)
        people.append(
            {
                "name": SURNAMES[n % 10] + GIVEN[n // 10] + GIVEN[n % 7],
                "id_no": number(n + 1, born),
                "born_on": born,
                "household_no": f"H{n // 2}",
                "place": "330106",
                "phone": f"1380000{n:04d}",
                "address": f"王家村{n // 20 + 1}组{n // 2 + 1}号",
                "relation_to_householder": "户主" if n % 2 == 0 else "配偶",
            }
        )
    relief = [
        {
            "programme": "农村低保",
            "name": one["name"],
            "id_no": one["id_no"],
            "account": f"62284800{n:04d}",
            "account_name": one["name"],
            "household_no": one["household_no"],
            "amount": "500.00",
            "standard": "500.00",
            "month": f"2024-{month:02d}-01",
            "fiscal_year": 2024,
            "paid_on": f"2024-{month:02d}-10",
            "phone": one["phone"],
            "address": one["address"],
            "unit_id": "U1",
        }
        for n, one in enumerate(people[:40])
        for month in (1, 2, 3)
    ]
    return {
        "person": people,
        "benefit_payment": relief,
        "programme": [
            {
                "unit_id": "U1",
                "name": "农村低保",
                "place": "330106",
                "standard": "500.00",
                "granted": "60000.00",
                "valid_from": "2024-01-01",
                "valid_to": "2024-12-31",
                "excludes": "特困供养",
            }
        ],
        "payroll": [
            {
                "unit_id": "U2",
                "unit_name": "江州市教育局",
                "name": one["name"],
                "id_no": one["id_no"],
                "month": "2024-02-01",
                "net": "6000.00",
            }
            for one in people[90:]
        ],
        "official": [
            {
                "unit_id": "U2",
                "unit_name": "江州市教育局",
                "name": people[98]["name"],
                "id_no": people[98]["id_no"],
                "post": "局长",
                "from_date": "2020-01-01",
            }
        ],
        "death": [{"name": people[80]["name"], "id_no": people[80]["id_no"], "died_on": "2024-01-15"}],
        "organization": [
            {"name": f"杭州{a}达商贸有限公司", "credit_code": code(9 * n)} for n, a in enumerate("宏鑫永瑞天恒")
        ],
        "bid": [
            {
                "ocid": f"T{t}",
                "bid_id": f"T{t}{n}",
                "bidder_name": f"杭州{a}达商贸有限公司",
                "bidder_id": code(9 * n),
                "bid_on": "2024-03-01",
                "amount": "90000.00",
                "unit_id": "U2",
            }
            for t in range(3)
            for n, a in enumerate("宏鑫永")
        ],
        "award": [
            {
                "ocid": f"T{t}",
                "award_id": "A",
                "supplier_name": "杭州宏达商贸有限公司",
                "supplier_id": code(0),
                "status": "active",
                "awarded_on": "2024-03-10",
                "amount": "90000.00",
                "unit_id": "U2",
            }
            for t in range(3)
        ],
        "bank_transaction": [
            {
                "account_no": f"33010000{n:04d}",
                "account_name": f"杭州{a}达商贸有限公司",
                "other_account": f"33010000{n + 1:04d}",
                "other_name": "某公司",
                "out_amount": "80000.00",
                "transacted_on": "2024-03-01",
                "unit_id": "U2",
            }
            for n, a in enumerate("宏鑫永")
        ],
    }


def run(made: Workspace, *names: str) -> Run:
    wanted = [one for one in library().methods if one.id in (names or (*BENEFIT, *LINKED))]
    return examine(made, head(made), wanted)


@contextmanager
def hits(made: Workspace, done: Run, method: str) -> Iterator[list[dict[str, Any]]]:
    key = next(one.key for one in done.outcomes if one.method.id == method)
    with connect(made.settings) as engine:
        path = made.runs / "results" / key / "hits.parquet"
        yield (
            engine.arrow(f"SELECT lead_id, facts, amount FROM read_parquet('{path}') ORDER BY ALL")
            .read_all()
            .to_pylist()
        )


def test_an_orderly_county_is_quiet(tmp_path: Path):
    made = workspace(tmp_path, county())
    linked(made)
    done = run(made)
    assert {one.method.id: one.leads for one in done.outcomes if one.leads} == {}
    assert {one.status for one in done.outcomes} == {"computed", "not_applicable"}


def planted() -> Tables:
    """The county with what one department cannot see."""
    made = county()
    people, relief = made["person"], made["benefit_payment"]
    paid = dict(relief[0])

    def put(n: int, **more: Any) -> None:
        one = people[n]
        relief.append(
            {
                **paid,
                "name": one["name"],
                "id_no": one["id_no"],
                "account": f"62284800{n:04d}",
                "account_name": one["name"],
                "household_no": None,
                "phone": one["phone"],
                "address": one["address"],
                **more,
            }
        )

    dead = people[80]
    put(
        80,
        id_no=dead["id_no"][:16] + ("1" if dead["id_no"][16] != "1" else "2") + dead["id_no"][17],
        month="2024-05-01",
        paid_on="2024-05-10",
    )
    put(95, id_no=None, month="2024-03-01", paid_on="2024-03-10")  # staff of the bureau, without a number
    made["vehicle"] = [
        {"owner": people[0]["name"], "owner_id_no": people[0]["id_no"], "kind": "小型轿车", "plate": "浙A1"}
    ]
    made["organization"] += [
        {
            "name": "杭州金达商贸有限公司",
            "credit_code": code(900),
            "legal_person": people[99]["name"],
            "legal_person_id_no": people[99]["id_no"],
        },
        {
            "name": "杭州银达商贸有限公司",
            "credit_code": code(909),
            "legal_person": people[99]["name"],
            "legal_person_id_no": people[99]["id_no"],
        },
    ]
    made["bid"] += [
        {
            "ocid": "T9",
            "bid_id": f"T9{n}",
            "bidder_name": name,
            "bid_on": "2024-06-01",
            "amount": "90000.00",
            "unit_id": "U2",
        }
        for n, name in enumerate(("杭州金达商贸有限公司", "杭州银达商贸有限责任公司"))
    ]
    made["award"].append(
        {
            "ocid": "T9",
            "award_id": "A",
            "supplier_name": "杭州金达商贸有限公司",
            "status": "active",
            "awarded_on": "2024-06-10",
            "amount": "90000.00",
            "unit_id": "U2",
        }
    )
    return made


def test_what_two_departments_know_together_is_found(tmp_path: Path):
    made = workspace(tmp_path, planted())
    linked(made)
    done = run(made)
    found = {one.method.id: one.leads for one in done.outcomes if one.leads}
    assert found["paid_after_death"] == 1, "the dead man's number was mistyped"
    assert found["paid_to_staff_on_payroll"] == 1, "the teacher gave no number"
    assert found["owns_firm_car_or_second_home"] == 1
    assert found["related_bidders"] == 1, "one of the two names was written otherwise"
    assert found["official_related_to_winner"] == 1, "the director's wife, by the household"
    assert found["invalid_identity_number"] == 1
    assert found["total_paid_not_equal_total_granted"] == 1
    assert set(found) == {
        "paid_after_death",
        "paid_to_staff_on_payroll",
        "owns_firm_car_or_second_home",
        "related_bidders",
        "official_related_to_winner",
        "invalid_identity_number",
        "total_paid_not_equal_total_granted",
    }


def test_without_linking_the_methods_still_go_by_the_number(tmp_path: Path):
    books = planted()
    dead = books["person"][80]
    books["benefit_payment"].append(
        {
            **books["benefit_payment"][0],
            "name": dead["name"],
            "id_no": dead["id_no"],
            "month": "2024-06-01",
            "paid_on": "2024-06-10",
        }
    )
    made = workspace(tmp_path, books)
    done = run(made, "paid_after_death", "related_bidders")
    assert [(one.method.id, one.status, one.leads) for one in done.outcomes] == [
        ("paid_after_death", "computed", 1),
        ("related_bidders", "not_applicable", 0),
    ]


def test_a_lead_keeps_its_id_when_entities_split_and_merge(tmp_path: Path):
    made = workspace(tmp_path, planted())
    linked(made)
    with hits(made, run(made, "related_bidders", "paid_after_death"), "related_bidders") as before:
        assert len(before) == 1
    # A new batch joins what was apart: the same two firms in more rows, with their codes.
    add(
        made,
        {
            "invoice": [
                {"seller_name": "杭州银达商贸有限责任公司", "seller_tax_no": code(909)},
                {"seller_name": "杭州金达商贸有限公司", "seller_tax_no": code(900)},
            ]
        },
    )
    linked(made)
    with hits(made, run(made, "related_bidders"), "related_bidders") as after:
        assert [one["lead_id"] for one in after] == [one["lead_id"] for one in before]
    # A person takes the director's wife apart from herself: her entities change, the lead of the two firms does not.
    with connect(made.settings) as engine:
        from bihuan.link.state import scan, state_of

        held = state_of(head(made)).kind("person")
        rows = engine.rows(
            f"SELECT in_table, in_row, profile_id FROM ({scan(made, held.mentions, '')}) WHERE in_table = "
            f"'organization' OR (in_table = 'person' AND in_row = {row_id(1, 100)})"
        )
    pair = sorted({profile for name, row, profile in rows})
    decide(made, Decision("person", pair[0], pair[1], DIFFERENT, by="lin"))
    told = linked(made).told["person"]
    assert told["splits"] == 1
    with hits(made, run(made, "related_bidders"), "related_bidders") as after:
        assert [one["lead_id"] for one in after] == [one["lead_id"] for one in before]


def test_every_method_that_the_list_asks_for_is_there():
    assert set(BENEFIT) == {
        "paid_after_death",
        "paid_to_staff_on_payroll",
        "one_card_many_people",
        "one_person_many_cards",
        "one_person_two_exclusive_programmes",
        "paid_outside_eligible_area_or_household",
        "area_over_certified_area",
        "owns_firm_car_or_second_home",
        "standard_does_not_match_policy",
        "total_paid_not_equal_total_granted",
        "returned_and_paid_to_another_account",
        "beneficiary_related_to_official",
        "invalid_identity_number",
        "paid_to_person_not_in_registry",
        "same_phone_or_address_many_claims",
    }
    assert set(LINKED) <= {one.id for one in library().methods}
