"""What figures are counted over: the audit matters that a reader may see, and what came of them, each amount once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import F, Q, QuerySet

from bihuan.matters.lifecycle import AUDIT
from bihuan.matters.models import Entry, Matter, MatterLead, Outcome, Referral, RetestRecord
from bihuan.matters.retesting import worst
from bihuan.matters.scope import visible
from bihuan.matters.standing import OFFICE_ROLES
from bihuan.matters.words import MoneyKind, Resolution, State
from bihuan.people.models import Unit, User
from bihuan.people.rights import paths

COUNTED_ELSEWHERE = (Resolution.MERGED, Resolution.SUPERSEDED, Resolution.OUT_OF_SCOPE)
ESTABLISHED = Q(state__in=(
    State.ESTABLISHED, State.PLANNED, State.IN_RECTIFICATION, State.SUBMITTED, State.UNDER_ACCEPTANCE, State.ACCEPTED,
)) | Q(state=State.CLOSED, resolution=Resolution.RECTIFIED)  # fmt: skip
RECTIFIED = Q(state=State.ACCEPTED) | Q(state=State.CLOSED, resolution=Resolution.RECTIFIED)
CLAIMED = Q(state__in=(State.IN_RECTIFICATION, State.SUBMITTED, State.UNDER_ACCEPTANCE))
NO_SAVING = (MoneyKind.ADJUSTED, MoneyKind.ACTIVATED)  # 调账 and 盘活 are rectified money, but no 增收节支


@dataclass(frozen=True, slots=True)
class Result:
    """What was reported for an item: an `Outcome` with what is asked of its item and matter, light enough for many."""

    pk: int
    kind: str
    money_kind: str
    amount: Decimal | None
    currency: str
    voucher_no: str
    voucher_on: date | None
    rule_name: str
    rule_no: str
    people: int | None
    at: datetime
    sha256: str | None
    item: int
    item_round: int
    matter: int
    code: str
    matter_round: int
    unit: int


_COLUMNS = (
    "pk", "kind", "money_kind", "amount", "currency", "voucher_no", "voucher_on", "rule_name", "rule_no", "people",
    "at", "document__sha256", "item", "item__round", "item__matter", "item__matter__code", "item__matter__round",
    "item__matter__unit",
)  # fmt: skip


@dataclass(frozen=True)
class Basis:
    """The audit matters behind the figures; merged, taken-over and refused ones are counted where they went."""

    user: User
    project: str = ""
    unit: Unit | None = None  # with all below it

    @cached_property
    def matters(self) -> QuerySet[Matter]:
        """Leads and findings that the reader may see, narrowed to a project and a unit."""
        held = visible(self.user).filter(kind__in=AUDIT).exclude(resolution__in=COUNTED_ELSEWHERE)
        if self.project:
            held = held.filter(project=self.project)
        return held.filter(unit__path__startswith=self.unit.path) if self.unit else held

    @cached_property
    def established(self) -> QuerySet[Matter]:
        """Those that two people established."""
        return self.matters.filter(ESTABLISHED)

    @cached_property
    def rectified(self) -> QuerySet[Matter]:
        """已整改: accepted (the re-test may be due yet) or closed as rectified."""
        return self.matters.filter(RECTIFIED)

    @cached_property
    def in_office(self) -> QuerySet[Matter]:
        """Those that he sees as one of the office: what no unit may know is counted over these alone."""
        seen = Q(pk__in=())
        for path in paths(self.user, frozenset(OFFICE_ROLES)):
            seen |= Q(unit__path__startswith=path)
        return self.matters.filter(seen)

    @cached_property
    def found(self) -> list[MatterLead]:
        """Each lead that was taken up, once: the newest where one came again with new evidence."""
        columns = ("lead_id", "amount", "currency", "matter_id")
        held = MatterLead.objects.filter(matter__in=self.matters.values("pk")).only(*columns).order_by("pk")
        return list({one.lead_id: one for one in held}.values())

    @cached_property
    def outcomes(self) -> list[Result]:
        """What was accepted: the results of rectified matters."""
        return standing(self.rectified)

    @cached_property
    def claims(self) -> list[Result]:
        """What units reported and nobody accepted yet."""
        return standing(self.matters.filter(CLAIMED))

    @property
    def referrals(self) -> QuerySet[Referral]:
        """Referrals; that there are some is known to the office only, what they are to their named readers."""
        return Referral.objects.filter(matter__in=self.in_office.values("pk")).order_by("pk")

    @cached_property
    def retested(self) -> dict[int, str]:
        """How the last re-test of each matter came out: the worst of its leads."""
        held = RetestRecord.objects.filter(lead__matter__in=self.matters.values("pk")).order_by("pk")
        columns = held.values_list("lead__matter", "lead", "outcome")
        last = {(matter, lead): outcome for matter, lead, outcome in columns}
        outcomes: dict[int, list[str]] = defaultdict(list)
        for (matter, _), outcome in last.items():
            outcomes[matter].append(outcome)
        return {matter: worst(held) for matter, held in outcomes.items()}

    def entries(self, act: str) -> QuerySet[Entry]:
        """The journal's entries of that act on these matters."""
        return Entry.objects.filter(act=act, matter__in=self.matters.order_by().values("code")).order_by("seq")


def standing(matters: QuerySet[Matter]) -> list[Result]:
    """The results that stand, each once: not of a round that was sent back, and a voucher of an item once only."""
    held = Outcome.objects.filter(item__matter__in=matters.order_by().values("pk"))
    results = [Result(*row) for row in held.order_by("pk").values_list(*_COLUMNS)]
    rounds = _rounds({one.code for one in results if one.matter_round > 1})
    kept: dict[tuple[object, ...], Result] = {}
    for one in results:
        if not _was_sent_back(one, rounds.get(one.code, [])):
            kept[_same(one)] = one
    return list(kept.values())


def kinds_of_money(outcomes: Iterable[Result]) -> dict[MoneyKind, list[Result]]:
    """The results in money by kind, in the order of the kinds; what was imported without a kind is under none."""
    money = [one for one in outcomes if one.kind == "money" and one.amount is not None]
    found = {kind: [one for one in money if one.money_kind == kind] for kind in MoneyKind}
    return {kind: held for kind, held in found.items() if held}


def _same(one: Result) -> tuple[object, ...]:
    """What makes two results one: the same voucher, rule or decision for the same item."""
    if one.kind == "money":
        return one.item, "money", one.money_kind, one.voucher_no, one.voucher_on
    if one.kind == "rule":
        return one.unit, "rule", one.rule_name, one.rule_no
    return one.item, one.kind, one.sha256 or one.pk


def _rounds(codes: set[str]) -> dict[str, list[tuple[datetime, str]]]:
    """When and by which act each round of rectification began."""
    found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    begun = Entry.objects.filter(matter__in=codes, target=State.IN_RECTIFICATION).exclude(source=F("target"))
    for code, at, act in begun.order_by("seq").values_list("matter", "at", "act"):
        found[code].append((at, act))
    return found


def _was_sent_back(one: Result, rounds: list[tuple[datetime, str]]) -> bool:
    """Whether its item was sent back after it was reported, so that it had to be reported anew."""
    later = [act for number, (at, act) in enumerate(rounds, 1) if at > one.at and one.item_round >= number]
    return bool(later) and later[0] == "send_back"
