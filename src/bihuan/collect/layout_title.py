"""What stands above the headings: title, unit, currency, unit of money, period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.collect.layout_heading import Row, filled
from bihuan.collect.match_headings import SCALES, scale_named, shown

_MONEY_WORDS = "|".join(sorted(SCALES, key=len, reverse=True))
_SCALE = re.compile(
    rf"(?:金额)?单位\s*[:：]?\s*(?:人民币)?\s*({_MONEY_WORDS})(?![\u3400-\u9fff])|^[(（]?(?:单位[:：])?({_MONEY_WORDS})[)）]?$"
    rf"|[(（](?:单位[:：]?)?(?:人民币)?({_MONEY_WORDS})[)）]"
)
_UNIT = re.compile(
    r"(?:编制单位|填报单位|填制单位|核算单位|会计主体|单位名称|预算单位|报送单位|公司名称|公司|账套名称|单位)(?:\(盖章\))?\s*:\s*([^\s:]+?)(?=\s|:|\(?(?:金额)?单位|$)"
)
_MONTH = re.compile(r"((?:19|20)\d{2})\s*年\s*(?:第\s*)?(\d{1,2})\s*(?:月|期)(?!\s*[-至~到]\s*\d)")
_RANGE = re.compile(
    r"((?:19|20)\d{2})\s*[年.\-/]?\s*\d{1,2}\s*月?\s*[-—至~到]+\s*(?:(?:19|20)\d{2}\s*[年.\-/]?\s*)?\d{1,2}"
)
_DASHED = re.compile(r"(?<!\d)((?:19|20)\d{2})[-./](\d{1,2})(?![\d]|[-./]\d)")
_COMPACT = re.compile(r"(?:期间|月份|所属期)\s*[:：]?\s*((?:19|20)\d{2})(0[1-9]|1[0-2])(?!\d)")
_YEAR = re.compile(r"((?:19|20)\d{2})\s*年")
_DAY = re.compile(r"((?:19|20)\d{2})(?:年(?=\d+月)|(?P<mark>[-./]))(\d{1,2})(?:月|(?P=mark))\d{1,2}日?(?!\d)")
_CURRENCIES = {"人民币": "CNY", "美元": "USD", "欧元": "EUR", "港币": "HKD", "港元": "HKD", "日元": "JPY"}
_MONEY_NAMES = "|".join(_CURRENCIES)
_CURRENCY = re.compile(rf"(?:币种|货币|币别)\s*:\s*({_MONEY_NAMES}|[A-Z]{{3}})|单位\s*:\s*({_MONEY_NAMES})")


@dataclass(frozen=True)
class Facts:
    """What the lines above the headings say of all rows."""

    title: str = ""
    unit_name: str = ""
    currency: str = ""
    money_scale: int | None = None
    fiscal_year: int | None = None
    period: int | None = None


def read(above: Sequence[Row], *names: str) -> Facts:
    """The facts of the rows above the headings; `names` (sheet, file) only help where these name no period."""
    lines = [_line(row) for row in above]
    whole = "\n".join(lines)
    year, month = _first_period([whole, *names])
    return Facts(
        title=_title(above),
        unit_name=_unit(whole),
        currency=_currency(whole),
        money_scale=_scale(above),
        fiscal_year=year,
        period=month,
    )


def period_of(text: str) -> tuple[int | None, int | None]:
    """Year and month that a text names; a whole year or a range of months gives no month."""
    days = [(int(one[1]), int(one[3])) for one in _DAY.finditer(text)]
    if len(days) > 1 and days[0][0] == days[-1][0]:
        return days[0][0], days[0][1] if days[0] == days[-1] else None
    text = _DAY.sub(" ", text)  # one single day is when the sheet was printed, not what it covers
    if found := _RANGE.search(text):
        return int(found.group(1)), None
    for pattern in (_MONTH, _COMPACT, _DASHED):
        found = pattern.search(text)
        if found and 1 <= int(found.group(2)) <= 12:
            return int(found.group(1)), int(found.group(2))
    found = _YEAR.search(text)
    return (int(found.group(1)), None) if found else (None, None)


def _first_period(texts: Sequence[str]) -> tuple[int | None, int | None]:
    for at, text in enumerate(texts):
        # A date with dashes in a file's name is the day of the export, so only 年 counts there.
        if at and "年" not in text:
            continue
        year, month = period_of(text)
        if year is not None:
            return year, month
    return None, None


def _line(row: Row) -> str:
    """The cells of a row; a label and its value in the next cell come together."""
    return re.sub(r":\s+", ":", "  ".join(shown(one) for one in filled(row[1])))


def _title(above: Sequence[Row]) -> str:
    plain = [shown(one) for row in above for one in filled(row[1]) if ":" not in shown(one)]
    return max(plain, key=len, default="")


def _unit(text: str) -> str:
    for found in _UNIT.finditer(text):
        name = found.group(1)
        name = name.removesuffix("(") if name.count("(") > name.count(")") else name
        if name not in SCALES and name not in _CURRENCIES and not name.startswith("人民币"):
            return name
    return ""


def _currency(text: str) -> str:
    found = _CURRENCY.search(text)
    word = next((one for one in found.groups() if one), "") if found else ""
    return _CURRENCIES.get(word, word)


def _scale(above: Sequence[Row]) -> int | None:
    for row in above:
        for cell in filled(row[1]):
            found = _SCALE.search(shown(cell))
            if found:
                return SCALES[next(one for one in found.groups() if one)]
    return None


def scales(headings: Sequence[str]) -> dict[str, int]:
    """Heading → yuan in one unit, for the headings that say it themselves."""
    named = ((one, scale_named(one)) for one in headings)
    return {one: scale for one, scale in named if scale is not None}
