"""Files into the books: values, places, rejects, controls, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bihuan.collect.desk import Options
from bihuan.collect.handed import Handed
from bihuan.collect.pipeline import Outcome, collect
from bihuan.collect.rejects import stored
from bihuan.errors import BadSource
from bihuan.settings import Settings
from bihuan.store.books import open_books
from bihuan.store.origin import locate
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace, init

HEAD = "单位编码,账套号,凭证日期,凭证号,分录号,摘要,科目编码,借方金额,贷方金额\n"
MAP = """format: 1
table: journal_line
confirmed: true
columns:
  unit_id: {from: 单位编码}
  book_id: {from: 账套号}
  voucher_date: {from: 凭证日期}
  voucher_no: {from: 凭证号}
  line_no: {from: 分录号}
  description: {from: 摘要}
  account_code: {from: 科目编码}
  debit: {from: 借方金额}
  credit: {from: 贷方金额}
"""
GOOD = HEAD + "001,A,2024-01-05,记-0001,1,付办公费,5001,100.00,\n001,A,2024-01-05,记-0001,2,付办公费,1002,,100.00\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return init(tmp_path / "W", Settings(name="W"))


def give(workspace: Workspace, content: str | bytes, name: str = "凭证.csv", **options: str) -> Outcome:
    path = workspace.root.parent / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (workspace.root.parent / "map.yaml").write_text(MAP, encoding="utf-8")
    said = Options(map=workspace.root.parent / "map.yaml", **options)
    return collect(workspace, [Handed(path, name)], said)[0]


def rows(workspace: Workspace, query: str) -> list[tuple[object, ...]]:
    with open_books(workspace, head(workspace)) as books:
        return books.rows(query)


def reasons(workspace: Workspace) -> dict[int, str]:
    return {int(one["line"]): str(one["reason"]) for one in stored(workspace, head(workspace).sources[-1])}


def test_a_plain_journal_goes_in_whole(workspace: Workspace) -> None:
    outcome = give(workspace, GOOD)
    assert outcome.is_clean
    assert rows(
        workspace, "SELECT unit_id, voucher_word, voucher_no, debit, credit FROM journal_line ORDER BY row_id"
    ) == [
        ("001", "记", "0001", Decimal("100.00"), Decimal("0.00")),
        ("001", "记", "0001", Decimal("0.00"), Decimal("100.00")),
    ]


def test_a_blank_direction_of_a_bank_statement_stays_blank(workspace: Workspace) -> None:
    path = workspace.root.parent / "流水.csv"
    path.write_text(
        "账号,交易日期,借贷标志,交易金额,余额,对方户名,摘要\n6222000011112222,2024-01-05,贷,100.00,100.00,甲公司,货款\n"
        "6222000011112222,2024-01-06,,50.00,150.00,乙公司,货款\n",
        encoding="utf-8",
    )
    collect(workspace, [Handed(path, path.name)], Options())
    assert rows(workspace, "SELECT side FROM bank_transaction ORDER BY row_id") == [("in",), (None,)]


def test_what_is_made_when_collecting_is_made(workspace: Workspace) -> None:
    give(workspace, GOOD)
    found = rows(
        workspace, "SELECT DISTINCT voucher_seq, fiscal_year, period, currency, status, side FROM journal_line"
    )
    assert found == [(1, 2024, 1, "CNY", "valid", "financial")]


def test_budgetary_accounts_are_known_by_the_chart_of_government_books(workspace: Workspace) -> None:
    more = GOOD + "001,A,2024-01-05,记-0001,3,付办公费,7201,100,\n001,A,2024-01-05,记-0001,4,付办公费,8001,,100\n"
    assert give(workspace, more).is_clean
    found = rows(workspace, "SELECT account_code, side FROM journal_line ORDER BY line_no")
    assert found == [("5001", "financial"), ("1002", "financial"), ("7201", "budgetary"), ("8001", "budgetary")]


def test_an_enterprise_whose_income_begins_with_6_has_no_budgetary_side(workspace: Workspace) -> None:
    give(workspace, GOOD.replace("5001", "6001"))
    assert rows(workspace, "SELECT DISTINCT side FROM journal_line") == [("financial",)]


def test_every_row_leads_back_to_its_line(workspace: Workspace) -> None:
    give(workspace, GOOD)
    snapshot = head(workspace)
    ids = [row[0] for row in rows(workspace, "SELECT row_id FROM journal_line ORDER BY line_no")]
    places = locate(workspace, snapshot, ids)  # type: ignore[arg-type]
    assert [(places[one].source, places[one].line) for one in ids] == [("凭证.csv", 2), ("凭证.csv", 3)]  # type: ignore[index]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('"1,234.56"', "1234.56"),
        ('"（1,234.56）"', "-1234.56"),
        ("１２３４．５６", "1234.56"),
        ('"1.234,56"', "1234.56"),
        ("1234.5", "1234.50"),
        ("1234.560", "1234.56"),
    ],
)
def test_amounts_are_read_as_they_are_meant(workspace: Workspace, written: str, read: str) -> None:
    give(workspace, HEAD + f"001,A,2024-01-05,记-1,1,x,5001,{written},\n")
    assert rows(workspace, "SELECT debit FROM journal_line") == [(Decimal(read),)]


@pytest.mark.parametrize("written", ["20240105", "2024年1月5日", "2024/1/5", "45296", "2024-01-05 08:30:00"])
def test_dates_are_read_as_they_are_meant(workspace: Workspace, written: str) -> None:
    give(workspace, HEAD + f"001,A,{written},记-1,1,x,5001,1,\n")
    assert rows(workspace, "SELECT CAST(voucher_date AS VARCHAR) FROM journal_line") == [("2024-01-05",)]


def test_full_width_text_is_cleaned_once(workspace: Workspace) -> None:
    give(workspace, HEAD + "001,A,2024-01-05,记-1,1,　付（办公）费　,5001.0,1,\n")
    assert rows(workspace, "SELECT description, account_code FROM journal_line") == [("付(办公)费", "5001")]


def test_a_value_that_cannot_be_read_sends_its_row_to_the_rejects_and_the_others_go_in(workspace: Workspace) -> None:
    bad = "001,A,2024-02-30,记-2,1,x,1002,,5\n001,A,2024-01-06,记-3,1,x,1002,五元钱,\n,A,2024-01-06,记-4,1,x,,,\n"
    outcome = give(workspace, GOOD + bad)
    assert not outcome.is_clean
    found = reasons(workspace)
    assert sorted(found) == [4, 5, 6]
    assert "'2024-02-30': there is no such day" in found[4]
    assert "debit '五元钱'" in found[5]
    assert "科目代码" in found[6]
    assert rows(workspace, "SELECT count(*) FROM journal_line") == [(2,)]
    held = list(stored(workspace, head(workspace).sources[0]))
    assert held[0]["raw"] == "001,A,2024-02-30,记-2,1,x,1002,,5"


def test_gb18030_is_recognised_and_the_original_is_kept_byte_for_byte(workspace: Workspace) -> None:
    outcome = give(workspace, GOOD.encode("gb18030"))
    assert outcome.is_clean and outcome.source is not None
    assert (workspace.books / outcome.source.kept).read_bytes() == GOOD.encode("gb18030")
    assert rows(workspace, "SELECT DISTINCT description FROM journal_line") == [("付办公费",)]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found(workspace: Workspace, delimiter: str) -> None:
    assert give(workspace, GOOD.replace(",", delimiter)).is_clean


def test_utf16_and_a_title_line_are_read(workspace: Workspace) -> None:
    assert give(workspace, ("单位：元\n" + GOOD).encode("utf-16")).is_clean
    assert rows(workspace, "SELECT min(row_id & 1048575) FROM journal_line") == [(3,)]


def test_shifted_columns_stray_quotes_and_a_nul_are_rejected_with_their_lines(workspace: Workspace) -> None:
    bad = (
        "001,A,2024-01-06,记-2,1,x,1002,5\n"  # a cell too few
        "001,A,2024-01-06,记-2,1,a,b,1002,5,\n"  # a cell too many
        '001,A,2024-01-06,记-2,1,"x,1002,5,\n'  # a quote that never closes
        '001,A,2024-01-06,记-2,1,"x"y,1002,5,\n'  # text after a closing quote
        "001,A,2024-01-06,记-2,1,x\0,1002,5,\n"
    )
    tail = "001,A,2024-01-07,记-3,1,付款,5001,7,\n001,A,2024-01-07,记-3,2,付款,1002,,7\n"
    outcome = give(workspace, GOOD + bad + tail)
    assert outcome.status == "taken"
    assert sorted(reasons(workspace)) == [4, 5, 6, 7, 8]
    assert rows(workspace, "SELECT sum(debit), max(row_id & 1048575) FROM journal_line") == [(Decimal("107.00"), 10)]


def test_an_unquoted_comma_before_an_empty_last_cell_does_not_shift_the_amounts(workspace: Workspace) -> None:
    give(workspace, GOOD + "001,A,2024-01-06,记-2,1,付款,另付,1002,5,\n")
    assert "10 cells where the others have 9" in reasons(workspace)[4]


def test_a_quoted_line_break_keeps_the_lines_true(workspace: Workspace) -> None:
    more = '001,A,2024-01-07,记-3,1,"付\n款",5001,7,\n001,A,2024-01-07,记-3,2,付款,1002,,7\n'
    assert give(workspace, GOOD + more).is_clean
    assert rows(workspace, "SELECT row_id & 1048575 FROM journal_line ORDER BY 1") == [(2,), (3,), (4,), (6,)]


def refusal(outcome: Outcome) -> str:
    assert outcome.status == "refused"
    assert all(isinstance(one, BadSource) for one in outcome.errors)
    return " ".join(map(str, outcome.errors))


def test_bytes_that_are_no_text_are_named_by_byte_and_line(workspace: Workspace) -> None:
    said = refusal(give(workspace, GOOD.encode("gb18030") + b"\xff\xff\n"))
    assert "line 4" in said and f"byte {len(GOOD.encode('gb18030'))}" in said


def test_damaged_utf8_is_not_taken_for_gb18030(workspace: Workspace) -> None:
    assert "not UTF-8" in refusal(give(workspace, GOOD.encode() + b"\xe4\xb8\n"))


def test_a_file_that_was_cut_off_is_refused_whole_and_kept_with_the_reason(workspace: Workspace) -> None:
    said = refusal(give(workspace, GOOD + "001,A,2024-01-06,记-2"))
    assert "line 4" in said and "cut off" in said
    assert head(workspace).sources == ()
    assert len(list((workspace.books / "refused").glob("*/reason.json"))) == 1
    assert not give(workspace, GOOD + "001,A,2024-01-06,记-2", accept_totals="收到即如此").errors


@pytest.mark.parametrize(("content", "word"), [("", "empty"), (HEAD, "no rows")])
def test_an_empty_file_never_looks_like_a_clean_one(workspace: Workspace, content: str, word: str) -> None:
    assert word in refusal(give(workspace, content))


def test_a_file_that_no_reader_knows_says_which_there_are(workspace: Workspace) -> None:
    assert "delimited text" in refusal(give(workspace, b"\x00\x01\x02\x03", name="x.bin"))


def test_a_voucher_that_does_not_balance_goes_in_and_is_named_with_its_lines(workspace: Workspace) -> None:
    outcome = give(workspace, GOOD.replace(",,100.00", ",,90.00"))
    assert outcome.status == "taken" and not outcome.is_clean
    assert outcome.source is not None
    failing = [one for one in outcome.source.controls if not one.holds]
    assert [one.name for one in failing] == ["debit = credit"]
    assert "0001: 100.00 / 90.00, lines 2, 3" in failing[0].detail


def test_the_same_row_twice_goes_to_the_rejects_once(workspace: Workspace) -> None:
    again = GOOD.splitlines(True)[1]
    give(workspace, GOOD + again)
    assert "the same row stands on line 2" in reasons(workspace)[4]
    assert rows(workspace, "SELECT count(*) FROM journal_line") == [(2,)]


def test_two_different_rows_under_one_key_both_go_in_and_the_control_says_so(workspace: Workspace) -> None:
    outcome = give(
        workspace, GOOD + "001,A,2024-01-09,记-0001,1,另一笔,5001,8,\n001,A,2024-01-09,记-0001,2,另一笔,1002,,8\n"
    )
    assert rows(workspace, "SELECT count(*) FROM journal_line") == [(4,)]
    assert outcome.source is not None
    control = next(one for one in outcome.source.controls if one.name == "duplicate key")
    assert not control.holds and "lines 2, 4" in control.detail


def test_rows_without_line_numbers_may_be_alike(workspace: Workspace) -> None:
    twice = "001,A,2024-01-05,记-0001,,付办公费,5001,100.00,\n" * 2
    give(workspace, HEAD + twice)
    assert rows(workspace, "SELECT count(*) FROM journal_line") == [(2,)]


def test_one_bad_file_does_not_stop_the_next(workspace: Workspace) -> None:
    (workspace.root.parent / "map.yaml").write_text(MAP, encoding="utf-8")
    empty, good = workspace.root.parent / "a.csv", workspace.root.parent / "b.csv"
    empty.write_bytes(b"")
    good.write_text(GOOD, encoding="utf-8")
    said = Options(map=workspace.root.parent / "map.yaml")
    outcomes = collect(workspace, [Handed(empty, "a.csv"), Handed(good, "b.csv")], said)
    assert [one.status for one in outcomes] == ["refused", "taken"]
    assert rows(workspace, "SELECT count(*) FROM journal_line") == [(2,)]


def test_parts_are_split_by_year_and_sorted_by_unit_date_and_row(workspace: Workspace) -> None:
    older = "002,A,2023-05-01,记-9,1,x,5001,1,\n001,A,2023-06-01,记-8,1,x,5001,1,\n001,A,2023-01-01,记-7,1,x,5001,1,\n"
    give(workspace, GOOD + older)
    parts = head(workspace).parts
    assert [(one.year, one.rows, one.units) for one in parts] == [(2023, 3, ("001", "002")), (2024, 2, ("001",))]
    found = rows(workspace, "SELECT unit_id, voucher_date, row_id FROM journal_line WHERE fiscal_year = 2023")
    assert found == sorted(found)  # type: ignore[type-var]
