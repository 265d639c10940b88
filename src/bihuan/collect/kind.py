"""A kind: one SQL file that knows one export of one bookkeeping system, and what its sheets look like.

The header is YAML in the leading comment (`kind.schema.json`), the body one SELECT over the aliases of `sheets`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from bihuan.collect.sheet import Sheet
from bihuan.errors import BadSource
from bihuan.model.table import tables

# Columns that `convert` understands beside those of the model: one amount with a side, split balances.
PSEUDO = {
    "journal_line": ("dc", "amount"),
    "account_balance": (
        "opening_dc",
        "closing_dc",
        "opening_debit",
        "opening_credit",
        "closing_debit",
        "closing_credit",
    ),
}
_FILE = re.compile(r"\A\s*/\*(?P<header>.*?)\*/(?P<body>.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Need:
    """One sheet that a kind reads: the headings by which it is known, and those that may lack."""

    alias: str
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # patterns of the usual names of sheet, file or table
    prefix: str = ""
    key: tuple[str, ...] = ()  # of a companion: no two rows may share it
    named: bool = False
    optional: bool = False
    unless: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """All headings that the SELECT may use, present or not."""
        return self.needs + self.may

    def headings(self, sheet: Sheet) -> dict[str, str]:
        """The kind's own word, in small letters, → the heading as it stands in the sheet."""
        found: dict[str, str] = {}
        for one in sheet.headings:
            word = one.strip().casefold()
            found.setdefault(word.removeprefix(self.prefix.casefold()), one)
        return found

    def is_named(self, sheet: Sheet) -> bool:
        """Whether sheet, table or file is called as this export usually is."""
        called = [one.strip().casefold() for one in (sheet.name, _stem(sheet)) if one]
        patterns = [rf"(?<![a-z0-9])(?:{one.casefold()})(?![a-z]|_[a-z])" for one in self.names]
        return any(re.search(pattern, one) for pattern in patterns for one in called)

    def fits(self, sheet: Sheet) -> bool:
        """Whether the sheet has all headings that this export is known by."""
        found = self.headings(sheet)
        return all(one.casefold() in found for one in self.needs) and (not self.named or self.is_named(sheet))

    def closeness(self, sheet: Sheet) -> tuple[bool, int, int]:
        """How surely a sheet that fits is this export; compare with those of other kinds."""
        found = self.headings(sheet)
        return self.is_named(sheet), len(self.needs), sum(one.casefold() in found for one in self.may)


@dataclass(frozen=True)
class Skip:
    """Rows that are left out on purpose, and counted."""

    when: str
    reason: str


@dataclass(frozen=True)
class Kind:
    """One known export and the SELECT that makes rows of a model table of it."""

    id: str
    zh: str
    en: str
    system: str
    table: str
    main: Need
    companions: tuple[Need, ...]
    skip: tuple[Skip, ...]
    body: str
    notes_zh: str = ""
    notes_en: str = ""

    @property
    def sheets(self) -> tuple[Need, ...]:
        """The main sheet, then its companions."""
        return (self.main, *self.companions)


def kinds(own: Path) -> tuple[Kind, ...]:
    """The kinds that are built in and those of the office in the folder `own` (its `maps/`), by id."""
    found = {one.id: one for one in _built_in()}
    for path in sorted(own.glob("*.sql")) if own.is_dir() else ():
        kind = parse(path.read_text(encoding="utf-8-sig"), path.stem, str(path))
        if kind.id in found:
            raise BadSource(f"{path}: a kind {kind.id!r} is there already. Give the file and its id another name.")
        found[kind.id] = kind
    return tuple(found[one] for one in sorted(found))


def parse(content: str, name: str, where: str) -> Kind:
    """The kind written in one file; `name` is what its id must be, `where` how messages call it."""
    cut = _FILE.match(content)
    if cut is None:
        raise BadSource(f"{where}: no header. Begin with /* and YAML, end it with */, then write one SELECT.")
    try:
        raw = yaml.safe_load(cut["header"])
    except yaml.YAMLError as error:
        raise BadSource(f"{where}: the header is no YAML: {error}. Correct it.") from None
    fault = jsonschema.exceptions.best_match(_validator().iter_errors(raw))
    if fault is not None:
        place = "/".join(map(str, fault.absolute_path)) or "header"
        raise BadSource(f"{where}: {place}: {fault.message}. See docs/adding-a-format.md.")
    kind = _kind(raw, cut["body"])
    _check(kind, raw, name, where)
    return kind


def _kind(raw: dict[str, Any], body: str) -> Kind:
    needs = {alias: _need(alias, spec) for alias, spec in raw["sheets"].items()}
    return Kind(
        id=raw["id"],
        zh=raw["title"]["zh"],
        en=raw["title"]["en"],
        system=raw["system"],
        table=raw["table"],
        main=needs.get(raw["main"], Need("", ())),
        companions=tuple(one for alias, one in needs.items() if alias != raw["main"]),
        skip=tuple(Skip(one["when"], f"{one['reason']['zh']} / {one['reason']['en']}") for one in raw.get("skip", ())),
        body=body.strip().rstrip(";").rstrip(),
        notes_zh=raw.get("notes", {}).get("zh", ""),
        notes_en=raw.get("notes", {}).get("en", ""),
    )


def _need(alias: str, raw: dict[str, Any]) -> Need:
    cells: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in raw.items()}
    return Need(alias, **cells)


def _check(kind: Kind, raw: dict[str, Any], name: str, where: str) -> None:
    """What the schema cannot say."""
    if kind.id != name:
        raise BadSource(f"{where}: the id is {kind.id!r}, but the file is called {name}. Make them the same.")
    if not kind.main.alias:
        raise BadSource(f"{where}: main is {raw['main']!r}, but sheets has only {', '.join(raw['sheets'])}.")
    if kind.table not in tables():
        raise BadSource(f"{where}: table {kind.table!r} is not in the model. It has: {', '.join(tables())}.")
    for one in kind.companions:
        if not one.key:
            raise BadSource(f"{where}: sheet {one.alias!r} has no `key`, so a join could double rows. Name its key.")


def _stem(sheet: Sheet) -> str:
    """The file's name without what stands after its first dot."""
    return (sheet.file.inner or sheet.file.name).replace("\\", "/").rsplit("/", 1)[-1].split(".", 1)[0]


@cache
def _built_in() -> tuple[Kind, ...]:
    folder: Traversable = resources.files("bihuan.collect") / "kinds"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".sql")), key=lambda one: one.name)
    return tuple(parse(one.read_text(encoding="utf-8"), one.name.removesuffix(".sql"), one.name) for one in files)


@cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((resources.files("bihuan.collect") / "kind.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)
