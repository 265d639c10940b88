"""Clusters become entities that persist: an entity keeps its id, and merges and splits of known ones are told.

assigned  profile_id, entity_id, has_number of all profiles
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from bihuan.store.engine import Engine


@dataclass(frozen=True)
class Change:
    """A known entity that went into another (merge) or fell apart (split)."""

    act: str  # merge | split
    entity: int
    others: tuple[int, ...]  # merge: the entity that stays; split: the new entities
    reason: dict[str, Any] | None = None  # the link that did it: tier, key or weights per field


def assign(engine: Engine) -> list[Change]:
    """Make `assigned` from `clustered` and `previous_here` (profile_id, entity_id before this run).

    Clusters without a known entity are named after their first profile. A known entity's id goes to the cluster that
    holds most of its profiles; of several known entities in one cluster the one with most profiles stays.
    """
    engine.run(
        """CREATE OR REPLACE TABLE claimed AS
        WITH touched AS (
          SELECT cluster_id FROM clustered JOIN previous_here USING (profile_id)
          GROUP BY cluster_id HAVING min(entity_id) <> max(entity_id) OR min(entity_id) <> cluster_id
          UNION
          SELECT cluster_id FROM clustered JOIN previous_here USING (profile_id) WHERE entity_id IN (
            SELECT entity_id FROM clustered JOIN previous_here USING (profile_id)
            GROUP BY entity_id HAVING min(cluster_id) <> max(cluster_id))
        )
        SELECT cluster_id, entity_id, count(*) AS profiles FROM clustered JOIN previous_here USING (profile_id)
        SEMI JOIN touched USING (cluster_id) GROUP BY cluster_id, entity_id"""
    )
    names, changes = _named(engine.rows("SELECT cluster_id, entity_id, profiles FROM claimed ORDER BY ALL"))
    engine.register(
        "told",
        pa.table(
            {"cluster_id": pa.array(list(names), pa.int64()), "entity_id": pa.array(list(names.values()), pa.int64())}
        ),
    )
    engine.run(
        """CREATE OR REPLACE TABLE assigned AS
        SELECT clustered.profile_id, coalesce(told.entity_id, clustered.cluster_id) AS entity_id, has_number
        FROM clustered LEFT JOIN told USING (cluster_id)"""
    )
    engine.unregister("told")
    return changes


def _named(claims: list[tuple[int, int, int]]) -> tuple[dict[int, int], list[Change]]:
    """(cluster → entity id, what changed) for the clusters that known entities claim."""
    winner = _winners(claims)
    names: dict[int, int] = {}
    for entity, (cluster, _) in sorted(winner.items(), key=lambda one: (-one[1][1], one[0])):
        names.setdefault(cluster, entity)
    taken = set(names.values()) | {entity for _, entity, _ in claims}
    for cluster in sorted({cluster for cluster, _, _ in claims} - set(names)):
        names[cluster] = _free(cluster, taken)
        taken.add(names[cluster])
    return names, [*_merges(claims, winner, names), *_splits(claims, winner, names)]


def _winners(claims: list[tuple[int, int, int]]) -> dict[int, tuple[int, int]]:
    """Each entity's cluster with most of its profiles, and how many."""
    found: dict[int, tuple[int, int]] = {}
    for cluster, entity, profiles in claims:
        if entity not in found or profiles > found[entity][1]:
            found[entity] = (cluster, profiles)
    return found


def _free(wanted: int, taken: set[int]) -> int:
    """An id that no entity bears or ever bore here: the part of a split whose first profile named the whole."""
    while wanted in taken:
        wanted = (wanted + 1) % (1 << 63)
    return wanted


def _merges(
    claims: list[tuple[int, int, int]], winner: dict[int, tuple[int, int]], names: dict[int, int]
) -> list[Change]:
    entities = sorted({entity for _, entity, _ in claims})
    return [Change("merge", one, (names[winner[one][0]],)) for one in entities if names[winner[one][0]] != one]


def _splits(
    claims: list[tuple[int, int, int]], winner: dict[int, tuple[int, int]], names: dict[int, int]
) -> list[Change]:
    parts: dict[int, set[int]] = {}
    for cluster, entity, _ in claims:
        if cluster != winner[entity][0]:
            parts.setdefault(entity, set()).add(names[cluster])
    return [Change("split", one, tuple(sorted(held))) for one, held in sorted(parts.items())]
