"""`python -m bench.linking_models`: make the models of linking from made-up books, and write them beside their rules.

m of a level is its share among true pairs that the model is asked about (one side has no verified number), u its share
among random pairs; both smoothed. Kinds of error that the comparators are not made for take no part. Seed 7.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from bench import linking_firms, linking_people
from bench.linking_books import load
from bihuan.link.certain import find_certain, find_disputed, find_hubs
from bihuan.link.cluster import group
from bihuan.link.keys import add_keys
from bihuan.link.mentions import make_mentions
from bihuan.link.rules import Comparison, rules
from bihuan.settings import Settings
from bihuan.store.engine import Engine, connect

SEED, PEOPLE, FIRMS, RANDOM = 7, 120_000, 40_000, 3_000_000
LEAST = 0.004
RULES = Path(__file__).parents[1] / "src/bihuan/link/rules"


def main() -> None:
    """Write both models."""
    for kind in ("person", "organization"):
        with connect(Settings(name="models")) as engine:
            made = linking_people.make(PEOPLE, SEED).rows if kind == "person" else linking_firms.make(FIRMS, SEED)
            strange = linking_people.STRANGE if kind == "person" else linking_firms.STRANGE
            weights = _weights(engine, kind, made, strange)
        text = {
            "made_for": rules(kind).hash,
            "seed": SEED,
            "made_from": f"{PEOPLE if kind == 'person' else FIRMS} made-up",
            "weights": weights,
        }
        (RULES / f"{kind}.model.json").write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
        print(kind, json.dumps(weights))


def _weights(
    engine: Engine, kind: str, made: dict[str, object], strange: tuple[str, ...]
) -> dict[str, list[list[float]]]:
    held = rules(kind)
    make_mentions(engine, held, load(engine, made, kind))  # type: ignore[arg-type]
    add_keys(engine, held)
    engine.run("CREATE VIEW profile AS SELECT *, true AS is_new FROM fresh")
    engine.run("CREATE VIEW node AS SELECT profile_id, profile_id AS node_id FROM fresh")
    find_hubs(engine, held)
    find_disputed(engine, held)
    find_certain(engine, held)
    group(engine, [])
    listed = ", ".join(f"'{one}'" for one in strange)
    engine.run(
        f"""CREATE TABLE known AS SELECT profile_id, any_value(truth) AS truth FROM mention JOIN truth USING (in_table,
          in_row)
        GROUP BY profile_id HAVING count(DISTINCT truth) = 1 AND NOT bool_or(error IN ({listed}))"""
    )
    true = (
        "SELECT a.profile_id AS a, b.profile_id AS b FROM known AS a JOIN known AS b USING (truth) "
        "JOIN grouped AS g ON g.profile_id = a.profile_id JOIN grouped AS h ON h.profile_id = b.profile_id "
        "WHERE NOT g.has_number AND g.group_id <> h.group_id AND a.profile_id <> b.profile_id"
    )
    random = (
        "SELECT a.profile_id AS a, b.profile_id AS b FROM (SELECT profile_id, row_number() OVER (ORDER BY "
        "hash(profile_id + {0})) AS n FROM fresh) AS a "
        "JOIN (SELECT profile_id, row_number() OVER (ORDER BY hash(profile_id + {1})) AS n FROM fresh) AS b USING (n) "
        "WHERE a.profile_id <> b.profile_id"
    )
    rounds = max(1, RANDOM // engine.one("SELECT count(*) FROM fresh")[0])
    random = " UNION ALL ".join(random.format(2 * n + 1, 2 * n + 2) for n in range(rounds))
    return {one.name: _levels(engine, one, true, random) for one in held.comparisons}


def _levels(engine: Engine, one: Comparison, true: str, random: str) -> list[list[float]]:
    cases = " ".join(
        f"WHEN {_sided(level.when)} THEN {n}" for n, level in enumerate(one.levels) if level.when != "ELSE"
    )
    missing = f"WHEN {_sided(one.missing)} THEN -1" if one.missing else ""
    case = f"CASE {missing} {cases} ELSE {len(one.levels) - 1} END"
    shares = []
    for pairs in (true, random):
        rows = engine.rows(
            f"WITH pairs AS ({pairs}) SELECT {case} AS level, count(*) FROM pairs JOIN fresh AS l ON l.profile_id = a "
            "JOIN fresh AS r ON r.profile_id = b GROUP BY level"
        )
        counts = dict(rows)
        whole = sum(n for level, n in counts.items() if level >= 0) + 0.5 * len(one.levels)
        shares.append([(counts.get(n, 0) + 0.5) / whole for n in range(len(one.levels))])
    # Real books are worse than made-up ones: no answer is taken for impossible in a true pair.
    return [[float(f"{max(m, LEAST):.6g}"), float(f"{u:.6g}")] for m, u in zip(*shares, strict=True)]


def _sided(condition: str) -> str:
    """A condition on `x_l` and `x_r` as one on `l.x` and `r.x`."""
    return re.sub(r"\b(\w+)_([lr])\b", r"\2.\1", condition)


if __name__ == "__main__":
    main()
