"""From the books to mentions: each row where a party stands, and the distinct profiles that the rows give of it.

mention  in_table, in_row, role, profile_id
fresh    profile_id and FIELDS: profiles that were not known before

A profile's id is a hash of what it says, so that the same words in two departments are one profile and the same books
give the same ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from bihuan.link.rules import FIELDS, Mention, Rules
from bihuan.model.table import table
from bihuan.model.values import companies
from bihuan.store.engine import Engine, quoted, text

STRONG = ("number", "other_number", "registration", "born", "phone", "account", "address", "email")
_PERSON_NUMBER = r"[1-9]\d{5}(?:18|19|20)\d{9}[\dX]"


def make_mentions(engine: Engine, rules: Rules, sources: Mapping[str, str]) -> None:
    """Make `mention` and `fresh` from the tables in `sources` (name → SQL that reads its rows)."""
    wanted = [one for one in rules.mentions if one.table in sources]
    _make_named(engine, wanted, sources)
    wide = "\nUNION ALL\n".join(_select(one, rules.kind, sources[one.table]) for one in wanted) or _nothing()
    listed = ", ".join(FIELDS)
    whole = f"SELECT in_table, in_row, role, {_id(rules.kind)} AS profile_id, {listed}, context FROM ({wide})"
    engine.run(f"CREATE OR REPLACE TABLE mention AS SELECT in_table, in_row, role, profile_id FROM ({whole})")
    firsts = ", ".join(f"any_value({one}) AS {one}" for one in FIELDS)
    engine.run(f"CREATE OR REPLACE TABLE fresh AS SELECT profile_id, {firsts} FROM ({whole}) GROUP BY profile_id")


def _select(one: Mention, kind: str, scan: str) -> str:
    """The rows of one mention under the names of FIELDS."""
    cells = [_cell(name, one) for name in FIELDS]
    context = _context(one)
    conditions = [f"{quoted(one.columns['name'])} IS NOT NULL", *([one.where] if one.where else [])]
    if one.kind_by_name:
        conditions.append(_of_kind(one, kind))
    per = f" QUALIFY row_number() OVER (PARTITION BY {one.one_per} ORDER BY row_id) = 1" if one.one_per else ""
    return (
        f"SELECT {text(one.table)} AS in_table, row_id AS in_row, {text(one.role)} AS role, {', '.join(cells)}, "
        f"{context} AS context FROM ({scan}) WHERE {' AND '.join(conditions)}{per}"
    )


def _cell(name: str, one: Mention) -> str:
    column = one.columns.get(name)
    return f"CAST({quoted(column)} AS VARCHAR) AS {name}" if column else f"CAST(NULL AS VARCHAR) AS {name}"


def _context(one: Mention) -> str:
    """What keeps namesakes apart of whom nothing else is known: where they stand, else each row by itself."""
    if one.context is None:
        return "CAST(row_id AS VARCHAR)"
    return f"coalesce({text(one.table + ':')} || CAST({quoted(one.context)} AS VARCHAR), CAST(row_id AS VARCHAR))"


def _of_kind(one: Mention, kind: str) -> str:
    name, number = quoted(one.columns["name"]), one.columns.get("number")
    told = f"(SELECT kind FROM named WHERE named.name = {name})"
    if number is None:
        return f"{told} = {text(kind)}"
    by_number = f"CASE WHEN regexp_full_match({quoted(number)}, {text(_PERSON_NUMBER)}) THEN 'person' END"
    return f"coalesce({by_number}, {told}) = {text(kind)}"


def _id(kind: str) -> str:
    """The hash of what is said; where nothing but the name is, of where it is said as well. Names alone of firms do."""
    known = " OR ".join(f"{one} IS NOT NULL" for one in STRONG)
    context = f"CASE WHEN {known} THEN '' ELSE context END" if kind == "person" else "''"
    said = ", ".join(f"coalesce({one}, '')" for one in FIELDS if one != "email")
    # An e-mail came later: where there is none, nothing is said of it, so that ids stay.
    return f"CAST(md5_number_lower(concat_ws(chr(31), {text(kind)}, {said}, {context}, email)) >> 1 AS BIGINT)"


def _nothing() -> str:
    cells = ", ".join(f"CAST(NULL AS VARCHAR) AS {one}" for one in (*FIELDS, "context"))
    return f"SELECT '' AS in_table, CAST(0 AS BIGINT) AS in_row, '' AS role, {cells} WHERE false"


def _make_named(engine: Engine, wanted: Iterable[Mention], sources: Mapping[str, str]) -> None:
    """The table `named`: for each name in a column that holds persons and firms alike, which it is."""
    selects = [
        f"SELECT {quoted(one.columns['name'])} AS name FROM ({sources[one.table]})"
        for one in wanted
        if one.kind_by_name
    ]
    engine.run("CREATE OR REPLACE TABLE named (name VARCHAR, kind VARCHAR)")
    if not selects:
        return
    union = " UNION ALL ".join(selects)
    for batch in engine.cursor().arrow(f"SELECT DISTINCT name FROM ({union}) WHERE name IS NOT NULL"):
        names = batch["name"].to_pylist()
        kinds = [_kind(one) for one in names]
        engine.register("told", pa.table({"name": names, "kind": kinds}))
        engine.run("INSERT INTO named SELECT name, kind FROM told")
        engine.unregister("told")


def _kind(name: str) -> str:
    found = companies.kind_of(name)
    return "organization" if found in ("company", "organ") else found


def columns_needed(rules: Rules, name: str) -> list[str]:
    """The columns of a table that the rules look at."""
    known = set(table(name).names)
    held = {"row_id"}
    for one in rules.mentions:
        if one.table == name:
            held |= {*one.columns.values(), one.context or "row_id", one.one_per or "row_id"}
            held |= {word for word in known if one.where and word in one.where}
    return sorted(held)
