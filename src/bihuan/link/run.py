"""Linking from the books to the child snapshot: all of it the first time, then only what is new."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bihuan.errors import NotFound
from bihuan.link.certain import find_certain, find_disputed, find_hubs
from bihuan.link.cluster import Verdict, choose, compare, group
from bihuan.link.decisions import verdicts
from bihuan.link.entities import Change, assign
from bihuan.link.keys import KEYS, add_keys
from bihuan.link.mentions import columns_needed, make_mentions
from bihuan.link.rules import FIELDS, KINDS, Rules, rules
from bihuan.link.score import model
from bihuan.link.state import KindState, State, keep, scan, state_of
from bihuan.link.ties import make_ties
from bihuan.link.write import commit_link, rules_digest, write_tables
from bihuan.model.table import table
from bihuan.store.books import columns_of, open_books
from bihuan.store.engine import Engine
from bihuan.store.snapshot import Part, Snapshot, next_number, relation
from bihuan.store.workspace import Workspace, sweep

LEDGER = "link-ledger.jsonl"
_PROFILE = ", ".join(
    [
        "CAST(NULL AS BIGINT) AS profile_id",
        *(f"CAST(NULL AS VARCHAR) AS {one}" for one in FIELDS if one != "other_number"),
    ]
    + [f"CAST(NULL AS {kind}) AS {name}" for name, kind in KEYS.items()]
)
EMPTY = {
    "profiles": f"SELECT {_PROFILE} WHERE false",
    "clusters": "SELECT CAST(NULL AS BIGINT) AS profile_id, CAST(NULL AS BIGINT) AS entity_id, false AS has_number WHERE false",
    "mentions": "SELECT '' AS in_table, CAST(0 AS BIGINT) AS in_row, '' AS role, CAST(0 AS BIGINT) AS profile_id WHERE false",
    "edges": "SELECT CAST(0 AS BIGINT) AS left_id, CAST(0 AS BIGINT) AS right_id, '' AS tier, '' AS why, "
    "CAST(0 AS DOUBLE) AS weight, CAST(0 AS DOUBLE) AS probability WHERE false",
}


@dataclass(frozen=True)
class Linked:
    """What linking did."""

    snapshot: Snapshot
    told: dict[str, Any]  # per kind: mentions, profiles, entities, new, pairs, doubts, hubs, merges, splits; ties
    is_new: bool = True  # False: nothing had changed


@dataclass(frozen=True)
class Work:
    """What one kind of entity is linked with."""

    workspace: Workspace
    engine: Engine
    rules: Rules
    before: KindState
    parts: dict[str, list[Part]]  # of each table, those whose rows are to be read
    aside: Path
    is_whole: bool  # all rows are read again, ids are kept


def link(
    workspace: Workspace, snapshot: Snapshot, *, again: bool = False, tell: Callable[[str], None] = lambda _: None
) -> Linked:
    """Link the books and commit the child snapshot. Call it under the lock `books`. `again` reads all rows anew."""
    before = state_of(snapshot)
    parts = {name: held for name, held in snapshot.tables.items() if name in _tables()}
    if not parts:
        raise NotFound("the books hold no table in which persons or organisations stand. Collect some first.")
    now = tuple(sorted(one.hash for held in parts.values() for one in held))
    is_whole = (
        again or bool(set(before.linked) - set(now)) or any(before.kind(one).rules != _version(one) for one in KINDS)
    )
    fresh = {name: [one for one in held if is_whole or one.hash not in before.linked] for name, held in parts.items()}
    sweep(workspace.books)
    with open_books(workspace, snapshot) as engine, workspace.scratch(workspace.books) as aside:
        engine.run(f"SET temp_directory = '{aside}'")
        engine.run("SET preserve_insertion_order = false")
        kinds, told, changes = {}, {}, {}
        for kind in KINDS:
            tell(kind)
            work = Work(workspace, engine, rules(kind), before.kind(kind), fresh, aside, is_whole)
            kinds[kind], told[kind], changes[kind] = _kind(work)
        after = State(kinds, now)
        if after == before:
            return Linked(snapshot, told, is_new=False)
        tell("tie")
        _make_whole(workspace, engine, after)
        make_ties(engine, snapshot)
        told["tie"] = dict(engine.rows("SELECT kind, count(*) FROM tie_made GROUP BY kind ORDER BY kind"))
        _make_entities(engine)
        written = write_tables(workspace, engine, next_number(snapshot), aside)
    child = commit_link(workspace, snapshot, after, written, told)
    _enter(workspace, child, changes)
    return Linked(child, told)


def _tables() -> set[str]:
    return {one.table for kind in KINDS for one in rules(kind).mentions}


def _version(kind: str) -> str:
    held = rules(kind)
    return f"{held.version}-{rules_digest(held.hash, model(held)['weights'], [asdict(one) for one in held.mentions], asdict(held)['blocks'])}"


def _kind(work: Work) -> tuple[KindState, dict[str, Any], list[Change]]:
    """Link one kind; gives what is to be remembered, what is told, and which known entities changed."""
    engine, held = work.engine, work.rules
    make_mentions(engine, held, _sources(work))
    said = verdicts(work.workspace, held.kind)
    _take_known_out(work, said)
    add_keys(engine, held)
    _make_nodes(work)
    find_hubs(engine, held)
    find_disputed(engine, held)
    find_certain(engine, held)
    group(engine, said)
    compare(engine, held)
    pairs = engine.one("SELECT count(*) FROM pair")[0]
    choose(engine, held, said)
    changes = _with_reasons(engine, assign(engine))
    return _remember(work), _told(work, pairs, changes), changes


def _with_reasons(engine: Engine, changes: list[Change]) -> list[Change]:
    """Each change with the link that made it: the weightiest new edge at the entity; a person's word where there is none."""
    if not changes:
        return changes
    listed = ", ".join(str(one.entity) for one in changes)
    rows = engine.rows(
        f"""SELECT entity_id, left_id, right_id, tier, why, weight FROM chosen JOIN previous ON profile_id IN (left_id, right_id)
        WHERE entity_id IN ({listed})
        QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY weight DESC NULLS FIRST, left_id, right_id) = 1"""
    )
    names = ("left", "right", "tier", "why", "weight")
    found = {entity: dict(zip(names, rest, strict=True)) for entity, *rest in rows}
    by_person = {"tier": "human", "why": "link-decisions.jsonl"}
    return [
        replace(one, reason=by_person if one.act == "split" else found.get(one.entity, by_person)) for one in changes
    ]


def _sources(work: Work) -> dict[str, str]:
    """SQL for the rows of each table that are to be read, with the columns that the rules look at."""
    wanted = {one.table for one in work.rules.mentions}
    found = {}
    for name, parts in work.parts.items():
        if name in wanted and parts:
            kinds = columns_of(table(name))
            found[name] = relation(work.workspace, parts, {one: kinds[one] for one in columns_needed(work.rules, name)})
    return found


def _take_known_out(work: Work, said: Iterable[Verdict]) -> None:
    """Known profiles leave `fresh`; those of entities that a person took apart come back, to be linked again."""
    engine = work.engine
    engine.run(f"CREATE OR REPLACE VIEW known AS {_scan(work, 'profiles')}")
    clusters = scan(work.workspace, (work.before.clusters,) if work.before.clusters else (), EMPTY["clusters"])
    engine.run(f"CREATE OR REPLACE TABLE previous AS {clusters}")
    apart = ", ".join(f"({one.left}, {one.right})" for one in said if not one.same) or "(-1, -1)"
    engine.run(
        f"""CREATE OR REPLACE TABLE reopened AS
        WITH apart AS (SELECT col0 AS l, col1 AS r FROM (VALUES {apart})),
        torn AS (SELECT a.entity_id FROM apart JOIN previous AS a ON a.profile_id = l JOIN previous AS b ON b.profile_id = r
          WHERE a.entity_id = b.entity_id)
        SELECT profile_id FROM previous SEMI JOIN torn USING (entity_id)"""
    )
    if not work.is_whole:
        engine.run("DELETE FROM fresh WHERE profile_id IN (SELECT profile_id FROM known)")


def _make_nodes(work: Work) -> None:
    """Make `profile` (all, with is_new) and `node` (profile_id, node_id, has_number): known profiles stand for their entity."""
    engine = work.engine
    if work.is_whole:
        engine.run("CREATE OR REPLACE VIEW profile AS SELECT *, true AS is_new FROM fresh")
        engine.run(
            "CREATE OR REPLACE VIEW node AS SELECT profile_id, profile_id AS node_id, verified IS NOT NULL AS has_number FROM fresh"
        )
        return
    engine.run(
        """CREATE OR REPLACE VIEW profile AS SELECT *, true AS is_new FROM fresh UNION ALL BY NAME
        SELECT *, profile_id IN (SELECT profile_id FROM reopened) AS is_new FROM known"""
    )
    engine.run(
        """CREATE OR REPLACE TABLE node AS
        SELECT profile_id, profile_id AS node_id, verified IS NOT NULL AS has_number FROM profile WHERE is_new
        UNION ALL
        SELECT profile_id, entity_id, has_number FROM previous ANTI JOIN reopened USING (profile_id)"""
    )


def _scan(work: Work, what: str) -> str:
    hashes: tuple[str, ...] = getattr(work.before, what)
    return scan(work.workspace, hashes, EMPTY[what])


def _remember(work: Work) -> KindState:
    """Write what was found aside and move it to its place."""
    engine, before = (
        work.engine,
        replace(KindState(), rules=_version(work.rules.kind)) if work.is_whole else work.before,
    )
    found = {
        "rules": _version(work.rules.kind),
        "clusters": before.clusters,
        "doubts": before.doubts,
        "hubs": before.hubs,
    }
    grown = {}
    for what, made in (("profiles", "fresh"), ("mentions", "mention"), ("edges", "chosen")):
        held: tuple[str, ...] = getattr(before, what)
        if engine.one(f"SELECT count(*) FROM {made}")[0]:
            held = (
                *held,
                _keep(work, f"SELECT * FROM {made} ORDER BY ALL" if what == "edges" else f"SELECT * FROM {made}", what),
            )
        grown[what] = held
    is_changed = (
        work.is_whole
        or grown["profiles"] != before.profiles
        or engine.one("SELECT count(*) FROM reopened")[0]
        or _is_decided(work)
    )
    if is_changed:
        found["clusters"] = _keep(
            work, "SELECT profile_id, entity_id, has_number FROM assigned ORDER BY profile_id", "clusters"
        )
        found["doubts"] = _keep(work, _doubts(work, before), "doubts")
        found["hubs"] = _keep(
            work, "SELECT kind, value, max(parties) AS parties FROM hub GROUP BY ALL ORDER BY ALL", "hubs"
        )
    return KindState(**grown, **found)  # type: ignore[arg-type]


def _is_decided(work: Work) -> bool:
    return bool(
        work.engine.one(
            "SELECT count(*) FROM assigned JOIN previous USING (profile_id) WHERE assigned.entity_id <> previous.entity_id"
        )[0]
    )


def _doubts(work: Work, before: KindState) -> str:
    """Old doubts that are still open beside the new ones; what a person decided or a merge settled is none."""
    old = scan(work.workspace, (before.doubts,) if before.doubts else (), "SELECT * FROM doubt WHERE false")
    decided = [(one.left, one.right) for one in verdicts(work.workspace, work.rules.kind)]
    listed = ", ".join(f"({a}, {b})" for a, b in decided) or "(-1, -1)"
    return (
        f"WITH every AS (SELECT * FROM doubt UNION BY NAME SELECT * FROM ({old})) SELECT every.* FROM every "
        "JOIN assigned AS l ON l.profile_id = left_id JOIN assigned AS r ON r.profile_id = right_id "
        f"WHERE l.entity_id <> r.entity_id AND (least(left_id, right_id), greatest(left_id, right_id)) NOT IN ({listed}) "
        "ORDER BY probability DESC NULLS LAST, left_id, right_id"
    )


def _keep(work: Work, query: str, what: str) -> str:
    return keep(work.workspace, work.engine, query, work.aside / f"{work.rules.kind}-{what}.parquet")


def _told(work: Work, pairs: int, changes: list[Change]) -> dict[str, Any]:
    engine = work.engine

    def count(what: str) -> int:
        return int(engine.one(f"SELECT count(*) FROM {what}")[0])

    return {
        "mentions": count("mention"),
        "profiles": count("fresh"),
        "entities": int(engine.one("SELECT count(DISTINCT entity_id) FROM assigned")[0]),
        "pairs": pairs,
        "by_key": count("certain"),
        "by_model": count("chosen WHERE tier = 'model'"),
        "doubts": count("doubt"),
        "hubs": [
            {"kind": kind, "value": value, "parties": parties}
            for kind, value, parties in engine.rows(
                "SELECT kind, value, parties FROM hub ORDER BY parties DESC, kind, value LIMIT 20"
            )
        ],
        "merges": sum(one.act == "merge" for one in changes),
        "splits": sum(one.act == "split" for one in changes),
    }


def _make_whole(workspace: Workspace, engine: Engine, after: State) -> None:
    """Make `who`, `profile_of` and `hub_of` of all kinds from what is remembered."""
    who, of, hubs = [], [], []
    for kind in KINDS:
        held = after.kind(kind)
        mentions = scan(workspace, held.mentions, EMPTY["mentions"])
        profiles = scan(workspace, held.profiles, EMPTY["profiles"])
        clusters = scan(workspace, (held.clusters,) if held.clusters else (), EMPTY["clusters"])
        who.append(
            f"SELECT in_table, in_row, role, profile_id, entity_id, '{kind}' AS kind FROM ({mentions}) JOIN ({clusters}) USING (profile_id)"
        )
        of.append(f"SELECT * FROM ({profiles}) JOIN ({clusters}) USING (profile_id)")
        if held.hubs:
            hubs.append(scan(workspace, (held.hubs,), ""))
    engine.run(f"CREATE OR REPLACE TABLE who AS {' UNION ALL '.join(who)}")
    engine.run(
        f"""CREATE OR REPLACE VIEW profile_of AS
        WITH seen AS (SELECT profile_id, kind, min(in_table) AS in_table, arg_min(in_row, in_table) AS in_row, count(*) AS rows FROM who GROUP BY ALL)
        SELECT of.*, seen.kind, seen.in_table, seen.in_row, seen.rows FROM ({" UNION ALL BY NAME ".join(of)}) AS of JOIN seen USING (profile_id)"""
    )
    engine.run(f"CREATE OR REPLACE TABLE hub_of AS {' UNION ALL '.join(hubs)}")


def _make_entities(engine: Engine) -> None:
    """Make `entity_made` and `entity_of_made`."""
    engine.run(
        """CREATE OR REPLACE VIEW entity_made AS
        SELECT entity_id, any_value(kind) AS kind, arg_max(name, (rows, name)) AS name,
          CASE WHEN min(name) <> max(name) THEN array_to_string(list_filter(list_sort(list(DISTINCT name)), lambda x: x <> arg_max(name, (rows, name))), '、') END AS also,
          min(verified) AS number, TRY_CAST(max(CASE WHEN kind = 'person' THEN born END) AS DATE) AS born_on,
          sum(rows) AS mentions, false AS is_hub
        FROM profile_of GROUP BY entity_id
        UNION ALL SELECT entity_id, kind, name, NULL, NULL, NULL, mentions, is_hub FROM value_made"""
    )
    engine.run(
        "CREATE OR REPLACE VIEW entity_of_made AS SELECT DISTINCT in_table, in_row, role, entity_id, kind FROM who"
    )


def _enter(workspace: Workspace, child: Snapshot, changes: dict[str, list[Change]]) -> None:
    """Add merges and splits of known entities to the ledger, each with the model's version."""
    lines = [
        {"at": datetime.now(UTC).isoformat(timespec="seconds"), "snapshot": child.id, "kind": kind, "act": one.act,
         "entity": one.entity, "others": list(one.others), "reason": one.reason, "rules": _version(kind)}
        for kind, held in changes.items() for one in held
    ]  # fmt: skip
    if not lines:
        return
    with (workspace.books / LEDGER).open("a", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
