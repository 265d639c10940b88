"""The tables of the audit data model, read from `tables/*.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from bihuan.errors import NotFound

# The same safe loader, in C where PyYAML was built with it: every command reads all tables.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Type in the YAML → SQL type, the same on DuckDB and Spark.
SQL_TYPES = {
    "text": "VARCHAR",
    "money": "DECIMAL(18,2)",
    "price": "DECIMAL(18,6)",
    "quantity": "DECIMAL(18,6)",
    "integer": "BIGINT",
    "date": "DATE",
    "instant": "TIMESTAMPTZ",
    "flag": "BOOLEAN",
}


@dataclass(frozen=True)
class Column:
    """One column: its type is a key of `SQL_TYPES`; aliases are headings of real exports."""

    name: str
    type: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    personal: bool = False
    measure: str | None = None  # yuan, days, persons, kg, …: what one unit of a number is
    values: tuple[str, ...] = ()  # the only values allowed after collecting; none means any
    words: tuple[tuple[str, str], ...] = ()  # (word of a real export, value that it stands for)
    required: bool = False  # a row without it goes to the rejects
    form: str | None = None  # what the text is, a key of `values.FORMS`: identity, credit_code, phone, …
    note: str = ""

    @property
    def sql_type(self) -> str:
        """The SQL type of this column in a snapshot."""
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Table:
    """One table of the model."""

    name: str
    zh: str
    en: str
    row_zh: str
    row_en: str
    key: tuple[str, ...]  # natural key; a row that lacks part of it is known by its place only
    unit: str | None  # column of the unit that the row belongs to
    date: str | None  # column by which coverage counts months
    columns: tuple[Column, ...]
    standards: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name, or NotFound."""
        for one in self.columns:
            if one.name == name:
                return one
        raise NotFound(f"table {self.name}: no column {name!r}. It has: {', '.join(self.names)}.")

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order, without `row_id`."""
        return tuple(one.name for one in self.columns)

    @property
    def sums(self) -> tuple[str, ...]:
        """The money columns, whose sums are control totals."""
        return tuple(one.name for one in self.columns if one.type == "money")


@cache
def tables() -> dict[str, Table]:
    """All tables of the model by name, in alphabetical order."""
    folder = resources.files("bihuan.model") / "tables"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    found = [_table(yaml.load(f.read_text(encoding="utf-8"), Loader=_LOADER)) for f in files]  # noqa: S506
    return {one.name: one for one in found}


def table(name: str) -> Table:
    """The table of that name, or NotFound."""
    try:
        return tables()[name]
    except KeyError:
        raise NotFound(f"no table {name!r} in the model. It has: {', '.join(tables())}.") from None


def _table(raw: dict[str, Any]) -> Table:
    return Table(
        name=raw["table"],
        zh=raw["label"]["zh"],
        en=raw["label"]["en"],
        row_zh=raw["row"]["zh"],
        row_en=raw["row"]["en"],
        key=tuple(raw.get("key", ())),
        unit=raw.get("unit"),
        date=raw.get("date"),
        columns=tuple(_column(name, spec) for name, spec in raw["columns"].items()),
        standards=tuple(raw.get("standards", ())),
    )


def _column(name: str, raw: dict[str, Any]) -> Column:
    return Column(
        name=name,
        type=raw["type"],
        zh=raw["zh"],
        en=raw["en"],
        aliases=tuple(str(one) for one in raw.get("aliases", ())),
        personal=raw.get("personal", False),
        measure=raw.get("measure"),
        values=tuple(raw.get("values", ())),
        words=_words(raw.get("values", ())),
        required=raw.get("required", False),
        form=raw.get("form"),
        note=raw.get("note", ""),
    )


def _words(values: list[str] | dict[str, list[str]]) -> tuple[tuple[str, str], ...]:
    if isinstance(values, list | tuple):
        return ()
    return tuple((word, value) for value, words in values.items() for word in words)
