"""The journal's entries of a matter as a reader is told them: what, who, in which role, when, by which hash."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.examine.header import Words
from bihuan.matters.audience import Reader
from bihuan.matters.lifecycle import ACTS, CONFIRM, DECLINE, TAKE_UP
from bihuan.matters.models import Entry
from bihuan.matters.words import Role, State
from bihuan.people.models import User

OWN = {
    TAKE_UP: Words("登记", "Registered"),
    "closing_slip": Words("生成销号单", "Closing slip made"),
    "desk": Words("管理员变更人员、单位或表", "The administrator changed people, units or tables"),
}


@dataclass(frozen=True)
class Line:
    """One entry; `who` is blank where the reader is not told."""

    entry: Entry
    words: Words
    role: Words
    who: str
    state: Words | None  # the state that it led to, where it moved


def timeline(reader: Reader) -> list[Line]:
    """The entries, newest first."""
    entries = list(reader.entries())
    people = User.objects.in_bulk({one.actor for one in entries if one.actor})
    return [_line(reader, one, people) for one in reversed(entries)]


def act_words(name: str) -> Words:
    """What an act of the journal is called."""
    if name in OWN:
        return OWN[name]
    if name in ACTS:
        return ACTS[name].words
    answer, _, rest = name.partition("_")
    if answer in (CONFIRM, DECLINE) and rest in ACTS:
        held = ACTS[rest].words
        return (
            Words(f"确认：{held.zh}", f"Confirmed: {held.en}")
            if answer == CONFIRM
            else Words(f"不同意：{held.zh}", f"Declined: {held.en}")
        )
    return Words(name, name)


def role_words(role: str) -> Words:
    """What a role is called."""
    return Role(role).words if role in set(Role) else Words(role, role)


def _line(reader: Reader, entry: Entry, people: dict[int, User]) -> Line:
    moved = entry.source != entry.target and entry.target in set(State)
    who = str(people.get(entry.actor or 0, "")) if reader.names(entry.role) else ""
    return Line(entry, act_words(entry.act), role_words(entry.role), who, State(entry.target).words if moved else None)
