"""The legal and professional basis that methods may cite, chosen by the date of the event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from bihuan.errors import NotFound
from bihuan.examine.header import Words

LAST_CHECKED = date(2026, 11, 1)  # when the sources marked `checked` were found


@dataclass(frozen=True)
class Basis:
    """One citable provision; `checked` says whether its text was found in a source, not that it is still in force."""

    key: str
    instrument: Words
    article: str
    short: Words
    in_force_from: date | None
    in_force_to: date | None
    checked: bool

    def holds_on(self, day: date) -> bool:
        """Whether the text as cited was in force on the day of the event, as far as is known."""
        started = self.in_force_from is None or self.in_force_from <= day
        return started and (self.in_force_to is None or day < self.in_force_to)


@cache
def all_bases() -> dict[str, Basis]:
    """Everything that may be cited, by key."""
    text = (resources.files("bihuan.examine") / "basis.yaml").read_text(encoding="utf-8")
    return {key: _basis(key, raw) for key, raw in yaml.safe_load(text).items()}


def basis(key: str) -> Basis:
    """The basis of that key; `ocp:R018` is the code R018 of `ocp`."""
    name, _, code = key.partition(":")
    found = all_bases().get(name)
    if found is None:
        raise NotFound(f"no basis {name!r}. Known are: {', '.join(all_bases())}.")
    return found if not code else Basis(**{**vars(found), "key": key, "article": code})


def citations(keys: Iterable[str], on: date | None = None) -> dict[str, str]:
    """Each key as it is cited in Chinese; says so where its text was not yet, or no longer, in force on that day."""
    return {key: _cited(basis(key), on) for key in keys}


def _cited(one: Basis, on: date | None) -> str:
    words = f"《{one.instrument.zh}》{one.article}"
    if on is None or one.holds_on(on):
        return words
    return f"{words}（该文本自{one.in_force_from or '—'}起施行，事项发生时适用的条文须核对）"


def _basis(key: str, raw: dict[str, Any]) -> Basis:
    return Basis(
        key=key,
        instrument=Words(**raw["instrument"]),
        article=raw["article"],
        short=Words(**raw["short"]),
        in_force_from=raw.get("in_force_from"),
        in_force_to=raw.get("in_force_to"),
        checked=raw["checked"],
    )
