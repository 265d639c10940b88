"""Money, prices, quantities and whole numbers: read exactly in every style, or refused with a reason."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.model.values import PLAIN, READERS, BadValue, Style, style_of

COMMA = Style(decimal_comma=True)
UNSURE = Style(decimal_comma=None)
NOISY = Style(binary_noise=True)
WAN = Style(scale=Decimal(10000))

money = READERS["money"]
cents = st.integers(-(10**17), 10**17)
FULL_WIDTH = str.maketrans("0123456789,.-()", "０１２３４５６７８９，．－（）")


def written(fen: int, *, comma: bool = False, grouped: bool = True) -> str:
    """An amount as a ledger prints it."""
    text = f"{'-' if fen < 0 else ''}{abs(fen) // 100:{',' if grouped else ''}}.{abs(fen) % 100:02}"
    return text.translate(str.maketrans(",.", ".,")) if comma else text


def yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


@given(cents, st.booleans())
def test_an_amount_comes_back_as_it_was_written(fen: int, grouped: bool) -> None:
    for comma, style in ((False, PLAIN), (True, COMMA)):
        found = money(written(fen, comma=comma, grouped=grouped), style)
        assert type(found) is Decimal
        assert found == yuan(fen)
        assert found.as_tuple().exponent == -2


@given(st.integers(10**5, 10**17), st.booleans())
def test_an_amount_with_both_marks_needs_no_style(fen: int, comma: bool) -> None:
    text = written(fen, comma=comma)
    assert {money(text, style) for style in (PLAIN, COMMA, UNSURE)} == {yuan(fen)}


@given(st.integers(1, 10**17))
def test_every_way_of_writing_red_is_negative(fen: int) -> None:
    text = written(fen)
    ways = (f"-{text}", f"{text}-", f"({text})", f"（{text}）", f"－{text}", f"−{text}", f"红字{text}", f"¥-{text}")
    assert {money(one) for one in ways} == {-yuan(fen)}


@given(cents)
def test_full_width_signs_and_units_change_nothing(fen: int) -> None:
    text = written(fen)
    ways = (
        text.translate(FULL_WIDTH),
        f" {text}\u3000",
        f"￥{text}",
        f"{text}元",
        f"'{text}",
        f"{text}\t",
        f"CNY {text}",
    )
    assert {money(one) for one in ways} == {yuan(fen)}


@given(st.integers(-(10**13), 10**13))
def test_ten_thousands_of_yuan_are_exact(fen: int) -> None:
    text = str(Decimal(fen).scaleb(-6))
    assert money(f"{text}万元") == money(f"{Decimal(fen).scaleb(-6):f}", WAN) == yuan(fen)


@given(st.decimals(-(10**12), 10**12, places=2))
def test_a_power_of_ten_is_read_exactly(amount: Decimal) -> None:
    assert money(f"{amount.scaleb(2):f}E-2") == amount


@given(st.text(max_size=30))
def test_no_text_gives_a_float_or_another_error(text: str) -> None:
    for reader in READERS.values():
        for style in (PLAIN, UNSURE, Style(True, True, True, True)):
            try:
                assert not isinstance(reader(text, style), float)
            except BadValue as error:
                assert error.text == text
                assert error.zh and error.en


@given(st.text("0123456789.,-+() eE%'万元¥", max_size=20))
def test_number_like_text_is_read_within_its_limits_or_refused(text: str) -> None:
    for kind, places in (("money", 2), ("price", 6), ("quantity", 6)):
        try:
            found = READERS[kind](text)
        except BadValue:
            continue
        assert found is None or (isinstance(found, Decimal) and len(str(abs(found)).replace(".", "")) <= 19)
        assert found is None or found.as_tuple().exponent == -places


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "-", "—", "－", "——", "/", "NULL", "\\N", "\ufeff"])
def test_nothing_is_not_zero(blank: str) -> None:
    assert all(read(blank) is None for read in READERS.values())


@pytest.mark.parametrize(
    "text",
    [
        "1.234",
        "0.001",
        "1,23",
        "1,2345.00",
        "12,34,567.00",
        "1 23",
        "--5",
        "(-5)",
        "-5-",
        "1.2.3,4",
        "12²",
        "①",
        "五",
        "$5",
        "1e400",
        "1.23457E+12",
        "1.23E+12",
        "99999999999999999",
        "#REF!",
        "#N/A",
        "######",
        "5元6",
        "NaN5",
        "0x1F",
        "1_000",
    ],
)
def test_an_amount_in_doubt_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        money(text)


def test_one_mark_before_three_digits_is_decided_by_the_column() -> None:
    assert money("1,234") == Decimal("1234.00")
    assert money("1.234", COMMA) == Decimal("1234.00")
    for text in ("1,234", "1.234"):
        with pytest.raises(BadValue, match="group thousands"):
            money(text, UNSURE)
    assert money("1234,56", UNSURE) == money("1.234,56") == Decimal("1234.56")


@pytest.mark.parametrize(
    ("values", "comma"),
    [
        (["1.234,56", "1.234"], True),
        (["1,234.56", "1,234"], False),
        (["-0,50", "12"], True),
        (["1,234", "12,345"], None),
        (["1.234.567"], True),
        (["1.5", "1,5"], None),
        ([], None),
    ],
)
def test_a_column_shows_its_decimal_mark(values: list[str], comma: bool | None) -> None:
    assert style_of("money", values, UNSURE).decimal_comma is comma
    assert style_of("text", values, UNSURE) == UNSURE


def test_noise_of_doubles_is_dropped_only_where_the_caller_says_so() -> None:
    assert money("1234.5600000001", NOISY) == Decimal("1234.56")
    assert money("0.30000000000000004", NOISY) == Decimal("0.30")
    assert money("2.8421709430404007E-14", NOISY) == Decimal("0.00")
    for text, style in (("1234.5600000001", PLAIN), ("1234.564", NOISY), ("1234.56001", NOISY)):
        with pytest.raises(BadValue, match="two decimals"):
            money(text, style)


def test_zeros_below_the_fen_do_no_harm() -> None:
    assert money("1234.5600") == Decimal("1234.56")


def test_a_unit_in_the_cell_counts_before_that_of_the_column() -> None:
    assert money("5元", WAN) == Decimal("5.00")
    assert money("5", WAN) == Decimal("50000.00")
    assert READERS["quantity"]("5", WAN) == Decimal(5)


def test_prices_keep_six_decimals_and_shares_become_fractions() -> None:
    assert READERS["price"]("3.3333333333") == Decimal("3.333333")
    assert READERS["quantity"]("35%") == Decimal("0.35")


@pytest.mark.parametrize(
    ("text", "value"), [("3.0", 3), ("第3期", 3), ("12人", 12), ("1998年", 1998), ("-7", -7), ("1,234", 1234)]
)
def test_whole_numbers_with_their_counters(text: str, value: int) -> None:
    assert READERS["integer"](text) == value


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_whole_numbers_come_back(value: int) -> None:
    assert READERS["integer"](str(value)) == READERS["integer"](f"{value:,}") == value


@pytest.mark.parametrize("text", ["3.5", "x", str(2**63), "1.234"])
def test_what_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        READERS["integer"](text)


@pytest.mark.parametrize(
    ("text", "value"), [("是", True), ("√", True), ("Y", True), ("1.0", True), ("否", False), ("×", False)]
)
def test_yes_and_no(text: str, value: bool) -> None:
    assert READERS["flag"](text) is value


def test_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(BadValue):
        READERS["flag"]("也许")
