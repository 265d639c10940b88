"""Steps that several methods have word for word in common, computed once for all of them.

A step is a CTE at the margin of a method. Two are the same where their text and the steps that they rest on are, and
one with a constant in it is its method's own. A step that more than one statement would compute becomes a table, and
a view of its own name stands for it, so the rest of each method stays as it is written. A step that only picks rows
and columns is not worth a table.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bihuan.examine.header import Method
from bihuan.examine.lint import constants
from bihuan.store.canonical import digest
from bihuan.store.engine import Engine

_NOTES = r"(?:[ ]*--[^\n]*\n)*"
_STEP = re.compile(rf"{_NOTES}(?P<name>\w+) AS \(\n(?P<body>(?:(?!\n\)).)*)\n\)(?:,\n|\n)", re.DOTALL)
_WORK = re.compile(r"\b(JOIN|GROUP BY|DISTINCT|UNION|OVER|QUALIFY)\b")


@dataclass(frozen=True)
class Step:
    """A named part of a method."""

    name: str
    body: str
    key: str

    @property
    def is_plain(self) -> bool:
        """Whether it only picks rows and columns, which costs less than keeping them."""
        return not _WORK.search(self.body)


@dataclass(frozen=True)
class Cut:
    """A method taken apart: its steps, and the query that stands last."""

    method: Method
    steps: tuple[Step, ...]
    last: str

    def read(self, query: str) -> set[str]:
        """The keys of the steps that a query names."""
        return {one.key for one in self.steps if _names(query, one.name)}


@dataclass
class Shared:
    """The steps that methods share, in one session."""

    engine: Engine
    methods: set[str]  # ids of those that share
    kept: dict[str, set[str]]  # key of a step that becomes a table → ids of the methods that still need it
    made: set[str] = field(default_factory=set)
    _standing: set[str] = field(default_factory=set)

    def sql(self, method: Method) -> str:
        """The method without its shared steps, whose views now stand in the session."""
        self._clear()
        if method.id not in self.methods:
            return method.sql
        taken = cut(method)
        for step in taken.steps:
            if step.key in self.kept:
                self._stand(step, taken)
        return self._query(taken, len(taken.steps), taken.last)

    def done(self, method: Method) -> None:
        """Let go of the tables that no method needs any more."""
        self._clear()
        for key, needed in self.kept.items():
            needed.discard(method.id)
            if not needed and key in self.made:
                self.engine.run(f"DROP TABLE IF EXISTS {_table(key)}")

    def _clear(self) -> None:
        """A view of one method's step must not stand in for another's step, or for a table of the books."""
        for name in sorted(self._standing):
            self.engine.run(f"DROP VIEW IF EXISTS {name}")
        self._standing.clear()

    def _stand(self, step: Step, taken: Cut) -> None:
        if step.key not in self.made:
            body = self._query(taken, taken.steps.index(step), step.body)
            self.engine.run(f"CREATE TEMP TABLE {_table(step.key)} AS {body}", constants(taken.method, body) or None)
            self.made.add(step.key)
        self.engine.run(f"CREATE OR REPLACE TEMP VIEW {step.name} AS SELECT * FROM {_table(step.key)}")
        self._standing.add(step.name)

    def _query(self, taken: Cut, before: int, last: str) -> str:
        """A query with those steps before it that it rests on and that are no tables."""
        wanted, own = last, list[Step]()
        for step in reversed(taken.steps[:before]):
            if step.key not in self.kept and _names(wanted, step.name):
                own.insert(0, step)
                wanted += step.body
        listed = ",\n".join(f"{one.name} AS (\n{one.body}\n)" for one in own)
        return f"WITH {listed}\n{last}" if own else last


def shared(engine: Engine, methods: Iterable[Method], also: Iterable[str] = ()) -> Shared:
    """What these methods have in common; steps named in `also` are asked for beside each method."""
    readers, users, steps = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set), dict[str, Step]()
    asked, cuts = set(also), [cut(one) for one in methods]
    for taken in cuts:
        for one in taken.steps:
            steps[one.key] = one
            users[one.key].add(taken.method.id)
            readers[one.key] |= {f"{taken.method.id} aside"} if one.name in asked else set()
            for key in taken.read(one.body):
                readers[key].add(one.key)
        for key in taken.read(taken.last):
            readers[key].add(taken.method.id)
    return Shared(engine, {one.method.id for one in cuts}, {key: users[key] for key in _kept(steps, readers)})


def _kept(steps: dict[str, Step], readers: dict[str, set[str]]) -> Iterator[str]:
    """The steps that more than one statement would compute."""
    statements: dict[str, set[str]] = {}
    tables = set[str]()
    for key in reversed(steps):
        statements[key] = {
            end
            for one in readers[key]
            for end in ({one} if one not in steps or one in tables else statements.get(one, set()))
        }
        if len(statements[key]) > 1 and not steps[key].is_plain:
            tables.add(key)
    yield from (key for key in steps if key in tables)


def cut(method: Method) -> Cut:
    """The method's steps and its last query; no steps where they do not stand one after the other at the margin."""
    sql, steps, place, more = method.sql, list[Step](), len("WITH "), method.sql.startswith("WITH ")
    while more and (found := _STEP.match(sql, place)):
        steps.append(_step(found["name"], found["body"], steps, method))
        place, more = found.end(), found[0].endswith(",\n")
    if more or not steps:
        return Cut(method, (), sql)
    return Cut(method, tuple(steps), sql[place:])


def _step(name: str, body: str, before: list[Step], method: Method) -> Step:
    below = sorted(one.key for one in before if _names(body, one.name))
    return Step(name, body, digest([name, body, below, method.id if "$" in body else ""]))


def _names(query: str, name: str) -> bool:
    return bool(re.search(rf"\b{name}\b", query))


def _table(key: str) -> str:
    return f"step_{key[:16]}"
