"""From edges to clusters: certain groups first, then the model's best edges, with vetoes and what a person decided.

grouped   profile_id, group_id, has_number: after the certain tier
chosen    left_id, right_id, tier, why, weight, probability: the edges that made the clusters
doubt     left_id, right_id, why, weight, probability, fields: for the review queue
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from bihuan.link.candidates import find_pairs
from bihuan.link.join import Edge, Joiner, labels
from bihuan.link.rules import Rules
from bihuan.link.score import model, score, settings
from bihuan.store.engine import Engine

# In a small set every name looks frequent and every pair likely; it is taken for a part of a larger one.
LEAST_POPULATION = 20_000
HUMAN, KEY = -1.0, 0.0  # ranks before the model's


@dataclass(frozen=True)
class Verdict:
    """What a person said of two profiles."""

    left: int
    right: int
    same: bool


def group(engine: Engine, verdicts: Iterable[Verdict]) -> None:
    """Make `grouped` and `node_label` from `certain`, `node` (profile_id, node_id, has_number) and the verdicts."""
    said = list(verdicts)
    edges = _node_edges(engine, "SELECT left_id, right_id FROM certain")
    same = [(one.left, one.right) for one in said if one.same]
    _label(engine, edges, [], same, said, "node")
    engine.run("CREATE OR REPLACE TABLE node_label AS SELECT * FROM labelled")
    engine.run(
        """CREATE OR REPLACE TABLE grouped AS
        WITH numbered AS (SELECT DISTINCT label FROM labelled JOIN node USING (node_id) WHERE has_number)
        SELECT profile_id, coalesce(labelled.label, node.node_id) AS group_id, has_number OR numbered.label IS NOT NULL
          AS has_number
        FROM node LEFT JOIN labelled USING (node_id) LEFT JOIN numbered ON numbered.label = labelled.label"""
    )


def compare(engine: Engine, rules: Rules) -> None:
    """Make `scored`: the pairs worth comparing and how likely each is one party."""
    find_pairs(engine, rules)
    # Beside those at hand there are the known ones that no new row comes near: `elsewhere` (rows, parties).
    engine.run(
        """CREATE OR REPLACE TABLE population AS
        SELECT elsewhere.rows + (SELECT count(*) FROM node) AS rows,
          elsewhere.parties + (SELECT count(DISTINCT group_id) FROM grouped) AS parties FROM elsewhere"""
    )
    _make_side(engine, rules)
    rows = max(engine.one("SELECT rows FROM population")[0], LEAST_POPULATION)
    made = settings(rules.comparisons, model(rules)["weights"], min(0.5, rules.partners / rows))
    score(engine, made, rules.review)
    engine.run("DROP TABLE side")


def choose(engine: Engine, rules: Rules, verdicts: Iterable[Verdict]) -> None:
    """Make `clustered` (profile_id, cluster_id), `chosen` and `doubt` from `grouped` and `scored`."""
    said = list(verdicts)
    _best(engine, rules)
    edges = engine.rows("SELECT left_group, right_group, weight FROM best WHERE accepted")
    same = [(one.left, one.right) for one in said if one.same]
    found = np.array([(one[0], one[1]) for one in edges], np.int64).reshape(-1, 2)
    refused = _label(engine, found, [one[2] for one in edges], same, said, "grouped")
    engine.run(
        """CREATE OR REPLACE TABLE clustered AS
        WITH numbered AS (SELECT DISTINCT label FROM labelled JOIN grouped ON group_id = node_id WHERE has_number)
        SELECT profile_id, coalesce(labelled.label, group_id) AS cluster_id, has_number OR numbered.label IS NOT NULL
          AS has_number
        FROM grouped LEFT JOIN labelled ON labelled.node_id = grouped.group_id
        LEFT JOIN numbered ON numbered.label = labelled.label"""
    )
    _tell(engine, refused)


def _make_side(engine: Engine, rules: Rules) -> None:
    """Make `side`: the profiles in pairs with their columns, and how frequent their names are among the groups."""
    counted = sorted({one.frequency for each in rules.comparisons for one in each.levels if one.frequency})
    engine.run(
        """CREATE OR REPLACE TABLE side AS SELECT profile.* FROM profile
        WHERE profile_id IN (SELECT left_id FROM pair UNION SELECT right_id FROM pair)"""
    )
    for name in counted:
        engine.run(
            f"""CREATE OR REPLACE TABLE side_with AS
            WITH wanted AS (SELECT DISTINCT {name} FROM side),
            held AS (
              SELECT {name}, group_id FROM profile SEMI JOIN wanted USING ({name}) JOIN grouped USING (profile_id)
              UNION ALL
              SELECT {name}, coalesce(label, node_id) FROM away SEMI JOIN wanted USING ({name})
              LEFT JOIN node_label USING (node_id)
            ),
            counted AS (SELECT {name}, count(DISTINCT group_id) AS n FROM held GROUP BY {name}),
            whole AS (SELECT parties AS n FROM population)
            SELECT side.*, CAST(counted.n AS DOUBLE) / greatest(whole.n, {LEAST_POPULATION}) AS tf_{name}
            FROM side LEFT JOIN counted USING ({name}) CROSS JOIN whole"""
        )
        engine.run("DROP TABLE side")
        engine.run("ALTER TABLE side_with RENAME TO side")


def _best(engine: Engine, rules: Rules) -> None:
    """Make `best`: one edge per pair of groups. One without a number goes to the numbered one that leads clearly."""
    engine.run(
        f"""CREATE OR REPLACE TABLE best AS
        WITH edge AS (
          SELECT left_id, right_id, probability, weight, fields, l.group_id AS left_group, r.group_id AS right_group,
            l.has_number AS left_numbered, r.has_number AS right_numbered
          FROM scored JOIN grouped AS l ON l.profile_id = left_id JOIN grouped AS r ON r.profile_id = right_id
        ),
        strongest AS (
          SELECT * FROM edge WHERE left_group <> right_group
          QUALIFY row_number() OVER (PARTITION BY least(left_group, right_group), greatest(left_group, right_group)
            ORDER BY weight DESC, left_id, right_id) = 1
        ),
        led AS (
          SELECT *, left_numbered OR right_numbered AS to_numbered,
            CASE WHEN left_numbered THEN right_group ELSE left_group END AS open_group FROM strongest
        ),
        ranked AS (
          SELECT *, row_number() OVER running AS place, lead(weight) OVER running AS second
          FROM led WINDOW running AS (PARTITION BY open_group, to_numbered ORDER BY weight DESC, left_id, right_id)
        ),
        judged AS (
          SELECT *, NOT to_numbered OR coalesce(weight - second >= {rules.margin}, true) AS leads FROM ranked
          WHERE NOT to_numbered OR place = 1
        )
        SELECT left_id, right_id, left_group, right_group, probability, weight, fields,
          probability >= {rules.accept} AND leads AS accepted,
          CASE WHEN probability < {rules.accept} THEN 'unsure' WHEN NOT leads THEN 'several' END AS why
        FROM judged"""
    )


def _node_edges(engine: Engine, edges: str) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    table = engine.arrow(
        f"""SELECT l.node_id AS a, r.node_id AS b FROM ({edges}) JOIN node AS l ON l.profile_id = left_id
        JOIN node AS r ON r.profile_id = right_id WHERE l.node_id <> r.node_id"""
    ).read_all()
    return np.stack([table["a"].to_numpy(), table["b"].to_numpy()], axis=1).astype(np.int64)


def _label(  # noqa: PLR0913, PLR0917 - the edges and all that may forbid them
    engine: Engine,
    edges: np.ndarray[tuple[int, int], np.dtype[np.int64]],
    weights: list[float],
    same: list[tuple[int, int]],
    said: list[Verdict],
    level: str,
) -> list[Edge]:
    """Make `labelled` (node_id, label) from edges between the ids of `level`; gives the edges that were refused."""
    column = {"node": "node_id", "grouped": "group_id"}[level]
    of = dict(_ids(engine, level, column, [one for pair in said for one in (pair.left, pair.right)]))
    joined = [(of[a], of[b]) for a, b in same if a in of and b in of]
    apart = _apart(of, said)
    whole = np.concatenate([edges, np.array(joined, np.int64).reshape(-1, 2)])
    # The heavier the model's weight, the earlier; a weight is never above 1,000 bits.
    ranks = [1000 - one for one in weights] if weights else [KEY] * len(edges)
    ranks += [HUMAN] * len(joined)
    nodes, label = labels(whole[:, 0], whole[:, 1]) if len(whole) else (np.array([], np.int64), np.array([], np.int64))
    engine.register("told", pa.table({"node_id": nodes, "label": label}))
    engine.run("CREATE OR REPLACE TABLE labelled AS SELECT * FROM told")
    engine.unregister("told")
    numbers = _conflicts(engine, column, level, apart)
    if not numbers:
        return []
    return _step_by_step(engine, whole, ranks, numbers, apart)


def _conflicts(engine: Engine, column: str, level: str, apart: dict[int, frozenset[int]]) -> dict[int, dict[int, str]]:
    """Components that hold two verified numbers or two parties that are to stay apart: label → numbers of its nodes."""
    found = engine.rows(
        f"""WITH held AS (
          SELECT labelled.label, {level}.{column} AS id, profile.verified
          FROM labelled JOIN {level} ON {level}.{column} = labelled.node_id JOIN profile USING (profile_id)
        ),
        several AS (SELECT label FROM held GROUP BY label HAVING min(verified) <> max(verified))
        SELECT DISTINCT label, id, verified FROM held WHERE label IN (SELECT label FROM several) ORDER BY ALL"""
    )
    numbers: dict[int, dict[int, str]] = {}
    for label, node, verified in found:
        held = numbers.setdefault(label, {})
        if verified:
            held[node] = verified
    if apart:
        listed = ", ".join(map(str, apart))
        for (label,) in engine.rows(f"SELECT DISTINCT label FROM labelled WHERE node_id IN ({listed})"):
            numbers.setdefault(label, {})
    return numbers


def _step_by_step(
    engine: Engine,
    edges: np.ndarray[tuple[int, int], np.dtype[np.int64]],
    ranks: list[float],
    numbers: dict[int, dict[int, str]],
    apart: dict[int, frozenset[int]],
) -> list[Edge]:
    """Join the components in conflict again, one edge at a time, and correct `labelled`."""
    inside = dict(engine.rows(f"SELECT node_id, label FROM labelled WHERE label IN ({', '.join(map(str, numbers))})"))
    again = [Edge(rank, a, b) for (a, b), rank in zip(edges.tolist(), ranks, strict=True) if a in inside]
    joiner = Joiner({node: one for held in numbers.values() for node, one in held.items()}, apart)
    refused = joiner.join(again)
    roots: dict[int, list[int]] = {}
    for node in sorted(inside):
        roots.setdefault(joiner.root(node), []).append(node)
    made = [(node, held[0]) for held in roots.values() for node in held]
    engine.register("told", pa.table({"node_id": [one[0] for one in made], "label": [one[1] for one in made]}))
    engine.run("UPDATE labelled SET label = told.label FROM told WHERE told.node_id = labelled.node_id")
    engine.unregister("told")
    return refused


def _ids(engine: Engine, level: str, column: str, profiles: list[int]) -> list[tuple[int, int]]:
    if not profiles:
        return []
    listed = ", ".join(map(str, profiles))
    return [(a, b) for a, b in engine.rows(f"SELECT profile_id, {column} FROM {level} WHERE profile_id IN ({listed})")]


def _apart(of: dict[int, int], said: list[Verdict]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for one in said:
        if not one.same and one.left in of and one.right in of and of[one.left] != of[one.right]:
            found.setdefault(of[one.left], set()).add(of[one.right])
            found.setdefault(of[one.right], set()).add(of[one.left])
    return {node: frozenset(others) for node, others in found.items()}


def _tell(engine: Engine, refused: list[Edge]) -> None:
    """Make `chosen` and `doubt`."""
    lines = [(one.left, one.right) for one in refused]
    engine.register(
        "told",
        pa.table({"a": pa.array([a for a, _ in lines], pa.int64()), "b": pa.array([b for _, b in lines], pa.int64())}),
    )
    engine.run("CREATE OR REPLACE TABLE refused AS SELECT * FROM told")
    engine.unregister("told")
    engine.run(
        """CREATE OR REPLACE TABLE chosen AS
        SELECT left_id, right_id, 'key' AS tier, why, CAST(NULL AS DOUBLE) AS weight, CAST(NULL AS DOUBLE) AS
          probability FROM certain
        UNION ALL
        SELECT left_id, right_id, 'model', fields, weight, probability FROM best
        WHERE accepted AND NOT EXISTS (FROM refused WHERE a = left_group AND b = right_group)"""
    )
    engine.run(
        """CREATE OR REPLACE TABLE doubt AS
        SELECT left_id, right_id, coalesce(best.why, 'two_numbers') AS why, weight, probability, fields FROM best
        LEFT JOIN refused ON a = left_group AND b = right_group
        WHERE best.why IS NOT NULL OR a IS NOT NULL
        UNION ALL
        SELECT disputed.profile_id, owner.profile_id, 'number_of_another', NULL, NULL,
          CAST(json_object('number', disputed.number) AS VARCHAR)
        FROM disputed JOIN profile AS owner ON owner.verified = disputed.number AND owner.plain = disputed.other_name
        QUALIFY row_number() OVER (PARTITION BY disputed.profile_id ORDER BY owner.profile_id) = 1"""
    )
