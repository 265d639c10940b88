"""The re-test desk: which matters wait for newer books, what is newer in them, and what the re-tests gave so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from bihuan.errors import BihuanError
from bihuan.examine.retest import Question, hit_rows
from bihuan.leads.evidence import EvidenceRow, with_values
from bihuan.leads.lead import open_run
from bihuan.matters.models import EvidenceRow as CopiedRow
from bihuan.matters.models import GateState, Matter, MatterLead, RetestRecord
from bihuan.matters.office import workspace
from bihuan.matters.retesting import newest, retestable
from bihuan.matters.scope import visible
from bihuan.matters.words import Gate, GateStatus, Role, State
from bihuan.model.table import tables
from bihuan.people.models import User
from bihuan.people.rights import paths
from bihuan.store.origin import locate
from bihuan.store.snapshot import Snapshot, load
from bihuan.store.workspace import open_workspace

SEE = frozenset({
    Role.AUDITOR, Role.REVIEWER, Role.DISPATCHER, Role.ACCEPTOR, Role.CLOSER, Role.SUPERVISOR, Role.LEADER,
})  # fmt: skip
RUN = frozenset({Role.AUDITOR, Role.ACCEPTOR, Role.CLOSER, Role.SUPERVISOR})


@dataclass(frozen=True)
class Newer:
    """What the newest books hold of a lead's unit that the lead's own books did not."""

    sources: tuple[str, ...] = ()
    until: str = ""  # last day of the unit's rows in the tables that the lead rests on, then and now
    was_until: str = ""

    @property
    def is_any(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.sources)


@dataclass
class Due:
    """A matter whose re-test says something, with its leads and what they gave so far."""

    matter: Matter
    leads: list[MatterLead]
    newer: Newer
    records: list[RetestRecord] = field(default_factory=list)  # newest first
    is_same_books: bool = False  # there are no newer books than those of its leads
    is_tested: bool = False  # on the newest books, in this round
    gate: str = ""  # how its gate of the re-test stands; blank where the matter is closed

    @property
    def waits(self) -> bool:
        """Whether a re-test now would say something new: acceptance has begun, and these books were not asked since."""
        if self.is_same_books or self.matter.state in (State.IN_RECTIFICATION, State.SUBMITTED):
            return False
        return self.gate == GateStatus.OPEN or (self.gate != GateStatus.WAIVED and not self.is_tested)

    @property
    def last(self) -> list[RetestRecord]:
        """The newest record of each lead."""
        found: dict[int, RetestRecord] = {}
        for one in self.records:
            found.setdefault(one.lead_id, one)
        return list(found.values())


def due(user: User, snapshot: Snapshot) -> list[Due]:
    """The matters that he may see as one of the office: what waits first, then by number."""
    held = paths(user, SEE)
    mine = set(visible(user).filter(fixed_on__isnull=False).values_list("pk", flat=True))
    return desk([one for one in retestable() if one.pk in mine and _within(one, held)], snapshot)


def desk(matters: Iterable[Matter], snapshot: Snapshot) -> list[Due]:
    """The matters with what is newer for each, and their records."""
    held = list(matters)
    leads: dict[int, list[MatterLead]] = defaultdict(list)
    for lead in MatterLead.objects.filter(matter__in=held).order_by("pk"):
        leads[lead.matter_id].append(lead)
    records: dict[int, list[RetestRecord]] = defaultdict(list)
    for one in RetestRecord.objects.filter(lead__matter__in=held).select_related("lead").order_by("-pk"):
        records[one.lead.matter_id].append(one)
    read = _tables([lead for one in leads.values() for lead in one])
    gates = dict(GateState.objects.filter(matter__in=held, gate=Gate.RETEST).values_list("matter", "status"))
    rows = [_due(one, leads[one.pk], records[one.pk], snapshot, read) for one in held]
    for row in rows:
        row.gate = "" if row.matter.state == State.CLOSED else gates.get(row.matter.pk, "")
    return sorted(rows, key=lambda one: (not one.waits, not one.newer.is_any, one.matter.pk))


def may_run(user: User, matter: Matter) -> bool:
    """Whether he may have the matter re-tested."""
    return _within(matter, paths(user, RUN))


def rows_hit(record: RetestRecord) -> list[EvidenceRow]:
    """The very rows of the newer books that are hit, with their places; new hits where there are, else the old."""
    office, lead = workspace(), record.lead
    snapshot = newest(record.snapshot)
    question = Question(lead.run, lead.method, lead.unit_code, lead.subject)
    found = hit_rows(office, question, snapshot, after=record.after if record.new_hits else None)
    places = locate(office, snapshot, {row for _, row in found})
    bare = [EvidenceRow(table, row, places[row]) for table, row in found]
    run = open_run(office, lead.run)
    return with_values(office, type(run)(run.id, snapshot.id, run.folder, run.manifest, run.methods), bare)


def _within(matter: Matter, held: tuple[str, ...]) -> bool:
    return any(matter.unit.path.startswith(one) for one in held)


def _due(
    matter: Matter, leads: list[MatterLead], records: list[RetestRecord], snapshot: Snapshot, read: dict[int, set[str]]
) -> Due:
    is_same = any(one.snapshot == snapshot.id for one in leads)
    tested = {one.lead_id for one in records if (one.snapshot, one.round) == (snapshot.id, matter.round)}
    newer = Newer() if is_same else _newer(leads[0], read.get(leads[0].pk, set()), snapshot)
    return Due(matter, leads, newer, records, is_same, {one.pk for one in leads} <= tested)


def _tables(leads: list[MatterLead]) -> dict[int, set[str]]:
    """The tables that each lead's rows are of."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = CopiedRow.objects.filter(lead__in=leads).order_by().values_list("lead_id", "table").distinct()
    for lead, table in rows:
        found[lead].add(table)
    return found


def _newer(lead: MatterLead, read: set[str], snapshot: Snapshot) -> Newer:
    office = workspace()
    try:
        old = _loaded(str(office.root), lead.snapshot)
    except BihuanError:  # the lead's own books are gone: everything is newer
        old = Snapshot("", None, "")
    fresh = {one.number for one in snapshot.sources} - {one.number for one in old.sources}
    parts = [
        one for one in snapshot.parts if one.source in fresh and one.table in tables() and tables()[one.table].unit
    ]
    held = {one.source for one in parts if _holds(one.units, lead.unit_code)}
    names = tuple(one.name for one in snapshot.sources if one.number in held)
    return Newer(names, _until(snapshot, lead.unit_code, read), _until(old, lead.unit_code, read))


def _until(snapshot: Snapshot, unit: str, read: set[str]) -> str:
    parts = (one for one in snapshot.parts if not read or one.table in read)
    return max((one.last for one in parts if one.last and _holds(one.units, unit)), default="")


def _holds(units: tuple[str, ...] | None, unit: str) -> bool:
    return units is None or unit in units  # None: more units than a part lists


@lru_cache(maxsize=16)
def _loaded(root: str, name: str) -> Snapshot:
    """A snapshot never changes."""
    return load(open_workspace(Path(root)), name)
