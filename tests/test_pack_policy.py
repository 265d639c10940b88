"""The pack `policy` on the county's policies and tenders: what was planted is found, the innocent are left alone."""

from __future__ import annotations

from bank_county import examined, unlike_the_truth
from bihuan.examine.library import library

PACK = {one.id for one in library().methods if one.pack == "policy"}


def test_the_pack_is_whole() -> None:
    whole = {"paid_to_ineligible", "eligible_never_applied", "local_protection_in_tender_terms", "target_missed"}
    assert whole == PACK


def test_every_problem_is_found_in_both_forms_no_twin_is_accused_and_nothing_is_made_up() -> None:
    assert unlike_the_truth(examined(), PACK) == []


def test_a_clean_county_has_no_lead_at_all() -> None:
    assert {kind: len(leads) for kind, leads in examined(clean=True).leads.items() if leads and kind in PACK} == {}


def test_a_lead_about_terms_quotes_them() -> None:
    quoted = {lead["reason"]["zh"] for lead in examined().leads["local_protection_in_tender_terms"]}
    assert any("注册" in one for one in quoted)
    assert not any("不得以注册地" in one for one in quoted)
