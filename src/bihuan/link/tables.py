"""The tables that linking writes, from what it remembers: all the first time, then what changed beside the rest.

<table>_made   the rows to be written of `entity`, `entity_of` and `tie`, without row_id
<table>_kept   the rows of the last linking that stay as they are, with their row_id; none where all is made anew
<table>_top    the last row_id of the last linking

every_…     what is remembered of all kinds: mention, profile, cluster, hub
who         in_table, in_row, role, profile_id, entity_id, kind
profile_of  profile columns, entity_id, kind, in_table, in_row (its first mention), rows
hub_of      kind, value, parties
"""

from __future__ import annotations

from bihuan.link.keys import KEYS
from bihuan.link.rules import FIELDS, KINDS, SHARED
from bihuan.link.state import State, scan
from bihuan.link.ties import make_ties, rebuilt
from bihuan.link.write import TABLES
from bihuan.store.engine import Engine, text
from bihuan.store.snapshot import Snapshot
from bihuan.store.workspace import Workspace

_PROFILE = ", ".join(
    [
        "CAST(NULL AS BIGINT) AS profile_id",
        *(f"CAST(NULL AS VARCHAR) AS {one}" for one in FIELDS if one != "other_number"),
    ]
    + [f"CAST(NULL AS {kind}) AS {name}" for name, kind in KEYS.items()]
)
EMPTY = {
    "profiles": f"SELECT {_PROFILE} WHERE false",
    "clusters": "SELECT CAST(NULL AS BIGINT) AS profile_id, CAST(NULL AS BIGINT) AS entity_id, false AS has_number "
    "WHERE false",
    "mentions": "SELECT '' AS in_table, CAST(0 AS BIGINT) AS in_row, '' AS role, CAST(0 AS BIGINT) AS profile_id WHERE "
    "false",
    "hubs": "SELECT '' AS kind, '' AS value, CAST(0 AS BIGINT) AS parties WHERE false",
    "edges": "SELECT CAST(0 AS BIGINT) AS left_id, CAST(0 AS BIGINT) AS right_id, '' AS tier, '' AS why, "
    "CAST(0 AS DOUBLE) AS weight, CAST(0 AS DOUBLE) AS probability WHERE false",
}

_FIRSTS = (
    "profile_id, of_kind AS kind, min(in_table) AS in_table, arg_min(in_row, (in_table, in_row)) AS in_row, "
    "count(*) AS rows"
)


def make_tables(  # noqa: PLR0913 - both states and what changed between them
    workspace: Workspace, engine: Engine, snapshot: Snapshot, *, before: State, after: State, changed: set[str]
) -> None:
    """Make `<table>_made` and `<table>_kept`. `changed` are the tables that have new rows."""
    _open(workspace, engine, after)
    # A new firm may have branches anywhere, and a person's word may move rows of any table: then all is made anew.
    is_small = (
        "entity" in snapshot.tables
        and "tie" in snapshot.tables
        and bool(before.kinds)
        and before.kind("organization").profiles == after.kind("organization").profiles
        and "relation" not in changed
    )
    if not is_small:
        _whole(engine, snapshot)
        return
    _touch(workspace, engine, before, after)
    _part(engine, snapshot, changed)


def _open(workspace: Workspace, engine: Engine, after: State) -> None:
    """Make views on what is remembered of all kinds: `every_mention`, `every_profile`, `every_cluster`; and `who`."""
    views: dict[str, list[str]] = {"mentions": [], "profiles": [], "clusters": [], "hubs": []}
    for kind in KINDS:
        held = after.kind(kind)
        for what, selects in views.items():
            found = getattr(held, what)
            hashes = found if isinstance(found, tuple) else (found,) if found else ()
            selects.append(f"SELECT *, '{kind}' AS of_kind FROM ({scan(workspace, hashes, EMPTY[what])})")
    for what, selects in views.items():
        engine.run(f"CREATE OR REPLACE VIEW every_{what.rstrip('s')} AS {' UNION ALL BY NAME '.join(selects)}")
    engine.run(
        """CREATE OR REPLACE VIEW who AS
        SELECT in_table, in_row, role, profile_id, entity_id, every_mention.of_kind AS kind
        FROM every_mention JOIN every_cluster USING (profile_id)"""
    )
    engine.run("CREATE OR REPLACE TABLE hub_of AS SELECT kind, value, parties FROM every_hub")


def _whole(engine: Engine, snapshot: Snapshot) -> None:
    engine.run(
        f"CREATE OR REPLACE TABLE first_seen AS SELECT {_FIRSTS} FROM every_mention GROUP BY profile_id, of_kind"
    )
    engine.run(
        """CREATE OR REPLACE VIEW profile_of AS SELECT * EXCLUDE (of_kind) FROM every_profile
        JOIN (SELECT profile_id, entity_id FROM every_cluster) AS c USING (profile_id)
        JOIN first_seen USING (profile_id)"""
    )
    make_ties(engine, snapshot)
    engine.run(f"CREATE OR REPLACE VIEW entity_made AS SELECT * FROM ({_ENTITIES}) UNION ALL {_VALUES}")
    engine.run(
        "CREATE OR REPLACE VIEW entity_of_made AS SELECT DISTINCT in_table, in_row, role, entity_id, kind FROM who"
    )
    for name in TABLES:
        engine.run(
            f"CREATE OR REPLACE VIEW {name}_kept AS SELECT CAST(0 AS BIGINT) AS row_id, * FROM {name}_made LIMIT 0"
        )
        engine.run(f"CREATE OR REPLACE VIEW {name}_top AS SELECT 0 AS row_id")


# What several profiles call differently is rare, so the names are listed for those only.
_ENTITIES = """WITH whole AS (
  SELECT entity_id, any_value(kind) AS kind, min(name) AS name, max(name) AS other, min(verified) AS number,
    max(CASE WHEN kind = 'person' THEN born END) AS born, sum(rows) AS mentions
  FROM profile_of GROUP BY entity_id
), called AS (
  SELECT entity_id, arg_max(name, (rows, name)) AS usual, list_sort(list(DISTINCT name)) AS names
  FROM profile_of SEMI JOIN (SELECT entity_id FROM whole WHERE name <> other) AS varied USING (entity_id)
  GROUP BY entity_id
)
SELECT entity_id, kind, coalesce(usual, name) AS name,
  array_to_string(list_filter(names, lambda x: x <> usual), '、') AS also, number, TRY_CAST(born AS DATE) AS born_on,
  mentions, false AS is_hub
FROM whole LEFT JOIN called USING (entity_id)"""
# What entities, and what they share, are made of; a branch's tie is made where all is made anew.
_SHOWN = ", ".join(["profile_id", "name", "verified", "born", *SHARED, *SHARED.values()])
_VALUES = "SELECT entity_id, kind, name, NULL, NULL, NULL, mentions, is_hub FROM value_made"


def _touch(workspace: Workspace, engine: Engine, before: State, after: State) -> None:
    """Make `touched` (entity_id), `touched_value` (kind, value) and the small `profile_of`; `moved` is there."""
    added = [tuple(one for one in after.kind(kind).mentions if one not in before.kind(kind).mentions) for kind in KINDS]
    new = " UNION ALL ".join(scan(workspace, one, EMPTY["mentions"]) for one in added)
    engine.run(f"CREATE OR REPLACE TABLE new_mention AS {new}")
    engine.run(
        """CREATE OR REPLACE TABLE touched AS SELECT DISTINCT entity_id FROM every_cluster
        SEMI JOIN new_mention USING (profile_id)
        UNION SELECT old_id FROM moved UNION SELECT new_id FROM moved"""
    )
    engine.run(
        "CREATE OR REPLACE TABLE own AS SELECT profile_id FROM every_cluster SEMI JOIN touched USING (entity_id)"
    )
    hubs = {kind for (kind,) in engine.rows("SELECT DISTINCT kind FROM hub_of")}
    values = " UNION ".join(
        f"SELECT {text(kind)} AS kind, {key} AS value FROM held WHERE {key} <> ''{_at_hub(kind, key, hubs)}"
        for kind, key in SHARED.items()
    )
    engine.run(
        f"""CREATE OR REPLACE TABLE touched_value AS
        WITH held AS (SELECT * FROM every_profile SEMI JOIN own USING (profile_id)) {values}"""
    )
    shares = " UNION ".join(
        f"SELECT profile_id FROM every_profile SEMI JOIN {touched} ON value = {column}"
        for kind, key in SHARED.items()
        for column, touched in _bearing(kind, key, hubs)
    )
    engine.run(f"CREATE OR REPLACE TABLE related AS FROM own UNION {shares}")
    engine.run(
        f"""CREATE OR REPLACE TABLE first_seen AS
        SELECT {_FIRSTS} FROM every_mention SEMI JOIN related USING (profile_id)
        GROUP BY profile_id, of_kind"""
    )
    engine.run(
        f"""CREATE OR REPLACE TABLE profile_of AS
        WITH profile AS (SELECT {_SHOWN} FROM every_profile SEMI JOIN related USING (profile_id)),
        cluster AS (SELECT profile_id, entity_id FROM every_cluster SEMI JOIN related USING (profile_id))
        SELECT * FROM profile JOIN cluster USING (profile_id) JOIN first_seen USING (profile_id)"""
    )


def _at_hub(kind: str, key: str, hubs: set[str]) -> str:
    """SQL for the hubs that profiles of `held` bear: a hub is no key of theirs, only a word."""
    if kind not in hubs:
        return ""
    values = f"SELECT value FROM hub_of WHERE kind = {text(kind)}"
    return f" UNION SELECT {text(kind)}, {kind} FROM held WHERE {key} IS NULL AND {kind} IN ({values})"


def _bearing(kind: str, key: str, hubs: set[str]) -> list[tuple[str, str]]:
    """Where bearers of touched values are found: (column, SQL for the values), of hubs in the words themselves."""
    touched = f"SELECT value FROM touched_value WHERE kind = {text(kind)}"
    found = [(key, f"({touched})")]
    if kind in hubs:
        found.append((kind, f"({touched} INTERSECT SELECT value FROM hub_of WHERE kind = {text(kind)})"))
    return found


def _part(engine: Engine, snapshot: Snapshot, changed: set[str]) -> None:
    """What changed, made anew, beside the rows of the last linking that did not."""
    make_ties(engine, snapshot, changed=changed)
    # Only the touched values are whole in `profile_of`; what it shows of others is a part.
    engine.run(
        """CREATE OR REPLACE TABLE value_id AS
        SELECT CAST(md5_number_lower(kind || '|' || value) >> 1 AS BIGINT) AS entity_id FROM touched_value"""
    )
    shared = ", ".join(text(kind) for kind in SHARED)
    engine.run(f"DELETE FROM tie_made WHERE kind IN ({shared}) AND to_entity NOT IN (SELECT entity_id FROM value_id)")
    engine.run("DELETE FROM value_made WHERE entity_id NOT IN (SELECT entity_id FROM value_id)")
    engine.run(
        f"""CREATE OR REPLACE VIEW entity_made AS
        SELECT * FROM ({_ENTITIES}) AS made SEMI JOIN touched USING (entity_id) UNION ALL {_VALUES}"""
    )
    engine.run(
        """CREATE OR REPLACE VIEW entity_kept AS FROM entity
        ANTI JOIN (FROM touched UNION FROM value_id) AS anew USING (entity_id)"""
    )
    engine.run(
        """CREATE OR REPLACE VIEW entity_of_made AS SELECT DISTINCT in_table, in_row, role, entity_id, kind FROM who
        SEMI JOIN new_mention USING (in_table, in_row, role)"""
    )
    engine.run(f"CREATE OR REPLACE VIEW entity_of_kept AS {_followed(engine, 'entity_of', 'entity_id')}")
    for name in TABLES:
        engine.run(f"CREATE OR REPLACE VIEW {name}_top AS SELECT coalesce(max(row_id), 0) AS row_id FROM {name}")
    anew = ", ".join(text(kind) for kind in rebuilt(changed)) or "''"
    engine.run(
        f"""CREATE OR REPLACE VIEW tie_kept AS
        WITH same AS (SELECT tie.* FROM tie ANTI JOIN value_id ON to_entity = entity_id AND kind IN ({shared})
          WHERE kind NOT IN ({anew}))
        FROM ({_followed(engine, "same", "from_entity", "to_entity")}) WHERE from_entity <> to_entity"""
    )


def _followed(engine: Engine, held: str, *columns: str) -> str:
    """SQL for the rows of `held` with known entities that went into others replaced by those."""
    if not engine.one("SELECT count(*) FROM moved")[0]:
        return f"SELECT * FROM {held}"
    joins = " ".join(f"LEFT JOIN moved AS of_{one} ON of_{one}.old_id = {held}.{one}" for one in columns)
    ends = ", ".join(f"coalesce(of_{one}.new_id, {held}.{one}) AS {one}" for one in columns)
    return f"SELECT {held}.* REPLACE ({ends}) FROM {held} {joins}"
