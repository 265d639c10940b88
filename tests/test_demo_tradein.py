"""The county's trade-in and equipment renewal: what is said to be planted stands there, and all can be collected."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.demo.county import County
from bihuan.demo.departments import equipment, tradein
from bihuan.demo.truth import Place, Planted
from bihuan.examine.library import library
from bihuan.store.books import open_books
from bihuan.store.origin import locate
from bihuan.store.snapshot import Snapshot, head
from bihuan.store.workspace import Workspace, open_workspace

COUNTY = County(4, 0.02)
KINDS = {one.id for one in library().methods if one.pack == "tradein"}


class Handed:
    """The files of both departments, collected, and what was planted in them."""

    def __init__(self, files: Path, root: Path) -> None:
        self.planted: list[Planted] = [*tradein.hand_over(COUNTY, files), *equipment.hand_over(COUNTY, files)]
        self.files = [one for one in files.rglob("*") if one.is_file()]
        runner = CliRunner()
        assert runner.invoke(app, ["init", str(root)]).exit_code == 0
        ran = runner.invoke(app, ["-w", str(root), "collect", str(files)])
        assert ran.exit_code == 0, ran.output
        self.workspace: Workspace = open_workspace(root)
        self.snapshot: Snapshot = head(self.workspace)
        self.rows = self._rows()

    def _rows(self) -> dict[Place, tuple[str, str]]:
        """At each place: the table, and what names the row in its source."""
        found: dict[Place, tuple[str, str]] = {}
        with open_books(self.workspace, self.snapshot) as engine:
            for table, name in NAMES.items():
                names = dict(engine.rows(f"SELECT row_id, {name} FROM {table}"))
                for row, at in locate(self.workspace, self.snapshot, names).items():
                    found[Place(at.source, at.sheet, at.line)] = (table, str(names[row]))
        return found


NAMES = {
    "claim": "claim_no", "invoice": "digital_no", "death": "id_no", "vehicle": "vin", "loan": "loan_id",
    "asset_card": "serial_no",
}  # fmt: skip


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    return Handed(tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("books") / "W")


def text_of(path: Path, line: int) -> str:
    """One line of a text file, counted from 1."""
    encoding = "utf-8" if path.suffix == ".jsonl" else "gb18030"
    return path.read_text(encoding=encoding).splitlines()[line - 1]


def test_every_file_is_collected_and_nothing_is_rejected(handed: Handed) -> None:
    assert len(handed.snapshot.sources) == len(handed.files) == 15
    assert [one.name for one in handed.snapshot.sources if one.rejects is not None] == []


def test_every_place_of_the_truth_is_the_row_that_stands_there(handed: Handed) -> None:
    paths = {one.name: one for one in handed.files}
    for one in handed.planted:
        for place in one.rows:
            _, name = handed.rows[place]
            if paths[place.source].suffix != ".xlsx":
                assert name in text_of(paths[place.source], place.line), (one.kind, place)


def test_every_kind_is_planted_plain_hidden_and_beside_a_twin(handed: Handed) -> None:
    forms = Counter((one.kind, one.form) for one in handed.planted)
    assert {kind for kind, _ in forms} == KINDS
    assert all(forms[kind, "plain"] >= 2 and forms[kind, "hiding"] and forms[kind, "twin"] for kind in KINDS)
    assert all(one.amount > 0 for one in handed.planted if one.form != "twin")


def test_each_planted_row_belongs_to_the_kind_of_problem(handed: Handed) -> None:
    tables = {kind: {handed.rows[place][0] for one in handed.planted if one.kind == kind for place in one.rows}
              for kind in KINDS}  # fmt: skip
    assert all("claim" in one for one in tables.values())
    assert tables["invoice_reversed_after_payout"] == {"claim", "invoice"}
    assert tables["interest_subsidy_without_loan"] == {"claim", "loan"}
    assert tables["dead_or_underage_buyer"] == {"claim", "death"}


def test_ordinary_claims_are_of_the_living_and_grown_and_each_number_is_claimed_once(handed: Handed) -> None:
    planted = {place for one in handed.planted for place in one.rows}
    names = [name for place, (table, name) in handed.rows.items() if table == "claim" and place not in planted]
    with open_books(handed.workspace, handed.snapshot) as engine:
        dead = engine.rows(
            "SELECT claim_no FROM claim JOIN death ON death.id_no = claim.applicant_id_no "
            "WHERE coalesce(died_on, cremated_on) < bought_on"
        )
        young = engine.rows(
            "SELECT claim_no FROM claim WHERE length(applicant_id_no) = 18 AND shop_id IS NOT NULL "
            "AND CAST(substr(applicant_id_no, 7, 4) AS INTEGER) > year(bought_on) - 18"
        )
        twice = engine.rows(
            "SELECT min(claim_no) FROM claim WHERE serial_no IS NOT NULL AND shop_id IS NOT NULL "
            "GROUP BY serial_no HAVING count(*) > 1"
        )
    assert {name for (name,) in [*dead, *young, *twice]} & set(names) == set()
    assert len(dead) >= 3
    assert len(names) > 3000


def test_a_clean_county_has_the_twins_only(tmp_path: Path) -> None:
    clean = County(4, 0.02, is_clean=True)
    planted = [*tradein.hand_over(clean, tmp_path), *equipment.hand_over(clean, tmp_path)]
    assert {one.form for one in planted} == {"twin"}
    assert {one.kind for one in planted} == KINDS


def test_the_same_seed_gives_the_same_bytes(handed: Handed, tmp_path: Path) -> None:
    tradein.hand_over(COUNTY, tmp_path)
    equipment.hand_over(COUNTY, tmp_path)
    again = {one.name: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}
    assert again == {one.name: one.read_bytes() for one in handed.files}
