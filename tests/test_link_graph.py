"""The graph between entities: paths, what lies around a party, who stands behind a firm, money that comes back."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path

import pytest

from at_the_desk import bihuan
from bihuan.link import graph
from bihuan.link.flows import Limits, components, find_flows, number_accounts
from bihuan.settings import Settings
from bihuan.store.engine import Engine, connect
from bihuan.store.workspace import Workspace
from linked_books import books, code, linked, number
from small_books import workspace

A, B, C, D = "杭州宏达建材有限公司", "杭州鑫源商贸有限公司", "宁波永昌投资有限公司", "温州瑞丰建筑工程有限公司"


def holding(firm: str, firm_code: str, holder: str, holder_number: str, share: str) -> dict[str, str]:
    """A row of the register of shares."""
    held = {"holder_name": holder, "holder_id_no": holder_number, "kind": "shareholder", "share": share}
    return {"org_name": firm, "org_credit_code": firm_code, **held}


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    """Wang Fang is an official; her husband holds C, which holds A; B shares A's phone; D stands apart."""
    whole = workspace(
        tmp_path,
        {
            "official": [
                {"unit_id": "U1", "unit_name": "江州市教育局", "name": "王芳", "id_no": number(1), "post": "局长"}
            ],
            "kinship": [
                {"name": "王芳", "id_no": number(1), "other_name": "李强", "other_id_no": number(3), "kind": "夫妻"}
            ],
            "organization": [
                {
                    "name": A,
                    "credit_code": code(1),
                    "phone": "0571-87654321",
                    "legal_person": "赵一",
                    "legal_person_id_no": number(5),
                },
                {"name": B, "credit_code": code(2), "phone": "0571-87654321"},
                {"name": C, "credit_code": code(3)},
                {"name": D, "credit_code": code(4), "phone": "0577-81234567"},
            ],
            "relation": [
                holding(C, code(3), "李强", number(3), "0.8"),
                holding(C, code(3), "钱二", number(7), "0.2"),
                holding(A, code(1), C, code(3), "0.6"),
                holding(A, code(1), "赵一", number(5), "0.4"),
            ],
        },
    )
    linked(whole)
    return whole


def test_the_official_is_three_steps_from_the_firm_and_each_step_names_its_row(made: Workspace):
    said = bihuan(made, "link", "path", number(1), A, "--json", "--unmask", "the test")
    assert said.code == 0, said.err
    assert [one["kind"] for one in said.records] == ["kin", "shareholder", "shareholder"]
    assert said.records[1]["zh"] == f"李强持有{C}80%股份"
    assert said.records[1]["en"] == f"李强 holds 80% of {C}"
    assert all("s1.csv" in one["rows"][0] for one in said.records)


def test_a_shared_phone_ties_two_firms(made: Workspace):
    said = bihuan(made, "link", "path", A, B, "--json")
    assert [one["kind"] for one in said.records] == ["phone", "phone"]


def test_a_shared_mailbox_ties_two_firms_however_it_is_written(tmp_path: Path):
    bids = [
        {"bidder_name": A, "bidder_id": code(1), "email": "Toubiao.88@163.com"},
        {"bidder_name": B, "bidder_id": code(2), "email": " toubiao.88＠163.COM"},
        {"bidder_name": C, "bidder_id": code(3), "email": "无"},
        {"bidder_name": D, "bidder_id": code(4), "email": "无"},
    ]
    made = workspace(tmp_path, {"bid": bids})
    linked(made)
    said = bihuan(made, "link", "path", A, B, "--json", "--unmask", "the test")
    assert [one["kind"] for one in said.records] == ["email", "email"], said.err
    assert said.records[0]["zh"] == f"{A}使用邮箱toubiao.88@163.com"
    assert not bihuan(made, "link", "path", C, D, "--json").records


def test_where_there_is_no_chain_the_command_says_so(made: Workspace):
    said = bihuan(made, "link", "path", A, D)
    assert said.code == 1
    assert "no chain of ties" in said.err


def test_names_and_numbers_are_masked_unless_asked_for(made: Workspace):
    said = bihuan(made, "link", "path", number(1), A, "--json")
    assert "李强" not in said.out and number(3) not in said.out
    assert A in said.out, "a firm's name is not personal"


def test_who_stands_behind_a_firm(made: Workspace):
    said = bihuan(made, "link", "behind", A, "--json", "--unmask", "the test")
    assert [(one["name"], one["share"]) for one in said.records] == [
        ("李强", Decimal("0.48")),
        ("赵一", Decimal("0.4")),
        ("钱二", Decimal("0.12")),
    ]


def test_a_ring_of_holdings_is_solved(tmp_path: Path):
    def held(holder: str, holder_no: str, firm: str, firm_no: str, share: str) -> dict[str, str]:
        return {
            "org_name": firm,
            "org_credit_code": firm_no,
            "holder_name": holder,
            "holder_id_no": holder_no,
            "kind": "shareholder",
            "share": share,
        }

    ring = workspace(
        tmp_path,
        {
            "relation": [
                held(A, code(1), B, code(2), "0.5"),
                held(B, code(2), A, code(1), "0.5"),
                held("王芳", number(1), A, code(1), "0.5"),
                held("李强", number(3), B, code(2), "0.5"),
            ]
        },
    )
    linked(ring)
    with books(ring) as engine:
        found = graph.controllers(engine, graph.find(engine, A))
    assert [(one.node.name, round(one.share, 4)) for one in found] == [
        ("王芳", Decimal("0.6667")),
        ("李强", Decimal("0.3333")),
    ]


def test_what_lies_around_is_drawn_in_one_picture_without_anything_from_outside(made: Workspace, tmp_path: Path):
    out = tmp_path / "a.svg"
    said = bihuan(made, "link", "around", A, "--svg", str(out), "--json")
    assert {one["kind"] for one in said.records} >= {"shareholder", "legal_person", "phone"}
    drawn = out.read_text(encoding="utf-8")
    ET.fromstring(drawn)
    assert A in drawn and B in drawn and D not in drawn
    assert drawn.count("http") == 1, "nothing but the name space"


def test_a_hub_is_shown_and_not_walked_through(tmp_path: Path):
    rows = [
        {"name": f"杭州{a}{b}商贸有限公司", "credit_code": code(10 + 9 * n + m), "phone": "0571-87654321"}
        for n, a in enumerate("宏鑫永瑞天恒金博")
        for m, b in enumerate("达源昌丰润泰桥文")
    ]
    crowd = workspace(tmp_path, {"organization": rows})
    told = linked(crowd).told["organization"]
    assert any(one["kind"] == "phone" for one in told["hubs"])
    with books(crowd) as engine:
        first, second = graph.find(engine, rows[0]["name"]), graph.find(engine, rows[9]["name"])
        assert graph.path(engine, first, second) is None


def test_communities_of_bidders(tmp_path: Path):
    rings = {"A": [A, B, C], "B": [D, "杭州中科信息技术有限公司", "杭州大银物流有限公司"]}
    bids = [
        {"ocid": f"{ring}{n}", "bid_id": f"{ring}{n}{m}", "bidder_name": name, "bid_on": "2024-03-01"}
        for ring, names in rings.items()
        for n in range(4)
        for m, name in enumerate(names)
    ]
    met = workspace(tmp_path, {"bid": bids})
    linked(met)
    said = bihuan(met, "link", "communities", "--json")
    assert sorted(sorted(one["names"]) for one in said.records) == sorted(sorted(one) for one in rings.values())


def test_the_export_is_followthemoney(made: Workspace, tmp_path: Path):
    out = tmp_path / "out.ftm.json"
    assert bihuan(made, "link", "ftm", str(out), "--unmask", "for Aleph").code == 0
    held = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    known = {one["id"] for one in held}
    assert {one["schema"] for one in held} >= {"Person", "Organization", "Ownership", "Family", "Employment"}
    for one in held:
        assert set(one) == {"id", "schema", "properties"}
        assert all(
            isinstance(value, list) and all(isinstance(each, str) for each in value)
            for value in one["properties"].values()
        )
        for end in ("owner", "asset", "director", "organization", "person", "relative", "employee", "employer"):
            assert set(one["properties"].get(end, [])) <= known
    owner = next(
        one for one in held if one["schema"] == "Ownership" and one["properties"]["percentage"] == ["80.000000"]
    )
    assert owner["properties"]["owner"][0] in known


def transfers(rows: list[tuple[int, str, str, int, str]]) -> Engine:
    engine = connect(Settings(name="flows"))
    values = ", ".join(f"({n}, '{a}', '{b}', {amount}, DATE '{on}')" for n, a, b, amount, on in rows)
    engine.run(f"CREATE TABLE moved AS SELECT * FROM (VALUES {values}) AS t(row_id, payer, payee, amount, paid_on)")
    number_accounts(engine, "SELECT * FROM moved")
    return engine


def test_money_that_comes_back_is_found_once_with_its_transfers_in_order():
    with transfers(
        [
            (1, "001", "002", 100_000, "2024-01-01"),
            (2, "002", "003", 98_000, "2024-01-05"),
            (3, "003", "001", 97_000, "2024-01-09"),
            (4, "003", "009", 97_000, "2024-01-09"),
            (5, "009", "010", 97_000, "2024-01-10"),
        ]
    ) as engine:
        found = find_flows(engine)
        assert [(one.accounts, one.rows, one.returned) for one in found.flows] == [
            (("001", "002", "003"), (1, 2, 3), Decimal(97_000))
        ]
        assert components(engine) == (5, 1)


@pytest.mark.parametrize(
    "back",
    [
        (2, "002", "001", 97_000, "2024-06-01"),  # half a year later
        (2, "002", "001", 40_000, "2024-01-05"),  # another amount
        (2, "002", "001", 97_000, "2023-12-01"),  # before it went out
    ],
)
def test_other_money_is_no_circle(back: tuple[int, str, str, int, str]):
    with transfers([(1, "001", "002", 100_000, "2024-01-01"), back]) as engine:
        assert find_flows(engine, Limits()).flows == ()


def test_six_hops_are_found_and_seven_are_not_looked_for():
    def ring(size: int) -> list[tuple[int, str, str, int, str]]:
        return [(n, f"a{n}", f"a{(n + 1) % size}", 100_000, f"2024-01-{n + 1:02d}") for n in range(size)]

    for size, circles in ((2, 1), (6, 1), (7, 0)):
        with transfers(ring(size)) as engine:
            assert len(find_flows(engine, Limits(hops=6)).flows) == circles
