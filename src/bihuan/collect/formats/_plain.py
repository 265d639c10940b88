"""Numbers of the structured formats, written so that no reader can take them for something else."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

# As xs:decimal and JSON write them: a point before the decimals, no grouping.
_USUAL = re.compile(r"-?(?:0|[1-9]\d*)\.\d\d?", re.ASCII)  # nothing to write otherwise
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?")


def number(text: str | None) -> str | None:
    """`text` with all its digits and no exponent; what is no number stays as it is, and is rejected later.

    1.234 gains a nought, since with three decimals it could be read as one thousand two hundred and thirty-four.
    """
    if text is None or text.isdecimal() or _USUAL.fullmatch(text) or not _NUMBER.fullmatch(text):
        return text or None
    written = format(Decimal(text), "f")
    return f"{written}0" if len(written.partition(".")[2]) == 3 else written


def difference(plus: str | None, minus: str | None) -> str | None:
    """`plus` − `minus` as text; what is no number is given back, to be rejected with its row."""
    if not minus:
        return number(plus)
    try:
        return number(format(Decimal(plus or "0") - Decimal(minus), "f"))
    except InvalidOperation:
        return minus if plus is None or _NUMBER.fullmatch(plus) else plus
