"""The newest run's leads as the auditors of their units may see them: ranked, filtered, followed or not."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path

from bihuan.errors import NotFound
from bihuan.leads import labels
from bihuan.leads.lead import Lead, open_run, runs
from bihuan.leads.ranking import Ranking, rank
from bihuan.matters.models import MatterLead
from bihuan.matters.office import workspace
from bihuan.matters.words import Resolution, Role, State
from bihuan.people.models import Unit, User
from bihuan.people.rights import paths
from bihuan.store.engine import connect, text
from bihuan.store.workspace import Workspace, open_workspace

Key = tuple[str, str, int, int]
_LOCK = threading.Lock()
_held: dict[Key, Ranking] = {}


@dataclass(frozen=True)
class Wanted:
    """What the reader asks for; what is blank does not narrow. `followed` and `new` are yes, no or blank."""

    pack: str = ""
    method: str = ""
    unit: str = ""
    level: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    followed: str = ""
    new: str = ""  # not in the run before


def newest() -> Ranking | None:
    """The newest run, ranked; None before anything was examined.

    A run never changes, so it is read and weighed once, and again only when auditors' verdicts came in.
    """
    office = workspace()
    key = _key(office)
    if key is None:
        return None
    with _LOCK:
        if key not in _held:
            ranking = rank(office, key[1])
            _held.clear()
            _held[key] = ranking
        return _held[key]


def _key(office: Workspace) -> Key | None:
    try:
        run = (office.runs / "HEAD").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    verdicts = labels.path_of(office)
    seen = verdicts.stat() if verdicts.exists() else None
    return str(office.root), run, seen.st_mtime_ns if seen else 0, seen.st_size if seen else 0


class Audited:
    """The newest run as one auditor may see it: the leads of the units over which he is appointed."""

    def __init__(self, user: User, ranking: Ranking) -> None:
        self.user, self.ranking = user, ranking

    @cached_property
    def units(self) -> dict[str, Unit]:
        """The units that he audits, by code."""
        held = paths(self.user, frozenset({Role.AUDITOR}))
        return {one.code: one for one in Unit.objects.all() if any(one.path.startswith(path) for path in held)}

    @cached_property
    def has_strangers(self) -> bool:
        """Whether he audits the whole tree, so also what hangs nowhere in it yet."""
        return any(one.parent_id is None for one in self.units.values())

    @cached_property
    def known(self) -> frozenset[str]:
        """The codes of all units that the workbench knows."""
        return frozenset(Unit.objects.values_list("code", flat=True))

    @cached_property
    def leads(self) -> list[Lead]:
        """His leads, weightiest first."""
        return [one for one in self.ranking.leads if self.sees(one.hit.unit)]

    @cached_property
    def followers(self) -> dict[str, str]:
        """The code of the matter that follows a lead, by the lead's id; a dismissed one with new evidence is free."""
        hashes = {one.hit.id: one.hit.evidence_hash for one in self.leads}
        columns = ("lead_id", "evidence_hash", "matter__code", "matter__state", "matter__resolution")
        found: dict[str, str] = {}
        for lead, evidence, code, state, resolution in MatterLead.objects.order_by("pk").values_list(*columns):
            is_dismissed = (state, resolution) == (State.CLOSED, Resolution.NOT_ESTABLISHED)
            if is_dismissed and hashes.get(lead) != evidence:
                found.pop(lead, None)
            else:
                found[lead] = code
        return found

    @cached_property
    def free(self) -> list[Lead]:
        """His leads that no matter follows."""
        return [one for one in self.leads if one.hit.id not in self.followers]

    @cached_property
    def former(self) -> frozenset[str]:
        """The ids of the leads of the run before the newest; none where there was none."""
        run = self.ranking.run
        return _ids_before(str(run.folder.parent.parent), run.id)

    @property
    def strangers(self) -> Counter[str]:
        """How many of his leads are of units that the workbench does not know."""
        return Counter(one.hit.unit for one in self.leads if one.hit.unit not in self.known)

    def sees(self, unit: str) -> bool:
        """Whether a lead of the unit is his to see."""
        return unit in self.units or (self.has_strangers and unit not in self.known)

    def name(self, unit: str) -> str:
        """The unit's name, its code where the workbench does not know it."""
        return self.units[unit].name if unit in self.units else unit

    def wanted(self, asked: Wanted) -> list[Lead]:
        """Those that the reader asks for, weightiest first."""
        return [one for one in self.leads if self._fits(one, asked)]

    def mine(self, ids: Iterable[str]) -> list[str]:
        """The ids again; NotFound where one of them is no lead of his."""
        held = {one.hit.id for one in self.leads}
        asked = list(dict.fromkeys(ids))
        if missing := [one for one in asked if one not in held]:
            raise NotFound(f"run {self.ranking.run.id}: no lead {missing[0][:12]!r}. Open the list of leads again.")
        return asked

    def _fits(self, lead: Lead, asked: Wanted) -> bool:
        hit, amount = lead.hit, lead.hit.amount
        named = (asked.pack, hit.method.pack), (asked.method, hit.method.id), (asked.unit, hit.unit)
        if any(word and word != held for word, held in (*named, (asked.level, hit.method.level))):
            return False
        if asked.followed and (hit.id in self.followers) != (asked.followed == "yes"):
            return False
        if asked.new and (hit.id in self.former) == (asked.new == "yes"):
            return False
        if asked.least is not None and (amount is None or abs(amount) < asked.least):
            return False
        return asked.most is None or (amount is not None and abs(amount) <= asked.most)


@lru_cache(maxsize=4)
def _ids_before(root: str, run: str) -> frozenset[str]:
    """A run never changes, so its ids are read once."""
    office = open_workspace(Path(root))
    earlier = [one for one in runs(office) if one < run]
    if not earlier:
        return frozenset()
    former = open_run(office, earlier[-1])
    files = [text(str(office.runs / "results" / one.key / "hits.parquet")) for one in former.methods]
    if not files:
        return frozenset()
    with connect(office.settings) as engine:
        rows = engine.rows(f"SELECT lead_id FROM read_parquet([{', '.join(files)}])")
    return frozenset(row[0] for row in rows)
