"""The re-test: the stored method with its stored parameters on newer books, asked about one subject.

Pass: the new books cover that unit after the fix, and the subject is not hit there; or old rows still hit, a remedy
answers them, and nothing newer is hit. Inconclusive: too little to tell. It never passes on mere absence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from bihuan.errors import NotFound
from bihuan.examine import results
from bihuan.examine.header import Method, Words, parse
from bihuan.examine.lint import constants
from bihuan.examine.parameters import Row
from bihuan.examine.session import Session, opened
from bihuan.model.table import tables
from bihuan.store.canonical import read_json
from bihuan.store.snapshot import Snapshot
from bihuan.store.workspace import Workspace

PASS, FAIL, INCONCLUSIVE = "pass", "fail", "inconclusive"


@dataclass(frozen=True)
class Question:
    """The lead that is asked about: its run, method, unit and subject as the run stored them."""

    run: str
    method: str
    unit: str
    subject: Mapping[str, Any]


@dataclass(frozen=True)
class Retest:
    """The answer, with what was examined to give it."""

    outcome: str
    why: Words
    snapshot: str
    population: int  # rows of the unit that were examined, since the fix where its day is given
    old_hits: int
    new_hits: int  # hits with evidence from the day of the fix on
    is_remedied: bool


def retest(workspace: Workspace, question: Question, snapshot: Snapshot, *, after: date | None = None) -> Retest:
    """Ask the question of the snapshot again; `after` is the first day on which things should be right."""
    (answer,) = retest_all(workspace, question.run, [(question, after)], snapshot)
    return answer


def retest_all(
    workspace: Workspace, run: str, asked: Sequence[tuple[Question, date | None]], snapshot: Snapshot
) -> Iterator[Retest]:
    """Ask many questions of one run, each with its `after`; questions of one method that follow each other share it."""
    manifest = _manifest(workspace, run)
    with opened(workspace, snapshot, stored=_parameters(manifest)) as session:
        for _, group in groupby(asked, key=lambda one: one[0].method):
            held = list(group)
            method = _method(workspace, manifest, held[0][0])
            if missing := session.missing(method):
                zh, en = f"新账本没有表：{'、'.join(missing)}", f"no {'、'.join(missing)}"
                yield from (Retest(INCONCLUSIVE, Words(zh, en), snapshot.id, 0, 0, 0, False) for _ in held)
                continue
            session.require(method)
            columns = results.shape(session.engine, method, method.sql)
            for question, after in held:
                yield _answer(session, method, columns, (question, after))


def _answer(session: Session, method: Method, columns: dict[str, str], asked: tuple[Question, date | None]) -> Retest:
    question, after = asked
    population = _population(session, method, question.unit, after)
    old, new = _hits(session, columns, question, after)
    is_remedied = _is_remedied(session, method, question)
    outcome, why = _judged(population, old, new, is_remedied=is_remedied)
    return Retest(outcome, why, session.snapshot.id, population, old, new, is_remedied)


def hit_rows(
    workspace: Workspace, question: Question, snapshot: Snapshot, *, after: date | None = None, most: int = 100
) -> list[tuple[str, int]]:
    """The rows, by table and id, on which the subject is hit on that snapshot; with `after`, of new hits only."""
    manifest = _manifest(workspace, question.run)
    method = _method(workspace, manifest, question)
    with opened(workspace, snapshot, stored=_parameters(manifest)) as session:
        if session.missing(method):
            return []
        session.require(method)
        columns = results.shape(session.engine, method, method.sql)
        hits = _subject_hits(session, columns, question)
    shown = [held for day, held in hits if after is None or (day is not None and _day(day) >= after)]
    found = {(table, row) for held in shown for table, rows in zip(columns.values(), held, strict=True) for row in rows}
    return sorted(found)[:most]


def _judged(population: int, old: int, new: int, *, is_remedied: bool) -> tuple[str, Words]:
    if new:
        return FAIL, Words("整改之后再次命中", "hit again after the fix")
    if population == 0:
        return INCONCLUSIVE, Words(
            "新账本没有该单位整改之后的记录", "the new books do not cover the unit after the fix"
        )
    if old and not is_remedied:
        return FAIL, Words("原有记录仍然命中，且没有更正记录", "the old rows are still hit and nothing answers them")
    if old:
        return PASS, Words("原有记录已有更正记录，且未再发生", "the old rows are answered, and it has not recurred")
    return PASS, Words("检查了整改之后的记录，未再命中", "the rows after the fix were examined and not hit")


def _manifest(workspace: Workspace, run: str) -> dict[str, Any]:
    path = workspace.runs / run / "manifest.json"
    if not path.exists():
        raise NotFound(f"{path}: no such run. The newest is named in {workspace.runs / 'HEAD'}")
    found: dict[str, Any] = read_json(path)
    return found


def _method(workspace: Workspace, manifest: Mapping[str, Any], question: Question) -> Method:
    path = workspace.runs / question.run / "methods" / f"{question.method}.sql"
    if not path.exists():
        names = ", ".join(sorted(one["id"] for one in manifest["methods"]))
        raise NotFound(f"run {question.run}: no method {question.method!r}. It ran: {names}")
    return parse(path.read_text(encoding="utf-8"), path)


def _parameters(manifest: Mapping[str, Any]) -> list[Row]:
    return [
        Row(name, place, date.fromisoformat(first), date.fromisoformat(last) if last else None, value)
        for name, place, first, last, value in manifest["parameters"]
    ]


def _population(session: Session, method: Method, unit: str, after: date | None) -> int:
    held = method.header.population
    table = tables()[held.table]
    conditions = [f"({held.where})"] if held.where else []
    values: dict[str, object] = {}
    if table.unit:
        conditions.append(f"{table.unit} = $asked_unit")
        values["asked_unit"] = unit
    if after is not None and table.date:
        conditions.append(f"{table.date} >= $asked_after")
        values["asked_after"] = after
    sql = f"SELECT count(*) FROM {held.table}" + (f" WHERE {' AND '.join(conditions)}" if conditions else "")
    return int(session.engine.one(sql, {**constants(method, sql), **values} or None)[0])


def _hits(session: Session, columns: dict[str, str], question: Question, after: date | None) -> tuple[int, int]:
    """How many old and how many new hits the subject has; one is new with any evidence from `after` on."""
    days = [day for day, _ in _subject_hits(session, columns, question)]
    new = sum(after is not None and day is not None and _day(day) >= after for day in days)
    return len(days) - new, new


def _subject_hits(
    session: Session, columns: dict[str, str], question: Question
) -> list[tuple[date | None, tuple[list[int], ...]]]:
    """Each hit of the subject among the method's: its newest day, its rows by evidence column."""
    newest = [
        f"(SELECT max({tables()[table].date}) FROM {table} WHERE list_contains(hit.{name}, row_id))"
        for name, table in columns.items()
        if table in tables() and tables()[table].date
    ]
    asked = ", ".join(["subject", f"greatest({', '.join(['on_date', *newest])})", *columns])
    rows = session.engine.rows(f"SELECT {asked} FROM hit WHERE unit = $unit", {"unit": question.unit})
    return [(day, tuple(held)) for subject, day, *held in rows if json.loads(subject) == dict(question.subject)]


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _is_remedied(session: Session, method: Method, question: Question) -> bool:
    """Whether the method's remedy finds a row that answers the subject."""
    if method.header.remedy is None:
        return False
    lead, sql = method.header.lead, method.header.remedy
    wanted = {"unit": lead.unit, **{name: name for name in lead.subject}}
    values = {"unit": question.unit, **question.subject}
    same = " AND ".join(
        f'CAST("{column}" AS VARCHAR) IS NOT DISTINCT FROM CAST($asked_{name} AS VARCHAR)'
        for name, column in wanted.items()
    )
    asked = {f"asked_{name}": None if values[name] is None else str(values[name]) for name in wanted}
    found = session.engine.one(f"SELECT count(*) FROM ({sql}) WHERE {same}", {**constants(method, sql), **asked})
    return bool(found[0])
