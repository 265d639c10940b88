"""The strip of a matter: row → method → lead → verification → finding → item → re-test → closed, what stands where."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from bihuan.examine.header import Words
from bihuan.matters.audience import Reader
from bihuan.matters.lifecycle import AUDIT
from bihuan.matters.models import Matter
from bihuan.matters.reading import items, lacking_result
from bihuan.matters.words import Class, Gate, GateStatus, Kind, Resolution, State

DONE, NOW, AHEAD, NONE = "done", "now", "ahead", "none"
_ORDER = tuple(State)


@dataclass(frozen=True)
class Link:
    """One station: its name, what stands there, how it stands (done, now, ahead, none), the part of the page."""

    words: Words
    says: Words
    standing: str
    anchor: str


def chain(reader: Reader) -> list[Link]:
    """The stations that this kind of matter has."""
    matter = reader.matter
    found = _lead(matter) if matter.kind == Kind.LEAD else [_registered(matter)]
    return [*found, *_verified(matter), *_put_right(matter), _closed(matter)]


def _lead(matter: Matter) -> list[Link]:
    leads = list(matter.leads.all())
    rows = sum(one.evidence_count for one in leads)
    methods = {one.method for one in leads}
    name = leads[0].method if len(methods) == 1 else f"{len(methods)}"
    return [
        Link(Words("证据行", "Rows"), Words(f"{rows} 行", f"{rows} rows"), DONE, "rows"),
        Link(Words("方法", "Method"), Words(name, name), DONE, "leads"),
        Link(Words("疑点", "Lead"), Words(f"{len(leads)} 条", f"{len(leads)}"), DONE, "leads"),
    ]


def _registered(matter: Matter) -> Link:
    day = timezone.localdate(matter.registered_at).isoformat()
    return Link(Words("登记", "Registered"), Words(day, day), DONE, "about")


def _verified(matter: Matter) -> list[Link]:
    state = State(matter.state)
    if matter.resolution not in ("", Resolution.RECTIFIED):
        ended = Resolution(matter.resolution)
        return [Link(Words("核实", "Verification"), ended.words, DONE, "verification")]
    is_past = _ORDER.index(state) > _ORDER.index(State.IN_VERIFICATION)
    standing = DONE if is_past else NOW if state is not State.REGISTERED else AHEAD
    says = Words("已核实", "done") if is_past else state.words if standing == NOW else Words("—", "—")
    result = Words("查实", "established") if is_past else Words("—", "—")
    klass = Class(matter.klass).words if matter.klass else result
    label = Words("问题", "Finding") if matter.kind in AUDIT else Words("受理", "Taken on")
    return [
        Link(Words("核实", "Verification"), says, standing, "verification"),
        Link(label, klass if is_past else result, DONE if is_past else AHEAD, "verification"),
    ]


def _put_right(matter: Matter) -> list[Link]:
    if matter.resolution not in ("", Resolution.RECTIFIED):
        return []
    state, held = State(matter.state), list(items(matter))
    is_past = _ORDER.index(state) >= _ORDER.index(State.SUBMITTED)
    lacking = [] if is_past else lacking_result(matter)
    standing = DONE if is_past else NOW if held else AHEAD
    count = f"{len(held) - len(lacking)}/{len(held)}"
    says = Words(f"{count} 项有结果", f"{count} with results") if held else Words("—", "—")
    return [Link(Words("整改事项", "Items"), says, standing, "items"), _retested(matter)]


def _retested(matter: Matter) -> Link:
    gate = matter.gates.filter(gate=Gate.RETEST).first()
    status = GateStatus(gate.status) if gate else GateStatus.OPEN
    if gate is None:
        is_lead = matter.kind == Kind.LEAD
        return Link(
            Words("复测", "Re-test"), Words("—", "—") if is_lead else GateStatus.NOT_REQUIRED.words, AHEAD, "gates"
        )
    settled = (GateStatus.PASSED, GateStatus.WAIVED, GateStatus.NOT_REQUIRED)
    return Link(Words("复测", "Re-test"), status.words, DONE if status in settled else NOW, "gates")


def _closed(matter: Matter) -> Link:
    if matter.state != State.CLOSED:
        return Link(Words("销号", "Closed"), Words("—", "—"), AHEAD, "timeline")
    day = timezone.localdate(matter.closed_at).isoformat() if matter.closed_at else ""
    ended = Resolution(matter.resolution).words if matter.resolution else Words("", "")
    return Link(Words("销号", "Closed"), Words(f"{ended.zh} {day}", f"{ended.en} {day}"), DONE, "timeline")
