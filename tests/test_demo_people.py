"""The people of the county: every row that bears a problem stands where the truth says, and nothing is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.demo.companies import companies
from bihuan.demo.county import County
from bihuan.demo.departments import (
    civil_registry,
    company_registry,
    personnel,
    property,
    subsidies,
    unit_payroll,
)
from bihuan.demo.departments._people_cases import welfare
from bihuan.demo.offices import offices
from bihuan.demo.registry_ties import officials_firms, related_firms, tied, unrelated_firms
from bihuan.demo.residents import departed, residents, staff_of_old
from bihuan.demo.truth import Place, Planted
from bihuan.store.books import open_books
from bihuan.store.engine import Engine
from bihuan.store.origin import locate
from bihuan.store.snapshot import head
from bihuan.store.workspace import open_workspace

MODULES = (civil_registry, company_registry, personnel, property, subsidies, unit_payroll)
COUNTY = County(5, 0.02)
KINDS = {
    "area_over_certified_area", "beneficiary_related_to_official", "invalid_identity_number", "one_card_many_people",
    "one_person_many_cards", "one_person_two_exclusive_programmes", "owns_firm_car_or_second_home", "paid_after_death",
    "paid_outside_eligible_area_or_household", "paid_to_person_not_in_registry", "paid_to_staff_on_payroll",
    "returned_and_paid_to_another_account", "same_phone_or_address_many_claims", "standard_does_not_match_policy",
    "total_paid_not_equal_total_granted",
}  # fmt: skip


class Collected:
    """The files of the people in the books, and what was planted in them."""

    def __init__(self, root: Path, planted: list[Planted]) -> None:
        self.workspace = open_workspace(root)
        self.snapshot = head(self.workspace)
        self.planted = planted

    def places(self, table: str, engine: Engine) -> dict[Place, int]:
        """The row that stands at a place."""
        ids = [row for (row,) in engine.rows(f"SELECT row_id FROM {table}")]
        found = locate(self.workspace, self.snapshot, ids)
        return {Place(one.source, one.sheet, one.line): row for row, one in found.items()}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    files, root = tmp_path_factory.mktemp("people"), tmp_path_factory.mktemp("books") / "W"
    planted = [one for module in MODULES for one in module.hand_over(COUNTY, files)]
    runner = CliRunner()
    assert runner.invoke(app, ["init", str(root)]).exit_code == 0
    ran = runner.invoke(app, ["-w", str(root), "collect", str(files)])
    assert ran.exit_code == 0, ran.output
    assert len(head(open_workspace(root)).sources) == sum(one.is_file() for one in files.rglob("*"))
    return Collected(root, planted)


@pytest.fixture
def books(collected: Collected) -> Iterator[Engine]:
    with open_books(collected.workspace, collected.snapshot) as engine:
        yield engine


def test_nothing_is_rejected(collected: Collected) -> None:
    assert [one.name for one in collected.snapshot.sources if one.rejects is not None] == []


def test_every_marked_row_stands_in_the_books_and_adds_up(collected: Collected, books: Engine) -> None:
    amounts = dict(books.rows("SELECT row_id, amount FROM benefit_payment"))
    paid = collected.places("benefit_payment", books)
    beside = {
        place for table in ("death", "vehicle", "property", "land_plot", "programme")
        for place in collected.places(table, books)
    }  # fmt: skip
    for one in collected.planted:
        assert [place for place in one.rows if place not in paid and place not in beside] == []
        if one.kind != "total_paid_not_equal_total_granted":
            assert sum(amounts[paid[place]] for place in one.rows if place in paid) == one.amount, one.kind


def test_the_marked_rows_of_the_dead_are_theirs(collected: Collected, books: Engine) -> None:
    died = dict(books.rows("SELECT id_no, died_on FROM death"))
    died |= {number[:6] + number[8:17]: day for number, day in died.items()}
    paid = collected.places("benefit_payment", books)
    rows = {row: (number, day) for row, number, day in books.rows("SELECT row_id, id_no, paid_on FROM benefit_payment")}
    late = [rows[paid[place]] for one in collected.planted if one.kind == "paid_after_death" and one.form != "twin"
            for place in one.rows if place in paid]  # fmt: skip
    assert len(late) > 30
    assert all(day > died[number] for number, day in late)


def test_nobody_else_is_paid_long_after_death_and_everybody_on_a_payroll_is_known(
    collected: Collected, books: Engine
) -> None:
    late = books.rows(
        "SELECT b.row_id FROM benefit_payment b JOIN death d ON d.id_no = b.id_no WHERE b.amount > 0 "
        "AND b.month > d.died_on "
        "AND b.programme NOT LIKE '%丧葬%' AND NOT EXISTS (SELECT 1 FROM benefit_payment r WHERE r.id_no = b.id_no "
        "AND r.amount = -b.amount)"
    )
    marked = {place for one in collected.planted if one.kind == "paid_after_death" for place in one.rows}
    at = {row: place for place, row in collected.places("benefit_payment", books).items()}
    assert [at[row] for (row,) in late if at[row] not in marked] == []
    assert books.rows("SELECT count(*) FROM payroll WHERE id_no NOT IN (SELECT id_no FROM person)") == [(0,)]


def test_every_kind_is_planted_plain_hidden_and_beside_a_twin(collected: Collected) -> None:
    forms = Counter((one.kind, one.form) for one in collected.planted)
    assert {kind for kind, _ in forms} == KINDS
    assert all(forms[kind, "plain"] >= 2 and forms[kind, "hiding"] and forms[kind, "twin"] for kind in KINDS)


def test_the_second_hand_over_says_how_each_retest_ends(tmp_path: Path) -> None:
    later = subsidies.hand_over_again(COUNTY, tmp_path)
    ends = Counter(one.retest for one in later if one.form != "twin" and one.first)
    assert min(ends["pass"], ends["fail"], ends["inconclusive"]) >= 4
    assert all(one.rows for one in later if one.retest == "fail")
    assert not any(one.rows for one in later if one.retest in {"pass", "inconclusive"})
    assert sum(bool(one.rows) and not one.first for one in later) == 3  # new ones
    handed = "".join(one.name for one in tmp_path.rglob("*") if one.is_file())
    assert "退耕还林" not in handed
    assert "困难学生" not in handed


def test_a_clean_county_holds_only_twins(tmp_path: Path) -> None:
    planted = subsidies.hand_over(County(5, 0.02, is_clean=True), tmp_path)
    assert {one.form for one in planted} == {"twin"}
    made = welfare(County(5, 0.02, is_clean=True))
    marks = {one.mark for some in made.standings.values() for one in some} - {""}
    assert {made.cases[mark].form for mark in marks} == {"twin"}


def test_only_firms_that_are_meant_to_be_tied_share_a_household_with_each_other_or_with_an_office() -> None:
    homes: dict[str, set[str]] = {}
    for one in companies(COUNTY):
        for who in (one.legal, one.supervisor, *(holder for holder, _ in one.holders)):
            homes.setdefault(who.household, set()).add(one.credit_code)
    employed = {one.household for office in offices(COUNTY) for one in office.staff}
    known = tied(COUNTY)
    assert all(codes <= known for home, codes in homes.items() if len(codes) > 1 or home in employed)
    assert len(related_firms(COUNTY)) == 12
    assert len(officials_firms(COUNTY)) == 8
    assert all(one.legal != other.legal for one, other, _ in unrelated_firms(COUNTY))


def test_every_number_is_borne_by_one() -> None:
    everyone = [*residents(COUNTY), *staff_of_old(COUNTY), *(one.who for one in departed(COUNTY))]
    assert len({one.id_no for one in everyone}) == len(everyone)
