"""Chinese characters as they are compared: simplified, by sound, by look."""

from __future__ import annotations

import os
from functools import cache
from importlib import resources
from typing import Any

_FOLDED = "lookalikes.txt"


class _Mapped(dict[int, str]):
    """A table for `str.translate` that asks once for each character it meets."""

    def __init__(self, ask: Any) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, code: int) -> str:
        found: str = self._ask(chr(code))
        self[code] = found
        return found


def simplified(text: str) -> str:
    """Traditional characters as simplified ones, character by character, so that both writings of a name meet."""
    return text.translate(_to_simplified())


def sound(text: str) -> str:
    """Toneless pinyin, one syllable a character, joined by blanks; other characters stay.

    >>> sound("王芳")
    'wang fang'
    """
    return " ".join(text.translate(_to_sound()).split())


def look(text: str) -> str:
    """Each character replaced by the first of its group of look-alikes: 未 and 末 give the same.

    >>> look("末") == look("未")
    True
    """
    return text.translate(_to_look())


@cache
def _to_simplified() -> _Mapped:
    import opencc

    return _Mapped(opencc.OpenCC("t2s").convert)


@cache
def _to_sound() -> _Mapped:
    # Asked for single characters only, so its dictionary of phrases, most of what it loads, is never looked at.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin import lazy_pinyin

    def ask(character: str) -> str:
        syllable = "".join(lazy_pinyin(character, v_to_u=False))
        return f" {syllable} " if syllable != character else character

    return _Mapped(ask)


@cache
def _to_look() -> dict[int, str]:
    text = (resources.files("bihuan.model.values") / _FOLDED).read_text(encoding="utf-8")
    groups = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {ord(mark): group[0] for group in groups for mark in group[1:]}
