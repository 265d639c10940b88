"""Hostile and hopeless columns: linking ends, the pairs stay bounded, and hubs are named, capped and reported."""

from __future__ import annotations

import json
import subprocess
import sys
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
    made = workspace(
        tmp_path,
        {
            "organization": firms_at_one_address(2000),
            "bid": [{"bidder_name": f"杭州{one['name']}商贸", "address": "文三路1号101室"} for one in crowd(300)],
        },
    )
    found = told(made, "organization")
    assert any(one["kind"] == "address" for one in found["hubs"])
    assert found["pairs"] < 30 * 2300
    with books(made) as engine:
        assert engine.one("SELECT coalesce(max(weight), 0) FROM tie WHERE kind = 'address'")[0] == 0


def firms_at_one_address(size: int) -> Rows:
    return [
        {
            "name": f"杭州{one['name']}{n % 10}商贸有限公司",
            "credit_code": code(9 * n),
            "address": "杭州市西湖区文三路1号101室",
        }
        for n, one in enumerate(crowd(size))
    ]


# The whole command in a process of its own, whose memory and processor time are its own, too.
_LINK = (
    "import json, resource, sys; from pathlib import Path; from bihuan.store.workspace import open_workspace; "
    "from bihuan.store.snapshot import head; from bihuan.link.run import link; w = open_workspace(Path(sys.argv[1])); "
    "told = link(w, head(w)).told; who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN); "
    "used = [resource.getrusage(one) for one in who]; "
    "print(json.dumps([told, sum(sum(one[:2]) for one in used), sum(one.ru_maxrss for one in used)]))"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "hub"),
    [
        ({"benefit_payment": crowd(100_000, phone="13800138000")}, ("person", "phone")),
        ({"benefit_payment": crowd(100_000, id_no="1" * 18, account="1" * 19)}, ("person", "number")),
        ({"benefit_payment": crowd(100_000, name="", phone=lambda n: f"138{n % 9:08d}")}, None),
        ({"benefit_payment": crowd(100_000, id_no=lambda n: number(n // 200 % 900))}, ("person", "number")),
        ({"organization": firms_at_one_address(10_000)}, ("organization", "address")),
    ],
    ids=["one phone", "ones", "no names", "numbers of two hundred", "one address"],
)
def test_at_full_size_within_a_minute_and_two_gigabytes(
    tmp_path: Path, given: dict[str, Rows], hub: tuple[str, str] | None
):
    made = workspace(tmp_path, given)
    done = subprocess.run([sys.executable, "-c", _LINK, str(made.root)], capture_output=True, text=True, check=True)
    told, processor, memory = json.loads(done.stdout)
    rows = sum(len(one) for one in given.values())
    assert sum(told[kind]["pairs"] for kind in ("person", "organization")) < 60 * rows
    assert processor < 120, "two processors for a minute"
    assert memory < 2_000_000, "KB"
    if hub:
        assert hub[1] in {one["kind"] for one in told[hub[0]]["hubs"]}
