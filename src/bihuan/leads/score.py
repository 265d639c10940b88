"""How leads are weighed: score = chance that the lead is established × amount.

The chance of a method starts from its level and learns from verdicts (mean of a Beta posterior). Methods that hit the
same rows or the same subject strengthen each other (noisy-or); a corroborating method counts half of a leading one and
never makes a lead by itself. A method that fires on too many counts a quarter until its verdicts say otherwise.
Every step is rounded to what is written down, so that the explanation can be checked with a pocket calculator.

Amounts in different currencies are not compared as they stand: leads are ordered by how large their score is beside
the typical amount of their own currency, which within one currency is the order of the scores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from bihuan.leads.labels import Label, tally
from bihuan.leads.lead import Hit, Lead, Method, Score

# Beta priors (established, dismissed) by level: chances .67, .45 and .25, worth a handful of verdicts each.
PRIORS = {
    "high": (Decimal("4"), Decimal("2")),
    "medium": (Decimal("2.5"), Decimal("3")),
    "low": (Decimal("1"), Decimal("3")),
}
TOO_MANY = Decimal("0.25")
SUPPORT = {"lead": Decimal("0.6"), "corroborates": Decimal("0.3")}
LEVEL_ZH = {"high": "高", "medium": "中", "low": "低"}
ONE, PLACES, CENTS, FINE = Decimal(1), Decimal("0.0001"), Decimal("0.01"), Decimal("1E-9")


Chance = tuple[Decimal, dict[str, str]]  # that a method's lead is established, and how that came about


@dataclass(frozen=True)
class Typical:
    """The median amount of leads in each currency, and the currency that stands in where a lead names none."""

    amounts: Mapping[str | None, Decimal]
    home: str | None

    def of(self, currency: str | None) -> tuple[str | None, Decimal]:
        """The typical amount of that currency, or of the home currency, with its currency."""
        chosen = currency if currency in self.amounts else self.home
        return chosen, self.amounts.get(chosen, ONE)


def weigh(hits: Iterable[Hit], together: Mapping[str, set[str]], labels: Mapping[str, Label]) -> list[Lead]:
    """The leads among the hits, weightiest first.

    `together` gives for each hit the ids of the hits that stand on the same rows or subject.
    Ties go to the larger score, then to the larger amount, then to the id, so two runs give one list.
    """
    held = {one.id: one for one in hits}
    counts = tally(labels)
    chances = {one.id: chance_of(one, counts) for one in {hit.method.id: hit.method for hit in held.values()}.values()}
    typical = typical_amounts(held.values())
    leads = [
        replace(
            _lead(hit, _supporters(hit, together, held), chances, typical),
            verdict=labels[hit.id].verdict if hit.id in labels else "",
        )
        for hit in held.values()
        if hit.method.role == "lead"
    ]
    return sorted(leads, key=order)


def order(lead: Lead) -> tuple[Decimal, Decimal, Decimal, str]:
    """The total order of leads, weightiest first."""
    return -lead.score.weight, -lead.score.value, -abs(lead.hit.amount or Decimal(0)), lead.hit.id


def chance_of(method: Method, counts: Mapping[str, tuple[int, int]]) -> Chance:
    """Mean of the method's Beta posterior, and how it came about in both languages."""
    established, dismissed = counts.get(method.id, (0, 0))
    for_it, against = PRIORS[method.level]
    chance = _rounded((for_it + established) / (for_it + against + established + dismissed))
    sum_ = f"({for_it} + {established}) / ({for_it + against} + {established + dismissed}) = {chance}"
    zh = f"{method.title['zh']}：级别{LEVEL_ZH[method.level]}，查实 {established} 件、排除 {dismissed} 件：{sum_}"
    en = f"{method.title['en']}: level {method.level}, {established} established, {dismissed} dismissed: {sum_}"
    if method.fires_on_too_many and not established:
        cut = _rounded(chance * TOO_MANY)
        zh += f"；命中过多，{chance} × {TOO_MANY} = {cut}"
        en += f"; fires on too many, {chance} × {TOO_MANY} = {cut}"
        chance = cut
    return chance, {"zh": zh, "en": en}


def typical_amounts(hits: Iterable[Hit]) -> Typical:
    """What leads usually amount to in each currency; home is the currency of most of them."""
    by_currency: dict[str | None, list[Decimal]] = defaultdict(list)
    for hit in hits:
        if hit.amount and hit.method.role == "lead":
            by_currency[hit.currency].append(abs(hit.amount))
    home = min(by_currency, key=lambda one: (-len(by_currency[one]), one or ""), default=None)
    amounts = {one: Decimal(median(held)).quantize(CENTS, ROUND_HALF_UP) for one, held in by_currency.items()}
    return Typical(amounts, home)


def _lead(hit: Hit, supporters: list[Method], chances: Mapping[str, Chance], typical: Typical) -> Lead:
    chance, words = chances[hit.method.id]
    steps = [words]
    for other in supporters:
        chance, words = _raised(chance, other, chances[other.id][0])
        steps.append(words)
    currency, usual = typical.of(hit.currency)
    amount = usual if hit.amount is None else abs(hit.amount)
    value = (amount * chance).quantize(CENTS, ROUND_HALF_UP)
    steps.append(_amount_words(hit, amount, currency, value))
    weight = (value / usual).quantize(FINE) if usual else value
    return Lead(hit, Score(value, chance, weight, tuple(steps)), tuple(one.id for one in supporters))


def _raised(chance: Decimal, other: Method, its_chance: Decimal) -> tuple[Decimal, dict[str, str]]:
    """Noisy-or: neither of the two being established is what remains."""
    weight = SUPPORT[other.role]
    raised = _rounded(ONE - (ONE - chance) * (ONE - weight * its_chance))
    sum_ = f"1 − (1 − {chance}) × (1 − {weight} × {its_chance}) = {raised}"
    return raised, {"zh": f"同一记录另有“{other.title['zh']}”：{sum_}", "en": f"also “{other.title['en']}”: {sum_}"}


def _amount_words(hit: Hit, amount: Decimal, currency: str | None, value: Decimal) -> dict[str, str]:
    money, result = f"{amount:,.2f} {currency or ''}".strip(), f"{value:,.2f}"
    if hit.amount is not None:
        return {"zh": f"× 涉及金额 {money} = {result}", "en": f"× amount {money} = {result}"}
    return {
        "zh": f"× 未列金额，按本次疑点中位数 {money} 计 = {result}",
        "en": f"× no amount; the run's median {money} stands in = {result}",
    }


def _supporters(hit: Hit, together: Mapping[str, set[str]], held: Mapping[str, Hit]) -> list[Method]:
    """The other methods that hit the same, each once, by name."""
    found = {held[one].method.id: held[one].method for one in together.get(hit.id, ()) if one in held}
    return [found[name] for name in sorted(found) if name != hit.method.id]


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(PLACES, ROUND_HALF_UP)
