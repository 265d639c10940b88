"""A sample and its answers, evaluated as its kind asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bihuan.errors import WrongUse
from bihuan.sample import attribute, classical, money
from bihuan.sample.answers import Answer
from bihuan.sample.attribute import AttributeResult
from bihuan.sample.classical import Estimate, Sampled
from bihuan.sample.draw import Chosen
from bihuan.sample.kept import Sample
from bihuan.sample.limits import Law
from bihuan.sample.money import Found, MoneyResult, Points
from bihuan.sample.sized import amount_of

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Evaluation:
    """What the answers say of the population; exactly one of the three results is there."""

    sample: Sample
    answered: int
    unverifiable: int  # counted as deviations, or as wrong in full: what cannot be shown is not right
    unanswered: int  # counted likewise, and only where that was asked for
    attribute: AttributeResult | None = None
    money: MoneyResult | None = None
    estimates: tuple[Estimate, ...] = ()

    @property
    def as_json(self) -> dict[str, Any]:
        """For machines."""
        plan = self.sample.plan
        result: Any = self.attribute or self.money
        return {
            "sample": self.sample.id,
            "kind": plan.kind,
            "confidence": float(plan.confidence),
            "answered": self.answered,
            "unverifiable": self.unverifiable,
            "unanswered": self.unanswered,
            **(asdict(result) if result else {"estimates": [asdict(one) for one in self.estimates]}),
        }


def evaluate(sample: Sample, answers: Mapping[int, Answer], *, count_unanswered: bool = False) -> Evaluation:
    """Evaluate; items without an answer stop it, unless they are to count as wrong."""
    missing = [one for one in sample.items if one.item not in answers]
    if missing and not count_unanswered:
        raise WrongUse(
            f"sample {sample.id}: {len(missing)} of {len(sample.items)} items have no answer, the first is number "
            f"{missing[0].number}. Read more answers, or count them as wrong with --unanswered-is-wrong."
        )
    found = Evaluation(
        sample,
        answered=len(sample.items) - len(missing),
        unverifiable=sum(one.verdict == "unverifiable" for one in answers.values()),
        unanswered=len(missing),
    )
    if sample.plan.kind == "attribute":
        return replace(found, attribute=_attribute(sample, answers))
    if sample.plan.kind == "money":
        return replace(found, money=_money(sample, answers))
    return replace(found, estimates=tuple(_variables(sample, answers)))


def _attribute(sample: Sample, answers: Mapping[int, Answer]) -> AttributeResult:
    plan = sample.plan
    wrong = sum(one.item not in answers or answers[one.item].verdict != "right" for one in sample.items)
    return attribute.evaluate(
        len(sample.items),
        wrong,
        float(plan.confidence),
        law=Law(plan.law, sample.facts.items),
        tolerable=None if plan.tolerable is None else float(Fraction(plan.tolerable)),
    )


def _money(sample: Sample, answers: Mapping[int, Answer]) -> MoneyResult:
    plan, facts, size = sample.plan, sample.facts, sample.size
    found = [
        Found(one.item, one.amount or NOTHING, _audited(one, answers), one.hits, one.is_certain) for one in sample.items
    ]
    return money.evaluate(
        found,
        points=Points(facts.amount - size.certain_amount, size.size),
        confidence=float(plan.confidence),
        law=plan.law,
        tolerable=None if plan.tolerable is None else amount_of(plan.tolerable, facts.amount),
    )


def _variables(sample: Sample, answers: Mapping[int, Answer]) -> list[Estimate]:
    plan, facts = sample.plan, sample.facts
    strata = [
        Sampled(
            stratum.name,
            stratum.items,
            stratum.amount,
            tuple(
                (one.amount or NOTHING, _audited(one, answers)) for one in sample.items if one.stratum == stratum.name
            ),
        )
        for stratum in facts.strata
    ]
    tolerable = None if plan.tolerable is None else amount_of(plan.tolerable, facts.amount)
    return classical.evaluate(strata, float(plan.confidence), tolerable=tolerable)


def _audited(item: Chosen, answers: Mapping[int, Answer]) -> Decimal:
    """The right amount; nothing where that could not be shown."""
    answer = answers.get(item.item)
    if answer is None or answer.verdict == "unverifiable" or answer.audited is None:
        return NOTHING
    return Decimal(answer.audited)
