"""Bank accounts and cards."""

from __future__ import annotations

import re

from stdnum import luhn

from bihuan.model.values import codes
from bihuan.model.values.style import BadValue

_ACCOUNT = re.compile(r"[0-9A-Z]{5,34}")
_CARD = re.compile(r"[3-9]\d{15,18}", re.ASCII)


def normalise(text: str) -> str | None:
    """Without blanks, quotes and hyphens; leading zeros stay. Numbers cut off by a spreadsheet are refused."""
    return codes.compact(text)


def parse(text: str) -> str:
    """An account number of 5 to 34 letters and digits, or BadValue. Accounts have no common check digit."""
    found = normalise(text) or ""
    if not _ACCOUNT.fullmatch(found) or not any(mark.isdigit() for mark in found):
        raise BadValue(text, "不是银行账号", "not a bank account")
    return found


def is_valid(text: str) -> bool:
    """True of an account number that `parse` takes."""
    try:
        return bool(parse(text))
    except BadValue:
        return False


def is_card(text: str) -> bool:
    """True of a card number: 16 to 19 digits with a right Luhn digit. Accounts of firms seldom pass."""
    try:
        found = parse(text)
    except BadValue:
        return False
    return bool(_CARD.fullmatch(found)) and luhn.is_valid(found)
