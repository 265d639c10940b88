"""The demo: one seed gives the same files, planted rows stand where the truth says, twins are left alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.demo.county import County
from bihuan.demo.make import Demo, make
from bihuan.demo.meals import NEXT_TERM
from bihuan.store.engine import connect
from bihuan.store.origin import locate
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace, open_workspace

Row = tuple[str, str, int]  # source, sheet, line
SMALL = "0.02"


@dataclass(frozen=True)
class Shown:
    """A demo that was run: its workspace, its truth, its score and what it said."""

    workspace: Workspace
    truth: list[dict[str, object]]
    score: dict[str, Any]
    said: str


def rows_of(fact: dict[str, object]) -> set[Row]:
    return {(row["source"], row["sheet"], row["line"]) for row in fact["rows"]}  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    root = tmp_path_factory.mktemp("demo") / "W"
    runner = CliRunner()
    ran = runner.invoke(app, ["-w", str(root), "demo", "--scale", SMALL])
    assert ran.exit_code == 0, ran.output
    scored = runner.invoke(app, ["-w", str(root), "score", "--json"])
    truth = [json.loads(line) for line in (root / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    return Shown(open_workspace(root), truth, json.loads(scored.stdout), ran.output)


def files(demo: Demo) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in demo.files}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first, again = (files(make(tmp_path / name, County(3, 0.02))) for name in ("first", "again"))
    other = files(make(tmp_path / "other", County(4, 0.02)))
    assert first == again
    same = {name for name, content in first.items() if other[name] == content}
    assert same <= {
        "code.csv", "UA_Account.csv", "t_Account.csv", "t_SystemProfile.csv", "t_VoucherGroup.csv", "GL_Kmxx_01.csv",
        "惠民惠农补贴政策清单.xlsx", "中小银行资本净额2025.csv",
    }  # fmt: skip


def test_every_kind_of_file_is_among_what_is_handed_over(tmp_path: Path) -> None:
    made = make(tmp_path, County(1, 0.02))
    endings = {".".join(one.name.split(".")[1:]).lower() for one in made.files}
    assert endings == {"csv", "db", "xlsx", "dbf", "xml", "zip", "tsv", "txt", "json", "jsonl", "jsonl.gz"}
    assert (made.broken.parent / "README.txt").exists()


def test_files_only_collects_nothing(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["-w", str(tmp_path), "demo", "--files-only", "--scale", "0.02"])
    assert ran.exit_code == 0
    assert (tmp_path / "truth.jsonl").exists()
    assert not (tmp_path / "books").exists()


@pytest.mark.slow
def test_every_planted_row_stands_in_the_books_where_the_truth_says(shown: Shown) -> None:
    snapshot = head(shown.workspace)
    standing: set[Row] = set()
    with connect(shown.workspace.settings) as engine:
        for parts in snapshot.tables.values():
            for part in parts:
                path = shown.workspace.books / "parts" / f"{part.hash}.parquet"
                ids = [row[0] for row in engine.rows(f"SELECT row_id FROM read_parquet('{path}')")]
                places = locate(shown.workspace, snapshot, ids).values()
                standing |= {(one.source, one.sheet, one.line) for one in places}
    lost = [(fact["kind"], row) for fact in shown.truth for row in rows_of(fact) if row not in standing]
    assert lost == []


@pytest.mark.slow
def test_no_file_is_refused_and_no_row_is_rejected(shown: Shown) -> None:
    snapshot = head(shown.workspace)
    assert [one.name for one in snapshot.sources if one.rejects is not None] == []
    folders = (shown.workspace.root / "handed-over", shown.workspace.root / NEXT_TERM)
    handed = {one.name for folder in folders for one in folder.rglob("*") if one.is_file()}
    joined = {"UA_Account.csv", "t_SystemProfile.csv", "t_User.csv", "t_Voucher.csv", "t_VoucherGroup.csv"}
    joined |= {one for one in handed if one.startswith("GL_Pzml_")}
    assert {one.name for one in snapshot.sources} - {"link"} == handed - joined


@pytest.mark.slow
def test_the_leads_find_more_than_simpler_searches_of_as_many_rows(shown: Shown) -> None:
    beside = shown.score["beside"]
    for form in ("plain", "hiding"):
        others = [beside[name][form] for name in ("random", "largest", "isolation_forest")]
        assert shown.score["recall"][form] > 2 * max(others)
    assert shown.score["lost"]["rows"] == 0


@pytest.mark.slow
def test_it_says_where_everything_lies(shown: Shown) -> None:
    reports = list((shown.workspace.root / "reports").glob("*.html"))
    assert len(reports) == 1
    said = shown.said.replace("\n", "")
    assert reports[0].name in said
    assert "handed-over-broken" in said


@pytest.mark.slow
def test_the_broken_file_is_refused_with_its_place(shown: Shown) -> None:
    broken = next((shown.workspace.root / "handed-over-broken").glob("*.csv"))
    before = head(shown.workspace).id
    ran = CliRunner().invoke(app, ["-w", str(shown.workspace.root), "collect", str(broken)])
    assert ran.exit_code == 1
    assert head(shown.workspace).id == before
    assert broken.name in ran.output.replace("\n", "")
