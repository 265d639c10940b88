"""From a match to its map, as plain data: scales, styles and what the title supplies included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bihuan.collect.map import signature
from bihuan.collect.match_assign import Match, Pair
from bihuan.collect.match_headings import type_of
from bihuan.collect.match_values import Sample, how_written, is_coded_name, is_monthly
from bihuan.collect.sheet import Sheet
from bihuan.model.table import Table
from bihuan.model.values import PLAIN

_MONTH = r"(\d{1,2})\s*[月期]?$"
_YEAR = r"^(\d{4})"
_CODE = r"^\s*([0-9A-Za-z.]+)"
_NAME = r"^\s*[0-9A-Za-z.]+[-_\\/\s]+(.+)$"
# Code columns whose name has a column too, so that 1001-库存现金 can be parted without losing anything.
_NAMED = {"account_code": "account_name", "unit_id": "unit_name", "project_code": "project_name", "code": "name"}


def raw_map(found: Match, sheet: Sheet, sample: Sample) -> dict[str, Any]:
    """The map of a match; complete, so that it can be written as YAML and read again."""
    columns = _entries(found.pairs, found.table, sheet, sample)
    parts: dict[str, Any] = {"columns": columns}
    named = set(columns)
    if found.split:
        debit, credit = (_entries(side, found.table, sheet, sample) for side in found.split)
        parts["split"] = {"debit": debit, "credit": credit}
        named |= {*debit, *credit}
    columns |= _from_period(found.table, columns, sample)
    columns |= _from_title(found.table, named | set(columns), sheet)
    used = found.headings
    return {
        "format": 1,
        "table": found.table.name,
        "signature": signature(sheet.headings),
        **parts,
        "ignored": [one for one in sheet.headings if one not in used],
    }


def _entries(pairs: Sequence[Pair], table: Table, sheet: Sheet, sample: Sample) -> dict[str, Any]:
    columns = {one.column: _entry(one, table, sheet, sample) for one in pairs}
    return columns | _names_of_codes(table, columns, sample)


def _entry(pair: Pair, table: Table, sheet: Sheet, sample: Sample) -> dict[str, Any]:
    type_ = type_of(table, pair.column)
    entry: dict[str, Any] = {"from": pair.heading}
    if type_ in {"money", "price"} and sheet.scale(pair.heading) != 1:
        entry["scale"] = sheet.scale(pair.heading)
    if pair.column == "period" and is_monthly(sample.values(pair.heading)):
        entry["extract"] = _MONTH
    if pair.column in _NAMED and is_coded_name(sample.values(pair.heading)):
        entry["extract"] = _CODE
    written = how_written(type_, sample.values(pair.heading))
    style = {name: getattr(written, name) for name in ("decimal_comma", "day_first", "excel_serial")}
    shown = {name: value for name, value in style.items() if value != getattr(PLAIN, name)}
    return entry | ({"style": shown} if shown else {})


def _names_of_codes(table: Table, columns: Mapping[str, Any], sample: Sample) -> dict[str, Any]:
    """The name out of a cell that holds code and name: 001-某局."""
    found: dict[str, Any] = {}
    for code, name in _NAMED.items():
        heading = columns.get(code, {}).get("from")
        if heading and name in table.names and name not in columns and is_coded_name(sample.values(heading)):
            found[name] = {"from": heading, "extract": _NAME}
    return found


def _from_period(table: Table, columns: Mapping[str, Any], sample: Sample) -> dict[str, Any]:
    """The year out of a period that names both: 202401, 2024年1期."""
    heading = columns.get("period", {}).get("from")
    if heading is None or "fiscal_year" in columns or not is_monthly(sample.values(heading)):
        return {}
    return {"fiscal_year": {"from": heading, "extract": _YEAR}}


def _from_title(table: Table, found: set[str], sheet: Sheet) -> dict[str, Any]:
    """What the title says of all rows, for the columns that no heading gives."""
    facts: dict[str, str | int | None] = {"unit_name": sheet.unit_name or None, "currency": sheet.currency or None}
    if "unit_id" in found:
        facts["unit_name"] = None
    dated = table.date is not None and table.date in found
    if not dated:
        facts |= {"fiscal_year": sheet.fiscal_year, "period": sheet.period}
        if sheet.fiscal_year and sheet.period:
            facts["month"] = f"{sheet.fiscal_year}-{sheet.period:02d}"
    return {
        name: {"const": value}
        for name, value in facts.items()
        if value is not None and name in table.names and name not in found
    }
