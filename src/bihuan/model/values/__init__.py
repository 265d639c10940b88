"""Money, dates, identity numbers, names, phones: parse, validate, normalise.

`READERS` is the one door by column type: it turns the text of a cell into what a snapshot holds, gives None where
nothing is written, and raises `BadValue` where something is written that cannot be read. `FORMS` is the door by the
`form` of a text column: it brings the writings of one thing together, keeps what is not valid (an audit wants to see
it), and refuses only numbers whose last digits a spreadsheet has lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from bihuan.model.values import (
    accounts,
    codes,
    credit_code,
    dates,
    digits,
    flags,
    identity,
    instants,
    money,
    names,
    phones,
    text,
)
from bihuan.model.values.style import PLAIN, BadValue, Style

__all__ = ["FORMS", "PLAIN", "READERS", "BadValue", "Reader", "Style", "style_of"]


class Reader(Protocol):
    """Reads one cell, in a style."""

    def __call__(self, text: str, style: Style = ..., /) -> object:
        """The value, None for nothing, or BadValue."""


READERS: dict[str, Reader] = {
    "text": text.parse,
    "money": money.parse,
    "price": money.parse_price,
    "quantity": money.parse_quantity,
    "integer": digits.parse_integer,
    "date": instants.parse_day,
    "instant": instants.parse,
    "flag": flags.parse,
}

FORMS: dict[str, Callable[[str], str | None]] = {
    "account": accounts.normalise,
    "code": codes.normalise,
    "credit_code": credit_code.normalise,
    "identity": identity.normalise,
    "name": names.normalise,
    "phone": phones.normalise,
}


def style_of(type_: str, values: Iterable[str], base: Style = PLAIN) -> Style:
    """The style that a column's values show, else `base`.

    Where the values contradict each other or show nothing, the field of `base` stands.
    """
    if type_ in ("money", "price", "quantity", "integer"):
        comma = money.style_of(values)
        return base if comma is None else replace(base, decimal_comma=comma)
    if type_ in ("date", "instant"):
        day_first = dates.style_of(values)
        return base if day_first is None else replace(base, day_first=day_first)
    return base
