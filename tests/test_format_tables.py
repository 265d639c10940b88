"""Tables of other programs: dBASE, Access, Parquet, HTML named .xls, XML of Excel 2003."""

from __future__ import annotations

import struct
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import access_parser
import dbf
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import jet_file
from bihuan.collect.desk import Desk, Options
from bihuan.collect.formats import format_of
from bihuan.collect.handed import Reading
from bihuan.errors import BadSource
from readers import a_desk, handed, read, rows

FIELDS = "ccode C(12); md N(16,2); rate N(8,3); dbill_date D; flag L; note M"


def a_dbf(path: Path, codepage: str = "cp936") -> Path:
    """Three records, the second marked as deleted, with a memo file beside."""
    with dbf.Table(str(path), FIELDS, dbf_type="fp", codepage=codepage) as table:
        table.append(("办公费一二", Decimal("1234567890.12"), Decimal("1.234"), date(2024, 1, 5), True, "附注：说明"))
        table.append(("删除", Decimal("1"), None, None, None, ""))
        table.append(("1001", Decimal("-0.50"), None, None, False, ""))
        dbf.delete(table[1])
    return path


def test_a_dbf_gives_its_records_and_tells_the_deleted_ones(tmp_path: Path) -> None:
    path = a_dbf(tmp_path / "gl.dbf")
    with a_desk(tmp_path) as desk:
        (grid,) = read(desk, handed(path)).grids
        assert grid.named
        assert grid.head[0] == (0, ("CCODE", "MD", "RATE", "DBILL_DATE", "FLAG", "NOTE"))
        assert rows(desk, grid) == [
            (1, "办公费一二", "1234567890.12", "1.2340", "2024-01-05", "TRUE", "附注：说明"),
            (3, "1001", "-0.50", None, None, "FALSE", None),
        ]
        assert desk.notes == ["gl.dbf: records marked as deleted and left out: 1."]


def test_chinese_in_a_dbf_that_names_a_western_page_is_read(tmp_path: Path) -> None:
    path = a_dbf(tmp_path / "gl.dbf")
    data = bytearray(path.read_bytes())
    data[29] = 0x03
    path.write_bytes(data)
    with a_desk(tmp_path) as desk:
        assert rows(desk, read(desk, handed(path)).grids[0])[0][1] == "办公费一二"


def test_a_character_cut_in_two_by_its_width_is_marked_and_the_rest_kept(tmp_path: Path) -> None:
    path = a_dbf(tmp_path / "gl.dbf")
    data = path.read_bytes().replace("办公费一二".encode("gbk") + b"  ", "a办公费一二三".encode("gbk")[:12])
    path.write_bytes(data)
    with a_desk(tmp_path) as desk:
        assert rows(desk, read(desk, handed(path)).grids[0])[0][1] == "a办公费一二\ufffd"


def test_bytes_that_are_no_text_send_their_record_to_the_rejects(tmp_path: Path) -> None:
    path = a_dbf(tmp_path / "gl.dbf")
    path.write_bytes(path.read_bytes().replace("办公费".encode("gbk"), b"\xff\xff\x80\xff ok"[:6]))
    with a_desk(tmp_path, Options(encoding="gb18030")) as desk:
        reading = read(desk, handed(path))
        assert [(one.line, "record 1: cannot be read" in one.reason) for one in reading.rejects] == [(1, True)]
        assert [row[0] for row in rows(desk, reading.grids[0])] == [3]


def test_a_dbf_without_its_memo_file_says_what_is_missing(tmp_path: Path) -> None:
    path = a_dbf(tmp_path / "gl.dbf")
    (tmp_path / "gl.fpt").unlink()
    with a_desk(tmp_path) as desk:
        assert rows(desk, read(desk, handed(path)).grids[0])[0][-1] is None
        assert "the texts of NOTE lie in a memo file" in desk.notes[0]


def test_a_dbf_in_an_archive_finds_its_memo_file(tmp_path: Path) -> None:
    path = a_dbf(tmp_path / "gl.dbf")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.write(path, "2024/gl.dbf")
        made.write(path.with_suffix(".fpt"), "2024/gl.fpt")
    with a_desk(tmp_path) as desk:
        first, second = read(desk, handed(tmp_path / "a.zip")).members
        assert rows(desk, read(desk, first).grids[0])[0][-1] == "附注：说明"
        assert read(desk, second) == Reading()


@pytest.mark.parametrize(("kept", "words"), [(300, "the head states 3 records"), (40, "head of the .dbf is damaged")])
def test_a_half_copied_dbf_is_refused(tmp_path: Path, kept: int, words: str) -> None:
    path = a_dbf(tmp_path / "gl.dbf")
    path.write_bytes(path.read_bytes()[:kept])
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match=words):
        read(desk, handed(path))


VOUCHERS = (
    ("ino_id", 3), ("dbill_date", 8), ("md", 5), ("mc", 16), ("rate", 7), ("posted", 1), ("cdigest", 10), ("note", 12),
)  # fmt: skip
COMPRESSED = b"\xff\xfeNo. 1 " + b"\0" + "办公".encode("utf-16-le") + b"\0!"


def an_mdb(path: Path) -> Path:
    first = (1, datetime(2024, 1, 5), Decimal("0.05"), Decimal("-12.34"), 0.1 + 0.2, True, "付办公费", "长文" * 40)
    second = (2, datetime(2024, 1, 5, 8, 30), Decimal("1234567.8900"), None, None, False, COMPRESSED, None)
    gone = (None,) * len(VOUCHERS)
    return jet_file.write(
        path,
        {
            "GL_accvouch": (VOUCHERS, [first, gone, second]),
            "code": ((("ccode", 10),), [["1001"]]),
            "空": ((("a", 4),), []),
        },
    )


def test_an_access_file_gives_its_tables_with_money_exact(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        grids = read(desk, handed(an_mdb(tmp_path / "001账套.AIS"))).grids
        assert [(grid.sheet, grid.named) for grid in grids] == [("GL_accvouch", True), ("code", True)]
        assert grids[0].head[0] == (0, tuple(name for name, _ in VOUCHERS))
        assert rows(desk, grids[0]) == [
            (1, "1", "2024-01-05", "0.0500", "-12.34", "0.3", "1", "付办公费", "长文" * 40),
            (2, "2", "2024-01-05 08:30:00", "1234567.8900", None, None, "0", "No. 1 办公!", None),
        ]


def test_another_reader_of_access_files_finds_the_same_in_what_the_test_wrote(tmp_path: Path) -> None:
    other = access_parser.AccessParser(an_mdb(tmp_path / "a.mdb"))
    assert set(other.catalog) == {"MSysObjects", "GL_accvouch", "code", "空"}
    found = other.parse_table("GL_accvouch")
    assert (found["ino_id"], found["cdigest"][0], found["note"][0]) == ([1, 2], "付办公费", "长文" * 40)
    assert (found["md"], found["posted"]) == ([500, 12345678900], [True, False])


def test_a_half_copied_access_file_is_refused(tmp_path: Path) -> None:
    path = an_mdb(tmp_path / "a.mdb")
    path.write_bytes(path.read_bytes()[:9000])
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="cannot be read"):
        read(desk, handed(path))


def test_parquet_keeps_its_digits_and_counts_rows_from_one(tmp_path: Path) -> None:
    path = tmp_path / "支付.parquet"
    table = pa.table(
        {
            "单号": pa.array(["001", None, ""]),
            "金额": pa.array([Decimal("1.10"), Decimal("1234567890123456.78"), None], pa.decimal128(18, 2)),
            "单价": pa.array([Decimal("1.234"), None, None], pa.decimal128(9, 3)),
            "率": pa.array([1.5, 2.0, 1.234]),
            "日期": pa.array([date(2024, 1, 5), None, None]),
            "时刻": pa.array([datetime(2024, 1, 5), datetime(2024, 1, 5, 8, 30), None]),
        }
    )
    pq.write_table(table, path)
    with a_desk(tmp_path) as desk:
        (grid,) = read(desk, handed(path)).grids
        assert (grid.named, grid.head[0]) == (True, (0, ("单号", "金额", "单价", "率", "日期", "时刻")))
        assert rows(desk, grid) == [
            (1, "001", "1.10", "1.2340", "1.5", "2024-01-05", "2024-01-05"),
            (2, None, "1234567890123456.78", None, "2", None, "2024-01-05 08:30:00"),
            (3, "", None, None, "1.2340", None, None),
        ]


def test_parquet_with_lists_or_records_is_refused_by_column(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [1], "items": [[1, 2]]}), path)
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="items holds lists or records"):
        read(desk, handed(path))


@pytest.mark.parametrize("kept", [0.5, 0.98])
def test_a_half_copied_parquet_is_refused(tmp_path: Path, kept: float) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": list(range(1000))}), path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="cut off or damaged"):
        read(desk, handed(path))


PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gb2312"></head><body>
<table><tr><td colspan="3">某局支付明细</td></tr>
<tr><th rowspan="2">凭证号</th><th colspan="2">金额</th></tr>
<tr><th>借方</th><th>贷方</th></tr>
<tr></tr>
<tr><td>="0001"</td><td x:num="1234.567">1,234.57</td><td>&nbsp;</td></tr>
<tr><td>记-2<br>补</td><td>1.5</td></tr></table></body></html>"""


def html(desk: Desk, path: Path, text: str, encoding: str) -> list[tuple[object, ...]]:
    path.write_text(text, encoding=encoding)
    file = handed(path)
    assert format_of(file).NAME == "html"
    return rows(desk, read(desk, file).grids[0])


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_html_named_xls_is_laid_out_as_excel_shows_it(tmp_path: Path, encoding: str) -> None:
    with a_desk(tmp_path) as desk:
        assert html(desk, tmp_path / "导出.xls", PAGE, encoding) == [
            (1, "某局支付明细", None, None),
            (2, "凭证号", "金额", None),
            (3, None, "借方", "贷方"),
            (5, "0001", "1234.567", None),
            (6, "记-2\n补", "1.5", None),
        ]
        grid = read(desk, handed(tmp_path / "导出.xls")).grids[0]
        assert grid.merged == ((1, 1, 1, 3), (2, 1, 3, 1), (2, 2, 2, 3))


def test_tables_within_a_table_of_the_page_are_read_once(tmp_path: Path) -> None:
    page = "<table><tr><td><table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table></td></tr></table>"
    with a_desk(tmp_path) as desk:
        assert html(desk, tmp_path / "a.html", page, "utf-8") == [(1, "a", "b"), (2, "1", "2")]


def test_entities_of_a_page_are_not_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    page = f"{bomb}<html><table><tr><td>&b;</td><td>&x;</td></tr></table></html>"
    with a_desk(tmp_path) as desk:
        text = str(html(desk, tmp_path / "a.xls", page, "utf-8"))
    assert "haha" not in text
    assert "root:" not in text


@pytest.mark.parametrize(
    ("page", "words"),
    [("<html><table><tr><td>1</td></tr><tr><td>2", "cut off"), ("<html><body>无</body></html>", "no table")],
)
def test_a_page_without_a_whole_table_is_refused(tmp_path: Path, page: str, words: str) -> None:
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match=words):
        html(desk, tmp_path / "a.xls", page, "utf-8")


def test_text_named_xls_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    path.write_text("凭证号\t金额\n1\t2.00\n", encoding="gb18030")
    with a_desk(tmp_path) as desk:
        assert format_of(handed(path)).NAME == "csv"
        assert rows(desk, read(desk, handed(path)).grids[0])[1] == (2, "1", "2.00")


BOOK = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="一月"><Table>
<Row><Cell ss:MergeAcross="1"><Data ss:Type="String">标题</Data></Cell>
<Cell><Data ss:Type="String">丙</Data></Cell></Row>
<Row ss:Index="4"><Cell ss:Index="2"><Data ss:Type="Number">0.30000000000000004</Data></Cell>
<Cell><Data ss:Type="DateTime">2024-01-05T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="Error">#REF!</Data></Cell></Row>
</Table></Worksheet><Worksheet ss:Name="空"><Table/></Worksheet></Workbook>"""


def test_xml_of_excel_2003_keeps_its_places(tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    path.write_text(BOOK, encoding="utf-8")
    with a_desk(tmp_path) as desk:
        (grid,) = read(desk, handed(path)).grids
        assert (grid.sheet, grid.merged) == ("一月", ((1, 1, 1, 2),))
        assert rows(desk, grid) == [(1, "标题", None, "丙", None), (4, None, "0.3", "2024-01-05", "#REF!")]


def test_an_entity_bomb_in_xml_of_excel_2003_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text(
        BOOK.replace("?>\n<Workbook", '?>\n<!DOCTYPE a [<!ENTITY b "haha">]>\n<Workbook', 1), encoding="utf-8"
    )
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="DOCTYPE"):
        read(desk, handed(path))


def test_a_foxpro_table_with_binary_values_is_read(tmp_path: Path) -> None:
    path = tmp_path / "vfp.dbf"
    fields = b"".join(
        name.ljust(11, b"\0") + kind + bytes(4) + bytes([size, places]) + bytes(14)
        for name, kind, size, places in (
            (b"N", b"I", 4, 0),
            (b"MD", b"Y", 8, 4),
            (b"T", b"T", 8, 0),
            (b"D", b"B", 8, 2),
        )
    )
    record = b" " + struct.pack("<iqiid", -7, 12345, 2_460_315, 30_600_000, 0.1 + 0.2)
    head = struct.pack("<BBBBIHH", 0x30, 124, 1, 5, 1, 33 + len(fields), len(record)).ljust(29, b"\0") + b"\x7a\0\0"
    path.write_bytes(head + fields + b"\r" + record)
    with a_desk(tmp_path) as desk:
        assert rows(desk, read(desk, handed(path)).grids[0]) == [(1, "-7", "1.2345", "2024-01-05 08:30:00", "0.3")]
