"""Side records and what changes the clock: they never change a state."""

from __future__ import annotations

from bihuan.examine.header import Words
from bihuan.matters import clocks, documents
from bihuan.matters.lifecycle import Refusal
from bihuan.matters.models import Extension, Note, Order, Promise, Referral, Request, Visit
from bihuan.matters.scope import referrals_for
from bihuan.matters.steps.asks import day
from bihuan.matters.steps.core import Doing, Refused, Trace, effect
from bihuan.matters.words import Role


@effect("suspend")
def suspend(doing: Doing) -> Trace:
    """The clock stops."""
    doing.matter.suspended_at = doing.now
    doing.matter.suspended_until = day(doing.content, "until")
    return _said(doing, "reason", "until")


@effect("resume")
def resume(doing: Doing) -> Trace:
    """The clock goes on where it stopped: the due date moves by as long as it stood."""
    matter = doing.matter
    assert matter.suspended_at is not None  # noqa: S101 (the life-cycle has asked)
    stood = doing.now - matter.suspended_at
    matter.suspended_at = matter.suspended_until = None
    if matter.due_at is not None:
        clocks.set_due(matter, clocks.Due(matter.due_at + stood, matter.due_rule))
    return _said(doing, "reason")


@effect("extend")
def extend(doing: Doing) -> Trace:
    """The due date that was granted; it must lie after the one before."""
    matter, until = doing.matter, day(doing.content, "until")
    assert until is not None  # noqa: S101 (it was asked for)
    end = clocks.end_of(until)
    if matter.due_at is None or end <= matter.due_at:
        raise _missing(Words("延期须晚于原期限", "an extension must lie after the due date"))
    Extension.objects.create(
        matter=matter, reason=doing.content["reason"], former=matter.due_at, until=until, by=doing.by, at=doing.now
    )
    matter.is_extended = True
    clocks.set_due(matter, clocks.Due(end, "经批准延期"))
    return _said(doing, "reason", "until")


@effect("refer")
def refer(doing: Doing) -> Trace:
    """The referral and its readers: who proposed it, who confirmed it, the team; nobody else."""
    made = Referral.objects.create(
        matter=doing.matter, to=doing.content["where"], reason=doing.content["reason"], by=doing.by, at=doing.now
    )
    made.readers.set({*doing.matter.team.all(), *([doing.by] if doing.by else [])})
    return Trace(texts={"where": made.to, "reason": made.reason}, facts={"referral": made.pk})


@effect("track_referral")
def track_referral(doing: Doing) -> Trace:
    """How far the other office is; only its readers may say."""
    assert doing.by is not None  # noqa: S101
    held = referrals_for(doing.by, doing.matter).filter(pk=doing.content["referral"]).first()
    if held is None:
        raise _missing(Words("没有此移送", "no such referral"))
    held.stage = doing.content["stage"]
    held.save()
    return Trace(facts={"referral": held.pk, "stage": held.stage})


@effect("order")
def order(doing: Doing) -> Trace:
    """An order: by the clock with its colour, or by the supervisor."""
    colour = doing.content.get("colour", "blue")
    Order.objects.create(
        matter=doing.matter, colour=colour, reason=doing.content.get("reason", ""), by=doing.by, at=doing.now
    )
    return Trace(
        texts={"reason": doing.content["reason"]} if doing.content.get("reason") else {}, facts={"colour": colour}
    )


@effect("visit")
def visit(doing: Doing) -> Trace:
    """What was seen at the place."""
    content = doing.content
    Visit.objects.create(
        matter=doing.matter,
        on=content["on"],
        where=content["where"],
        seen=content["seen"],
        by=doing.by,
        at=doing.now,
    )
    return _said(doing, "on", "where", "seen")


@effect("request_evidence")
def request_evidence(doing: Doing) -> Trace:
    """What is still wanted, and until when."""
    Request.objects.create(
        matter=doing.matter, text=doing.content["reason"], until=doing.content["until"], by=doing.by, at=doing.now
    )
    return _said(doing, "reason", "until")


@effect("keep_promise")
def keep_promise(doing: Doing) -> Trace:
    """Answered again when it is really done."""
    if not Promise.objects.filter(matter=doing.matter, kept_at=None).update(kept_at=doing.now):
        raise _missing(Words("没有待兑现的承诺", "no promise is open"))
    return _said(doing, "text")


@effect("add_document")
def add_document(doing: Doing) -> Trace:
    """A document; the unit sees its own and what it was shown."""
    content = doing.content
    is_of_unit = doing.role in (Role.UNIT_CONTACT, Role.UNIT_HEAD)
    if is_of_unit and content["kind"] not in OF_UNIT:
        raise _missing(
            Words("单位只能上传反馈意见、凭证、制度和证明材料", "a unit adds responses, vouchers, rules, proofs")
        )
    if content["kind"] == "closing_slip":
        raise _missing(Words("销号单由系统生成", "the closing slip is made by the system"))
    made = documents.add(doing.matter, content["file"], kind=content["kind"], by=doing.by, number=content["number"])
    made.is_shown_to_unit = is_of_unit or (content["kind"] == "evidence_sheet" and doing.matter.shown_at is not None)
    made.save()
    return Trace((made.sha256,), {"name": made.name}, {"kind": made.kind, "version": made.version})


@effect("comment")
def comment(doing: Doing) -> Trace:
    """A note of the office."""
    Note.objects.create(matter=doing.matter, text=doing.content["reason"], by=doing.by, at=doing.now)
    return _said(doing, "reason")


OF_UNIT = ("response", "voucher", "rule", "proof")


def _said(doing: Doing, *names: str) -> Trace:
    return Trace(texts={one: str(doing.content[one]) for one in names if doing.content.get(one)})


def _missing(words: Words) -> Refused:
    return Refused(Refusal("need", (words,)))
