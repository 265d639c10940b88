"""`books totals`, `tables`, `rejects` and `forget`: what came in, to the cent, for people and machines."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.errors import BihuanError
from bihuan.settings import Settings
from bihuan.store.snapshot import head, part_path
from bihuan.store.workspace import Workspace, init
from test_collect import GOOD, MAP


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return init(tmp_path / "W", Settings(name="W"))


def bihuan(workspace: Workspace, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["-w", str(workspace.root), *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        assert isinstance(result.exception, BihuanError), result.exception
        return 1, result.stdout
    return result.exit_code, result.stdout


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(one, parse_float=Decimal) for one in text.splitlines()]


def collect(workspace: Workspace, content: str, *words: str, name: str = "凭证.csv") -> tuple[int, str]:
    path = workspace.root.parent / name
    path.write_text(content, encoding="utf-8")
    return bihuan(workspace, "collect", str(path), "--map", str(workspace.root.parent / "map.yaml"), *words)


def test_a_total_has_rows_rejects_debit_credit_and_its_controls(workspace: Workspace) -> None:
    code, _ = collect(workspace, GOOD + "001,A,2024-13-05,记-2,1,x,5001,1,\n")
    assert code == 1
    (total,) = lines(bihuan(workspace, "books", "totals", "--json")[1])
    assert {name: total[name] for name in ("source", "table", "rows", "rejects", "debit", "credit")} == {
        "source": "凭证.csv",
        "table": "journal_line",
        "rows": 2,
        "rejects": 1,
        "debit": Decimal("100.00"),
        "credit": Decimal("100.00"),
    }
    assert all(one["holds"] for one in total["controls"])


def test_money_keeps_every_digit_on_its_way_out(workspace: Workspace) -> None:
    collect(workspace, GOOD.replace("100.00", "9007199254740993.01"))
    assert '"debit": 9007199254740993.01' in bihuan(workspace, "books", "totals", "--json")[1]


def test_clean_files_exit_0_and_the_table_says_so(workspace: Workspace) -> None:
    code, said = collect(workspace, GOOD)
    assert code == 0
    assert "全部相符" in said
    assert collect(workspace, GOOD)[0] == 0


def test_collect_as_json_gives_a_line_a_file(workspace: Workspace) -> None:
    (one,) = lines(collect(workspace, GOOD, "--json")[1])
    assert one["status"] == "taken" and one["tables"] == {"journal_line": {"rows": 2, "rejects": 0}}


def test_rejects_are_listed_with_place_reason_and_raw_record(workspace: Workspace) -> None:
    collect(workspace, GOOD + "001,A,2024-13-05,记-2,1,x,5001,1,\n")
    (one,) = lines(bihuan(workspace, "books", "rejects", "凭证.csv", "--json")[1])
    assert (one["line"], one["column"], one["raw"]) == (4, "voucher_date", "001,A,2024-13-05,记-2,1,x,5001,1,")


def test_refused_sources_are_listed_with_their_reason(workspace: Workspace) -> None:
    collect(workspace, "")
    (one,) = lines(bihuan(workspace, "books", "rejects", "--json")[1])
    assert one["refused"] and "empty" in one["reason"]


def test_a_missing_file_is_an_error_and_the_others_go_in(workspace: Workspace) -> None:
    code, _ = collect(workspace, GOOD, "没有.csv")
    assert code == 1
    assert len(head(workspace).sources) == 1


def test_tables_list_what_the_books_hold(workspace: Workspace) -> None:
    collect(workspace, GOOD)
    table, source = lines(bihuan(workspace, "books", "tables", "--json")[1])
    assert (table["table"], table["rows"], table["first"]) == ("journal_line", 2, "2024-01-05")
    assert source["identity"] == "001 / journal_line / 2024-01"
    (snapshot,) = lines(bihuan(workspace, "books", "tables", "--snapshots", "--json")[1])
    assert snapshot["head"] and snapshot["rows"] == 2


def test_forgetting_deletes_rows_and_original_and_keeps_the_hashes(workspace: Workspace) -> None:
    collect(workspace, GOOD)
    before = head(workspace)
    assert bihuan(workspace, "books", "forget", "凭证.csv")[0] == 1
    assert bihuan(workspace, "books", "forget", "凭证.csv", "--yes")[0] == 0
    after = head(workspace)
    assert after.parts == () and after.sources[0].hash == before.sources[0].hash
    assert not (workspace.books / before.sources[0].kept).exists()
    assert not part_path(workspace, before.parts[0].hash).exists()
    assert lines(bihuan(workspace, "books", "totals", "--json")[1]) == []


BALANCES = """单位编码,账套号,会计年度,会计期间,科目编码,科目名称,期初余额,借方发生额,贷方发生额,期末余额
001,A,2024,1,5001,业务活动费用,0,{spent},0,{spent}
001,A,2024,1,1002,银行存款,500.00,0,100.00,400.00
"""
BALANCE_MAP = """format: 1
table: account_balance
confirmed: true
columns:
  unit_id: {from: 单位编码}
  book_id: {from: 账套号}
  fiscal_year: {from: 会计年度}
  period: {from: 会计期间}
  account_code: {from: 科目编码}
  account_name: {from: 科目名称}
  opening: {from: 期初余额}
  debit: {from: 借方发生额}
  credit: {from: 贷方发生额}
  closing: {from: 期末余额}
"""


@pytest.mark.parametrize(("spent", "holds"), [("100.00", True), ("120.00", False)])
def test_the_journal_is_held_against_the_balances(workspace: Workspace, spent: str, holds: bool) -> None:
    collect(workspace, GOOD)
    (workspace.root.parent / "map.yaml").write_text(BALANCE_MAP, encoding="utf-8")
    code, _ = collect(workspace, BALANCES.format(spent=spent), name="余额.csv")
    assert code == (0 if holds else 1)
    controls = {one.name: one for one in head(workspace).sources[-1].controls}
    assert controls["journal = balances"].holds is holds
    assert controls["opening + debit - credit = closing"].holds
    if not holds:
        assert "5001: balance 120.00/0.00, journal 100.00/0.00" in controls["journal = balances"].detail
