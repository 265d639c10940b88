"""What a method's SQL says in both languages stands in a reason in the reader's only; data are left as they are."""

from __future__ import annotations

from pathlib import Path

from at_the_desk import examined, twice
from bihuan.examine.bilingual import bilingual
from bihuan.leads.ranking import rank
from written_methods import method_with

SQL = "SELECT CASE WHEN amount > 100 THEN '1电话 phone' ELSE '地址 address of upload' END AS shared FROM payment"


def test_phrases_are_found_the_longest_first_without_the_digit_that_sorts() -> None:
    assert bilingual(SQL) == [
        {"phrase": "地址 address of upload", "zh": "地址", "en": "address of upload"},
        {"phrase": "电话 phone", "zh": "电话", "en": "phone"},
    ]
    assert bilingual("SELECT '营养|供餐', 'valid', '华为 X100', '2024 年'") == []


def test_a_reason_says_them_in_one_language_and_leaves_what_the_books_say(tmp_path: Path) -> None:
    method = method_with(
        ("count(*) AS times", "count(*) AS times, '电话 phone' AS shared"),
        ('zh: "发票{invoice_no}付款{times}次"', 'zh: "{payee_id}的{shared}"'),
        ('en: "Invoice {invoice_no} was paid {times} times"', 'en: "{shared} of {payee_id}"'),
    )
    made = examined(tmp_path, twice("公司 phone", "001", "150.00"), [method])
    (lead,) = rank(made).leads
    assert lead.hit.reason("zh", unmask=True) == "公司 phone的电话"
    assert lead.hit.reason("en", unmask=True) == "phone of 公司 phone"
