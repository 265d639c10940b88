"""Text as it is kept: cleaned once when collected, so that no method needs to."""

from __future__ import annotations

import re
import unicodedata

from bihuan.model.values.style import PLAIN, BadValue, Style

# What exports write where there is nothing. A dash or slash alone is how forms are filled by hand.
_DASHES = {"", "-", "--", "---", "—", "——", "–", "/", "\\"}
BLANKS = frozenset(_DASHES | {"\\N", "NULL", "null", "(null)", "<NULL>", "None", "nan", "NaN", "NaT"})
_ERROR = re.compile(r"#(REF!|VALUE!|N/A|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|#+)")
# Invisible: controls but tab and newline, zero-width marks, direction marks, BOM, soft hyphen.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """NFKC without invisible marks, CHAR padding, trailing tabs or the apostrophe that makes Excel keep text.

    Full-width digits, letters and brackets become ordinary ones; runs of blanks and line breaks one blank.
    """
    found = _HIDDEN.sub("", unicodedata.normalize("NFKC", text))
    found = _SPACES.sub(" ", found).strip()
    if found.startswith('="') and found.endswith('"'):  # ="0012" is how text is forced into a CSV for Excel
        found = found[2:-1].strip()
    return found if found.endswith("'") else found.lstrip("' ")


def bare(text: str) -> str | None:
    """Cleaned text, or None where nothing is written. A formula error of a spreadsheet is refused."""
    found = clean(text)
    if found in BLANKS:
        return None
    if _ERROR.fullmatch(found):
        raise BadValue(
            text,
            "单元格是公式错误，请在原表中改正后重新导出",
            "the cell holds a formula error; correct it in the sheet and export again",
        )
    return found


def parse(text: str, style: Style = PLAIN) -> str | None:
    """The text to be kept, or None for nothing; `style` is not needed."""
    return bare(text)
