"""Limits and standards by date and place, and the working days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bihuan.errors import BadWorkspace
from bihuan.examine import calendar, parameters
from bihuan.examine.basis import all_bases
from bihuan.examine.parameters import Row, for_office, place_chain, read, resolved, short_place
from bihuan.examine.session import opened
from bihuan.store.snapshot import head
from small_books import add, workspace

HEADING = "name,place,valid_from,valid_to,value\n"


def rows(*lines: str) -> list[Row]:
    return read(HEADING + "\n".join(lines) + "\n", "limits.csv")


@pytest.mark.parametrize(
    ("place", "chain"),
    [
        ("350582", ("350582", "3505", "35", "CN")),
        ("350500", ("3505", "35", "CN")),
        ("350000", ("35", "CN")),
        ("350582101000", ("350582101", "350582", "3505", "35", "CN")),
        ("CN", ("CN",)),
        ("NO", ("NO",)),
    ],
)
def test_a_place_is_followed_by_those_that_contain_it(place, chain):
    assert place_chain(place) == chain


def test_filling_zeros_are_no_part_of_a_code():
    assert short_place("110000") == "11"
    assert short_place("100000") == "10"


def test_the_nearest_place_wins_for_as_long_as_it_says_something():
    held = rows("limit,CN,2018-01-01,,400", "limit,3505,2020-01-01,2022-01-01,300", "limit,11,2018-01-01,,900")
    assert resolved(held, place_chain("350582")) == [
        ("limit", date(2018, 1, 1), date(2020, 1, 1), "400"),
        ("limit", date(2020, 1, 1), date(2022, 1, 1), "300"),
        ("limit", date(2022, 1, 1), None, "400"),
    ]
    assert resolved(held, place_chain("NO")) == []


def test_a_gap_between_two_values_stays_a_gap():
    held = rows("limit,CN,2018-01-01,2019-01-01,1", "limit,CN,2020-01-01,,2")
    assert [(one[1].year, one[2] and one[2].year) for one in resolved(held, ("CN",))] == [(2018, 2019), (2020, None)]


def test_the_office_replaces_what_is_shipped_for_the_same_name_and_place(tmp_path):
    (tmp_path / "own.csv").write_text(f"{HEADING}cash_lower_bound,CN,2000-01-01,,5\n", encoding="utf-8-sig")
    held = [one for one in for_office(tmp_path) if one.name == "cash_lower_bound"]
    assert [(one.place, one.value) for one in held] == [("CN", "5")]
    assert len(for_office(tmp_path)) == len(parameters.shipped())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,place,value\n", "no column 'valid_from'"),
        (f"{HEADING}limit,CN,2024-13-01,,1\n", "limits.csv, line 2: valid_from '2024-13-01' is not a date"),
        (f"{HEADING}limit,CN,2024-02-01,2024-01-01,1\n", "is not after valid_from"),
        (f"{HEADING}limit,CN,,,\n", "name and value must both be given"),
    ],
)
def test_a_parameter_that_cannot_be_read_names_its_line(text, words):
    with pytest.raises(BadWorkspace, match=words.replace("(", r"\(")):
        read(text, "limits.csv")


def test_every_shipped_parameter_has_a_basis_or_asks_the_office_to_check():
    for one in parameters.shipped():
        assert one.place == "CN"
        assert one.basis in all_bases() or one.basis == "", one
    folder = parameters.resources.files("bihuan.examine") / "parameters"
    for file in folder.iterdir():
        for cells in parameters.csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
            assert cells["basis"] or "审计机关" in cells["note_zh"], (file.name, cells)
            assert cells["note_zh"] and cells["note_en"]


def test_units_get_the_values_of_their_own_place(tmp_path):
    made = workspace(tmp_path, {"payment": [{"amount": "1", "paid_on": "2024-01-05"}]}, place="350582")
    organization = {"org_id": "U2", "name": "北京某局", "place": "110101"}
    add(made, {"payment": [{"unit_id": "U2", "amount": "1", "paid_on": "2024-01-05"}], "organization": [organization]})
    limits = "approval,35,2000-01-01,,100\napproval,11,2000-01-01,,900\n"
    (made.parameters / "limits.csv").write_text(HEADING + limits, encoding="utf-8")
    with opened(made, head(made)) as session:
        found = session.engine.rows("SELECT unit_id, value FROM unit_parameter WHERE name = 'approval' ORDER BY ALL")
        shipped = session.engine.one("SELECT value FROM unit_parameter WHERE name = 'tender_threshold_works' LIMIT 1")
    assert found == [("U1", "100"), ("U2", "900")]
    assert Decimal(shipped[0]) == 4000000


def test_the_calendar_knows_holidays_swapped_days_and_what_it_does_not_know():
    (holiday, swapped, monday) = (
        calendar.days(one, one)[0] for one in (date(2024, 2, 12), date(2024, 2, 18), date(2024, 3, 4))
    )
    assert (holiday.is_workday, holiday.is_holiday, holiday.weekday) == (False, True, 1)
    assert (swapped.is_workday, swapped.is_swapped, swapped.weekday) == (True, True, 7)
    assert (monday.is_workday, monday.is_holiday, monday.is_swapped) == (True, False, False)
    unknown = calendar.days(date(2099, 1, 1), date(2099, 1, 3))
    assert [one.is_workday for one in unknown] == [True, True, False]
    assert all(one.is_provisional for one in unknown)


def test_the_office_tells_the_days_that_are_not_announced_yet(tmp_path):
    (tmp_path / "calendar.csv").write_text("day,is_workday,is_holiday\n2099-01-01,0,1\n", encoding="utf-8")
    (day,) = calendar.days(date(2099, 1, 1), date(2099, 1, 1), calendar.for_office(tmp_path))
    assert (day.is_workday, day.is_holiday, day.is_provisional) == (False, True, False)


def test_a_wrong_day_in_the_offices_calendar_names_its_line(tmp_path):
    (tmp_path / "calendar.csv").write_text("day,is_workday\n2099-02-30,0\n", encoding="utf-8")
    with pytest.raises(BadWorkspace, match=r"calendar\.csv, line 2"):
        calendar.for_office(tmp_path)


def test_a_mistyped_year_does_not_make_a_calendar_of_millennia(tmp_path):
    days = ({"amount": "1", "paid_on": "0202-01-05"}, {"amount": "1", "paid_on": "9024-01-05"})
    made = workspace(tmp_path, {"payment": list(days)})
    with opened(made, head(made)) as session:
        (count,) = session.engine.one("SELECT count(*) FROM calendar")
    assert count < 50_000
