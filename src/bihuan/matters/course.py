"""A unit's whole course 全过程: money from found to rectified, what it says beside what tests found, what was done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from bihuan.examine.header import Words
from bihuan.matters.audience import REFERRING, TOLD
from bihuan.matters.basis import Basis, Result, kinds_of_money, standing
from bihuan.matters.clocks import lit
from bihuan.matters.lamps import by_light
from bihuan.matters.measures import NOTHING, Rate, sums
from bihuan.matters.models import Answer, Entry, Matter, Promise, RetestRecord, Visit
from bihuan.matters.scope import units_for, visible
from bihuan.matters.standing import OFFICE_ROLES, UNIT_ROLES
from bihuan.matters.timeline import act_words, role_words
from bihuan.matters.words import GateStatus, Light, MoneyKind, State
from bihuan.people.models import Unit, User
from bihuan.people.rights import paths

MOST_LINES = 100
_HIDDEN = (*REFERRING, "unmask", "comment")  # referrals are for their named readers, notes stay at the matter


@dataclass(frozen=True)
class MoneyLine:
    """One currency's way: found → established → rectified, with what is reported and not accepted yet."""

    currency: str
    found: Decimal
    established: Decimal
    rectified: Decimal
    claimed: Decimal
    kinds: tuple[tuple[MoneyKind, Decimal], ...]

    @property
    def established_rate(self) -> Rate:
        """Of what was found."""
        return Rate(self.established, self.found)

    @property
    def rectified_rate(self) -> Rate:
        """Of what was established."""
        return Rate(self.rectified, self.established)


@dataclass
class Claim:
    """What the unit says that it did for a matter, beside what was found when it was tested."""

    matter: Matter
    said: list[Result] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    gates: dict[str, GateStatus] = field(default_factory=dict)
    retests: list[RetestRecord] = field(default_factory=list)

    @property
    def money(self) -> dict[str, Decimal]:
        """How much it says it put right."""
        return sums((one.currency, one.amount) for one in self.said if one.kind == "money")


@dataclass(frozen=True)
class Step:
    """One entry of the journal on the unit's course."""

    entry: Entry
    matter: Matter
    words: Words
    role: Words
    who: str
    state: State | None


class Course:
    """One unit, with all below it, as one reader may see it."""

    def __init__(self, user: User, unit: Unit, project: str = "") -> None:
        self.user, self.unit, self.project = user, unit, project
        self.basis = Basis(user, project, unit)
        self.is_office = any(unit.path.startswith(one) for one in paths(user, frozenset(OFFICE_ROLES)))

    @cached_property
    def matters(self) -> QuerySet[Matter]:
        """Everything of the unit that he may see, of every kind."""
        held = visible(self.user).filter(unit__path__startswith=self.unit.path)
        return held.filter(project=self.project) if self.project else held

    @property
    def states(self) -> list[tuple[State, int, dict[Light, int]]]:
        """How many are in each state, with their lights."""
        found = by_light(self.matters, "state")
        return [(one, sum(found[one].values()), found[one]) for one in State if one in found]

    @property
    def money(self) -> list[MoneyLine]:
        """The money line of each currency, the one with most found first."""
        found = sums((one.currency, one.amount) for one in self.basis.found)
        for currency, amount in sums(self._without_leads()).items():
            found[currency] = found.get(currency, NOTHING) + amount
        established = sums(self.basis.established.order_by().values_list("currency", "amount"))
        currencies = sorted({*found, *established}, key=lambda one: (-found.get(one, NOTHING), one))
        rectified, claimed = _money(self.basis.outcomes), _money(self.basis.claims)
        kinds = {kind: _money(held) for kind, held in kinds_of_money(self.basis.outcomes).items()}
        return [
            MoneyLine(
                one, found.get(one, NOTHING), established.get(one, NOTHING), rectified.get(one, NOTHING),
                claimed.get(one, NOTHING), tuple((kind, held[one]) for kind, held in kinds.items() if one in held),
            )
            for one in currencies
        ]  # fmt: skip

    @property
    def visits(self) -> QuerySet[Visit]:
        """Visits to the place: the office's own."""
        held = Visit.objects.filter(matter__in=self.matters.values("pk")) if self.is_office else Visit.objects.none()
        return held.select_related("matter", "by").order_by("-on", "-pk")[:MOST_LINES]

    @property
    def promises(self) -> QuerySet[Promise]:
        """What was promised to raisers, open ones first."""
        held = Promise.objects.filter(matter__in=self.matters.values("pk")).select_related("matter")
        return held.order_by(F("kept_at").asc(nulls_first=True), "due_on", "pk")[:MOST_LINES]

    @property
    def claims(self) -> list[Claim]:
        """Matters for which the unit reported something, the newest first."""
        said = Q(items__outcomes__isnull=False) | Q(answers__isnull=False)
        held = self.matters.filter(said).distinct().order_by("-pk").prefetch_related("gates", "answers")
        matters = list(held[:MOST_LINES])
        found = {one.pk: Claim(one, answers=list(one.answers.all()), gates=_gates(one)) for one in matters}
        for outcome in standing(Matter.objects.filter(pk__in=found)):
            found[outcome.matter].said.append(outcome)
        for record in RetestRecord.objects.filter(lead__matter__in=found).select_related("lead").order_by("-pk"):
            found[record.lead.matter_id].retests.append(record)
        return list(found.values())

    def steps(self) -> list[Step]:
        """What was done, newest first: the office sees who; a unit the moves, and its own people."""
        entries = Entry.objects.filter(matter__in=self.matters.order_by().values("code")).exclude(act__in=_HIDDEN)
        if not self.is_office:
            moves = Q(target__gt="") & ~Q(source=F("target"))
            entries = entries.filter(Q(role__in=UNIT_ROLES) | Q(act__in=TOLD) | moves)
        newest = list(entries.order_by("-seq")[: MOST_LINES * 2])
        matters = {one.code: one for one in self.matters.filter(code__in={entry.matter for entry in newest})}
        held = [one for one in newest if self._may_know(one, matters[one.matter])][:MOST_LINES]
        people = User.objects.in_bulk({one.actor for one in held if one.actor})
        return [self._step(one, matters[one.matter], people) for one in held]

    def _without_leads(self) -> Iterable[tuple[str, Decimal | None]]:
        return self.basis.matters.filter(leads=None).order_by().values_list("currency", "amount")

    def _may_know(self, entry: Entry, matter: Matter) -> bool:
        """A unit does not learn what came before the evidence sheet was sent."""
        return self.is_office or matter.shown_at is None or entry.at >= matter.shown_at or entry.role in UNIT_ROLES

    def _step(self, entry: Entry, matter: Matter, people: dict[int, User]) -> Step:
        names = self.is_office or entry.role in UNIT_ROLES
        who = str(people.get(entry.actor or 0, "")) if names else ""
        moved = entry.source != entry.target and entry.target in set(State)
        state = State(entry.target) if moved else None
        return Step(entry, matter, act_words(entry.act), role_words(entry.role), who, state)


@dataclass(frozen=True)
class Counted:
    """A unit with how its own matters stand; those of units below it are theirs."""

    unit: Unit
    depth: int
    all: int = 0
    open: int = 0
    yellow: int = 0
    red: int = 0
    rectified: int = 0
    closed: int = 0


def counted(user: User, above: Unit | None = None) -> list[Counted]:
    """The units over which he holds a role, as a tree, with their matters."""
    now = timezone.now()
    is_open = ~Q(state=State.CLOSED)
    late = lit(Light.RED, now) | lit(Light.DARK_RED, now)
    done = Q(state=State.ACCEPTED) | Q(state=State.CLOSED, resolution="rectified")
    held: Iterable[dict[str, int]] = visible(user).order_by().values("unit").annotate(
        all=Count("pk"), open=Count("pk", filter=is_open), yellow=Count("pk", filter=lit(Light.YELLOW, now)),
        red=Count("pk", filter=late), rectified=Count("pk", filter=done), closed=Count("pk", filter=~is_open),
    )  # type: ignore[assignment]  # fmt: skip
    counts = {one["unit"]: {name: number for name, number in one.items() if name != "unit"} for one in held}
    units = list(units_for(user).filter(path__startswith=above.path) if above else units_for(user))
    top = min((one.path.count("/") for one in units), default=0)
    return [Counted(one, one.path.count("/") - top, **counts.get(one.pk, {})) for one in units]


def _gates(matter: Matter) -> dict[str, GateStatus]:
    return {one.gate: GateStatus(one.status) for one in matter.gates.all()}


def _money(outcomes: Iterable[Result]) -> dict[str, Decimal]:
    return sums((one.currency, one.amount) for one in outcomes if one.kind == "money")
