"""GB/T 24589: books as accounting software gives them to auditors."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import yaml

from at_the_desk import bihuan
from bihuan.collect import xml
from bihuan.collect.desk import Desk, Options
from bihuan.collect.formats import _gbt24589, gbt24589
from bihuan.collect.handed import Handed, Reading
from bihuan.errors import BadSource, Unsure
from bihuan.settings import Settings
from bihuan.store.engine import connect
from bihuan.store.workspace import init

STANDARD = _gbt24589.standards()[0]
ID = {name: number for number, name in STANDARD.elements.items()}

BOOK = {
    "电子账簿编号": "001",
    "电子账簿名称": "云禾县教育局账",
    "会计核算单位": "云禾县教育局",
    "组织机构代码": "00412345X",
    "本位币": "人民币",
    "会计年度": "2024",
    "标准版本号": "GB/T 24589.1-2010",
}
ARCHIVE = [
    ("电子账簿", BOOK),
    ("记账凭证类型", {"记账凭证类型编号": "01", "记账凭证类型名称": "记账凭证", "记账凭证类型简称": "记"}),
    ("币种", {"币种编码": "USD", "币种名称": "美元"}),
    ("部门档案", {"部门编码": "D1", "部门名称": "财务股"}),
    ("供应商档案", {"供应商编码": "G01", "供应商名称": "云禾县远山文具店"}),
    ("客户档案", {"客户编码": "K01", "客户名称": "云禾县第一小学"}),
]
LEDGER = [
    ("会计科目", {"科目编号": "1002", "科目名称": "银行存款", "科目级次": "1", "科目类型": "资产", "余额方向": "借"}),
    ("会计科目", {"科目编号": "2202", "科目名称": "应付账款", "科目级次": "1", "科目类型": "负债", "余额方向": "贷"}),
    ("科目辅助核算", {"科目编号": "2202", "辅助项编号": "1", "辅助项名称": "供应商", "对应档案": "供应商档案"}),
    ("科目辅助核算", {"科目编号": "2202", "辅助项编号": "2", "辅助项名称": "部门", "对应档案": "部门档案"}),
    (
        "科目余额及发生额",
        {
            "科目编号": "2202", "辅助项1编号": "G01", "期初余额方向": "贷", "期末余额方向": "借", "会计年度": "2024",
            "会计期间号": "1", "期初本币余额": "100.00", "借方本币金额": "350.00", "贷方本币金额": "200.00",
            "期末本币余额": "50.00",
        },
    ),
]  # fmt: skip
VOUCHERS = [
    {"记账凭证行号": "1", "科目编号": "2202", "辅助项1编号": "G01", "辅助项2编号": "D1", "借方本币金额": "350.00",
     "贷方本币金额": "0.00", "记账凭证摘要": "付文具款", "作废标志": "0"},
    {"记账凭证行号": "2", "科目编号": "1002", "币种编码": "USD", "借方本币金额": "0.00", "贷方本币金额": "350.00",
     "贷方原币金额": "50.00", "记账凭证摘要": "付文具款", "作废标志": "0"},
]  # fmt: skip
HEADER = {"记账凭证日期": "20240115", "会计年度": "2024", "会计期间号": "1", "记账凭证类型编号": "01",
          "记账凭证编号": "0007", "制单人": "李会计", "记账标志": "1"}  # fmt: skip


def named(tag: str, text: str) -> str:
    """An element as most software writes it: the Chinese name, the id beside it."""
    number = STANDARD.dimension_id if tag.startswith("辅助项") and tag[3].isdigit() else ID[tag]
    return f'<{tag} locID="{number}">{escape(text)}</{tag}>'


def books(root: str, tables, *, write=named) -> str:
    rows = "\n".join(
        f"<{table}>\n" + "\n".join(write(tag, text) for tag, text in cells.items()) + f"\n</{table}>"
        for table, cells in tables
    )
    return f'<?xml version="1.0" encoding="GB18030"?>\n<{root}>\n{rows}\n</{root}>\n'


def write(folder: Path, name: str, text: str, encoding: str = "gb18030") -> Handed:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return Handed(path, name)


@pytest.fixture
def desk(tmp_path):
    settings = Settings()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with connect(settings) as engine:
        yield Desk(engine, scratch, settings, tmp_path)


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def rows(desk: Desk, reading: Reading, table: str) -> list[dict[str, object]]:
    draft = next(one for one in reading.drafts if one.table == table)
    return [dict(zip(("sheet", "line", *draft.columns), row, strict=True)) for row in desk.engine.rows(draft.scan)]


def ledger() -> str:
    return books("总账", [*LEDGER, *(("记账凭证", {**HEADER, **line}) for line in VOUCHERS)])


def test_the_list_of_2010_has_forty_tables_and_318_fields():
    path = Path(_gbt24589.__file__).parent.parent / "standards" / "gbt24589_1_2010.yaml"
    tables = yaml.safe_load(path.read_text(encoding="utf-8"))["tables"]
    assert len(tables) == 40
    assert sum(len(one["elements"]) for one in tables.values()) == 318


def test_every_id_of_a_table_is_an_element_of_the_list():
    path = Path(_gbt24589.__file__).parent.parent / "standards" / "gbt24589_1_2010.yaml"
    used = {
        one
        for table in yaml.safe_load(path.read_text(encoding="utf-8"))["tables"].values()
        for one in table["elements"]
    }
    assert used == set(STANDARD.elements)


def test_a_ledger_takes_unit_and_names_from_the_archive_beside_it(desk, inbox):
    archive = write(inbox, "公共档案.xml", books("公共档案", ARCHIVE))
    reading = gbt24589.read(write(inbox, "总账.xml", ledger()), desk)
    first, second = rows(desk, reading, "journal_line")
    assert (first["unit_id"], first["unit_name"], first["book_id"]) == ("00412345X", "云禾县教育局", "001")
    assert (first["voucher_word"], first["voucher_no"], first["line_no"]) == ("记", "0007", "1")
    assert (first["account_name"], first["debit"], first["credit"]) == ("应付账款", "350.00", "0.00")
    assert (first["counterparty"], first["department"]) == ("云禾县远山文具店", "财务股")
    assert first["aux"] == "供应商:G01 云禾县远山文具店; 部门:D1 财务股"
    assert (second["credit"], second["foreign_amount"], second["aux"]) == ("350.00", "50.00", "币种:USD")
    assert [one.path for one in reading.drafts[0].companions] == [archive.path]


def test_every_row_leads_back_to_the_line_of_its_element(desk, inbox):
    write(inbox, "公共档案.xml", books("公共档案", ARCHIVE))
    handed = write(inbox, "总账.xml", ledger())
    text = handed.path.read_bytes().decode("gb18030").splitlines()
    for row in rows(desk, gbt24589.read(handed, desk), "journal_line"):
        assert text[row["line"] - 1] == "<记账凭证>"


def test_balances_are_signed_by_their_direction(desk, inbox):
    write(inbox, "公共档案.xml", books("公共档案", ARCHIVE))
    (row,) = rows(desk, gbt24589.read(write(inbox, "总账.xml", ledger()), desk), "account_balance")
    assert (row["opening"], row["debit"], row["credit"], row["closing"]) == ("-100.00", "350.00", "200.00", "50.00")
    assert (row["aux_kind"], row["aux_code"], row["aux_name"]) == ("供应商", "G01", "云禾县远山文具店")


def test_the_archive_gives_suppliers_and_customers(desk, inbox):
    reading = gbt24589.read(write(inbox, "公共档案.xml", books("公共档案", ARCHIVE)), desk)
    assert [(row["kind"], row["name"]) for row in rows(desk, reading, "organization")] == [
        ("supplier", "云禾县远山文具店"),
        ("customer", "云禾县第一小学"),
    ]


def by_tag(tag: str, text: str) -> str:
    if tag.startswith("辅助项") and tag[3].isdigit():
        return f"<E020301_{tag[3]}>{text}</E020301_{tag[3]}>"
    return f"<E{ID[tag]}>{text}</E{ID[tag]}>"


def by_attribute(tag: str, text: str) -> str:
    number = f"020301_{tag[3]}" if tag.startswith("辅助项") and tag[3].isdigit() else ID[tag]
    return f'<字段 id="_{number}">{text}</字段>'


@pytest.mark.parametrize("way", [by_tag, by_attribute])
def test_ids_may_stand_as_tags_or_in_attributes(desk, inbox, way):
    whole = [*ARCHIVE, *LEDGER, *(("记账凭证", {**HEADER, **line}) for line in VOUCHERS)]
    reading = gbt24589.read(write(inbox, "账.xml", books("会计数据", whole, write=way)), desk)
    plain = gbt24589.read(write(inbox, "账2.xml", books("会计数据", whole)), desk)
    for table in ("account", "account_balance", "journal_line"):
        assert [{**one, "line": 0} for one in rows(desk, reading, table)] == [
            {**one, "line": 0} for one in rows(desk, plain, table)
        ]


def test_a_whole_table_may_stand_in_attributes(desk, inbox):
    cells = " ".join(f'{tag}="{text}"' for tag, text in {**HEADER, **VOUCHERS[0]}.items())
    book = " ".join(f'{tag}="{text}"' for tag, text in BOOK.items())
    text = f'<?xml version="1.0" encoding="GBK"?><总账><电子账簿 {book}/>\n<记账凭证 {cells}/></总账>'
    (row,) = rows(desk, gbt24589.read(write(inbox, "账.xml", text), desk), "journal_line")
    assert (row["line"], row["debit"], row["voucher_date"]) == (2, "350.00", "20240115")


def test_a_void_voucher_stays_and_is_marked(desk, inbox):
    text = books("总账", [("电子账簿", BOOK), ("记账凭证", {**HEADER, **VOUCHERS[0], "作废标志": "1"})])
    (row,) = rows(desk, gbt24589.read(write(inbox, "账.xml", text), desk), "journal_line")
    assert row["status"] == "void"


def test_an_adjustment_after_december_is_period_13(desk, inbox):
    text = books("总账", [("电子账簿", BOOK), ("记账凭证", {**HEADER, **VOUCHERS[0], "会计期间号": "1201"})])
    (row,) = rows(desk, gbt24589.read(write(inbox, "账.xml", text), desk), "journal_line")
    assert row["period"] == "13"


def test_an_unknown_edition_is_named_with_the_known_ones(desk, inbox):
    text = books("总账", [("电子账簿", {**BOOK, "标准版本号": "GB/T 24589.1-2024"})])
    with pytest.raises(BadSource, match=r"GB/T 24589\.1-2024.*Known are: GB/T 24589\.1-2010"):
        gbt24589.read(write(inbox, "账.xml", text), desk)


def test_ids_of_another_edition_are_not_taken_for_ours(desk, inbox):
    text = '<?xml version="1.0"?><总账><会计科目><科目编号 locID="020301">1</科目编号></会计科目></总账>'
    with pytest.raises(BadSource, match="the ids of its elements"):
        gbt24589.read(write(inbox, "账.xml", text, "utf-8"), desk)


def test_a_ledger_alone_asks_whose_books_it_holds(desk, inbox):
    with pytest.raises(BadSource, match="--unit"):
        gbt24589.read(write(inbox, "总账.xml", ledger()), desk)


def test_the_auditor_may_name_the_unit_of_a_ledger_alone(desk, inbox):
    named_desk = Desk(desk.engine, desk.scratch, desk.settings, desk.maps, Options(unit="U1"))
    reading = gbt24589.read(write(inbox, "总账.xml", ledger()), named_desk)
    assert {row["unit_id"] for row in rows(desk, reading, "journal_line")} == {"U1"}


def test_two_archives_in_one_folder_are_a_question(desk, inbox):
    write(inbox, "公共档案1.xml", books("公共档案", ARCHIVE))
    write(inbox, "公共档案2.xml", books("公共档案", ARCHIVE))
    with pytest.raises(Unsure, match="folder of its own"):
        gbt24589.read(write(inbox, "总账.xml", ledger()), desk)


def test_what_the_model_does_not_take_is_counted(desk, inbox):
    whole = [("电子账簿", BOOK), *LEDGER, ("报表集", {"报表编号": "1"}), ("会计科目", {"科目编号": "9"})]
    reading = gbt24589.read(write(inbox, "账.xml", books("总账", whole)), desk)
    assert reading.drafts[0].skipped == {"报表集: no table of the model takes it": 1}


def test_bytes_that_are_not_gb18030_are_named_with_their_line(desk, inbox):
    handed = write(inbox, "账.xml", books("总账", [("电子账簿", BOOK)]))
    raw = handed.path.read_bytes()
    handed.path.write_bytes(raw.replace("云禾县教育局账".encode("gb18030"), b"\xff\xff\xff"))
    with pytest.raises(BadSource, match=r"line 5: byte 0xff is not gb18030"):
        gbt24589.read(handed, desk)


def test_a_file_cut_off_in_the_middle_is_refused(desk, inbox):
    handed = write(inbox, "账.xml", books("总账", [("电子账簿", BOOK), *LEDGER]))
    handed.path.write_bytes(handed.path.read_bytes()[:-40])
    with pytest.raises(BadSource, match="cut off"):
        gbt24589.read(handed, desk)


def test_a_packed_or_other_file_is_not_recognised(inbox):
    packed = inbox / "账.xml.gz"
    packed.write_bytes(gzip.compress(ledger().encode("gb18030")))
    assert not gbt24589.recognises(Handed(packed, packed.name))
    assert not gbt24589.recognises(write(inbox, "其他.xml", "<html><body/></html>"))
    assert xml.root(Handed(packed, packed.name)) is None


def test_the_raw_record_of_a_row_needs_no_archive(desk, inbox):
    handed = write(inbox, "总账.xml", ledger())
    line = ledger().splitlines().index("<记账凭证>") + 1
    found = gbt24589.raw_record(handed, desk, line)
    assert found.startswith("<记账凭证>") and "付文具款" in found and found.endswith("</记账凭证>")


def archive_of(unit: str, *, suppliers: bool) -> str:
    tables = [("电子账簿", {**BOOK, "组织机构代码": unit, "会计核算单位": f"云禾县{unit}"}), *ARCHIVE[1:]]
    parties = ("供应商档案", "客户档案")
    return books("公共档案", [one for one in tables if suppliers or one[0] not in parties])


def zipped(folder: Path, name: str, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(folder / name, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content.encode("gb18030"))
    return folder / name


def test_an_archive_without_suppliers_is_part_of_the_ledger_beside_it(tmp_path, inbox):
    made = init(tmp_path / "W", Settings(name="W"))
    write(inbox, "公共档案.xml", archive_of("001", suppliers=False))
    write(inbox, "总账.xml", ledger())
    assert bihuan(made, "collect", str(inbox)).code == 0
    packed = zipped(inbox, "002.zip", {"公共档案.xml": archive_of("002", suppliers=False), "总账.xml": ledger()})
    assert bihuan(made, "collect", str(packed)).code == 0
    assert sorted(units(made)) == ["001", "002"]


def test_two_sets_of_books_may_have_their_suppliers_in_common(tmp_path, inbox):
    made = init(tmp_path / "W", Settings(name="W"))
    for unit in ("001", "002"):
        packed = zipped(inbox, f"{unit}.zip", {"公共档案.xml": archive_of(unit, suppliers=True), "总账.xml": ledger()})
        said = bihuan(made, "collect", str(packed))
        assert said.code == 0, said.err
    assert sorted(units(made)) == ["001", "002"]


def units(made) -> set[str]:
    said = bihuan(made, "books", "sql", "SELECT DISTINCT unit_id FROM journal_line", "--json")
    return {one["unit_id"] for one in said.records}
