"""A truth file: what was planted in handed-over files, whoever planted it, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from bihuan.errors import BadSource, NotFound
from bihuan.examine.retest import FAIL, INCONCLUSIVE, PASS

PLAIN, HIDING, TWIN = "plain", "hiding", "twin"
FORMS = (PLAIN, HIDING, TWIN)
OUTCOMES = (PASS, FAIL, INCONCLUSIVE)


@dataclass(frozen=True, order=True)
class Spot:
    """A row as the truth names it: a file, path or member of an archive; its sheet, if it says; its line from 1."""

    source: str
    sheet: str
    line: int


@dataclass(frozen=True)
class Problem:
    """One planted problem, or the innocent twin of one; `number` is its line in the file.

    Of a second hand-over, `first` are its rows in the first one and `retest` says how its re-test should end.
    """

    number: int
    kind: str
    form: str
    unit: str
    amount: Decimal | None
    rows: tuple[Spot, ...]
    first: tuple[Spot, ...] = ()
    retest: str = ""

    @property
    def cases(self) -> tuple[tuple[Spot, ...], ...]:
        """The sets of rows in which a lead may show it: new ones, those of the first hand-over, both together."""
        both = tuple(sorted({*self.rows, *self.first}))
        return tuple(dict.fromkeys(one for one in (self.rows, self.first, both) if one))

    @property
    def is_to_be_found(self) -> bool:
        """Whether it stands in the books and is wrong: no twin, and not one that was put right."""
        return self.form != TWIN and bool(self.rows) and self.retest != PASS


def read(path: Path) -> list[Problem]:
    """Every problem of the file; BadSource with the line that is malformed."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise NotFound(f"{path}: the truth cannot be read ({error.strerror}). Name it with --truth FILE.") from None
    except UnicodeDecodeError as error:
        raise BadSource(f"{path}: not UTF-8 at byte {error.start}. Save it as UTF-8.") from None
    return [_problem(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _problem(path: Path, number: int, line: str) -> Problem:
    try:
        raw = json.loads(line, parse_float=Decimal)
        return _checked(number, raw)
    except json.JSONDecodeError as error:
        raise BadSource(f"{path}, line {number}: no JSON ({error.msg}). Write one object a line.") from None
    except ValueError as error:
        raise BadSource(f"{path}, line {number}: {error}") from None


def _checked(number: int, raw: Any) -> Problem:
    if not isinstance(raw, dict):
        raise ValueError("not a JSON object. Write one object a line.")
    problem = Problem(
        number=number,
        kind=_text(raw, "kind"),
        form=_word(raw, "form", FORMS),
        unit=str(raw.get("unit") or ""),
        amount=_amount(raw.get("amount")),
        rows=_spots(raw, "rows"),
        first=_spots(raw, "first") if raw.get("first") is not None else (),
        retest=_word(raw, "retest", OUTCOMES) if raw.get("retest") else "",
    )
    if not problem.rows and not problem.retest:
        raise ValueError("`rows` is empty. Name at least one place of the problem.")
    return problem


def _text(raw: dict[str, Any], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name!r} is {value!r}. Give it as text.")
    return value


def _word(raw: dict[str, Any], name: str, words: tuple[str, ...]) -> str:
    value = raw.get(name)
    if value not in words:
        raise ValueError(f"{name!r} is {value!r}. It must be one of {', '.join(words)}.")
    return str(value)


def _amount(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if isinstance(value, bool) or not amount.is_finite():
        raise ValueError(f"'amount' is {value!r}, no number. Write it like 1234.50, or leave it out.")
    return amount


def _spots(raw: dict[str, Any], name: str) -> tuple[Spot, ...]:
    """The distinct places, in order."""
    held = raw.get(name)
    if not isinstance(held, list):
        raise ValueError(f"{name!r} is no list. Write it as [{{source, sheet, line}}, …].")
    return tuple(sorted(set(_each(held, name))))


def _each(held: list[Any], name: str) -> Iterator[Spot]:
    for at, one in enumerate(held, 1):
        if not isinstance(one, dict) or not isinstance(one.get("source"), str) or not one["source"].strip():
            raise ValueError(f"{name} {at}: no 'source'. Name the file.")
        line = one.get("line")
        if not isinstance(line, int) or isinstance(line, bool) or line < 1:
            raise ValueError(f"{name} {at}: 'line' is {line!r}. Give a whole number, counted from 1.")
        yield Spot(one["source"], str(one.get("sheet") or ""), line)
