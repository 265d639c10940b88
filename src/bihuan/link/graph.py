"""Walks over the ties: shortest path, neighbourhood, ultimate controllers, components, communities of bidders.

All work on the tables `entity` and `tie` of an open snapshot. Hubs (weight 0) are never walked through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra

from bihuan.errors import NotFound
from bihuan.link.join import labels
from bihuan.store.engine import Engine

# What a step costs: control, kin and work are one step; money and a common tender say less; what is shared says less
# the more share it.
COST = "CASE WHEN kind = 'paid' THEN 1.5 WHEN kind = 'bid_together' THEN 2 ELSE 1 / weight END"
VALUES = ("phone", "account", "address", "email")


@dataclass(frozen=True)
class Node:
    """An entity as the graph shows it."""

    id: int
    kind: str
    name: str
    number: str | None
    mentions: int
    is_hub: bool = False


@dataclass(frozen=True)
class Step:
    """One tie, in the direction in which it was entered."""

    kind: str
    start: int
    end: int
    share: Decimal | None
    amount: Decimal | None
    currency: str | None
    times: int
    from_date: date | None
    to_date: date | None
    in_table: str
    in_row: int


@dataclass(frozen=True)
class Path:
    """Nodes and the ties between them, in order."""

    nodes: tuple[Node, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Around:
    """A party, what is near it, and what was left out because it is a hub or there is too much."""

    centre: Node
    nodes: tuple[Node, ...]
    steps: tuple[Step, ...]
    hubs: tuple[Node, ...]
    left_out: int


@dataclass(frozen=True)
class Controller:
    """Who stands behind a firm at the end of its chain of shareholders, and with what share in effect."""

    node: Node
    share: Decimal


def find(engine: Engine, asked: str) -> Node:
    """The party of that number, id or name; NotFound where there is none, or several."""
    for condition in (
        "number = $asked",
        "code = $asked",
        "name = $asked",
        "list_contains(string_split(also, '、'), $asked)",
    ):
        rows = engine.rows(
            f"""SELECT entity_id, kind, name, number, mentions, is_hub FROM
            (SELECT *, {CODE} AS code FROM entity) WHERE {condition} ORDER BY mentions DESC, entity_id LIMIT 6""",
            {"asked": asked},
        )
        if len(rows) == 1:
            return Node(*rows[0])
        if rows:
            listed = "; ".join(f"{code_of(row[1], row[0])} {row[2]} {row[3] or ''}".strip() for row in rows)
            raise NotFound(f"{asked}: {len(rows)} parties bear that name. Ask by code or number: {listed}")
    raise NotFound(f"{asked}: no party of that name, number or code. Link the books first with: bihuan link")


CODE = "upper(left(kind, 1)) || lower(printf('%016x', entity_id))"


def code_of(kind: str, entity: int) -> str:
    """An entity's id as people read and type it: P00a1…, O…."""
    return f"{kind[0].upper()}{entity:016x}"


def path(engine: Engine, start: Node, end: Node, *, most: float = 8.0) -> Path | None:
    """The cheapest chain of ties between two parties, None where there is none below the cost `most`."""
    table = engine.arrow(
        f"SELECT from_entity AS a, to_entity AS b, {COST} AS cost FROM tie WHERE weight > 0 OR kind IN ('paid', "
        "'bid_together')"
    ).read_all()
    graph, ids = _matrix(table["a"].to_numpy(), table["b"].to_numpy(), table["cost"].to_numpy())
    at = {one: int(np.searchsorted(ids, one)) for one in (start.id, end.id)}
    if any(spot >= len(ids) or ids[spot] != one for one, spot in at.items()):
        return None
    far, before = dijkstra(graph, directed=False, indices=at[start.id], return_predecessors=True, limit=most)
    if not np.isfinite(far[at[end.id]]):
        return None
    chain = [at[end.id]]
    while chain[-1] != at[start.id]:
        chain.append(int(before[chain[-1]]))
    held = [int(ids[one]) for one in reversed(chain)]
    steps = tuple(_cheapest(engine, a, b) for a, b in pairwise(held))
    known = {one.id: one for one in nodes(engine, held)}
    return Path(tuple(known[one] for one in held), steps)


def around(engine: Engine, centre: Node, *, hops: int = 2, most: int = 60) -> Around:
    """The parties and values within `hops` ties; the nearest and strongest `most`, and how many were left out."""
    reached, edge = {centre.id}, {centre.id}
    left_out = 0
    for _ in range(hops):
        found = _neighbours(engine, edge)
        new = [one for one in found if one not in reached]
        room = most - len(reached)
        left_out += max(0, len(new) - room)
        edge = set(new[:room])
        reached |= edge
        if not edge:
            break
    listed = ", ".join(map(str, sorted(reached)))
    steps = _steps(engine, f"from_entity IN ({listed}) AND to_entity IN ({listed})")
    known = nodes(engine, sorted(reached))
    hubs = nodes(
        engine,
        [
            row[0]
            for row in engine.rows(
                f"SELECT DISTINCT to_entity FROM tie WHERE from_entity IN ({listed}) AND weight = 0 ORDER BY 1 LIMIT 20"
            )
        ],
    )
    return Around(centre, tuple(known), tuple(steps), tuple(hubs), left_out)


def controllers(engine: Engine, firm: Node) -> tuple[Controller, ...]:
    """Who holds the firm in the end, with effective shares along all chains; rings of holdings are solved exactly."""
    held = _holders(engine, firm.id)
    if not held:
        return ()
    ids = sorted({one for a, b, _ in held for one in (a, b)})
    at = {one: n for n, one in enumerate(ids)}
    shares = np.zeros((len(ids), len(ids)))
    for holder, held_firm, share in held:
        shares[at[holder], at[held_firm]] += float(share)
    # Effective shares X = S + S·S + … = (I - S)^-1 - I, of which the column of the firm is wanted.
    unit = np.zeros(len(ids))
    unit[at[firm.id]] = 1
    effective = np.linalg.lstsq(np.eye(len(ids)) - shares, unit, rcond=None)[0]
    last = [one for one in ids if not shares[:, at[one]].any() and one != firm.id]
    known = {one.id: one for one in nodes(engine, last)}
    found = [Controller(known[one], Decimal(str(round(effective[at[one]], 6)))) for one in last if one in known]
    return tuple(sorted(found, key=lambda one: (-one.share, one.node.id)))


def components(engine: Engine, kinds: tuple[str, ...]) -> dict[int, int]:
    """Entity → least entity of its component, over ties of the kinds."""
    listed = ", ".join(f"'{one}'" for one in kinds)
    table = engine.arrow(
        f"SELECT from_entity AS a, to_entity AS b FROM tie WHERE kind IN ({listed}) AND weight > 0"
    ).read_all()
    if not table.num_rows:
        return {}
    found, label = labels(table["a"].to_numpy().astype(np.int64), table["b"].to_numpy().astype(np.int64))
    return dict(zip(found.tolist(), label.tolist(), strict=True))


def communities(engine: Engine, *, least_times: int = 2) -> list[tuple[int, ...]]:
    """Groups of bidders that meet again and again: labels spread along common tenders until they rest."""
    rows = engine.rows(
        f"SELECT from_entity, to_entity, times FROM tie WHERE kind = 'bid_together' AND times >= {least_times} ORDER "
        "BY ALL"
    )
    near: dict[int, dict[int, int]] = {}
    for a, b, times in rows:
        near.setdefault(a, {})[b] = times
        near.setdefault(b, {})[a] = times
    label = {one: one for one in near}
    for _ in range(50):
        moved = False
        for one in sorted(near):
            best = _heaviest(near[one], label)
            if best != label[one]:
                label[one], moved = best, True
        if not moved:
            break
    groups: dict[int, list[int]] = {}
    for one, mark in sorted(label.items()):
        groups.setdefault(mark, []).append(one)
    return sorted((tuple(one) for one in groups.values() if len(one) > 1), key=lambda one: (-len(one), one))


def nodes(engine: Engine, ids: list[int]) -> list[Node]:
    """The entities of those ids, in order of id."""
    if not ids:
        return []
    listed = ", ".join(map(str, ids))
    return [
        Node(*row)
        for row in engine.rows(
            f"SELECT entity_id, kind, name, number, mentions, is_hub FROM entity WHERE entity_id IN ({listed}) ORDER "
            "BY entity_id"
        )
    ]


def masked_node(node: Node, mask: Callable[[str], str]) -> Node:
    """The node with what is personal masked; a firm's name is not."""
    number = mask(node.number) if node.number and node.kind == "person" else node.number
    return replace(node, name=node.name if node.kind == "organization" else mask(node.name or ""), number=number)


def masked(found: Around, mask: Callable[[str], str]) -> Around:
    """The neighbourhood with what is personal masked."""
    nodes_ = tuple(masked_node(one, mask) for one in found.nodes)
    return replace(found, centre=masked_node(found.centre, mask), nodes=nodes_)


def _heaviest(near: dict[int, int], label: dict[int, int]) -> int:
    weight: dict[int, int] = {}
    for one, times in near.items():
        weight[label[one]] = weight.get(label[one], 0) + times
    return min(weight, key=lambda mark: (-weight[mark], mark))


def _neighbours(engine: Engine, edge: set[int]) -> list[int]:
    listed = ", ".join(map(str, sorted(edge)))
    rows = engine.rows(
        f"""WITH near AS (
          SELECT to_entity AS id, weight, kind FROM tie WHERE from_entity IN ({listed}) AND weight > 0
          UNION ALL SELECT from_entity, weight, kind FROM tie WHERE to_entity IN ({listed}) AND weight > 0
        )
        SELECT id FROM near GROUP BY id ORDER BY min({COST}), id"""
    )
    return [row[0] for row in rows]


_COLUMNS = "kind, from_entity, to_entity, share, amount, currency, times, from_date, to_date, in_table, in_row"


def _steps(engine: Engine, where: str) -> list[Step]:
    return [Step(*row) for row in engine.rows(f"SELECT {_COLUMNS} FROM tie WHERE weight > 0 AND {where} ORDER BY ALL")]


def _cheapest(engine: Engine, a: int, b: int) -> Step:
    rows = engine.rows(
        f"""SELECT {_COLUMNS} FROM tie WHERE weight > 0
        AND ((from_entity = {a} AND to_entity = {b}) OR (from_entity = {b} AND to_entity = {a}))
        ORDER BY {COST}, kind, in_row LIMIT 1"""
    )
    return Step(*rows[0])


def _holders(engine: Engine, firm: int) -> list[tuple[int, int, Any]]:
    """(holder, firm, share) of every present holding above the firm."""
    return engine.rows(
        f"""WITH RECURSIVE above AS (
          SELECT CAST({firm} AS BIGINT) AS id
          UNION
          SELECT tie.from_entity FROM tie JOIN above ON tie.to_entity = above.id
          WHERE tie.kind = 'shareholder' AND tie.to_date IS NULL AND tie.share > 0
        )
        SELECT from_entity, to_entity, share FROM tie WHERE kind = 'shareholder' AND to_date IS NULL AND share > 0
          AND to_entity IN (SELECT id FROM above) ORDER BY ALL"""
    )


def _matrix(a: Any, b: Any, cost: Any) -> tuple[csr_matrix, Any]:
    """The undirected graph as a sparse matrix of costs, and the ids of its rows. Of two ties the cheaper counts."""
    ids, dense = np.unique(np.concatenate([a, b]), return_inverse=True)
    left, right = dense[: len(a)], dense[len(a) :]
    low, high = np.minimum(left, right), np.maximum(left, right)
    order = np.lexsort((cost, high, low))
    low, high, cost = low[order], high[order], cost[order].astype(float)
    first = np.ones(len(low), bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    size = len(ids)
    return coo_matrix((cost[first], (low[first], high[first])), shape=(size, size)).tocsr(), ids
