"""Early warning 预警: what is new and high, what is due, whose matters grow, what units have in common, what recurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from bihuan.leads.lead import Lead
from bihuan.matters.clocks import lit
from bihuan.matters.lamps import by_light
from bihuan.matters.measures import Sums, sums
from bihuan.matters.models import Matter, MatterLead
from bihuan.matters.ranked import Audited, Wanted
from bihuan.matters.scope import visible
from bihuan.matters.words import Light
from bihuan.people.models import Unit, User

MANY_UNITS = 3  # from so many units on, a problem is common 普遍性问题
GROWTH_DAYS = 30
SHOWN = (Light.DARK_RED, Light.RED, Light.YELLOW)
ESTABLISHED = "established"


@dataclass(frozen=True)
class UnitLights:
    """A unit with its matters that are due, by light."""

    unit: Unit
    counts: Mapping[Light, int]


@dataclass(frozen=True)
class Growth:
    """A unit with how many matters came in lately, and how many in as many days before."""

    unit: Unit
    now: int
    before: int


@dataclass
class Common:
    """One method over many units: in the newest run, among the matters taken up, and established."""

    method: str
    title: dict[str, str]
    hit: Counter[str] = field(default_factory=Counter)  # unit code → leads in the run
    taken: set[int] = field(default_factory=set)  # unit ids with a matter
    established: set[int] = field(default_factory=set)

    @property
    def leads(self) -> int:
        """How many leads it has in the run."""
        return self.hit.total()

    @property
    def units(self) -> int:
        """Over how many units, in the run or among matters, whichever are more."""
        return max(len(self.hit), len(self.taken))


def new_and_high(audited: Audited) -> list[Lead]:
    """High leads of the newest run that nothing follows and that the run before did not have."""
    return audited.wanted(Wanted(level="high", followed="no", new="yes"))


def due_lights(user: User) -> tuple[Counter[Light], list[UnitLights]]:
    """How many matters are due soon or overdue, in all and by unit, the latest first."""
    found = by_light(visible(user), "unit", SHOWN)
    units = Unit.objects.in_bulk(found)
    rows = [UnitLights(units[pk], counts) for pk, counts in found.items()]
    rows.sort(key=lambda one: (*(-one.counts.get(light, 0) for light in SHOWN), one.unit.path))
    return sum((Counter(counts) for counts in found.values()), Counter()), rows


@dataclass(frozen=True)
class Asked:
    """Which matters stand behind a number; what is blank does not narrow."""

    unit: str = ""  # its own matters, not those of units below it
    lights: tuple[Light, ...] = ()
    days: int = 0  # registered within so many days

    @classmethod
    def read(cls, given: QueryDict) -> Asked:
        """As it stands in an address; what is not a value of ours is left out."""
        days = given.get("days", "")
        known = {str(one): one for one in Light}
        return cls(
            given.get("unit", "").replace("\x00", "")[:80],
            tuple(known[one] for one in given.getlist("light") if one in known),
            int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
        )


def behind(user: User, asked: Asked) -> QuerySet[Matter]:
    """The matters that a number counts, those due first at the front."""
    now = timezone.now()
    found = visible(user)
    if asked.unit:
        found = found.filter(unit__code=asked.unit)
    if asked.lights:
        found = found.filter(reduce(or_, (lit(one, now) for one in asked.lights)))
    if asked.days:
        found = found.filter(registered_at__gte=now - timedelta(days=asked.days))
    return found.order_by(F("due_at").asc(nulls_last=True), "-pk")


def growing(user: User) -> list[Growth]:
    """Units with more matters in the last thirty days than in the thirty before."""
    now = timezone.now()
    since, before = now - timedelta(days=GROWTH_DAYS), now - timedelta(days=2 * GROWTH_DAYS)
    held = visible(user).filter(registered_at__gte=before).order_by().values("unit").annotate(
        now=Count("pk", filter=Q(registered_at__gte=since)), before=Count("pk", filter=Q(registered_at__lt=since))
    )  # fmt: skip
    rows = [one for one in held if one["now"] > one["before"]]
    units = Unit.objects.in_bulk({one["unit"] for one in rows})
    found = [Growth(units[one["unit"]], one["now"], one["before"]) for one in rows]
    return sorted(found, key=lambda one: (one.before - one.now, one.unit.path))


def recurred(user: User) -> QuerySet[Matter]:
    """Matters that came back after they had been closed."""
    return visible(user).filter(recurred__gt=0).order_by("-recurred", "-pk")


def common(user: User, audited: Audited | None) -> list[Common]:
    """Methods that hit many units, in the run or among the matters that he may see; the widest first."""
    found: dict[str, Common] = {}
    for lead in audited.leads if audited else ():
        method = lead.hit.method
        found.setdefault(method.id, Common(method.id, method.title)).hit[lead.hit.unit] += 1
    columns = ("method", "title", "verdict", "matter__unit")
    held = MatterLead.objects.filter(matter__in=visible(user).order_by().values("pk")).order_by("pk")
    for method_id, title, verdict, unit in held.values_list(*columns):
        one = found.setdefault(method_id, Common(method_id, title))
        one.taken.add(unit)
        if verdict == ESTABLISHED:
            one.established.add(unit)
    wide = [one for one in found.values() if one.units >= MANY_UNITS]
    return sorted(wide, key=lambda one: (-one.units, -one.leads, one.method))


@dataclass(frozen=True)
class BriefLine:
    """One unit within the brief on a common problem."""

    unit: str
    code: str
    leads: int
    money: Sums
    matters: int
    established: int
    dismissed: int


def brief(user: User, audited: Audited | None, method: str) -> list[BriefLine]:
    """The units that the method hit, each with what was found and what auditors said of it."""
    leads = [one for one in audited.leads if one.hit.method.id == method] if audited else []
    held = MatterLead.objects.filter(matter__in=visible(user).order_by().values("pk"), method=method)
    matters = list(held.select_related("matter__unit").order_by("pk"))
    codes = {one.hit.unit for one in leads} | {one.matter.unit.code for one in matters}
    names = dict(Unit.objects.filter(code__in=codes).values_list("code", "name"))
    lines = [_brief_line(code, names.get(code, code), leads, matters) for code in codes]
    return sorted(lines, key=lambda one: (-max(one.leads, one.matters), one.code))


def _brief_line(code: str, name: str, leads: list[Lead], matters: list[MatterLead]) -> BriefLine:
    mine = [one for one in leads if one.hit.unit == code]
    held = [one for one in matters if one.matter.unit.code == code]
    amounts = {one.lead_id: (one.currency, one.amount) for one in held}
    amounts |= {one.hit.id: (one.hit.currency or "CNY", one.hit.amount) for one in mine}  # a lead taken up counts once
    verdicts = Counter(one.verdict for one in held)
    return BriefLine(
        name, code, len(mine), sums(amounts.values()), len({one.matter_id for one in held}),
        verdicts[ESTABLISHED], verdicts["dismissed"],
    )  # fmt: skip
