"""`bihuan screens`: a model where the office has labels, a refusal where it has not, and never a plain accuracy."""

from __future__ import annotations

import csv
import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.errors import BadSource, BadWorkspace, NotFound
from bihuan.examine.header import load
from bihuan.examine.library import built_in
from bihuan.examine.run import examine
from bihuan.leads import labels, screens_file
from bihuan.leads.lead import hits, open_run
from bihuan.leads.tender_verdicts import PRICE_SCREENS, from_labels, from_table
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace, open_workspace
from small_books import workspace

TENDERS = 90


def is_rigged(at: int) -> bool:
    return at % 5 == 0


def bids() -> list[dict[str, Any]]:
    """Six buyers over a year and a half; in every fifth tender the losers stand together, far above the winner."""
    chance, rows = random.Random(7), []
    for at in range(TENDERS):
        base = chance.uniform(3e5, 3e6)
        cover = [base * chance.uniform(1.05, 1.054) for _ in range(4)]
        honest = [base * chance.uniform(0.86, 0.99) for _ in range(5)]
        day = date(2024, 1, 8) + timedelta(days=6 * at)
        for number, price in enumerate([base, *cover] if is_rigged(at) else honest):
            rows.append({
                "unit_id": f"U{at % 6}", "ocid": f"P{at}", "tender_id": f"P{at}", "bid_id": f"P{at}-{number}",
                "bidder_id": f"F{number}", "bidder_name": f"{number}号公司", "status": "valid", "bid_on": day,
                "amount": f"{price:.2f}",
            })  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def office_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("screens"), {"bid": bids()}).root


@pytest.fixture
def office(office_once: Path) -> Workspace:
    made = open_workspace(office_once)
    for path in (screens_file.path_of(made), labels.path_of(made)):
        path.unlink(missing_ok=True)
    return made


def table(folder: Path, pairs: list[tuple[str, str]], headings: tuple[str, str] = ("项目编号", "核实结论")) -> Path:
    path = folder / "结论.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([headings, *pairs])
    return path


def told(count: int) -> list[tuple[str, str]]:
    return [(f"P{at}", "属实" if is_rigged(at) else "不属实") for at in range(count)]


def ran(office: Workspace, *words: str) -> Any:
    return CliRunner().invoke(app, ["-w", str(office.root), "screens", *words], catch_exceptions=False)


def test_a_model_is_learnt_judged_and_kept_with_the_hashes_of_its_labels(office: Workspace, tmp_path: Path) -> None:
    path = table(tmp_path, [*told(60), ("P999", "属实"), ("P61", "待查")])
    done = ran(office, "train", "--labels", str(path), "--json")
    said = json.loads(done.stdout)
    assert said["judged"]["market"]["tenders"] == 60 and said["judged"]["market"]["rigged"] == 12
    assert said["judged"]["time"]["tenders"] == 18
    for one in said["judged"].values():
        assert one["auc"] > 0.9 and one["balanced_accuracy"] > 0.85
        assert set(one) == {"tenders", "rigged", "balanced_accuracy", "auc"}  # and no plain accuracy
    assert said["without_prices"] == 1
    kept = json.loads(screens_file.path_of(office).read_text(encoding="utf-8"))
    assert (kept["labels"]["established"], kept["labels"]["dismissed"], kept["labels"]["file"]) == (12, 48, "结论.csv")
    assert len(set(kept["labels"]["hashes"])) == 60 and len(kept["labels"]["file_hash"]) == 64
    assert kept["weights"] == list(said["weights"].values())
    again = json.loads(ran(office, "train", "--labels", str(path), "--json").stdout)
    assert again == said


def test_what_has_no_verdict_yet_is_listed_the_likeliest_first_with_its_reasons(
    office: Workspace, tmp_path: Path
) -> None:
    ran(office, "train", "--labels", str(table(tmp_path, told(60))))
    lines = [json.loads(line) for line in ran(office, "list", "--json").stdout.splitlines()]
    assert {one["process"] for one in lines} == {f"P{at}" for at in range(60, TENDERS)}
    assert {one["process"] for one in lines[:6]} == {f"P{at}" for at in range(60, TENDERS) if is_rigged(at)}
    assert [one["chance"] for one in lines] == sorted((one["chance"] for one in lines), reverse=True)
    assert set(lines[0]["adds"]) == set(screens_file.SCREENS)
    shown = ran(office, "list", "--limit", "2")
    assert "没有结论的标段 30 个" in shown.stdout and "不是结论" in shown.stderr


def test_judging_keeps_nothing_and_prints_balanced_accuracy_and_auc(office: Workspace, tmp_path: Path) -> None:
    done = ran(office, "judge", "--labels", str(table(tmp_path, told(60))))
    assert not screens_file.path_of(office).exists()
    assert "平衡准确率" in done.stdout and "AUC" in done.stdout and "逐个采购单位留出" in done.stdout
    assert "查实 12 个、排除 48 个" in done.stderr


@pytest.mark.parametrize("count, said", [(29, "6 established and 23 dismissed"), (36, "8 established")])
def test_too_few_labels_are_refused_and_it_says_how_many_are_needed(
    office: Workspace, tmp_path: Path, count: int, said: str
) -> None:
    path = table(tmp_path, told(count))
    if count == 36:  # enough of both: eight established ones are the least
        assert ran(office, "train", "--labels", str(path)).exit_code == 0
        return
    with pytest.raises(NotFound, match=f"{said}.*at least 30, 8 of each"):
        ran(office, "train", "--labels", str(path))
    assert not screens_file.path_of(office).exists()


def test_the_verdicts_on_price_screen_leads_are_labels(office: Workspace) -> None:
    """Of several leads on one tender an established one counts; other methods and open ones say nothing."""
    methods = [load(built_in() / "procurement" / f"{name}.sql") for name in ("cover_bids", "low_spread")]
    run = open_run(office, examine(office, head(office), methods).id)
    found = [one for one in hits(office, run) if one.method.id == "cover_bids"]
    assert len(found) >= 8
    verdicts = ["established", "dismissed", "open", *["established"] * (len(found) - 3)]
    held = [labels.Label(one.id, one.method.id, verdict) for one, verdict in zip(found, verdicts, strict=True)]
    labels.append(office, [*held, labels.Label("f" * 64, "duplicate_payment", "established")])
    read = from_labels(office)
    first, second, third = ((one.subject["process"], one.subject["lot"] or "") for one in found[:3])
    assert read.held[first] and not read.held[second] and third not in read.held
    assert len(read.held) == len(found) - 1 and read.name == "labels.jsonl"


def test_the_price_screens_name_tender_and_lot() -> None:
    for name in PRICE_SCREENS:
        subject = load(built_in() / "procurement" / f"{name}.sql").header.lead.subject
        assert {"process", "lot"} <= set(subject), name


def test_without_verdicts_or_model_it_says_what_to_do(office: Workspace) -> None:
    with pytest.raises(NotFound, match="bihuan leads answers FILE"):
        ran(office, "train")
    with pytest.raises(NotFound, match="none is shipped"):
        ran(office, "list")


def test_an_altered_model_is_refused(office: Workspace, tmp_path: Path) -> None:
    ran(office, "train", "--labels", str(table(tmp_path, told(60))))
    path = screens_file.path_of(office)
    said = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**said, "weights": [0.0, *said["weights"][1:]]}), encoding="utf-8")
    with pytest.raises(BadWorkspace, match="Learn it anew"):
        ran(office, "list")


@pytest.mark.parametrize("rows, headings, said", [
    ([("P1", "也许")], ("项目编号", "核实结论"), "line 2: verdict '也许' is none of"),
    ([("P1", "属实")], ("编号", "核实结论"), "no columns for tender and verdict in 编号, 核实结论"),
    ([("P1", "属实")], ("ocid", "result"), "no columns"),
])  # fmt: skip
def test_a_table_that_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, rows: list[tuple[str, str]], headings: tuple[str, str], said: str
) -> None:
    with pytest.raises(BadSource) as raised:
        from_table(table(tmp_path, rows, headings))
    assert said in str(raised.value)


def test_a_table_may_be_in_gb18030_and_name_lots(tmp_path: Path) -> None:
    path = tmp_path / "结论.csv"
    path.write_bytes("项目编号,标段,结论\nP1,1,属实\nP1,2,不属实\nP1,1,不属实\nP2,,排除\n".encode("gb18030"))
    assert from_table(path).held == {("P1", "1"): True, ("P1", "2"): False, ("P2", ""): False}
