"""What a method's header may say, and how a mistake in it is told."""

from __future__ import annotations

import textwrap
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bihuan.errors import BadMethod
from bihuan.examine.header import load, parse
from written_methods import SOUND, method_with, text_with

PATH = Path("payments/paid_twice.sql")


def test_a_sound_header_is_read_with_its_types():
    method = method_with()
    assert method.header.lead.subject == ("payee_id", "invoice_no")
    assert method.header.lead.on == "paid_on"
    assert method.header.params == {"least": Decimal("100.00")}
    assert method.header.role == "lead"
    assert method.pack == "payments"
    assert method.sql.startswith("SELECT unit_id")


def test_on_and_no_are_words_and_leading_zeros_stay():
    rows = method_with().header.examples[0].given["payment"]
    assert rows[0]["invoice_no"] == "001"
    assert rows[0]["paid_on"] == date(2024, 1, 5)
    assert rows[0]["amount"] == Decimal("150.00")


def test_money_in_a_header_is_never_a_float():
    header = method_with(("params: {least: 100.00}", "params: {least: 0.1}")).header
    assert header.params["least"] == Decimal("0.1")
    assert isinstance(header.params["least"], Decimal)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("title: {zh: 重复付款, en: Paid twice}\n", ""), "'title' is missing"),
        (("level: high", "level: grave"), "level: 'grave' is not one of"),
        (("scope: lookback", "scope: lookback\ncolour: red"), "'colour' was unexpected"),
        (("title: {zh: 重复付款, en: Paid twice}", "title: {zh: 重复付款}"), "title: 'en' is missing"),
        (("currency: currency, ", ""), "'currency' is a dependency of 'amount'"),
        (("params: {least: 100.00}", "params: {least: [1]}"), "params.least: [1] is no constant"),
        (("level: high", "level: high\nlevel: low"), "'level' stands twice"),
        (("level: high", "level: {high"), "the header is not YAML"),
        (("  expect:\n", "  expects:\n"), "examples"),
    ],
)
def test_a_mistake_is_told_with_its_file_its_key_and_what_is_wrong(change, words):
    with pytest.raises(BadMethod) as told:
        parse(text_with(change), PATH)
    assert words in str(told.value)
    assert str(PATH) in str(told.value)


def test_the_id_is_the_name_of_the_file():
    with pytest.raises(BadMethod, match=r"id is 'paid_twice' but the file is called other\.sql"):
        parse(SOUND, Path("payments/other.sql"))


def test_a_file_without_a_header_says_how_to_begin():
    with pytest.raises(BadMethod, match="no header"):
        parse("SELECT 1", PATH)


def test_a_file_that_is_not_utf8_names_the_byte(tmp_path):
    path = tmp_path / "paid_twice.sql"
    path.write_bytes(SOUND.encode("gb18030"))
    with pytest.raises(BadMethod, match="not UTF-8 at byte"):
        load(path)


@pytest.mark.parametrize(
    "change",
    [
        ("title: {zh: 重复付款, en: Paid twice}", "title: {zh: 重复支付, en: Paid two times}"),
        ("why: {zh: 多付。, en: Money out for nothing.}", "why: {zh: 多。, en: Too much.}"),
        ("FROM payment\n", "FROM   payment  -- all of them\n"),
        ("status: stable", "status: trial"),
    ],
)
def test_words_and_layout_do_not_make_a_new_version(change):
    assert method_with(change).version == method_with().version


@pytest.mark.parametrize(
    "change",
    [
        ("params: {least: 100.00}", "params: {least: 200.00}"),
        ("HAVING count(*) > 1", "HAVING count(*) > 2"),
        ("where: invoice_no IS NOT NULL", "where: amount > 0"),
        ("level: high", "level: low"),
        ("WHERE invoice_no IS NOT NULL AND", "WHERE invoice_no <> 'a  b' AND"),
    ],
)
def test_what_changes_the_meaning_makes_a_new_version(change):
    assert method_with(change).version != method_with().version


def test_spaces_within_a_text_are_part_of_the_meaning():
    one = method_with(("WHERE invoice_no IS NOT NULL", "WHERE invoice_no <> 'a  b'"))
    other = method_with(("WHERE invoice_no IS NOT NULL", "WHERE invoice_no <> 'a b'"))
    assert one.version != other.version


def test_the_header_in_the_docs_can_be_read():
    docs = (Path(__file__).parents[1] / "docs" / "adding-a-method.md").read_text(encoding="utf-8")
    block = textwrap.dedent(docs[docs.index("    /*\n") : docs.index("    */\n") + len("    */\n")])
    header = parse(block + "SELECT unit_id FROM payment", Path("own/duplicate_invoice.sql")).header
    assert header.optional == ("account",)
    assert header.params == {"window_days": 90}
    assert header.max_share == Decimal("0.05")
