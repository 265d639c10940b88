"""From what a method found to files: hits, evidence and coverage, written in SQL without a row passing through Python.

runs/results/<key>/hits.parquet      lead_id, unit, subject, amount, currency, on_date, facts, evidence_count and _hash
runs/results/<key>/evidence.parquet  lead_id, table, row_id: at most 1,000 a lead, in that order
runs/results/<key>/coverage.parquet  unit, month, rows
runs/results/<key>/fences.json       of Cardinal's rules that have one, see `cardinal.fences`
runs/results/<key>/meta.json         see `Meta`
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bihuan.examine import cardinal
from bihuan.examine.coverage import rows_of
from bihuan.examine.header import Header, Method
from bihuan.examine.lint import constants, evidence_columns
from bihuan.store.canonical import read_json, write_json
from bihuan.store.engine import Engine, quoted, text
from bihuan.store.workspace import Workspace

MOST_EVIDENCE = 1000  # rows kept of a lead's evidence; the count and the hash are of all
LEAST_HITS_TO_DOUBT = 20  # below, a large share of a small population says nothing


@dataclass(frozen=True)
class Meta:
    """What a result says of itself; `share` is the part of the population that the evidence takes, at most."""

    population: int
    hits: int
    evidence: int
    merged: int  # rows that repeated a unit and subject and were joined to the first
    share: str
    fires_on_too_many: bool
    seconds: float


def folder(workspace: Workspace, key: str) -> Path:
    """Where the result of that key lies."""
    return workspace.runs / "results" / key


def stored(workspace: Workspace, key: str) -> Meta | None:
    """What is known of the result of that key, None where it was never computed."""
    path = folder(workspace, key) / "meta.json"
    return Meta(**read_json(path)) if path.exists() else None


def compute(engine: Engine, method: Method, sql: str, coverage: pa.Table, aside: Path) -> Meta:
    """Run the method, as `sql` asks it in this session, and write its result into the folder `aside`."""
    started = time.monotonic()
    population = rows_of(coverage)
    if population == 0:
        return _written(aside, coverage, Meta(0, 0, 0, 0, "0", False, round(time.monotonic() - started, 3)))
    try:
        columns = shape(engine, method, sql)
        hits, evidence, merged = _join_repeated(engine, columns)
        _write_hits(engine, columns, aside / "hits.parquet")
        _write_evidence(engine, columns, aside / "evidence.parquet")
        share = _share(engine, method.header, columns, population)
        if not method.is_office and method.id in cardinal.CODES and (fences := cardinal.fences(engine, method, sql)):
            write_json(aside / "fences.json", fences)
    finally:
        for name in ("found", "hit", "hit_once"):
            engine.run(f"DROP TABLE IF EXISTS {name}")
    too_many = hits >= LEAST_HITS_TO_DOUBT and share > method.header.max_share
    seconds = round(time.monotonic() - started, 3)
    return _written(aside, coverage, Meta(population, hits, evidence, merged, format(share, "f"), too_many, seconds))


def keep(workspace: Workspace, key: str, aside: Path) -> None:
    """Move a finished result to its place; a whole one that lies there stays, a damaged one gives way."""
    place = folder(workspace, key)
    with workspace.locked("results"):
        if (place / "meta.json").exists():
            return
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(exist_ok=True)
        aside.rename(place)


def shape(engine: Engine, method: Method, sql: str) -> dict[str, str]:
    """Make the table `hit` from the method's rows; gives its evidence columns and their tables."""
    engine.run(f"CREATE OR REPLACE TEMP TABLE found AS {sql}", constants(method, sql) or None)
    kinds = dict(engine.columns("SELECT * FROM found"))
    columns = evidence_columns(tuple(kinds))
    lead = method.header.lead
    values = {
        "lead_id": f"sha256(CAST(json_array({', '.join(_identity(method, kinds))}) AS VARCHAR))",
        "unit": f"CAST({quoted(lead.unit)} AS VARCHAR)",
        "subject": _object({name: _canonical(name, kinds[name]) for name in lead.subject}),
        "amount": f"CAST({quoted(lead.amount)} AS DECIMAL(18,2))" if lead.amount else "CAST(NULL AS DECIMAL(18,2))",
        "currency": f"CAST({quoted(lead.currency)} AS VARCHAR)" if lead.currency else "CAST(NULL AS VARCHAR)",
        "on_date": f"CAST({quoted(lead.on)} AS DATE)" if lead.on else "CAST(NULL AS DATE)",
        "facts": _object({name: _fact(name, kind) for name, kind in kinds.items() if not kind.endswith("[]")}),
        **{name: f"coalesce({quoted(name)}, [])" for name in columns},
    }
    made = ", ".join(f"{value} AS {name}" for name, value in values.items())
    engine.run(f"CREATE OR REPLACE TEMP TABLE hit AS SELECT {made} FROM found ORDER BY lead_id")
    engine.run("DROP TABLE found")
    return columns


def _identity(method: Method, kinds: Mapping[str, str]) -> list[str]:
    lead = method.header.lead
    return [text(method.id), *(_canonical(name, kinds[name]) for name in (lead.unit, *lead.subject))]


def _object(values: Mapping[str, str]) -> str:
    """A JSON object as text, its keys in the order of canonical JSON."""
    pairs = ", ".join(f"{text(name)}, {value}" for name, value in sorted(values.items()))
    return f"CAST(json_object({pairs}) AS VARCHAR)"


def _canonical(name: str, kind: str) -> str:
    """A value as canonical JSON writes it: money, dates and instants as text."""
    plain = kind.endswith("INT") or kind in {"INTEGER", "BOOLEAN", "VARCHAR"}
    return quoted(name) if plain else f"CAST({quoted(name)} AS VARCHAR)"


def _fact(name: str, kind: str) -> str:
    """A value as a fact: money keeps its digits as a number, statistics nine of theirs."""
    if kind in {"DOUBLE", "FLOAT"}:
        # Threads add up in any order, so the last digits of a float differ from run to run.
        return f"CAST(format('{{:.9g}}', {quoted(name)}) AS DOUBLE)"
    return quoted(name) if kind.startswith("DECIMAL") else _canonical(name, kind)


def _join_repeated(engine: Engine, columns: Mapping[str, str]) -> tuple[int, int, int]:
    """One hit per lead: of repeated ones the largest amount stays, with the evidence of all."""
    counted = " + ".join(f"coalesce(sum(len({name})), 0)" for name in columns)
    rows, leads, evidence = engine.one(f"SELECT count(*), count(DISTINCT lead_id), {counted} FROM hit")
    if rows == leads:
        return int(leads), int(evidence), 0
    united = ", ".join(f"list_sort(list_distinct(flatten(list({name})))) AS {name}" for name in columns)
    order = "amount DESC NULLS LAST, on_date NULLS LAST, facts"
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE hit_once AS
        WITH largest AS (
          SELECT lead_id, unit, subject, amount, currency, on_date, facts FROM hit
          QUALIFY row_number() OVER (PARTITION BY lead_id ORDER BY {order}) = 1
        ), united AS (SELECT lead_id, {united} FROM hit GROUP BY lead_id)
        SELECT largest.*, {", ".join(columns)} FROM largest JOIN united USING (lead_id) ORDER BY lead_id"""
    )
    engine.run("DROP TABLE hit")
    engine.run("ALTER TABLE hit_once RENAME TO hit")
    return int(leads), int(engine.one(f"SELECT {counted} FROM hit")[0]), int(rows - leads)


def _write_hits(engine: Engine, columns: Mapping[str, str], path: Path) -> None:
    count = " + ".join(f"len({name})" for name in columns)
    lists = ", ".join(f"{text(table)}, {name}" for name, table in columns.items())
    engine.run(
        f"""COPY (
          SELECT lead_id, unit, subject, amount, currency, on_date, facts, CAST({count} AS BIGINT) AS evidence_count,
            sha256(CAST(json_object({lists}) AS VARCHAR)) AS evidence_hash
          FROM hit ORDER BY lead_id
        ) TO {text(str(path))} (FORMAT parquet)"""
    )


def _write_evidence(engine: Engine, columns: Mapping[str, str], path: Path) -> None:
    selects = [
        f'SELECT lead_id, {text(table)} AS "table", unnest({name}[1:{_room(name, columns)}]) AS row_id FROM hit'
        for name, table in columns.items()
    ]
    # One table's evidence comes out of `hit` in order; only that of several has to be sorted together.
    order = ' ORDER BY lead_id, "table", row_id' if len(selects) > 1 else ""
    engine.run(f"COPY ({' UNION ALL '.join(selects)}{order}) TO {text(str(path))} (FORMAT parquet)")


def _room(name: str, columns: Mapping[str, str]) -> str:
    """How many rows of one evidence column are kept: what the others leave, and never less than an equal part."""
    others = " + ".join(["0", *(f"len({one})" for one in columns if one != name)])
    return f"greatest({MOST_EVIDENCE // len(columns)}, {MOST_EVIDENCE} - ({others}))"


def _share(engine: Engine, header: Header, columns: Mapping[str, str], population: int) -> Decimal:
    """The part of the population among the evidence, counted exactly only where it could be too much."""
    held = [name for name, table in columns.items() if table == header.population.table]
    counted = f"coalesce(sum(len({held[0]})), 0)" if held else "count(*)"
    rows = int(engine.one(f"SELECT {counted} FROM hit")[0])
    if held and rows > header.max_share * population:
        rows = int(engine.one(f"SELECT count(DISTINCT row_id) FROM (SELECT unnest({held[0]}) AS row_id FROM hit)")[0])
    return (Decimal(rows) / Decimal(population)).quantize(Decimal("0.000001"))


def _written(aside: Path, coverage: pa.Table, meta: Meta) -> Meta:
    pq.write_table(coverage, aside / "coverage.parquet")
    for path in aside.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    write_json(aside / "meta.json", asdict(meta))
    return meta
