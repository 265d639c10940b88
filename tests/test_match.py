"""The matcher takes what is sure, and stops with its proposal where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import yaml

import readers
from bihuan.collect import layout, match
from bihuan.collect.desk import Desk, Options
from bihuan.collect.handed import Draft
from bihuan.collect.sheet import Sheet
from bihuan.errors import Unsure

PAYMENTS = """支付凭证号,预算单位名称,支付日期,收款人名称,支付金额,备用栏
ZF1,某局,20240105,甲公司,"1,200.00",x
ZF2,某局,20240106,乙公司,800.00,y
合计,,,,"2,000.00",
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with readers.a_desk(tmp_path) as made:
        yield made


def sheet_of(desk: Desk, name: str, text: str) -> Sheet:
    path = desk.maps.parent / name
    path.write_text(text.strip() + "\n", encoding="utf-8")
    (grid,) = readers.read(desk, readers.handed(path)).grids
    return layout.lay_out(grid, desk)


def drafted(desk: Desk, name: str, text: str) -> Draft:
    return match.draft(sheet_of(desk, name, text), desk)


def rows(desk: Desk, draft: Draft) -> list[dict[str, object]]:
    names = ["sheet", "line", *draft.columns]
    found = desk.engine.rows(f"SELECT * FROM ({draft.scan}) ORDER BY line")
    return [dict(zip(names, row, strict=True)) for row in found]


def test_a_sure_sheet_becomes_a_draft_that_says_how_it_was_read(desk: Desk) -> None:
    draft = drafted(desk, "支付.csv", PAYMENTS)
    assert draft.table == "payment"
    assert [one["amount"] for one in rows(desk, draft)] == ["1,200.00", "800.00"]
    assert [(one.column, str(one.value)) for one in draft.stated] == [("amount", "2000.00")]
    assert draft.stated[0].where == "支付.csv, line 4"
    assert draft.skipped == {"totals row": 1}
    assert draft.map["ignored"] == ["备用栏"]
    assert not desk.maps.exists()


def test_two_headings_of_money_that_both_fit_and_differ_stop_the_matcher(desk: Desk) -> None:
    text = "支付日期,收款人名称,支付金额,付款金额\n20240105,甲,5.00,6.00\n20240106,乙,7.00,8.00"
    with pytest.raises(
        Unsure, match=r"支付\.csv read as payment: .*“支付金额”和“付款金额”都像 amount.*--map .*支付\.csv\.yaml"
    ):
        drafted(desk, "支付.csv", text)
    written = (desk.maps / "支付.csv.yaml").read_text(encoding="utf-8")
    assert "# 疑问 doubt:" in written
    assert yaml.safe_load(written)["columns"]["paid_on"] == {"from": "支付日期"}


def test_two_headings_that_hold_the_same_are_no_doubt(desk: Desk) -> None:
    text = "支付日期,收款人名称,支付金额,付款金额\n20240105,甲,5.00,5.00\n20240106,乙,7.00,7.00"
    assert drafted(desk, "支付.csv", text).table == "payment"


def test_a_heading_written_twice_over_different_money_is_a_doubt(desk: Desk) -> None:
    text = "支付日期,收款人名称,支付金额,支付金额\n20240105,甲,5.00,6.00\n20240106,乙,7.00,8.00"
    proposal = match.propose(sheet_of(desk, "支付.csv", text), desk)
    assert not proposal.is_sure
    assert "支付金额_2" in proposal.doubts[0]


def test_values_that_belie_their_heading_are_a_doubt(desk: Desk) -> None:
    text = "支付日期,收款人名称,支付金额\n甲公司,20240105,5.00\n乙公司,20240106,7.00"
    proposal = match.propose(sheet_of(desk, "支付.csv", text), desk)
    assert not proposal.is_sure
    assert any("支付日期" in one and "'甲公司'" in one for one in proposal.doubts)


def test_a_sheet_without_a_required_column_is_a_doubt_that_names_it(desk: Desk) -> None:
    proposal = match.propose(sheet_of(desk, "支付.csv", "支付凭证号,收款人名称,收款人账号\nZ1,甲,1\nZ2,乙,2"), desk)
    assert not proposal.is_sure
    assert any("amount, paid_on" in one for one in proposal.doubts)


def test_a_sheet_that_no_table_knows_is_left_with_an_empty_map(desk: Desk) -> None:
    with pytest.raises(Unsure, match="no table of the model knows these headings"):
        drafted(desk, "天气.csv", "湿度计读数,云量观测\n5,3\n6,4")
    assert "table:   # 请填写" in (desk.maps / "天气.csv.yaml").read_text(encoding="utf-8")


def test_a_heading_that_is_only_alike_is_proposed_and_never_taken(desk: Desk) -> None:
    text = "支付凭证号,支付日期,收款人名称,收款人的账号,支付金额\nZ1,20240105,甲,1,5.00\nZ2,20240105,乙,2,6.00"
    proposal = match.propose(sheet_of(desk, "支付.csv", text), desk)
    assert [(one.heading, one.column) for one in proposal.also] == [("收款人的账号", "payee_account")]
    assert "payee_account" not in proposal.columns


def test_dates_that_could_be_read_both_ways_are_a_doubt_and_telling_ones_are_not(desk: Desk) -> None:
    text = "支付日期,收款人名称,支付金额\n03/04/2024,甲,5.00\n05/06/2024,乙,7.00"
    assert not match.propose(sheet_of(desk, "a.csv", text), desk).is_sure
    told = match.propose(sheet_of(desk, "b.csv", text + "\n25/06/2024,丙,8.00"), desk)
    assert told.raw["columns"]["paid_on"] == {"from": "支付日期", "style": {"day_first": True}}
    assert told.is_sure


def test_ten_thousands_and_decimal_commas_are_written_into_the_map(desk: Desk) -> None:
    text = '单位：万元,,\n合同编号,合同名称,合同金额\nHT1,甲,"1.234,56"\nHT2,乙,"12,5"'
    draft = drafted(desk, "合同.csv", text)
    assert draft.styles["amount"].scale == 10_000
    assert draft.styles["amount"].decimal_comma is True


def test_the_third_and_fourth_decimals_of_ten_thousands_are_money_and_those_of_yuan_are_a_doubt(desk: Desk) -> None:
    text = "合同编号,合同名称,合同金额（{}）\nHT1,甲,11.1550\nHT2,乙,2.2595"
    assert drafted(desk, "万元.csv", text.format("万元")).map["columns"]["amount"]["scale"] == 10_000
    with pytest.raises(Unsure, match=r"11\.1550"):
        drafted(desk, "元.csv", text.format("元"))


def test_a_period_that_holds_the_year_gives_both(desk: Desk) -> None:
    headings = "科目编码,科目名称,会计期间,方向,期初余额,借方发生额,贷方发生额,期末余额"
    text = f"{headings}\n1001,现金,202403,借,1,2,1,2\n1002,银行,202403,借,1,2,1,2"
    draft = drafted(desk, "余额表.csv", text)
    assert [(one["fiscal_year"], one["period"]) for one in rows(desk, draft)] == [("2024", "03")] * 2


def test_what_the_title_says_fills_the_columns_that_no_heading_gives(desk: Desk) -> None:
    title = "科目余额表,,,,\n编制单位：某局,,2024年3月,,"
    text = f"{title}\n科目编码,期初余额,借方发生额,贷方发生额,期末余额\n1001,1,2,1,2\n1002,1,2,1,2"
    row = rows(desk, drafted(desk, "余额表.csv", text))[0]
    assert (row["unit_name"], row["fiscal_year"], row["period"]) == ("某局", "2024", "3")


def test_a_side_by_side_journal_becomes_two_lines_of_one_row(desk: Desk) -> None:
    headings = "凭证日期,凭证号,摘要,借方科目,贷方科目,金额"
    text = f"{headings}\n2024-01-05,记-1,付款,5001,1011,5.00\n2024-01-06,记-2,收款,1002,4001,6.00"
    draft = drafted(desk, "日记账.csv", text)
    found = [(one["line"], one["account_code"], one["debit"], one["credit"]) for one in rows(desk, draft)]
    assert sorted(found, key=str) == [
        (2, "1011", None, "5.00"),
        (2, "5001", "5.00", None),
        (3, "1002", "6.00", None),
        (3, "4001", None, "6.00"),
    ]


def test_two_sheets_of_a_workbook_with_merged_headings_are_read_as_the_same_table(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "序时账.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("封面").write_column(0, 0, ["某县教育局会计资料", "移交人：张三"])
        for name in ("序时账1", "序时账2"):
            write_journal(book.add_worksheet(name))
    grids = readers.read(desk, readers.handed(path)).grids
    assert [layout.is_prose(grid) for grid in grids] == [True, False, False]
    for grid in grids[1:]:
        draft = match.draft_of_grid(grid, desk)
        assert draft.table == "journal_line"
        found = [(one["line"], one["voucher_no"], one["account_code"], one["debit"]) for one in rows(desk, draft)]
        assert found == [(5, "记-1", "5001", "100.5"), (6, "记-1", "1001", None)]
        assert {(one.column, str(one.value)) for one in draft.stated} == {("debit", "100.50"), ("credit", "100.50")}


def write_journal(page: Any) -> None:
    page.merge_range(0, 0, 0, 6, "某局2024年序时账")
    for column, heading in enumerate(["日期", "凭证号", "摘要"]):
        page.merge_range(1, column, 2, column, heading)
    page.merge_range(1, 3, 1, 4, "会计科目")
    page.merge_range(1, 5, 1, 6, "本期发生额")
    page.write_row(2, 3, ["科目编码", "科目名称", "借方", "贷方"])
    page.merge_range(4, 0, 5, 0, "2024-01-05")
    page.merge_range(4, 1, 5, 1, "记-1")
    page.write_row(4, 2, ["付款", "5001", "费用", 100.5, None])
    page.write_row(5, 2, ["付款", "1001", "现金", None, 100.5])
    page.write_row(6, 0, ["合计", None, None, None, None, 100.5, 100.5])


def test_a_confirmed_map_is_used_by_itself_for_later_files_with_the_same_headings(desk: Desk) -> None:
    text = "支付日期,收款人名称,支付金额,付款金额\n20240105,甲,5.00,6.00\n20240106,乙,7.00,8.00"
    with pytest.raises(Unsure):
        drafted(desk, "一月.csv", text)
    path = desk.maps / "一月.csv.yaml"
    with pytest.raises(Unsure):
        drafted(desk, "二月.csv", text)
    path.write_text(path.read_text(encoding="utf-8").replace("confirmed: false", "confirmed: true"), encoding="utf-8")
    draft = drafted(desk, "三月.csv", text)
    assert draft.reader == "map 一月.csv.yaml"
    assert [one["amount"] for one in rows(desk, draft)] == ["5.00", "7.00"]


def test_a_proposal_that_someone_may_be_correcting_is_not_written_over(desk: Desk) -> None:
    text = "支付日期,收款人名称,支付金额,付款金额\n20240105,甲,5.00,6.00"
    with pytest.raises(Unsure):
        drafted(desk, "支付.csv", text)
    path = desk.maps / "支付.csv.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# 我的记录\n", encoding="utf-8")
    with pytest.raises(Unsure):
        drafted(desk, "支付.csv", text)
    assert path.read_text(encoding="utf-8").endswith("# 我的记录\n")
    with pytest.raises(Unsure, match=r"支付\.csv-2\.yaml"):
        drafted(desk, "支付.csv", text.replace("收款人名称", "收款人全称"))


def test_the_proposal_as_written_can_be_given_back_with_map(desk: Desk, tmp_path: Path) -> None:
    text = "支付日期,收款人名称,支付金额,付款金额\n20240105,甲,5.00,6.00\n20240106,乙,7.00,8.00"
    with pytest.raises(Unsure):
        drafted(desk, "支付.csv", text)
    options = Options(map=desk.maps / "支付.csv.yaml")
    with readers.a_desk(tmp_path, options) as second:
        assert [one["amount"] for one in rows(second, drafted(second, "支付.csv", text))] == ["5.00", "7.00"]
