"""Files that are refused whole: one command gets them all, and one good file among them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bad_files import (
    HEADINGS,
    OTHER,
    ROWS,
    TRACEBACK,
    Answer,
    Office,
    accounting_file,
    audit_file,
    csv_text,
    locked_workbook,
    office,
    releases,
    workbook,
    zipped,
)

ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
GOOD = csv_text()
BOOK = workbook({"支付": [HEADINGS, *ROWS]})
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def cut(content: str | bytes, share: float = 0.6) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return raw[: int(len(raw) * share)]


def with_doctype(doctype: str, entity: str) -> str:
    return audit_file().replace(XML, f"{XML}{doctype}\n", 1).replace("Varer", entity)


def gb18030_with_other_bytes() -> bytes:
    raw = GOOD.encode("gb18030")
    place = raw.index("远".encode("gb18030"))
    return raw[:place] + b"\xff\xff" + raw[place:]


def nested(depth: int) -> bytes:
    held = zipped({"支付.csv": GOOD})
    for level in range(depth):
        held = zipped({f"第{level}层.zip": held})
    return held


# Name → what is in it, and the words of the message: the place, what is wrong, what to do.
REFUSED: dict[str, tuple[Callable[[], str | bytes], tuple[str, ...]]] = {
    "saft断.xml": (lambda: cut(audit_file()), ("line 14", "cut off", "Copy it again")),
    "国标断.xml": (lambda: cut(accounting_file().encode("gb18030")), ("line ", "cut off", "Copy it again")),
    "支付断.csv.gz": (lambda: cut(gzip.compress(GOOD.encode() * 40)), ("byte ", "cut off", "copy it again")),
    "支付断.zip": (lambda: cut(zipped({"支付.csv": GOOD})), ("cut off", "copy it again")),
    "断.xlsx": (lambda: cut(BOOK), ("cannot be opened", "copy it again")),
    "行断.csv": (lambda: GOOD[: GOOD.index("260.00") + 2], ("line 4", "middle of a record", "export it again")),
    "字断.csv": (lambda: GOOD.encode("gb18030")[:-2], ("line 4", "byte 232", "damaged", "--encoding")),
    "字断utf8.csv": (lambda: GOOD.encode()[:-2], ("line 4", "not UTF-8", "damaged")),
    "炸弹.xml": (lambda: with_doctype(f"<!DOCTYPE lolz [{ENTITIES}]>", "&l9;"), ("line 2", "DOCTYPE", "Ask for")),
    "外部.xml": (
        lambda: with_doctype('<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ("line 2", "outside file", "Ask for"),
    ),
    "炸弹.zip": (lambda: zipped({"支付.csv": b"0" * (70 << 20)}), ("支付.csv", "zip bomb", "unpack it by hand")),
    "套娃.zip": (lambda: nested(4), ("more than 3 deep", "Unpack it by hand")),
    "上级.zip": (lambda: zipped({"../支付.csv": GOOD}), ("'../支付.csv'", "outside", "ask who made it")),
    "绝对.zip": (
        lambda: zipped({"/tmp/bihuan-outside/x.csv": GOOD}),
        ("'/tmp/bihuan-outside/x.csv'", "outside", "ask who made it"),
    ),
    "盘符.zip": (lambda: zipped({"C:\\x.csv": GOOD}), ("x.csv", "outside", "ask who made it")),
    "链接.zip": (lambda: zipped({"a.csv": "/etc/passwd"}, links=["a.csv"]), ("'a.csv'", "link", "ask for one")),
    "内坏.zip": (lambda: zipped({"好.csv": GOOD, "坏.csv": GOOD[:150]}), ("坏.csv, line 4", "cut off", "Copy")),
    "版本.xml": (
        lambda: audit_file(edition=("urn:StandardAuditFile-Taxation-Financial:RO", "2.4.8")),
        ("line 3", "2.4.8", "Known are: OECD 2.00", "Ask for"),
    ),
    "国标版本.xml": (
        lambda: accounting_file("GB/T 24589.9-2031").encode("gb18030"),
        ("24589.9-2031", "Known are: GB/T 24589.1-2010"),
    ),
    "命名空间.xml": (lambda: f'{XML}<invoices xmlns="urn:x"><i>1</i></invoices>', ("no reader knows", "SAF-T")),
    "总数不符.xml": (
        lambda: audit_file(debit="999.00"),
        ("TotalDebit, line 11", "999.00", "125.50", "--accept-totals"),
    ),
    "合计不符.csv": (lambda: f"{GOOD}合计,,,,20000.00,\n", ("line 5", "20000.00", "16340.50", "--accept-totals")),
    "编码.csv": (gb18030_with_other_bytes, ("line 4", "byte 208", "ff ff", "--encoding")),
    "断.json": (lambda: cut(json.dumps({"releases": releases(1, 2)})), ("line 1, byte", "cut off", "Copy it again")),
    "断行.jsonl": (
        lambda: cut("\n".join(map(json.dumps, releases(1, 2))), 0.9),
        ("line 2", "cut off", "Copy it again"),
    ),
    "空.csv": (lambda: b"", ("0 bytes", "Ask for it again")),
    "空.xlsx": (lambda: b"", ("0 bytes", "Ask for it again")),
    "空.zip": (lambda: b"", ("0 bytes", "Ask for it again")),
    "只有标题.csv": (lambda: csv_text(()), ("no rows", "Ask for the export again")),
    "只有空行.csv": (lambda: "\n\n   \n\n", ("no table", "Ask for the rows")),
    "两列金额.csv": (
        lambda: csv_text(
            [(*row[:5], f"{index}.00", row[5]) for index, row in enumerate(ROWS)],
            (*HEADINGS[:5], "金额", HEADINGS[5]),
        ),
        ("“支付金额”和“金额”", "both fit amount", "两列金额.csv.yaml", "--map"),
    ),
    "不识.csv": (
        lambda: csv_text([("红", "1.5", "甜"), ("绿", "2.5", "酸")], ("颜色", "光泽度", "气味")),
        ("颜色、光泽度、气味", "no table of the model", "--map"),
    ),
    "不识.bin": (lambda: b"\0\1\2\3", ("no reader knows", "delimited text")),
    "说明.docx": (lambda: zipped({"word/document.xml": "<x/>"}), ("document or picture", "Excel or CSV")),
    "加密.xlsx": (lambda: locked_workbook(BOOK, "秘密"), ("locked with a password", "--password-env")),
}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Answer]:
    """All of them and a good file, in one command."""
    made = office(tmp_path_factory.mktemp("refused"))
    files = [made.gets(name, content()) for name, (content, _) in REFUSED.items()]
    return made, made.says("collect", "--json", *files[:20], made.gets("好.csv", csv_text(OTHER)), *files[20:])


@pytest.mark.parametrize("name", REFUSED)
def test_the_message_says_which_file_where_what_and_what_to_do(given: tuple[Office, Answer], name: str) -> None:
    _, answer = given
    (said,) = [one for one in answer.records if one["source"] == name]
    assert said["status"] == "refused"
    words = " ".join(said["errors"])
    assert name in words and words in answer.err.replace("\nbihuan: ", " ")
    assert [one for one in REFUSED[name][1] if one not in words] == []


@pytest.mark.parametrize("name", REFUSED)
def test_the_original_is_kept_byte_for_byte_and_listed_with_its_reason(given: tuple[Office, Answer], name: str) -> None:
    made, answer = given
    (said,) = [one for one in answer.records if one["source"] == name]
    assert made.refused()[name] == " ".join(said["errors"])
    assert made.kept(name) == [(made.inbox / name).read_bytes()]


def test_nothing_of_them_is_in_the_books_and_the_good_file_is(given: tuple[Office, Answer]) -> None:
    made, answer = given
    assert answer.code == 1
    assert [one for one in TRACEBACK if one in answer.out + answer.err] == []
    assert [(one["source"], one["rows"], one["rejects"]) for one in made.totals()] == [("好.csv", 2, 0)]
    assert made.leftovers() == []


def test_afterwards_the_workspace_takes_the_next_file(given: tuple[Office, Answer]) -> None:
    made, _ = given
    assert made.says("collect", made.gets("后来.csv", GOOD)).code == 0
    assert made.rows() == 5


def test_outside_of_the_archive_nothing_was_written(given: tuple[Office, Answer]) -> None:
    made, _ = given
    found = {one.name for one in made.workspace.parent.iterdir()} | {one.name for one in made.workspace.iterdir()}
    assert "支付.csv" not in found and not Path("/tmp/bihuan-outside/x.csv").exists()
