"""Telephone numbers of the mainland: mobiles, landlines, extensions."""

from __future__ import annotations

import re

from bihuan.model.values import codes
from bihuan.model.values.style import BadValue

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))?([2-9]\d{6,7})", re.ASCII)
_SERVICE = re.compile(r"[48]00\d{7}", re.ASCII)
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#)(\d{1,6})$|(?<=\d{7})-(\d{1,5})$", re.IGNORECASE)


def normalise(text: str) -> str | None:
    """Digits only, without +86; a landline as 0571-87654321, an extension behind a second hyphen.

    What is no telephone number stays as it is written, without blanks.
    """
    found = codes.normalise(text)
    if found is None:
        return None
    try:
        return parse(found)
    except BadValue:
        return found


def parse(text: str) -> str:
    """The telephone number in its one writing, or BadValue."""
    found = re.sub(r"^(?:\+|00)86-?", "", codes.normalise(text) or "")
    extension = _EXTENSION.search(found)
    main = re.sub(r"[-()]", "", found[: extension.start()] if extension else found)
    if main.startswith("86") and _MOBILE.fullmatch(main[2:]):
        main = main[2:]
    if _MOBILE.fullmatch(main.removeprefix("0")):
        return main.removeprefix("0")
    if _SERVICE.fullmatch(main):
        return main
    landline = _LANDLINE.fullmatch(main)
    if landline is None:
        raise BadValue(text, "不是电话号码", "not a telephone number")
    behind = (extension[1] or extension[2]) if extension else None
    return "-".join(part for part in (landline[1], landline[2], behind) if part)


def is_valid(text: str) -> bool:
    """True of a telephone number that `parse` takes."""
    try:
        return bool(parse(text))
    except BadValue:
        return False


def is_mobile(text: str) -> bool:
    """True of a mobile number."""
    return is_valid(text) and bool(_MOBILE.fullmatch(parse(text)))
