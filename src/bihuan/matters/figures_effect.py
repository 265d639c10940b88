"""Figures of what else came of the audits: rules, people, referrals, days."""

from __future__ import annotations

from datetime import timedelta

from bihuan.examine.header import Words
from bihuan.matters.basis import Basis
from bihuan.matters.figure import Figure, Line, Value, matters_of, ordered
from bihuan.matters.measures import mean_days
from bihuan.matters.models import Matter
from bihuan.matters.words import State
from bihuan.people.language import say


def _rules(basis: Basis) -> list[Line]:
    held = [one for one in basis.outcomes if one.kind == "rule"]
    matters = matters_of(held)
    return [Line(matters[one.matter], f"{one.rule_name} {one.rule_no}".strip()) for one in held]


def _people(basis: Basis) -> list[Line]:
    held = [one for one in basis.outcomes if one.kind == "people" and one.people]
    matters = matters_of(held)
    return [Line(matters[one.matter], say(f"{one.people} 人", f"{one.people} people")) for one in held]


def _number_of_people(basis: Basis) -> Value:
    return Value(sum(one.people or 0 for one in basis.outcomes if one.kind == "people"))


def _referred(basis: Basis, *stages: str) -> Value:
    return Value((basis.referrals.filter(stage__in=stages) if stages else basis.referrals).count())


def _referral_lines(basis: Basis, *stages: str) -> list[Line]:
    """Only those that name the reader; how many are not shown is said on the page."""
    held = basis.referrals.filter(readers=basis.user.pk).select_related("matter__unit")
    held = held.filter(stage__in=stages) if stages else held
    return [Line(one.matter, f"{one.to} · {one.get_stage_display()} · {one.at:%Y-%m-%d}") for one in held]


_ANSWERED = ("answered", "closed")
EFFECT = (
    Figure("rules", Words("健全完善制度", "Rules made or mended"),
           Words("验收通过或已销号事项中的制度，一个单位的同一文号计一次。",
                 "Rules among the accepted results; one number of one unit counts once."),
           lambda basis: Value(sum(one.kind == "rule" for one in basis.outcomes)), _rules, "effect"),
    Figure("people", Words("处理处分人数", "People dealt with"),
           Words("验收通过或已销号事项中的处理处分决定所列人数；同一决定一项计一次。",
                 "People named in accepted decisions; a decision counts once an item."),
           _number_of_people, _people, "effect"),
    Figure("referrals", Words("移送（件）", "Referrals sent"),
           Words("已发出的移送；内容只有指定的读者可见。", "Referrals sent; what they say is for their named readers."),
           _referred, _referral_lines, "effect", for_office=True),
    Figure("referrals_answered", Words("移送已回复（件）", "Referrals answered"),
           Words("已回复或已办结的移送。", "Referrals answered or closed."),
           lambda basis: _referred(basis, *_ANSWERED), lambda basis: _referral_lines(basis, *_ANSWERED), "effect",
           for_office=True),
    Figure("days", Words("平均办理天数", "Mean days"),
           Words("整改到位并已销号的事项，自登记至销号的日历天数的平均，截到一位小数。",
                 "Calendar days from register to closing, of matters closed as rectified; cut off after one place."),
           lambda basis: Value(days=mean_days(_span(one) for one in _closed(basis))),
           lambda basis: [Line(one, say(f"{_span(one).days} 天", f"{_span(one).days} days")) for one in _closed(basis)],
           "effect"),
)  # fmt: skip


def _closed(basis: Basis) -> list[Matter]:
    return list(ordered(basis.rectified.filter(state=State.CLOSED, closed_at__isnull=False)))


def _span(matter: Matter) -> timedelta:
    assert matter.closed_at is not None  # noqa: S101 (asked for in the query)
    return matter.closed_at - matter.registered_at
