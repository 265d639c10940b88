"""The second tier: how likely two profiles are one, by a Splink model. The only module that uses Splink."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from bihuan.errors import BadWorkspace
from bihuan.link.rules import Comparison, Rules
from bihuan.store.engine import Engine

Weights = Mapping[str, list[list[float]]]  # comparison → [m, u] of each level


def model(rules: Rules) -> dict[str, Any]:
    """The trained numbers of a kind; they must have been made for these very comparisons."""
    path = resources.files("bihuan.link") / "rules" / f"{rules.kind}.model.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if found["made_for"] != rules.hash:
        raise BadWorkspace(f"{path}: made for other comparisons. Make it anew with: python -m bench.linking_models")
    return found


def settings(comparisons: Iterable[Comparison], weights: Weights, chance: float) -> dict[str, Any]:
    """The model in Splink's own form."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "profile_id",
        "probability_two_random_records_match": chance,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "blocking_rules_to_generate_predictions": ["l.profile_id = r.profile_id"],  # pairs are given, see `candidates`
        "comparisons": [_comparison(one, weights[one.name]) for one in comparisons],
    }


def score(engine: Engine, made: Mapping[str, Any], threshold: float) -> None:
    """Make `scored` (left_id, right_id, probability, weight, fields) of `pair`.

    `fields` is JSON: for each comparison the bits of its level, and the bits with the frequency of the value.


    Reads the profiles from `side`, which holds `profile_id`, the compared columns and their `tf_` frequencies.
    """
    if not engine.one("SELECT count(*) FROM pair")[0]:
        columns = (
            "CAST(0 AS BIGINT) AS left_id, CAST(0 AS BIGINT) AS right_id, 0.5 AS probability, 0.0 AS weight, '' "
            "AS fields"
        )
        engine.run(f"CREATE OR REPLACE TABLE scored AS SELECT {columns} WHERE false")
        return
    # Loaded here: it takes a second, and most commands never score.
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    engine.run(
        "CREATE OR REPLACE TABLE blocked AS SELECT '0' AS match_key, left_id AS join_key_l, right_id AS join_key_r "
        "FROM pair"
    )
    api = DuckDBAPI(connection=engine.connection)
    linker = Linker(api.register("side"), dict(made), log_level=None, validate_settings=False)
    linker.table_management.register_blocked_pairs_for_predict(api.register("blocked"))
    found = linker.inference.predict(threshold_match_probability=threshold, warning_mode="never")
    names = [one["output_column_name"] for one in made["comparisons"]]
    fields = ", ".join(
        f"'{name}', [round(mw_{name}, 3), {_weight(name, one)}]"
        for name, one in zip(names, made["comparisons"], strict=True)
    )
    engine.run(
        f"""CREATE OR REPLACE TABLE scored AS
        SELECT profile_id_l AS left_id, profile_id_r AS right_id, match_probability AS probability,
          match_weight AS weight, CAST(json_object({fields}) AS VARCHAR) AS fields FROM {found.physical_name}"""
    )
    linker.table_management.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]
    engine.run("DROP TABLE blocked")


def _weight(name: str, comparison: Mapping[str, Any]) -> str:
    """The bits that one comparison gives, with its frequency where it has one."""
    has_frequency = any("tf_adjustment_column" in one for one in comparison["comparison_levels"])
    return f"round(mw_{name} + mw_tf_adj_{name}, 2)" if has_frequency else f"round(mw_{name}, 2)"


def _comparison(one: Comparison, weights: list[list[float]]) -> dict[str, Any]:
    levels: list[dict[str, Any]] = []
    if one.missing:
        levels.append({"sql_condition": one.missing, "label_for_charts": "missing", "is_null_level": True})
    for level, (m, u) in zip(one.levels, weights, strict=True):
        made: dict[str, Any] = {"sql_condition": level.when, "label_for_charts": level.en}
        made |= {"m_probability": m, "u_probability": u}
        if level.frequency:
            made |= {"tf_adjustment_column": level.frequency, "tf_adjustment_weight": 1.0}
        levels.append(made)
    return {"output_column_name": one.name, "comparison_levels": levels}
