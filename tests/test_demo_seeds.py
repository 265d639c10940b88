"""How good the methods are, on counties that they were not tuned on: other seeds, and one without any problem."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bihuan.demo.county import County
from bihuan.demo.make import make
from counties import examined

pytestmark = pytest.mark.slow
SMALL = 0.02  # fixed windows of a law do not shrink with a county, so a small one is the harder test of precision


OTHERS = [pytest.param(seed, marks=pytest.mark.county) for seed in (12, 13, 14, 15)]


@pytest.mark.parametrize("seed", [11, *OTHERS])
def test_what_is_planted_is_found_and_what_is_innocent_is_left_alone(tmp_path: Path, seed: int) -> None:
    found = examined(tmp_path / "W", County(seed, SMALL))
    assert found.marks.lost.spots == ()
    assert found.recall["plain"] >= 0.95, found.missed
    assert found.recall["hiding"] >= 0.75, found.missed
    assert (found.marks.precision_at(50) or 0) >= 0.9
    assert (found.marks.twins_at(200) or 0) <= 0.05


@pytest.mark.parametrize(("seed", "scale"), [(50, 0.005), (64, 0.001), (21, 0.02)])
def test_every_seed_and_scale_makes_a_county(tmp_path: Path, seed: int, scale: float) -> None:
    made = make(tmp_path / "W", County(seed, scale))
    assert len([one for one in made.planted if one.form != "twin"]) > 500


def test_every_trade_has_two_suppliers_whatever_the_seed() -> None:
    for seed in range(300):
        firms = County(seed).firms
        assert len({one.name for one in firms}) == 60
        assert min(Counter(one.trade for one in firms).values()) >= 2


@pytest.mark.county
def test_a_clean_county_has_hardly_a_lead_of_level_high(tmp_path: Path) -> None:
    found = examined(tmp_path / "W", County(16, 0.1, is_clean=True))
    high = [one.hit.method.id for one in found.marks.leads if one.hit.method.level == "high"]
    assert (found.marks.per_100k("high") or 0) <= 3, high
