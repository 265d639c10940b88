"""How good the re-tests are: the leads of the first hand-over asked again of the second, beside what is true.

Of several leads that answer a problem the best-ranked one speaks for it: it would have been taken up first.
A problem that no lead answered was never taken up: it counts as not right, and is told apart.

Things should be right from the day after the last one that the first hand-over tells of the unit, in the table that the
method examines: the truth names no day of the fix, and what was handed over by then cannot know of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bihuan.errors import NotFound
from bihuan.examine.header import parse
from bihuan.examine.retest import Question, Retest, retest_all
from bihuan.leads.board import Case, board
from bihuan.leads.lead import Lead, Run, runs
from bihuan.leads.places import Shelf
from bihuan.leads.ranking import Ranking, rank
from bihuan.leads.truth import OUTCOMES, Problem, Spot
from bihuan.model.table import tables
from bihuan.store.canonical import read_json
from bihuan.store.engine import connect, quoted
from bihuan.store.snapshot import Snapshot, load, relation
from bihuan.store.workspace import Workspace


@dataclass(frozen=True)
class Again:
    """What the re-test of one problem gave; no lead: none had found it."""

    problem: Problem
    lead: Lead | None
    answer: Retest | None

    @property
    def is_right(self) -> bool:
        """Whether it ended as the truth says."""
        return self.answer is not None and self.answer.outcome == self.problem.retest


def retested(problems: Sequence[Problem]) -> list[Problem]:
    """Those of the first hand-over whose re-test the truth knows."""
    return [one for one in problems if one.retest and one.first]


def first_run(workspace: Workspace, problems: Sequence[Problem], shelf: Shelf) -> str:
    """The newest run whose books have none of the sources that only the second hand-over brought."""
    # A file that is handed over a second time unchanged stays the source that it was.
    settled = _numbers(Shelf(shelf.snapshot, shelf.folders), [spot for one in problems for spot in one.first], most=1)
    second = _numbers(shelf, [spot for one in problems for spot in one.rows]) - settled
    for name in reversed(runs(workspace)):
        books = str(read_json(workspace.runs / name / "manifest.json")["snapshot"])
        if books != shelf.snapshot.id and not second & {part.source for part in load(workspace, books).parts}:
            return name
    raise NotFound(
        f"{workspace.root}: no run of the books before the second hand-over, so no lead can be re-tested. "
        "Examine the first hand-over before the second is collected, or name its run with --first-run."
    )


def ask_again(
    workspace: Workspace,
    problems: Sequence[Problem],
    run: str,
    shelf: Shelf,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> list[Again]:
    """Re-test on the shelf's books, for each problem, the best-ranked lead of that run which answers it."""
    asked, ranking = retested(problems), rank(workspace, run)
    books = load(workspace, ranking.run.snapshot)
    best = _best(workspace, ranking, asked, Shelf(books, shelf.folders))
    answers: dict[str, Retest] = {}
    wanted = {one.hit.id: one for one in best.values()}
    leads = sorted(wanted.values(), key=lambda one: (one.hit.method.id, one.hit.id))
    questions = _questions(workspace, ranking.run, leads, books)
    for done, (lead, answer) in enumerate(
        zip(leads, retest_all(workspace, run, questions, shelf.snapshot), strict=True), 1
    ):
        answers[lead.hit.id] = answer
        tell(done, len(leads))
    pairs = [(one, best.get(one.number)) for one in asked]
    return [Again(one, lead, answers[lead.hit.id] if lead else None) for one, lead in pairs]


def as_json(found: Sequence[Again], run: str) -> dict[str, Any]:
    """By outcome how many ended so as they should, and those that did not."""
    return {
        **{name: _counted([one for one in found if one.problem.retest == name]) for name in OUTCOMES},
        "first_run": run,
        "wrong": [_wrong(one) for one in found if not one.is_right],
    }


def _numbers(shelf: Shelf, spots: Sequence[Spot], most: int | None = None) -> set[int]:
    """The sources of the spots; with `most`, only of spots that may mean no more sources than that."""
    each = [{number for number, _ in shelf.files(one)} for one in {spot.source: spot for spot in spots}.values()]
    return {number for held in each if most is None or len(held) <= most for number in held}


def _best(workspace: Workspace, ranking: Ranking, asked: Sequence[Problem], shelf: Shelf) -> Mapping[int, Lead]:
    with board(workspace, ranking, [Case(one.number, one.first) for one in asked], shelf) as held:
        pairs = held.answers()
    found: dict[int, Lead] = {}
    for lead_rank, number in pairs:  # in the order of the ranks
        found.setdefault(number, ranking.leads[lead_rank - 1])
    return found


def _questions(
    workspace: Workspace, run: Run, leads: Sequence[Lead], books: Snapshot
) -> list[tuple[Question, date | None]]:
    """What each lead asks, and the day after the last one that the books tell of its unit."""
    days: dict[str, dict[str, date]] = {}
    found = []
    for one in leads:
        hit, path = one.hit, run.folder / "methods" / f"{one.hit.method.id}.sql"
        name = parse(path.read_text(encoding="utf-8"), path).header.population.table
        if name not in days:
            days[name] = _last_days(workspace, books, name)
        last = days[name].get(hit.unit if tables()[name].unit else "")
        question = Question(run.id, hit.method.id, hit.unit, hit.subject)
        found.append((question, last + timedelta(days=1) if last else None))
    return found


def _last_days(workspace: Workspace, books: Snapshot, name: str) -> dict[str, date]:
    """Each unit's last day in a table; of a table without units, the last of all under "".

    A month with less than a hundredth of the unit's rows does not count: a mistyped date must not move the day.
    """
    model = tables()[name]
    if model.date is None or name not in books.tables:
        return {}
    columns = {model.date: model.column(model.date).sql_type, **({model.unit: "VARCHAR"} if model.unit else {})}
    unit, day = quoted(model.unit) if model.unit else "''", quoted(model.date)
    scan = relation(workspace, books.tables[name], columns)
    with connect(workspace.settings) as engine:
        rows = engine.rows(
            f"""WITH monthly AS (
              SELECT {unit} AS unit, date_trunc('month', {day}), count(*) AS times, max(CAST({day} AS DATE)) AS last
              FROM ({scan}) WHERE {day} IS NOT NULL GROUP BY ALL
            ), shares AS (SELECT *, sum(times) OVER (PARTITION BY unit) AS whole FROM monthly)
            SELECT unit, max(last) FROM shares WHERE times * 100 >= whole GROUP BY unit"""
        )
    return dict(rows)


def _counted(held: Sequence[Again]) -> dict[str, int]:
    return {
        "right": sum(one.is_right for one in held),
        "of": len(held),
        "without_lead": sum(one.lead is None for one in held),
    }


def _wrong(one: Again) -> dict[str, Any]:
    return {
        "truth_line": one.problem.number,
        "kind": one.problem.kind,
        "form": one.problem.form,
        "unit": one.problem.unit,
        "expected": one.problem.retest,
        "outcome": one.answer.outcome if one.answer else None,
        "lead": one.lead.hit.id if one.lead else None,
        "method": one.lead.hit.method.id if one.lead else None,
        "why": {"zh": one.answer.why.zh, "en": one.answer.why.en} if one.answer else None,
    }
