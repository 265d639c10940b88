"""Calendar days as exports write them; a month stands for its first day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from bihuan.model.values.style import PLAIN, BadValue, Style
from bihuan.model.values.text import bare, clean

LAST_SERIAL = 2958465  # 9999-12-31
MONTHS = {m: n for n, m in enumerate(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"), 1)}

_YEAR_FIRST = re.compile(r"(\d{4})(?:\s?年\s?|\s?[-/.]\s?)(\d{1,2})(?:\s?月\s?|\s?[-/.]\s?)(\d{1,2})\s?[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})(?:\s?年\s?第?|[-/])(\d{1,2})\s?(?:月份?|期)?|((?:19|20)\d{2})(\d{2})|(\d{4})\.(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_ORACLE = re.compile(r"(\d{1,2})-(?:([A-Za-z]{3})|(\d{1,2})月)\s?-(\d{4}|\d{2})")
_SERVER = re.compile(r"([A-Za-z]{3}) (\d{1,2}),? (\d{4})")
_SERIAL = re.compile(r"(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])$)(\d{1,7})(\.\d+)?")  # 202401 is a month, not a day of 2454
_TIME = re.compile(r"(.*\d\s?[日号]?)[T ]\s?((?:上午|下午)?\s?\d{1,2}[:时.].*)")
_WEEKDAY = re.compile(r"\s?\(?(?:星期|周|礼拜)[一二三四五六日天]\)?\s?")
_EMPTY = re.compile(r"(?:0000-?00-?00|0+$)")  # what MySQL and old Access write for no date


def parse(text: str, style: Style = PLAIN) -> date | None:
    """The day written in `text`, or None for nothing; a time of day after it is dropped.

    Reads 20240105, 2024-1-5, 2024/1/5, 2024.01.05, 2024年1月5日, 5-JAN-24 and 05-1月-24 (Oracle), Jan 5 2024 (SQL
    Server), and months: 202401, 2024-01, 2024.01, 2024年1月, 2024年1期. 2024.1 is refused: a number cell drops the
    zero of 2024.10. Days and months in doubt, and Excel's serial numbers, need `style`.
    """
    found = tidy(text)
    if found is None:
        return None
    timed = _TIME.fullmatch(found)
    return day_of(timed[1].strip() if timed else found, text, style)


def tidy(text: str) -> str | None:
    """Cleaned, without the day of the week; None for nothing and for the zeros that databases write for no date."""
    found = bare(text)
    if found is None or _EMPTY.match(found):
        return None
    return _WEEKDAY.sub(" ", found).strip()


def day_of(found: str, text: str, style: Style) -> date:
    """The day in cleaned `found`, without its time of day; `text` is the cell as written, for the error."""
    if style.excel_serial and (serial := _SERIAL.fullmatch(found)):
        return from_serial(int(serial[1]), text)
    if match := _YEAR_FIRST.fullmatch(found) or _COMPACT.fullmatch(found):
        return _day(text, *map(int, match.groups()))
    if match := _MONTH.fullmatch(found):
        year, month = (int(one) for one in match.groups() if one)
        return _day(text, year, month, 1)
    if match := _YEAR_LAST.fullmatch(found):
        return _year_last(text, match, style.day_first)
    return _named_month(found, text)


def from_serial(days: int, text: str) -> date:
    """The day of an Excel serial number (1900 system, in which 60 is a 29 February that never was)."""
    if not 1 <= days <= LAST_SERIAL or days == 60:
        raise BadValue(text, "不是有效的 Excel 日期序号", "not a valid Excel date number")
    return date(1899, 12, 31 if days < 60 else 30) + timedelta(days)


def style_of(values: Iterable[str]) -> bool | None:
    """What a column of 13/04/2024 shows: True the day is first, False the month, None no evidence or of both."""
    pairs = [match for value in values if (match := _YEAR_LAST.match(clean(value)))]
    day, month = (any(int(pair[place]) > 12 for pair in pairs) for place in (1, 2))
    return day if day != month else None


def _year_last(text: str, match: re.Match[str], day_first: bool | None) -> date:
    one, two, year = (int(part) for part in match.groups())
    if one != two and one <= 12 and two <= 12 and day_first is None:
        raise BadValue(
            text,
            "无法判断日在前还是月在前，请指明该列写法",
            "the day or the month may come first; say which the column uses",
        )
    first = one > 12 if day_first is None else day_first
    return _day(text, year, two, one) if first else _day(text, year, one, two)


def _named_month(found: str, text: str) -> date:
    if match := _ORACLE.fullmatch(found):
        year = int(match[4])
        if len(match[4]) == 2:
            year += 2000 if year < 50 else 1900  # Oracle's RR
        return _day(text, year, MONTHS.get((match[2] or "").lower(), int(match[3] or 0)), int(match[1]))
    if match := _SERVER.fullmatch(found):
        return _day(text, int(match[3]), MONTHS.get(match[1].lower(), 0), int(match[2]))
    raise BadValue(
        text,
        "不是可识别的日期；若为 Excel 序号，请指明该列是日期序号",
        "not a date that can be read; if it is an Excel date number, say so for the column",
    )


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        if year >= 1000:
            return date(year, month, day)
    except ValueError:
        pass
    raise BadValue(text, "日历上没有这一天", "there is no such day in the calendar")
