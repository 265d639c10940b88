"""The school-meal fund of 68 schools over two terms: the first hand-over, the next one, and what came later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal

from bihuan.demo.books import ZERO
from bihuan.demo.county import County
from bihuan.demo.meals import cast, files, problems
from bihuan.demo.meals.books import Books
from bihuan.demo.meals.files import Batch
from bihuan.demo.truth import Place, Planted, settle

NEXT_TERM, LATER = "handed-over-next-term", "handed-over-later"  # folders beside `handed-over`
LATE = "306"  # the school whose books of the next term come later
Outcome = Literal["pass", "fail", "inconclusive"]


@dataclass(frozen=True)
class Star:
    """A case that the closed loop shows: which lead, what was given back, and how its re-test ends."""

    outcome: Outcome  # after the next term's hand-over
    later: Outcome  # after the one that came later
    why: str  # put_right | repeated | books_missing | returned_too_little
    method: str
    unit: str
    name: str
    subject: dict[str, str]
    at_risk: Decimal  # as planted, in yuan
    voucher_no: str  # of the return; empty where nothing came back
    returned: Decimal
    returned_on: date | None
    right_from: date  # the first day on which things should be right: `after` of the re-test


def stars(county: County) -> tuple[Star, ...]:
    """One that passes, one that was repeated, one whose books are missing at first, one that gave back too little."""
    before, after = _terms(county)
    plans: tuple[tuple[str, str, Outcome, Outcome, str], ...] = (
        ("301", problems.HEADS, "pass", "pass", "put_right"),
        ("303", problems.HEADS, "fail", "fail", "repeated"),
        (LATE, problems.LEFT, "inconclusive", "pass", "books_missing"),
        ("309", problems.DAYS, "fail", "fail", "returned_too_little"),
    )
    return tuple(_star(before, after, plan) for plan in plans)


def first_term(county: County, folder: Path) -> list[Planted]:
    """The spring's files, and what was planted there."""
    books = first_books(county)
    places: dict[object, Place] = {}
    batch = Batch(folder, frozenset(one.code for one in cast.schools(county)))
    files.write(books, batch, places)
    files.write_prices(books, batch)
    return settle(books.marks, places)


@lru_cache(maxsize=4)
def first_books(county: County) -> Books:
    """The spring's books, before they are files."""
    return problems.spring(county)


def forget() -> None:
    """Let the books go: hundreds of thousands of small objects slow whatever the same process does next."""
    _terms.cache_clear()
    first_books.cache_clear()


def delivered_to(county: County, code: str, supplier: str) -> tuple[tuple[Place, ...], Decimal]:
    """Where a supplier's deliveries to a school stand in the spring's file, and what they come to."""
    books = first_books(county)
    name = files.delivered_path(Batch(Path(), frozenset()), books).name
    found = [
        (Place(name, "", line), one.amount)
        for line, one in enumerate(books.delivered, start=2)
        if one.school.code == code and one.supplier.name == supplier
    ]
    return tuple(place for place, _ in found), sum((amount for _, amount in found), ZERO)


def delivered_by(county: County, supplier: str) -> Decimal:
    """What a supplier's deliveries of the spring come to."""
    return sum((one.amount for one in first_books(county).delivered if one.supplier.name == supplier), ZERO)


def next_term(county: County, folder: Path) -> list[Path]:
    """The autumn's files but for one school's, with the money that came back for the spring."""
    return sorted(_next_term(county, folder, {}))


def later(county: County, folder: Path) -> list[Path]:
    """The autumn's files of the school that was missing."""
    return sorted(_later(county, folder, {}))


def planted_next(county: County, folder: Path, folder_later: Path) -> list[Planted]:
    """Write both, and say what was planted in the autumn."""
    places: dict[object, Place] = {}
    _next_term(county, folder, places)
    _later(county, folder_later, places)
    return settle(_terms(county)[1].marks, places)


@lru_cache(maxsize=4)
def _terms(county: County) -> tuple[Books, Books]:
    before = first_books(county)
    return before, problems.autumn(county, before)


def _next_term(county: County, folder: Path, places: dict[object, Place]) -> list[Path]:
    _, books = _terms(county)
    batch = Batch(folder, frozenset(one.code for one in cast.schools(county)) - {LATE})
    written = files.write(books, batch, places)
    return [*written, *files.write_receipts(books, batch, places), *files.write_prices(books, batch)]


def _later(county: County, folder: Path, places: dict[object, Place]) -> list[Path]:
    name = cast.school(LATE).name.removeprefix("云禾县")
    return files.write(_terms(county)[1], Batch(folder, frozenset({LATE}), f"{name}补报"), places)


def _star(before: Books, after: Books, plan: tuple[str, str, Outcome, Outcome, str]) -> Star:
    code, method, outcome, then, why = plan
    paid = [(one.number, -one.amount, one.day) for one in after.paid if one.school.code == code and one.amount < 0]
    slips = [(one.number, one.amount, one.day) for one in after.receipts if one.school.code == code]
    number, returned, day = next(iter([*paid, *slips]), ("", ZERO, None))
    at_risk, name = problems.risk(before, method, code), cast.school(code).name
    return Star(
        outcome, then, why, method, code, name, {"unit_id": code}, at_risk, number, returned, day, cast.NEXT_ROLL
    )
