"""The county's works and estates: files are taken in whole, every planted row stands where the truth says, problems are
found and twins are not."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.demo.county import County
from bihuan.demo.departments import projects, renovation
from bihuan.demo.registry_ties import related_firms
from bihuan.demo.truth import Planted
from bihuan.demo.write import csv_file
from bihuan.store.engine import connect
from bihuan.store.origin import locate
from bihuan.store.snapshot import head
from bihuan.store.workspace import open_workspace

Row = tuple[str, str, int]  # source, sheet, line
SUPERVISOR = "supervisor_related_to_contractor"


@dataclass(frozen=True)
class Shown:
    """The two departments' files, collected and examined."""

    root: Path
    planted: list[Planted]
    said: str
    leads: dict[str, list[set[Row]]]  # method → evidence of each lead


def hand_over(county: County, folder: Path) -> list[Planted]:
    return [*projects.hand_over(county, folder), *renovation.hand_over(county, folder)]


def registry(county: County, folder: Path) -> None:
    """Who owns the builders and supervisors that hang together: one person in both of a pair."""
    rows = [
        (firm.name, firm.credit_code, pair[0].legal.name, pair[0].legal.id_no, "股东", "2019-03-01")
        for pair in related_firms(county)
        for firm in pair[:2]
    ]
    folder.mkdir(parents=True)
    headings = ("企业名称", "统一社会信用代码", "股东名称", "证件号码", "关系类型", "出资日期")
    csv_file(folder / "股东.csv", headings, rows)


def bihuan(root: Path, *words: str, code: int = 0) -> str:
    ran = CliRunner().invoke(app, ["-w", str(root), *words])
    assert ran.exit_code == code, ran.output
    return ran.output


def shown_of(base: Path, county: County) -> Shown:
    root, handed = base / "W", base / "handed-over"
    planted = hand_over(county, handed)
    registry(county, handed / "32 登记")
    CliRunner().invoke(app, ["init", str(root)])
    said = bihuan(root, "collect", str(handed))
    bihuan(root, "link")
    bihuan(root, "examine", "--pack", "project", "--pack", "renovation")
    leads = defaultdict(list)
    for line in bihuan(root, "leads", "--json").splitlines():
        if line.startswith("{"):
            lead = json.loads(line)
            leads[lead["method"]].append({(one["source"], one["sheet"], one["line"]) for one in lead["evidence"]})
    return Shown(root, planted, said, leads)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return shown_of(tmp_path_factory.mktemp("works"), County(5, 0.02))


def rows_of(one: Planted) -> set[Row]:
    return {(row.source, row.sheet, row.line) for row in one.rows}


def answers(one: Planted, evidence: set[Row]) -> bool:
    """The rule of the score: half of the problem's rows, and not many more."""
    rows = rows_of(one)
    return len(rows & evidence) * 2 >= len(rows) and len(evidence) <= max(20, 3 * len(rows))


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, again, other = (tmp_path / name for name in ("first", "again", "other"))
    for folder, seed in ((first, 3), (again, 3), (other, 4)):
        hand_over(County(seed, 0.02), folder)
    files = sorted(one.relative_to(first) for one in first.rglob("*") if one.is_file())
    assert len(files) == 10
    assert all((first / one).read_bytes() == (again / one).read_bytes() for one in files)
    assert not any((first / one).read_bytes() == (other / one).read_bytes() for one in files)


def test_every_kind_is_planted_plain_and_hiding_and_beside_a_twin(shown: Shown) -> None:
    forms: dict[str, set[str]] = defaultdict(set)
    for one in shown.planted:
        forms[one.kind].add(one.form)
    assert len(forms) == 15
    assert all(found == {"plain", "hiding", "twin"} for found in forms.values())


def test_nothing_is_refused_rejected_or_asked(shown: Shown) -> None:
    snapshot = head(open_workspace(shown.root))
    assert [one.name for one in snapshot.sources if one.rejects is not None] == []
    handed = {one.name for one in (shown.root.parent / "handed-over").rglob("*") if one.is_file()}
    assert len(handed) == 11
    assert handed <= {one.name for one in snapshot.sources}
    assert not (shown.root / "maps").exists() or not list((shown.root / "maps").iterdir())


def test_every_planted_row_stands_in_the_books_where_the_truth_says(shown: Shown) -> None:
    workspace = open_workspace(shown.root)
    snapshot = head(workspace)
    standing: set[Row] = set()
    with connect(workspace.settings) as engine:
        for part in (part for parts in snapshot.tables.values() for part in parts):
            path = workspace.books / "parts" / f"{part.hash}.parquet"
            held = [name for (name,) in engine.rows(f"SELECT column_name FROM (DESCRIBE FROM '{path}')")]
            if "row_id" in held:
                ids = [row for (row,) in engine.rows(f"SELECT row_id FROM '{path}'")]
                places = locate(workspace, snapshot, ids).values()
                standing |= {(one.source, one.sheet, one.line) for one in places}
    assert [(one.kind, row) for one in shown.planted for row in rows_of(one) if row not in standing] == []


def test_a_planted_project_is_the_one_that_its_line_holds(shown: Shown) -> None:
    """A list in JSON counts its items: the place of a project is not the line of text on which it stands."""
    overrun = next(one for one in shown.planted if one.kind == "final_account_over_estimate" and one.form == "plain")
    package = json.loads(next(shown.root.parent.rglob(projects.PROJECTS)).read_text(encoding="utf-8"))
    project = package["projects"][overrun.rows[0].line - 1]
    assert project["completion"]["finalValue"]["amount"] > project["budget"]["amount"]["amount"]


def test_what_is_planted_is_found(shown: Shown) -> None:
    problems = [one for one in shown.planted if one.form != "twin"]
    missed = [
        (one.kind, one.form, one.unit)
        for one in problems
        if not any(answers(one, evidence) for evidence in shown.leads[one.kind])
    ]
    assert missed == []


def test_twins_are_left_alone(shown: Shown) -> None:
    accused = [
        (one.kind, one.unit)
        for one in shown.planted
        if one.form == "twin" and any(rows_of(one) & evidence for evidence in shown.leads[one.kind])
    ]
    assert accused == []


def test_every_lead_answers_something_planted(shown: Shown) -> None:
    problems = [one for one in shown.planted if one.form != "twin"]
    false = [
        (method, sorted(evidence)[:2])
        for method, found in shown.leads.items()
        for evidence in found
        if not any(answers(one, evidence) for one in problems)
    ]
    assert false == []


@pytest.mark.slow
def test_a_clean_county_has_twins_and_no_leads(tmp_path: Path) -> None:
    clean = shown_of(tmp_path, County(5, 0.02, is_clean=True))
    assert {one.form for one in clean.planted} == {"twin"}
    assert dict(clean.leads) == {}
