"""Instants: a day with its time, always with a zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from bihuan.model.values.dates import day_of, from_serial, tidy
from bihuan.model.values.dates import parse as parse_date
from bihuan.model.values.style import PLAIN, BadValue, Style

_TIMED = re.compile(
    r"(?P<day>.*?[\d日号])[T ]?\s?(?P<half>上午|下午)?\s?"
    r"(?P<h>\d{1,2})\s?[:时]\s?(?P<m>\d{1,2})(?:\s?[:分]\s?(?P<s>\d{1,2})(?:[.,:](?P<f>\d{1,9}))?)?\s?[分秒]?"
    r"\s?(?P<pm>[AaPp]\.?[Mm]\.?)?\s?(?P<zone>Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
)
_COMPACT = re.compile(r"(\d{8})(\d{2})(\d{2})(\d{2})?\d{0,3}")
_DOTTED = re.compile(r" (\d{1,2})\.(\d{2})\.(\d{2})(?=$|[. ])")  # Oracle: 05-JAN-24 03.30.00.000000 PM
_SERIAL = re.compile(r"(\d{1,7})\.(\d{1,12})")


def parse(text: str, style: Style = PLAIN) -> datetime | None:
    """The instant written in `text`, or None for nothing.

    A time without a zone is of `style.time_zone`; a day without a time is its midnight there.
    """
    found = tidy(text)
    if found is None:
        return None
    found = _DOTTED.sub(r" \1:\2:\3", found)
    moment = _clock(found, text, style)
    return moment or datetime.combine(day_of(found, text, style), time(), ZoneInfo(style.time_zone))


def parse_day(text: str, style: Style = PLAIN) -> date | None:
    """The day of a date or of an instant; an instant that names its zone is first brought to `style.time_zone`."""
    found = tidy(text)
    if found and (match := _TIMED.fullmatch(found)) and match["zone"]:
        moment = parse(text, style)
        return _local_day(moment, style) if moment else None
    if found and (match := _COMPACT.fullmatch(found)) and not style.excel_serial:
        return day_of(match[1], text, style)
    return parse_date(text, style)


def _local_day(moment: datetime, style: Style) -> date:
    try:
        return moment.astimezone(ZoneInfo(style.time_zone)).date()
    except OverflowError:  # 9999-12-31T23:59:59Z, for ever
        return moment.date()


def _clock(found: str, text: str, style: Style) -> datetime | None:
    local = ZoneInfo(style.time_zone)
    if style.excel_serial and (match := _SERIAL.fullmatch(found)):
        # Excel holds a time as a fraction of a day, good to the millisecond at most: to the second is honest.
        seconds = round(int(match[2]) * 86400 / 10 ** len(match[2]))
        midnight = datetime.combine(from_serial(int(match[1]), text), time(), local)
        return midnight + timedelta(seconds=seconds)
    if match := _COMPACT.fullmatch(found):
        day, hour, minute, second = match[1], match[2], match[3], match[4] or "0"
        return _moment(text, day_of(day, text, style), (int(hour), int(minute), int(second), 0), local)
    match = _TIMED.fullmatch(found)
    if match is None:
        return None
    fraction = int((match["f"] or "").ljust(6, "0")[:6])
    parts = (_hour(match), int(match["m"]), int(match["s"] or 0), fraction)
    return _moment(text, day_of(match["day"].strip(), text, style), parts, _zone(match["zone"]) or local)


def _hour(match: re.Match[str]) -> int:
    hour = int(match["h"])
    half = (match["pm"] or "").lower()[:1] or {"上午": "a", "下午": "p"}.get(match["half"] or "", "")
    if half == "p" and hour < 12:
        return hour + 12
    return 0 if half == "a" and hour == 12 else hour


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _moment(text: str, day: date, parts: tuple[int, int, int, int], zone: tzinfo) -> datetime:
    try:
        return datetime.combine(day, time(*parts), zone)
    except ValueError:
        raise BadValue(text, "没有这个时刻", "there is no such time of day") from None
