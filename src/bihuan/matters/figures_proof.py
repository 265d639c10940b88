"""Figures of how far rectification is proved: closings, re-tests, recurrence, waivers."""

from __future__ import annotations

import json

from django.db.models import QuerySet
from django.utils import timezone

from bihuan.examine.header import Words
from bihuan.matters.basis import Basis
from bihuan.matters.figure import Figure, Line, Value, listed, ordered, rate_of
from bihuan.matters.models import Entry, Matter
from bihuan.matters.words import Gate, State
from bihuan.people.language import say
from bihuan.people.language import words as in_language


def _state(state: State, basis: Basis) -> QuerySet[Matter]:
    return basis.rectified.filter(state=state)


def _retest_lines(basis: Basis) -> list[Line]:
    outcomes = {pk: one for pk, one in basis.retested.items() if one != "inconclusive"}
    matters = ordered(basis.matters.filter(pk__in=outcomes))
    return [Line(one, retest_words(outcomes[one.pk]), counts=outcomes[one.pk] == "pass") for one in matters]


def _waiting_lines(basis: Basis) -> list[Line]:
    waiting = [pk for pk, one in basis.retested.items() if one == "inconclusive"]
    return listed(basis.matters.filter(pk__in=waiting))


def retest_words(outcome: str) -> str:
    """An outcome of a re-test in the reader's language."""
    return {"pass": say("通过", "Passed"), "fail": say("未通过", "Failed")}.get(outcome, say("待复测", "Inconclusive"))


def _recurrence_lines(basis: Basis) -> list[Line]:
    """Everything that was ever closed as rectified; what came back counts."""
    once = ordered(basis.matters.filter(code__in=basis.entries("close").order_by().values("matter")))
    return [Line(one, say(f"复发 {one.recurred} 次", f"{one.recurred} times"), counts=one.recurred > 0) for one in once]


def _waiver_lines(basis: Basis) -> list[Line]:
    entries = list(basis.entries("confirm_waive"))
    matters = {one.code: one for one in basis.matters.filter(code__in={one.matter for one in entries})}
    return [Line(matters[one.matter], f"{timezone.localdate(one.at)} {_gate(one)}") for one in entries]


def _gate(entry: Entry) -> str:
    return in_language(Gate(json.loads(entry.body)["facts"]["gate"]))


PROOF = (
    Figure("closed", Words("已销号（复测通过）", "Closed"),
           Words("整改到位并已销号：有方法的须复测通过或经两人豁免。",
                 "Closed as rectified: where there is a method, its re-test passed or was waived by two people."),
           lambda basis: Value(_state(State.CLOSED, basis).count()),
           lambda basis: listed(_state(State.CLOSED, basis)), "proof"),
    Figure("accepted", Words("验收通过、尚待复测或销号", "Accepted, re-test or closing due"),
           Words("计入已整改，但尚未销号。", "Counts as rectified, but is not closed yet."),
           lambda basis: Value(_state(State.ACCEPTED, basis).count()),
           lambda basis: listed(_state(State.ACCEPTED, basis)), "proof"),
    Figure("retest_rate", Words("复测通过率", "Re-tests passed"),
           Words("最近一次复测通过的 ÷ 最近一次复测有结论的事项。",
                 "Matters whose last re-test passed ÷ those whose last one said something."),
           lambda basis: rate_of(_retest_lines(basis)), _retest_lines, "proof"),
    Figure("retest_waiting", Words("复测尚无结论", "Re-tests inconclusive"),
           Words("最近一次复测数据不足，等待更新的账本。", "The last re-test had too little data."),
           lambda basis: Value(len(_waiting_lines(basis))), _waiting_lines, "proof"),
    Figure("recurrence", Words("复发率", "Recurrence"),
           Words("销号后复测再次命中的 ÷ 曾经销号的。", "Came back after the closing ÷ ever closed as rectified."),
           lambda basis: rate_of(_recurrence_lines(basis)), _recurrence_lines, "proof"),
    Figure("waivers", Words("豁免关口（次）", "Waivers"),
           Words("经两人并写明理由豁免的关口次数。", "Gates waived by two people with a reason."),
           lambda basis: Value(basis.entries("confirm_waive").count()), _waiver_lines, "proof"),
)  # fmt: skip
