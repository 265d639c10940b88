"""Rates of rectification: by count, by amount, on time, by class."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from django.utils import timezone

from bihuan.examine.header import Words
from bihuan.matters import clocks
from bihuan.matters.basis import Basis
from bihuan.matters.figure import Figure, Line, Value, ordered, rate_of
from bihuan.matters.figures_found import found_money, money_lines, money_value
from bihuan.matters.measures import NOTHING, Rate
from bihuan.matters.models import Entry, Extension, Matter
from bihuan.matters.words import Class, MoneyKind, State
from bihuan.people.language import say

Limits = dict[tuple[str, str, date], date | None]


def _count_rate(basis: Basis) -> Value:
    return Value(rates=(("", Rate(basis.rectified.count(), basis.established.count())),))


def _rate_lines(basis: Basis, klass: Class | None = None) -> list[Line]:
    held = basis.established if klass is None else basis.established.filter(klass=klass)
    done = set(basis.rectified.values_list("pk", flat=True))
    return [Line(one, amount=one.amount, currency=one.currency, counts=one.pk in done) for one in ordered(held)]


def _money_rate(basis: Basis) -> Value:
    whole, part = found_money(basis).money, money_value(MoneyKind, basis).money
    return Value(rates=tuple((one, Rate(part.get(one, NOTHING), amount)) for one, amount in whole.items()))


def _class_rate(klass: Class, basis: Basis) -> Value:
    held = basis.rectified.filter(klass=klass).count(), basis.established.filter(klass=klass).count()
    return Value(rates=(("", Rate(*held)),))


def class_rates() -> list[Figure]:
    """The rate of each class of audit matters."""
    means = Words("此类中验收通过或已销号的 ÷ 此类查实问题。", "Accepted or closed ÷ established, of this class.")
    return [
        Figure(f"rate_{klass}", Words(f"整改率：{klass.zh}", f"Rectified: {klass.en}"), means,
               partial(_class_rate, klass), partial(_rate_lines, klass=klass), "rates")
        for klass in (Class.IMMEDIATE, Class.PHASED, Class.CONTINUING)
    ]  # fmt: skip


def _on_time(basis: Basis) -> Value:
    return rate_of(_on_time_lines(basis))


def _on_time_lines(basis: Basis) -> list[Line]:
    """Rectified matters, each with the day it was first reported and the day it was due."""
    columns = ("code", "title", "state", "kind", "klass", "unit__code", "unit__name")
    matters = list(ordered(basis.rectified).only(*columns))
    codes = basis.rectified.order_by().values("code")
    entries = Entry.objects.filter(matter__in=codes, act__in=("submit", "begin", "begin_at_once")).order_by("-seq")
    first = {(code, act == "submit"): at for code, act, at in entries.values_list("matter", "act", "at")}
    granted = dict(Extension.objects.filter(matter__in=basis.rectified).order_by("pk").values_list("matter", "until"))
    limits: Limits = {}
    return [_timed(one, first, granted.get(one.pk), limits) for one in matters]


def _timed(
    matter: Matter,
    first: dict[tuple[str, bool], datetime],
    granted: date | None,
    limits: Limits,
) -> Line:
    began, done = first.get((matter.code, False)), first.get((matter.code, True))
    due = granted or (_limit(matter, began, limits) if began else None)
    if done is None or due is None:
        return Line(matter, say("没有时限", "no limit"))
    day = timezone.localdate(done)
    return Line(matter, say(f"报结 {day}，期限 {due}", f"reported {day}, due {due}"), counts=day <= due)


def _limit(matter: Matter, began: datetime, limits: Limits) -> date | None:
    """The last day that its class allows; the clock is asked once for each class and day."""
    key = (matter.kind, matter.klass, timezone.localdate(began))
    if key not in limits:
        due = clocks.due(Matter(kind=matter.kind, klass=matter.klass), State.IN_RECTIFICATION, began)
        limits[key] = timezone.localdate(due.at) if due.at else None
    return limits[key]


RATES = (
    Figure("rate", Words("整改率（按件）", "Rectified, by count"),
           Words("验收通过或已销号的 ÷ 查实问题数。", "Accepted or closed ÷ problems established."),
           _count_rate, _rate_lines, "rates"),
    Figure("rate_money", Words("整改率（按金额）", "Rectified, by amount"),
           Words("已整改金额 ÷ 查实问题金额，按币种。", "Money put right ÷ amount of the problems, by currency."),
           _money_rate, partial(money_lines, tuple(MoneyKind)), "rates"),
    Figure("rate_on_time", Words("按期整改率", "Rectified on time"),
           Words("首次报结不晚于类别时限（或经批准的延期）的 ÷ 验收通过或已销号的。",
                 "First reported within the limit of the class, or the extension granted ÷ accepted or closed."),
           _on_time, _on_time_lines, "rates"),
)  # fmt: skip
