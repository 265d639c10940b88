"""Ties between entities, each with the row that shows it: control, kin, work, what is shared, payments, common tenders.

Every file of this module's table `TIES` is one SELECT over `who` (in_table, in_row, role, entity_id, kind), the model's
tables, `profile_of` (entity_id, kind, profile columns) and `unit_entity` (unit_id, entity_id); it gives kind,
from_entity, to_entity, share, amount, currency, times, from_date, to_date, in_table, in_row.
"""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.link.rules import SHARED
from bihuan.store.engine import Engine, text
from bihuan.store.snapshot import Snapshot

COLUMNS = (
    "kind", "from_entity", "to_entity", "share", "amount", "currency", "times", "weight", "from_date", "to_date",
    "in_table", "in_row",
)  # fmt: skip
MOST_BIDDERS, MOST_HOUSEHOLD = 50, 15  # more are a list of invitees, a dormitory


@dataclass(frozen=True)
class Tie:
    """One way in which two entities are tied."""

    reads: tuple[str, ...]
    sql: str
    kinds: tuple[str, ...]


def _plain(
    kind: str, table: str, roles: tuple[str, str], dates: str = "CAST(NULL AS DATE) AS d, CAST(NULL AS DATE) AS e"
) -> Tie:
    return Tie(
        (table,),
        f"""SELECT {text(kind)} AS kind, a.entity_id AS from_entity, b.entity_id AS to_entity, NULL AS share,
          NULL AS amount,
          NULL AS currency, count(*) AS times, min(d) AS from_date, max(e) AS to_date, {text(table)} AS in_table,
            min(row_id) AS in_row
        FROM (SELECT row_id, {dates} FROM {table}) AS t
        JOIN who AS a ON a.in_table = {text(table)} AND a.in_row = row_id AND a.role = {text(roles[0])}
        JOIN who AS b ON b.in_table = {text(table)} AND b.in_row = row_id AND b.role = {text(roles[1])}
        WHERE a.entity_id <> b.entity_id GROUP BY ALL""",
        (kind,),
    )


def _employed(table: str, role: str, dates: str) -> Tie:
    return Tie(
        (table,),
        f"""SELECT 'employed' AS kind, a.entity_id AS from_entity, b.entity_id AS to_entity, NULL AS share,
          NULL AS amount,
          NULL AS currency, count(*) AS times, min(d) AS from_date, max(e) AS to_date, {text(table)} AS in_table,
            min(row_id) AS in_row
        FROM (SELECT row_id, unit_id, {dates} FROM {table}) AS t
        JOIN who AS a ON a.in_table = {text(table)} AND a.in_row = row_id AND a.role = {text(role)}
        JOIN unit_entity AS b USING (unit_id) WHERE a.entity_id <> b.entity_id GROUP BY ALL""",
        ("employed",),
    )


_RELATION = Tie(
    ("relation",),
    """WITH held AS (
      SELECT row_id, org_id, CASE kind WHEN 'supervisor' THEN 'officer' WHEN 'agent' THEN 'contact'
        WHEN 'other' THEN 'contact'
        ELSE coalesce(kind, CASE WHEN coalesce(subscribed, share) IS NOT NULL THEN 'shareholder'
          ELSE 'officer' END) END AS kind,
        share, subscribed, from_date, to_date FROM relation
    ),
    tied AS (
      SELECT held.*, a.entity_id AS from_entity, b.entity_id AS to_entity FROM held
      JOIN who AS a ON a.in_table = 'relation' AND a.in_row = row_id AND a.role = 'holder'
      JOIN who AS b ON b.in_table = 'relation' AND b.in_row = row_id AND b.role = 'firm'
      WHERE a.entity_id <> b.entity_id
    )
    SELECT kind, from_entity, to_entity,
      CASE WHEN kind = 'shareholder' THEN coalesce(max(share), CAST(sum(subscribed) / nullif(sum(sum(subscribed)) OVER
        firm, 0) AS DECIMAL(18, 6))) END AS share,
      sum(subscribed) AS amount, NULL AS currency, count(*) AS times, min(from_date) AS from_date,
      CASE WHEN count(to_date) = count(*) THEN max(to_date) END AS to_date, 'relation' AS in_table,
        min(row_id) AS in_row
    FROM tied GROUP BY kind, from_entity, to_entity WINDOW firm AS (PARTITION BY kind, to_entity)""",
    ("shareholder", "legal_person", "officer", "controller", "branch", "contact"),
)
_HOUSEHOLD = Tie(
    ("person",),
    f"""WITH home AS (
      SELECT row_id, household_no, entity_id, relation_to_householder AS post FROM person
      JOIN who ON in_table = 'person' AND in_row = row_id AND role = 'self' WHERE household_no IS NOT NULL
      QUALIFY count(*) OVER (PARTITION BY household_no) BETWEEN 2 AND {MOST_HOUSEHOLD}
    ),
    head AS (
      SELECT household_no, entity_id FROM home
      QUALIFY row_number() OVER (PARTITION BY household_no ORDER BY coalesce(post, '') IN ('户主', '本人') DESC,
        row_id) = 1
    )
    SELECT 'kin' AS kind, home.entity_id AS from_entity, head.entity_id AS to_entity, NULL AS share, NULL AS amount,
      NULL AS currency, count(*) AS times, NULL AS from_date, NULL AS to_date, 'person' AS in_table,
        min(row_id) AS in_row
    FROM home JOIN head USING (household_no) WHERE home.entity_id <> head.entity_id GROUP BY ALL""",
    ("kin",),
)
_BRANCH = Tie(
    (),
    """SELECT 'branch' AS kind, whole.entity_id AS from_entity, part.entity_id AS to_entity, NULL AS share,
      NULL AS amount,
      NULL AS currency, count(*) AS times, NULL AS from_date, NULL AS to_date, min(part.in_table) AS in_table,
        min(part.in_row) AS in_row
    FROM profile_of AS part JOIN profile_of AS whole
      ON whole.plain = left(part.plain, length(part.plain) - length(part.branch)) AND coalesce(whole.branch, '') = ''
    WHERE part.branch <> '' AND part.kind = 'organization' AND whole.kind = 'organization'
      AND part.entity_id <> whole.entity_id
    GROUP BY ALL""",
    ("branch",),
)
_PAID = Tie(
    ("bank_transaction",),
    """WITH moved AS (
      SELECT row_id, out_amount > 0 AS is_out, coalesce(nullif(out_amount, 0), in_amount) AS amount, currency,
        transacted_on
      FROM bank_transaction WHERE coalesce(out_amount, 0) > 0 OR coalesce(in_amount, 0) > 0
    )
    SELECT 'paid' AS kind, CASE WHEN is_out THEN a.entity_id ELSE b.entity_id END AS from_entity,
      CASE WHEN is_out THEN b.entity_id ELSE a.entity_id END AS to_entity, NULL AS share, CAST(sum(amount) AS
        DECIMAL(18, 2)) AS amount,
      currency, count(*) AS times, min(transacted_on) AS from_date, max(transacted_on) AS to_date,
      'bank_transaction' AS in_table, min(row_id) AS in_row
    FROM moved JOIN who AS a ON a.in_table = 'bank_transaction' AND a.in_row = row_id AND a.role = 'holder'
    JOIN who AS b ON b.in_table = 'bank_transaction' AND b.in_row = row_id AND b.role = 'other'
    WHERE a.entity_id <> b.entity_id GROUP BY ALL""",
    ("paid",),
)
_PAID_BY_UNIT = Tie(
    ("payment",),
    """SELECT 'paid' AS kind, b.entity_id AS from_entity, a.entity_id AS to_entity, NULL AS share, CAST(sum(amount) AS
      DECIMAL(18, 2)) AS amount,
      currency, count(*) AS times, min(paid_on) AS from_date, max(paid_on) AS to_date, 'payment' AS in_table,
        min(row_id) AS in_row
    FROM payment JOIN who AS a ON a.in_table = 'payment' AND a.in_row = row_id AND a.role = 'payee'
    JOIN unit_entity AS b USING (unit_id) WHERE amount > 0 AND a.entity_id <> b.entity_id GROUP BY ALL""",
    ("paid",),
)
_TOGETHER = Tie(
    ("bid",),
    f"""WITH met AS (
      SELECT DISTINCT coalesce(ocid, tender_id) || '|' || coalesce(lot_id, '') AS process, entity_id,
        min(row_id) OVER (PARTITION BY coalesce(ocid, tender_id), lot_id, entity_id) AS row_id, bid_on
      FROM bid JOIN who ON in_table = 'bid' AND in_row = row_id AND role = 'bidder' WHERE coalesce(ocid,
        tender_id) IS NOT NULL
    ),
    small AS (SELECT process FROM met GROUP BY process HAVING count(*) BETWEEN 2 AND {MOST_BIDDERS})
    SELECT 'bid_together' AS kind, a.entity_id AS from_entity, b.entity_id AS to_entity, NULL AS share, NULL AS amount,
      NULL AS currency, count(DISTINCT process) AS times, min(a.bid_on) AS from_date, max(a.bid_on) AS to_date,
        'bid' AS in_table, min(a.row_id) AS in_row
    FROM met AS a SEMI JOIN small USING (process) JOIN met AS b USING (process)
    WHERE a.entity_id < b.entity_id GROUP BY ALL""",
    ("bid_together",),
)
TIES = (
    _RELATION, _HOUSEHOLD, _BRANCH, _PAID, _PAID_BY_UNIT, _TOGETHER,
    _plain("legal_person", "organization", ("legal_person", "self")),
    _plain("kin", "kinship", ("self", "other"), "from_date AS d, to_date AS e"),
    _plain("employed", "social_insurance", ("insured", "employer"), "coalesce(from_date, month) AS d, "
        "coalesce(to_date, month) AS e"),
    _plain("contact", "bid", ("contact", "bidder"), "bid_on AS d, bid_on AS e"),
    _employed("payroll", "employee", "month AS d, month AS e"),
    _employed("official", "self", "from_date AS d, to_date AS e"),
)  # fmt: skip


def rebuilt(changed: set[str]) -> set[str]:
    """The kinds of ties that must be made anew when these tables have new rows, with all that come out of one query."""
    found = {kind for one in TIES if changed & set(one.reads) for kind in one.kinds}
    while more := {kind for one in TIES if found & set(one.kinds) for kind in one.kinds} - found:
        found |= more
    return found


def make_ties(engine: Engine, snapshot: Snapshot, *, changed: set[str] | None = None) -> None:
    """Make `tie_made` with COLUMNS, and `value_made` (entity_id, kind, name, mentions, is_hub): what several share.

    With `changed`, of the other ties only the kinds that `rebuilt` names.
    """
    wanted = None if changed is None else rebuilt(changed)
    _make_units(engine, snapshot)
    typed = (
        "kind VARCHAR, from_entity BIGINT, to_entity BIGINT, share DECIMAL(18,6), amount DECIMAL(18,2), currency "
        "VARCHAR, "
        "times BIGINT, weight DECIMAL(18,6), from_date DATE, to_date DATE, in_table VARCHAR, in_row BIGINT"
    )
    engine.run(f"CREATE OR REPLACE TABLE tie_made ({typed})")
    plain = [one for one in COLUMNS if one != "weight"]
    for one in TIES:
        if (wanted is None or set(one.kinds) & wanted) and all(name in snapshot.tables for name in one.reads):
            engine.run(
                f"INSERT INTO tie_made ({', '.join(plain)}, weight) SELECT {', '.join(plain)}, 1 FROM ({one.sql})"
            )
    engine.run(
        "CREATE OR REPLACE TABLE value_made (entity_id BIGINT, kind VARCHAR, name VARCHAR, mentions BIGINT, is_hub "
        "BOOLEAN)"
    )
    for kind, key in SHARED.items():
        _share(engine, kind, key)


def _share(engine: Engine, kind: str, key: str) -> None:
    """Ties of entities to a value that several of them have; hubs stay visible and weigh nothing."""
    engine.run(
        f"""CREATE OR REPLACE TABLE sharing AS
        WITH hubs AS (SELECT value FROM hub_of WHERE kind = {text(kind)}),
        bearing AS (
          SELECT {key} AS value, entity_id, in_table, in_row FROM profile_of WHERE {key} <> ''
          UNION ALL  -- a hub is no key of its bearers any more, but is to be seen
          SELECT {kind}, entity_id, in_table, in_row FROM profile_of WHERE {key} IS NULL AND {kind} IN (SELECT value
            FROM hubs)
        ),
        held AS (SELECT value, entity_id, min(in_table) AS in_table, arg_min(in_row, (in_table, in_row)) AS in_row,
          count(*) AS times
          FROM bearing GROUP BY ALL),
        several AS (SELECT value, count(*) AS parties FROM held GROUP BY value HAVING count(*) > 1)
        SELECT held.*, parties, value IN (SELECT value FROM hubs) OR parties > 40 AS is_hub,
          CAST(md5_number_lower({text(kind + "|")} || value) >> 1 AS BIGINT) AS value_id
        FROM held JOIN several USING (value)"""
    )
    engine.run(
        f"""INSERT INTO tie_made (kind, from_entity, to_entity, times, weight, in_table, in_row)
        SELECT {text(kind)}, entity_id, value_id, times,
          CASE WHEN is_hub THEN 0 ELSE CAST(1 / log2(1 + parties) AS DECIMAL(18, 6)) END, in_table, in_row
        FROM sharing"""
    )
    engine.run(f"INSERT INTO value_made SELECT DISTINCT value_id, {text(kind)}, value, parties, is_hub FROM sharing")
    engine.run("DROP TABLE sharing")


def _make_units(engine: Engine, snapshot: Snapshot) -> None:
    """The table `unit_entity`: which organisation a unit's code stands for, as its pay slips and posts name it."""
    engine.run("CREATE OR REPLACE TABLE unit_entity (unit_id VARCHAR, entity_id BIGINT)")
    selects = [
        f"SELECT unit_id, entity_id FROM {name} JOIN who ON in_table = {text(name)} AND in_row = row_id AND role = "
        "'unit'"
        for name in ("official", "payroll")
        if name in snapshot.tables
    ]
    if "organization" in snapshot.tables:
        selects.append(
            "SELECT org_id AS unit_id, entity_id FROM organization JOIN who ON in_table = 'organization' "
            "AND in_row = row_id AND role = 'self' WHERE org_id IS NOT NULL"
        )
    if selects:
        engine.run(
            f"INSERT INTO unit_entity SELECT unit_id, min(entity_id) FROM ({' UNION ALL '.join(selects)}) GROUP BY "
            "unit_id"
        )
