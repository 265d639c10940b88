"""Resident identity numbers (GB 11643): 18 digits with a check digit, or the old 15."""

from __future__ import annotations

import re
from datetime import date

from stdnum.cn import ric

from bihuan.model.values import codes
from bihuan.model.values.style import BadValue

_EIGHTEEN = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_FIFTEEN = re.compile(r"[1-9]\d{14}", re.ASCII)


def normalise(text: str) -> str | None:
    """Without blanks, quotes and hyphens, X in upper case; what is not valid stays, an audit wants to see it.

    A number that lost its last digits to scientific notation is refused.
    """
    return codes.compact(text)


def parse(text: str) -> str:
    """The valid number with 18 digits, or BadValue. The place is not looked up: counties come and go."""
    found = normalise(text) or ""
    if _FIFTEEN.fullmatch(found):
        found = _upgraded(found)
    if not _EIGHTEEN.fullmatch(found):
        raise BadValue(text, "身份证号应为18位或15位", "an identity number has 18 or 15 digits")
    if _born(found) is None:
        raise BadValue(text, "身份证号中的出生日期不存在", "the day of birth in it does not exist")
    if found[-1] != ric.calc_check_digit(found):
        if found.endswith("000"):
            raise BadValue(
                text,
                "末三位为000，疑被电子表格截断；请将该列设为文本后重新导出",
                "it ends in 000, cut off by a spreadsheet; set the column to text and export again",
            )
        raise BadValue(text, "身份证号校验位不符", "its check digit is wrong")
    return found


def is_valid(text: str) -> bool:
    """True of a number with 18 or 15 digits that `parse` takes."""
    try:
        return bool(parse(text))
    except BadValue:
        return False


def born_on(number: str) -> date:
    """Day of birth in a valid number."""
    found = parse(number)
    return date(int(found[6:10]), int(found[10:12]), int(found[12:14]))


def is_male(number: str) -> bool:
    """True where the 17th digit of a valid number is odd."""
    return int(parse(number)[16]) % 2 == 1


def _upgraded(fifteen: str) -> str:
    # Numbers of 15 digits were given until 1999, to people born in the 20th century.
    seventeen = f"{fifteen[:6]}19{fifteen[6:]}"
    return seventeen + str(ric.calc_check_digit(seventeen + "0"))


def _born(number: str) -> date | None:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born.year >= 1850 else None
