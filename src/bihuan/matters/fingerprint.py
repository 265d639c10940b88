"""A hash as people compare it by eye."""

from __future__ import annotations


def short(hash_: str) -> str:
    """The first sixteen hex digits in groups of four."""
    return " ".join(hash_[at : at + 4] for at in range(0, 16, 4))
