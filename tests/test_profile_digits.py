"""The tests of digits: against the law itself, against digits read off by eye, and never by a logarithm."""

from __future__ import annotations

from decimal import Decimal
from math import log10
from typing import Any

import pytest

from bihuan.sample.profile.asked import Asked, session
from bihuan.sample.profile.benford import compared, expected
from bihuan.sample.profile.numbers import Numbers
from bihuan.sample.profile.profile import profile
from bihuan.store.snapshot import head
from small_books import workspace


def numbers_of(tmp_path, amounts: list[str], column: str = "amount", **asked: Any) -> Numbers:
    made = workspace(tmp_path, {"payment": [{"paid_on": "2024-01-05", column: one} for one in amounts]})
    held = Asked("payment", **asked)
    with session(made, head(made), held) as engine:
        found = profile(engine, held, [column]).columns[0].numbers
    assert found is not None
    return found


def digits(found: Numbers, name: str) -> dict[str, int]:
    return {one.digits: one.found for one in found.digits.test(name).cells if one.found}


def test_the_laws_shares_are_the_published_ones():
    assert [round(expected("first")[str(one)], 3) for one in (1, 2, 9)] == [0.301, 0.176, 0.046]
    assert [round(expected("second")[str(one)], 5) for one in (0, 1, 9)] == [0.11968, 0.11389, 0.08500]
    assert round(expected("first_two")["10"], 5) == 0.04139
    for name in ("first", "second", "first_two", "last_two", "second_order"):
        assert sum(expected(name).values()) == pytest.approx(1)


def test_counts_that_follow_the_law_are_close_and_others_are_not():
    law = {str(one): round(100_000 * log10(1 + 1 / one)) for one in range(10, 100)}
    assert compared("first_two", law).band == "close"
    assert compared("first_two", law).chance > 0.99
    flat = compared("first_two", dict.fromkeys(law, 100))
    assert (flat.band, flat.chance < 1e-9) == ("nonconformity", True)
    # The law gives more than one ninetieth up to 38: 2 x (log10(3.9) - 29/90) / 90.
    assert flat.deviation == pytest.approx(2 * (log10(3.9) - 29 / 90) / 90)


@pytest.mark.parametrize(
    ("deviation", "band"), [(0.005, "close"), (0.011, "acceptable"), (0.0149, "marginal"), (0.0151, "nonconformity")]
)
def test_the_bands_are_nigrinis(deviation, band):
    # Move a share from digit 1 to digit 9 so that the mean of nine deviations is what is wanted.
    law = {str(one): log10(1 + 1 / one) for one in range(1, 10)}
    moved = {**law, "1": law["1"] - 4.5 * deviation, "9": law["9"] + 4.5 * deviation}
    assert compared("first", {one: round(share * 10**7) for one, share in moved.items()}).band == band


def test_nothing_to_test_is_no_error():
    found = compared("first", {})
    assert (found.numbers, found.deviation, found.chi_square) == (0, 0, 0)


def test_z_has_the_correction_for_continuity():
    # 40 of 100 begin with 1: (|0.40 - 0.30103| - 1/200) / sqrt(0.30103 x 0.69897 / 100) = 2.048.
    found = compared("first", {"1": 40, "2": 60})
    assert found.cells[0].z == pytest.approx(2.048, abs=0.001)


def test_digits_are_read_from_the_number_as_it_is_written(tmp_path):
    amounts = ["10.00", "100.00", "1000.00", "99.99", "1234567.89", "20.05", "9999999999999999.99", "15.00"]
    found = numbers_of(tmp_path, amounts)
    assert digits(found, "first") == {"1": 5, "2": 1, "9": 2}
    assert digits(found, "first_two") == {"10": 3, "12": 1, "15": 1, "20": 1, "99": 2}
    assert digits(found, "second") == {"0": 4, "2": 1, "5": 1, "9": 2}
    assert digits(found, "last_two") == {"00": 4, "99": 2, "89": 1, "05": 1}


def test_powers_of_ten_and_the_numbers_just_below_them_are_told_apart(tmp_path):
    powers = [f"{10**one}.00" for one in range(1, 16)]
    below = [str(Decimal(10**one) - Decimal("0.01")) for one in range(2, 16)]
    found = numbers_of(tmp_path, powers + below)
    assert digits(found, "first_two") == {"10": 15, "99": 14}
    assert found.digits.mantissa.distortion == pytest.approx(100 * ((150 + 14 * 100) / 29 / 38.11 - 1), rel=0.5)


def test_small_numbers_are_left_out_unless_asked_for_and_have_digits_too(tmp_path):
    amounts = ["0.05", "0.50", "5.00", "9.99", "50.00"]
    assert digits(numbers_of(tmp_path / "a", amounts), "first_two") == {"50": 1}
    found = numbers_of(tmp_path / "b", amounts, least=Decimal("0.01"))
    assert digits(found, "first_two") == {"50": 4, "99": 1}
    assert digits(found, "last_two") == {"05": 1, "50": 1, "00": 2, "99": 1}


def test_negative_numbers_are_tested_by_themselves(tmp_path):
    amounts = ["12.00", "-34.00", "-345.00", "-5.00"]
    assert digits(numbers_of(tmp_path / "a", amounts), "first_two") == {"12": 1}
    assert digits(numbers_of(tmp_path / "b", amounts, is_negative=True), "first_two") == {"34": 2}


def test_the_second_order_is_of_the_gaps_between_different_numbers(tmp_path):
    found = numbers_of(tmp_path, ["10.00", "10.00", "10.05", "22.05", "122.05", "122.05"])
    assert digits(found, "second_order") == {"50": 1, "12": 1, "10": 1}


def test_summation_adds_the_numbers_that_begin_alike(tmp_path):
    found = numbers_of(tmp_path, ["12.00", "1200.00", "55.00", "-12.00"])
    sums = {one.digits: one.total for one in found.digits.sums if one.total}
    assert sums == {"12": 1212, "55": 55}
    assert found.digits.largest_sums[0].digits == "12"
    assert found.digits.largest_sums[0].excess == pytest.approx(1212 / 1267 - 1 / 90)


def test_a_geometric_series_follows_the_law_in_digits_and_mantissa(tmp_path):
    amounts = [f"{10 * 1.01**one:.2f}" for one in range(926)]  # four orders of magnitude, evenly in logarithms
    found = numbers_of(tmp_path, amounts).digits
    assert found.test("first").band == "close"
    assert (round(found.mantissa.mean, 2), round(found.mantissa.variance, 3)) == (0.5, 0.083)
    assert (round(found.mantissa.kurtosis, 1), round(found.mantissa.skewness, 1)) == (-1.2, 0.0)
    assert found.mantissa.arc < 1e-4 and found.mantissa.chance > 0.9
    assert abs(found.mantissa.distortion) < 1
    assert found.is_reliable is False  # fewer than a thousand


def test_a_thousand_numbers_over_three_orders_of_magnitude_are_reliable(tmp_path):
    wide = [f"{10 + one * one}.00" for one in range(1000)]
    assert numbers_of(tmp_path / "a", wide).digits.is_reliable is True
    assert numbers_of(tmp_path / "b", [f"{1000 + one}.00" for one in range(1000)]).digits.is_reliable is False


def test_numbers_with_six_places_keep_their_digits(tmp_path):
    made = workspace(tmp_path, {"bid_item": [{"price": "0.000012"}, {"price": "123456789012.345678"}]})
    held = Asked("bid_item", least=Decimal("0.000001"))
    with session(made, head(made), held) as engine:
        found = profile(engine, held, ["price"]).columns[0].numbers
    assert digits(found, "first_two") == {"12": 2}
