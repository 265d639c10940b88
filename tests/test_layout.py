"""From a grid to a sheet: headings, title, totals, notes, merged cells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter

import readers
from bihuan.collect import layout
from bihuan.collect.desk import Desk
from bihuan.collect.layout_title import period_of
from bihuan.collect.sheet import Sheet
from bihuan.errors import Unsure


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with readers.a_desk(tmp_path) as made:
        yield made


def laid_out(desk: Desk, name: str, text: str) -> Sheet:
    path = desk.maps.parent / name
    path.write_text(text.strip() + "\n", encoding="utf-8")
    (grid,) = readers.read(desk, readers.handed(path)).grids
    return layout.lay_out(grid, desk)


def body(desk: Desk, sheet: Sheet) -> list[tuple[object, ...]]:
    return [row[1:] for row in desk.engine.rows(f"SELECT * FROM ({sheet.scan}) ORDER BY line")]


def test_headings_on_row_four_below_a_title_are_found_with_the_facts_of_the_title(desk: Desk) -> None:
    sheet = laid_out(
        desk,
        "工资.csv",
        """
某县教育局2024年3月工资发放表,,,
编制单位：,某县教育局（本级）,,单位：万元
,,,
姓名,身份证号,应发合计,实发合计
张三,110101199003070855,1.2,1.1
""",
    )
    assert sheet.headings == ("姓名", "身份证号", "应发合计", "实发合计")
    assert (sheet.line, sheet.unit_name, sheet.money_scale) == (4, "某县教育局(本级)", 10_000)
    assert (sheet.fiscal_year, sheet.period, sheet.title) == (2024, 3, "某县教育局2024年3月工资发放表")
    assert body(desk, sheet) == [(5, "张三", "110101199003070855", "1.2", "1.1")]


def test_two_levels_of_headings_are_joined(desk: Desk) -> None:
    sheet = laid_out(
        desk,
        "余额表.csv",
        """
科目编码,科目名称,年初余额,,本期发生额,,期末余额,
,,借方,贷方,借方,贷方,借方,贷方
1001,库存现金,1,,2,1,2,
""",
    )
    assert sheet.headings[2:6] == ("年初余额借方", "年初余额贷方", "本期发生额借方", "本期发生额贷方")
    assert [row[0] for row in body(desk, sheet)] == [3]


def test_totals_repeated_headings_blank_rows_and_notes_are_no_rows_but_are_counted(desk: Desk) -> None:
    sheet = laid_out(
        desk,
        "序时账.csv",
        """
凭证日期,凭证号,摘要,科目编码,借方金额,贷方金额
2024-01-02,记-1,付款,5001,5.00,
2024-01-02,记-1,付款,1002,,5.00
,,本月合计,,5.00,5.00
,,,,,
凭证日期,凭证号,摘要,科目编码,借方金额,贷方金额
承前页,,,,5.00,5.00
2024-02-02,记-2,付款,5001,7.00,
合　计,,,,12.00,5.00
制表人：张三,,审核人：李四,,,
""",
    )
    assert [row[0] for row in body(desk, sheet)] == [2, 3, 8]
    assert [(one.line, one.label) for one in sheet.stated] == [(4, "本月合计"), (7, "承前页"), (9, "合计")]
    assert [one.is_grand for one in sheet.stated] == [False, False, True]
    assert sheet.stated[2].cells["借方金额"] == "12.00"
    assert sheet.skipped == {"totals row": 3, "repeated heading": 1, "note below the table": 1}
    assert sheet.notes == ("制表人：张三 审核人：李四",)


def test_a_description_that_says_total_is_still_a_row(desk: Desk) -> None:
    sheet = laid_out(
        desk,
        "序时账.csv",
        """
凭证日期,凭证号,摘要,科目编码,借方金额,贷方金额
2024-01-02,记-1,合计,5001,5.00,
2024-01-02,记-1,期初余额,1002,,5.00
""",
    )
    assert len(body(desk, sheet)) == 2
    assert sheet.stated == ()


def test_a_total_under_the_running_number_or_beside_a_filled_department_is_a_total(desk: Desk) -> None:
    numbered = laid_out(desk, "a.csv", "序号,姓名,身份证号,发放金额\n1,张三,1,100\n2,李四,2,100\n合计,,,200")
    grouped = laid_out(desk, "b.csv", "科室,姓名,实发合计\n财务科,张三,100\n财务科,小计,100\n办公室,李四,50")
    assert [one.line for one in numbered.stated] == [4]
    assert [one.line for one in grouped.stated] == [3]


def test_repeated_headings_get_numbers_and_blank_ones_their_place(desk: Desk) -> None:
    sheet = laid_out(desk, "a.csv", "科目编码,方向,期初余额,方向,期末余额,\n1001,借,1,借,2,x\n1002,借,1,借,2,x")
    assert sheet.headings == ("科目编码", "方向", "期初余额", "方向_2", "期末余额", "列6")


def test_a_scale_in_a_heading_counts_before_that_of_the_title(desk: Desk) -> None:
    sheet = laid_out(desk, "a.csv", "合同台账,,\n单位：万元,,\n合同编号,合同金额,累计已付（元）\nHT1,1,100\nHT2,2,100")
    assert sheet.scale("合同金额") == 10_000
    assert sheet.scale("累计已付(元)") == 1


def test_a_file_without_headings_is_left_to_a_person(desk: Desk) -> None:
    with pytest.raises(Unsure, match=r"no heading found in the first 15 rows.*heading"):
        laid_out(desk, "a.csv", "2024-01-01,1001,5.00\n2024-01-02,1002,6.00")


def test_a_second_table_on_the_sheet_is_reported_with_its_line(desk: Desk) -> None:
    with pytest.raises(Unsure, match=r"second table seems to begin on line 5.*until: 4"):
        laid_out(
            desk,
            "a.csv",
            "合同编号,合同名称,合同金额\nHT1,甲,1\nHT2,乙,2\n,,\n指标编号,指标文号,指标金额\nB1,财预1号,3",
        )


def test_merged_text_is_filled_down_within_its_lines_and_money_never(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "合同.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("台账")
    for column, heading in enumerate(["合同编号", "合同名称", "合同金额"]):
        page.write(0, column, heading)
    page.merge_range(1, 0, 2, 0, "HT1")
    page.merge_range(1, 2, 2, 2, "500.00")
    page.write_column(1, 1, ["甲", "乙", "丙"])
    page.write(3, 2, "7.50")
    book.close()
    (grid,) = readers.read(desk, readers.handed(path)).grids
    sheet = layout.lay_out(grid, desk)
    assert body(desk, sheet) == [(2, "HT1", "甲", "500.00"), (3, "HT1", "乙", None), (4, None, "丙", "7.50")]


def test_a_map_may_say_where_the_heading_stands_and_where_the_table_ends(desk: Desk) -> None:
    path = desk.maps.parent / "a.csv"
    path.write_text("1,2,3\nx,y,z\n4,5,6\n7,8,9\n", encoding="utf-8")
    (grid,) = readers.read(desk, readers.handed(path)).grids
    sheet = layout.lay_out(grid, desk, lines=[2], until=3)
    assert sheet.headings == ("x", "y", "z")
    assert body(desk, sheet) == [(3, "4", "5", "6")]


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("2024年3月", (2024, 3)),
        ("2024年第12期", (2024, 12)),
        ("2024-03", (2024, 3)),
        ("期间：202403", (2024, 3)),
        ("2024年度", (2024, None)),
        ("2024年1月至12月", (2024, None)),
        ("2024年1-12月", (2024, None)),
        ("2024.01-2024.12", (2024, None)),
        ("2024年3月1日至2024年3月31日", (2024, 3)),
        ("打印日期 2025-01-05", (None, None)),
        ("凭证", (None, None)),
    ],
)
def test_the_period_of_a_title_is_a_month_a_year_or_nothing(words: str, period: tuple[int | None, int | None]) -> None:
    assert period_of(words) == period
