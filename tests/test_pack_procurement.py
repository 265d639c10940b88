"""The pack `procurement` on the purchases of a county: quiet where firms compete, awake where something was put in."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bihuan.examine import parameters
from bihuan.examine.check import check
from bihuan.examine.header import Method, load
from bihuan.examine.lint import constants, schema
from bihuan.settings import Settings
from bihuan.store.engine import Engine, connect

FOLDER = Path(__file__).parents[1] / "src/bihuan/examine/methods/procurement"
METHODS = {one.id: one for one in map(load, sorted(FOLDER.glob("*.sql")))}
CARDINAL = {
    "R003": "short_submission_period", "R018": "single_bidder", "R024": "close_second", "R025": "losing_specialist",
    "R028": "identical_prices", "R030": "late_bid_won", "R035": "all_but_winner_rejected", "R036": "lowest_rejected",
    "R038": "rejection_ratio_outlier", "R048": "heterogeneous_supplier", "R058": "deep_discount",
}  # fmt: skip
# Outliers by quartiles are there in any set, honest or not; what Cardinal calls an outlier is no proof.
OUTLIERS = {"close_second", "deep_discount", "losing_specialist", "rejection_ratio_outlier", "heterogeneous_supplier"}
UNITS, FIRMS = [f"U{n}" for n in range(1, 7)], [f"F{n:02d}" for n in range(40)]
Row = dict[str, Any]
Tables = dict[str, list[Row]]


def purchases(seed: int, count: int = 240, prefix: str = "P") -> Tables:
    """Open tenders of six units among forty firms that compete, with award and contract."""
    chance = random.Random(seed)
    made: Tables = {"tender": [], "bid": [], "award": [], "contract": []}
    for at in range(count):
        firms = chance.sample(FIRMS, chance.randrange(3, 8))
        estimate = chance.randrange(300_000, 3_000_000)
        prices = sorted(Decimal(estimate * chance.randrange(860_000, 990_000)) / 1_000_000 for _ in firms)
        day = date(2025, 1, 6) + timedelta(days=at)
        contest(made, f"{prefix}{at}", chance.choice(UNITS), day, dict(zip(firms, prices, strict=True)))
    return made


def contest(made: Tables, process: str, unit: str, due: date, offers: Mapping[str, Decimal | int]) -> None:
    """One tender among firms and their prices; the first wins."""
    winner, price = next(iter(offers.items()))
    head = {"unit_id": unit, "ocid": process, "tender_id": process, "currency": "CNY"}
    noon = datetime(due.year, due.month, due.day, 9)
    made["tender"].append({
        **head, "title": f"采购{process}", "method": "open", "category": "goods", "status": "complete",
        "amount": max(offers.values()) * 2, "bidders_declared": len(offers), "published_on": due - timedelta(days=25),
        "tender_start": f"{noon - timedelta(days=25)}+08", "tender_end": f"{noon}+08",
    })  # fmt: skip
    for n, (firm, offered) in enumerate(offers.items()):
        sent = noon - timedelta(hours=3 + 7 * n, minutes=11 * n + 4)
        made["bid"].append({
            **head, "bid_id": f"{process}-{n}", "bidder_id": firm, "bidder_name": f"公司{firm}", "status": "valid",
            "amount": round(offered, 2), "bid_on": due, "submitted_at": f"{sent}+08", "member_no": 1, "members": 1,
            "phone": f"1390000{firm[1:]}00", "contact": f"联系人{firm}",
        })  # fmt: skip
    won = {**head, "supplier_id": winner, "supplier_name": f"公司{winner}", "amount": round(price, 2)}
    made["award"].append({**won, "award_id": "A1", "status": "active", "awarded_on": due + timedelta(days=4)})
    signed = {"contract_no": f"C-{process}", "award_id": "A1", "signed_on": due + timedelta(days=16)}
    made["contract"].append({**won, **signed, "title": f"采购{process}", "status": "active"})


@contextmanager
def open_books(given: Mapping[str, list[Row]]) -> Iterator[Engine]:
    """A session in which the rows stand in their tables; all other tables are empty."""
    with connect(Settings(memory_limit="1GB", threads=1)) as engine:
        for name, columns in schema().items():
            engine.run(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})")
        for name, rows in given.items():
            _fill(engine, name, [{"row_id": number, **row} for number, row in enumerate(rows, start=1)])
        parameters.install(engine, parameters.shipped(), dict.fromkeys([*UNITS, "U9"], "CN"))
        yield engine


def _fill(engine: Engine, name: str, rows: list[Row]) -> None:
    held = {one: kind for one, kind in schema()[name].items() if any(one in row for row in rows)}
    text = {one: [None if row.get(one) is None else str(row[one]) for row in rows] for one in held}
    engine.register("given", pa.table({one: pa.array(values, pa.string()) for one, values in text.items()}))
    typed = ", ".join(f"CAST({one} AS {kind})" for one, kind in held.items())
    engine.run(f"INSERT INTO {name} ({', '.join(held)}) SELECT {typed} FROM given")
    engine.unregister("given")


def found_by(engine: Engine, method: Method) -> list[Row]:
    rows: list[Row] = engine.arrow(method.sql, constants(method, method.sql) or None).read_all().to_pylist()
    return rows


def found_in(given: Mapping[str, list[Row]], method: str) -> list[Row]:
    with open_books(given) as engine:
        return found_by(engine, METHODS[method])


@pytest.fixture(scope="module")
def honest() -> Iterator[Engine]:
    with open_books(purchases(7)) as engine:
        yield engine


@pytest.fixture
def county() -> Tables:
    """Fewer honest purchases, to which a test adds what is not."""
    return purchases(11, 60)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_of_the_pack_keeps_its_contract(name: str) -> None:
    assert check(METHODS[name]) == []


def test_the_pack_is_whole_and_carries_the_codes_of_the_open_contracting_partnership() -> None:
    assert len(METHODS) >= 42  # 37 of the founders' list, three price screens, those of linked bidders
    for code, name in CARDINAL.items():
        assert f"ocp:{code}" in METHODS[name].header.basis
        assert code in METHODS[name].header.title.zh and code in METHODS[name].header.title.en


@pytest.mark.parametrize("name", sorted(one for one in METHODS if METHODS[one].header.role == "lead"))
def test_firms_that_compete_are_left_alone(honest: Engine, name: str) -> None:
    found = found_by(honest, METHODS[name])
    assert len(found) <= (15 if name in OUTLIERS else 2), found[:3]


@pytest.mark.parametrize("name", sorted(METHODS))
def test_one_row_a_subject_with_sorted_evidence(honest: Engine, name: str) -> None:
    method = METHODS[name]
    found = found_by(honest, method)
    keys = (method.header.lead.unit, *method.header.lead.subject)
    assert len({str([one[key] for key in keys]) for one in found}) == len(found)
    for one in found:
        lists = [value for key, value in one.items() if key.endswith("_rows") and value]
        assert lists and all(held == sorted(set(held)) for held in lists)


def test_a_ring_that_takes_turns_is_found_though_outsiders_bid_too(county: Tables) -> None:
    ring = ["R1", "R2", "R3"]
    for n in range(6):
        firms = [*ring[n % 3 :], *ring[: n % 3], *([FIRMS[n]] if n % 2 else [])]
        offers = {firm: 900_000 + 17_311 * place for place, firm in enumerate(firms)}
        contest(county, f"R{n}", "U2", date(2025, 3, 1 + n), offers)
    (one,) = found_in(county, "rotation")
    assert (one["firms"], one["meetings"], one["winners"]) == ("R1 R2 R3", 6, 3)
    assert len(one["bid_rows"]) == 18


def test_a_standing_companion_is_found_and_the_rivals_of_a_strong_firm_are_not(county: Tables) -> None:
    low, middle, high = 800_000, 861_000, 873_000
    for n in range(5):
        contest(county, f"K{n}", "U3", date(2025, 4, 1 + n), {"W1": low, "L1": middle, FIRMS[n]: high})
        contest(county, f"M{n}", "U4", date(2025, 5, 1 + n), {"W2": low, "L2": middle, FIRMS[n]: high})
        contest(county, f"N{n}", "U4", date(2025, 6, 1 + n), {"W2": low, f"{n}X": middle, f"{n}Y": high})
        contest(county, f"S{n}", "U3", date(2025, 8, 1 + n), {FIRMS[n]: low, "W1": middle})
    found = {(one["winner"], one["companion"]) for one in found_in(county, "fixed_winner_pair")}
    assert found == {("W1", "L1")}


@pytest.mark.parametrize(
    ("method", "amounts"),
    [
        ("low_spread", (912_345, 914_011, 915_240, 916_873, 918_002)),
        ("cover_bids", (812_345, 902_010, 904_240, 906_873, 909_002)),
        ("regular_price_steps", (700_123, 717_200, 734_277, 751_354, 768_431)),
    ],
)
def test_prices_set_by_one_hand_are_found(county: Tables, method: str, amounts: tuple[int, ...]) -> None:
    offers = dict(zip(("A1", "A2", "A3", "A4", "A5"), amounts, strict=True))
    contest(county, "Q1", "U1", date(2025, 3, 3), offers)
    found = [one for one in found_in(county, method) if one["process"] == "Q1"]
    assert [len(one["bid_rows"]) for one in found] == [5]


def test_a_public_hall_is_no_tie_between_firms() -> None:
    made = purchases(3, 40)
    for row in made["bid"]:
        row["upload_ip"] = "203.0.113.7"
    assert found_in(made, "same_upload_address") == []
    made["bid"][0]["upload_ip"] = made["bid"][1]["upload_ip"] = "198.51.100.4"
    assert [one["bid_rows"] for one in found_in(made, "same_upload_address")] == [[1, 2]]


def test_bids_without_codes_or_status_from_a_trading_centre_are_understood() -> None:
    bid = {"tender_id": "T1", "tender_title": "道路", "unit_id": "U1", "amount": 100, "bid_on": date(2025, 3, 1)}
    made = {
        "bid": [
            {**bid, "bidder_name": "甲公司", "amount": 120},
            {**bid, "bidder_name": "乙公司", "reject_reason": "未盖章"},
            {**bid, "bidder_name": "丙公司", "reject_reason": "无资质"},
        ],
        "award": [{"tender_id": "T1", "unit_id": "U1", "supplier_id": "C1", "supplier_name": "甲公司", "amount": 120}],
    }
    for rows in made.values():
        for row in rows:
            row["currency"] = "CNY"
    (one,) = found_in(made, "all_but_winner_rejected")
    assert (one["process"], one["winner_name"], one["rejected"]) == ("T1", "甲公司", 2)
    assert [one["process"] for one in found_in(made, "lowest_rejected")] == ["T1"]


def test_one_currency_is_compared_in_all_the_books_whichever_stands_first(county: Tables) -> None:
    dollars, yuan = purchases(2, 1, "USD"), purchases(2, 1, "CNY")
    made: Tables = {name: [*dollars[name], *yuan[name], *rows] for name, rows in county.items()}
    for row in [*dollars["bid"], *dollars["award"]]:
        row["currency"] = "USD"
    for held in (dollars, yuan):
        held["bid"][0]["amount"] = 1_000
    (one,) = (hit for hit in found_in(made, "deep_discount") if hit["winning_amount"] == 1_000)
    assert (one["process"], one["currency"], one["other_currency_bids"]) == ("CNY0", "CNY", len(dollars["bid"]))


def test_the_limits_of_a_place_decide_what_is_split(county: Tables) -> None:
    for n in range(3):
        county["contract"].append({
            "unit_id": "U9", "contract_no": f"X{n}", "title": f"食堂改造第{n + 1}期", "supplier_name": "甲公司",
            "amount": 390_000, "currency": "CNY", "status": "active",
            "signed_on": date(2025, 3, 1) + timedelta(days=20 * n),
        })  # fmt: skip
    (one,) = found_in(county, "split_purchase")
    assert (one["unit_id"], one["pieces"], one["purchase_limit"], one["total"]) == ("U9", 3, 500_000, 1_170_000)


def test_a_release_without_bids_dates_or_amounts_breaks_nothing() -> None:
    made = purchases(5, 12)
    kept = ("ocid", "tender_id", "bidder_name", "supplier_name", "contract_no")
    bare = {name: [{key: row[key] for key in kept if key in row} for row in rows] for name, rows in made.items()}
    with open_books(bare) as engine:
        for method in METHODS.values():
            found_by(engine, method)


def test_a_tender_of_five_thousand_bids_takes_no_longer_than_its_rows(county: Tables) -> None:
    chance = random.Random(1)
    firms = [f"G{n}" for n in range(5000)]
    for process in ("Z1", "Z2"):
        drawn = sorted(Decimal(chance.randrange(80_000_000, 99_000_000)) / 100 for _ in firms)
        contest(county, process, "U5", date(2025, 9, 1), dict(zip(firms, drawn, strict=True)))
    with open_books(county) as engine:
        begun = time.process_time()
        for method in METHODS.values():
            found_by(engine, method)
        assert time.process_time() - begun < 30
