"""The pack `ledger` on a whole book: quiet where nothing is wrong, and awake where something was put in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bihuan.examine import calendar, parameters
from bihuan.examine.check import check
from bihuan.examine.header import Method, load
from bihuan.examine.lint import constants, schema
from bihuan.settings import Settings
from bihuan.store.engine import Engine, connect

FOLDER = Path(__file__).parents[1] / "src/bihuan/examine/methods/ledger"
METHODS = {one.id: one for one in map(load, sorted(FOLDER.glob("*.sql")))}
UNITS = ("U1", "U2", "U3", "U4")
NAMES = ("张伟", "王芳", "李娜", "刘洋", "陈静", "赵磊", "孙丽", "周强")
SPENDING = (  # account, name, wording, middle of the amounts in yuan
    ("50010101", "业务活动费用-办公费", "支付办公用品款", 900),
    ("50010102", "业务活动费用-差旅费", "报销差旅费", 1500),
    ("50010103", "业务活动费用-维修费", "支付设备维修费", 4200),
    ("50010104", "业务活动费用-印刷费", "支付资料印刷费", 2300),
    ("51010101", "单位管理费用-邮电费", "支付邮电通讯费", 1200),
    ("51010102", "单位管理费用-劳务费", "发放劳务费", 3600),
)
Row = dict[str, Any]


class Bookkeeper:
    """Writes vouchers of one unit in order, numbered by month, each on both sides of the parallel accounts."""

    def __init__(self, unit: str) -> None:
        self.unit, self.rows = unit, []
        self.numbers: dict[tuple[int, int], int] = {}

    def voucher(self, day: date, wording: str, *lines: tuple[str, str, int, int], **more: Any) -> None:
        """Post lines of (account, name, debit, credit), in cents."""
        number = self.numbers[day.year, day.month] = self.numbers.get((day.year, day.month), 0) + 1
        for place, (code, name, debit, credit) in enumerate(lines, start=1):
            row = {
                "unit_id": self.unit, "book_id": "001", "fiscal_year": day.year, "period": day.month,
                "voucher_word": "记", "voucher_no": f"{number:04}", "voucher_seq": number, "line_no": place,
                "voucher_date": day, "description": wording, "account_code": code, "account_name": name,
                "side": "budgetary" if code[0] in "678" else "financial", "debit": Decimal(debit) / 100,
                "credit": Decimal(credit) / 100, "currency": "CNY", "prepared_by": "林", "approved_by": "赵",
                "status": "valid", "is_posted": True,
            }  # fmt: skip
            self.rows.append({**row, **more})

    def spend(self, day: date, wording: str, spent: tuple[str, str], cents: int, **more: Any) -> None:
        """Money out of the bank, with its budget entry."""
        self.voucher(
            day, wording, (*spent, cents, 0), ("10020101", "银行存款-基本户", 0, cents),
            ("72010101", "事业支出", cents, 0), ("80010101", "资金结存-货币资金", 0, cents), **more,
        )  # fmt: skip

    def earn(self, day: date, wording: str, cents: int, **more: Any) -> None:
        """Money into the bank, with its budget entry."""
        self.voucher(
            day, wording, ("10020101", "银行存款-基本户", cents, 0), ("41010101", "事业收入", 0, cents),
            ("80010101", "资金结存-货币资金", cents, 0), ("61010101", "事业预算收入", 0, cents), **more,
        )  # fmt: skip


def workdays() -> list[date]:
    first = date(2024, 1, 2)
    return [one.day for one in calendar.days(first, first + timedelta(days=728)) if one.is_workday]


def keep_clean_books(unit: str, seed: int) -> Bookkeeper:
    """Two years of an ordinary unit: salaries, rent, depreciation, closing entries, and much that varies."""
    chance, book = random.Random(seed), Bookkeeper(unit)
    days = workdays()
    for place, day in enumerate(days):
        is_last = place + 1 == len(days) or days[place + 1].month != day.month
        for _ in range(chance.randint(2, 4)):
            code, name, wording, middle = chance.choice(SPENDING)
            cents = int(middle * 100 * chance.lognormvariate(0, 0.8))
            book.spend(day, f"{wording}（{chance.choice(NAMES)}{chance.randint(1, 900)}号）", (code, name), cents)
        if place % 4 == 0:
            book.earn(day, f"收到培训收入{chance.randint(1, 9999)}号", chance.randint(300000, 2500000))
        if day.day in (9, 10, 11) and days[place - 1].day < 9:
            book.spend(day, f"支付{day.month}月房租", ("50010107", "业务活动费用-租赁费"), 800000)
            book.spend(day, f"发放{day.month}月工资", ("22010101", "应付职工薪酬"), 15567800)
        if is_last:
            month_end(book, day)
    return book


def month_end(book: Bookkeeper, day: date) -> None:
    """Accruals and the closing entries of the month."""
    book.voucher(
        day,
        f"计提{day.month}月工资",
        ("50010110", "业务活动费用-工资", 15567800, 0),
        ("22010101", "应付职工薪酬", 0, 15567800),
    )
    book.voucher(
        day,
        f"计提{day.month}月折旧",
        ("50010109", "业务活动费用-折旧", 430000, 0),
        ("16020101", "固定资产累计折旧", 0, 430000),
    )
    month = [
        one for one in book.rows if one["voucher_date"].month == day.month and one["voucher_date"].year == day.year
    ]
    for code, name in sorted(
        {(one["account_code"], one["account_name"]) for one in month if one["account_code"][0] in "45"}
    ):
        net = int(sum((one["debit"] - one["credit"] for one in month if one["account_code"] == code), Decimal(0)) * 100)
        result = ("33010101", "本期盈余", max(net, 0), max(-net, 0))
        book.voucher(day, "期间损益结转", (code, name, max(-net, 0), max(net, 0)), result, is_closing=True)


BALANCES = """
INSERT INTO account_balance (row_id, unit_id, book_id, fiscal_year, period, period_end, account_code, account_name,
  side, is_leaf, opening, debit, credit, closing, currency)
WITH monthly AS (
  SELECT unit_id, fiscal_year, period, account_code, min(account_name) AS name, min(side) AS side, sum(debit) AS debit,
    sum(credit) AS credit FROM journal_line WHERE status = 'valid' GROUP BY ALL
), rolled AS (
  SELECT *, CASE WHEN account_code = '10020101' THEN 90000000 ELSE 0 END + sum(debit - credit) OVER (
    PARTITION BY unit_id, account_code ORDER BY fiscal_year, period ROWS UNBOUNDED PRECEDING) AS closing FROM monthly
)
SELECT row_number() OVER (ORDER BY unit_id, account_code, fiscal_year, period), unit_id, '001', fiscal_year, period,
  last_day(make_date(fiscal_year, period, 1)), account_code, name, side, true, closing - debit + credit,
  debit, credit, closing, 'CNY' FROM rolled
"""


def open_books(rows: list[Row]) -> Engine:
    """A session in which the rows are the journal; balances are made from them, all other tables are empty."""
    engine = connect(Settings(memory_limit="1GB", threads=1))
    for name, columns in schema().items():
        engine.run(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})")
    columns = [one for one in schema()["journal_line"] if any(one in row for row in rows)]
    held = {one: [row.get(one) for row in rows] for one in columns}
    engine.register("given", pa.table({"row_id": list(range(1, len(rows) + 1)), **held}))
    engine.run(
        f"INSERT INTO journal_line (row_id, {', '.join(columns)}) SELECT row_id, {', '.join(columns)} FROM given"
    )
    engine.unregister("given")
    engine.run(BALANCES)
    parameters.install(engine, parameters.shipped(), dict.fromkeys(UNITS, "CN"))
    calendar.install(engine, calendar.days(date(2023, 1, 1), date(2026, 12, 31)))
    return engine


def found_by(engine: Engine, method: Method) -> list[Row]:
    rows: list[Row] = engine.arrow(method.sql, constants(method, method.sql) or None).read_all().to_pylist()
    return rows


@pytest.fixture(scope="module")
def clean() -> list[Row]:
    return [row for seed, unit in enumerate(UNITS) for row in keep_clean_books(unit, seed).rows]


@pytest.fixture(scope="module")
def clean_books(clean: list[Row]) -> Iterator[Engine]:
    with open_books(clean) as engine:
        yield engine


def planted(clean: list[Row], book: Bookkeeper, method: str) -> list[Row]:
    """What the method finds of unit U9 when its rows stand beside the clean books of U1."""
    rows = [row for row in clean if row["unit_id"] == "U1"] + [{**row, "unit_id": "U1"} for row in book.rows]
    with open_books(rows) as engine:
        return found_by(engine, METHODS[method])


def later(number: int) -> Bookkeeper:
    """A bookkeeper of U1 whose numbers go on after those of the clean books."""
    book = Bookkeeper("U1")
    book.numbers = {(year, month): number for year in (2024, 2025) for month in range(1, 13)}
    return book


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_of_the_pack_keeps_its_contract(name: str) -> None:
    assert check(METHODS[name]) == []


def test_the_pack_is_whole() -> None:
    assert len(METHODS) == 28


@pytest.mark.parametrize("name", sorted(one for one in METHODS if METHODS[one].header.role == "lead"))
def test_clean_books_stay_quiet(clean: list[Row], clean_books: Engine, name: str) -> None:
    found = found_by(clean_books, METHODS[name])
    assert len(found) <= 3 * len(clean) / 100_000, found[:3]


@pytest.mark.parametrize("name", sorted(METHODS))
def test_evidence_is_given_sorted_and_one_row_a_subject(clean_books: Engine, name: str) -> None:
    method = METHODS[name]
    found = found_by(clean_books, method)
    subjects = [tuple(one[key] for key in (method.header.lead.unit, *method.header.lead.subject)) for one in found]
    assert len(subjects) == len(set(map(str, subjects)))
    for one in found:
        lists = [value for key, value in one.items() if key.endswith("_rows") and value]
        assert lists
        assert all(held == sorted(held) for held in lists)


def test_a_payment_entered_again_with_a_slip_of_the_pen_is_found(clean: list[Row]) -> None:
    book, account = later(500), ("50010103", "业务活动费用-维修费")
    book.spend(date(2025, 5, 7), "支付综合楼屋面防水维修工程款", account, 4638200)
    book.spend(date(2025, 6, 11), "支付综合楼屋面防水维休工程款 ", account, 4638200)
    book.spend(date(2025, 7, 3), "支付第一批宣传册款", account, 777700)
    book.spend(date(2025, 7, 4), "支付第二批宣传册款", account, 777700)
    found = planted(clean, book, "duplicate_entry")
    assert [(one["voucher_no"], one["period"], one["amount"]) for one in found] == [("0501", 6, Decimal("46382.00"))]


def test_the_rent_paid_twice_in_one_month_is_found_among_the_monthly_ones(clean: list[Row]) -> None:
    book = later(500)
    book.spend(date(2025, 8, 26), "支付8月房租", ("50010107", "业务活动费用-租赁费"), 800000)
    found = planted(clean, book, "duplicate_entry")
    assert [(one["period"], one["voucher_no"]) for one in found] == [(8, "0501")]


def test_year_end_income_taken_back_in_january_is_found(clean: list[Row]) -> None:
    book = later(500)
    book.earn(date(2024, 12, 27), "确认培训收入", 38000000)
    book.earn(date(2025, 1, 21), "调整上年培训收入", -38000000)
    found = planted(clean, book, "reversal_next_period")
    assert [(one["fiscal_year"], one["period"], one["amount"]) for one in found] == [(2024, 12, Decimal("380000.00"))]


def test_a_voucher_without_its_budget_entry_is_found(clean: list[Row]) -> None:
    book = later(500)
    spent = ("50010103", "业务活动费用-维修费", 9120000, 0)
    book.voucher(date(2025, 4, 8), "支付围墙维修款", spent, ("10020101", "银行存款-基本户", 0, 9120000))
    assert [one["amount"] for one in planted(clean, book, "parallel_entry_missing")] == [Decimal("91200.00")]
    months = planted(clean, book, "cash_budget_difference_unexplained")
    assert [(one["period"], one["unexplained"]) for one in months] == [(4, Decimal("91200.00"))]


def test_a_voucher_that_is_short_by_one_cent_is_found(clean: list[Row]) -> None:
    book = later(500)
    book.voucher(
        date(2025, 4, 8), "支付维修款", ("50010103", "维修费", 500, 0), ("10020101", "银行存款-基本户", 0, 499)
    )
    assert [one["difference"] for one in planted(clean, book, "voucher_unbalanced")] == [Decimal("0.01")]


def test_a_voucher_taken_out_of_the_middle_is_found_and_one_that_was_voided_is_not(clean: list[Row]) -> None:
    def is_seventh(row: Row) -> bool:
        return bool(row["fiscal_year"] == 2025 and row["period"] == 9 and row["voucher_seq"] == 7)

    with open_books([row for row in clean if not is_seventh(row)]) as engine:
        found = found_by(engine, METHODS["voucher_number_gap"])
    assert {(one["unit_id"], one["period"], one["missing_from"]) for one in found} == {(one, 9, 7) for one in UNITS}
    with open_books([{**row, "status": "void"} if is_seventh(row) else row for row in clean]) as engine:
        assert found_by(engine, METHODS["voucher_number_gap"]) == []


def test_meals_among_receivables_are_found_unless_they_are_cleared(clean: list[Row]) -> None:
    book = later(500)
    for day, cents in ((date(2025, 3, 4), 1288000), (date(2025, 3, 5), 966000)):
        book.voucher(day, "付接待餐费", ("12180101", "其他应收款", cents, 0), ("10020101", "银行存款-基本户", 0, cents))
    book.voucher(
        date(2025, 4, 2), "报销", ("50010102", "业务活动费用-差旅费", 966000, 0), ("12180101", "其他应收款", 0, 966000)
    )
    found = planted(clean, book, "expense_booked_as_receivable")
    assert [one["amount"] for one in found] == [Decimal("12880.00")]


def test_a_loan_that_was_never_returned_is_found_and_a_returned_one_is_not(clean: list[Row]) -> None:
    book, bank = later(500), ("10020101", "银行存款-基本户")
    lent = ("12180102", "其他应收款-借款")
    book.voucher(date(2024, 3, 4), "借出款项", (*lent, 30000000, 0), (*bank, 0, 30000000), counterparty="甲公司")
    book.voucher(date(2024, 3, 4), "借出款项", (*lent, 20000000, 0), (*bank, 0, 20000000), counterparty="乙公司")
    book.voucher(date(2024, 9, 4), "收回借款", (*bank, 20000000, 0), (*lent, 0, 20000000), counterparty="乙公司")
    found = planted(clean, book, "suspense_not_cleared")
    assert [(one["party"], one["amount"]) for one in found] == [("甲公司", Decimal("300000.00"))]


def test_a_balance_that_was_altered_is_found_once(clean: list[Row]) -> None:
    with open_books(clean) as engine:
        engine.run(
            "UPDATE account_balance SET closing = closing + 100 "
            "WHERE unit_id = 'U2' AND account_code = '10020101' AND fiscal_year = 2025 AND period = 12"
        )
        found = found_by(engine, METHODS["trial_balance_does_not_roll"])
    assert [(one["unit_id"], one["period"], one["difference"]) for one in found] == [("U2", 12, Decimal("100.00"))]


def test_cash_paid_before_it_was_there_is_found(clean: list[Row]) -> None:
    with open_books(clean) as engine:
        engine.run(
            "UPDATE account_balance SET opening = opening - 90000000, closing = closing - 90000000 WHERE unit_id = 'U3'"
        )
        found = found_by(engine, METHODS["negative_cash_balance"])
    assert {one["unit_id"] for one in found} == {"U3"}
    assert all(one["shortfall"] > 0 for one in found)
