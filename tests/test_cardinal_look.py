"""`examine --from` and `--as cardinal`: one file examined directly, from books, and by a plain-Python reading."""

from __future__ import annotations

import copy
import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cardinal_rules
from bihuan.cli import app
from bihuan.cli.examine import register
from bihuan.cli.examine_look import eleven
from bihuan.collect.desk import Options
from bihuan.collect.handed import Handed
from bihuan.collect.pipeline import collect
from bihuan.errors import BadSource
from bihuan.examine import cardinal
from bihuan.examine.look import lines, look
from bihuan.settings import Settings
from bihuan.store.workspace import Workspace, init

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.ocds import dressed, market, write

Release = dict[str, Any]
SETTINGS = Settings(memory_limit="500MB", threads=1)


def written(folder: Path, held: list[Release], *, as_list: bool = False) -> Path:
    path = folder / "compiled.json"
    rows = [json.dumps(one, ensure_ascii=False) for one in held]
    path.write_text("[" + ",\n".join(rows) + "]" if as_list else "\n".join(rows) + "\n", encoding="utf-8")
    return path


def looked(path: Path) -> dict[str, Any]:
    """Cardinal's JSON of a file."""
    made = look(path, eleven(), SETTINGS, with_fences=True)
    return cardinal.report({one.method.id: one.hits for one in made.found}, made.fences)


def cells_of(report: dict[str, Any]) -> dict[tuple[str, str, str], float]:
    return {
        (code, group, name): value
        for group, names in report.items() if group != "Meta"
        for name, codes in names.items() for code, value in codes.items()
    }  # fmt: skip


def wanted(held: list[Release]) -> dict[tuple[str, str, str], float]:
    return {key: float(f"{float(value):.9g}") for key, value in cardinal_rules.cells(held).items()}


def workspace_of(folder: Path, path: Path) -> Workspace:
    workspace = init(folder / "W", Settings(name="W"))
    collect(workspace, [Handed(path, path.name)], Options())
    return workspace


def command(*words: str) -> Any:
    if not any(one.name == "examine" for one in app.registered_commands):
        register(app)
    return CliRunner().invoke(app, list(words))


@pytest.fixture(scope="module")
def held() -> list[Release]:
    return [dressed(one, at) for at, one in enumerate(market(3))]


def test_a_file_gives_every_cell_of_the_plain_reading(held: list[Release], tmp_path: Path) -> None:
    made = cells_of(looked(written(tmp_path, held)))
    assert {code for code, _, _ in made} == set(cardinal.CODES.values())
    assert made == wanted(held)


def test_two_markets_at_once_give_every_cell_too(tmp_path: Path) -> None:
    path = tmp_path / "two.jsonl"
    count = write(path, 3.9)
    held = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(held) == count == 660
    made = cells_of(looked(path))
    assert made == wanted(held)
    assert {code for code, _, _ in made} == set(cardinal.CODES.values())


def test_the_books_and_the_file_give_the_same_json(held: list[Release], tmp_path: Path) -> None:
    path = written(tmp_path, held)
    workspace = workspace_of(tmp_path, path)
    from_books = command("-w", str(workspace.root), "examine", "--as", "cardinal")
    from_file = command("examine", "--from", str(path), "--as", "cardinal")
    assert from_books.exit_code == from_file.exit_code == 0
    told = json.loads(from_books.stdout)
    assert told == json.loads(from_file.stdout)
    assert list(told) == ["Buyer", "OCID", "ProcuringEntity", "Tenderer", "Meta"]


def test_meta_holds_the_fences_of_quartiles_r8(held: list[Release], tmp_path: Path) -> None:
    meta = looked(written(tmp_path, held))["Meta"]
    assert set(meta) == {"R024", "R025", "R038", "R048", "R058"}
    for code, fence, sign in (("R024", "lower_fence", -1), ("R058", "upper_fence", 1)):
        first, third = meta[code]["q1"], meta[code]["q3"]
        edge = first if sign < 0 else third
        assert meta[code][fence] == pytest.approx(edge + sign * 1.5 * (third - first))
    assert {f"{group}_upper_fence" for group in cardinal.GROUPS.values()} <= set(meta["R038"])
    open_ones = [one for one in held if one["tender"]["status"] != "cancelled"]
    sole = [c for one in open_ones for c in cardinal_rules._contests(one)]
    pairs = [p for c in sole if (p := cardinal_rules._first_and_second(c, "CNY"))]
    q1 = cardinal_rules.quartile([(second[0] - won[0]) / won[0] for won, second in pairs], Fraction(1, 4))
    assert meta["R024"]["q1"] == pytest.approx(float(q1), abs=1e-11)


def test_a_fence_that_nothing_can_cross_says_so(held: list[Release], tmp_path: Path) -> None:
    even = copy.deepcopy(held[:60])
    for at, one in enumerate(even):
        bids = one["bids"]["details"]
        bids[1:] = [{**copy.deepcopy(bids[0]), "id": "B2", "tenderers": [{"id": "Z", "name": "Z"}]}]
        bids[0] |= {"status": "valid", "value": {"amount": 1000, "currency": "CNY"}}
        bids[1] |= {"status": "valid", "value": {"amount": 1000 + at * 20, "currency": "CNY"}}
        one["awards"][0]["suppliers"] = copy.deepcopy(bids[0]["tenderers"])
        del one["awards"][1:]
    made = looked(written(tmp_path, even))
    assert made["Meta"]["R024"]["lower_fence"] < 0
    assert made["Meta"]["R024"]["cannot_fire"] == "the lower fence is not above zero"
    assert made["Meta"]["R038"]["Buyer_cannot_fire"].startswith("no spread")
    assert not {key for key in cells_of(made) if key[0] in ("R024", "R038")}


def test_evidence_of_a_first_look_leads_to_the_line(held: list[Release], tmp_path: Path) -> None:
    path = written(tmp_path, held)
    texts = path.read_text(encoding="utf-8").splitlines()
    made = look(path, eleven(), SETTINGS)
    (late,) = [one for one in made.found if one.method.id == "late_bid_won"]
    for hit in late.hits:
        assert [json.loads(texts[at - 1])["ocid"] for at in lines(hit)] == [hit["process"]]


def test_a_list_of_releases_is_read_like_lines(held: list[Release], tmp_path: Path) -> None:
    assert cells_of(looked(written(tmp_path, held, as_list=True))) == wanted(held)


def _without(*paths: str) -> Any:
    def change(one: Release) -> None:
        for path in paths:
            *above, last = path.split("/")
            places = [one]
            for key in above:
                places = [p[key] for p in places if key in p]
                places = [each for p in places for each in (p if isinstance(p, list) else [p])]
            for place in places:
                place.pop(last, None)

    return change


def _third_currency(one: Release) -> None:
    for at, bid in enumerate(one["bids"]["details"]):
        bid["value"]["currency"] = ("CNY", "CNY", "USD", "EUR")[at % 4]


ODD = {
    "without bids": _without("bids"),
    "without dates": _without("date", "tender/tenderPeriod", "bids/details/date", "awards/date"),
    "without amounts": _without("bids/details/value", "awards/value"),
    "without awards": _without("awards", "contracts"),
    "three currencies": _third_currency,
    "without a procuring entity": _without("tender/procuringEntity"),
}


@pytest.mark.parametrize("name", sorted(ODD))
def test_releases_that_lack_something_are_read(name: str, held: list[Release], tmp_path: Path) -> None:
    odd = copy.deepcopy(held)
    for one in odd:
        ODD[name](one)
    made = cells_of(looked(written(tmp_path, odd)))
    assert made == wanted(odd) != wanted(held)


def test_releases_that_lack_something_are_read_like_the_books(held: list[Release], tmp_path: Path) -> None:
    odd = copy.deepcopy(held)
    for at, one in enumerate(odd):
        if at % 3 == 0:
            ODD[sorted(ODD)[at // 3 % len(ODD)]](one)
    path = written(tmp_path, odd)
    told = command("-w", str(workspace_of(tmp_path, path).root), "examine", "--as", "cardinal")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout) == looked(path)
    assert cells_of(json.loads(told.stdout)) == wanted(odd)


def test_a_tender_of_five_thousand_bids_is_one_contest(held: list[Release], tmp_path: Path) -> None:
    huge = copy.deepcopy(held)
    first = huge[0]["bids"]["details"][0]
    huge[0]["bids"]["details"] += [
        {**copy.deepcopy(first), "id": f"N{n}", "tenderers": [{"id": f"N{n}", "name": f"公司N{n}"}],
         "value": {"amount": 1_000_000 + n, "currency": "CNY"}}
        for n in range(5000)
    ]  # fmt: skip
    assert cells_of(looked(written(tmp_path, huge))) == wanted(huge)


def test_the_later_version_of_a_process_counts(held: list[Release], tmp_path: Path) -> None:
    older = [{**copy.deepcopy(one), "date": "2020-01-01T00:00:00Z", "bids": {"details": []}} for one in held[:40]]
    path = written(tmp_path, [*held, *older])
    assert look(path, [], SETTINGS).read.replaced == 40
    assert cells_of(looked(path)) == wanted(held)


def test_what_must_be_merged_first_is_refused(held: list[Release], tmp_path: Path) -> None:
    parts = [{**held[0], "tag": ["tender"]}, {**held[0], "tag": ["award"]}]
    with pytest.raises(BadSource, match="several releases that are not compiled"):
        looked(written(tmp_path, parts))
    with pytest.raises(BadSource, match="no ocid stands there"):
        looked(written(tmp_path, [{"releases": held[:2]}]))


def test_a_broken_line_is_refused_with_its_place(held: list[Release], tmp_path: Path) -> None:
    path = written(tmp_path, held[:5])
    path.write_text(path.read_text(encoding="utf-8") + '{"ocid": "cut o', encoding="utf-8")
    with pytest.raises(BadSource, match=r"compiled\.json, line 6: .*bihuan collect"):
        looked(path)


def test_an_amount_that_is_no_number_and_an_empty_file_are_refused(held: list[Release], tmp_path: Path) -> None:
    wrong = copy.deepcopy(held[:3])
    wrong[1]["bids"]["details"][0]["value"]["amount"] = "many"
    with pytest.raises(BadSource, match="many"):
        looked(written(tmp_path, wrong))
    with pytest.raises(BadSource, match="no release stands in it"):
        looked(written(tmp_path, []))


def test_another_method_is_asked_or_says_what_is_not_read(held: list[Release], tmp_path: Path) -> None:
    path = str(written(tmp_path, held))
    told = command("examine", "--from", path, "--method", "low_spread", "--method", "shared_contact", "--json")
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.exit_code == 0
    assert [one["status"] for one in rows if one["method"] == "shared_contact"] == ["not_applicable"]
    assert not [one for one in rows if one["method"] == "low_spread" and one.get("status")]
    assert command("examine", "--from", path, "--method", "low_spread", "--as", "cardinal").exit_code != 0
    assert command("examine", "--as", "csv").exit_code != 0
