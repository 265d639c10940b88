"""A file of compiled OCDS releases read straight into tables for a first look: only the fields that methods read.

Nothing is kept. The number of a row is that of its release in the file times 2^26 plus its place in the release, so
that evidence still leads back to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bihuan.errors import BadSource
from bihuan.examine import parameters
from bihuan.model.table import SQL_TYPES, tables
from bihuan.settings import Settings
from bihuan.store.engine import Engine, EngineError, connect, text

PLACES = 1 << 26  # rows that one release may give a table
USUAL = 16 * 2**20
LARGEST = 512 * 2**20  # bytes of one release; read so only where the usual 16 MB are too few
_WHO = "STRUCT(id VARCHAR, name VARCHAR)"
_VALUE = "STRUCT(amount DECIMAL(18,2), currency VARCHAR)"
_PERIOD = 'STRUCT("startDate" VARCHAR, "endDate" VARCHAR)'
_ITEM = "STRUCT(id VARCHAR, description VARCHAR, classification STRUCT(scheme VARCHAR, id VARCHAR), quantity DOUBLE)"
FIELDS = {
    "ocid": "VARCHAR",
    "date": "VARCHAR",
    "tag": "VARCHAR[]",
    "buyer": _WHO,
    "tender": (
        f'STRUCT(id VARCHAR, title VARCHAR, status VARCHAR, "procurementMethod" VARCHAR, '
        f'"procurementMethodDetails" VARCHAR, "numberOfTenderers" BIGINT, "procuringEntity" {_WHO}, value {_VALUE}, '
        f'"datePublished" VARCHAR, "tenderPeriod" {_PERIOD}, "bidOpening" STRUCT(date VARCHAR))'
    ),
    "bids": (
        f'STRUCT(details STRUCT(id VARCHAR, date VARCHAR, status VARCHAR, "relatedLots" VARCHAR[], value {_VALUE}, '
        f"tenderers {_WHO}[])[])"
    ),
    "awards": (
        f'STRUCT(id VARCHAR, date VARCHAR, status VARCHAR, "relatedLots" VARCHAR[], value {_VALUE}, '
        f"suppliers {_WHO}[], "
        f"items {_ITEM}[])[]"
    ),
}
# Columns that a release cannot fill but that methods compare with.
_NEVER = {"bid": ("reject_reason",), "purchase_item": ("price", "amount", "currency")}
_SHARED = {
    "unit_id": "unit_id",
    "unit_name": "buyer.name",
    "ocid": "ocid",
    "tender_id": "coalesce(tender.id, ocid)",
}
_TABLES = {
    "tender": (
        "numbered",
        "1",
        {
            "title": "tender.title",
            "procuring_entity_id": 'tender."procuringEntity".id',
            "procuring_entity_name": 'tender."procuringEntity".name',
            "method": 'tender."procurementMethod"',
            "method_details": 'tender."procurementMethodDetails"',
            "status": "tender.status",
            "amount": "tender.value.amount",
            "currency": "tender.value.currency",
            "published_on": 'tender."datePublished"',
            "tender_start": 'tender."tenderPeriod"."startDate"',
            "tender_end": 'tender."tenderPeriod"."endDate"',
            "opened_at": 'tender."bidOpening".date',
            "bidders_declared": 'tender."numberOfTenderers"',
        },
    ),
    "bid": (
        "(SELECT line, unit_id, buyer, ocid, tender, unnest(bids.details) AS one, "
        "generate_subscripts(bids.details, 1) AS nth FROM numbered)",
        "one.tenderers",
        {
            "tender_title": "tender.title",
            "lot_id": """array_to_string(one."relatedLots", '; ')""",
            "bid_id": "one.id",
            "bid_on": 'coalesce(one.date, tender."bidOpening".date)',
            "submitted_at": "CASE WHEN contains(one.date, 'T') THEN one.date END",
            "status": "one.status",
            "amount": "CASE WHEN member_no = 1 THEN one.value.amount END",
            "currency": "one.value.currency",
            "bidder_id": "who.id",
            "bidder_name": "coalesce(who.name, who.id)",
        },
    ),
    "award": (
        "(SELECT line, unit_id, buyer, ocid, tender, unnest(awards) AS one, "
        "generate_subscripts(awards, 1) AS nth FROM numbered)",
        "one.suppliers",
        {
            "lot_id": """array_to_string(one."relatedLots", '; ')""",
            "award_id": "one.id",
            "awarded_on": "one.date",
            "status": "one.status",
            "amount": "CASE WHEN member_no = 1 THEN one.value.amount END",
            "currency": "one.value.currency",
            "supplier_id": "who.id",
            "supplier_name": "coalesce(who.name, who.id)",
        },
    ),
}


@dataclass(frozen=True)
class Read:
    """What a file gave: releases, rows by table, and versions of a process that a later one replaces."""

    releases: int
    rows: dict[str, int]
    replaced: int


@contextmanager
def opened(path: Path, settings: Settings, spill: Path | None = None) -> Iterator[tuple[Engine, Read]]:
    """A session over a file's releases as `tender`, `bid`, `award` and `purchase_item`; BadSource where it is none."""
    with connect(settings, spill=spill) as engine:
        _read(engine, path)
        replaced = _replaced(engine, path)
        for name in (*_TABLES, "purchase_item"):
            engine.run(_made(name))
        releases = int(engine.one("SELECT count(*) FROM release")[0])
        units = [row[0] for row in engine.rows("SELECT DISTINCT unit_id FROM release WHERE unit_id IS NOT NULL")]
        engine.run("DROP VIEW numbered")
        engine.run("DROP TABLE release")
        parameters.install(engine, parameters.shipped(), dict.fromkeys(units, settings.place))
        rows = {name: int(engine.one(f"SELECT count(*) FROM {name}")[0]) for name in (*_TABLES, "purchase_item")}
        yield engine, Read(releases, rows, replaced)


def _read(engine: Engine, path: Path) -> None:
    try:
        _filled(engine, path, USUAL)
    except EngineError as error:
        if "maximum_object_size" not in str(error):
            raise BadSource(_unreadable(path, error)) from None
        try:
            _filled(engine, path, LARGEST)
        except EngineError as larger:
            raise BadSource(_unreadable(path, larger)) from None
    engine.run("CREATE TEMP VIEW numbered AS SELECT rowid + 1 AS line, * FROM release")
    if not engine.rows("SELECT 1 FROM release LIMIT 1"):
        raise BadSource(f"{path.name}: no release stands in it. Ask for the file again.")
    strange = engine.rows("SELECT line FROM numbered WHERE ocid IS NULL ORDER BY line LIMIT 1")
    if strange:
        raise BadSource(
            f"{path.name}, release {strange[0][0]}: no ocid stands there. A first look reads compiled releases, "
            f"one a line or in one list; for packages and records: bihuan collect {path.name}"
        )


def _unreadable(path: Path, error: EngineError) -> str:
    """What is wrong and where; the engine's own line numbers count from the middle of a file, so they are not told."""
    words = re.sub(r"\s+", " ", re.sub(r",? (at byte \d+ )?in line \d+", "", str(error))).split(" Try ")[0][:300]
    bad = _first_bad(path) if _starts(path) != "[" else None
    place = f", line {bad}" if bad else ""
    return f"{path.name}{place}: {words.rstrip('. ')}. Mend it, or collect it: bihuan collect {path.name}"


def _first_bad(path: Path) -> int | None:
    """The first line that is no JSON."""
    if path.suffix == ".gz":
        return None
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                json.loads(line.strip() or b"{}")
            except ValueError:
                return number
    return None


def _filled(engine: Engine, path: Path, size: int) -> None:
    columns = ", ".join(f"{name}: {text(kind)}" for name, kind in FIELDS.items())
    form = "array" if _starts(path) == "[" else "newline_delimited"
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE release AS
        SELECT ocid, date, list_contains(tag, 'compiled') AS is_compiled, buyer,
          coalesce(buyer.id, buyer.name, tender."procuringEntity".id, tender."procuringEntity".name) AS unit_id,
          tender, bids, awards
        FROM read_json({text(str(path))}, format = '{form}', columns = {{{columns}}}, maximum_object_size = {size})"""
    )


def _starts(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1].decode("latin-1")


def _replaced(engine: Engine, path: Path) -> int:
    """Of a process that stands more than once, the compiled release of the latest date stays."""
    twice = "SELECT ocid FROM release GROUP BY ocid HAVING count(*) > 1"
    if not engine.rows(f"{twice} LIMIT 1"):
        return 0
    if engine.rows(
        f"SELECT 1 FROM release JOIN ({twice}) USING (ocid) WHERE is_compiled IS DISTINCT FROM true LIMIT 1"
    ):
        raise BadSource(
            f"{path.name}: processes stand in several releases that are not compiled. "
            f"Collecting merges them: bihuan collect {path.name}"
        )
    engine.run(
        f"""CREATE TEMP TABLE older AS SELECT line FROM numbered JOIN ({twice}) USING (ocid)
        QUALIFY row_number() OVER (
          PARTITION BY ocid ORDER BY try_cast(date AS TIMESTAMPTZ) DESC NULLS LAST, line DESC) > 1"""
    )
    engine.run("DELETE FROM release WHERE rowid + 1 IN (SELECT line FROM older)")
    return int(engine.one("SELECT count(*) FROM older")[0])


def _made(name: str) -> str:
    """The statement that makes one table, its columns of the model's types."""
    if name == "purchase_item":
        return _items()
    source, members, columns = _TABLES[name]
    rows = f"line * {PLACES}"
    if members == "1":
        cells = _typed(name, columns)
        return f"CREATE TABLE tender AS SELECT {rows} + 1 AS row_id, {cells} FROM {source} WHERE tender IS NOT NULL"
    cells = _typed(name, columns)
    return f"""CREATE TABLE {name} AS SELECT {rows} + nth * 64 + member_no AS row_id, member_no, members, {cells}
        FROM (SELECT *, unnest({members}) AS who, generate_subscripts({members}, 1) AS member_no,
          len({members}) AS members FROM {source})"""


def _items() -> str:
    """Items of awards, with the award's first supplier."""
    return f"""CREATE TABLE purchase_item AS
        SELECT line * {PLACES} + nth * 64 + part AS row_id, unit_id, buyer.name AS unit_name, ocid,
          coalesce(tender.id, ocid) AS tender_id, 'award' AS stage, one.id AS parent_id, item.id AS item_id,
          coalesce(item.description, item.classification.id, item.id) AS item, item.classification.scheme AS scheme,
          item.classification.id AS classification, try_cast(left(one.date, 10) AS DATE) AS on_date,
          one.suppliers[1].id AS supplier_id, coalesce(one.suppliers[1].name, one.suppliers[1].id) AS supplier_name,
          CAST(item.quantity AS {SQL_TYPES["quantity"]}) AS quantity, {_never("purchase_item")}
        FROM (SELECT *, unnest(one.items) AS item, generate_subscripts(one.items, 1) AS part
          FROM {_TABLES["award"][0]})"""


def _typed(name: str, columns: dict[str, str]) -> str:
    """The cells of a table in the model's types; text that is no date is left blank."""
    kinds = {one.name: SQL_TYPES[one.type] for one in tables()[name].columns}
    made = [f"{_cell(kinds[column], value)} AS {column}" for column, value in {**_SHARED, **columns}.items()]
    return ", ".join([*made, *([_never(name)] if name in _NEVER else [])])


def _cell(kind: str, value: str) -> str:
    if kind == "DATE":
        return f"try_cast(left({value}, 10) AS DATE)"
    return value if kind == "VARCHAR" else f"try_cast({value} AS {kind})"


def _never(name: str) -> str:
    kinds = {one.name: SQL_TYPES[one.type] for one in tables()[name].columns}
    return ", ".join(f"CAST(NULL AS {kinds[one]}) AS {one}" for one in _NEVER[name])
