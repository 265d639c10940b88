"""The model of an office's verdicts: learnt from labels only, judged where it was not trained."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pytest

from bihuan.errors import NotFound
from bihuan.leads.screens import SCREENS, Contest, Key, auc, balanced_accuracy, contests, judge, screens, train
from test_pack_procurement import open_books, purchases


def market_of_verdicts(seed: int, *, told: bool) -> tuple[list[Contest], dict[Key, bool]]:
    """Six buyers over two years; one tender in six has cover bids. Unless `told`, the verdicts are drawn by lot."""
    chance = random.Random(seed)
    held, verdicts = [], {}
    for at in range(240):
        rigged = at % 6 == 0
        base = chance.uniform(3e5, 3e6)
        prices = [base] + [base * chance.uniform(1.05, 1.07) for _ in range(5)] if rigged else [
            base * chance.uniform(0.86, 0.99) for _ in range(chance.randrange(4, 8))
        ]  # fmt: skip
        one = Contest(
            (f"P{at}", ""), f"U{chance.randrange(6)}", date(2024, 1, 1) + timedelta(days=3 * at), tuple(prices)
        )
        held.append(one)
        verdicts[one.key] = rigged if told else chance.random() < 1 / 6
    return held, verdicts


def test_what_the_labels_hold_is_learnt_and_judged_by_market_and_time() -> None:
    held, verdicts = market_of_verdicts(3, told=True)
    by_market, by_time = judge(held, verdicts)
    assert (by_market.by, by_market.tenders, by_market.rigged) == ("market", 240, 40)
    assert (by_time.by, by_time.tenders) == ("time", 72)
    for one in (by_market, by_time):
        assert one.auc is not None and one.auc > 0.95
        assert one.balanced_accuracy is not None and one.balanced_accuracy > 0.9


def test_labels_that_mean_nothing_give_figures_that_say_so() -> None:
    """Trained and judged on the same tenders this would look like knowledge."""
    by_market, by_time = judge(*market_of_verdicts(4, told=False))
    for one in (by_market, by_time):
        assert one.auc is not None and 0.3 < one.auc < 0.7
        assert one.balanced_accuracy is not None and 0.35 < one.balanced_accuracy < 0.65


def test_an_office_without_labels_has_no_model() -> None:
    held, verdicts = market_of_verdicts(5, told=True)
    with pytest.raises(NotFound, match="0 established and 0 dismissed"):
        train(held, {})
    few = {key: value for at, (key, value) in enumerate(verdicts.items()) if at < 36}
    with pytest.raises(NotFound, match="6 established and 30 dismissed"):
        train(held, few)


def test_a_chance_is_told_with_what_each_screen_adds() -> None:
    held, verdicts = market_of_verdicts(6, told=True)
    model = train(held, verdicts)
    rigged = next(one for one in held if verdicts[one.key])
    reasons = model.reasons(rigged)
    assert {name for name, _ in reasons} == set(SCREENS)
    odds = float(model.weights[0]) + sum(value for _, value in reasons)
    assert model.chance(rigged) == pytest.approx(1 / (1 + np.exp(-odds)))
    assert model.chance(rigged) > 0.5 > model.chance(next(one for one in held if not verdicts[one.key]))
    assert train(held, verdicts).weights.tolist() == model.weights.tolist()


def test_auc_and_balanced_accuracy_by_hand() -> None:
    truth, chances = np.array([1.0, 1, 0, 0, 0]), np.array([0.9, 0.4, 0.4, 0.6, 0.1])
    assert auc(truth, chances) == pytest.approx((3 + 1.5) / 6)
    assert balanced_accuracy(truth, chances) == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert auc(np.zeros(3), np.zeros(3)) is None and balanced_accuracy(np.ones(3), np.ones(3)) is None


def test_contests_come_from_any_table_of_bids() -> None:
    with open_books({"bid": purchases(2, 30)["bid"]}) as engine:
        held = contests(engine)
    assert held and all(len(one.prices) >= 4 for one in held)
    assert screens((100.0, 110.0, 121.0, 133.1))[6] == pytest.approx(0, abs=1e-9)  # regular steps are even
