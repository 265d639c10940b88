"""Price screens: a tender, a pair and a group that agreed beside many that compete."""

from __future__ import annotations

import copy
import random
import statistics
from datetime import date, timedelta
from decimal import Decimal

import pytest

from test_pack_procurement import FIRMS, METHODS, Tables, contest, found_in, purchases


@pytest.fixture
def county() -> Tables:
    """Purchases in which firms compete, to which a test adds what is not."""
    return purchases(23, 120)


def test_a_tender_with_one_low_bid_and_a_crowd_is_found_with_its_figures(county: Tables) -> None:
    offers = dict(zip(FIRMS[:6], (900_000, 966_000, 968_200, 969_500, 971_100, 973_400), strict=True))
    contest(county, "X1", "U1", date(2025, 5, 6), offers)
    (hit,) = [one for one in found_in(county, "price_screens") if one["process"] == "X1"]
    prices = [float(one) for one in offers.values()]
    mean, n = statistics.fmean(prices), len(prices)
    second, third, fourth = (sum((one - mean) ** k for one in prices) / n for k in (2, 3, 4))
    skewness = (n * (n - 1)) ** 0.5 / (n - 2) * third / second**1.5
    kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth / second**2 - 3) + 6)
    assert hit["skewness"] == pytest.approx(skewness, abs=0.005)
    assert hit["kurtosis"] == pytest.approx(kurtosis, abs=0.005)
    assert hit["variation_percent"] == pytest.approx(statistics.stdev(prices) / mean * 100, abs=0.005)
    assert hit["gap_percent"] == pytest.approx(66 / 9, abs=0.005)
    assert hit["distance"] == pytest.approx(66_000 / statistics.stdev(prices[1:]), abs=0.05)


def test_few_of_a_thousand_honest_tenders_meet_all_screens() -> None:
    """Uniform prices of five to eight bidders: what chance alone gives."""
    found = found_in(purchases(31, 1000), "price_screens")
    assert len(found) <= 5


def _meetings(made: Tables, firms: tuple[str, ...], prices: list[tuple[int, ...]]) -> None:
    for at, offered in enumerate(prices):
        day = date(2025, 3, 3) + timedelta(days=7 * at)
        contest(made, f"M{at}", "U2", day, {firm: Decimal(one) for firm, one in zip(firms, offered, strict=True)})


def test_a_pair_whose_prices_keep_one_ratio_is_found(county: Tables) -> None:
    chance = random.Random(5)
    base = [chance.randrange(200_000, 2_000_000) for _ in range(6)]
    _meetings(county, ("A", "B", "C"), [(one, one * 104 // 100, int(one * chance.uniform(0.9, 1.2))) for one in base])
    hits = found_in(county, "pair_prices_in_step")
    assert [(one["firm"], one["other"], one["meetings"]) for one in hits] == [("A", "B", 6)]
    assert hits[0]["ratio_percent"] == pytest.approx(104, abs=0.01)


def test_a_pair_that_once_breaks_step_is_left_alone(county: Tables) -> None:
    base = [310_000, 720_000, 455_000, 910_000, 640_000, 505_000]
    _meetings(county, ("A", "B"), [(one, one * (104 if at else 110) // 100) for at, one in enumerate(base)])
    assert found_in(county, "pair_prices_in_step") == []


def test_a_group_that_always_crowds_is_found_and_one_that_once_competes_is_not(county: Tables) -> None:
    base = [310_000, 720_000, 455_000, 910_000]
    crowd = [(one, one * 1003 // 1000, one * 1006 // 1000) for one in base]
    honest = copy.deepcopy(county)
    _meetings(county, ("A", "B", "C"), crowd)
    (hit,) = found_in(county, "group_prices_crowd")
    assert (hit["group_ids"], hit["meetings"], len(hit["bid_rows"])) == ("A, B, C", 4, 12)
    assert hit["most_percent"] < hit["usual_percent"] * 0.4
    _meetings(honest, ("A", "B", "C"), [*crowd[:3], (910_000, 960_000, 990_000)])
    assert found_in(honest, "group_prices_crowd") == []


@pytest.mark.parametrize("name", ["price_screens", "pair_prices_in_step", "group_prices_crowd"])
def test_any_table_of_bids_will_do(name: str) -> None:
    """Without tenders, awards or OCDS numbers: only what a list of bids holds."""
    assert METHODS[name].header.reads == ("bid",) or list(METHODS[name].header.reads) == ["bid"]
    bids = [{key: one[key] for key in ("unit_id", "tender_id", "bidder_name", "amount", "currency")}
            for one in purchases(3, 20)["bid"]]  # fmt: skip
    found_in({"bid": bids}, name)
