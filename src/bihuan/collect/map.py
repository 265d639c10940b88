"""A map says in YAML how the columns of a sheet become the columns of a model table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from bihuan.collect.match_headings import key, words
from bihuan.collect.sheet import Sheet
from bihuan.errors import BadSource
from bihuan.model.table import Table, tables


@dataclass(frozen=True)
class Lookup:
    """A second file that translates a code: `value` of the row whose `key` is the code."""

    file: str
    key: str
    value: str


@dataclass(frozen=True)
class Spec:
    """Where one model column comes from, and how it is written there."""

    sources: tuple[str, ...] = ()  # headings; several are joined
    separator: str = ""
    prefix: str = ""  # put before what is filled: the year of a sheet that has columns of month and day only
    const: str | None = None
    extract: str = ""  # regular expression; its first group, else all of it, is taken
    words: tuple[tuple[str, str], ...] = ()  # word in the sheet → word in the model
    lookup: Lookup | None = None
    style: Mapping[str, object] = field(default_factory=dict)  # keyword arguments of values.Style


@dataclass(frozen=True)
class Condition:
    """Rows that are left out: `column` (a heading) is empty, or equals one of the words."""

    column: str
    equals: tuple[str, ...] = ()  # none means: empty


@dataclass(frozen=True)
class Map:
    """A checked map; `raw` is the same as plain data, as it goes into the draft and the YAML."""

    table: Table
    columns: Mapping[str, Spec]
    raw: Mapping[str, Any]
    split: tuple[Mapping[str, Spec], Mapping[str, Spec]] | None = None  # debit, credit: two lines of one row
    skip: tuple[Condition, ...] = ()
    fill_down: tuple[str, ...] = ()
    heading: tuple[int, ...] = ()
    until: int | None = None
    path: Path | None = None  # where the YAML lies; lookups are looked for beside it too

    @property
    def label(self) -> str:
        """How messages name it."""
        return self.path.name if self.path else f"map of {self.table.name}"


def load(path: Path) -> Map:
    """The map in a YAML file; BadSource says what is wrong and where in it."""
    return parse(_plain(path), path=path)


def parse(raw: object, *, path: Path | None = None) -> Map:
    """A map from plain data, checked against `map.schema.json` and the model."""
    label = str(path) if path else "map"
    if not isinstance(raw, dict):
        raise BadSource(f"{label}: a map is a list of names and values, beginning with `table:`. See docs/maps.md.")
    for error in sorted(_schema().iter_errors(raw), key=lambda one: list(map(str, one.absolute_path))):
        place = ".".join(map(str, error.absolute_path)) or "top"
        said = "`columns:` is missing" if error.validator == "anyOf" and place == "top" else error.message
        raise BadSource(f"{label}, {place}: {said}. See docs/maps.md for what may stand there.")
    table = _table(raw["table"], label)
    return Map(
        table=table,
        columns=_specs(raw.get("columns", {}), table, label),
        raw=raw,
        split=_split(raw.get("split"), raw.get("columns", {}), table, label),
        skip=tuple(Condition(one["column"], tuple(one.get("equals", ()))) for one in raw.get("skip", ())),
        fill_down=tuple(raw.get("fill_down", ())),
        heading=tuple(raw.get("heading", ())),
        until=raw.get("until"),
        path=path,
    )


def signature(headings: Sequence[str]) -> list[str]:
    """What later files are recognised by: their headings, cleaned, in any order; unnamed columns do not count."""
    return sorted({key(one) for one in headings if not re.fullmatch(r"列\d+", one)})


def saved_for(sheet: Sheet, folder: Path) -> Map | None:
    """The office's own map for a sheet with these headings, if it was corrected before; the newest wins."""
    if not folder.is_dir():
        return None
    wanted = signature(sheet.headings)
    files = sorted(folder.glob("*.yaml"), key=lambda one: (-one.stat().st_mtime_ns, one.name))
    for path in files:
        raw = _plain(path)
        # A proposal that nobody has confirmed counts for nothing.
        if isinstance(raw, dict) and raw.get("signature") == wanted and raw.get("confirmed", True):
            return parse(raw, path=path)
    return None


def check_headings(found: Map, sheet: Sheet) -> None:
    """BadSource if the map names a heading that the sheet does not have."""
    known = {key(one) for one in sheet.headings}
    for heading in named_headings(found):
        if key(heading) not in known:
            raise BadSource(
                f"{sheet.label}: {found.label} takes {heading!r}, but there is no such heading. "
                f"The sheet has: {', '.join(sheet.headings)}. Correct the map."
            )


def named_headings(found: Map) -> list[str]:
    """Every heading of the sheet that the map mentions, in order."""
    parts = [found.columns, *(found.split or ())]
    names = [one for part in parts for spec in part.values() for one in spec.sources]
    return list(dict.fromkeys([*names, *(one.column for one in found.skip), *found.fill_down]))


def _plain(path: Path) -> object:
    try:
        found: object = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadSource(f"{path}: there is no such map. Give the path of a YAML file with --map.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadSource(f"{path}: this is not YAML in UTF-8: {error}. Correct the line.") from None
    return found


def _table(name: str, label: str) -> Table:
    if name not in tables():
        raise BadSource(f"{label}: no table {name!r} in the model. It has: {', '.join(tables())}.")
    return tables()[name]


def _split(
    raw: Mapping[str, Any] | None, common: Mapping[str, Any], table: Table, label: str
) -> tuple[dict[str, Spec], dict[str, Spec]] | None:
    if raw is None:
        return None
    if "line_no" in common:
        raise BadSource(
            f"{label}: split makes two lines of one row, which cannot both have its line_no. Leave line_no out."
        )
    return _specs(raw["debit"], table, label), _specs(raw["credit"], table, label)


def _specs(raw: Mapping[str, Any], table: Table, label: str) -> dict[str, Spec]:
    allowed = {*table.names, *words().columns.get(table.name, ())}
    for name in raw:
        if name not in allowed:
            raise BadSource(
                f"{label}: table {table.name} has no column {name!r}. It has: {', '.join(sorted(allowed))}."
            )
    return {name: _spec(one, f"{label}, {name}") for name, one in raw.items()}


def _spec(raw: Mapping[str, Any], label: str) -> Spec:
    style: dict[str, object] = dict(raw.get("style", {}))
    if raw.get("scale", 1) != 1:
        style["scale"] = raw["scale"]
    if "extract" in raw:
        try:
            re.compile(raw["extract"])
        except re.error as error:
            raise BadSource(f"{label}: extract {raw['extract']!r} is no regular expression: {error}.") from None
    return Spec(
        sources=(raw["from"],) if "from" in raw else tuple(raw.get("join", ())),
        separator=raw.get("separator", ""),
        prefix=raw.get("prefix", ""),
        const=str(raw["const"]) if "const" in raw else None,
        extract=raw.get("extract", ""),
        words=tuple((str(one), str(other)) for one, other in raw.get("map", {}).items()),
        lookup=Lookup(**raw["lookup"]) if "lookup" in raw else None,
        style=style,
    )


@cache
def _schema() -> Draft202012Validator:
    text = (resources.files("bihuan.collect") / "map.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))
