"""Hostile and hopeless columns: linking ends, the pairs stay bounded, and hubs are named, capped and reported."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bihuan.store.workspace import Workspace
from linked_books import books, code, linked, number
from small_books import Rows, workspace

SURNAMES, GIVEN = (
    "赵钱孙李周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜",
    "国建志文德安平康宁和伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞刚",
)
SIZE = 3_000


def crowd(size: int = SIZE, **more: Any) -> Rows:
    return [
        {
            "name": SURNAMES[n % 31] + GIVEN[n // 31 % 30] + GIVEN[n // 930 % 30],
            "amount": "1",
            **{key: value(n) if callable(value) else value for key, value in more.items()},
        }
        for n in range(size)
    ]


def told(made: Workspace, kind: str = "person") -> dict[str, Any]:
    found: dict[str, Any] = linked(made).told[kind]
    return found


def test_everyone_has_the_same_phone(tmp_path: Path):
    found = told(
        workspace(
            tmp_path,
            {
                "benefit_payment": crowd(
                    phone="13800138000", id_no=lambda n: number(n % 999 + 1, date(1960, 1, 1) + timedelta(days=n))
                )
            },
        )
    )
    assert max(one["parties"] for one in found["hubs"] if one["value"] == "13800138000") > 2000
    assert found["pairs"] < 60 * SIZE


def test_everyone_has_the_same_phone_and_nobody_a_number(tmp_path: Path):
    found = told(workspace(tmp_path, {"benefit_payment": crowd(phone="13800138000")}))
    assert any(one["kind"] == "phone" for one in found["hubs"])
    assert found["entities"] == SIZE
    assert found["pairs"] < 60 * SIZE


def test_a_column_of_ones(tmp_path: Path):
    found = told(workspace(tmp_path, {"benefit_payment": crowd(id_no="1" * 18, phone="1" * 11, account="1" * 19)}))
    assert ("number", "1" * 18) in {(one["kind"], one["value"]) for one in found["hubs"]}
    assert found["entities"] == SIZE
    assert found["pairs"] < 60 * SIZE


def test_empty_names_and_names_that_are_none(tmp_path: Path):
    rows = [
        {"name": name, "id_no": number(3), "amount": "1"}
        for name in ("", " ", "*", "无", "·", "？？？", "a" * 5000, "王芳")
    ]
    rows += [{"name": "", "phone": "13800138000", "amount": "1"} for _ in range(200)]
    made = workspace(
        tmp_path,
        {"benefit_payment": rows, "payment": [{"payee_name": "", "amount": "1"}, {"payee_name": "—", "amount": "1"}]},
    )
    found = told(made)
    assert found["pairs"] < 1000
    with books(made) as engine:
        assert engine.one("SELECT count(*) FROM entity_of WHERE in_table = 'benefit_payment'")[0] == len(rows)


def test_one_number_shared_by_two_hundred(tmp_path: Path):
    found = told(workspace(tmp_path, {"benefit_payment": crowd(200, id_no=number(5))}))
    assert found["entities"] == 200
    assert ("number", number(5)) in {(one["kind"], one["value"]) for one in found["hubs"]}


def test_firms_at_one_agency_address(tmp_path: Path):
    rows = [
        {"name": f"杭州{one['name']}商贸有限公司", "credit_code": code(9 * n), "address": "杭州市西湖区文三路1号101室"}
        for n, one in enumerate(crowd(2000))
    ]
    made = workspace(
        tmp_path,
        {
            "organization": rows,
            "bid": [{"bidder_name": f"杭州{one['name']}商贸", "address": "文三路1号101室"} for one in crowd(300)],
        },
    )
    found = told(made, "organization")
    assert any(one["kind"] == "address" for one in found["hubs"])
    assert found["pairs"] < 30 * 2300
    with books(made) as engine:
        assert engine.one("SELECT coalesce(max(weight), 0) FROM tie WHERE kind = 'address'")[0] == 0


@pytest.mark.slow
def test_the_same_at_full_size_within_a_minute_and_two_gigabytes(tmp_path: Path):
    """10,000 firms at one address and 100,000 persons with one phone, in a process whose memory is limited."""
    import resource
    import time

    rows = [
        {
            "name": f"杭州{one['name']}{n % 10}商贸有限公司",
            "credit_code": code(9 * n),
            "address": "杭州市西湖区文三路1号101室",
        }
        for n, one in enumerate(crowd(10_000))
    ]
    people = crowd(100_000, phone="13800138000", id_no=lambda n: None if n % 2 else "1" * 18)
    made = workspace(tmp_path, {"organization": rows, "benefit_payment": people}, memory_limit="1GB")
    started = time.process_time()
    found = linked(made).told
    assert found["person"]["pairs"] < 60 * len(people)
    assert time.process_time() - started < 120, "two processors for a minute"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_500_000
