"""How good the leads of a run are, measured against what was planted.

A lead answers a problem when its evidence holds at least half of the problem's rows and no more than max(20, 3 × their
number) rows in all. Rows are counted as distinct places of what was handed over. A lead that answers nothing planted,
or only an innocent twin, counts as false.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bihuan.leads.board import Lost
from bihuan.leads.lead import LEVELS, Lead
from bihuan.leads.truth import FORMS, HIDING, PLAIN, TWIN, Problem

CUTS = (10, 50, 200)
LISTED = 50  # false leads and lost places that are named


@dataclass(frozen=True)
class Marks:
    """The leads, weightiest first, the truth, and which lead answers which problem."""

    leads: Sequence[Lead]
    problems: Sequence[Problem]
    lost: Lost
    rows: int  # of the books, as handed over
    answers: Sequence[tuple[int, int]]  # rank of the lead from 1, line of the problem in the truth
    by_rank: Mapping[int, list[Problem]] = field(init=False)
    by_problem: Mapping[int, list[int]] = field(init=False)  # ranks, best first

    def __post_init__(self) -> None:
        """Sort the answers by lead and by problem."""
        numbered = {one.number: one for one in self.problems}
        by_rank, by_problem = defaultdict(list), defaultdict(list)
        for rank, number in sorted(self.answers):
            by_rank[rank].append(numbered[number])
            by_problem[number].append(rank)
        object.__setattr__(self, "by_rank", dict(by_rank))
        object.__setattr__(self, "by_problem", dict(by_problem))

    def is_found(self, problem: Problem) -> bool:
        """Whether any lead answers it."""
        return problem.number in self.by_problem

    def is_true(self, rank: int) -> bool:
        """Whether the lead of that rank answers a problem, be it one that was put right since; twins are none."""
        return any(one.form != TWIN for one in self.by_rank.get(rank, ()))

    def is_twin(self, rank: int) -> bool:
        """Whether the lead of that rank answers an innocent twin."""
        return any(one.form == TWIN for one in self.by_rank.get(rank, ()))

    def precision_at(self, most: int) -> float | None:
        """The share of true leads among the first `most`, or among those that there are."""
        return self._share_of_leads(most, self.is_true)

    def twins_at(self, most: int) -> float | None:
        """The share of the first `most` leads that answer an innocent twin."""
        return self._share_of_leads(most, self.is_twin)

    def per_100k(self, level: str | None = None) -> float | None:
        """Leads, of that level or of all, for every 100,000 rows of the books."""
        count = sum(level in (None, one.hit.method.level) for one in self.leads)
        return round(count * 100_000 / self.rows, 4) if self.rows else None

    def _share_of_leads(self, most: int, is_such: Callable[[int], bool]) -> float | None:
        ranks = range(1, min(most, len(self.leads)) + 1)
        return share(sum(map(is_such, ranks)), len(ranks))


def share(part: float, whole: int) -> float | None:
    """A share with four places; None of nothing."""
    return round(part / whole, 4) if whole else None


def recall(problems: Iterable[Problem], found: Callable[[Problem], float]) -> dict[str, float | None]:
    """For each form the share of its problems that `found` says were found, or how likely each was."""
    held = [one for one in problems if one.is_to_be_found]
    of = {form: [one for one in held if one.form == form] for form in (PLAIN, HIDING)}
    return {form: share(sum(map(found, ones)), len(ones)) for form, ones in of.items()}


def as_json(marks: Marks) -> dict[str, object]:
    """The figures, in the order in which they are asked for."""
    lost = marks.lost
    return {
        "recall": recall(marks.problems, marks.is_found),
        "precision_at": {str(cut): marks.precision_at(cut) for cut in CUTS},
        "twins_at_200": marks.twins_at(CUTS[-1]),
        "leads_per_100k": marks.per_100k(),
        "by_level": {level: marks.per_100k(level) for level in LEVELS},
        "by_kind": [_kind(marks, kind) for kind in sorted({one.kind for one in marks.problems})],
        "by_method": _methods(marks),
        "false_leads": [_false(marks, rank) for rank in _false_ranks(marks)[:LISTED]],
        "rows": marks.rows,
        "leads": len(marks.leads),
        "considered_at": {str(cut): min(cut, len(marks.leads)) for cut in CUTS},
        "planted": {form: sum(_counts(one) and one.form == form for one in marks.problems) for form in FORMS},
        "lost": {
            "rows": len(lost.spots),
            "problems": len({number for number, _ in lost.spots}),
            "sources": list(lost.sources),
            "sheets": [{"source": source, "sheet": sheet} for source, sheet in lost.sheets],
            "places": [
                {"truth_line": number, "source": spot.source, "sheet": spot.sheet, "line": spot.line}
                for number, spot in lost.spots[:LISTED]
            ],
        },
    }


def _counts(one: Problem) -> bool:
    return one.is_to_be_found or (one.form == TWIN and bool(one.rows))


def _kind(marks: Marks, kind: str) -> dict[str, object]:
    held = [one for one in marks.problems if one.kind == kind and _counts(one)]
    ranks = sorted({rank for one in held if one.form != TWIN for rank in marks.by_problem.get(one.number, ())})
    counted = {
        form: {"planted": len(ones), "found": sum(map(marks.is_found, ones))}
        for form in FORMS
        for ones in [[one for one in held if one.form == form]]
    }
    return {
        "kind": kind,
        **counted,
        "methods": sorted({marks.leads[rank - 1].hit.method.id for rank in ranks}),
        "missed": [_missed(one) for one in held if one.form != TWIN and not marks.is_found(one)],
    }


def _methods(marks: Marks) -> list[dict[str, object]]:
    """For each method with leads, how many there are, and how many of them are true and accuse a twin."""
    ranks: dict[str, list[int]] = defaultdict(list)
    for rank, lead in enumerate(marks.leads, 1):
        ranks[lead.hit.method.id].append(rank)
    return [
        {
            "method": name,
            "level": marks.leads[held[0] - 1].hit.method.level,
            "leads": len(held),
            "true": sum(map(marks.is_true, held)),
            "twins": sum(map(marks.is_twin, held)),
        }
        for name, held in sorted(ranks.items())
    ]


def _false_ranks(marks: Marks) -> list[int]:
    return [rank for rank in range(1, min(CUTS[-1], len(marks.leads)) + 1) if not marks.is_true(rank)]


def _false(marks: Marks, rank: int) -> dict[str, object]:
    hit = marks.leads[rank - 1].hit
    twins = [one.number for one in marks.by_rank.get(rank, ()) if one.form == TWIN]
    return {
        "rank": rank, "lead": hit.id, "method": hit.method.id, "level": hit.method.level, "unit": hit.unit,
        "twin_truth_lines": twins,
    }  # fmt: skip


def _missed(one: Problem) -> dict[str, object]:
    first = one.rows[0]
    return {
        "truth_line": one.number,
        "form": one.form,
        "unit": one.unit,
        "amount": one.amount,
        "rows": len(one.rows),
        "place": {"source": first.source, "sheet": first.sheet, "line": first.line},
    }
