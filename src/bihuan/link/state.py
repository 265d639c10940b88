"""What linking remembers from one run to the next: profiles, clusters, mentions and the edges that made them.

books/parts/<hash>.parquet holds them by content,
  named in the manifest's source `link` under `map`; older snapshots keep
theirs. profiles, mentions and edges grow by a part a run; clusters (profile_id, entity_id, has_number) are written
  whole.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bihuan.store.engine import Engine, text
from bihuan.store.snapshot import Snapshot, Source, keep_part, part_path
from bihuan.store.workspace import Workspace

READER = "link"


@dataclass(frozen=True)
class KindState:
    """What is remembered of one kind of entity, as hashes of parts."""

    profiles: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    clusters: str | None = None
    doubts: str | None = None
    hubs: str | None = None
    rules: str = ""  # version and hash of the rules and of the model
    parties: int | None = None  # how many entities the clusters are


@dataclass(frozen=True)
class State:
    """What is remembered in all; `linked` are the parts whose rows are in it."""

    kinds: dict[str, KindState] = field(default_factory=dict)
    linked: tuple[str, ...] = ()

    def kind(self, name: str) -> KindState:
        """What is remembered of a kind; nothing before the first run."""
        return self.kinds.get(name, KindState())

    @property
    def raw(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        return {"kinds": {name: asdict(one) for name, one in self.kinds.items()}, "linked": list(self.linked)}


def source_of_link(snapshot: Snapshot) -> Source | None:
    """The source that the last linking made, None where the books were never linked."""
    return next((one for one in snapshot.sources if one.reader == READER and one.superseded_by is None), None)


def state_of(snapshot: Snapshot) -> State:
    """What the snapshot's linking remembers."""
    source = source_of_link(snapshot)
    if source is None:
        return State()
    kinds = {name: _kind(raw) for name, raw in source.map["kinds"].items()}
    return State(kinds, tuple(source.map["linked"]))


def keep(workspace: Workspace, engine: Engine, query: str, aside: Path) -> str:
    """Write a query's rows to a part that is quickly read, since each batch does; gives its hash."""
    engine.run(f"COPY ({query}) TO {text(str(aside))} (FORMAT parquet, COMPRESSION lz4)")
    return keep_part(workspace, aside)


def scan(workspace: Workspace, hashes: tuple[str, ...], empty: str) -> str:
    """SQL that reads parts, or `empty` where there are none."""
    if not hashes:
        return empty
    listed = ", ".join(text(str(part_path(workspace, one))) for one in hashes)
    return f"SELECT * FROM read_parquet([{listed}], union_by_name = true)"


def _kind(raw: dict[str, Any]) -> KindState:
    lists = {name: tuple(raw[name]) for name in ("profiles", "mentions", "edges")}
    return KindState(**{**raw, **lists})
