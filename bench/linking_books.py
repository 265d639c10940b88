"""Made-up persons and firms as tables of the model in one session, with their truth, for models and benchmarks."""

from __future__ import annotations

import pyarrow as pa

from bihuan.link.rules import FIELDS, Mention, Rules, rules
from bihuan.model.table import table
from bihuan.store.books import columns_of
from bihuan.store.engine import Engine

NAMES = {
    "name": "name",
    "number": "id",
    "born": "born",
    "phone": "phone",
    "account": "account",
    "address": "address",
    "head": "head",
}
ROLES = {
    "person": ("self", "payee", "insured", "employee", "patient", "pupil"),
    "organization": ("self", "payee", "seller", "bidder"),
}


def load(engine: Engine, made: dict[str, pa.Table], kind: str, *, first: int = 0) -> dict[str, str]:
    """Make `truth` (in_table, in_row, truth, error); gives SQL for each table with the columns of the model."""
    engine.run("CREATE TABLE IF NOT EXISTS truth (in_table VARCHAR, in_row BIGINT, truth BIGINT, error VARCHAR)")
    sources = {}
    for name, rows in made.items():
        engine.register("given", rows)
        raw = f"raw_{name}_{first}"
        engine.run(f"CREATE TABLE {raw} AS SELECT {first} + row_number() OVER () AS row_id, * FROM given")
        engine.unregister("given")
        engine.run(f"INSERT INTO truth SELECT '{name}', row_id, truth, error FROM {raw}")
        sources[name] = _select(raw, name, kind, set(rows.column_names))
    return sources


def _select(raw: str, name: str, kind: str, given: set[str]) -> str:
    mention = _mention(rules(kind), name, kind)
    cells = dict.fromkeys(columns_of(table(name)), "NULL")
    for field in FIELDS:
        column, own = mention.columns.get(field), {**NAMES, "number": "id" if kind == "person" else "code"}.get(field)
        if column and own in given:
            cells[column] = own
    kinds = columns_of(table(name))
    cells["row_id"] = "row_id"
    return (
        f"SELECT {', '.join(f'CAST({value} AS {kinds[column]}) AS {column}' for column, value in cells.items())} "
        f"FROM {raw}"
    )


def _mention(held: Rules, name: str, kind: str) -> Mention:
    return next(one for one in held.mentions if one.table == name and one.role in ROLES[kind])
