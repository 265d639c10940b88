"""A map says how a sheet is read; what is wrong in it is said with its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import readers
from bihuan.collect import layout
from bihuan.collect.desk import Desk
from bihuan.collect.handed import Draft
from bihuan.collect.map import load, parse
from bihuan.collect.map_draft import draft_from_map
from bihuan.errors import BadSource

PAYMENTS = """单号,付款日,收款方,金额,状态
Z1,05/04/2024,甲,"1.234,50",已付
,06/04/2024,乙,"7,00",作废
Z3,07/04/2024,丙,"8,00",
合计,,,"1.249,50",
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with readers.a_desk(tmp_path) as made:
        yield made


def drafted(desk: Desk, text: str, yaml: str) -> Draft:
    folder = desk.maps.parent
    (folder / "map.yaml").write_text(yaml, encoding="utf-8")
    (folder / "a.csv").write_text(text, encoding="utf-8")
    found = load(folder / "map.yaml")
    (grid,) = readers.read(desk, readers.handed(folder / "a.csv")).grids
    return draft_from_map(layout.lay_out(grid, desk, lines=found.heading, until=found.until), found, desk)


def rows(desk: Desk, draft: Draft) -> list[tuple[object, ...]]:
    return [row[1:] for row in desk.engine.rows(f"SELECT * FROM ({draft.scan}) ORDER BY ALL")]


def test_constants_words_expressions_and_joins_make_columns(desk: Desk) -> None:
    draft = drafted(
        desk,
        PAYMENTS,
        """
table: payment
columns:
  unit_id: {const: "101001"}
  payment_no: {join: [单号, 收款方], separator: "-"}
  paid_on: {from: 付款日, extract: '(\\d{4})$'}
  status: {from: 状态, map: {已付: paid, 作废: void}}
""",
    )
    assert draft.columns == ("unit_id", "payment_no", "paid_on", "status")
    assert rows(desk, draft) == [
        (2, "101001", "Z1-甲", "2024", "paid"),
        (3, "101001", "乙", "2024", "void"),
        (4, "101001", "Z3-丙", "2024", None),
    ]


def test_a_year_is_put_before_columns_of_month_and_day(desk: Desk) -> None:
    draft = drafted(
        desk,
        "月,日,凭证号,金额\n1,5,记-1,5.00\n12,31,记-2,6.00\n",
        'table: payment\ncolumns: {paid_on: {join: [月, 日], separator: "-", prefix: "2024-"}}\n',
    )
    assert rows(desk, draft) == [(2, "2024-1-5"), (3, "2024-12-31")]


def test_a_value_that_the_expression_does_not_fit_stays_to_be_rejected(desk: Desk) -> None:
    draft = drafted(desk, PAYMENTS, "table: payment\ncolumns:\n  payment_no: {from: 单号, extract: '^Z(1)$'}\n")
    assert [row[1] for row in rows(desk, draft)] == ["1", None, "Z3"]


def test_styles_and_scales_go_with_the_draft_and_its_stated_total_is_read_by_them(desk: Desk) -> None:
    draft = drafted(
        desk,
        PAYMENTS,
        """
table: payment
columns:
  paid_on: {from: 付款日, style: {day_first: true}}
  amount: {from: 金额, scale: 10000, style: {decimal_comma: true}}
""",
    )
    assert draft.styles["paid_on"].day_first is True
    assert (draft.styles["amount"].scale, draft.styles["amount"].decimal_comma) == (10_000, True)
    assert [str(one.value) for one in draft.stated] == ["12495000.00"]


def test_rows_left_out_by_the_map_are_counted_and_then_no_total_is_expected(desk: Desk) -> None:
    draft = drafted(
        desk,
        PAYMENTS,
        """
table: payment
columns: {amount: {from: 金额}}
skip: [{column: 状态, equals: [作废, 退回]}, {column: 状态, empty: true}]
""",
    )
    assert [row[0] for row in rows(desk, draft)] == [2]
    assert draft.skipped == {
        "totals row": 1,
        "skipped by the map: 状态 = 作废 / 退回": 1,
        "skipped by the map: 状态 = empty": 1,
    }
    assert draft.stated == ()


def test_columns_are_filled_down_where_the_map_says_so(desk: Desk) -> None:
    draft = drafted(desk, PAYMENTS, "table: payment\ncolumns: {payment_no: {from: 单号}}\nfill_down: [单号]\n")
    assert [row[1] for row in rows(desk, draft)] == ["Z1", "Z1", "Z3"]


def test_a_code_is_translated_through_a_second_file_which_stays_a_companion(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "chart.csv").write_text("旧码,新码,说明\n1,1001,现金\n2,1002,银行\n", encoding="utf-8")
    yaml = """
table: account_balance
columns:
  account_code: {from: 科目, lookup: {file: chart.csv, key: 旧码, value: 新码}}
  opening: {from: 期初}
"""
    draft = drafted(desk, "科目,期初\n1,5.00\n2,6.00\n", yaml)
    assert rows(desk, draft) == [(2, "1001", "5.00"), (3, "1002", "6.00")]
    assert [one.name for one in draft.companions] == ["chart.csv"]
    with pytest.raises(BadSource, match=r"'3' not in chart\.csv under 旧码"):
        drafted(desk, "科目,期初\n1,5.00\n3,6.00\n", yaml)


def test_a_lookup_with_two_values_for_one_code_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "chart.csv").write_text("旧码,新码,说明\n1,1001,现金\n1,1002,银行\n", encoding="utf-8")
    with pytest.raises(BadSource, match="旧码 '1' has two different 新码"):
        drafted(
            desk,
            "科目,期初\n1,5.00\n",
            "table: account\ncolumns: {code: {from: 科目, lookup: {file: chart.csv, key: 旧码, value: 新码}}}\n",
        )


def test_both_sides_of_a_row_become_lines_and_a_side_that_is_not_there_does_not(desk: Desk) -> None:
    draft = drafted(
        desk,
        "号,日,借科,借额,贷科,贷额\n1,2024-01-01,5001,5.00,1001,8.00\n1,2024-01-01,5002,3.00,,0\n2,2024-01-02,,7.00,1002,0\n",
        """
table: journal_line
columns: {voucher_no: {from: 号}, voucher_date: {from: 日}}
split:
  debit: {account_code: {from: 借科}, counter_account: {from: 贷科}, debit: {from: 借额}}
  credit: {account_code: {from: 贷科}, counter_account: {from: 借科}, credit: {from: 贷额}}
""",
    )
    assert draft.columns == ("voucher_no", "voucher_date", "account_code", "counter_account", "debit", "credit")
    found = [(row[0], row[3], row[5], row[6]) for row in rows(desk, draft)]
    assert sorted(found, key=str) == [
        (2, "1001", None, "8.00"),
        (2, "5001", "5.00", None),
        (3, "5002", "3.00", None),
        (4, "1002", None, "0"),
        (4, None, "7.00", None),  # money without an account: convert rejects it, it is not lost
    ]


def test_a_map_may_point_to_the_heading_line(desk: Desk) -> None:
    yaml = "table: payment\nheading: [2]\nuntil: 3\ncolumns: {amount: {from: c}}\n"
    assert rows(desk, drafted(desk, "1,2,3\na,b,c\n4,5,6\n7,8,9\n", yaml)) == [(3, "6")]


@pytest.mark.parametrize(
    ("yaml", "words"),
    [
        ("columns: {amount: {from: x}}", "'table' is a required property"),
        ("table: payment", "`columns:` is missing"),
        ("table: money\ncolumns: {}", "no table 'money' in the model"),
        ("table: payment\ncolumns: {sum: {from: x}}", "payment has no column 'sum'"),
        ("table: payment\ncolumns: {amount: {from: x, const: 1}}", r"columns\.amount"),
        ("table: payment\ncolumns: {amount: {from: x, factor: 10}}", "'factor' was unexpected"),
        ("table: payment\ncolumns: {amount: {from: x, extract: '('}}", "is no regular expression"),
        ("table: payment\nskip: [{column: x}]\ncolumns: {}", r"skip\.0"),
        (
            "table: journal_line\ncolumns: {line_no: {from: 单号}}\nsplit: {debit: {}, credit: {}}",
            "cannot both have its line_no",
        ),
        ("- a\n- b", "beginning with `table:`"),
        ("table: [", "this is not YAML"),
        (
            "table: payment\ncolumns: {amount: {from: 总额}}",
            "takes '总额', but there is no such heading.*The sheet has: 单号",
        ),
    ],
)
def test_what_is_wrong_in_a_map_is_said_with_its_place(desk: Desk, yaml: str, words: str) -> None:
    with pytest.raises(BadSource, match=words):
        drafted(desk, PAYMENTS, yaml)


def test_a_map_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match="there is no such map"):
        load(tmp_path / "none.yaml")


def test_a_heading_is_found_whatever_its_width_and_blanks(desk: Desk) -> None:
    draft = drafted(
        desk, "支付 金额（元）,收款人\n5.00,甲\n", "table: payment\ncolumns: {amount: {from: 支付金额(元)}}\n"
    )
    assert rows(desk, draft) == [(2, "5.00")]


def test_plain_data_is_checked_like_a_file() -> None:
    assert parse({"table": "payment", "columns": {"amount": {"from": "金额"}}}).table.name == "payment"
