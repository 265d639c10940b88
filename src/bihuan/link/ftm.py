"""Entities and ties as FollowTheMoney, JSON Lines, so that Aleph, OpenAleph and OpenSanctions can read them.

Written in SQL from `entity` and `tie`; nothing of that project is needed to write it.
"""

from __future__ import annotations

from pathlib import Path

from bihuan.store.engine import Engine, text

_SCHEMA = {"person": "Person", "organization": "Organization", "account": "BankAccount", "address": "Address"}
# Tie → (schema, property of the start, property of the end). What FollowTheMoney has no word for is UnknownLink.
_EDGES = {
    "shareholder": ("Ownership", "owner", "asset"),
    "controller": ("Ownership", "owner", "asset"),
    "legal_person": ("Directorship", "director", "organization"),
    "officer": ("Directorship", "director", "organization"),
    "employed": ("Employment", "employee", "employer"),
    "kin": ("Family", "person", "relative"),
    "contact": ("Representation", "agent", "client"),
    "branch": ("UnknownLink", "subject", "object"),
    "paid": ("Payment", "payer", "beneficiary"),
    "bid_together": ("UnknownLink", "subject", "object"),
}


def export(engine: Engine, out: Path) -> int:
    """Write all parties and their ties; gives how many objects. Sorted: the same books give the same file."""
    schema = " ".join(f"WHEN {text(kind)} THEN {text(name)}" for kind, name in _SCHEMA.items())
    nodes = (
        f"SELECT {_id('entity_id')} AS id, CASE kind {schema} END AS schema, "
        "CASE kind WHEN 'account' THEN json_object('accountNumber', [name]) WHEN 'address' THEN json_object('full', "
        "[name]) "
        "ELSE json_object('name', [name], 'alias', coalesce(string_split(also, '、'), []), "
        "CASE kind WHEN 'person' THEN 'idNumber' ELSE 'registrationNumber' END, CASE WHEN number IS NULL THEN [] ELSE "
        "[number] END, "
        "'country', ['cn']) END AS properties FROM entity WHERE kind IN ('person', 'organization', 'account', "
        "'address')"
    )
    edges = [_edge(kind, *held) for kind, held in _EDGES.items()]
    union = " UNION ALL ".join([nodes, *edges])
    engine.run(
        f"COPY (SELECT id, schema, properties FROM ({union}) ORDER BY schema, id) TO {text(str(out))} (FORMAT json)"
    )
    return int(engine.one(f"SELECT count(*) FROM ({union})")[0])


def _edge(kind: str, schema: str, start: str, end: str) -> str:
    role = "percentage" if schema == "Ownership" else "amount" if schema == "Payment" else None
    value = {"percentage": "share * 100", "amount": "amount"}.get(role or "", "NULL")
    extra = f", '{role}', CASE WHEN {value} IS NULL THEN [] ELSE [CAST({value} AS VARCHAR)] END" if role else ""
    dates = (
        f"'date', {_list('from_date')}"
        if schema == "Payment"
        else f"'startDate', {_list('from_date')}, 'endDate', {_list('to_date')}"
    )
    return (
        f"SELECT 'tie-' || lower(printf('%x', row_id)) AS id, {text(schema)} AS schema, "
        f"json_object({text(start)}, [{_id('from_entity')}], {text(end)}, [{_id('to_entity')}], {dates}{extra}, "
        f"'recordId', [in_table || ':' || in_row]) AS properties FROM tie WHERE kind = {text(kind)}"
    )


def _list(column: str) -> str:
    return f"CASE WHEN {column} IS NULL THEN [] ELSE [CAST({column} AS VARCHAR)] END"


def _id(column: str) -> str:
    return f"'bihuan-' || lower(printf('%016x', {column}))"
