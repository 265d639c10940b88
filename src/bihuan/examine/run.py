"""Run methods on a snapshot: what was computed before is taken over, what cannot be computed says why.

runs/<run id>/manifest.json      what ran, on which books, with which parameters
runs/<run id>/methods/<id>.sql   each method's text
runs/HEAD                        id of the newest run
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from bihuan import __version__
from bihuan.errors import BadMethod, BadQuery
from bihuan.examine import cardinal, parameters, results
from bihuan.examine.bilingual import bilingual
from bihuan.examine.cache import key_of
from bihuan.examine.check import short
from bihuan.examine.coverage import Coverage
from bihuan.examine.header import Method, Words
from bihuan.examine.library import Broken
from bihuan.examine.lint import require
from bihuan.examine.results import Meta
from bihuan.examine.session import Session, opened
from bihuan.examine.shared import Shared, shared
from bihuan.store.canonical import digest, write_json
from bihuan.store.engine import Engine, EngineError
from bihuan.store.snapshot import Snapshot
from bihuan.store.workspace import Workspace, sweep

FORMAT = 1
MOST_SHARED = 5_000_000  # rows of the tables that a method reads; steps over more are not kept in memory for others
COMPUTED, CACHED, NOT_APPLICABLE, FAILED = "computed", "cached", "not_applicable", "failed"


@dataclass(frozen=True)
class Outcome:
    """What became of one method in a run; `why_not` says why there is no result."""

    method: Method
    status: str
    key: str = ""
    meta: Meta | None = None
    why_not: Words | None = None

    @property
    def leads(self) -> int:
        """How many hits it gave."""
        return self.meta.hits if self.meta and self.status in (COMPUTED, CACHED) else 0


@dataclass(frozen=True)
class Run:
    """A finished run."""

    id: str
    snapshot: str
    outcomes: tuple[Outcome, ...]
    broken: tuple[Broken, ...]

    def count(self, status: str) -> int:
        """How many methods ended so; files that are no method count as failed."""
        return sum(one.status == status for one in self.outcomes) + (len(self.broken) if status == FAILED else 0)

    @property
    def leads(self) -> int:
        """Hits of the methods that make leads; those that only corroborate do not count."""
        return sum(one.leads for one in self.outcomes if one.method.header.role == "lead")


@dataclass(frozen=True)
class _Desk:
    """Where results are computed."""

    workspace: Workspace
    engine: Engine
    coverage: Coverage
    common: Shared


def examine(
    workspace: Workspace,
    snapshot: Snapshot,
    methods: Iterable[Method],
    *,
    broken: Iterable[Broken] = (),
    tell: Callable[[Outcome], None] = lambda _: None,
) -> Run:
    """Run the methods in their order and store the run; `tell` hears of each as it ends."""
    sweep(workspace.runs)
    outcomes: list[Outcome] = []
    wanted = tuple(methods)
    with opened(workspace, snapshot) as session:
        populations = [one.header for one in wanted if one.header.population.table in session.snapshot.tables]
        coverage = Coverage(session.engine, populations)
        asked = [(one, _asked(workspace, session, one)) for one in wanted]
        common = shared(session.engine, [one for one, key in asked if _shares(session, one, key)], cardinal.ASIDE)
        desk = _Desk(workspace, session.engine, coverage, common)
        for method, key in asked:
            outcomes.append(key if isinstance(key, Outcome) else _computed(desk, method, key))
            tell(outcomes[-1])
    return _commit(workspace, snapshot, tuple(outcomes), tuple(broken))


def _asked(workspace: Workspace, session: Session, method: Method) -> Outcome | str:
    """What is known of a method without running it, or the key of the result that has to be computed."""
    missing = session.missing(method)
    if missing:
        names = "、".join(missing)
        words = Words(f"账本中没有表：{names}", f"the books lack: {', '.join(missing)}")
        return Outcome(method, NOT_APPLICABLE, why_not=words)
    try:
        if method.is_office:
            require(method)
        session.require(method)
        key = key_of(method, session, workspace.settings)
        meta = results.stored(workspace, key)
    except (BadMethod, BadQuery, EngineError) as error:
        return _failed(method, error)
    return _ended(method, CACHED, key, meta) if meta else key


def _shares(session: Session, method: Method, key: Outcome | str) -> bool:
    """Whether steps of a method are kept for others: not those of what is known, nor of books too large to keep."""
    listed = (*method.header.reads, *method.header.optional)
    rows = sum(part.rows for name in listed for part in session.snapshot.tables.get(name, ()))
    return not isinstance(key, Outcome) and rows <= MOST_SHARED


def _computed(desk: _Desk, method: Method, key: str) -> Outcome:
    try:
        with desk.workspace.scratch(desk.workspace.runs) as aside:
            result = aside / "result"
            result.mkdir()
            counted = desk.coverage.of(method.header)
            meta = results.compute(desk.engine, method, desk.common.sql(method), counted, result)
            results.keep(desk.workspace, key, result)
    except (BadMethod, BadQuery, EngineError) as error:
        return _failed(method, error)
    finally:
        desk.common.done(method)
    return _ended(method, COMPUTED, key, meta)


def _ended(method: Method, status: str, key: str, meta: Meta) -> Outcome:
    if meta.population == 0:
        table, where = method.header.population.table, method.header.population.where or "—"
        words = Words(f"没有可检查的记录：{table}，条件 {where}", f"nothing to examine: {table} where {where}")
        return Outcome(method, NOT_APPLICABLE, key, meta, words)
    return Outcome(method, status, key, meta)


def _failed(method: Method, error: Exception) -> Outcome:
    return Outcome(method, FAILED, why_not=Words(short(error), short(error)))


def _commit(workspace: Workspace, snapshot: Snapshot, outcomes: tuple[Outcome, ...], broken: tuple[Broken, ...]) -> Run:
    """Write the run aside, rename it into place, then swap HEAD."""
    now = datetime.now(UTC)
    entries = [*(_entry(one) for one in outcomes), *(_broken_entry(one) for one in broken)]
    manifest = {
        "format": FORMAT,
        "bihuan": __version__,
        "engine": [Engine.name, Engine.version],
        "snapshot": snapshot.id,
        "created_at": now.isoformat(timespec="seconds"),
        "place": workspace.settings.place,
        "time_zone": workspace.settings.time_zone,
        "parameters": [one.cells for one in parameters.for_office(workspace.parameters)],
        "methods": entries,
    }
    name = f"{now:%Y%m%dT%H%M%S%f}-{digest(manifest)[:8]}"
    with workspace.locked("runs"), workspace.scratch(workspace.runs) as aside:
        made = aside / "run"
        (made / "methods").mkdir(parents=True)
        for one in outcomes:
            (made / "methods" / f"{one.method.id}.sql").write_text(one.method.text, encoding="utf-8")
        write_json(made / "manifest.json", {"id": name, **manifest})
        made.rename(workspace.runs / name)
        _swap_head(workspace, name)
    return Run(name, snapshot.id, outcomes, broken)


def _swap_head(workspace: Workspace, name: str) -> None:
    aside = workspace.runs / ".HEAD"
    with aside.open("w", encoding="ascii") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(workspace.runs / "HEAD")


def _entry(one: Outcome) -> dict[str, Any]:
    header = one.method.header
    meta = asdict(one.meta) if one.meta else {}
    words = ("title", "reason", "why", "not_when", "ask")
    return {
        "id": header.id,
        "pack": one.method.pack,
        "version": one.method.version,
        "key": one.key,
        "status": one.status,
        "reason_not_run": f"{one.why_not.zh} / {one.why_not.en}" if one.why_not else None,
        "level": header.level,
        "role": header.role,
        "basis": header.basis,
        "reads": header.reads,
        "params": dict(header.params),
        "said_in_both": bilingual(one.method.sql),
        **{name: asdict(getattr(header, name)) if getattr(header, name) else None for name in words},
        **{name: meta.get(name) for name in ("population", "hits", "share", "fires_on_too_many", "merged")},
    }


def _broken_entry(one: Broken) -> dict[str, Any]:
    title = {"zh": one.id, "en": one.id}
    return {"id": one.id, "pack": one.pack, "status": FAILED, "reason_not_run": one.reason, "title": title, "key": ""}
