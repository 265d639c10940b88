"""A lead: one method's answer about one subject, read from a run."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bihuan.errors import NotFound
from bihuan.leads.mask import masked, personal_columns
from bihuan.store.canonical import read_json
from bihuan.store.engine import connect, text
from bihuan.store.workspace import Workspace

LEVELS = ("high", "medium", "low")
LANGUAGES = ("zh", "en")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Method:
    """What a run says of one of its methods."""

    id: str
    pack: str
    version: str
    key: str
    level: str
    role: str
    title: dict[str, str]
    reason: dict[str, str]
    ask: dict[str, str]
    why: dict[str, str]
    not_when: dict[str, str]
    basis: tuple[str, ...]
    reads: tuple[str, ...]
    fires_on_too_many: bool = False
    said_in_both: tuple[dict[str, str], ...] = ()  # words of its SQL in both languages: phrase, zh, en

    def in_language(self, words: str, language: str) -> str:
        """The words with those that the SQL says in both languages cut to one."""
        for one in self.said_in_both:
            words = words.replace(one["phrase"], one[language])
        return words


@dataclass(frozen=True)
class Hit:
    """One row of a method's result, of either role."""

    id: str
    method: Method
    unit: str
    subject: dict[str, Any]
    amount: Decimal | None
    currency: str | None
    on: date | None
    facts: dict[str, Any]
    evidence_count: int
    evidence_hash: str

    def reason(self, language: str, *, unmask: bool = False) -> str:
        """Why it is asked, in words; personal facts are masked unless `unmask`."""
        personal = frozenset() if unmask else personal_columns(tuple(sorted(self.method.reads)))

        def fill(match: re.Match[str]) -> str:
            value = self.facts.get(match[1])
            if match[1] in personal:
                return spoken(masked(value))
            return self.method.in_language(spoken(value), language)

        return PLACEHOLDER.sub(fill, self.method.reason[language]).strip()


@dataclass(frozen=True)
class Score:
    """How a lead is weighed, with every step said."""

    value: Decimal  # chance × amount, in the lead's currency
    chance: Decimal  # that it will be established, four places
    weight: Decimal  # the score beside the typical amount of its currency: what the order of leads goes by
    steps: tuple[dict[str, str], ...] = ()  # the explanation, line by line, zh and en


@dataclass(frozen=True)
class Lead:
    """A hit of a leading method with its score."""

    hit: Hit
    score: Score
    raised_by: tuple[str, ...] = field(default=())  # methods that hit the same rows
    verdict: str = ""  # what auditors found of it so far; empty before they answered


@dataclass(frozen=True)
class Run:
    """A run as it was stored."""

    id: str
    snapshot: str
    folder: Path
    manifest: dict[str, Any]
    methods: tuple[Method, ...]


def open_run(workspace: Workspace, name: str | None = None) -> Run:
    """The run of that id, or the newest."""
    if name is None:
        head = workspace.runs / "HEAD"
        if not head.exists():
            raise NotFound(f"{workspace.root}: nothing was examined yet. Do: bihuan -w {workspace.root} examine")
        name = head.read_text(encoding="ascii").strip()
    folder = workspace.runs / name
    if not (folder / "manifest.json").exists():
        raise NotFound(f"{folder}: no such run. The runs are: {', '.join(runs(workspace)) or 'none'}")
    manifest = read_json(folder / "manifest.json")
    found = tuple(_method(one) for one in manifest["methods"] if one["status"] in ("computed", "cached"))
    return Run(name, manifest["snapshot"], folder, manifest, found)


def runs(workspace: Workspace) -> list[str]:
    """Ids of all runs, oldest first."""
    return sorted(one.parent.name for one in workspace.runs.glob("*/manifest.json"))


def hits(workspace: Workspace, run: Run) -> list[Hit]:
    """Every hit of a run in a total order: method, then id."""
    found: list[Hit] = []
    with connect(workspace.settings) as engine:
        for method in sorted(run.methods, key=lambda one: one.id):
            path = workspace.runs / "results" / method.key / "hits.parquet"
            rows = engine.rows(
                "SELECT lead_id, unit, subject, amount, currency, on_date, facts, evidence_count, evidence_hash "
                f"FROM read_parquet({text(str(path))}) ORDER BY lead_id"
            )
            found += [_hit(method, row) for row in rows]
    return found


def spoken(value: object) -> str:
    """A fact as it stands in a sentence: money with separators, nothing for nothing."""
    if value is None:
        return "—"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")[:19]
    if isinstance(value, list):
        return "、".join(spoken(one) for one in value)
    return str(value)


def _hit(method: Method, row: tuple[Any, ...]) -> Hit:
    lead_id, unit, subject, amount, currency, on, facts, count, evidence_hash = row
    return Hit(
        id=lead_id,
        method=method,
        unit=unit,
        subject=json.loads(subject),
        amount=amount,
        currency=currency,
        on=on,
        facts=json.loads(facts, parse_float=Decimal),
        evidence_count=count,
        evidence_hash=evidence_hash,
    )


def _method(raw: dict[str, Any]) -> Method:
    words = {name: _both(raw.get(name)) for name in ("title", "reason", "ask", "why", "not_when")}
    return Method(
        id=raw["id"],
        pack=raw["pack"],
        version=raw["version"],
        key=raw["key"],
        level=raw["level"],
        role=raw["role"],
        basis=tuple(raw.get("basis") or ()),
        reads=tuple(raw["reads"]),
        fires_on_too_many=bool(raw.get("fires_on_too_many")),
        said_in_both=tuple(raw.get("said_in_both") or ()),
        **words,
    )


def _both(value: object) -> dict[str, str]:
    given = value if isinstance(value, dict) else {}
    return {language: str(given.get(language) or "") for language in LANGUAGES}
