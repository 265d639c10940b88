"""`bihuan profile`: fields, numbers, dates, running numbers and words, as an auditor asks for them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from at_the_desk import bihuan, payment
from hostile import TEXTS
from small_books import workspace

ACCOUNT = "6228480012345678901"


@pytest.fixture
def made(tmp_path):
    rows = [
        payment("甲公司", "F1", "50.00", "2024-01-05", payee_account=ACCOUNT),
        payment("甲公司", "F2", "50.00", "2024-01-06", payee_account=ACCOUNT),
        payment("乙公司", "F3", "1234.56", "2024-02-29"),
        payment("丙公司", "X-9", "-20.00", "2024-05-01"),
        payment("丙公司", None, "0.00", "2024-05-31"),
    ]
    lines = [
        {"fiscal_year": "2024", "period": str(period), "voucher_no": f"记-{n}", "voucher_seq": str(n),
         "voucher_date": "2024-03-01", "account_code": "1002", "debit": "1.00", "credit": "0.00"}
        for period, held in ((1, (1, 2, 2, 3, 7)), (2, (1, 2, 4)))
        for n in held
    ]  # fmt: skip
    return workspace(tmp_path, {"payment": rows, "journal_line": lines})


def profiled(made, *words):
    return bihuan(made, "profile", *words, "--json").records


def test_a_table_is_profiled_by_all_its_fields(made):
    fields = {one["name"]: one for one in profiled(made, "payment")}
    amount = fields["amount"]
    assert (amount["rows"], amount["filled"], amount["distinct"]) == (5, 5, 4)
    assert (amount["low"], amount["high"], amount["total"]) == (
        Decimal("-20.00"),
        Decimal("1234.56"),
        Decimal("1314.56"),
    )
    assert (amount["zero"], amount["negative"]) == (1, 1)
    assert (fields["invoice_no"]["filled"], fields["invoice_no"]["empty"]) == (4, 1)
    assert (fields["paid_on"]["low"], fields["paid_on"]["high"]) == ("2024-01-05", "2024-05-31")
    assert fields["contract_no"]["filled"] == 0


def test_numbers_have_totals_quantiles_strata_and_repeats(made):
    (found,) = profiled(made, "payment", "amount")
    held = found["numbers"]
    assert held["all"] == {"rows": 5, "amount": Decimal("1314.56")}
    assert held["positive"] == {"rows": 3, "amount": Decimal("1334.56")}
    assert held["negative"] == {"rows": 1, "amount": Decimal("-20.00")}
    assert held["zero"]["rows"] == 1
    assert (held["quantiles"]["p50"], held["quantiles"]["p99"]) == (Decimal("50.00"), Decimal("1234.56"))
    assert held["repeated"] == [{"value": Decimal("50.00"), "rows": 2}]
    assert held["frequency_factor"] == 0.25  # 2 squared over 4 squared
    assert held["round_shares"]["10"] == pytest.approx(Decimal(2) / 3, abs=Decimal("1e-9"))
    bands = {(one["low"], one["high"]): (one["rows"], one["amount"]) for one in held["bands"]}
    assert bands == {
        (-20, -10): (1, Decimal("-20.00")), (0, 1): (1, 0), (50, 100): (2, 100), (1000, None): (1, Decimal("1234.56"))
    }  # fmt: skip


def test_amounts_are_broken_down_by_the_columns_asked_for(made, tmp_path):
    (found,) = profiled(made, "payment", "amount", "--by", "payee_name")
    groups = found["numbers"]["groups"]
    assert [(one["names"], one["rows"], one["amount"]) for one in groups] == [
        (["乙公司"], 1, Decimal("1234.56")), (["甲公司"], 2, 100), (["丙公司"], 2, Decimal("-20.00"))
    ]  # fmt: skip
    assert [one["frequency_factor"] for one in groups] == [0, 1, 0]  # 甲公司 is always paid the same
    assert sum(one["share"] for one in groups) == pytest.approx(1)
    page = tmp_path / "p.html"
    assert "甲公司" in bihuan(made, "profile", "payment", "amount", "--by", "payee_name").out
    bihuan(made, "profile", "payment", "amount", "--by", "payee_name,payee_account", "-o", str(page))
    assert "甲公司" in page.read_text(encoding="utf-8") and ACCOUNT not in page.read_text(encoding="utf-8")


def test_standard_deviation_and_mean_are_those_of_the_rows(made):
    (found,) = profiled(made, "payment", "amount", "--where", "amount > 0")
    assert found["numbers"]["mean"] == Decimal("444.85")
    assert float(found["numbers"]["deviation"]) == pytest.approx(683.91, abs=0.01)  # of 50, 50, 1234.56


def test_dates_have_months_weekdays_ages_and_missing_months(made):
    (found,) = profiled(made, "payment.paid_on")
    held = found["periods"]
    assert [(one["name"], one["rows"], one["amount"]) for one in held["months"]] == [
        ("2024-01", 2, 100), ("2024-02", 1, Decimal("1234.56")), ("2024-05", 2, Decimal("-20.00"))
    ]  # fmt: skip
    assert held["missing_months"] == ["2024-03", "2024-04"]
    assert {one["name"]: one["rows"] for one in held["weekdays"]} == {"3": 1, "4": 1, "5": 2, "6": 1}
    assert held["as_of"] == "2024-05-31"
    assert [(one["name"], one["rows"]) for one in held["ages"]] == [("0-30", 2), ("91-180", 3)]


def test_ages_are_counted_to_the_day_asked_for(made):
    (found,) = profiled(made, "payment", "paid_on", "--as-of", "2024-03-01")
    assert [(one["name"], one["rows"]) for one in found["periods"]["ages"]] == [("<0", 2), ("0-30", 1), ("31-60", 2)]


def test_voucher_numbers_run_within_their_period(made):
    (found,) = profiled(made, "journal_line", "voucher_seq")
    held = found["gaps"]
    assert (held["groups"], held["numbers"], held["missing"]) == (2, 7, 4)
    assert [(one["group"][3], one["first"], one["last"]) for one in held["listed"]] == [("1", 4, 6), ("2", 3, 3)]


def test_running_numbers_may_be_grouped_otherwise_or_not_at_all(made):
    (found,) = profiled(made, "journal_line", "voucher_seq", "--by", "fiscal_year")
    assert (found["gaps"]["by"], found["gaps"]["missing"]) == (["fiscal_year"], 2)
    (found,) = profiled(made, "journal_line", "period")
    assert (found["gaps"]["by"], found["gaps"]["groups"], found["gaps"]["missing"]) == ([], 1, 0)


def test_words_have_top_values_and_shapes(made):
    (found,) = profiled(made, "payment", "invoice_no")
    held = found["values"]
    assert (held["filled"], held["empty"], held["distinct"], held["once"]) == (4, 1, 4, 4)
    assert (held["shortest"], held["longest"]) == (2, 3)
    assert held["shapes"] == [{"value": "A9", "rows": 3}, {"value": "A-9", "rows": 1}]
    assert profiled(made, "payment", "payee_name")[0]["values"]["top"][0] == {"value": "丙公司", "rows": 2}


def test_personal_values_are_masked_in_json_words_and_page(made, tmp_path):
    page = tmp_path / "p.html"
    said = [
        bihuan(made, "profile", *words)
        for words in (
            ("payment", "--json"), ("payment",), ("payment", "payee_account", "--json"), ("payment", "payee_account"),
            ("payment", "payee_account", "-o", str(page)),
        )
    ]  # fmt: skip
    everything = "".join(one.out for one in said) + page.read_text(encoding="utf-8")
    assert ACCOUNT not in everything and ACCOUNT[6:12] not in everything
    assert "622**************01" in everything


def test_several_columns_are_named_in_either_way(made):
    for words in (
        ("payment", "amount", "paid_on"),
        ("payment.amount", "payment.paid_on"),
        ("payment.amount", "paid_on"),
    ):
        assert [one["column"] for one in profiled(made, *words)] == ["amount", "paid_on"]


def test_the_page_is_self_contained_draws_every_test_and_runs_nothing_foreign(tmp_path):
    made = workspace(
        tmp_path, {"payment": [payment(text, text, f"{at}4.56", "2024-01-05") for at, text in enumerate(TEXTS, 1)]}
    )
    page = tmp_path / "p.html"
    assert bihuan(made, "profile", "payment", "amount", "paid_on", "payee_name", "-o", str(page)).code == 0
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg") == 6 + 1  # six tests of digits (sums among them), and the months
    assert not re.search(r'(?:src|href)="', html)
    assert "<script>alert" not in html and "<img" not in html
    assert "{{ 7*7 }}" in html and "&lt;script&gt;" in html  # the text stays what it was


def test_the_page_of_a_whole_table_lists_its_fields(made, tmp_path):
    page = tmp_path / "p.html"
    bihuan(made, "profile", "payment", "-o", str(page))
    assert "1,314.56" in page.read_text(encoding="utf-8")


def test_it_prints_for_people_in_both_languages(made, monkeypatch):
    said = bihuan(made, "profile", "payment", "amount", "paid_on", "payee_name").out
    for words in ("首两位数字", "求和检验", "仅供参考", "周五", "2024-03、2024-04", "丙公司"):
        assert words in said
    assert "断号：缺 4 个" in bihuan(made, "profile", "journal_line", "voucher_seq").out
    monkeypatch.setenv("BIHUAN_LANG", "en")
    said = bihuan(made, "profile", "payment", "amount", "paid_on", "payee_name").out
    assert "first two digits" in said and "months without a row" in said
    assert not re.search(
        r"[\u4e00-\u9fff]", said.replace("丙公司", "").replace("乙公司", "").replace("甲公司", "").replace("汉", "")
    )


def test_an_empty_column_is_profiled_without_a_fault(made):
    for column in ("contract_no", "paid_at", "is_prepayment"):
        assert bihuan(made, "profile", "payment", column).code == 0
    assert bihuan(made, "profile", "payment", "amount", "--where", "false").code == 0
    (found,) = profiled(made, "payment", "amount", "--where", "false")
    assert found["numbers"]["all"]["rows"] == 0


def test_amounts_of_several_currencies_are_not_added_up(tmp_path):
    rows = [payment("甲", "1", "10.00", "2024-01-05", currency=one) for one in ("CNY", "USD")]
    made = workspace(tmp_path, {"payment": rows})
    said = bihuan(made, "profile", "payment", "amount")
    assert said.code == 2 and "currency = 'CNY'" in said.err
    fields = {one["name"]: one for one in profiled(made, "payment")}
    assert (fields["amount"]["total"], fields["amount"]["filled"]) == (None, 2)
    assert profiled(made, "payment", "paid_on")[0]["periods"]["months"][0]["amount"] is None


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("bid",), 1, "the books hold no bid"),
        (("payment", "colour"), 1, "no column 'colour'"),
        (("payment.amount", "journal_line.debit"), 2, "must be of one table"),
        (("payment", "amount", "--least", "0"), 2, "--least '0'"),
        (("payment", "paid_on", "--as-of", "May"), 2, "--as-of 'May'"),
        (("payment", "amount", "--where", "amount >"), 1, "cannot be read"),
        (("payment", "--by", "colour"), 1, "no column 'colour'"),
    ],
)
def test_what_cannot_be_profiled_is_said(made, words, code, complaint):
    said = bihuan(made, "profile", *words)
    assert (said.code, complaint in said.err) == (code, True), said.err
