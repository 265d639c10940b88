"""Pairs worth comparing: rows without a verified number beside rows that agree with them in the key of a block.

Blocks above their size are left out and told; so the number of pairs stays in proportion to the rows.
"""

from __future__ import annotations

from bihuan.link.rules import Block, Rules
from bihuan.store.engine import Engine, text

# A branch is no part of the firm it belongs to, and two numbers are two parties.
_VETO = {
    "person": "true",
    "organization": "l.branch IS NOT DISTINCT FROM r.branch",
}


def find_pairs(engine: Engine, rules: Rules) -> None:
    """Make `pair` (left_id, right_id) of profiles in different groups, and tell blocks that were too large in `hub`.

    Needs `profile`, `grouped` (profile_id, group_id, has_number) and `crowd` (block, key, rows): keys that are too
    frequent among the known, of which therefore not all need be in `profile`.
    """
    engine.run("CREATE OR REPLACE TABLE pair_found (left_id BIGINT, right_id BIGINT)")
    engine.run(
        """CREATE OR REPLACE TABLE open_profile AS SELECT profile.* FROM profile JOIN grouped USING (profile_id)
        WHERE NOT has_number"""
    )
    for block in rules.blocks:
        _pair_within(engine, block, _VETO[rules.kind])
    engine.run("DROP TABLE open_profile")
    engine.run("CREATE OR REPLACE TABLE pair AS SELECT DISTINCT left_id, right_id FROM pair_found")
    engine.run("DROP TABLE pair_found")


def _pair_within(engine: Engine, block: Block, veto: str) -> None:
    """Add the pairs of one block. Only keys that a row without a number has are looked at: they are the few."""
    engine.run(
        f"""CREATE OR REPLACE TABLE keyed AS
        WITH wanted AS (SELECT DISTINCT {block.key} AS key FROM open_profile WHERE ({block.key}) <> ''),
        held AS (SELECT {block.key} AS key, profile_id, branch, is_new FROM profile),
        near AS (SELECT held.* FROM held SEMI JOIN wanted USING (key))
        SELECT key, profile_id, branch, is_new, group_id, has_number FROM near JOIN grouped USING (profile_id)"""
    )
    engine.run(
        f"""CREATE OR REPLACE TABLE sized AS
        WITH here AS (SELECT key, count(*) AS n FROM keyed GROUP BY key HAVING bool_or(is_new)),
        there AS (SELECT key, rows FROM crowd WHERE block = {text(block.name)})
        SELECT key, greatest(n, coalesce(there.rows, 0)) AS rows FROM here LEFT JOIN there USING (key)
        WHERE greatest(n, coalesce(there.rows, 0)) > 1"""
    )
    engine.run(f"INSERT INTO hub SELECT {text('block ' + block.name)}, key, rows FROM sized WHERE rows > {block.most}")
    engine.run(
        f"""INSERT INTO pair_found
        WITH small AS (SELECT key FROM sized WHERE rows <= {block.most}),
        held AS (SELECT keyed.* FROM keyed SEMI JOIN small USING (key))
        SELECT DISTINCT least(l.profile_id, r.profile_id), greatest(l.profile_id, r.profile_id)
        FROM held AS l JOIN held AS r USING (key)
        WHERE NOT l.has_number AND l.group_id <> r.group_id AND (r.has_number OR l.profile_id < r.profile_id)
          AND (l.is_new OR r.is_new) AND {veto}"""
    )
    engine.run("DROP TABLE keyed")
    engine.run("DROP TABLE sized")
