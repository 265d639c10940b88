"""The editions of GB/T 24589, as `standards/gbt24589_*.yaml` list them: which a file follows, what its names mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

# A tag or attribute that is an element's id, with letters before it since XML names do not begin with digits.
_BY_ID = re.compile(r"[A-Za-z_.-]*?(\d{6})(?:[_.-]?(\d{1,2}))?")
_PAIR = re.compile(r"<(?:[\w.-]+:)?([^\s<>/:!?]+)\s[^<>]*?\blocID\s*=\s*[\"'](\d{6})[\"']", re.IGNORECASE)
_BLANKS = re.compile(r"[\s　]+")

# Elements that stand for any field and name it by its id in an attribute.
FIELDS = frozenset({"Field", "field", "Element", "element", "字段", "元素", "数据元素"})


@dataclass(frozen=True)
class Standard:
    """One part of one edition. Texts of a record are keyed by element id, of a dimension by `id#number`."""

    name: str
    roots: tuple[str, ...]
    elements: dict[str, str]  # id → name
    tables: dict[str, str]  # name → number
    model: dict[str, dict[str, Any]]
    dimension_id: str
    dimension: re.Pattern[str]
    _keys: dict[str, str | None] = field(default_factory=dict, compare=False)

    def key(self, path: str) -> str | None:
        """The id that a path or attribute of a record stands for, or None."""
        if path not in self._keys:
            self._keys[path] = self._found(path.removeprefix("@"))
        return self._keys[path]

    def columns(self, use: str) -> dict[str, str]:
        """Column → id of what fills one table of the model or one list of names."""
        found: dict[str, str] = self.model[use]["columns"]
        return found

    def use(self, table: str) -> str | None:
        """What the table of that number fills, or None."""
        return next((use for use, spec in self.model.items() if spec["table"] == table), None)

    def _found(self, name: str) -> str | None:
        for number, known in self.elements.items():
            if known == name:
                return number
        if dimension := self.dimension.fullmatch(name):
            return f"{self.dimension_id}#{int(dimension[1])}"
        by_id = _BY_ID.fullmatch(name)
        if by_id is None or by_id[1] not in self.elements:
            return None
        return f"{by_id[1]}#{int(by_id[2])}" if by_id[2] else by_id[1]


@cache
def standards() -> tuple[Standard, ...]:
    """Every part and edition that is known, in the order of their names."""
    folder = resources.files("bihuan.collect") / "standards"
    files = sorted((one for one in folder.iterdir() if one.name.startswith("gbt24589_")), key=lambda one: one.name)
    return tuple(_standard(yaml.safe_load(one.read_text(encoding="utf-8"))) for one in files)


def _standard(raw: dict[str, Any]) -> Standard:
    pattern = re.escape(raw["dimension_value"]["name"]).replace(r"\{n\}", r"(\d{1,2})")
    return Standard(
        name=raw["standard"],
        roots=tuple(raw["roots"]),
        elements=raw["elements"],
        tables={spec["name"]: number for number, spec in raw["tables"].items()},
        model=raw["model"],
        dimension_id=raw["dimension_value"]["id"],
        dimension=re.compile(pattern),
    )


def is_id(text: str) -> bool:
    """Whether an attribute's value is the id of an element (010101, _020301_2), not a text of the books."""
    return _BY_ID.fullmatch(text) is not None


def table_tags(standard: Standard) -> dict[str, str]:
    """Every tag by which a table of the standard may be called → its number: 记账凭证, T0206, table-2-06 …"""
    tags = dict(standard.tables)
    for number in standard.tables.values():
        part, _, order = number.partition("-")
        tags |= {f"{lead}{int(part):02d}{order}": number for lead in ("_", "T", "R", "E", "table", "Table", "TABLE")}
        tags[f"table-{number}"] = number
    return tags


def stated_edition(text: str) -> str | None:
    """The edition that the opening of a file states under 标准版本号 (or the id of that element), as written."""
    for standard in standards():
        number = standard.columns("book")["standard"]
        name = standard.elements[number]
        found = re.search(rf"(?:{name}|{number})(?:\s[^<>]*)?>\s*([^<]+?)\s*<", text)
        found = found or re.search(rf"(?:{name}|[_A-Za-z]{number})\s*=\s*[\"']([^\"']+)[\"']", text)
        if found:
            return found[1]
    return None


def by_name(edition: str) -> Standard | None:
    """The edition of that name, however its blanks and dashes are written."""
    return next((one for one in standards() if _plain(one.name) == _plain(edition)), None)


def by_ids(text: str) -> Standard | None:
    """The edition with which every id in the opening of a file agrees; None if an id contradicts all."""
    pairs = {(name, number) for name, number in _PAIR.findall(text)}
    for standard in standards():
        known = [(name, number) for name, number in pairs if name not in standard.tables and name not in standard.roots]
        if all(standard.key(name) == number or _is_dimension(standard, name, number) for name, number in known):
            return standard
    return None


def _is_dimension(standard: Standard, name: str, number: str) -> bool:
    return number == standard.dimension_id and standard.dimension.fullmatch(name) is not None


def _plain(edition: str) -> str:
    return _BLANKS.sub("", edition).replace("—", "-").replace("－", "-").replace("–", "-").replace("／", "/").upper()
