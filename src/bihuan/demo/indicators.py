"""Budget indicators of the units, and which payments draw on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bihuan.demo.books import ZERO
from bihuan.demo.county import UNITS, YEAR, Unit
from bihuan.demo.payments import Payment, Treasury


@dataclass(frozen=True, eq=False)
class Indicator:
    """One indicator as it was issued."""

    number: str
    unit: Unit
    doc: str
    day: date
    words: str
    project: str
    is_project: bool
    function: str
    amount: Decimal
    used: Decimal


# Paid beyond what was granted: unit → by how much.
EXCEEDED = {"204": Decimal("185000.00"), "207": Decimal("92000.00")}
_KINDS = (("人员经费", False, "2010301"), ("公用经费", False, "2010302"), ("项目支出", True, "2010399"))


def assign(treasury: Treasury, exceeded: Mapping[str, Decimal]) -> list[Indicator]:
    """Give every payment its indicator; the units in `exceeded` drew so much more than they had."""
    indicators: list[Indicator] = []
    changed: dict[object, Payment] = {}
    for unit in UNITS.values():
        own = [one for one in treasury.payments if one.unit == unit]
        for at, (kind, is_project, function) in enumerate(_KINDS, start=1):
            drawn = [one for one in own if _kind(one) == kind]
            number = f"{YEAR}{unit.code}{at:03d}"
            for one in drawn:
                changed[one] = _drawn(one, number, is_project, function)
            short = exceeded.get(unit.code, ZERO) if is_project else ZERO
            made = _issued(unit, number, at, (sum((one.amount for one in drawn), ZERO), short))
            indicators.append(made)
            if short:
                treasury.mark("indicator_exceeded", "plain", unit, short, made)
    treasury.payments[:] = [changed[one] for one in treasury.payments]
    treasury.marks[:] = [
        replace(mark, things=tuple(changed.get(one, one) for one in mark.things)) for mark in treasury.marks
    ]
    return indicators


def _drawn(payment: Payment, number: str, is_project: bool, function: str) -> Payment:
    project = "设备购置与修缮" if is_project and payment.project == "公用经费" else payment.project
    return replace(payment, indicator=number, is_project=is_project, function=function, project=project)


def _kind(payment: Payment) -> str:
    if payment.economic.startswith(("301", "303")):
        return "人员经费"
    return "项目支出" if payment.contract or payment.is_project or payment.economic.startswith("310") else "公用经费"


def _issued(unit: Unit, number: str, at: int, amounts: tuple[Decimal, Decimal]) -> Indicator:
    kind, is_project, function = _KINDS[at - 1]
    used, short = amounts
    roomy = (used * Decimal("1.04") / 10000).quantize(Decimal(1)) * 10000 + 10000 + ZERO
    doc = f"云财预〔{YEAR}〕{int(unit.code) - 200}号"
    day = date(YEAR, 1, 8 + int(unit.code) % 5)
    words = f"{YEAR}年{unit.name.removeprefix('云禾县')}{kind}"
    return Indicator(number, unit, doc, day, words, kind, is_project, function, used - short if short else roomy, used)
