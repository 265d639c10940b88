"""Codes of organisations: unified social credit code (GB 32100), organisation code (GB 11714), registration number."""

from __future__ import annotations

import re

from stdnum.cn import uscc

from bihuan.model.values import codes
from bihuan.model.values.style import BadValue

# Letters I, O, S, V, Z are not used. The standard allows letters in the first two places (N2 village collectives),
# which python-stdnum refuses, so only its check digit is used here.
_CODE = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}", re.ASCII)
_REGISTER = re.compile(r"[A-Z]{4,12}(?=.{18}$)")
_ORGANISATION = re.compile(r"[0-9A-Z]{8}[0-9X]")
_REGISTRATION = re.compile(r"\d{15}", re.ASCII)
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def normalise(text: str) -> str | None:
    """Without blanks and hyphens, in upper case; what is not valid stays. Rounded numbers are refused."""
    return codes.compact(text)


def parse(text: str) -> str:
    """The valid credit code of 18 characters, or BadValue."""
    found = normalise(text) or ""
    if not _CODE.fullmatch(found):
        raise BadValue(text, "不是18位统一社会信用代码", "not a credit code of 18 characters")
    if found[-1] != uscc.calc_check_digit(found[:17]):
        raise BadValue(text, "统一社会信用代码校验位不符", "its check character is wrong")
    return found


def is_valid(text: str) -> bool:
    """True of a credit code that `parse` takes."""
    try:
        return bool(parse(text))
    except BadValue:
        return False


def organisation_code(text: str) -> str | None:
    """The organisation code of nine characters that a valid credit code holds, or that is written; else None.

    Open contracting writes the register before the code (`CN-USCC-…`, see org-id.guide).
    """
    found = normalise(text) or ""
    register = _REGISTER.match(found)
    if register and is_valid(found[register.end() :]):
        found = found[register.end() :]
    if is_valid(found):
        return found[8:17]
    return found if is_organisation_code(found) else None


def is_organisation_code(text: str) -> bool:
    """True of nine characters whose last is the check character of GB 11714."""
    found = normalise(text) or ""
    if not _ORGANISATION.fullmatch(found):
        return False
    total = sum(int(mark, 36) * weight for mark, weight in zip(found, _WEIGHTS, strict=False))
    return found[8] == "0123456789X0"[11 - total % 11]


def is_registration_number(text: str) -> bool:
    """True of an old business registration number: 15 digits whose last is an ISO 7064 MOD 11,10 check digit."""
    found = normalise(text) or ""
    if not _REGISTRATION.fullmatch(found):
        return False
    rest = 10
    for digit in found[:14]:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return (rest + int(found[14])) % 10 == 1
