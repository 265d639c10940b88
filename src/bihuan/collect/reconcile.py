"""The journal beside the balances, wherever the books hold both."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.collect.controls import journal_against_balances
from bihuan.collect.desk import Desk
from bihuan.collect.identity import Held
from bihuan.collect.parts import Aside
from bihuan.model.table import table
from bihuan.store.engine import quoted
from bihuan.store.snapshot import Control, Part, Source, relation

_COLUMNS = {
    "journal_line": ("unit_id", "book_id", "fiscal_year", "period", "account_code", "debit", "credit", "status"),
    "account_balance": (
        "unit_id",
        "book_id",
        "fiscal_year",
        "period",
        "account_code",
        "aux_kind",
        "aux_code",
        "debit",
        "credit",
    ),
}


def reconcile(asides: Sequence[Aside], replaced: Sequence[Source], held: Held, desk: Desk) -> Control | None:
    """Journal = balances by account and period, over the new rows and those that stay in the books."""
    if not any(one.table.name in _COLUMNS for one in asides):
        return None
    gone = {one.number for one in replaced}
    units = _units(asides, desk)
    parts = [one for one in held.parts if one.source not in gone and (one.units is None or units & set(one.units))]
    scans = {name: _scan(name, asides, parts, held) for name in _COLUMNS}
    if not all(scans.values()):
        return None
    listed = f"unit_id IN (SELECT DISTINCT unit_id FROM ({_own(asides)}))"
    journal, balances = (f"SELECT * FROM ({scans[name]}) WHERE {listed}" for name in _COLUMNS)
    return journal_against_balances(journal, balances, desk)


def _own(asides: Sequence[Aside]) -> str:
    return " UNION ALL ".join(f"SELECT unit_id FROM ({one.scan})" for one in asides if one.table.name in _COLUMNS)


def _units(asides: Sequence[Aside], desk: Desk) -> set[str]:
    return {row[0] for row in desk.engine.rows(f"SELECT DISTINCT unit_id FROM ({_own(asides)})")}


def _scan(name: str, asides: Sequence[Aside], parts: Sequence[Part], held: Held) -> str:
    """SQL of the needed columns over new rows and parts; empty where there are none."""
    kinds = {column: table(name).column(column).sql_type for column in _COLUMNS[name]}
    found = [
        f"SELECT {', '.join(_column(column, kind, one) for column, kind in kinds.items())} FROM ({one.scan})"
        for one in asides
        if one.table.name == name and one.files
    ]
    old = [one for one in parts if one.table == name]
    if old:
        found.append(relation(held.workspace, old, kinds))
    return " UNION ALL ".join(found)


def _column(column: str, kind: str, aside: Aside) -> str:
    return quoted(column) if column in aside.columns else f"CAST(NULL AS {kind}) AS {quoted(column)}"
