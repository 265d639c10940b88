"""What was asked wrongly, twice, too early or without rights: the same promise as for bad files."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bad_files import (
    HEADINGS,
    OTHER,
    ROWS,
    TRACEBACK,
    Answer,
    Office,
    audit_file,
    bihuan,
    csv_text,
    locked_workbook,
    office,
    workbook,
)

GOOD = csv_text()
MORE = ("2025-03-09", "203", "ZF009", "云禾县供电公司", "1.00", "付电费")
DAC_OVERRIDE, DAC_READ_SEARCH, DROP = 1, 2, 24  # capabilities by which root passes over rights; prctl's word for it


@pytest.fixture
def inbox(tmp_path: Path) -> Office:
    return office(tmp_path)


def failed(answer: Answer, *words: str, code: int = 1) -> None:
    assert answer.code == code, answer.err
    assert [one for one in words if one not in answer.err] == []
    assert [one for one in TRACEBACK if one in answer.out + answer.err] == []


def test_stated_totals_that_are_not_met_refuse_the_file_until_a_reason_is_given(inbox: Office) -> None:
    file = inbox.gets("总数.xml", audit_file(debit="999.00"))
    failed(inbox.says("collect", file), "总数.xml", "TotalDebit, line 11 states debit 999.00", "--accept-totals")
    assert inbox.totals() == [] and list(inbox.refused()) == ["总数.xml"]
    failed(inbox.says("collect", "--accept-totals", "县局说明漏导一笔", file), "999.00 / 125.50", "县局说明漏导一笔")
    (total,) = inbox.totals()
    (failing,) = [one for one in total["controls"] if not one["holds"]]
    assert (total["rows"], failing["name"]) == (2, "stated total: debit")
    assert "line 11" in failing["detail"] and "县局说明漏导一笔" in failing["detail"]
    assert inbox.refused() == {}


def test_a_total_row_below_a_table_is_held_against_its_rows(inbox: Office) -> None:
    failed(
        inbox.says("collect", inbox.gets("三月.csv", f"{GOOD}合计,,,,16340.51,\n")), "line 5", "16340.51", "16340.50"
    )
    assert inbox.says("collect", inbox.gets("三月.csv", f"{GOOD}合计,,,,16340.50,\n")).code == 0
    assert inbox.totals()[0]["controls"][0] == {
        "name": "stated total: amount",
        "holds": True,
        "detail": "三月.csv, line 5",
    }


def test_the_same_file_twice_changes_nothing(inbox: Office) -> None:
    file = inbox.gets("三月.csv", GOOD)
    assert inbox.says("collect", file).code == 0
    again = inbox.says("collect", "--json", file)
    assert (again.code, again.records[0]["status"]) == (0, "unchanged")
    assert inbox.rows() == 3


def test_a_newer_file_takes_the_place_of_the_older_and_both_stay_listed(inbox: Office) -> None:
    inbox.says("collect", inbox.gets("三月.csv", GOOD))
    newer = inbox.says("collect", inbox.gets("三月.csv", csv_text((*ROWS, MORE))))
    assert newer.code == 0 and "supersedes 三月.csv (1)" in newer.err
    assert inbox.rows() == 4
    listed = [one for one in inbox.says("books", "tables", "--json").records if "number" in one]
    assert [(one["number"], one["superseded_by"]) for one in listed] == [(1, 2), (2, None)]


def test_the_same_rows_under_another_name_stop_and_the_file_is_kept(inbox: Office) -> None:
    inbox.says("collect", inbox.gets("三月.csv", GOOD))
    file = inbox.gets("一季度.csv", csv_text((("2025-01-09", *MORE[1:]), *ROWS)))
    failed(
        inbox.says("collect", file, inbox.gets("四月.csv", csv_text(OTHER))),
        "一季度.csv: 3 rows are in the books already from 三月.csv (source 1), such as 203 ZF001",
        "--as '203 / payment / 2025-03'",
    )
    assert inbox.rows() == 5
    assert inbox.kept("一季度.csv") == [file.read_bytes()] and "一季度.csv" in inbox.refused()
    assert inbox.says("collect", "--as", "203 / payment / 2025-03", file).code == 0
    assert inbox.rows() == 6 and inbox.refused() == {}


def test_two_columns_that_fit_ask_and_the_corrected_map_is_taken(inbox: Office) -> None:
    rows = [(*row[:5], f"{index}.00", row[5]) for index, row in enumerate(ROWS, 1)]
    file = inbox.gets("两列.csv", csv_text(rows, (*HEADINGS[:5], "金额", HEADINGS[5])))
    failed(inbox.says("collect", file), "“支付金额”和“金额”", "--map")
    (proposal,) = (inbox.workspace / "maps").glob("*.yaml")
    text = proposal.read_text(encoding="utf-8")
    proposal.write_text(text.replace("amount: {from: 支付金额}", "amount: {from: 金额}"), encoding="utf-8")
    assert inbox.says("collect", "--map", proposal, file).code == 0
    assert inbox.totals()[0]["amount"] == 6.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("columns: [", ("map.yaml", "not YAML")),
        ("table: payment\n", ("map.yaml", "`columns:` is missing", "docs/maps.md")),
        ("table: paymen\ncolumns: {amount: {from: 支付金额}}\n", ("no table 'paymen'", "payment")),
        ("table: payment\ncolumns: {sum: {from: 支付金额}}\n", ("no column 'sum'", "amount")),
        ("table: payment\ncolumns: {amount: {from: 合计数}}\n", ("三月.csv", "takes '合计数'", "支付金额")),
        (
            "table: payment\n"
            "columns: {amount: {from: 用途}, paid_on: {from: 支付日期}, unit_id: {from: 预算单位编码}}\n",
            ("none of its 3 rows", "line 2: amount '付砂石款'"),
        ),
    ],
    ids=["no YAML", "no columns", "no such table", "no such column", "no such heading", "another column"],
)
def test_a_wrong_map_is_said_and_nothing_goes_in(inbox: Office, text: str, words: tuple[str, ...]) -> None:
    chart = inbox.workspace.parent / "map.yaml"
    chart.write_text(text, encoding="utf-8")
    file = inbox.gets("三月.csv", GOOD)
    failed(inbox.says("collect", "--map", chart, file), *words)
    assert inbox.totals() == [] and inbox.leftovers() == []
    assert inbox.says("collect", file).code == 0


def test_what_the_command_does_not_offer_ends_with_2_and_nothing_is_done(inbox: Office) -> None:
    file, other = inbox.gets("三月.csv", GOOD), inbox.gets("四月.csv", csv_text(OTHER))
    failed(inbox.says("collect"), "FILE", code=2)
    failed(inbox.says("collect", "--nix", file), "--nix", code=2)
    failed(inbox.says("collect", "--map", inbox.inbox / "没有.yaml", file), "没有.yaml: there is no such file", code=2)
    failed(inbox.says("collect", "--encoding", "utf-9", file), "'utf-9' is not known", "gb18030", code=2)
    failed(inbox.says("collect", "--password-env", "BIHUAN_NOT_SET", file), "BIHUAN_NOT_SET", "not set", code=2)
    failed(inbox.says("collect", "--as", "甲", file, other), "--as names one source", code=2)
    assert inbox.totals() == [] and inbox.refused() == {} and inbox.leftovers() == []


def test_a_folder_that_is_no_workspace_says_how_to_make_one(inbox: Office) -> None:
    failed(bihuan("-w", inbox.inbox, "collect", inbox.gets("三月.csv", GOOD)), "bihuan init")


def test_a_locked_workbook_waits_for_its_password(inbox: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    file = inbox.gets("加密.xlsx", locked_workbook(workbook({"支付": [HEADINGS, *ROWS]}), "秘密"))
    failed(inbox.says("collect", file), "加密.xlsx", "locked with a password", "--password-env")
    monkeypatch.setenv("BIHUAN_TEST_PASSWORD", "错的词")
    wrong = inbox.says("collect", "--password-env", "BIHUAN_TEST_PASSWORD", file)
    failed(wrong, "加密.xlsx: the password given does not open it")
    assert "错的词" not in wrong.err + wrong.out + str(inbox.refused())
    monkeypatch.setenv("BIHUAN_TEST_PASSWORD", "秘密")
    assert inbox.says("collect", "--password-env", "BIHUAN_TEST_PASSWORD", file).code == 0
    assert inbox.rows() == 3 and inbox.refused() == {}


def test_of_a_folder_each_file_stands_for_itself_and_nothing_is_passed_over(inbox: Office) -> None:
    below = inbox.inbox / "送审 资料" / "四月"
    below.mkdir(parents=True)
    (below / "支付.csv").write_text(csv_text(OTHER), encoding="utf-8")
    (below.parent / '三月 "终稿"（1）[改]\'s.csv').write_text(GOOD, encoding="utf-8")
    (below.parent / "空.csv").touch()
    (below.parent / ".DS_Store").write_bytes(b"\0")
    (below.parent / "断链.csv").symlink_to(below / "没有.csv")
    os.mkfifo(below.parent / "管道.csv")
    failed(inbox.says("collect", below.parent), "空.csv", "断链.csv: neither a file", "管道.csv: neither a file")
    assert sorted(one["source"] for one in inbox.totals()) == ['三月 "终稿"（1）[改]\'s.csv', "支付.csv"]
    assert list(inbox.refused()) == ["空.csv"]


def test_a_missing_file_and_an_empty_folder_do_not_stop_the_others(inbox: Office) -> None:
    (inbox.inbox / "空夹").mkdir()
    answer = inbox.says("collect", inbox.inbox / "没有.csv", inbox.inbox / "空夹", inbox.gets("三月.csv", GOOD))
    failed(answer, "没有.csv: there is no such file or folder", "空夹: the folder holds no file", "Check the path")
    assert inbox.rows() == 3


def test_a_medium_that_fails_while_it_is_read_is_said(inbox: Office) -> None:
    """This file of the kernel opens and fails when read, as a scratched disc does."""
    failed(inbox.says("collect", "/proc/self/mem", inbox.gets("三月.csv", GOOD)), "mem", "Input/output error")
    assert inbox.rows() == 3 and inbox.leftovers() == []


@pytest.mark.slow
def test_a_file_and_a_folder_without_rights_are_said_and_the_others_go_in(inbox: Office) -> None:
    closed, folder = inbox.gets("机密.csv", csv_text(OTHER)), inbox.inbox / "机密夹"
    folder.mkdir()
    (folder / "x.csv").write_text(GOOD, encoding="utf-8")
    good = inbox.gets("三月.csv", GOOD)
    for one in (closed, folder):
        one.chmod(0)
    try:
        answer = as_one_without_rights("-w", inbox.workspace, "collect", inbox.inbox, closed)
    finally:
        folder.chmod(0o755)
    failed(answer, "机密.csv", "Permission denied", "机密夹: the folder cannot be opened", "Check your rights")
    assert [one["source"] for one in inbox.totals()] == [good.name]


@pytest.mark.slow
def test_the_program_itself_keeps_the_promise(inbox: Office) -> None:
    """The same through a shell's eyes: a process, its exit code and its stderr."""
    bad, good = inbox.gets("断.xml", audit_file()[:700]), inbox.gets("三月.csv", GOOD)
    failed(in_a_process("-w", inbox.workspace, "collect", bad, good), "断.xml", "cut off")
    assert in_a_process("-w", inbox.workspace, "collect", good).code == 0
    failed(in_a_process("-w", inbox.workspace, "collect", "--encoding", "x", good), "'x' is not known", code=2)


def in_a_process(*words: str | Path) -> Answer:
    done = subprocess.run([*PROGRAM, *map(str, words)], capture_output=True, encoding="utf-8", check=False)
    return Answer(done.returncode, done.stdout, done.stderr)


PROGRAM = (sys.executable, "-c", "import sys; sys.argv[0] = 'bihuan'; from bihuan.cli import main; main()")


def as_one_without_rights(*words: str | Path) -> Answer:
    """As a user for whom rights count: root too, without the capabilities to pass over them."""

    def drop() -> None:
        for one in (DAC_OVERRIDE, DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(DROP, one, 0, 0, 0)

    command = [*PROGRAM, *map(str, words)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, preexec_fn=drop)
    return Answer(done.returncode, done.stdout, done.stderr)
