"""What simpler searches would have found with as many rows as the leads have shown.

A problem counts as found when half of its rows are among those rows; there is no limit to what else is. The largest
amounts and the isolation forest take the same share of every table that they can rank, so that a long ledger with small
amounts is looked at too.
"""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from scipy.stats import hypergeom

from bihuan.leads.board import MADE_HERE, Board, handed_over
from bihuan.leads.marks import recall
from bihuan.leads.truth import Problem
from bihuan.model.table import Column, Table, tables
from bihuan.store.books import columns_of
from bihuan.store.engine import quoted, text
from bihuan.store.snapshot import ORDINAL_BITS, Part, relation
from bihuan.store.workspace import Workspace

SEED = 1
MOST_SCORED = 50_000  # rows of a table on which a forest is grown and by which it ranks
TREES, BRANCH = 100, 256  # as in the paper of Liu, Ting and Zhou (2008)

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Search:
    """The books, the truth, and how many rows may be looked at."""

    workspace: Workspace
    board: Board
    problems: Sequence[Problem]
    parts: Sequence[Part]  # what may be looked at
    shown: int  # distinct rows of the leads' evidence there

    @cached_property
    def rows(self) -> int:
        """All rows that may be looked at."""
        return sum(one.rows for one in self.parts)

    @cached_property
    def by_table(self) -> dict[str, list[Part]]:
        """The parts of each table."""
        found: dict[str, list[Part]] = defaultdict(list)
        for part in self.parts:
            found[part.table].append(part)
        return {name: found[name] for name in sorted(found) if name in tables()}

    def recall_of(self, rows: set[int]) -> dict[str, float | None]:
        """The recall of a search that looked at these rows, of which those outside the truth do not matter."""
        hit: dict[int, set[int]] = defaultdict(set)
        for case, place, row in self.board.engine.rows("SELECT case_no, place, row_id FROM stood"):
            if row in rows:
                hit[case].add(place)
        cases = self.board.cases
        found = {cases[case].number for case, places in hit.items() if len(places) * 2 >= len(cases[case].spots)}
        return recall(self.problems, lambda one: one.number in found)


def search(workspace: Workspace, board: Board, problems: Sequence[Problem], sources: Collection[int]) -> Search:
    """Count what the leads have shown of these sources."""
    parts = [one for one in handed_over(board.snapshot) if one.source in sources]
    kinds = ", ".join(map(text, MADE_HERE))
    (shown,) = board.engine.one(
        f"""SELECT count(DISTINCT row_id) FROM shown
        WHERE in_table NOT IN ({kinds}) AND row_id >> {ORDINAL_BITS} IN (SELECT unnest($sources))""",
        {"sources": sorted(sources)},
    )
    return Search(workspace, board, problems, parts, int(shown))


def beside(asked: Search, tell: Tell = lambda _: None) -> dict[str, object]:
    """The recall of the three searches; the forest is None where scikit-learn is not installed."""
    found: dict[str, object] = {"rows": asked.shown}
    for name, run in (("random", random_sample), ("largest", largest_first), ("isolation_forest", isolation_forest)):
        tell(name)
        found[name] = run(asked)
    return found


def random_sample(asked: Search) -> dict[str, object]:
    """A drawn sample, and what such samples find on average."""
    scan = relation(asked.workspace, list(asked.parts), {"row_id": "BIGINT"})
    drawn = f"SELECT row_id FROM ({scan}) ORDER BY {_lot()} LIMIT {asked.shown}" if scan else "SELECT 0 AS row_id"
    found = asked.board.engine.rows(f"SELECT row_id FROM ({drawn}) SEMI JOIN stood USING (row_id)")
    expected = recall(asked.problems, partial(_chance, asked, _rows_at_places(asked)))
    return {**asked.recall_of({row for (row,) in found}), "expected": expected, "seed": SEED}


def _rows_at_places(asked: Search) -> dict[int, list[int]]:
    """How many rows of the books stand at each new place of a problem: a line of JSON may hold many."""
    counted = "SELECT case_no, count(*) AS rows FROM stood GROUP BY case_no, place ORDER BY ALL"
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for case, rows in asked.board.engine.rows(counted):
        found[asked.board.cases[case].number][case].append(rows)
    return {number: held[min(held)] for number, held in found.items()}


def _chance(asked: Search, standing: Mapping[int, list[int]], problem: Problem) -> float:
    """That a sample holds half of the problem's places: hypergeometric where each is one row, else place by place."""
    least, held = (len(problem.rows) + 1) // 2, standing.get(problem.number, [])
    if all(rows == 1 for rows in held):
        return float(hypergeom.sf(least - 1, asked.rows, len(held), asked.shown))
    chances = np.ones(1)
    for rows in held:
        missed = float(hypergeom.pmf(0, asked.rows, rows, asked.shown))
        chances = np.convolve(chances, [missed, 1 - missed])
    return float(chances[least:].sum())


def largest_first(asked: Search) -> dict[str, object]:
    """The rows with the largest amounts: the same share of every table that has amounts."""
    ranked = {name: _amounts(tables()[name]) for name in asked.by_table}
    wanted = {name: columns for name, columns in ranked.items() if columns}
    quota = _share(asked, wanted)
    found: set[int] = set()
    for name, columns in wanted.items():
        largest = f"greatest({', '.join(f'abs({quoted(one.name)})' for one in columns)})"
        held = {"row_id": "BIGINT", **{one.name: one.sql_type for one in columns}}
        scan = relation(asked.workspace, asked.by_table[name], held)
        rows = asked.board.engine.rows(
            f"""SELECT DISTINCT row_id FROM (
              SELECT row_id, (row_number() OVER (ORDER BY {largest} DESC NULLS LAST, row_id) - 0.5) / count(*) OVER ()
                AS depth FROM ({scan})
            ) SEMI JOIN stood USING (row_id) WHERE depth <= {quota!r}"""
        )
        found |= {row for (row,) in rows}
    return {**asked.recall_of(found)}


def isolation_forest(asked: Search) -> dict[str, object] | None:
    """The rows that a forest sets apart first: the same share of every table."""
    if importlib.util.find_spec("sklearn") is None:
        return None
    wanted = {name: features for name in asked.by_table if (features := _features(tables()[name], asked, name))}
    quota = _share(asked, wanted)
    found: set[int] = set()
    for name, features in wanted.items():
        scan = relation(asked.workspace, asked.by_table[name], {"row_id": "BIGINT"})
        if not asked.board.engine.rows(f"SELECT 1 FROM ({scan}) SEMI JOIN stood USING (row_id) LIMIT 1"):
            continue  # nothing was planted there, so nothing can be found
        rows, is_sampled, table = _table(asked, name, features)
        depth = _depths(_strangeness(table, is_sampled), is_sampled)
        found |= {int(row) for row, at in zip(rows, depth, strict=True) if at <= quota}
    return {**asked.recall_of(found), "seed": SEED}


def _share(asked: Search, wanted: Mapping[str, object]) -> float:
    """The share of each ranked table that makes as many rows as the leads have shown."""
    rows = sum(part.rows for name in wanted for part in asked.by_table[name])
    return min(1.0, asked.shown / rows) if rows else 0.0


def _amounts(table: Table) -> list[Column]:
    money = [one for one in table.columns if one.type == "money"]
    return money or [one for one in table.columns if one.type == "price"]


def _features(table: Table, asked: Search, name: str) -> dict[str, Column]:
    """SQL of each number that the forest sees, with the column behind it."""
    held = {column for part in asked.by_table[name] for column in part.columns}
    found: dict[str, Column] = {}
    for one in table.columns:
        column = f"picked.{quoted(one.name)}"
        if one.name not in held:
            continue
        if one.type in ("money", "price", "quantity", "integer"):
            found[f"sign({column}) * ln(1 + abs(CAST({column} AS DOUBLE)))"] = one
        elif one.type in ("date", "instant"):
            found[f"isodow({column})"] = one
            if one.type == "instant":
                found[f"hour({column})"] = one
        elif one.type == "text":
            found[f"ln(1 + {quoted('n_' + one.name)}.times)"] = one
        elif one.type == "flag":
            found[f"CAST({column} AS INTEGER)"] = one
    return found


def _table(asked: Search, name: str, features: Mapping[str, Column]) -> tuple[Numbers, Numbers, Numbers]:
    """Row ids, whether each was drawn, and the numbers: a drawn part of the table and every row of the truth."""
    engine, model = asked.board.engine, tables()[name]
    engine.run(
        f"CREATE OR REPLACE TEMP VIEW whole AS {relation(asked.workspace, asked.by_table[name], columns_of(model))}"
    )
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE picked AS
        SELECT whole.*, drawn.row_id IS NOT NULL AS is_drawn FROM whole
        LEFT JOIN (SELECT row_id FROM whole ORDER BY {_lot()} LIMIT {MOST_SCORED}) AS drawn USING (row_id)
        WHERE drawn.row_id IS NOT NULL OR row_id IN (SELECT row_id FROM stood)"""
    )
    texts = [one.name for one in features.values() if one.type == "text"]
    counted = " ".join(
        f"LEFT JOIN (SELECT {quoted(one)} AS word, count(*) AS times FROM whole GROUP BY ALL) AS {quoted('n_' + one)} "
        f"ON {quoted('n_' + one)}.word = picked.{quoted(one)}"
        for one in texts
    )
    cells = ", ".join(f"coalesce(CAST({sql} AS DOUBLE), 0) AS f{at}" for at, sql in enumerate(features))
    query = f"SELECT picked.row_id, picked.is_drawn, {cells} FROM picked {counted} ORDER BY picked.row_id"
    held = engine.arrow(query).read_all()
    columns = [held.column(at).to_numpy(zero_copy_only=False) for at in range(2, held.num_columns)]
    return held.column(0).to_numpy(), held.column(1).to_numpy(zero_copy_only=False), np.column_stack(columns)


def _strangeness(table: Numbers, is_sampled: Numbers) -> Numbers:
    from sklearn.ensemble import IsolationForest

    drawn = table[is_sampled]
    grown = IsolationForest(n_estimators=TREES, max_samples=min(BRANCH, len(drawn)), random_state=SEED).fit(drawn)
    return np.asarray(-grown.score_samples(table), dtype=np.float64)


def _depths(strange: Numbers, is_sampled: Numbers) -> Numbers:
    """How deep in the table each row lies, the strangest first, from 0 to 1; a row not drawn by its neighbours."""
    drawn = np.flatnonzero(is_sampled)
    ordered = drawn[np.argsort(-strange[drawn], kind="stable")]
    depth = (np.searchsorted(np.sort(-strange[drawn]), -strange, side="right") + 0.5) / len(drawn)
    depth[ordered] = (np.arange(len(drawn)) + 0.5) / len(drawn)
    return np.asarray(depth, dtype=np.float64)


def _lot() -> str:
    """An order by lot that is the same on every machine."""
    return f"md5(concat('{SEED}/', row_id)), row_id"
