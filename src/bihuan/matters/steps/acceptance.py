"""Acceptance: the gates, what comes back, what is closed, what recurs."""

from __future__ import annotations

from django.db.models import F

from bihuan.examine.header import Words
from bihuan.matters.lifecycle import RAISED, Refusal
from bihuan.matters.models import GateState, Rating
from bihuan.matters.reading import facts_of, items
from bihuan.matters.requirements import settled
from bihuan.matters.steps.core import Doing, Refused, Trace, effect
from bihuan.matters.words import Gate, GateStatus


@effect("receive")
def receive(doing: Doing) -> Trace:
    """Open the gates that this matter must pass."""
    matter = doing.matter
    open_gates = {Gate.DOCUMENTS}
    if matter.leads.exists():
        open_gates.add(Gate.RETEST)
    if matter.kind in RAISED and matter.raiser_id is not None:
        open_gates.add(Gate.RAISER)
    for gate in Gate:
        status = GateStatus.OPEN if gate in open_gates else GateStatus.NOT_REQUIRED
        GateState.objects.update_or_create(
            matter=matter, gate=gate, defaults={"status": status, "at": doing.now, "tries": 0}
        )
    items(matter).update(is_checked=None, lacking="", checked_by=None, checked_at=None)
    return Trace(facts={"gates": ",".join(sorted(open_gates)), "round": matter.round})


@effect("check_item")
def check_item(doing: Doing) -> Trace:
    """One item's documents pass or fail; when all were looked at, the gate is passed or failed."""
    content = doing.content
    item = doing.matter.items.get(pk=content["item"])
    item.is_checked = content["passed"] == "yes"
    if not item.is_checked and not content["lacking"]:
        raise Refused(Refusal("need", (Words("不通过须写明缺什么", "what is lacking must be said"),)))
    item.lacking, item.checked_by, item.checked_at = content["lacking"], doing.by, doing.now
    item.save()
    results = set(items(doing.matter).values_list("is_checked", flat=True))
    if None not in results:
        _set(doing, Gate.DOCUMENTS, GateStatus.FAILED if False in results else GateStatus.PASSED)
    proofs = item.outcomes.exclude(document=None).values_list("document__sha256", flat=True)
    texts = {"lacking": item.lacking} if item.lacking else {}
    return Trace(tuple(sorted(set(proofs))), texts, {"item": item.pk, "passed": content["passed"]})


@effect("rate")
def rate(doing: Doing) -> Trace:
    """The raiser's own word; who asks for it to be done again fails the gate."""
    content = doing.content
    assert doing.by is not None  # noqa: S101 (only people rate)
    Rating.objects.create(
        matter=doing.matter, verdict=content["verdict"], text=content["text"], by=doing.by, at=doing.now
    )
    is_unhappy = content["verdict"] in ("returned", "dissatisfied")
    _set(doing, Gate.RAISER, GateStatus.FAILED if is_unhappy else GateStatus.PASSED)
    return Trace(texts={"text": content["text"]} if content["text"] else {}, facts={"verdict": content["verdict"]})


@effect("ask_raiser")
def ask_raiser(doing: Doing) -> Trace:
    """Another try to have the raiser rate; silence stays “not rated”, never “satisfied”."""
    gate = doing.matter.gates.filter(gate=Gate.RAISER)
    gate.update(tries=F("tries") + 1, at=doing.now)
    gate.filter(status=GateStatus.OPEN).update(status=GateStatus.UNRATED)
    return Trace(texts={"reason": doing.content["reason"]}, facts={"tries": gate.values_list("tries", flat=True)[0]})


@effect("waive")
def waive(doing: Doing) -> Trace:
    """A gate is waived by two people with a reason; how many were waived is published."""
    gate = Gate(doing.content["gate"])
    if settled(facts_of(doing.matter), gate):
        raise Refused(Refusal("need", (Words("该关口无需豁免", "this gate needs no waiver"),)))
    _set(doing, gate, GateStatus.WAIVED)
    return Trace(texts={"reason": doing.content["reason"]}, facts={"gate": str(gate)})


@effect("retest_passed", "retest_waits")
def note_retest(doing: Doing) -> Trace:
    """The gate as the re-test left it."""
    status = GateStatus(doing.content["status"])
    _set(doing, Gate.RETEST, status)
    return Trace(facts={"snapshot": doing.content["snapshot"], "status": str(status)})


@effect("retest_failed", "recur")
def retest_failed(doing: Doing) -> Trace:
    """Back to rectification: everything must be answered anew."""
    matter = doing.matter
    _set(doing, Gate.RETEST, GateStatus.FAILED)
    matter.recurred += int(matter.state == "closed")
    _again(doing, everything=True)
    return Trace(
        facts={"snapshot": doing.content["snapshot"], "new_hits": doing.content["new_hits"], "round": matter.round}
    )


@effect("reopen", "raiser_reopens")
def reopen(doing: Doing) -> Trace:
    """A new fact opens it again."""
    _again(doing, everything=True)
    return Trace(texts={"reason": doing.content["reason"]}, facts={"round": doing.matter.round})


@effect("send_back")
def send_back(doing: Doing) -> Trace:
    """What failed must be answered anew; where nothing was looked at, everything."""
    failed = items(doing.matter).filter(is_checked=False)
    _again(doing, everything=not failed.exists())
    return Trace(
        texts={"reason": doing.content["reason"]}, facts={"round": doing.matter.round, "until": doing.content["until"]}
    )


@effect("close")
def close(doing: Doing) -> Trace:
    """The documents that were accepted stand in the entry; the slip is made after it, with its hash."""
    hashes = doing.matter.documents.values_list("sha256", flat=True)
    gates = {f"gate_{one.gate}": one.status for one in doing.matter.gates.all()}
    return Trace(evidence=tuple(sorted(set(hashes))), facts=gates)


def _again(doing: Doing, *, everything: bool) -> None:
    matter = doing.matter
    concerned = items(matter) if everything else items(matter).filter(is_checked=False)
    if not concerned.exists():
        concerned = matter.items.all()
    concerned.update(round=matter.round + 1)
    matter.round += 1
    matter.closed_at = None


def _set(doing: Doing, gate: Gate, status: GateStatus) -> None:
    doing.matter.gates.filter(gate=gate).update(status=status, at=doing.now)
