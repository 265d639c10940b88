"""Steps that several methods have word for word in common, computed once for all of them.

A step is a CTE at the margin of a method. It is shared where its text and the steps that it rests on are the same, and
no constant stands in it; a view of its own name then stands for it, so the rest of the method stays as it is written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bihuan.examine.header import Method
from bihuan.store.canonical import digest
from bihuan.store.engine import Engine

_STEP = re.compile(r"(?:(?<=WITH )|^)(?P<name>\w+) AS \(\n(?P<body>.*?)\n\)(?:,\n|\n)", re.MULTILINE | re.DOTALL)


@dataclass
class Shared:
    """The steps that methods share, in one session."""

    engine: Engine
    wanted: Counter[str]
    made: set[str] = field(default_factory=set)

    def sql(self, method: Method) -> str:
        """The method without its shared steps, whose views now stand in the session."""
        keyed = _keyed(method)
        for name, body, key in keyed:
            if self._is_shared(body, key):
                self._stand(name, body, key)
            else:
                # A view of another method's step must not stand in for this method's own table.
                self.engine.run(f"DROP VIEW IF EXISTS {name}")
        return _without(method.sql, {name for name, body, key in keyed if self._is_shared(body, key)})

    def _is_shared(self, body: str, key: str) -> bool:
        return self.wanted[key] > 1 and "$" not in body

    def _stand(self, name: str, body: str, key: str) -> None:
        table = f"{name}_{key[:12]}"
        if key not in self.made:
            self.engine.run(f"CREATE TEMP TABLE {table} AS {body}")
            self.made.add(key)
        self.engine.run(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {table}")


def shared(engine: Engine, methods: Iterable[Method]) -> Shared:
    """What these methods have in common."""
    return Shared(engine, Counter(key for one in methods for _, _, key in _keyed(one)))


def _keyed(method: Method) -> list[tuple[str, str, str]]:
    """Name, text and key of each step; a step that rests on a constant has the method's own key."""
    keys: dict[str, str] = {}
    made = []
    for found in _STEP.finditer(method.sql):
        name, body = found["name"], found["body"]
        below = sorted(key for other, key in keys.items() if re.search(rf"\b{other}\b", body))
        own = method.id if "$" in body else ""
        keys[name] = digest([name, body, below, own])
        made.append((name, body, keys[name]))
    return made


def _without(sql: str, names: set[str]) -> str:
    """The query with only its own steps; comments at the margin go with the step that they introduce."""
    own = [f"{one['name']} AS (\n{one['body']}\n)" for one in _STEP.finditer(sql) if one["name"] not in names]
    last = sql[max((one.end() for one in _STEP.finditer(sql)), default=0) :]
    return ("WITH " + ",\n".join(own) + "\n" if own else "") + last
