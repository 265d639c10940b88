"""What was planted: the problems, the same problems hidden, and innocent twins that must not be found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

Form = Literal["plain", "hiding", "twin"]
PLAIN: Form = "plain"
HIDING: Form = "hiding"
TWIN: Form = "twin"


@dataclass(frozen=True, order=True)
class Place:
    """Where a row stands in what is handed over; lines count from 1, headings included where there are any."""

    source: str
    sheet: str
    line: int


@dataclass(frozen=True)
class Planted:
    """One planted problem, by the id of the method that is to find it; of a twin, not to find it.

    In a second hand-over `first` holds the places of the problem in the first one (none: it is new), `rows` what of it
    stands in the second (none: it was put right, or the books are missing), and `retest` how its re-test should end.
    """

    kind: str
    form: Form
    unit: str
    amount: Decimal
    rows: tuple[Place, ...]
    first: tuple[Place, ...] = ()
    retest: Literal["pass", "fail", "inconclusive", ""] = ""


def write(path: Path, planted: Iterable[Planted]) -> None:
    """One JSON object a line."""
    lines = []
    for one in planted:
        fact = {
            "kind": one.kind, "form": one.form, "unit": one.unit, "amount": str(one.amount), "rows": _places(one.rows)
        }  # fmt: skip
        again = {"first": _places(one.first), "retest": one.retest} if one.retest else {}
        lines.append(json.dumps(fact | again, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _places(rows: Iterable[Place]) -> list[dict[str, str | int]]:
    return [{"source": row.source, "sheet": row.sheet, "line": row.line} for row in sorted(set(rows))]


@dataclass(frozen=True)
class Marked:
    """A problem among things that have no place yet: they get one when they are written."""

    kind: str
    form: Form
    unit: str
    amount: Decimal
    things: tuple[object, ...]

    def at(self, places: Mapping[object, Place]) -> Planted:
        """The problem with the places of its things."""
        return Planted(self.kind, self.form, self.unit, self.amount, tuple(places[one] for one in self.things))


def settle(marks: Sequence[Marked], places: Mapping[object, Place]) -> list[Planted]:
    """All marks with their places."""
    return [one.at(places) for one in marks]
