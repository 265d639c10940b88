"""The pack `procurement` beside Cardinal's eleven rules: a set in which every rule fires, compared cell by cell."""

from __future__ import annotations

import copy
import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import cardinal_rules
from bihuan.collect.desk import Options
from bihuan.collect.handed import Handed
from bihuan.collect.pipeline import collect
from bihuan.examine.header import load
from bihuan.examine.run import COMPUTED, examine
from bihuan.settings import Settings
from bihuan.store.snapshot import head
from bihuan.store.workspace import init

FOLDER = Path(__file__).parents[1] / "src/bihuan/examine/methods/procurement"
RULES = {
    "short_submission_period": "R003", "single_bidder": "R018", "close_second": "R024", "losing_specialist": "R025",
    "identical_prices": "R028", "late_bid_won": "R030", "all_but_winner_rejected": "R035", "lowest_rejected": "R036",
    "rejection_ratio_outlier": "R038", "heterogeneous_supplier": "R048", "deep_discount": "R058",
}  # fmt: skip
FIRMS = [f"S{n}" for n in range(9)]
GROUPS = {"buyer": "Buyer", "procuring_entity": "ProcuringEntity", "tenderer": "Tenderer"}
Hit = dict[str, Any]


def releases(seed: int, count: int = 330) -> list[dict[str, Any]]:
    """Ordinary processes of six buyers and nine firms, one in ten with something odd; the same for one seed."""
    chance = random.Random(seed)
    held = [_ordinary(chance, at) for at in range(count)]
    for at, change in enumerate(CHANGES * 2):
        change(held[7 + at * 9], chance)
    return held


def _ordinary(chance: random.Random, at: int) -> dict[str, Any]:
    winner, price = FIRMS[at % 9], chance.randrange(100_000, 900_000)
    second = round(price * (1 + chance.randrange(500, 800) / 10_000), 2)
    rivals = [(chance.choice([one for one in FIRMS if one != winner]), "valid", second)]
    if chance.random() < 0.5:
        rivals.append(("L", "valid", round(second * 1.02, 2)))
    if chance.random() < 0.35:
        status = "disqualified" if chance.random() < 0.5 else "withdrawn"
        rivals.append((chance.choice(FIRMS), status, round(second * 1.05, 2)))
    if at % 40 == 3:
        rivals += [("D", "disqualified", round(second * 1.1, 2))]
    if at % 6 == 5 and at % 4 == 1:
        rivals += [("X", "disqualified", round(second * (1.2 + n / 100), 2)) for n in range(6)]
    code = chance.randrange(10, 90) if winner == "S4" else 20 + at % 9 % 3 + chance.randrange(1 + at % 9 % 2)
    ocid, organiser = f"ocds-test-{at:04d}", 5 if at % 6 == 5 else at % 5
    return {
        "ocid": ocid, "id": f"{ocid}-1", "date": "2024-06-01T00:00:00Z", "tag": ["compiled"],
        "buyer": {"id": f"U{at % 6}", "name": f"单位{at % 6}"},
        "tender": {
            "id": f"T{at}", "title": f"采购{at}", "status": "complete", "numberOfTenderers": len(rivals) + 1,
            "procurementMethod": chance.choice(["open", "selective", "limited"]),
            "procuringEntity": {"id": f"E{organiser}", "name": f"中心{organiser}"},
            "tenderPeriod": {"startDate": "2024-03-01T08:00:00+08:00", "endDate": "2024-03-22T08:00:00+08:00"},
        },
        "bids": {"details": [_bid("B1", (winner,), "valid", price)]
                 + [_bid(f"B{n}", (who,), status, amount) for n, (who, status, amount) in enumerate(rivals, 2)]},
        "awards": [_award("A1", "active", (winner,), price, f"{code}101500")],
    }  # fmt: skip


def _bid(number: str, who: tuple[str, ...], status: str, amount: float, currency: str = "CNY") -> dict[str, Any]:
    return {
        "id": number, "date": "2024-03-20T09:00:00+08:00", "status": status,
        "tenderers": [{"id": one, "name": f"公司{one}"} for one in who],
        "value": {"amount": amount, "currency": currency},
    }  # fmt: skip


def _award(number: str, status: str, who: tuple[str, ...], amount: float, code: str) -> dict[str, Any]:
    return {
        "id": number, "status": status, "date": "2024-04-01T00:00:00Z", "value": {"amount": amount, "currency": "CNY"},
        "suppliers": [{"id": one, "name": f"公司{one}"} for one in who],
        "items": [{"id": "1", "description": "货物", "classification": {"scheme": "UNSPSC", "id": code}}],
    }  # fmt: skip


def _short(release: Any, chance: random.Random) -> None:
    release["tender"]["tenderPeriod"]["endDate"] = chance.choice(["2024-03-16T07:59:59+08:00", "2024-03-16T00:00:00Z"])


def _single(release: Any, _: random.Random) -> None:
    del release["bids"]["details"][1:]
    release["tender"] |= {"numberOfTenderers": 1, "procurementMethod": "open"}


def _single_in_fact(release: Any, _: random.Random) -> None:
    del release["bids"]["details"][1:]
    release["tender"] |= {"numberOfTenderers": 3, "procurementMethod": "open"}


def _second_at(share: float) -> Any:
    def change(release: Any, _: random.Random) -> None:
        first, *others = release["bids"]["details"]
        for one in others:
            one["value"]["amount"] = round(first["value"]["amount"] * share, 2)

    return change


def _same_price(release: Any, _: random.Random) -> None:
    first, second = release["bids"]["details"][:2]
    second["value"] = copy.deepcopy(first["value"])


def _dated(date: str) -> Any:
    def change(release: Any, _: random.Random) -> None:
        release["bids"]["details"][0]["date"] = date

    return change


def _others_rejected(release: Any, _: random.Random) -> None:
    for one in release["bids"]["details"][1:]:
        one["status"] = "disqualified"


def _lowest_rejected(release: Any, _: random.Random) -> None:
    release["bids"]["details"].append(_bid("B9", ("D",), "disqualified", 1.5))


def _status(value: str) -> Any:
    def change(release: Any, _: random.Random) -> None:
        release["tender"]["status"] = value
        _others_rejected(release, _)

    return change


def _pending(release: Any, _: random.Random) -> None:
    release["awards"].append(_award("A2", "pending", ("S1",), 5.0, "99101500"))


def _consortium(release: Any, _: random.Random) -> None:
    release["bids"]["details"].append(_bid("B9", ("S1", "S2"), "valid", 200_000.0))
    release["awards"][0]["suppliers"].append({"id": "S2", "name": "公司S2"})


def _currency(currency: str) -> Any:
    def change(release: Any, _: random.Random) -> None:
        for one in release["bids"]["details"][1:]:
            one["value"]["currency"] = currency
        release["bids"]["details"].append(_bid("B9", ("D",), "disqualified", 2.0, currency))

    return change


def _lots(release: Any, _: random.Random) -> None:
    bids, price = release["bids"]["details"], 50_000.0
    del bids[1:]
    bids[0]["relatedLots"] = release["awards"][0]["relatedLots"] = ["L1"]
    bids += [
        _bid("B2", ("S1",), "valid", bids[0]["value"]["amount"] * 1.7) | {"relatedLots": ["L1"]},
        _bid("B3", ("S2",), "valid", price) | {"relatedLots": ["L2"]},
        _bid("B4", ("S3",), "disqualified", price - 1) | {"relatedLots": ["L2"]},
        _bid("B5", ("S5",), "valid", bids[0]["value"]["amount"]) | {"relatedLots": ["L2"]},
    ]
    release["awards"].append(_award("A2", "active", ("S2",), price, "31101500") | {"relatedLots": ["L2"]})


CHANGES = [
    _short, _single, _single_in_fact, _second_at(1.001), _second_at(1.6), _same_price, _others_rejected,
    _dated("2024-03-22T09:30:00+10:00"), _dated("2024-03-21T23:30:00-02:00"), _lowest_rejected, _status("cancelled"),
    _pending, _consortium, _currency("USD"), _currency("EUR"), _lots,
]  # fmt: skip


@pytest.fixture(scope="module", params=[1, 2])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, dict[str, list[Hit]]]:
    """The releases of a seed, and what the methods find in them after collecting."""
    folder = tmp_path_factory.mktemp("cardinal")
    held = releases(request.param)
    path = folder / "compiled.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in held), encoding="utf-8")
    workspace = init(folder / "W", Settings(name="W"))
    (outcome,) = collect(workspace, [Handed(path, path.name)], Options())
    assert outcome.is_clean
    run = examine(workspace, head(workspace), [load(FOLDER / f"{name}.sql") for name in sorted(RULES)])
    assert {one.status for one in run.outcomes} == {COMPUTED}
    found = {}
    for one in run.outcomes:
        rows = pq.read_table(workspace.runs / "results" / one.key / "hits.parquet").to_pylist()
        found[RULES[one.method.id]] = [json.loads(row["facts"]) for row in rows]
    return held, found


def cells_of(found: dict[str, list[Hit]]) -> dict[tuple[str, str, str], float]:
    """The hits in Cardinal's form: code, group, id and number."""
    made: dict[tuple[str, str, str], float] = {}
    for code, hits in found.items():
        for hit in hits:
            made |= {(code, *cell): value for cell, value in _cells(code, hit).items()}
    return made


def _cells(code: str, hit: Hit) -> dict[tuple[str, str], float]:
    place = ("OCID", hit.get("process", "") + (f"/{hit['lot']}" if hit.get("lot") else ""))
    match code:
        case "R018":
            return {place: 1.0} if hit["counted_by"] != "bids" else {}
        case "R024":
            return {place: hit["difference"], ("Tenderer", hit["winner"]): 0.0, ("Tenderer", hit["second"]): 0.0}
        case "R058":
            return {place: hit["difference"], ("Tenderer", hit["winner"]): 0.0}
        case "R025":
            return {("Tenderer", hit["bidder"]): hit["ratio"]}
        case "R028":
            return {place: 1.0} | {
                ("Tenderer", one): 1.0 for one in hit["tenderer_ids"].replace(" + ", ", ").split(", ")
            }
        case "R035":
            return {place: float(hit["rejected"])}
        case "R038":
            return {(GROUPS[hit["kind"]], hit["who"]): hit["ratio"]}
        case "R048":
            return {("Tenderer", hit["supplier"]): float(hit["classes"])}
        case _:
            return {place: 1.0}


def test_every_rule_fires_and_every_cell_is_the_same(pair: tuple[Any, dict[str, list[Hit]]]) -> None:
    held, found = pair
    wanted = cardinal_rules.cells(held)
    assert {code for code, _, _ in wanted} == set(RULES.values())
    assert {group for code, group, _ in wanted if code == "R038"} == set(GROUPS.values())
    got = cells_of(found)
    assert sorted(got) == sorted(wanted)
    assert {key: round(value, 9) for key, value in got.items()} == {
        key: round(float(value), 9) for key, value in wanted.items()
    }


def test_lots_are_contests_of_their_own(pair: tuple[Any, dict[str, list[Hit]]]) -> None:
    held, found = pair
    by_lot = {key for key in cells_of(found) if "/" in key[2]}
    assert {(code, key.split("/")[1]) for code, _, key in by_lot} >= {("R036", "L2"), ("R058", "L1")}
    assert sum(one["tender"]["status"] == "cancelled" for one in held) == 2


def test_a_bid_is_late_by_its_instant_and_not_by_its_letters(pair: tuple[Any, dict[str, list[Hit]]]) -> None:
    """09:30+10:00 lies before a deadline at 08:00+08:00 of that day, 23:30-02:00 of the day before lies after it."""
    held, found = pair
    usual = [one for one in held if one["tender"]["tenderPeriod"]["endDate"] == "2024-03-22T08:00:00+08:00"]
    dates = {one["ocid"]: one["bids"]["details"][0]["date"] for one in usual}
    assert "2024-03-22T09:30:00+10:00" in dates.values()
    assert {dates.get(one["process"]) for one in found["R030"]} - {None} == {"2024-03-21T23:30:00-02:00"}


def test_bidders_that_are_stated_and_those_that_bid_are_told_apart(pair: tuple[Any, dict[str, list[Hit]]]) -> None:
    held, found = pair
    by_bids = {one["process"] for one in found["R018"] if one["counted_by"] in ("both", "bids") and not one["lot"]}
    assert by_bids == {one for one in cardinal_rules.counted_by_bids(held) if "/" not in one}
    assert {one["counted_by"] for one in found["R018"]} == {"both", "bids"}


def test_the_fences_are_those_of_quartiles_r8(pair: tuple[Any, dict[str, list[Hit]]]) -> None:
    _, found = pair
    (first, *others) = found["R024"]
    assert first["lower_fence"] == pytest.approx(first["q1"] - 1.5 * (first["q3"] - first["q1"]))
    assert all(one["lower_fence"] == first["lower_fence"] for one in others)
    assert {one["other_currency_bids"] for one in found["R024"] + found["R058"] + found["R036"]} != {0}


def test_quartiles_r8_of_small_sets() -> None:
    """Hyndman and Fan (1996), definition 8, by hand: n = 5, p = 1/4 gives h = 5/3; one value is every quartile."""
    values = [Fraction(one) for one in (1, 2, 3, 4, 5)]
    assert cardinal_rules.quartile(values, Fraction(1, 4)) == Fraction(5, 3)
    assert cardinal_rules.quartile(values, Fraction(3, 4)) == Fraction(13, 3)
    assert cardinal_rules.quartile([Fraction(7)], Fraction(3, 4)) == 7
