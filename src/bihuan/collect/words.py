"""The words of real exports that stand for the values of coded columns, read from `words.yaml`."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import yaml

from bihuan.model.table import tables
from bihuan.model.values.text import bare


@cache
def _all() -> dict[str, dict[str, str]]:
    file = resources.files("bihuan.collect") / "words.yaml"
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {
        column: {_plain(str(word)): value for value, words in coded.items() for word in words}
        for column, coded in raw.items()
    }


def meaning(table: str, column: str, written: str, values: tuple[str, ...] = ()) -> str | None:
    """The value that a written word stands for in a coded column; None where it is not known."""
    word = _plain(bare(written) or "")
    if word in values:
        return word
    plain = column.removeprefix("opening_").removeprefix("closing_")
    words = _all().get(f"{table}.{column}") or _of_model(table, column) or _all().get(plain) or {}
    return words.get(word)


@cache
def _of_model(table: str, column: str) -> dict[str, str]:
    """The words that the table's own file gives."""
    found = tables().get(table)
    if found is None or column not in found.names:
        return {}
    return {_plain(bare(word) or word): value for word, value in found.column(column).words}


def _plain(word: str) -> str:
    return re.sub(r"\s", "", word).casefold()
