"""Joining nodes by edges: components at once, and by single steps where something forbids a join."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Array = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, order=True)
class Edge:
    """Two nodes that may be one; the lowest `rank` joins first (a human before a key before the model)."""

    rank: float
    left: int
    right: int


def labels(left: Array, right: Array) -> tuple[Array, Array]:
    """(nodes, label): every node that stands in an edge, and the least node of its component."""
    nodes, dense = np.unique(np.concatenate([left, right]), return_inverse=True)
    half, size = len(left), len(nodes)
    graph = coo_matrix((np.ones(half, np.int8), (dense[:half], dense[half:])), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    _, first = np.unique(component, return_index=True)  # nodes are in order, so the first of a component is its least
    return nodes, nodes[first][component]


@dataclass
class Joiner:
    """Joins step by step and refuses what is forbidden: two verified numbers, or a pair kept apart by a person."""

    number: Mapping[int, str]  # verified number of a node, where it has one
    apart: Mapping[int, frozenset[int]]  # nodes that a person has said are somebody else
    _parent: dict[int, int] = field(default_factory=dict)
    _members: dict[int, list[int]] = field(default_factory=dict)
    _numbers: dict[int, set[str]] = field(default_factory=dict)

    def join(self, edges: Iterable[Edge]) -> list[Edge]:
        """Join in order of rank; gives the edges that were refused."""
        return [one for one in sorted(edges) if not self._one(one)]

    def root(self, node: int) -> int:
        """The node that stands for all that were joined with this one."""
        if node not in self._parent:
            self._parent[node], self._members[node] = node, [node]
            self._numbers[node] = {self.number[node]} if node in self.number else set()
        while self._parent[node] != node:
            self._parent[node] = self._parent[self._parent[node]]
            node = self._parent[node]
        return node

    def _one(self, edge: Edge) -> bool:
        left, right = self.root(edge.left), self.root(edge.right)
        if left == right:
            return True
        by_human = edge.rank < 0
        if (len(self._numbers[left] | self._numbers[right]) > 1 and not by_human) or self._is_apart(left, right):
            return False
        if len(self._members[left]) < len(self._members[right]):
            left, right = right, left
        self._parent[right] = left
        self._members[left] += self._members.pop(right)
        self._numbers[left] |= self._numbers.pop(right)
        return True

    def _is_apart(self, left: int, right: int) -> bool:
        few, many = sorted((left, right), key=lambda one: len(self._members[one]))
        others = set(self._members[many])
        return any(not others.isdisjoint(self.apart.get(one, ())) for one in self._members[few])
