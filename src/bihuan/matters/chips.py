"""What can be clicked and chosen above the register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.examine.header import Words
from bihuan.matters.register import AMOUNT, DUE, NEWEST, Filters
from bihuan.matters.scope import units_for
from bihuan.matters.words import Class, Kind, Light, State, Term
from bihuan.people.models import User

MOST_UNITS = 500
SORTED = (
    (NEWEST, Words("最新登记", "Newest")),
    (DUE, Words("期限先后", "Due first")),
    (AMOUNT, Words("金额大小", "Largest amount")),
)
LIGHTS = (Light.DARK_RED, Light.RED, Light.YELLOW, Light.GREEN, Light.BLUE, Light.NONE)


@dataclass(frozen=True)
class Chip:
    """One value that a click puts in or takes out."""

    words: Words
    query: str
    is_on: bool
    css: str = ""


@dataclass(frozen=True)
class Chips:
    """Chips of one kind, under its name."""

    words: Words
    chips: tuple[Chip, ...]


def groups(filters: Filters) -> list[Chips]:
    """Kinds, states, lights, and what is mine or overdue."""
    flags = (("mine", Words("与我有关", "Mine")), ("overdue", Words("已超期", "Overdue")))
    return [
        Chips(Words("类型", "Kind"), _terms(filters, "kind", Kind)),
        Chips(Words("环节", "State"), _terms(filters, "state", State)),
        Chips(Words("灯", "Light"), _terms(filters, "light", LIGHTS)),
        Chips(
            Words("其他", "Other"),
            tuple(
                Chip(words, filters.toggled(name, True).query(), bool(getattr(filters, name))) for name, words in flags
            ),
        ),
    ]


def choices(user: User) -> dict[str, object]:
    """What the form of further filters offers: classes, the units over which he holds a role."""
    return {
        "classes": [(str(one), one.words) for one in Class],
        "units": list(units_for(user)[:MOST_UNITS]),
        "sorts": SORTED,
    }


def _terms(filters: Filters, name: str, terms: Iterable[Term]) -> tuple[Chip, ...]:
    held = getattr(filters, name)
    return tuple(
        Chip(one.words, filters.toggled(name, one).query(), one in held, f"light-{one}" if name == "light" else "")
        for one in terms
    )
