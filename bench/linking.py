"""Linking at the size of the targets: a million persons and 100,000 firms, a batch of 10,000, circular flows, FEBRL."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench import linking_febrl, linking_firms, linking_people
from bench.linking_books import load
from bench.measure import watched
from bihuan.model.table import table
from bihuan.settings import Settings
from bihuan.store.books import columns_of, open_books
from bihuan.store.engine import connect, text
from bihuan.store.snapshot import Part, Source, commit, head, keep_part, next_number, row_id
from bihuan.store.workspace import Workspace, init, open_workspace

PEOPLE, FIRMS, BATCH = 1_000_000, 100_000, 10_000
ACCOUNTS, TRANSFERS, CIRCLES = 5_000_000, 10_000_000, 500


@dataclass(frozen=True)
class Took:
    """What one command took."""

    seconds: float
    processor: float
    memory: float


def run(scale: float) -> str:
    """The section of docs/bench.md."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [*_linking(Path(folder), scale), *_flows(scale), *_febrl()]
    return "## 归并与关系 Linking\n\n" + "\n".join(lines) + "\n"


def _linking(folder: Path, scale: float) -> list[str]:
    people, firms, batch = int(PEOPLE * scale), int(FIRMS * scale), int(BATCH * scale)
    root = folder / "W"
    _books(root, folder, people, firms)
    whole = _link(root)
    told = _quality(root)
    before = _entities(root)
    _batch(root, batch, people)
    again = _link(root)
    after = _entities(root)
    changed = sum(after.get(key) != entity for key, entity in before.items())
    return [
        "| | 目标 target | 实测 measured |",
        "|---|---|---|",
        f"| {people:,} persons and {firms:,} firms, all departments | 40 s, 2 GB | {_said(whole)} |",
        *told,
        f"| a batch of {batch:,} rows more | 5 s beside start-up | {_said(again)} |",
        f"| mentions whose entity changed with the batch | 0 of the untouched | {changed} of {len(before):,} |",
    ]


def _said(one: Took) -> str:
    return f"{one.seconds:.1f} s, {one.processor:.1f} CPU s, {one.memory:,.0f} MB"


# What is loaded once is start-up: the engine, Splink and the tables of characters.
# A forked child's peak as the system keeps it counts its parent's memory, so both are looked at while they run.
_LINK = (
    "import sys, time, resource; from pathlib import Path; from bihuan.store.workspace import open_workspace; "
    "from bihuan.store.snapshot import head; from bihuan.link.run import link; "
    "import splink.backends.duckdb, opencc; from bihuan.model.values.hanzi import sound; sound('一'); "
    "w = open_workspace(Path(sys.argv[1])); "
    "who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN); "
    "used = lambda: sum(sum(resource.getrusage(one)[:2]) for one in who); "
    "t = time.monotonic(); c = used(); link(w, head(w)); "
    "print(time.monotonic() - t, used() - c)"
)


def _link(root: Path) -> Took:
    """Link in a process of its own; seconds beside start-up."""
    with subprocess.Popen([sys.executable, "-c", _LINK, str(root)], stdout=subprocess.PIPE, text=True) as process:
        peak = watched(process)
        seconds, processor = map(float, process.communicate()[0].split())
    return Took(seconds, processor, peak)


def _books(root: Path, folder: Path, people: int, firms: int) -> None:
    made = init(root, Settings(name="bench", memory_limit="1GB"))
    with connect(Settings(name="bench")) as engine:
        for kind, rows in (("person", linking_people.make(people).rows), ("organization", linking_firms.make(firms))):
            for name, scan in load(engine, rows, kind).items():
                _take_in(made, name, scan, engine, folder)
        engine.run(f"COPY truth TO {text(str(folder / 'truth.parquet'))} (FORMAT parquet)")


def _take_in(made: Workspace, name: str, scan: str, engine: object, folder: Path) -> None:
    """The rows of a table as a source of the books; row ids count within the source, as `truth` has them."""
    parent = head(made)
    number = next_number(parent)
    columns = columns_of(table(name))
    cells = ", ".join(f"{row_id(number, 0)} + row_id AS row_id" if one == "row_id" else one for one in columns)
    engine.run(f"COPY (SELECT {cells} FROM ({scan})) TO {text(str(folder / 'part.parquet'))} (FORMAT parquet)")  # type: ignore[attr-defined]
    engine.run(
        f"UPDATE truth SET in_row = in_row + {row_id(number, 0)} WHERE in_table = '{name}' AND in_row < {1 << 40}"
    )  # type: ignore[attr-defined]
    rows = pq.read_metadata(folder / "part.parquet").num_rows
    part = Part(name, number, None, rows, keep_part(made, folder / "part.parquet"), tuple(columns), (), None, None)
    source = Source(
        number,
        f"{name}.csv",
        f"{name}{number}",
        f"{number:064d}",
        "csv",
        datetime.now(UTC).isoformat(),
        f"sources/{number}/x",
    )
    with made.locked("books"):
        commit(made, [*parent.sources, source], [*parent.parts, part], parent=parent)


def _batch(root: Path, batch: int, people: int) -> None:
    """Rows of a new month: mostly known persons, some new."""
    made = open_workspace(root)
    with connect(Settings(name="bench")) as engine, tempfile.TemporaryDirectory() as folder:
        rows = linking_people.make(people, 1).rows["benefit_payment"]
        chance = np.random.default_rng(3)
        some = rows.take(pa.array(np.sort(chance.choice(rows.num_rows, min(batch, rows.num_rows), replace=False))))
        renamed = some.set_column(
            some.column_names.index("account"), "account", pa.array([f"6217{n:012d}" for n in range(some.num_rows)])
        )
        for name, scan in load(engine, {"benefit_payment": renamed}, "person").items():
            _take_in(made, name, scan, engine, Path(folder))


def _entities(root: Path) -> dict[tuple[str, int, str], int]:
    made = open_workspace(root)
    with open_books(made, head(made)) as engine:
        return {(a, b, c): d for a, b, c, d in engine.rows("SELECT in_table, in_row, role, entity_id FROM entity_of")}


def _quality(root: Path) -> list[str]:
    """Precision and recall by pairs of rows, and recall by kind of error, those not foreseen apart."""
    made, lines = open_workspace(root), []
    with open_books(made, head(made)) as engine:
        engine.run(f"CREATE TABLE truth AS SELECT * FROM read_parquet({text(str(root.parent / 'truth.parquet'))})")
        for kind in ("person", "organization"):
            engine.run(
                "CREATE OR REPLACE TABLE judged AS SELECT truth, error, entity_id FROM truth JOIN entity_of USING "
                "(in_table, in_row) "
                f"WHERE kind = '{kind}' AND role IN ('self', 'payee', 'insured', 'employee', 'patient', 'pupil', "
                "'seller', 'bidder')"
            )
            both, found, true = (
                engine.one(f"SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM judged GROUP BY {by})")[0]
                for by in ("truth, entity_id", "entity_id", "truth")
            )
            lines.append(
                f"| {kind}: precision, recall of pairs | ≥ .999, ≥ .95 | {both / found:.5f}, {both / true:.4f} |"
            )
            strange = linking_people.STRANGE if kind == "person" else linking_firms.STRANGE
            recalls = engine.rows(
                """WITH held AS (SELECT truth, entity_id, count(*) AS n FROM judged GROUP BY ALL),
                main AS (SELECT truth, arg_max(entity_id, n) AS main_id FROM held GROUP BY truth HAVING sum(n) > 1)
                SELECT error, avg(CAST(entity_id = main_id AS INTEGER)), count(*) FROM judged
                JOIN main USING (truth) GROUP BY error ORDER BY 2 DESC"""
            )
            for words, wanted in (("foreseen", False), ("not foreseen", True)):
                told = ", ".join(f"{error} {share:.3f}" for error, share, _ in recalls if (error in strange) == wanted)
                lines.append(f"| {kind}: rows at their entity by kind of error, {words} | – | {told} |")
    return lines


def _flows(scale: float) -> list[str]:
    accounts, transfers = int(ACCOUNTS * scale), int(TRANSFERS * scale)
    sizes = [str(one) for one in (accounts, transfers, CIRCLES)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.linking_flows", *sizes], capture_output=True, text=True, check=False
    )
    label = f"{transfers:,} transfers of {accounts:,} text accounts: components and {CIRCLES} planted circles"
    return [f"| {label} | 20 s, 3 GB | {done.stdout.strip() or done.stderr.strip()[-200:]} |"]


def _febrl() -> list[str]:
    if not linking_febrl.is_there():
        return ["| FEBRL | | files not installed |"]
    lines = []
    runs: list[tuple[str, str, Callable[[], linking_febrl.Result]]] = [
        ("FEBRL3", "≥ .996", linking_febrl.febrl3), ("FEBRL4", "≥ .9995", linking_febrl.febrl4),
        ("FEBRL4 by a model as Splink demonstrates it", "peer", linking_febrl.splink_demonstration),
    ]  # fmt: skip
    for name, target, made in runs:
        started, found = time.monotonic(), made()
        lines.append(
            f"| {name}: F1 (precision, recall) | {target} | {found.f1:.5f} ({found.precision:.5f}, "
            f"{found.recall:.5f}), {time.monotonic() - started:.0f} s |"
        )
    return lines


if __name__ == "__main__":
    print(run(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
    print(
        f"peak of the bench itself {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB", file=sys.stderr
    )
