"""Figures of what was found and of the money put right."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from bihuan.examine.header import Words
from bihuan.matters.basis import NO_SAVING, Basis, Result
from bihuan.matters.figure import Figure, Line, Value, listed, matters_of
from bihuan.matters.measures import sums
from bihuan.matters.models import Matter
from bihuan.matters.words import MoneyKind
from bihuan.people.language import words as in_language


def _units(basis: Basis) -> Value:
    return Value(basis.matters.order_by().values("unit").distinct().count())


def _unit_lines(basis: Basis) -> list[Line]:
    first: dict[int, Matter] = {}
    for one in basis.matters.order_by("unit__path", "pk"):
        first.setdefault(one.unit_id, one)
    return [Line(one, one.unit.code) for one in first.values()]


def found_money(basis: Basis) -> Value:
    """The amount of what was established."""
    return Value(money=sums(basis.established.order_by().values_list("currency", "amount")))


FOUND = (
    Figure("units", Words("审计单位数", "Audited units"),
           Words("有疑点或现场发现已登记的单位，一个单位计一次。", "Units with a lead or finding, each once."),
           _units, _unit_lines),
    Figure("matters", Words("已登记事项数", "Matters on the register"),
           Words("疑点与现场发现；并案、转出、上级接管的在其去向处计。",
                 "Leads and findings; merged, transferred and taken-over ones count where they went."),
           lambda basis: Value(basis.matters.count()), lambda basis: listed(basis.matters)),
    Figure("problems", Words("查实问题数", "Problems established"),
           Words("经核实、复核两人认定，且有审计报告或决定。",
                 "Established by a verifier and a reviewer on an issued report or decision."),
           lambda basis: Value(basis.established.count()), lambda basis: listed(basis.established)),
    Figure("problem_money", Words("查实问题金额", "Amount of the problems"),
           Words("查实事项的核实金额；不同币种不相加。",
                 "The verified amounts of established matters; currencies are not added up."),
           found_money, lambda basis: listed(basis.established.filter(amount__isnull=False))),
)  # fmt: skip


def money_value(kinds: Iterable[MoneyKind], basis: Basis) -> Value:
    """The money put right of these kinds."""
    return Value(money=sums((one.currency, one.amount) for one in _of_kinds(kinds, basis)))


def money_lines(kinds: Iterable[MoneyKind], basis: Basis) -> list[Line]:
    """The same, voucher by voucher."""
    held = _of_kinds(kinds, basis)
    matters = matters_of(held)
    return [Line(matters[one.matter], _voucher(one), one.amount, one.currency) for one in held]


def _of_kinds(kinds: Iterable[MoneyKind], basis: Basis) -> list[Result]:
    wanted = set(kinds)
    is_all = wanted == set(MoneyKind)  # then also what was imported without a kind
    money = [one for one in basis.outcomes if one.kind == "money" and one.amount is not None]
    return [one for one in money if is_all or one.money_kind in wanted]


def _voucher(one: Result) -> str:
    kind = in_language(MoneyKind(one.money_kind)) if one.money_kind else ""
    return f"{kind} {one.voucher_no}".strip()


def _sum_of(key: str, words: Words, means: Words, kinds: tuple[MoneyKind, ...]) -> Figure:
    return Figure(key, words, means, partial(money_value, kinds), partial(money_lines, kinds), "money")


def money_figures() -> list[Figure]:
    """All money put right, each kind of it, and what counts as income gained or loss avoided."""
    saved = tuple(one for one in MoneyKind if one not in NO_SAVING)
    by_kind = Words("已整改金额中的此类。", "Of this kind within the money put right.")
    return [
        _sum_of("rectified_money", Words("已整改金额", "Money put right"),
                Words("验收通过或已销号事项的资金结果；同一凭证一项只计一次，退回重办的轮次不计。",
                      "Money of accepted or closed matters; a voucher counts once an item, if it was not sent back."),
                tuple(MoneyKind)),
        *(_sum_of(f"money_{kind}", Words(f"其中：{kind.zh}", f"of this: {kind.en}"), by_kind, (kind,))
          for kind in MoneyKind),
        _sum_of("saved", Words("促进增收节支和挽回损失", "Income gained and loss avoided"),
                Words("已整改金额中除调账、盘活以外的各类。",
                      "The money put right, without what was adjusted or activated."), saved),
    ]  # fmt: skip
