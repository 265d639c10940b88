"""取证单: filled from a lead as a Word file that can be edited, in which every value is only text."""

from __future__ import annotations

import docx
import pytest

from at_the_desk import bihuan, examined, twice
from hostile import TEXTS


def sheet(made, tmp_path, *words):
    name = bihuan(made, "leads", "--json").records[0]["lead_id"]
    said = bihuan(made, "report", "evidence", name[:12], "-o", str(tmp_path / "取证单.docx"), *words)
    assert said.code == 0, said.err
    return docx.Document(str(tmp_path / "取证单.docx"))


def texts(document):
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [one.text for one in document.paragraphs] + cells


@pytest.fixture
def made(tmp_path):
    return examined(
        tmp_path, twice("甲公司", "001", "1500.00", unit_name="县教育局", payee_account="6228480012345678901")
    )


def test_the_sheet_says_what_of_whom_how_much_when_and_why(made, tmp_path):
    document = sheet(made, tmp_path)
    found = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert found[0][3] == "县教育局（U1）"
    assert found[1][1].strip() == "重复付款"
    assert (found[2][1], found[2][3]) == ("1,500.00 CNY", "2024-02-05")
    assert "发票001付款2次" in found[3][1]
    assert "发票。" in found[3][1]
    assert "《" in found[4][1]


def test_every_row_of_evidence_names_file_and_line(made, tmp_path):
    rows = [[cell.text for cell in row.cells] for row in sheet(made, tmp_path).tables[1].rows]
    assert rows[0] == ["序号", "来源文件", "工作表", "行", "内容"]
    assert [row[:4] for row in rows[1:]] == [["1", "s1.csv", "", "1"], ["2", "s1.csv", "", "2"]]
    assert "支付金额：1,500.00" in rows[1][4]


def test_the_sheet_can_be_traced_to_lead_run_and_books(made, tmp_path):
    lead = bihuan(made, "leads", "--json").records[0]
    run = (made.runs / "HEAD").read_text(encoding="ascii").strip()
    foot = " ".join(texts(sheet(made, tmp_path)))
    for one in (lead["lead_id"], "paid_twice", run, lead["evidence_hash"][:16]):
        assert one in foot


def test_personal_values_are_masked_unless_a_reason_is_given(made, tmp_path):
    plain = " ".join(texts(sheet(made, tmp_path)))
    assert "6228480012345678901" not in plain
    assert "个人信息已遮盖" in plain
    shown = " ".join(texts(sheet(made, tmp_path, "--unmask", "现场核对")))
    assert "6228480012345678901" in shown
    assert "个人信息已遮盖" not in shown
    assert "现场核对" in (made.root / "unmasked.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_stays_text(tmp_path, text):
    made = examined(tmp_path, twice("甲公司", "001", "100.00", purpose=text, unit_name=text))
    document = sheet(made, tmp_path)
    wanted = text.replace("\x01", " ")
    assert any(wanted in one for one in texts(document))
    assert document.tables[0].rows[0].cells[3].text == f"{wanted}（U1）"
    assert not [one for one in document.part.rels.values() if one.is_external]


def test_without_a_name_the_sheet_lies_in_the_workspace(made):
    name = bihuan(made, "leads", "--json").records[0]["lead_id"]
    assert bihuan(made, "report", "evidence", name).code == 0
    assert (made.root / "reports" / f"取证单-{name[:10]}.docx").is_file()
