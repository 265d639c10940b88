"""The words by which names are taken apart, from `name_words.yaml`."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml


@cache
def _words() -> dict[str, Any]:
    text = (resources.files("bihuan.model.values") / "name_words.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def longest_first(kind: str) -> list[str]:
    """The words of a kind (forms, industries, organs, compound_surnames), so that the longest is tried first."""
    return sorted(set(_words()[kind].split()), key=lambda one: (-len(one), one))


@cache
def surname_sounds() -> dict[str, str]:
    """Toneless pinyin of surnames that are read otherwise than their characters."""
    found: dict[str, str] = _words()["surname_sounds"]
    return found
