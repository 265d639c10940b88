"""How leads are weighed: score = chance that the lead is established × amount.

The chance of a method starts from its level and learns from verdicts (mean of a Beta posterior). Methods that hit the
same rows or the same subject strengthen each other (noisy-or); a corroborating method counts half of a leading one and
never makes a lead by itself. A method that fires on too many counts a quarter until its verdicts say otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from statistics import median

from bihuan.leads.labels import Label, tally
from bihuan.leads.lead import Hit, Lead, Method, Score

# Beta priors (established, dismissed) by level: chances .67, .45 and .25, worth a handful of verdicts each.
PRIORS = {"high": (4.0, 2.0), "medium": (2.5, 3.0), "low": (1.0, 3.0)}
TOO_MANY = 0.25
SUPPORT = {"lead": 0.6, "corroborates": 0.3}


def weigh(hits: Iterable[Hit], together: Mapping[str, set[str]], labels: Mapping[str, Label]) -> list[Lead]:
    """The leads among the hits, weightiest first.

    `together` gives for each hit the ids of the hits that stand on the same rows or subject.
    Ties go to the larger amount, then to the id, so two runs give one list.
    """
    held = {one.id: one for one in hits}
    counts = tally(dict(labels))
    stand_in = typical_amounts(held.values())
    leads = [
        _lead(hit, [held[one] for one in sorted(together.get(hit.id, ()))], counts, stand_in)
        for hit in held.values()
        if hit.method.role == "lead"
    ]
    return sorted(leads, key=lambda lead: (-lead.score.value, -(lead.hit.amount or 0), lead.hit.id))


def chance_of(method: Method, counts: Mapping[str, tuple[int, int]]) -> tuple[float, str, str]:
    """Mean of the method's Beta posterior, and how it came about in both languages."""
    established, dismissed = counts.get(method.id, (0, 0))
    for_it, against = PRIORS[method.level]
    chance = (for_it + established) / (for_it + against + established + dismissed)
    zh = (
        f"{method.title['zh']}：级别{LEVEL_ZH[method.level]}，查实 {established} 件、排除 {dismissed} 件 → {chance:.2f}"
    )
    en = f"{method.title['en']}: level {method.level}, {established} established, {dismissed} dismissed → {chance:.2f}"
    if method.fires_on_too_many and not established:
        chance *= TOO_MANY
        zh += f"；命中过多，折为 {chance:.2f}"
        en += f"; fires on too many, cut to {chance:.2f}"
    return chance, zh, en


LEVEL_ZH = {"high": "高", "medium": "中", "low": "低"}


def typical_amounts(hits: Iterable[Hit]) -> dict[str | None, Decimal]:
    """For each currency the median amount of leads, which stands in where a lead names none."""
    by_currency: dict[str | None, list[Decimal]] = defaultdict(list)
    for hit in hits:
        if hit.amount is not None and hit.method.role == "lead":
            by_currency[hit.currency].append(abs(hit.amount))
    return {currency: Decimal(median(amounts)) for currency, amounts in by_currency.items()}


def _lead(
    hit: Hit, others: list[Hit], counts: Mapping[str, tuple[int, int]], stand_in: Mapping[str | None, Decimal]
) -> Lead:
    chance, zh, en = chance_of(hit.method, counts)
    steps = [{"zh": zh, "en": en}]
    left = 1 - chance
    supporters = _one_a_method(others, besides=hit.method.id)
    for other in supporters:
        weight = SUPPORT[other.role] * chance_of(other, counts)[0]
        left *= 1 - weight
        steps.append(
            {
                "zh": f"同一记录另有“{other.title['zh']}”→ {1 - left:.2f}",
                "en": f"also “{other.title['en']}” → {1 - left:.2f}",
            }
        )
    amount, words = _amount(hit, stand_in)
    steps.append(words)
    value = (amount * Decimal(f"{1 - left:.6f}")).quantize(Decimal("0.01"))
    return Lead(hit, Score(value, 1 - left, tuple(steps)), tuple(one.id for one in supporters))


def _amount(hit: Hit, stand_in: Mapping[str | None, Decimal]) -> tuple[Decimal, dict[str, str]]:
    if hit.amount is not None:
        amount = abs(hit.amount)
        return amount, {"zh": f"× 涉及金额 {amount:,.2f}", "en": f"× amount {amount:,.2f}"}
    amount = stand_in.get(hit.currency) or stand_in.get(None) or max(stand_in.values(), default=Decimal(1))
    words = {
        "zh": f"× 未列金额，按本次疑点中位数 {amount:,.2f} 计",
        "en": f"× no amount; the run's median {amount:,.2f} stands in",
    }
    return amount, words


def _one_a_method(others: Iterable[Hit], *, besides: str) -> list[Method]:
    found = {one.method.id: one.method for one in others if one.method.id != besides}
    return [found[name] for name in sorted(found)]
