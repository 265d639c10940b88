"""What is to be sampled and how, as the auditor said it; the words are kept in the sample's manifest."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from bihuan.errors import WrongUse
from bihuan.model.table import Table, table

KINDS = {
    "attribute": ("random", "systematic"),
    "money": ("fixed", "cell", "random"),
    "variables": ("random",),
}
LAWS = {"attribute": ("binomial", "poisson", "hypergeometric"), "money": ("poisson", "binomial"), "variables": ("t",)}
# What makes one voucher, in every system that we read.
VOUCHER = ("unit_id", "book_id", "fiscal_year", "period", "voucher_word", "voucher_no")
AMOUNTS = ("amount", "debit", "paid", "net_value", "amount_tax_included", "value")


@dataclass(frozen=True)
class Population:
    """Which items: rows of a table, or groups of rows with the same values in the columns `by`."""

    table: str
    amount: str | None = None  # money column that the sample is about
    where: str | None = None  # the auditor's own SQL condition
    by: tuple[str, ...] = ()
    strata_by: str | None = None  # column whose values are the strata
    strata: tuple[Decimal, ...] = ()  # or lower limits of the strata by amount, ascending, the first left out


@dataclass(frozen=True)
class Plan:
    """What the auditor decided; rates are fractions of the items (attribute) or of the value (money)."""

    kind: str
    population: Population
    how: str
    law: str
    confidence: Fraction
    tolerable: Fraction | Decimal | None  # Decimal: an amount
    expected: Fraction | Decimal
    size: int | None = None  # given by the auditor instead of computed
    spread: Decimal | None = None  # variables: standard deviation to plan by, where the amounts' own is not wanted
    check: str = ""  # what to check, in words for the field


def plan(kind: str, population: Population, *, how: str | None = None, law: str | None = None, **said: object) -> Plan:
    """The plan, if its parts fit together; otherwise WrongUse."""
    if kind not in KINDS:
        raise WrongUse(f"kind {kind!r} is none of {', '.join(KINDS)}.")
    ways, laws = KINDS[kind], LAWS[kind]
    if how is not None and how not in ways:
        raise WrongUse(f"--how {how!r} is none of {', '.join(ways)} for {kind} sampling.")
    if law is not None and law not in laws:
        raise WrongUse(f"--law {law!r} is none of {', '.join(laws)} for {kind} sampling.")
    found = Plan(kind, _checked(kind, population), how or ways[0], law or laws[0], **said)  # type: ignore[arg-type]
    found = replace(
        found,
        tolerable=None if found.tolerable is None else _fitting(kind, found.tolerable, "--tolerable"),
        expected=_fitting(kind, found.expected, "--expected"),
    )
    if not 0 < found.confidence < 1:
        raise WrongUse(f"confidence {float(found.confidence):.4%} must lie between 0 and 100%.")
    if found.size is not None and found.size < 1:
        raise WrongUse(f"--size {found.size}: draw at least one.")
    if found.size is None and found.tolerable is None:
        raise WrongUse(
            "neither --tolerable nor --size was given. Say what error you could accept, or how many to draw."
        )
    return found


def rate_or_amount(words: str, option: str) -> Fraction | Decimal:
    """`5%` as the fraction 1/20; `500000` or `500,000` as an amount."""
    said = words.replace(",", "").replace("，", "").replace("％", "%").strip()
    try:
        if said.endswith("%"):
            return Fraction(said[:-1]) / 100
        amount = Decimal(said)
        if amount.is_finite():
            return amount
    except (ValueError, InvalidOperation, ZeroDivisionError):
        pass
    raise WrongUse(f"{option} {words!r} is neither a rate nor an amount. Write it like 5% or 500000.")


def rate(words: str, option: str) -> Fraction:
    """A rate: `95%` or `0.95`."""
    found = rate_or_amount(words, option)
    return found if isinstance(found, Fraction) else Fraction(found)


def _fitting(kind: str, value: Fraction | Decimal, option: str) -> Fraction | Decimal:
    """A number without % is a rate where items are counted, an amount where money is; 0.05 yuan was meant as 5%."""
    if isinstance(value, Fraction) or value == 0:
        return Fraction(value)
    if kind == "attribute" and value < 1:
        return Fraction(value)
    if kind == "attribute":
        raise WrongUse(f"{option} {value}: attribute sampling needs a rate. Write it like 5%.")
    if value < 1:
        raise WrongUse(f"{option} {value} would be an amount of less than one. Write a rate like 5%.")
    return value


def _checked(kind: str, asked: Population) -> Population:
    model = table(asked.table)
    amount = asked.amount or next((one for one in AMOUNTS if one in model.sums), None) or next(iter(model.sums), None)
    if amount is not None and amount not in model.sums:
        raise WrongUse(f"--amount {amount!r} is no money column of {model.name}. It has: {', '.join(model.sums)}.")
    if amount is None and kind != "attribute":
        raise WrongUse(f"{model.name} has no money column, so only attribute sampling can be done.")
    by = _key(model, asked.by)
    for one in (*by, *([asked.strata_by] if asked.strata_by else [])):
        model.column(one)
    if kind != "variables" and (asked.strata or asked.strata_by):
        raise WrongUse(f"strata are for variables sampling; {kind} sampling takes the whole at once.")
    if asked.strata_by and model.column(asked.strata_by).personal:
        raise WrongUse(f"--strata-by {asked.strata_by}: a personal column cannot name strata. Choose another.")
    if asked.strata and asked.strata_by:
        raise WrongUse("give --strata or --strata-by, not both.")
    if asked.strata_by and by and asked.strata_by not in by:
        raise WrongUse(f"--strata-by {asked.strata_by} must be one of the columns of --by: {', '.join(by)}.")
    return Population(model.name, amount, asked.where, by, asked.strata_by, tuple(sorted(asked.strata)))


def _key(model: Table, by: Collection[str]) -> tuple[str, ...]:
    if tuple(by) == ("voucher",):
        if "voucher_no" not in model.names:
            raise WrongUse(f"--by voucher: {model.name} has no vouchers. It is for journal_line.")
        return tuple(one for one in VOUCHER if one in model.names)
    return tuple(one for word in by for one in re.split(r"[,，\s]+", word) if one)
