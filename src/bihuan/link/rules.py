"""The rules of linking: one YAML file per kind of entity, and its model beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from bihuan.store.canonical import digest

KINDS = ("person", "organization")
FIELDS = ("name", "number", "other_number", "registration", "born", "phone", "account", "address", "head", "email")
# What several parties may share, and the column of its key.
SHARED = {"phone": "phone_key", "account": "account_key", "address": "address_key", "email": "email_key"}


@dataclass(frozen=True)
class Mention:
    """Where in the model a party stands: `columns` gives for each of FIELDS the column that holds it."""

    table: str
    role: str
    columns: dict[str, str]
    context: str | None = None
    kind_by_name: bool = False
    where: str | None = None
    one_per: str | None = None  # one row for each value is enough: the unit of a million pay slips


@dataclass(frozen=True)
class Block:
    """Pairs are looked for among rows with an equal key; more than `most` with one key are not looked at."""

    name: str
    key: str
    most: int
    zh: str
    en: str

    @property
    def operands(self) -> list[str]:
        """What the key is put together of."""
        return [one.strip() for one in self.key.split("||") if one.strip() != "'|'"]

    def holds(self, column: str) -> bool:
        """Whether rows with an equal key have an equal `column`, because the key holds it whole."""
        return column in {re.sub(r"nullif\((\w+), ''\)", r"\1", one) for one in self.operands}


@dataclass(frozen=True)
class Level:
    """One answer that a comparison may give."""

    when: str
    zh: str
    en: str
    frequency: str | None = None


@dataclass(frozen=True)
class Comparison:
    """What is compared, and its answers from the best to the worst; `missing` says when there is none."""

    name: str
    levels: tuple[Level, ...]
    missing: str | None = None


@dataclass(frozen=True)
class Rules:
    """All rules of one kind of entity."""

    kind: str
    version: int
    zh: str
    en: str
    mentions: tuple[Mention, ...]
    hubs: dict[str, int]
    blocks: tuple[Block, ...]
    comparisons: tuple[Comparison, ...]
    accept: float
    review: float
    margin: float
    partners: float

    @property
    def hash(self) -> str:
        """What the comparisons mean; the model must have been made for them."""
        return digest(
            [[one.name, one.missing, [[at.when, at.frequency] for at in one.levels]] for one in self.comparisons]
        )[:16]


@cache
def rules(kind: str) -> Rules:
    """The rules of a kind: person or organization."""
    raw = yaml.safe_load((resources.files("bihuan.link") / "rules" / f"{kind}.yaml").read_text(encoding="utf-8"))
    limits = raw["thresholds"]
    return Rules(
        kind=raw["kind"],
        version=raw["version"],
        zh=raw["label"]["zh"],
        en=raw["label"]["en"],
        mentions=tuple(_mention(one) for one in raw["mentions"]),
        hubs=raw["hubs"],
        blocks=tuple(Block(**one) for one in raw["blocks"]),
        comparisons=tuple(comparison(one) for one in raw["comparisons"]),
        **{name: limits[name] for name in ("accept", "review", "margin", "partners")},
    )


def comparison(raw: dict[str, Any]) -> Comparison:
    """A comparison as a rules file writes it."""
    return Comparison(raw["name"], tuple(Level(**one) for one in raw["levels"]), raw.get("missing"))


def _mention(raw: dict[str, Any]) -> Mention:
    columns = {name: raw[name] for name in FIELDS if name in raw}
    by_name = raw.get("kind_by") == "name"
    return Mention(
        raw["table"], raw["role"], columns, raw.get("context"), by_name, raw.get("where"), raw.get("one_per")
    )
