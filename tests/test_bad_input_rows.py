"""Files of which some rows cannot be read: the others go in, and of each reject place, reason and record are kept."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from bad_files import (
    HEADINGS,
    OTHER,
    ROWS,
    TRACEBACK,
    Answer,
    Office,
    bihuan,
    csv_text,
    office,
    payments,
    releases,
    workbook,
)

BENEFIT = ("单位编码", "姓名", "身份证号", "发放日期", "发放金额", "银行账号")
JOURNAL = ("单位编码", "账套号", "凭证日期", "凭证号", "分录号", "摘要", "科目编码", "借方金额", "贷方金额")
FINE = ("2025-03-03", "ZF1", "云禾县供水公司", "88.00", "付水费")
LAST = ("2025-03-09", "ZF9", "云禾县供电公司", "99.00", "付电费")
ERROR = ("=1/0", "#DIV/0!")
# With so many fine rows before them, a few bad ones are no doubt about what the columns are.
MANY = tuple((f"2025-03-{n:02}", f"ZF2{n}", "云禾县供水公司", f"{n}8.50", "付水费") for n in range(1, 21))

LINES = "\n".join(
    [
        json.dumps(releases(5, ocid="ocds-l1")[0]),
        '{"ocid": "ocds-l2", "id"',
        json.dumps(releases(6, ocid="ocds-l3")[0]),
    ]
)


def broken_csv() -> str:
    whole = payments("401", FINE)
    return (
        f"{whole}2025-03-04,401,ZF2,甲公司,10.00\n"
        "2025-03-04,401,ZF3,乙公司,1,000.00,付款\n"
        '2025-03-04,401,ZF4,"丙公司,5.00,付款\n'
        '2025-03-04,401,ZF5,"丁"公司,5.00,付款\n'
        "2025-03-04,401,ZF6,戊\0公司,5.00,付款\n"
        f"{payments('401', LAST).splitlines()[1]}\n"
    )


def benefits(*rows: tuple[object, ...]) -> list[tuple[object, ...]]:
    return [BENEFIT, ("501", "王芳", "330106197001011234", "2025-03-06", 100, "6228480000000000001"), *rows]


# Name → what is in it, rows that go in, and of every reject: sheet, line, part of the reason, part of the raw record.
Reject = tuple[str, int, str, str]
FILES: dict[str, tuple[Callable[[], str | bytes], int, tuple[Reject, ...]]] = {
    "错位.csv": (
        broken_csv,
        2,
        (
            ("", 3, "5 cells where the others have 6", "2025-03-04,401,ZF2,甲公司,10.00"),
            ("", 4, "7 cells where the others have 6", "ZF3,乙公司,1,000.00,付款"),
            ("", 5, "a quote opens and never closes", '"丙公司,5.00'),
            ("", 6, "text follows a closing quote", '"丁"公司'),
            ("", 7, "a NUL byte", "戊\0公司"),
        ),
    ),
    "无法识别.csv": (
        lambda: payments(
            "402",
            *MANY,
            ("2025-02-30", "ZF2", "甲公司", "1.00", "x"),
            ("2025-03-25", "ZF3", "乙公司", "一千元左右", "x"),
            ("2025-03-25", "ZF4", "丙公司", "12.345", "x"),
            ("", "ZF5", "丁公司", "7.00", "x"),
        ),
        20,
        (
            ("", 22, "paid_on '2025-02-30': there is no such day", "2025-02-30,402,ZF2"),
            ("", 23, "amount '一千元左右': not a number", "ZF3,乙公司,一千元左右"),
            ("", 24, "amount '12.345': more than two decimals", "12.345"),
            ("", 25, "paid_on", "ZF5,丁公司"),
        ),
    ),
    "公式错误.xlsx": (
        lambda: workbook(
            {"支付": [HEADINGS, *[(one[0], "403", *one[1:]) for one in (*MANY, (*FINE[:3], ERROR, "x"))]]}
        ),
        20,
        (("支付", 22, "amount '#DIV/0!': the cell holds a formula error", "ZF1,云禾县供水公司,#DIV/0!"),),
    ),
    "身份证.xlsx": (
        lambda: workbook({"一卡通": benefits(("501", "李强", 3.30106197001011e17, "2025-03-06", 100, "62284800002"))}),
        1,
        (("一卡通", 3, "id_no '3.30106197001011E+17': digits were lost", "李强"),),
    ),
    "账号.csv": (
        lambda: csv_text(
            [
                ("502", "李强", "3.30106E+17", "2025-03-06", "100", "6228480000000000003"),
                ("502", "赵敏", "330106197001011250", "2025-03-06", "100", "6.22848E+18"),
                ("502", "周平", "330106197001011269", "2025-03-06", "100", "6228480000000000004"),
            ],
            BENEFIT,
        ),
        1,
        (
            ("", 2, "id_no '3.30106E+17': digits were lost", "李强"),
            ("", 3, "account '6.22848E+18': digits were lost", "赵敏"),
        ),
    ),
    "类型.json": (
        lambda: json.dumps({"releases": releases("12 thousand", 5, ocid="ocds-t")}),
        1,
        (("", 1, 'record 1, tender/value/amount: "12 thousand" is not a number', '"id": "T1"'),),
    ),
    "断行.jsonl": (lambda: LINES + "\n", 2, (("", 2, "line 2: the line is no JSON", '{"ocid": "ocds-l2", "id"'),)),
    "重复.csv": (
        lambda: payments("404", FINE, LAST, FINE),
        2,
        (("", 4, "the same row stands on line 2, word for word", "404,ZF1"),),
    ),
}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Answer]:
    made = office(tmp_path_factory.mktemp("rows"))
    files = [made.gets(name, content()) for name, (content, _, _) in FILES.items()]
    return made, made.says("collect", *files, made.gets("好.csv", csv_text(OTHER)))


def test_it_ends_with_1_without_a_traceback_and_the_good_file_is_in(given: tuple[Office, Answer]) -> None:
    made, answer = given
    assert answer.code == 1
    assert [one for one in TRACEBACK if one in answer.out + answer.err] == []
    assert next(one for one in made.totals() if one["source"] == "好.csv")["rows"] == 2
    assert made.leftovers() == [] and made.refused() == {}


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_either_in_the_books_or_a_reject(given: tuple[Office, Answer], name: str) -> None:
    made, _ = given
    (total,) = [one for one in made.totals() if one["source"] == name]
    _, rows, rejects = FILES[name]
    # What broke before it was known which table it is of counts with the file's first table.
    assert (total["rows"], total["rejects"]) == (rows, len(rejects))


@pytest.mark.parametrize("name", FILES)
def test_rejects_keep_their_place_reason_and_raw_record(given: tuple[Office, Answer], name: str) -> None:
    made, answer = given
    held = [one for one in made.rejects() if one["source"] == name]
    wanted = FILES[name][2]
    assert [(one["sheet"], one["line"]) for one in held] == [(sheet, line) for sheet, line, _, _ in wanted]
    for one, (_, _, reason, raw) in zip(held, wanted, strict=True):
        assert reason in one["reason"] and raw in one["raw"]
    first = f"{name} [{wanted[0][0]}]" if wanted[0][0] else name
    assert first in answer.err and wanted[0][2] in answer.err
    assert f"bihuan books rejects {number(made, name)}" in answer.err


def number(made: Office, name: str) -> int:
    return next(
        int(one["number"]) for one in made.says("books", "tables", "--json").records if one.get("source") == name
    )


def test_an_unbalanced_voucher_is_in_the_books_and_the_control_names_voucher_and_lines(given: tuple[Office, Answer]):
    made, _ = given
    answer = made.says(
        "collect",
        made.gets(
            "凭证.csv",
            csv_text(
                [
                    ("001", "A", "2024-01-05", "记-0001", "1", "付办公费", "5001", "100.00", ""),
                    ("001", "A", "2024-01-05", "记-0001", "2", "付办公费", "1002", "", "100.00"),
                    ("001", "A", "2024-01-06", "记-0002", "1", "付水费", "5001", "50.00", ""),
                    ("001", "A", "2024-01-06", "记-0002", "2", "付水费", "1002", "", "45.00"),
                ],
                JOURNAL,
            ),
        ),
    )
    assert answer.code == 1
    assert "记 0002: 50.00 / 45.00, lines 4, 5" in answer.err
    (total,) = [one for one in made.totals() if one["source"] == "凭证.csv"]
    assert (total["rows"], total["rejects"], total["debit"], total["credit"]) == (4, 0, 150.0, 145.0)
    assert [one["name"] for one in total["controls"] if not one["holds"]] == ["debit = credit"]


def test_two_different_payments_under_one_number_are_both_in_and_the_control_names_them(given: tuple[Office, Answer]):
    made, _ = given
    answer = made.says("collect", made.gets("同号.csv", payments("405", FINE, LAST, (*LAST[:3], "7.00", "另一笔"))))
    assert answer.code == 1
    assert "duplicate key: 0 / 1. 405 ZF9: lines 3, 4" in answer.err
    assert next(one["rows"] for one in made.totals() if one["source"] == "同号.csv") == 3


def test_a_file_of_which_no_row_can_be_read_is_refused(given: tuple[Office, Answer]) -> None:
    made, _ = given
    answer = made.says("collect", made.gets("全坏.csv", payments("406", *[(*FINE[:3], "不详", "x")] * 3)))
    assert answer.code == 1 and "全坏.csv" in answer.err
    assert "全坏.csv" in made.refused()


def test_what_is_no_table_inside_an_archive_or_workbook_is_named_and_the_tables_go_in(tmp_path, given) -> None:
    made, _ = given
    unknown = [("颜色", "光泽度", "气味"), ("红", 1, "甜"), ("绿", 2, "酸")]
    rows = [HEADINGS, *[(one[0], "407", *one[2:]) for one in ROWS]]
    answer = made.says(
        "collect", made.gets("多表.xlsx", workbook({"说明": [("关于三月",)], "支付": rows, "其他": unknown}))
    )
    assert answer.code == 1
    assert "多表.xlsx [其他]" in answer.err and "--map" in answer.err
    assert next(one["rows"] for one in made.totals() if one["source"] == "多表.xlsx") == 3


def test_the_rejects_of_one_source_can_be_listed_for_people(given: tuple[Office, Answer]) -> None:
    made, _ = given
    shown = bihuan("-w", made.workspace, "books", "rejects", "错位.csv")
    assert shown.code == 0
    assert "乙公司" in shown.out and "公式" not in shown.out
