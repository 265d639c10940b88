"""The pack `procurement` beside Cardinal's eleven rules: a set in which every rule fires, compared cell by cell."""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import cardinal_rules
from bihuan.collect.desk import Options
from bihuan.collect.handed import Handed
from bihuan.collect.pipeline import collect
from bihuan.examine import cardinal, run, shared
from bihuan.examine.header import load
from bihuan.settings import Settings
from bihuan.store.snapshot import head
from bihuan.store.workspace import init

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.ocds import market

FOLDER = Path(__file__).parents[1] / "src/bihuan/examine/methods/procurement"
RULES = cardinal.CODES
GROUPS = cardinal.GROUPS
Hit = dict[str, Any]


@pytest.fixture(scope="module", params=[1, 2])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, dict[str, list[Hit]]]:
    """The releases of a seed, and what the methods find in them after collecting."""
    held = market(request.param)
    return held, _found(tmp_path_factory.mktemp("cardinal"), held)


def _found(folder: Path, held: list[dict[str, Any]]) -> dict[str, list[Hit]]:
    """The releases collected and examined: what each rule found, by its code."""
    path = folder / "compiled.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in held), encoding="utf-8")
    workspace = init(folder / "W", Settings(name="W"))
    (outcome,) = collect(workspace, [Handed(path, path.name)], Options())
    assert outcome.is_clean
    done = run.examine(workspace, head(workspace), [load(FOLDER / f"{name}.sql") for name in sorted(RULES)])
    assert {one.status for one in done.outcomes} == {run.COMPUTED}
    found = {}
    for one in done.outcomes:
        rows = pq.read_table(workspace.runs / "results" / one.key / "hits.parquet").to_pylist()
        found[RULES[one.method.id]] = [json.loads(row["facts"]) for row in rows]
    return found


def cells_of(found: dict[str, list[Hit]]) -> dict[tuple[str, str, str], float]:
    """The hits in Cardinal's form: code, group, id and number."""
    return {
        (code, *cell): value
        for code, hits in found.items() for hit in hits for cell, value in cardinal.cells(code, hit).items()
    }  # fmt: skip


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


def test_books_too_large_to_keep_steps_of_give_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pair: tuple[Any, dict[str, list[Hit]]]
) -> None:
    held, found = pair
    monkeypatch.setattr(run, "MOST_SHARED", 0)
    monkeypatch.setattr(shared.Shared, "_stand", lambda *_: pytest.fail("a step was kept"))
    assert _found(tmp_path, held) == found


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
