"""Codes that are digits but not numbers: accounts of the chart, units, catalogue numbers."""

from __future__ import annotations

import re

from bihuan.model.values.style import BadValue
from bihuan.model.values.text import bare

_POINT_ZERO = re.compile(r"(\d+)\.0+")
_ROUNDED = re.compile(r"\d\.\d+[eE]\+?\d+|\d[eE]\+\d{2,3}")


def normalise(text: str) -> str | None:
    """The code without blanks; 1001.0, which a spreadsheet made of it, is 1001 again. Leading zeros are kept.

    3.30106E+17 is refused: its last digits are lost. 1001.01 stays: it may be a code with a point.
    """
    found = bare(text)
    if found is None:
        return None
    # What is left of "- -" is "--", which says that nothing is written.
    return bare(_whole(found.replace(" ", ""), text))


def compact(text: str) -> str | None:
    """Like `normalise`, also without hyphens and quotes and in upper case: numbers of persons, firms and accounts."""
    found = bare(text)
    if found is None:
        return None
    # What is left of "/-" is "/", which says that nothing is written.
    return bare(_whole(re.sub(r"[-'\"` ]", "", found).upper(), text))


def is_rounded(text: str) -> bool:
    """True of a number that a spreadsheet wrote with a power of ten."""
    return bool(_ROUNDED.fullmatch(text))


def _whole(found: str, text: str) -> str:
    if is_rounded(found):
        raise BadValue(
            text,
            "号码被存成科学计数法，末位已丢失；请将该列设为文本后重新导出",
            "stored in scientific notation, the last digits are lost; set the column to text and export again",
        )
    point_zero = _POINT_ZERO.fullmatch(found)
    return point_zero[1] if point_zero else found
