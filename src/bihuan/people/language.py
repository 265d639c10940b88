"""The reader's language: Chinese unless he chose English; every page says things through here."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import get_language

CHINESE, ENGLISH = "zh-hans", "en"
LANGUAGES = ((CHINESE, "中文"), (ENGLISH, "English"))


class Bilingual(Protocol):
    """Whatever has both words: `Words`, `Term`."""

    @property
    def zh(self) -> str:
        """In Chinese."""
        ...

    @property
    def en(self) -> str:
        """In English."""
        ...


def is_english() -> bool:
    """Whether the reader of this request reads English."""
    return (get_language() or CHINESE).startswith(ENGLISH)


def say(zh: str, en: str) -> str:
    """The words in the reader's language."""
    return en if is_english() else zh


def words(of: Bilingual) -> str:
    """A term or words in the reader's language."""
    return say(of.zh, of.en)


def django_language(short: str) -> str:
    """Django's name for `zh` or `en`, as people and settings keep it."""
    return ENGLISH if short.startswith(ENGLISH) else CHINESE
