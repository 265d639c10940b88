"""The child snapshot: the tables `entity`, `entity_of` and `tie` as parts of a source called `link`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bihuan import __version__
from bihuan.link.state import READER, State, source_of_link
from bihuan.model.table import table
from bihuan.store.books import columns_of
from bihuan.store.canonical import digest, file_digest, write_json
from bihuan.store.engine import Engine, text
from bihuan.store.snapshot import ORDINAL_BITS, Part, Snapshot, Source, commit, keep_part, next_number
from bihuan.store.workspace import Workspace

TABLES = ("entity", "entity_of", "tie")
_STRIDE = 1 << (ORDINAL_BITS - 2)  # each of the three tables numbers its rows in a range of its own


@dataclass(frozen=True)
class Written:
    """A table's rows, written aside and moved to its place."""

    name: str
    rows: int
    hash: str


def write_tables(workspace: Workspace, engine: Engine, number: int, aside: Path) -> list[Written]:
    """Write the rows of `<table>_kept` and `<table>_made` as parts of the source of that number.

    What is kept stays in its order and at its place in the table; what is made follows, sorted.
    """
    order = {
        "entity": "entity_id",
        "entity_of": "in_table, in_row, role, entity_id",
        "tie": "kind, from_entity, to_entity, in_table, in_row",
    }

    def write(at: int) -> Written:
        with engine.cursor() as own:  # sorting and writing keep about one core busy each
            return _write(workspace, own, (number << ORDINAL_BITS) + at * _STRIDE, TABLES[at], order[TABLES[at]], aside)

    # Sorted once and numbered as it comes, which holds only while the engine keeps the order.
    engine.run("SET preserve_insertion_order = true")
    with ThreadPoolExecutor(len(TABLES)) as pool:
        written = list(pool.map(write, range(len(TABLES))))
    engine.run("SET preserve_insertion_order = false")
    return written


def _write(workspace: Workspace, engine: Engine, first: int, name: str, order: str, aside: Path) -> Written:  # noqa: PLR0913, PLR0917
    columns = columns_of(table(name))
    cells = ", ".join(f"CAST({one} AS {kind}) AS {one}" for one, kind in columns.items() if one != "row_id")
    place = aside / f"{name}.parquet"
    top = engine.one(f"SELECT row_id FROM {name}_top")[0] & (_STRIDE - 1)
    engine.run(
        f"""COPY (
          SELECT {first} + (row_id & {_STRIDE - 1}) AS row_id, {cells} FROM {name}_kept
          UNION ALL
          SELECT {first + top} + row_number() OVER () AS row_id, *
          FROM (SELECT {cells} FROM {name}_made ORDER BY {order})
        ) TO {text(str(place))} (FORMAT parquet, PARQUET_VERSION v2)"""
    )
    rows = engine.one(f"SELECT count(*) FROM read_parquet({text(str(place))})")[0]
    return Written(name, rows, keep_part(workspace, place))


def commit_link(
    workspace: Workspace, snapshot: Snapshot, state: State, written: list[Written], told: dict[str, Any]
) -> Snapshot:
    """The child snapshot, in which this linking stands in place of the one before."""
    number = next_number(snapshot)
    before = source_of_link(snapshot)
    folder = workspace.books / "links" / str(number)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "link.json", {"bihuan": __version__, "snapshot": snapshot.id, **told})
    source = Source(
        number=number,
        name=READER,
        identity=READER,
        hash=file_digest(folder / "link.json"),
        reader=READER,
        collected_at=datetime.now(UTC).isoformat(timespec="seconds"),
        kept=f"links/{number}/link.json",
        tables={one.name: {"rows": one.rows, "rejects": 0, "skipped": {}, "sums": {}} for one in written},
        map={**state.raw, "written": [one.hash for one in written]},
    )
    gone = before.number if before else -1
    sources = [replace(one, superseded_by=number) if one.number == gone else one for one in snapshot.sources]
    parts = [one for one in snapshot.parts if one.table not in TABLES]
    made = [
        Part(one.name, number, None, one.rows, one.hash, tuple(columns_of(table(one.name))), (), None, None)
        for one in written
    ]
    return commit(workspace, [*sources, source], [*parts, *made], parent=snapshot)


def rules_digest(*said: object) -> str:
    """A short hash of what rules and model were."""
    return digest(list(said))[:16]
