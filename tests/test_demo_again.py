"""The demo's second hand-over, its clean county, and what it asks for before it begins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.cli.demo import COUNTY
from bihuan.errors import NotFound, WrongUse

SMALL = ("--scale", "0.01")


def demo(root: Path, *words: str) -> str:
    ran = CliRunner().invoke(app, ["-w", str(root), "demo", *words], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.output.replace("\n", "")


def truth(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("twice")
    demo(root, "--files-only", "--seed", "7", *SMALL)
    return root


def test_the_second_hand_over_comes_from_the_county_of_the_first(twice: Path) -> None:
    assert json.loads((twice / COUNTY).read_text(encoding="utf-8")) == {"seed": 7, "scale": 0.01, "is_clean": False}
    before = (twice / "truth.jsonl").read_bytes()
    said = demo(twice, "--batch", "2", "--files-only")
    assert "handed-over-2" in said and not (twice / "books").exists()
    assert (twice / "truth.jsonl").read_bytes() == before
    lines = truth(twice / "truth-2.jsonl")
    assert {one["retest"] for one in lines if one.get("first")} == {"pass", "fail", "inconclusive"}
    files = {one.name for one in (twice / "handed-over-2").rglob("*") if one.is_file()}
    assert {row["source"] for one in lines for row in one["rows"]} <= files  # type: ignore[attr-defined]


def test_another_seed_or_size_for_the_second_hand_over_is_refused(twice: Path) -> None:
    with pytest.raises(WrongUse, match=r"--seed 8: the first hand-over in .* was made with 7"):
        demo(twice, "--batch", "2", "--files-only", "--seed", "8")
    demo(twice, "--batch", "2", "--files-only", "--seed", "7")


def test_nothing_can_be_handed_over_again_before_it_was_collected(twice: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nothing was handed over before"):
        demo(twice, "--batch", "2")
    with pytest.raises(WrongUse, match="--batch 3"):
        demo(tmp_path, "--batch", "3")
    with pytest.raises(WrongUse, match="--scale 0"):
        demo(tmp_path, "--scale", "0")


def test_a_clean_county_has_twins_and_no_problem(tmp_path: Path) -> None:
    said = demo(tmp_path, "--files-only", "--clean", *SMALL)
    assert {one["form"] for one in truth(tmp_path / "truth.jsonl")} == {"twin"}
    assert "种下 0 个问题" in said


@pytest.mark.slow
def test_the_demo_links_and_scores_and_the_second_time_re_tests(tmp_path: Path) -> None:
    said = demo(tmp_path, *SMALL)
    for words in ("collect", "link", "examine", "leads --limit", "score"):
        assert f"$ bihuan -w {tmp_path} {words}" in said
    assert "查出率" in said
    again = demo(tmp_path, "--batch", "2")
    for words in (f"collect {tmp_path / 'handed-over-2'}", "link", "examine", "score --truth"):
        assert f"$ bihuan -w {tmp_path} {words}" in again
    assert "应得结果" in again
