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
from bihuan.link.certain import find_certain, find_disputed, find_hubs, known_by
from bihuan.link.cluster import Verdict, choose, compare, group
from bihuan.link.decisions import verdicts
from bihuan.link.entities import Change, assign
from bihuan.link.keys import add_keys
from bihuan.link.mentions import columns_needed, make_mentions
from bihuan.link.rules import KINDS, Rules, rules
from bihuan.link.score import model
from bihuan.link.state import KindState, State, keep, scan, state_of
from bihuan.link.tables import EMPTY, make_tables
from bihuan.link.write import commit_link, rules_digest, write_tables
from bihuan.model.table import table
from bihuan.store.books import columns_of, open_books
from bihuan.store.engine import Engine, text
from bihuan.store.snapshot import Part, Snapshot, next_number, relation
from bihuan.store.workspace import Workspace, sweep

LEDGER = "link-ledger.jsonl"


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
    is_whole = again or bool(set(before.linked) - set(now)) or any(_is_other(before.kind(one), one) for one in KINDS)
    fresh = {name: [one for one in held if is_whole or one.hash not in before.linked] for name, held in parts.items()}
    sweep(workspace.books)
    with open_books(workspace, snapshot) as engine, workspace.scratch(workspace.books) as aside:
        engine.run(f"SET temp_directory = '{aside}'")
        engine.run("SET preserve_insertion_order = false")
        # The engine would stop in the middle to tidy up a database that is gone a few seconds later.
        engine.run("SET checkpoint_threshold = '1TB'")
        engine.run("SET parquet_metadata_cache = true")  # its own parts are read again and again
        engine.run(
            "CREATE OR REPLACE TABLE moved (old_id BIGINT, new_id BIGINT)"
        )  # known entities that went into others
        kinds, told, changes = {}, {}, {}
        for kind in KINDS:
            tell(kind)
            work = Work(workspace, engine, rules(kind), before.kind(kind), fresh, aside, is_whole)
            kinds[kind], told[kind], changes[kind] = _kind(work)
        after = State(kinds, now)
        if after == before:
            return Linked(snapshot, told, is_new=False)
        tell("tie")
        changed = {name for name, held in fresh.items() if held}
        # What a person tore apart may stand anywhere.
        is_anew = is_whole or any(told[kind]["reopened"] for kind in KINDS)
        make_tables(workspace, engine, snapshot, before=State() if is_anew else before, after=after, changed=changed)
        ties = "(SELECT kind FROM tie_kept UNION ALL SELECT kind FROM tie_made)"
        told["tie"] = dict(engine.rows(f"SELECT kind, count(*) FROM {ties} GROUP BY kind ORDER BY kind"))
        written = write_tables(workspace, engine, next_number(snapshot), aside)
    child = commit_link(workspace, snapshot, after, written, told)
    _enter(workspace, child, changes)
    return Linked(child, told)


def _tables() -> set[str]:
    return {one.table for kind in KINDS for one in rules(kind).mentions}


def _is_other(before: KindState, kind: str) -> bool:
    """Whether what is remembered was made by other rules, or before its entities were counted."""
    return before.rules != _version(kind) or (before.clusters is not None and before.parties is None)


def _version(kind: str) -> str:
    held = rules(kind)
    mentions = asdict(held)["mentions"]
    blocks = [{"name": one.name, "key": one.key, "most": one.most} for one in held.blocks]
    return f"{held.version}-{rules_digest(held.hash, model(held)['weights'], mentions, blocks)}"


def _kind(work: Work) -> tuple[KindState, dict[str, Any], list[Change]]:
    """Link one kind; gives what is to be remembered, what is told, and which known entities changed."""
    engine, held = work.engine, work.rules
    make_mentions(engine, held, _sources(work))
    said = verdicts(work.workspace, held.kind)
    _take_known_out(work, said)
    add_keys(engine, held)
    _make_profiles(work)
    find_hubs(engine, held)
    find_disputed(engine, held)
    _make_nodes(work)
    find_certain(engine, held)
    group(engine, said)
    compare(engine, held)
    pairs = engine.one("SELECT count(*) FROM pair")[0]
    choose(engine, held, said)
    changes = _with_reasons(engine, assign(engine))
    return _remember(work), _told(work, pairs, changes), changes


def _with_reasons(engine: Engine, changes: list[Change]) -> list[Change]:
    """Each change with the link that made it: the weightiest new edge at the entity, else a person's word."""
    if not changes:
        return changes
    listed = ", ".join(str(one.entity) for one in changes)
    rows = engine.rows(
        f"""SELECT entity_id, left_id, right_id, tier, why, weight FROM chosen JOIN previous_here ON profile_id IN
          (left_id, right_id)
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
    engine.run(f"CREATE OR REPLACE VIEW previous AS {clusters}")
    apart = ", ".join(f"({one.left}, {one.right})" for one in said if not one.same) or "(-1, -1)"
    engine.run(
        f"""CREATE OR REPLACE TABLE reopened AS
        WITH apart AS (SELECT col0 AS l, col1 AS r FROM (VALUES {apart})),
        torn AS (SELECT a.entity_id FROM apart JOIN previous AS a ON a.profile_id = l
          JOIN previous AS b ON b.profile_id = r
          WHERE a.entity_id = b.entity_id)
        SELECT profile_id FROM previous SEMI JOIN torn USING (entity_id)"""
    )
    if not work.is_whole:
        engine.run("DELETE FROM fresh WHERE profile_id IN (SELECT profile_id FROM known)")


def _make_profiles(work: Work) -> None:
    """Make `profile`: all that matter, with is_new; `crowd` (block, key, rows); and `old_hub` (kind, value).

    The first time all profiles matter; later the new ones, and of the known ones those that share a key with them.
    `previous_here` says which entities these were (profile_id, entity_id, has_number).
    """
    engine, hubs = work.engine, work.before.hubs
    engine.run("CREATE OR REPLACE TABLE crowd (block VARCHAR, key VARCHAR, rows BIGINT)")
    old = scan(work.workspace, (hubs,) if hubs and not work.is_whole else (), EMPTY["hubs"])
    engine.run(f"CREATE OR REPLACE TABLE old_hub AS SELECT kind, value FROM ({old})")
    if work.is_whole:
        engine.run("CREATE OR REPLACE VIEW profile AS SELECT *, true AS is_new FROM fresh")
        engine.run("CREATE OR REPLACE VIEW previous_here AS FROM previous")
        return
    _find_near(work)
    engine.run(
        """CREATE OR REPLACE TABLE near AS
        SELECT * EXCLUDE (name, phone, account, address, email),
          profile_id IN (SELECT profile_id FROM reopened) AS is_new
        FROM known SEMI JOIN near_id USING (profile_id)"""
    )
    engine.run("CREATE OR REPLACE TABLE previous_here AS FROM previous SEMI JOIN near_id USING (profile_id)")
    engine.run(
        "CREATE OR REPLACE VIEW profile AS SELECT *, true AS is_new FROM fresh UNION ALL BY NAME SELECT * FROM near"
    )


def _find_near(work: Work) -> None:
    """Make `near_id`: the known profiles that share a key with a new one, each key looked up in its own columns.

    A key that is too frequent among the known is told in `crowd`; its block is left out in any case.
    """
    engine, keys = work.engine, known_by(work.rules)
    engine.run("CREATE OR REPLACE TABLE near_id AS SELECT profile_id FROM reopened")
    engine.run(
        "CREATE OR REPLACE VIEW asked AS FROM fresh UNION ALL BY NAME FROM known SEMI JOIN reopened USING (profile_id)"
    )

    def sharing(operands: list[str]) -> str:
        asked = ", ".join(f"{one} AS of_{at}" for at, one in enumerate(operands))
        same = " AND ".join(f"of_{at} = {one}" for at, one in enumerate(operands))
        return f"known SEMI JOIN (SELECT DISTINCT {asked} FROM asked WHERE ({operands[0]}) <> '') ON {same}"

    for key in keys:
        engine.run(f"INSERT INTO near_id SELECT profile_id FROM {sharing([key])}")
    for block in work.rules.blocks:
        if any(block.holds(key) for key in keys):
            continue
        engine.run(
            f"CREATE OR REPLACE TABLE met AS SELECT profile_id, {block.key} AS key FROM {sharing(block.operands)}"
        )
        engine.run(
            f"""INSERT INTO crowd SELECT {text(block.name)}, key, count(*) FROM met
            GROUP BY key HAVING count(*) > {block.most}"""
        )
        engine.run(
            f"""INSERT INTO near_id SELECT profile_id FROM met
            WHERE key NOT IN (SELECT key FROM crowd WHERE block = {text(block.name)})"""
        )


def _make_nodes(work: Work) -> None:
    """Make `node` (profile_id, node_id, has_number), where a known profile stands for its entity; `away`, `elsewhere`.

    Comes after hubs and disputed numbers were taken out: what has lost its number is to be linked like one without.
    `away` are known profiles that are not at hand, with their node_id; `elsewhere` says how many they are, and how many
    entities none of those at hand belongs to.
    """
    engine = work.engine
    own = "SELECT profile_id, profile_id AS node_id, verified IS NOT NULL AS has_number FROM profile WHERE is_new"
    if work.is_whole:
        engine.run(f"CREATE OR REPLACE TABLE node AS {own}")
        engine.run("CREATE OR REPLACE VIEW away AS SELECT *, profile_id AS node_id FROM fresh WHERE false")
        engine.run("CREATE OR REPLACE TABLE elsewhere AS SELECT 0 AS rows, 0 AS parties")
        return
    engine.run(
        f"""CREATE OR REPLACE TABLE node AS {own} UNION ALL
        SELECT profile_id, entity_id, has_number FROM previous_here ANTI JOIN reopened USING (profile_id)"""
    )
    engine.run(
        """CREATE OR REPLACE VIEW away AS SELECT known.*, entity_id AS node_id FROM known
        ANTI JOIN near_id USING (profile_id) JOIN previous USING (profile_id)"""
    )
    engine.run(
        f"""CREATE OR REPLACE TABLE elsewhere AS
        SELECT (SELECT count(*) FROM previous) - count(*) AS rows,
          {work.before.parties or 0} - count(DISTINCT entity_id) AS parties FROM previous_here"""
    )


def _scan(work: Work, what: str) -> str:
    hashes: tuple[str, ...] = getattr(work.before, what)
    return scan(work.workspace, hashes, EMPTY[what])


def _remember(work: Work) -> KindState:
    """Write what was found aside and move it to its place; what no row and no person changed stays as it is."""
    engine, before = work.engine, KindState() if work.is_whole else work.before
    grown = {what: _grown(work, getattr(before, what), what) for what in ("profiles", "mentions", "edges")}
    is_same = grown["profiles"] == before.profiles and not engine.one("SELECT count(*) FROM reopened")[0]
    if not work.is_whole and is_same:
        return replace(before, **grown)  # type: ignore[arg-type]
    clusters = _keep(work, _clusters(work), "clusters")
    engine.run(f"CREATE OR REPLACE VIEW now AS {scan(work.workspace, (clusters,), '')}")
    return KindState(
        **grown,
        clusters=clusters,
        doubts=_keep(work, _doubts(work, before), "doubts"),
        hubs=_keep(work, _hubs(work, before), "hubs"),
        rules=_version(work.rules.kind),
        parties=_parties(engine),
    )


def _grown(work: Work, held: tuple[str, ...], what: str) -> tuple[str, ...]:
    """The parts of what grows, with one more where there is something new."""
    made = {"profiles": "fresh", "mentions": "mention", "edges": "chosen"}[what]
    if not work.engine.one(f"SELECT count(*) FROM {made}")[0]:
        return held
    return (*held, _keep(work, f"SELECT * FROM {made}", what))


def _clusters(work: Work) -> str:
    """All profiles with their entities: those at hand as assigned, the others as before, or where their entity went."""
    if work.is_whole:
        return "SELECT profile_id, entity_id, has_number FROM assigned ORDER BY profile_id"
    work.engine.run(
        """CREATE OR REPLACE TABLE went AS SELECT DISTINCT here.entity_id AS old_id, assigned.entity_id AS new_id
        FROM assigned JOIN previous_here AS here USING (profile_id) ANTI JOIN reopened USING (profile_id)
        WHERE here.entity_id <> assigned.entity_id"""
    )
    work.engine.run("INSERT INTO moved SELECT old_id, new_id FROM went")
    return (
        "WITH numbered AS (SELECT DISTINCT entity_id FROM assigned WHERE has_number) "
        "SELECT profile_id, entity_id, has_number FROM assigned UNION ALL "
        "SELECT profile_id, coalesce(new_id, previous.entity_id), has_number OR numbered.entity_id IS NOT NULL "
        "FROM previous LEFT JOIN went ON old_id = previous.entity_id "
        "LEFT JOIN numbered ON numbered.entity_id = coalesce(new_id, previous.entity_id) "
        "WHERE profile_id NOT IN (SELECT profile_id FROM assigned)"
    )


def _hubs(work: Work, before: KindState) -> str:
    old = scan(work.workspace, (before.hubs,) if before.hubs else (), "SELECT * FROM hub WHERE false")
    every = f"SELECT kind, value, parties FROM hub UNION ALL SELECT kind, value, parties FROM ({old})"
    return f"SELECT kind, value, max(parties) AS parties FROM ({every}) GROUP BY ALL ORDER BY ALL"


def _doubts(work: Work, before: KindState) -> str:
    """Old doubts that are still open beside the new ones; what a person decided or a merge settled is none."""
    old = scan(work.workspace, (before.doubts,) if before.doubts else (), "SELECT * FROM doubt WHERE false")
    decided = [(one.left, one.right) for one in verdicts(work.workspace, work.rules.kind)]
    listed = ", ".join(f"({a}, {b})" for a, b in decided) or "(-1, -1)"
    return (
        f"WITH every AS (SELECT * FROM doubt UNION BY NAME SELECT * FROM ({old})) SELECT every.* FROM every "
        "JOIN now AS l ON l.profile_id = left_id JOIN now AS r ON r.profile_id = right_id "
        "WHERE l.entity_id <> r.entity_id "
        f"AND (least(left_id, right_id), greatest(left_id, right_id)) NOT IN ({listed}) "
        "ORDER BY probability DESC NULLS LAST, left_id, right_id"
    )


def _parties(engine: Engine) -> int:
    """How many entities there are now: those at hand and those that nothing new came near."""
    return int(engine.one("SELECT count(DISTINCT entity_id) + (SELECT parties FROM elsewhere) FROM assigned")[0])


def _keep(work: Work, query: str, what: str) -> str:
    return keep(work.workspace, work.engine, query, work.aside / f"{work.rules.kind}-{what}.parquet")


def _told(work: Work, pairs: int, changes: list[Change]) -> dict[str, Any]:
    engine = work.engine

    def count(what: str) -> int:
        return int(engine.one(f"SELECT count(*) FROM {what}")[0])

    return {
        "mentions": count("mention"),
        "profiles": count("fresh"),
        "entities": _parties(engine),
        "pairs": pairs,
        "reopened": count("reopened"),
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
