"""What a problem of a budget unit's books is written with: both years, its own chance, and the marks it leaves."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from bihuan.demo.departments._units import Books, Mark, Thing, workdays
from bihuan.demo.departments._units_business import money, odd, some_day
from bihuan.demo.truth import Form


@dataclass
class Pen:
    """One problem of one unit."""

    old: Books  # 2024
    new: Books  # 2025
    chance: random.Random
    form: Form
    kind: str
    firms: Sequence[str]
    marks: list[Mark] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Nobody tries to hide it."""
        return self.form == "plain"

    @property
    def is_twin(self) -> bool:
        """It only looks like it."""
        return self.form == "twin"

    def mark(self, amount: int, things: Sequence[Thing]) -> None:
        """Remember what was planted."""
        self.marks.append(Mark(self.kind, self.form, amount, tuple(things)))

    def firm(self) -> str:
        """Some supplier."""
        return self.chance.choice(self.firms)

    def person(self) -> str:
        """Somebody of the unit."""
        return self.chance.choice(self.new.office.staff).name

    def month(self, first: int = 3, last: int = 10) -> int:
        """Some month."""
        return self.chance.randrange(first, min(last, self.new.months - 2) + 1)

    def day(self, month: int, books: Books | None = None) -> date:
        """A working day of the month."""
        return some_day(self.chance, workdays((books or self.new).year, month))

    def sum(self, median: float, code: str = "") -> int:
        """An amount in fen like those of real bills, near a median in yuan; no other bill has it."""
        return odd(self.new, code, max(int(median * 60), money(self.chance, median, 0.35)))


Plant = Callable[[Pen], None]
