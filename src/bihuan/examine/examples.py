"""The examples of a method: rows of the model in, what must be found out, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from bihuan.errors import BadMethod
from bihuan.examine import calendar, eligibility, parameters
from bihuan.examine.header import Example, Header, Method
from bihuan.examine.lint import AIDS, constants, evidence_columns, schema
from bihuan.examine.places import place_of
from bihuan.model.table import tables
from bihuan.store.engine import Engine

Cells = dict[str, Any]
Seen = set[tuple[str, int]]  # table and row_id of what examples found


def make_empty(engine: Engine, known: Mapping[str, Mapping[str, str]]) -> None:
    """Make every table with all its columns and no rows."""
    for name, columns in known.items():
        typed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        engine.run(f"CREATE OR REPLACE TABLE {name} ({typed})")


def run_example(engine: Engine, method: Method, example: Example, seen: Seen) -> list[str]:
    """What differs from what the example expects; adds the rows that were found to `seen`."""
    _fill(engine, method, example)
    found = _found(engine, method, method.sql)
    keys = (method.header.lead.unit, *method.header.lead.subject)
    faults = [*_compared(example.expect, found, "lead"), *_repeated(found, keys)]
    for one in found:
        for name, table in evidence_columns(tuple(one)).items():
            rows = one[name] or []
            seen.update((table, row) for row in rows)
            if len(rows) > len(set(rows)):
                faults.append(f"a row stands twice in {name} of {_told(one)}. Write list(DISTINCT row_id)")
    if method.header.remedy and example.remedied is not None:
        faults += _compared(example.remedied, _found(engine, method, method.header.remedy), "remedy")
    return faults


def is_telling(header: Header, seen: Seen) -> list[str]:
    """What keeps the examples from being a proof: they must show what is found and what is not."""
    given = {
        (name, row["row_id"])
        for example in header.examples
        for name, rows in example.given.items()
        if name not in AIDS
        for row in numbered(rows)
    }
    if not seen:
        return ["the examples expect nothing. Show at least one row that must be found."]
    if not given - seen:
        return ["every row of the examples is found. Add rows that must not be: the nearest innocent case."]
    if header.remedy and not any(example.remedied for example in header.examples):
        return ["remedy is never shown. Give an example with `remedied`."]
    return []


def _found(engine: Engine, method: Method, sql: str) -> list[dict[str, Any]]:
    table: pa.Table = engine.arrow(sql, constants(method, sql) or None).read_all()
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _compared(expect: list[dict[str, Any]], found: list[dict[str, Any]], what: str) -> list[str]:
    """Each expected row must be found once; every other found row is one too many."""
    left, missing = list(found), []
    for wanted in sorted(expect, key=len, reverse=True):
        unknown = [name for name in wanted if found and name not in found[0]]
        if unknown:
            missing.append(f"expect names {unknown[0]!r}, which the SELECT does not give: {', '.join(found[0])}")
            continue
        match = next((one for one in left if all(_same(one[name], value) for name, value in wanted.items())), None)
        if match is None:
            missing.append(
                f"the {what} {_told(wanted)} was not found. Found: {'; '.join(map(_told, found)) or 'nothing'}"
            )
        else:
            left.remove(match)
    return [*missing, *(f"the {what} {_told(one)} was found but is not expected" for one in left)]


def _repeated(found: list[dict[str, Any]], keys: tuple[str, ...]) -> list[str]:
    subjects = [tuple(one[name] for name in keys) for one in found]
    twice = sorted({str(one) for one in subjects if subjects.count(one) > 1})
    return [
        f"two rows for the subject {one}. Give one row per unit and subject, with all its evidence" for one in twice
    ]


def numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their `row_id`: as given, else 1, 2, 3 … in order."""
    return [{"row_id": number, **row} for number, row in enumerate(rows, start=1)]


def _fill(engine: Engine, method: Method, example: Example) -> None:
    for name in (*method.header.reads, *method.header.optional):
        if name not in AIDS:
            _put(engine, name, schema()[name], _defaulted(name, numbered(example.given.get(name, []))))
    if "policy" in method.header.reads:
        eligibility.require(eligibility.install(engine))
    strange = set(example.given) - {*method.header.reads, *method.header.optional} - set(AIDS)
    if strange:
        raise BadMethod(f"given names {sorted(strange)[0]!r}, which the method does not read. Take it out.")
    _fill_aids(engine, example)


def _defaulted(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    table = tables()[name]
    defaults = {table.unit: "U1"} if table.unit else {}
    if "currency" in table.names:
        defaults["currency"] = "CNY"
    return [{**defaults, **row} for row in rows]


def _put(engine: Engine, name: str, columns: Mapping[str, str], rows: list[dict[str, Any]]) -> None:
    """Rows of an example as a typed table; every value goes in as text and is read by its column's type."""
    unknown = sorted({key for row in rows for key in row} - set(columns))
    if unknown:
        raise BadMethod(f"given.{name}: no column {unknown[0]!r}. It has: {', '.join(columns)}")
    engine.run(f"DELETE FROM {name}")
    if not rows:
        return
    engine.register(
        "given", pa.table({key: pa.array([_text(row.get(key)) for row in rows], pa.string()) for key in columns})
    )
    typed = ", ".join(f'CAST("{key}" AS {kind})' for key, kind in columns.items())
    engine.run(f"INSERT INTO {name} SELECT {typed} FROM given")
    engine.unregister("given")


def _text(value: object) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _fill_aids(engine: Engine, example: Example) -> None:
    own = [_parameter(row) for row in example.given.get("parameter", [])]
    names = {one.name for one in own}
    rows = [*(one for one in parameters.shipped() if one.name not in names), *own]
    parameters.install(engine, rows, _places(example))
    if "unit_parameter" in example.given:
        given = [
            {"unit_id": "U1", "valid_from": parameters.BEGINNING, **row} for row in example.given["unit_parameter"]
        ]
        _put(engine, "unit_parameter", parameters.UNIT_PARAMETER, given)
    calendar.install(engine, _days(example))


def _parameter(row: Cells) -> parameters.Row:
    try:
        first, last = row.get("valid_from", parameters.BEGINNING), row.get("valid_to")
        return parameters.Row(row["name"], str(row.get("place", "CN")), first, last, str(row["value"]))
    except KeyError as error:
        raise BadMethod(f"given.parameter: {error} is missing. Give at least name and value.") from None


def _places(example: Example) -> dict[str, str]:
    """Each unit of the example and its place: of its organization row where one is given, else CN."""
    places: dict[str, str] = {}
    for name, held in example.given.items():
        unit = tables()[name].unit if name not in AIDS else None
        places |= {str(row[unit]): "CN" for row in _defaulted(name, held) if row.get(unit)} if unit else {}
    for row in example.given.get("organization", []):
        places |= place_of(row)
    return places


def _days(example: Example) -> list[calendar.Day]:
    """The calendar a year around the example's dates, with the days that it gives itself."""
    dates = sorted(one for rows in example.given.values() for row in rows for one in map(_date, row.values()) if one)
    own: dict[date, calendar.Day] = {}
    for row in example.given.get("calendar", []):
        day = calendar.days(row["day"], row["day"])[0]
        own[day.day] = replace(day, **row)
    if not dates:
        return list(own.values())
    return calendar.days(dates[0] - timedelta(days=366), dates[-1] + timedelta(days=366), own)


def _date(value: object) -> date | None:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _same(found: object, wanted: object) -> bool:
    """Whether a value that was found is the one expected; numbers by value, all else by its text."""
    if isinstance(found, list) or isinstance(wanted, list):
        return isinstance(found, list) and isinstance(wanted, list) and sorted(found) == sorted(wanted)
    if found is None or wanted is None or isinstance(found, bool) or isinstance(wanted, bool):
        return found == wanted
    if isinstance(found, int | float | Decimal):
        return _same_number(found, wanted)
    return str(found) == str(wanted)


def _same_number(found: float | Decimal, wanted: object) -> bool:
    try:
        exact = Decimal(str(wanted))
    except InvalidOperation:
        return False
    if isinstance(found, float):  # a statistic: as many digits as the example writes
        return round(Decimal(repr(found)), -int(exact.as_tuple().exponent)) == exact
    return Decimal(found) == exact


def _told(cells: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in cells.items()) + "}"
