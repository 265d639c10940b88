"""Large files: one pass gives what the thorough way gives, and whatever is not plain is read the thorough way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.collect import by_values, convert, intake
from bihuan.collect.columns import Cell
from bihuan.collect.convert import _plain_column
from bihuan.collect.desk import Desk, Options
from bihuan.collect.formats import _csv_quick
from bihuan.collect.formats._csv_careful import read_carefully
from bihuan.collect.formats._csv_dialect import Dialect
from bihuan.collect.handed import Grid, Handed
from bihuan.collect.pipeline import Outcome, collect
from bihuan.collect.rejects import stored
from bihuan.model.values import PLAIN, READERS, BadValue
from bihuan.settings import Settings
from bihuan.store.books import open_books
from bihuan.store.engine import EngineError, connect
from bihuan.store.origin import locate
from bihuan.store.snapshot import Snapshot, head
from bihuan.store.workspace import Workspace, init

HEAD = "单位编码,账套号,凭证日期,凭证字,凭证号,分录号,摘要,科目编码,科目名称,借方金额,贷方金额,制单人\n"
SMALL = 4 << 10  # bytes that count as large in these tests


def line(number: int, line_no: int, *, code: str = "", year: int = 2024, unit: str = "001") -> str:
    debit, credit = (f"{number}.50", "0") if line_no == 1 else ("0", f"{number}.50")
    code, name = (code or "5001", "业务活动费用") if line_no == 1 else ("1002", "银行存款")
    day = f"{year}-{number * 12 // 400 % 12 + 1:02}-15"
    return f"{unit},A,{day},记,{number:04},{line_no},支付{number}号,{code},{name},{debit},{credit},会计1\n"


def ledger(count: int = 60, **how: object) -> str:
    return HEAD + "".join(line(n, k, **how) for n in range(1, count + 1) for k in (1, 2))  # type: ignore[arg-type]


def take(folder: Path, content: bytes, monkeypatch: pytest.MonkeyPatch, large: int) -> tuple[Workspace, Outcome]:
    monkeypatch.setattr(intake, "LARGE", large)
    folder.mkdir()
    path = folder / "序时账.csv"
    path.write_bytes(content)
    workspace = init(folder / "W", Settings(name="W"))
    (outcome,) = collect(workspace, [Handed(path, path.name)], Options())
    return workspace, outcome


def facts(workspace: Workspace) -> tuple[object, ...]:
    """Everything that collecting gives but the moment: rows, parts, controls, rejects.

    The hashes of the parts are left out: DuckDB writes a column as `required` where it knows beforehand, from the
    copy of the cells, that none is empty, so the same rows may lie in other bytes.
    """
    snapshot: Snapshot = head(workspace)
    source = snapshot.sources[0]
    with open_books(workspace, snapshot) as books:
        rows = [*books.columns("FROM journal_line"), *books.rows("SELECT * FROM journal_line ORDER BY row_id")]
    parts = [(one.year, one.rows, one.columns, one.units, one.first, one.last) for one in snapshot.parts]
    said = (source.identity, source.sheets, source.origin, source.tables, source.controls, source.map)
    return rows, parts, said, list(stored(workspace, source))


def same_both_ways(tmp_path: Path, content: str | bytes, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    data = content.encode() if isinstance(content, str) else content
    assert len(data) > SMALL
    at_once, first = take(tmp_path / "large", data, monkeypatch, SMALL)
    thorough, second = take(tmp_path / "small", data, monkeypatch, 1 << 40)
    assert (first.status, [str(one) for one in first.errors]) == (second.status, [str(one) for one in second.errors])
    assert first.status == "taken"
    assert facts(at_once) == facts(thorough)
    return at_once


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each attempt at one pass succeeded."""
    from bihuan.collect import direct, pipeline

    seen: list[bool] = []
    attempt = direct.attempt

    def watched(*given: object, **said: object) -> object:
        found = attempt(*given, **said)  # type: ignore[arg-type]
        seen.append(found is not None)
        return found

    monkeypatch.setattr(pipeline.direct, "attempt", watched)
    return seen


@pytest.mark.parametrize(
    "content",
    [
        ledger(),
        ledger().replace("支付3号", '"支付3号,补"'),
        ledger(30) + ledger(40, year=2023).removeprefix(HEAD),
        HEAD + "".join(reversed(ledger().removeprefix(HEAD).splitlines(keepends=True))),
        ledger(code="6001") + line(900, 1, code="7201") + line(900, 2),
        ledger() + line(60, 2),
        ledger() + line(900, 1),
        ledger().replace("支付45号", "支付（45）号"),
        ledger().replace("支付45号", "  支付 　 45 号 ").replace("支付7号", "—"),
        ledger().replace(",0009,2,支付9号,1002,银行存款", ",0009,2,支付9号,1002,银行存款（基本户）").replace(
            "业务活动费用", "業務活動費用（一）"
        ),
        HEAD + "".join(reversed(ledger(code="6001").replace("7号,", "7号（补）,").splitlines(keepends=True)[1:]))
        + line(900, 1, code="7201") + line(900, 2),
        ledger().replace("\n", "\r\n"),
        ledger().replace("\n", "\r\n", 3),
        ledger().replace(",会计1\n", ',"会计 ""1"""\n').replace("记,", '"记",'),
        ledger().replace("支付45号", '支付"45"号'),
        ledger().replace("会计1", "审计").replace("银行存款", "总计划款").replace("记", "Total记"),
        ledger().replace(",0,", ",0.00,").replace("0012,1", "0012,126").replace("0013,1", "0013,"),
        ledger().removesuffix("\n"),
    ],
    ids=["plain", "quoted", "two years", "unsorted", "government", "repeated", "unbalanced", "wide brackets",
         "blanks within", "several odd columns", "odd and unsorted and government", "returns", "some returns",
         "quotes within", "stray quotes", "words like totals", "line numbers beyond the bits", "no line end"],
)  # fmt: skip
def test_one_pass_gives_what_the_thorough_way_gives(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passes: list[bool]
) -> None:
    same_both_ways(tmp_path, content, monkeypatch)
    assert passes == [True, False]


@pytest.mark.parametrize(
    "content",
    [
        ledger() + "合计,,,,,,,,,1860.00,1860.00,\n",
        ledger(30) + "小计,,,,,,,,,1,1,\n" + ledger(60).removeprefix(HEAD),
        ledger(30) + HEAD + ledger(60).removeprefix(ledger(30)),
        ledger(30) + "\n" + ledger(60).removeprefix(ledger(30)),
        ledger(30) + ",,,,,,,,,,,\n" + ledger(60).removeprefix(ledger(30)),
        ledger().replace(",45.50,", ",４５.50,"),
        ledger().replace(",45.50,", ",4五,"),
        ledger().replace(",0045,1,", ",（0045）,1,"),
        ledger().replace("45号,1002", "45号,１００２"),
        ledger().replace("001,A,2024-02-15,记,0045,1", ",A,,记,0045,1"),
        ledger().replace("支付45号", "支付,45号"),
        ledger().replace("支付45号", '"支付45号'),
        ledger() + "制表人：王某,,,,,,,,,,,\n",
        ledger().replace("支付45号", '"支付45号" '),
        ledger().replace("支付45号", '"支付\n45号"'),
        ledger().replace("支付45号", "支付\r45号"),
        ledger() + "001,A,2024-12-15,记,0999,1,年末,5001,业务活动费用,1860.00,1860.00,　合　计：\n",
        ledger() + "001,A,2024-12-15,记,0999,1,年末,5001,业务活动费用,1860.00,1860.00,\u3000Grand Total\n",
    ],
    ids=["total", "subtotal", "heading", "empty line", "blank row", "wide digits", "no number", "odd voucher number",
         "odd account", "no date", "one cell too many", "open quote", "note", "blank after a quote",
         "quoted line end", "lone return", "wide total", "total in English"],
)  # fmt: skip
def test_what_is_not_plain_is_treated_in_a_large_file_as_in_a_small_one(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passes: list[bool]
) -> None:
    same_both_ways(tmp_path, content, monkeypatch)
    assert passes == [False, False]


STATED = HEAD.replace("\n", ",凭证状态\n")


def stated(word: str, last: str = "") -> str:
    rows = "".join(line(n, k).replace("\n", f",{word if n % 3 else ''}\n") for n in range(1, 61) for k in (1, 2))
    return STATED + rows + line(901, 1).replace("\n", f",{last or word}\n") + line(901, 2).replace("\n", ",\n")


@pytest.mark.parametrize(
    ("content", "is_plain"), [(stated("作废"), True), (stated("正常"), True), (stated("?!"), False)]
)
def test_words_for_coded_values_are_read_in_one_pass_where_they_are_known(
    content: str, is_plain: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passes: list[bool]
) -> None:
    workspace = same_both_ways(tmp_path, content, monkeypatch)
    assert passes == [is_plain, False]
    assert "journal_line" in head(workspace).tables


def test_a_word_that_only_later_rows_hold_is_read_the_thorough_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passes: list[bool]
) -> None:
    monkeypatch.setattr(convert, "_SOME", 20)
    same_both_ways(tmp_path, stated("正常", last="作废"), monkeypatch)
    assert passes == [False, False]


def test_rows_keep_their_lines_however_many_blocks_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passes: list[bool]
) -> None:
    monkeypatch.setattr(by_values, "BLOCK", 1 << 10)
    titled = "编制单位：某局\n" + ledger(900)
    workspace = same_both_ways(tmp_path, titled, monkeypatch)
    assert passes == [True, False]
    snapshot = head(workspace)
    with open_books(workspace, snapshot) as books:
        rows = books.rows("SELECT row_id, voucher_no, line_no FROM journal_line ORDER BY voucher_no, line_no")
    places = locate(workspace, snapshot, [row[0] for row in rows])
    written = titled.splitlines()
    assert len(rows) == 1800
    for row, number, line_no in rows:
        assert f",{number},{line_no}," in written[places[row].line - 1]


@pytest.mark.parametrize(
    "content",
    [
        ledger(300),
        ledger(300).replace(",会计1\n", ",\n"),
        ledger(300).replace("0,会计1", "0,").replace("7号,", f"7号{'甲' * 40},"),
        ledger(300).replace("001,A", "001,").replace("支付7", "支付 7"),
        ledger(300).replace(",记,", ",,"),
    ],
    ids=["plain", "an empty column", "blanks and long texts", "no book and odd texts", "no voucher word"],
)  # fmt: skip
def test_values_that_were_forgotten_are_asked_again(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passes: list[bool]
) -> None:
    for name, small in {"BLOCK": 1 << 10, "_MOST": 3, "_SAMPLE": 50}.items():
        monkeypatch.setattr(by_values, name, small)
    same_both_ways(tmp_path, content, monkeypatch)
    assert passes == [True, False]


RECORDS = st.lists(st.text(alphabet='ab ,,""\r\n', max_size=12), min_size=1, max_size=4).map("\n".join)


@given(written=RECORDS)
@settings(max_examples=150, deadline=None)
def test_what_is_read_straight_is_what_the_copy_holds(written: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("straight")
    path = folder / "x.csv"
    path.write_bytes(written.encode())
    with connect(Settings()) as engine:
        desk = Desk(engine, folder, Settings(), folder)
        try:
            found = _csv_quick.straight(Handed(path, path.name), path, Dialect(",", 2), desk)
            rows = engine.rows(found.grid.scan) if found else []
        except EngineError:
            return
        if not found or found.skip or len(rows) != found.lines:
            return
        careful = read_carefully(Grid(Handed(path, path.name), "", "", 2, ()), path, Dialect(",", 2), desk)
        meant = engine.rows(f"SELECT * FROM ({careful.grids[0].scan}) ORDER BY line")
        assert not careful.rejects
        assert [row for row in rows if any(row[1:])] == [row for row in meant if any(row[1:])]


def test_a_large_file_in_gb18030_is_read_as_one_in_utf8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    same_both_ways(tmp_path, ledger().encode("gb18030"), monkeypatch)


MARKS = st.text(alphabet="0123456789.,-+eE_ ()x\t\u3000１／/", max_size=10)
NUMBERS = st.from_regex(r"-?[0-9]{1,5}([.,][0-9]{0,4})?", fullmatch=True)
DAYS = st.from_regex(r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2} ?", fullmatch=True)


@pytest.mark.parametrize("kind", ["money", "integer", "date", "price", "quantity"])
@given(written=st.lists(st.one_of(MARKS, NUMBERS, DAYS), min_size=20, max_size=20))
@settings(max_examples=40, deadline=None)
def test_a_value_that_the_pass_takes_is_what_the_readers_make_of_it(kind: str, written: list[str]) -> None:
    with connect(Settings()) as engine:
        value = _plain_column(Cell("x", kind), PLAIN)
        for one in written:
            try:
                found = engine.one(f"SELECT {value} FROM (SELECT CAST($x AS VARCHAR) AS x) AS t", {"x": one})[0]
            except EngineError:
                continue
            try:
                meant = READERS[kind](one, PLAIN)
            except BadValue:
                meant = "unreadable"
            assert found == meant, (one, found, meant)
