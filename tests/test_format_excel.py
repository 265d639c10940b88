"""Workbooks: every sheet becomes rows of text under their own line numbers, and nothing is lost on the way."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest
import xlsxwriter

import old_workbooks
from bihuan.collect.desk import Options
from bihuan.collect.formats import excel, format_of
from bihuan.collect.formats._grid import number
from bihuan.errors import BadSource
from readers import a_desk, handed, read, rows

PASSWORD = "县审计局-2024"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A sheet that begins at B3, one that is empty, one that is hidden."""
    path = tmp_path / "支付.xlsx"
    with xlsxwriter.Workbook(path) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        red = made.add_format({"num_format": "[Red]#,##0.00"})
        sheet = made.add_worksheet("一月")
        sheet.write_row(2, 1, ["凭证号", "日期", "金额", "身份证号", "已付"])
        sheet.write_row(4, 1, ["0001", None, 0.1 + 0.2, "110101199003070000", True])
        sheet.write_datetime(4, 2, datetime(2024, 1, 5), day)
        sheet.write_number(5, 3, 45296, red)
        sheet.write_number(5, 4, 110101199003071234)
        sheet.merge_range(5, 1, 6, 2, "合并")
        made.add_worksheet("空表")
        hidden = made.add_worksheet("小金库")
        hidden.write_row(0, 0, ["摘要", 1234567.891])
        hidden.hide()
    return path


def test_rows_keep_their_line_and_cells_their_column(book: Path, tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        first = read(desk, handed(book)).grids[0]
        assert (first.sheet, first.width, first.named) == ("一月", 6, False)
        assert rows(desk, first) == [
            (3, None, "凭证号", "日期", "金额", "身份证号", "已付"),
            (5, None, "0001", "2024-01-05", "0.3", "110101199003070000", "TRUE"),
            (6, None, "合并", None, "45296", "1.101011990030712E+17", None),
        ]
        assert first.head[0] == (3, (None, "凭证号", "日期", "金额", "身份证号", "已付"))
        assert first.merged == ((6, 2, 7, 3),)


def test_hidden_sheets_are_read_and_empty_ones_are_not(book: Path, tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        grids = read(desk, handed(book)).grids
        assert [grid.sheet for grid in grids] == ["一月", "小金库"]
        assert rows(desk, grids[1]) == [(1, "摘要", "1234567.8910")]
        assert desk.notes == ["支付.xlsx: the sheet '小金库' is hidden; it was read like the others."]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (100.0, "100"),
        (-0.0, "0"),
        (1234.56 - 1000, "234.56"),
        (8.4499999999999993, "8.45"),
        (1.234, "1.2340"),
        (1e-7, "0.0000001"),
        (99999999999.99, "99999999999.99"),
        (999999999999999.0, "999999999999999"),
        (6222021234567890.0, "6.22202123456789E+15"),
        (1e21, "1E+21"),
    ],
)
def test_a_number_is_written_with_the_digits_that_excel_holds(value: float, text: str) -> None:
    assert number(value) == text


def test_a_formula_error_stays_visible_in_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "错误.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("账")
        sheet.write_row(0, 0, ["凭证号", "金额", "差额"])
        sheet.write(1, 0, "1")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 2, "=甲!A1", None, "#REF!")
        sheet.write_row(2, 0, ["2", 5])
        sheet.write_formula(2, 2, "=B3", None, 5)
    with a_desk(tmp_path) as desk:
        assert rows(desk, read(desk, handed(path)).grids[0])[1:] == [(2, "1", "#DIV/0!", "#REF!"), (3, "2", "5", "5")]


def test_a_formula_that_nobody_computed_is_not_taken_for_an_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "未计算.xlsx"
    made = openpyxl.Workbook()
    made.active.append(["金额", "合计"])
    made.active.append([1, "=A2*2"])
    made.save(path)
    with a_desk(tmp_path) as desk:
        assert rows(desk, read(desk, handed(path)).grids[0])[1] == (2, "1", "#CALC!")


def test_a_workbook_of_1904_dates_gives_the_same_days(tmp_path: Path) -> None:
    path = tmp_path / "mac.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as made:
        made.add_worksheet().write_datetime(0, 0, date(2024, 1, 5), made.add_format({"num_format": "yyyy/m/d"}))
    with a_desk(tmp_path) as desk:
        assert rows(desk, read(desk, handed(path)).grids[0]) == [(1, "2024-01-05")]


def locked_copy(book: Path) -> Path:
    path = book.with_name("加密.xlsx")
    with book.open("rb") as plain, path.open("wb") as target:
        msoffcrypto.OfficeFile(plain).encrypt(PASSWORD, target)
    return path


def test_a_locked_workbook_opens_with_its_password(book: Path, tmp_path: Path) -> None:
    with a_desk(tmp_path, Options(password=PASSWORD)) as desk:
        assert [grid.sheet for grid in read(desk, handed(locked_copy(book))).grids] == ["一月", "小金库"]


@pytest.mark.parametrize(("password", "words"), [(None, "--password-env"), ("猜的", "does not open it")])
def test_without_the_right_password_it_says_so_and_never_says_the_password(
    book: Path, tmp_path: Path, password: str | None, words: str
) -> None:
    with a_desk(tmp_path, Options(password=password)) as desk, pytest.raises(BadSource, match=words) as caught:
        read(desk, handed(locked_copy(book)))
    assert "猜的" not in str(caught.value) + repr(desk)


def test_a_half_copied_workbook_is_refused_by_name(book: Path, tmp_path: Path) -> None:
    book.write_bytes(book.read_bytes()[:4000])
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match=r"支付\.xlsx: the workbook cannot be opened"):
        read(desk, handed(book))


def test_a_workbook_with_a_damaged_sheet_is_refused(book: Path, tmp_path: Path) -> None:
    broken = book.with_name("坏.xlsx")
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[:-40] if name.endswith("sheet1.xml") else old.read(name))
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="cannot be opened"):
        read(desk, handed(broken))


def test_the_content_decides_and_not_the_suffix(book: Path, tmp_path: Path) -> None:
    renamed = book.rename(book.with_name("导出.xls"))
    with a_desk(tmp_path) as desk:
        assert format_of(handed(renamed)).NAME == "excel"
        assert len(read(desk, handed(renamed)).grids) == 2


def test_a_workbook_without_a_cell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "空.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet()
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="no sheet of the workbook holds a cell"):
        read(desk, handed(path))


def test_a_stray_cell_in_the_far_corner_does_not_eat_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "角.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("账")
        sheet.write(0, 0, "凭证号")
        sheet.write(1_048_575, 16_383, "x")
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="spans 1,048,576 rows by 16,384 columns"):
        read(desk, handed(path))


def test_a_workbook_that_is_a_bomb_is_refused(book: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as package, package.open("xl/media/x.bin", "w") as stream:
        for _ in range(80):
            stream.write(bytes(1 << 20))
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="zip bomb"):
        read(desk, handed(book))


def test_an_ordinary_zip_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("content.xml", "<a/>")
        made.writestr("mimetype", "application/epub+zip")
    assert not excel.recognises(handed(path))


def test_an_old_xls_is_read_with_its_errors(tmp_path: Path) -> None:
    sheets: dict[str, old_workbooks.Cells] = {
        "一月": {(2, 2): "摘要", (2, 3): "金额", (3, 2): "付款", (3, 3): "#REF!", (4, 2): "#DIV/0!", (4, 3): 1234.5},
        "二月": {(1, 1): "甲", (1, 2): 110101199003071234.0},
    }
    with a_desk(tmp_path) as desk:
        first, second = read(desk, handed(old_workbooks.xls(tmp_path / "账.et", sheets))).grids
        assert (first.sheet, second.sheet) == ("一月", "二月")
        assert rows(desk, first) == [
            (2, None, "摘要", "金额"),
            (3, None, "付款", "#REF!"),
            (4, None, "#DIV/0!", "1234.5"),
        ]
        assert rows(desk, second) == [(1, "甲", "1.1010119900307123E+17")]


def test_a_binary_workbook_is_read_with_its_errors(tmp_path: Path) -> None:
    cells: old_workbooks.Cells = {(2, 1): "摘要", (2, 2): "金额", (3, 1): "付", (3, 2): "#REF!", (5, 2): 12.5}
    with a_desk(tmp_path) as desk:
        (grid,) = read(desk, handed(old_workbooks.xlsb(tmp_path / "账.xlsb", "账", cells))).grids
        assert grid.sheet == "账"
        assert rows(desk, grid) == [(2, "摘要", "金额"), (3, "付", "#REF!"), (5, None, "12.5")]


def test_a_half_copied_xls_is_refused(tmp_path: Path) -> None:
    path = old_workbooks.xls(tmp_path / "账.xls", {"一月": {(1, 1): "甲"}})
    path.write_bytes(path.read_bytes()[:1700])
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match=r"账\.xls: the workbook cannot be opened"):
        read(desk, handed(path))


def test_an_opendocument_sheet_is_read_with_its_errors(tmp_path: Path) -> None:
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    money = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    lines = [
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>',
        f"<table:table-row>{text.format('摘要')}{text.format('金额')}</table:table-row>",
        f'<table:table-row><table:table-cell table:number-columns-repeated="1"/>{error}</table:table-row>',
        f"<table:table-row>{text.format('付')}{money.format('12.5')}</table:table-row>",
    ]
    with a_desk(tmp_path) as desk:
        (grid,) = read(desk, handed(old_workbooks.ods(tmp_path / "账.ods", {"账": "".join(lines)}))).grids
        assert rows(desk, grid) == [(3, "摘要", "金额"), (4, None, "#DIV/0!"), (5, "付", "12.5")]
