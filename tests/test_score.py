"""The score of a lead: its explanation is true, its order is total, currencies are not mixed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from bihuan.leads.labels import Label
from bihuan.leads.lead import Hit, Lead, Method
from bihuan.leads.score import weigh

BOTH = {"zh": "方法", "en": "method"}


def method(name: str, level: str = "high", role: str = "lead", *, too_many: bool = False) -> Method:
    return Method(name, "own", "v", "k", level, role, BOTH, BOTH, BOTH, BOTH, BOTH, (), ("payment",), too_many)


def hit(name: str, by: Method, amount: str | None = "100.00", currency: str | None = "CNY") -> Hit:
    money = None if amount is None else Decimal(amount)
    return Hit(name, by, "U1", {"n": name}, money, currency, date(2024, 1, 5), {}, 1, "e")


def verdicts(by: str, established: int, dismissed: int) -> dict[str, Label]:
    words = ["established"] * established + ["dismissed"] * dismissed
    return {f"{by}{number}": Label(f"{by}{number}", by, word) for number, word in enumerate(words)}


def scores(leads: Iterable[Lead]) -> dict[str, Decimal]:
    return {one.hit.id: one.score.value for one in leads}


@pytest.mark.parametrize(("level", "chance"), [("high", "0.6667"), ("medium", "0.4545"), ("low", "0.2500")])
def test_the_chance_starts_from_the_level(level, chance):
    (lead,) = weigh([hit("a", method("m", level))], {}, {})
    assert lead.score.chance == Decimal(chance)
    assert lead.score.value == (Decimal("100.00") * Decimal(chance)).quantize(Decimal("0.01"))


def test_every_line_of_the_explanation_can_be_checked_by_hand():
    strong, other = method("strong"), method("other", "medium", "corroborates")
    hits = [hit("a", strong, "12345.67"), hit("b", other)]
    (lead,) = weigh(hits, {"a": {"b"}}, verdicts("strong", 3, 1))
    first, second, third = (step["zh"] for step in lead.score.steps)
    assert "(4 + 3) / (6 + 4) = 0.7000" in first
    assert "1 − (1 − 0.7000) × (1 − 0.3 × 0.4545) = 0.7409" in second
    assert Decimal("0.7409") == (1 - (1 - Decimal("0.7")) * (1 - Decimal("0.3") * Decimal("0.4545"))).quantize(
        Decimal("0.0001")
    )
    assert third == "× 涉及金额 12,345.67 CNY = 9,146.91"
    assert lead.score.value == Decimal("9146.91")


def test_what_was_established_raises_and_what_was_dismissed_lowers_the_chance():
    asked = [hit("a", method("m"))]
    plain = weigh(asked, {}, {})[0].score.chance
    assert (
        weigh(asked, {}, verdicts("m", 2, 0))[0].score.chance
        > plain
        > weigh(asked, {}, verdicts("m", 0, 2))[0].score.chance
    )
    assert weigh(asked, {}, verdicts("another", 5, 0))[0].score.chance == plain


def test_a_corroborating_method_raises_half_as_much_and_is_no_lead_itself():
    lead = hit("a", method("m"))
    alone = weigh([lead], {}, {})[0].score.chance
    raised = {}
    for role in ("lead", "corroborates"):
        found = weigh([lead, hit("b", method("n", role=role))], {"a": {"b"}}, {})
        raised[role] = next(one.score.chance for one in found if one.hit.id == "a")
        assert [one.hit.id for one in found if one.hit.id == "b"] == (["b"] if role == "lead" else [])
    assert alone < raised["corroborates"] < raised["lead"] < 1


def test_two_hits_of_one_method_do_not_strengthen_each_other():
    one = method("m")
    found = weigh([hit("a", one), hit("b", one)], {"a": {"b"}, "b": {"a"}}, {})
    assert {lead.score.chance for lead in found} == {Decimal("0.6667")}


def test_a_method_that_fires_on_too_many_counts_a_quarter_until_one_is_established():
    asked = [hit("a", method("m", too_many=True))]
    assert weigh(asked, {}, {})[0].score.chance == Decimal("0.1667")
    assert weigh(asked, {}, verdicts("m", 1, 0))[0].score.chance == Decimal("0.7143")


def test_a_lead_without_an_amount_weighs_as_the_median_of_the_others():
    one = method("m")
    hits = [hit(str(n), one, f"{n}00.00") for n in (1, 2, 6)] + [hit("none", one, None)]
    (lead,) = [found for found in weigh(hits, {}, {}) if found.hit.id == "none"]
    assert "200.00 CNY" in lead.score.steps[-1]["zh"]
    assert lead.score.value == Decimal("133.34")


def test_the_order_is_total_whatever_order_the_hits_come_in():
    one, other = method("m"), method("n", "low")
    hits = [hit(f"{n:03}", one if n % 2 else other, f"{n % 5}00.00") for n in range(60)]
    first = [lead.hit.id for lead in weigh(hits, {}, {})]
    for seed in range(5):
        mixed = Random(seed).sample(hits, len(hits))
        assert [lead.hit.id for lead in weigh(mixed, {}, {})] == first
    values = [lead.score.value for lead in weigh(hits, {}, {})]
    assert values == sorted(values, reverse=True)


def test_a_weak_currency_does_not_push_the_others_down():
    one = method("m")
    yuan = [hit(f"y{n}", one, f"{n}000.00") for n in (1, 2, 3)]
    won = [hit(f"w{n}", one, f"{n}000000.00", "KRW") for n in (1, 2, 3)]
    order = [lead.hit.id for lead in weigh([*yuan, *won], {}, {})]
    assert {order[0][1], order[1][1]} == {"3"}
    assert [name for name in order if name.startswith("y")] == ["y3", "y2", "y1"]


def test_the_score_is_in_the_leads_own_currency():
    (lead,) = weigh([hit("a", method("m"), "300.00", "NOK")], {}, {})
    assert re.search(r"300\.00 NOK = 200\.01$", lead.score.steps[-1]["en"])


def test_what_auditors_found_of_a_lead_stands_beside_it():
    (lead,) = weigh([hit("a", method("m"))], {}, {"a": Label("a", "m", "dismissed")})
    assert lead.verdict == "dismissed"
    assert replace(lead, verdict="").verdict == ""


def test_a_lead_of_nothing_weighs_nothing():
    assert scores(weigh([hit("a", method("m"), "0.00")], {}, {})) == {"a": Decimal("0.00")}
