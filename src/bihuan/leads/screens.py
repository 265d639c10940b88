"""A model of the office's own verdicts on tenders: price screens in, a chance out; none comes with Bihuan.

Logistic regression on seven standardised screens, with a penalty so that few labels do not run away. It is judged where
it was not trained: market by market, and on the latest tenders. Balanced accuracy and AUC are told; plain accuracy is
not, since where one tender in fifty is rigged it is high for a model that finds none.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.optimize import minimize
from scipy.stats import rankdata

from bihuan.errors import NotFound
from bihuan.examine.cardinal import step
from bihuan.examine.header import load
from bihuan.examine.library import built_in
from bihuan.examine.lint import constants
from bihuan.store.engine import Engine

SCREENS = ("variation", "spread", "gap", "distance", "skewness", "kurtosis", "unevenness")
LEAST_LABELS, LEAST_OF_EACH = 30, 8
PENALTY = 1.0
LATEST = 0.3  # share of the labels, the latest, on which time is judged

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Key = tuple[str, str]  # process and lot


@dataclass(frozen=True)
class Contest:
    """The prices of one tender or lot, where and when."""

    key: Key
    market: str
    on: date
    prices: tuple[float, ...]


@dataclass(frozen=True)
class Model:
    """Weights of the standardised screens; the first weight is the constant."""

    means: Numbers
    scales: Numbers
    weights: Numbers
    labels: int

    def chance(self, contest: Contest) -> float:
        """How likely the office would establish it, between 0 and 1."""
        return float(_chances(self.weights, (_table([contest]) - self.means) / self.scales)[0])

    def reasons(self, contest: Contest) -> list[tuple[str, float]]:
        """What each screen adds to the log-odds, the weightiest first."""
        parts = self.weights[1:] * ((_table([contest]) - self.means) / self.scales)[0]
        return sorted(zip(SCREENS, map(float, parts), strict=True), key=lambda one: (-abs(one[1]), one[0]))


@dataclass(frozen=True)
class Judged:
    """How a model fared on tenders that it was not trained on; None where they hold one class only."""

    by: str  # market | time
    tenders: int
    rigged: int
    balanced_accuracy: float | None
    auc: float | None


def contests(engine: Engine, *, least: int = 4) -> list[Contest]:
    """Every contest of the books with enough prices in one currency; the market is the buyer."""
    method = load(built_in() / "procurement" / "low_spread.sql")
    sql = step(
        method.sql,
        "SELECT process, lot, max(unit_id), max(bid_on), list_sort(list(CAST(amount AS DOUBLE))) FROM prices "
        f"WHERE bid_on IS NOT NULL GROUP BY process, lot, currency HAVING count(*) >= {least} "
        "AND min(amount) < max(amount) ORDER BY process, lot, currency",
    )
    rows = engine.rows(sql, constants(method, sql) or None)
    return [Contest((process, lot), unit or "", on, tuple(prices)) for process, lot, unit, on, prices in rows]


def screens(prices: Sequence[float]) -> tuple[float, ...]:
    """The seven screens of at least four prices, in the order of `SCREENS`; no ratio is infinite."""
    held = sorted(prices)
    n, mean = len(held), math.fsum(held) / len(held)
    second, third, fourth = (math.fsum((one - mean) ** k for one in held) / n for k in (2, 3, 4))
    steps = [math.log(high / low) for low, high in itertools.pairwise(held)]
    skewness = math.sqrt(n * (n - 1)) / (n - 2) * third / second**1.5
    kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth / second**2 - 3) + 6)
    return (
        math.sqrt(second * n / (n - 1)) / mean,
        held[-1] / held[0] - 1,
        held[1] / held[0] - 1,
        math.log1p(_ratio(held[1] - held[0], _deviation(held[1:]))),
        skewness,
        kurtosis,
        (max(steps) - min(steps)) * len(steps) / math.fsum(steps),
    )


def train(held: Sequence[Contest], verdicts: Mapping[Key, bool]) -> Model:
    """Learn from the contests that have a verdict; NotFound where the office has too few of either kind."""
    labelled = [one for one in held if one.key in verdicts]
    truth = np.array([verdicts[one.key] for one in labelled], dtype=np.float64)
    kinds = (int(truth.sum()), len(labelled) - int(truth.sum()))
    if len(labelled) < LEAST_LABELS or min(kinds) < LEAST_OF_EACH:
        raise NotFound(
            f"{kinds[0]} established and {kinds[1]} dismissed tenders are too few for a model: at least "
            f"{LEAST_LABELS}, {LEAST_OF_EACH} of each. Read back more answers: bihuan leads answers FILE."
        )
    return _fitted(_table(labelled), truth)


def judge(held: Sequence[Contest], verdicts: Mapping[Key, bool]) -> tuple[Judged, Judged]:
    """Markets that were left out one after another, and the latest tenders after the earlier ones."""
    labelled = sorted((one for one in held if one.key in verdicts), key=lambda one: (one.on, one.key))
    train(labelled, verdicts)
    cut = len(labelled) - max(1, round(len(labelled) * LATEST))
    names = sorted({one.market for one in labelled})
    markets = [([c for c in labelled if c.market != name], [c for c in labelled if c.market == name]) for name in names]
    return _judged("market", markets, verdicts), _judged("time", [(labelled[:cut], labelled[cut:])], verdicts)


def auc(truth: Numbers, chances: Numbers) -> float | None:
    """The chance that a rigged tender is placed above an honest one, ties counting half (Mann and Whitney)."""
    rigged, honest = int(truth.sum()), len(truth) - int(truth.sum())
    if not rigged or not honest:
        return None
    ranks = rankdata(chances)
    return float((ranks[truth == 1].sum() - rigged * (rigged + 1) / 2) / (rigged * honest))


def balanced_accuracy(truth: Numbers, chances: Numbers) -> float | None:
    """The mean of the shares found among the rigged and left alone among the honest."""
    if not 0 < truth.sum() < len(truth):
        return None
    flagged = chances >= 0.5
    return float((flagged[truth == 1].mean() + (~flagged[truth == 0]).mean()) / 2)


def _judged(by: str, folds: list[tuple[list[Contest], list[Contest]]], verdicts: Mapping[Key, bool]) -> Judged:
    truths: list[float] = []
    chances: list[float] = []
    for known, unknown in folds:
        truth = np.array([verdicts[one.key] for one in known], dtype=np.float64)
        if not 0 < truth.sum() < len(truth):
            continue
        model = _fitted(_table(known), truth)
        truths += [float(verdicts[one.key]) for one in unknown]
        chances += [model.chance(one) for one in unknown]
    told, given = np.array(truths), np.array(chances)
    return Judged(by, len(truths), int(sum(truths)), balanced_accuracy(told, given), auc(told, given))


def _fitted(table: Numbers, truth: Numbers) -> Model:
    means, scales = table.mean(axis=0), table.std(axis=0)
    scales = np.where(scales > 0, scales, 1.0)
    standard = (table - means) / scales
    # Both kinds weigh alike, however few the established ones are.
    weight = np.where(truth == 1, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        odds = weights[0] + standard @ weights[1:]
        off = weight * (1 / (1 + np.exp(-np.clip(odds, -500, 500))) - truth)
        value = (weight * (np.logaddexp(0, odds) - truth * odds)).sum() + PENALTY / 2 * (weights[1:] ** 2).sum()
        return float(value), np.concatenate([[off.sum()], standard.T @ off + PENALTY * weights[1:]])

    found = minimize(loss, np.zeros(table.shape[1] + 1), jac=True, method="L-BFGS-B")
    return Model(means, scales, np.asarray(found.x, dtype=np.float64), len(truth))


def _table(held: Sequence[Contest]) -> Numbers:
    return np.array([screens(one.prices) for one in held], dtype=np.float64)


def _chances(weights: Numbers, standard: Numbers) -> Numbers:
    odds = np.clip(weights[0] + standard @ weights[1:], -500, 500)
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


def _deviation(prices: Sequence[float]) -> float:
    mean = math.fsum(prices) / len(prices)
    return math.sqrt(math.fsum((one - mean) ** 2 for one in prices) / (len(prices) - 1))


def _ratio(above: float, below: float) -> float:
    return min(above / below, 1000.0) if below > 0 else (1000.0 if above > 0 else 0.0)
