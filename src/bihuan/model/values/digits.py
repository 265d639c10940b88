"""Bare numbers: digits with group and decimal marks, in either style, exactly."""

from __future__ import annotations

import re
from decimal import Decimal

from bihuan.model.values.style import PLAIN, BadValue, Style
from bihuan.model.values.text import bare

BIGINT = 2**63
LONGEST = 40  # no amount is longer; it bounds the work on hostile input
_PLAIN = re.compile(r"[0-9]+")
_GROUPED = {",": re.compile(r"[0-9]{1,3}(,[0-9]{3})+"), ".": re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")}
_SPACED = re.compile(r"[0-9]{1,3}([ '’][0-9]{3})+([.,][0-9]*)?")
_COUNTER = re.compile(r"\s?(?:年度?|月份?|日|天|期|人|户|个|张|份|次|栋|套|岁|条|号)$")
_POWER = re.compile(r"([0-9]+(?:\.([0-9]+))?)[eE]([+-]?[0-9]{1,3})")


def number(body: str, text: str, decimal_comma: bool | None) -> Decimal:
    """The unsigned number in `body`; `text` is the cell as written, for the error."""
    raised = any(mark.isdigit() and not mark.isdecimal() for mark in text)  # ² and ① must not become 2 and 1
    if len(body) > LONGEST or raised:
        raise _not_a_number(text)
    if power := _POWER.fullmatch(body):
        return _exact(power, text)
    if _SPACED.fullmatch(body):
        body = re.sub("[ '’]", "", body)
    comma = points_of(body)
    if comma is None and ("," in body or "." in body):
        comma = decimal_comma
        if comma is None:
            raise _ambiguous(text)
    elif _one_mark(body) and decimal_comma is not None:
        comma = decimal_comma
    return _read(body, text, bool(comma))


def points_of(body: str) -> bool | None:
    """What a number shows of its decimal mark by itself: True a comma, False a point, None either or neither.

    Both marks: the last one. One mark several times: it groups. One mark once: it groups or not, unless it is not
    followed by exactly three digits, led by more than three, or by a zero.
    """
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return body.rindex(",") > body.rindex(".")
    if points + commas > 1:
        return points > 1
    if not points + commas:
        return None
    mark = "," if commas else "."
    whole, _, rest = body.partition(mark)
    groups = len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0"
    return None if groups else mark == ","


def parse_integer(text: str, style: Style = PLAIN) -> int | None:
    """A whole number, also 第3期, 12人 or 1998年 with its counter; 3.0 is 3, 3.5 is refused."""
    found = bare(text)
    if found is None:
        return None
    found = _COUNTER.sub("", found.removeprefix("第"))
    negative = found.startswith("-")
    value = number(found[1:] if negative else found.removeprefix("+"), text, style.decimal_comma)
    if value != value.to_integral_value() or abs(value) >= BIGINT:
        raise BadValue(text, "不是整数", "not a whole number")
    return -int(value) if negative else int(value)


def _one_mark(body: str) -> bool:
    return body.count(".") + body.count(",") == 1


def _read(body: str, text: str, comma: bool) -> Decimal:
    point, group = (",", ".") if comma else (".", ",")
    whole, mark, rest = body.partition(point)
    if group in whole and _GROUPED[group].fullmatch(whole):
        whole = whole.replace(group, "")
    if not _PLAIN.fullmatch(whole or "0") or not _PLAIN.fullmatch(rest or "0") or not (whole or rest):
        raise _not_a_number(text)
    return Decimal(f"{whole or 0}{'.' if mark else ''}{rest or 0 if mark else ''}")


def _exact(power: re.Match[str], text: str) -> Decimal:
    """A number written with a power of ten, unless its digits look cut off by a spreadsheet.

    Excel shows 1234567890123 as 1.23457E+12 or 1.23E+12: what follows the digits shown is lost, not zero.
    """
    shown, stated = len(power[2] or ""), int(power[3])
    if abs(stated) > LONGEST:
        raise _not_a_number(text)
    if stated > shown and (shown == 2 or shown >= 5):
        raise BadValue(
            text,
            "科学计数法已丢失末位数字，请将该列设为文本或数值格式后重新导出",
            "digits were lost to scientific notation; set the column to text or number and export again",
        )
    return Decimal(f"{power[1]}E{stated}")


def _ambiguous(text: str) -> BadValue:
    return BadValue(
        text,
        "逗号或句点可能是千分位也可能是小数点，请指明该列写法",
        "the mark may group thousands or begin decimals; say which the column uses",
    )


def _not_a_number(text: str) -> BadValue:
    return BadValue(text, "不是数字", "not a number")
