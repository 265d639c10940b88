"""The demo's purchases: planted rows stand where the truth says; the pack finds them, honest tenders are left alone."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.demo.county import County
from bihuan.demo.departments import bid_files, direct_purchases, procurement, trading_centre
from bihuan.demo.truth import Planted
from bihuan.store.engine import connect
from bihuan.store.origin import locate
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace, open_workspace

Row = tuple[str, str, int]  # source, sheet, line
MODULES = (procurement, bid_files, direct_purchases)
# Kinds that need the registry of firms or officials, or that corroborate only.
ELSEWHERE = {"related_bidders", "official_related_to_winner", "new_firm_large_award", "final_account_over_estimate"}
SUPPORTING = {"bids_minutes_apart", "same_upload_address", "won_at_ceiling"}


@dataclass(frozen=True)
class Handed:
    """A workspace with the purchases, what was planted, and the leads with their evidence."""

    workspace: Workspace
    planted: list[Planted]
    leads: list[tuple[str, set[Row]]]
    said: str


def places(one: Planted) -> set[Row]:
    return {(row.source, row.sheet, row.line) for row in one.rows}


def answers(evidence: set[Row], rows: set[Row]) -> bool:
    return 2 * len(evidence & rows) >= len(rows) and len(evidence) <= max(20, 3 * len(rows))


def write(county: County, folder: Path) -> list[Planted]:
    return [one for module in MODULES for one in module.hand_over(county, folder)]


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    folder = tmp_path_factory.mktemp("purchases")
    planted = write(County(1, 0.08), folder / "files")
    runner, root = CliRunner(), str(folder / "W")
    assert runner.invoke(app, ["init", root]).exit_code == 0
    collected = runner.invoke(app, ["-w", root, "collect", str(folder / "files")])
    assert collected.exit_code == 0, collected.output
    assert runner.invoke(app, ["-w", root, "examine", "--pack", "procurement"]).exit_code == 0
    lines = runner.invoke(app, ["-w", root, "leads", "--json", "--limit", "10000"]).stdout.splitlines()
    leads = [
        (lead["method"], {(row["source"], row["sheet"] or "", row["line"]) for row in lead["evidence"]})
        for lead in map(json.loads, lines)
    ]
    return Handed(open_workspace(Path(root)), planted, leads, collected.output)


def test_every_file_is_taken_in_whole(handed: Handed) -> None:
    snapshot = head(handed.workspace)
    assert [one.name for one in snapshot.sources if one.rejects is not None] == []
    assert {one.name for one in snapshot.sources} == {
        procurement.RELEASES, procurement.CHANGES, procurement.DEBARRED, procurement.ACCOUNTS,
        *(bid_files.FILES.format(year=year) for year in (2024, 2025)),
        *(direct_purchases.FILES.format(year=year) for year in (2024, 2025)),
    }  # fmt: skip


def test_every_planted_row_stands_where_the_truth_says(handed: Handed) -> None:
    snapshot = head(handed.workspace)
    standing: set[Row] = set()
    with connect(handed.workspace.settings) as engine:
        for part in (part for parts in snapshot.tables.values() for part in parts):
            path = handed.workspace.books / "parts" / f"{part.hash}.parquet"
            ids = [row[0] for row in engine.rows(f"SELECT row_id FROM read_parquet('{path}')")]
            standing |= {(one.source, one.sheet, one.line) for one in locate(handed.workspace, snapshot, ids).values()}
    assert [one.kind for one in handed.planted if not places(one) <= standing] == []


def test_every_method_of_the_pack_has_its_problem_plain_hidden_and_beside_a_twin(handed: Handed) -> None:
    folder = Path(procurement.__file__).parents[2] / "examine/methods/procurement"
    forms = {(one.kind, one.form) for one in handed.planted}
    # What the two screens of groups find is planted as a problem of the firm.
    kinds = {one.stem for one in folder.glob("*.sql")} - {"bids_and_never_wins", "sells_everything"}
    supporting = SUPPORTING - {"won_at_ceiling"}  # either of the two, by chance
    wanted = {
        (kind, form) for kind in kinds - supporting - {"new_firm_large_award"} for form in ("plain", "hiding", "twin")
    }
    assert wanted - forms == set()
    assert {kind for kind, _ in forms} <= kinds


def test_what_is_planted_plainly_is_found_and_no_twin_is(handed: Handed) -> None:
    plain = [one for one in handed.planted if one.form == "plain" and one.kind not in ELSEWHERE]
    missed = [one.kind for one in plain if not any(answers(rows, places(one)) for _, rows in handed.leads)]
    assert len(missed) <= len(plain) // 10, missed
    twins = [one for one in handed.planted if one.form == "twin"]
    hit = [
        one.kind for one in twins for method, rows in handed.leads if method == one.kind and answers(rows, places(one))
    ]
    assert hit == []


def test_no_screen_of_prices_floods(handed: Handed) -> None:
    many = Counter(method for method, _ in handed.leads)
    planted = Counter(one.kind for one in handed.planted if one.form != "twin")
    screens = ("low_spread", "cover_bids", "price_screens", "regular_price_steps", "identical_prices")
    assert {one: many[one] for one in screens if many[one] > planted[one] + 6} == {}


def test_a_clean_county_has_twins_and_no_problem(tmp_path: Path) -> None:
    assert {one.form for one in write(County(1, 0.02, is_clean=True), tmp_path)} == {"twin"}


def test_one_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write(County(2, 0.02), tmp_path / name)
    one, other = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")} for name in ("one", "other")
    )
    assert one == other


def test_no_two_bids_of_the_trading_centre_agree(tmp_path: Path) -> None:
    trading_centre.hand_over(County(1, 1.0), tmp_path)
    text = gzip.decompress((tmp_path / trading_centre.FOLDER / trading_centre.TENDERS).read_bytes()).decode()
    for line in text.splitlines():
        prices = [one["value"]["amount"] for one in json.loads(line)["bids"]["details"]]
        assert len(set(prices)) == len(prices)
