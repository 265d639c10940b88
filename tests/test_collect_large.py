"""Large files: one pass gives what the thorough way gives, and whatever is not plain is read the thorough way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.collect import intake
from bihuan.collect.columns import Cell
from bihuan.collect.convert import _plain_column
from bihuan.collect.desk import Options
from bihuan.collect.handed import Handed
from bihuan.collect.pipeline import Outcome, collect
from bihuan.collect.rejects import stored
from bihuan.model.values import PLAIN, READERS, BadValue
from bihuan.settings import Settings
from bihuan.store.books import open_books
from bihuan.store.engine import EngineError, connect
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
        rows = books.rows("SELECT * FROM journal_line ORDER BY row_id")
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
    ],
    ids=["plain", "quoted", "two years", "unsorted", "government", "repeated", "unbalanced"],
)
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
        ledger().replace("支付45号", "支付（45）号"),
        ledger().replace("001,A,2024-02-15,记,0045,1", ",A,,记,0045,1"),
        ledger().replace("支付45号", "支付,45号"),
        ledger().replace("支付45号", '"支付45号'),
        ledger() + "制表人：王某,,,,,,,,,,,\n",
    ],
    ids=["total", "subtotal", "heading", "empty line", "blank row", "wide digits", "no number", "wide brackets",
         "no date", "one cell too many", "open quote", "note"],
)  # fmt: skip
def test_what_is_not_plain_is_treated_in_a_large_file_as_in_a_small_one(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passes: list[bool]
) -> None:
    same_both_ways(tmp_path, content, monkeypatch)
    assert passes == [False, False]


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
