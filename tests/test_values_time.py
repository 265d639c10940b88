"""Days and instants: every writing of real exports, and no guessing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.model.values import PLAIN, READERS, BadValue, Style, style_of

day, instant = READERS["date"], READERS["instant"]
SERIAL = Style(excel_serial=True)
SHANGHAI = ZoneInfo("Asia/Shanghai")
modern = st.dates(date(1950, 1, 1), date(2049, 12, 31))  # the century that two digits mean to Oracle


@given(modern)
def test_a_day_comes_back_from_every_writing(one: date) -> None:
    y, m, d = one.year, one.month, one.day
    ways = [f"{y}{m:02}{d:02}", f"{y}-{m}-{d}", f"{y}/{m:02}/{d:02}", f"{y}.{m:02}.{d:02}", f"{y}年{m}月{d}日"]
    ways += [
        one.isoformat(),
        f"{one} 00:00:00",
        f"{y} 年 {m} 月 {d} 日",
        f"{d:02}-{one:%b}-{y}",
        f"{d:02}-{m}月 -{y % 100:02}",
    ]
    assert {day(way) for way in ways} == {one}


@given(modern)
def test_a_day_in_another_order_needs_the_column(one: date) -> None:
    day_first, month_first = one.strftime("%d/%m/%Y"), one.strftime("%m/%d/%Y")
    assert day(day_first, Style(day_first=True)) == one
    assert day(month_first, Style(day_first=False)) == one
    if one.day > 12 or one.day == one.month:
        assert day(day_first) == day(month_first) == one
    else:
        with pytest.raises(BadValue, match="may come first"):
            day(day_first)


@given(st.dates(date(1927, 5, 19), date(2173, 10, 13)))
def test_serial_numbers_are_days_only_where_the_column_says_so(one: date) -> None:
    serial = (one - date(1899, 12, 30)).days
    assert day(str(serial), SERIAL) == day(f"{serial}.75", SERIAL) == one
    assert instant(f"{serial}.75", SERIAL) == datetime(one.year, one.month, one.day, 18, tzinfo=SHANGHAI)
    with pytest.raises(BadValue, match="Excel"):
        day(str(serial))


@given(st.datetimes(datetime(1992, 1, 1), datetime(2100, 1, 1)))
def test_an_instant_comes_back_with_its_zone(moment: datetime) -> None:
    local = moment.replace(tzinfo=SHANGHAI)
    assert instant(moment.isoformat(" ")) == instant(local.isoformat()) == local
    assert instant(moment.isoformat() + "Z") == moment.replace(tzinfo=UTC)
    seconds = moment.replace(microsecond=0)
    assert (
        instant(f"{seconds:%Y%m%d%H%M%S}")
        == instant(f"{seconds:%Y年%m月%d日 %H时%M分%S秒}")
        == seconds.replace(tzinfo=SHANGHAI)
    )


@pytest.mark.parametrize(
    "text", ["202401", "2024-01", "2024.01", "2024年1月", "2024年1期", "2024年第1期", "2024年01月份"]
)
def test_a_month_is_its_first_day(text: str) -> None:
    assert day(text) == date(2024, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-05 23:59:59",
        "2024/1/5 星期五",
        "2024年1月5日 下午 3:20",
        "05-JAN-24 03.30.00.000000 PM",
        "Jan  5 2024 12:00AM",
        "20240105103000",
        "２０２４－０１－０５",
        "'2024-01-05",
        "2024-01-05T10:00:00+08:00",
        "2024-01-04T16:00:00Z",
    ],
)
def test_a_time_of_day_is_dropped_from_a_day(text: str) -> None:
    assert day(text) == date(2024, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "240105",
        "2024-02-30",
        "2024-13-01",
        "2024.1",
        "24-01-05",
        "45296",
        "2024",
        "昨天",
        "20241301",
        "0024-01-05",
        "2024-1-5-6",
    ],
)
def test_a_day_in_doubt_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        day(text)


def test_the_zeros_of_databases_are_no_date_and_for_ever_is_kept() -> None:
    assert day("0000-00-00 00:00:00") is None
    assert day("00000000") is None
    assert day("9999-12-31") == day("2958465", SERIAL) == day("9999-12-31T23:59:59Z") == date(9999, 12, 31)


def test_the_29_february_1900_of_excel_is_refused() -> None:
    assert day("59", SERIAL) == date(1900, 2, 28)
    assert day("61", SERIAL) == date(1900, 3, 1)
    with pytest.raises(BadValue):
        day("60", SERIAL)


def test_a_month_in_a_column_of_numbers_stays_a_month() -> None:
    assert day("202401", SERIAL) == date(2024, 1, 1)


def test_a_column_shows_whether_the_day_comes_first() -> None:
    assert style_of("date", ["03/04/2024", "13/04/2024"]).day_first is True
    assert style_of("date", ["03/04/2024", "04/13/2024"]).day_first is False
    assert style_of("date", ["03/04/2024"]).day_first is None
    assert style_of("date", ["13/04/2024", "04/13/2024"]).day_first is None


def test_times_with_different_zones_compare_as_instants() -> None:
    closing, late = instant("2024-01-05T16:00:00Z"), instant("2024-01-05T23:30:00+08:00")
    assert isinstance(closing, datetime)
    assert isinstance(late, datetime)
    assert late < closing
    assert closing - late == timedelta(minutes=30)


def test_morning_and_afternoon() -> None:
    noon = datetime(2024, 1, 5, 12, 5, tzinfo=SHANGHAI)
    assert instant("2024/1/5 下午 12:05") == instant("2024/1/5 12:05:00 PM") == noon
    assert instant("2024/1/5 上午 12:05") == instant("2024-01-05 00:05") == noon - timedelta(hours=12)


@pytest.mark.parametrize("text", ["2024-01-05 25:00", "2024-01-05 10:61", "2024-01-05 junk"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        instant(text)


def test_a_day_is_its_midnight_in_the_zone_of_the_workspace() -> None:
    assert instant("2024-01-05", PLAIN) == datetime(2024, 1, 5, tzinfo=SHANGHAI)
    assert instant("2024-01-05", Style(time_zone="Europe/Oslo")) == datetime(2024, 1, 5, tzinfo=ZoneInfo("Europe/Oslo"))
