"""Text, codes, identity numbers, names, phones and accounts: one writing for one thing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bihuan.model.values import (
    FORMS,
    READERS,
    BadValue,
    accounts,
    codes,
    credit_code,
    identity,
    names,
    phones,
)
from bihuan.model.values.text import clean

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
born = st.dates(date(1900, 1, 1), date(2024, 12, 31))


def numbered(day: date, order: int) -> str:
    """An identity number by the table of GB 11643, written here a second time to test the first."""
    body = f"330106{day:%Y%m%d}{order:03}"
    return body + "10X98765432"[sum(int(one) * weight for one, weight in zip(body, WEIGHTS, strict=True)) % 11]


@given(born, st.integers(0, 999))
def test_a_right_identity_number_tells_birth_and_sex(day: date, order: int) -> None:
    number = numbered(day, order)
    assert identity.parse(number) == identity.parse(f" '{number.lower()}\t") == number
    assert identity.born_on(number) == day
    assert identity.is_male(number) is (order % 2 == 1)


@given(born, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_seen(day: date, order: int, place: int, step: int) -> None:
    number = numbered(day, order)
    wrong = f"{number[:place]}{(int(number[place]) + step) % 10}{number[place + 1 :]}"
    assert not identity.is_valid(wrong)


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 995))
def test_fifteen_digits_become_eighteen(day: date, order: int) -> None:
    number = numbered(day, order)
    assert identity.parse(number[:6] + number[8:17]) == number


def test_a_number_that_is_not_valid_is_kept_but_a_rounded_one_refused() -> None:
    assert FORMS["identity"](" 33010619900101123x ") == "33010619900101123X"
    assert FORMS["identity"]("3301**********1234") == "3301**********1234"
    for form in ("identity", "account", "code", "credit_code", "phone"):
        with pytest.raises(BadValue, match="scientific"):
            FORMS[form]("3.30106E+17")


def test_digits_cut_off_by_a_spreadsheet_are_named_as_such() -> None:
    with pytest.raises(BadValue, match="000"):
        identity.parse("330106199001011000")


@pytest.mark.parametrize(
    "code", ["91110000600037341L", "91110000600037341l", "91110000-600037341L", " 9111 0000 6000 37341L"]
)
def test_a_credit_code_in_any_writing(code: str) -> None:
    assert credit_code.parse(code) == "91110000600037341L"
    assert credit_code.organisation_code(code) == "600037341"


def test_a_village_collective_has_a_code_too() -> None:
    body = "N2330106MF1234567"
    found = [body + last for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" if credit_code.is_valid(body + last)]
    assert len(found) == 1


@pytest.mark.parametrize("code", ["91110000600037341M", "9111000060003734", "I1110000600037341L", "", "无"])
def test_a_wrong_credit_code_is_refused(code: str) -> None:
    assert not credit_code.is_valid(code)


def test_older_numbers_of_organisations() -> None:
    assert credit_code.is_organisation_code("60003734-1")
    assert not credit_code.is_organisation_code("60003734-2")
    assert credit_code.is_registration_number("110108000000016")
    assert not credit_code.is_registration_number("110108000000017")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1001.0", "1001"),
        ("001001", "001001"),
        ("1001.01", "1001.01"),
        (" 10 01\t", "1001"),
        ("2E10", "2E10"),
        ("0", "0"),
    ],
)
def test_codes_keep_their_zeros(written: str, kept: str) -> None:
    assert codes.normalise(written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("王　芳", "王芳"),
        ("王 芳*", "王芳"),
        ("买买提．艾力", "买买提·艾力"),
        ("宏达（集团）公司", "宏达(集团)公司"),
        ("Li Ming", "Li Ming"),
        ("王芳##", "王芳"),
    ],
)
def test_names_in_one_writing(written: str, kept: str) -> None:
    assert names.normalise(written) == kept


def test_a_company_and_its_legal_form() -> None:
    assert names.bare_company("江州市宏达建材（集团）有限公司") == ("江州市宏达建材(集团)", "有限公司")
    assert names.bare_company("江州市财政局") == ("江州市财政局", "")
    assert names.comparable("宏达（集团）公 司") == names.comparable("宏达集团公司")
    assert names.is_person("欧阳 明月")
    assert not names.is_person("江州市财政局")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+86 138-0013-8000", "13800138000"),
        ("013800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("(010)65529988-1234", "010-65529988-1234"),
        ("0571-87654321转801", "0571-87654321-801"),
        ("87654321", "87654321"),
        ("400-800-1234", "4008001234"),
        ("138****8000", "138****8000"),
    ],
)
def test_phones_in_one_writing(written: str, kept: str) -> None:
    assert phones.normalise(written) == kept


def test_what_is_a_mobile_and_what_a_card() -> None:
    assert phones.is_mobile("138 0013 8000")
    assert not phones.is_mobile("0571-87654321")
    assert accounts.normalise("'6222 0212-3456") == "622202123456"
    assert accounts.is_card("4111 1111 1111 1111")
    assert not accounts.is_card("4111 1111 1111 1112")
    assert not accounts.is_valid("现金")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  某 局 \t", "某 局"),
        ("'0012", "0012"),
        ('="0012"', "0012"),
        ("ＡＢＣ（１）", "ABC(1)"),
        ("a\x00b\u200b", "ab"),
        ("甲\r\n乙", "甲 乙"),
    ],
)
def test_text_is_cleaned_once(written: str, kept: str) -> None:
    assert READERS["text"](written) == kept


@example("/-")
@example("/*")
@example("· .公")
@example("王芳* #")
@example("- -")
@given(st.text("019XxeE+-.*#()（）·'\"/ \u3000\t０９Ａ－．王芳公司转省", max_size=24))
def test_cleaning_and_every_form_settle_at_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    for form in FORMS.values():
        try:
            once = form(text)
        except BadValue:
            continue
        assert once is None or form(once) == once
