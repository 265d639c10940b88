"""Headings as words: cleaned for comparison, and the vocabulary of every model table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from bihuan.model.table import Column, Table, tables

# Yuan in one unit, as it stands in （万元） or 单位：万元.
SCALES = {"元": 1, "人民币元": 1, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}

_UNIT = re.compile(
    r"[(\[【](?:单位[::]?)?(人民币元|元|千元|万元|百万元|亿元|元/月|元/人|rmb|cny|亩|公斤|斤|kg|人|人次|个|张|份|%|平方米|㎡|m2|天)[)\]】]$"
)
_DECORATION = "*#※★☆:、,。\"'`“”‘’"
_BLANKS = re.compile(r"[\s_\-·]+")
_REPEATED = re.compile(r"_\d+$")
_HEADINGS = 20_000  # keys remembered: the same headings are asked for every table of the model


def shown(heading: str) -> str:
    """A heading as it is shown: half-width, one line, no blanks between Chinese characters."""
    words = unicodedata.normalize("NFKC", heading).replace("\ufeff", "")
    words = re.sub(r"\s+", " ", words).strip()
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", words)


@lru_cache(maxsize=_HEADINGS)
def key(heading: str) -> str:
    """What is left of a heading when width, case, blanks, underscores and decoration do not count."""
    words = unicodedata.normalize("NFKC", heading).casefold().replace("\ufeff", "")
    words = words.replace("【", "(").replace("】", ")")
    return _BLANKS.sub("", words).strip(_DECORATION)


@lru_cache(maxsize=_HEADINGS)
def bare(heading: str) -> str:
    """The key without a unit in brackets at its end: 支付金额（元） → 支付金额."""
    return _UNIT.sub("", key(heading)).strip(_DECORATION)


def scale_named(heading: str) -> int | None:
    """Yuan in one unit of the money, if the heading itself says so: 金额（万元） → 10000."""
    found = _UNIT.search(key(heading))
    return SCALES.get(found.group(1)) if found else None


def once(heading: str) -> str:
    """The heading without the number that sets repeated ones apart: 方向_2 → 方向."""
    return _REPEATED.sub("", heading)


@dataclass(frozen=True)
class Words:
    """What `match_words.yaml` adds to the model: columns that convert works out, headings to leave aside."""

    columns: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # table → column → headings
    aside: Mapping[str, frozenset[str]] = field(default_factory=dict)  # table or "any" → keys of no column
    needs: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)  # one of each group must be found
    supplied: frozenset[str] = frozenset()  # required columns that the title, the command or convert supplies
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # table → words of titles and file names
    sides: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # debit, credit → column → keys
    both: tuple[str, ...] = ()  # keys of an amount that stands for both sides of a row
    part: frozenset[str] = frozenset()  # second-level headings: 借方, 贷方, 数量 …


@cache
def words() -> Words:
    """The data file of the matcher."""
    text = (resources.files("bihuan.collect") / "match_words.yaml").read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.safe_load(text)
    return Words(
        columns={t: {c: tuple(map(str, heads)) for c, heads in cs.items()} for t, cs in raw["columns"].items()},
        aside={t: frozenset(map(key, heads)) for t, heads in raw["aside"].items()},
        needs={t: tuple(tuple(group) for group in groups) for t, groups in raw["needs"].items()},
        supplied=frozenset(raw["supplied"]),
        hints={t: tuple(str(one).casefold() for one in said) for t, said in raw["hints"].items()},
        sides={
            side: {column: tuple(map(key, heads)) for column, heads in raw["side_by_side"][side].items()}
            for side in ("debit", "credit")
        },
        both=tuple(map(key, raw["side_by_side"]["both"])),
        part=frozenset(map(key, raw["part"])),
    )


@cache
def vocabulary(table: str) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Key of a heading → the columns it may stand for, each with its rank among their names (0 is the label)."""
    found: dict[str, dict[str, int]] = {}
    one = tables()[table]
    for column in one.columns:
        for rank, heading in enumerate(_names(column, words().columns.get(table, {}).get(column.name, ()))):
            found.setdefault(key(heading), {}).setdefault(column.name, rank)
    for name, headings in words().columns.get(table, {}).items():
        if name not in one.names:
            for rank, heading in enumerate((name, *headings)):
                found.setdefault(key(heading), {}).setdefault(name, rank)
    return {one_key: tuple(columns.items()) for one_key, columns in found.items()}


@cache
def known() -> Mapping[str, int]:
    """Every key that some table knows → how many tables know it."""
    counts: dict[str, int] = {}
    for name in tables():
        for one in vocabulary(name):
            counts[one] = counts.get(one, 0) + 1
    return counts


@cache
def numeric_keys() -> frozenset[str]:
    """Keys that stand for money, prices or quantities in some table, and for nothing else in any."""
    numeric: set[str] = set()
    other: set[str] = set()
    for name, one in tables().items():
        for word, columns in vocabulary(name).items():
            for column, _ in columns:
                (numeric if type_of(one, column) in {"money", "price", "quantity"} else other).add(word)
    return frozenset(numeric - other)


def type_of(table: Table, column: str) -> str:
    """The type of a column, also of those that only convert knows (opening_debit, dc)."""
    if column in table.names:
        return table.column(column).type
    return "text" if column.endswith("dc") else "money"


def _names(column: Column, more: tuple[str, ...]) -> tuple[str, ...]:
    return (column.zh, *column.aliases, *more, column.name, column.en)
