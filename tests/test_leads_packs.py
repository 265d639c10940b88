"""A run summed up by pack: every number equals its list, and what was found of the school meals equals the truth."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.demo import meals
from bihuan.demo.county import County
from bihuan.demo.departments import meal_suppliers
from bihuan.demo.truth import Planted
from bihuan.settings import Settings
from bihuan.store.workspace import init

COUNTY = County(2, 0.02)
CENTS = Decimal("1.00")  # methods round each row, the truth each sum
NARROW = {"goods_quantities_too_regular", "supplier_pays_back"}  # no amount of the truth is exact where it is a doubt


@dataclass(frozen=True)
class Shown:
    """The meals of a county, linked and examined."""

    root: Path
    planted: list[Planted]
    leads: list[dict[str, Any]]
    lines: list[dict[str, Any]]


def bihuan(root: Path, *words: str) -> str:
    ran = CliRunner().invoke(app, ["-w", str(root), *words])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    root = tmp_path_factory.mktemp("packs") / "W"
    init(root, Settings(name="meals"))
    folder = root / "handed-over"
    planted = [*meals.first_term(COUNTY, folder), *meal_suppliers.hand_over(COUNTY, folder)]
    bihuan(root, "collect", str(folder))
    bihuan(root, "link")
    bihuan(root, "examine", "--pack", "meals")
    leads, lines = (
        [json.loads(line) for line in bihuan(root, *words).splitlines()]
        for words in (("leads", "--json"), ("leads", "packs", "meals", "--json"))
    )
    return Shown(root, planted, leads, lines)


def test_every_number_equals_its_list(shown: Shown) -> None:
    by_id = {one["lead_id"]: one for one in shown.leads}
    for line in shown.lines:
        listed = [by_id[one] for one in line["leads"]]
        assert line["units"] == len({one["unit"] for one in listed})
        if line["method"]:
            assert {one["method"] for one in listed} == {line["method"]}
            total = sum(Decimal(str(one["amount"])) for one in listed)
            assert Decimal(str(line["amounts"]["CNY"])) == total
    whole = next(one for one in shown.lines if one["method"] is None)
    assert sorted(whole["leads"]) == sorted(by_id)


def test_a_pack_counts_once_what_two_methods_ask_of_the_same_rows(shown: Shown) -> None:
    whole, *own = shown.lines
    twice = Decimal("7920.00")  # a dinner called food: no use of the fund, and nothing received for it
    assert Decimal(str(whole["amounts"]["CNY"])) <= sum(Decimal(str(one["amounts"]["CNY"])) for one in own) - twice


def test_what_was_found_of_each_kind_amounts_to_what_was_planted(shown: Shown) -> None:
    planted: dict[str, Decimal] = defaultdict(Decimal)
    for one in shown.planted:
        if one.form != "twin":
            planted[one.kind] += one.amount
    summed = {one["method"]: Decimal(str(one["amounts"]["CNY"])) for one in shown.lines if one["method"]}
    assert set(summed) == set(planted)
    exact = {kind for kind in planted if kind not in NARROW and kind != "heads_over_enrolment"}
    assert {kind: summed[kind] for kind in exact} == {kind: pytest.approx(planted[kind], abs=CENTS) for kind in exact}
    # Days with one head too many stay below the method's share; they are part of what was planted.
    assert summed["heads_over_enrolment"] == pytest.approx(planted["heads_over_enrolment"], rel=Decimal("0.02"))


def test_schools_and_suppliers_are_counted_by_what_they_are(shown: Shown) -> None:
    by_method = {one["method"]: one for one in shown.lines}
    assert by_method["heads_over_enrolment"]["units"] == 3
    assert by_method["supplier_pays_back"]["others"] == 2
    assert by_method["one_supplier_for_all_schools_by_fixed_bids"]["others"] == 3


def test_the_page_lists_packs_and_each_number_leads_to_its_leads(shown: Shown) -> None:
    bihuan(shown.root, "report", "run", "-o", str(shown.root / "r.html"))
    html = (shown.root / "r.html").read_text(encoding="utf-8")
    assert 'href="#pack-meals"' in html
    for line in shown.lines[1:]:
        assert f'href="#of-{line["method"]}">{len(line["leads"])}</a>' in html
        assert html.count(f'data-method="{line["method"]}" data-pack="meals"') == len(line["leads"])
