"""Prove a method without data: its text by `lint`, its columns by binding it, its examples by running them."""

from __future__ import annotations

from collections.abc import Mapping

from bihuan.errors import BadMethod
from bihuan.examine.examples import Seen, is_telling, make_empty, run_example
from bihuan.examine.header import Header, Method
from bihuan.examine.lint import constants, evidence_columns, lint, population_sql, schema
from bihuan.settings import Settings
from bihuan.store.engine import Engine, EngineError, connect

_EXACT = ("DECIMAL", "BIGINT", "INTEGER", "HUGEINT")  # what an amount may be: never a float


def check(method: Method, settings: Settings | None = None) -> list[str]:
    """All faults of the method in words, each with its remedy; none means that it keeps its contract."""
    found = lint(method)
    if found:
        return found
    with connect(settings or Settings()) as engine:
        make_empty(engine, schema())
        return _bound(engine, method) or _shown(engine, method)


def _shown(engine: Engine, method: Method) -> list[str]:
    """What the examples say when they are run."""
    found: list[str] = []
    seen: Seen = set()
    for number, example in enumerate(method.header.examples, start=1):
        where = f"example {number}" + (f" ({example.says})" if example.says else "")
        try:
            found += [f"{where}: {one}." for one in run_example(engine, method, example, seen)]
        except (BadMethod, EngineError) as error:
            found.append(f"{where}: {short(error)}")
    return found or is_telling(method.header, seen)


def _bound(engine: Engine, method: Method) -> list[str]:
    """Columns exist and types are what the header says; told by binding against empty tables."""
    try:
        kinds = dict(engine.columns(method.sql, constants(method, method.sql)))
        for sql in (population_sql(method.header), method.header.remedy):
            if sql:
                engine.columns(sql, constants(method, sql))
    except EngineError as error:
        return [f"the SQL does not fit the model: {short(error)}"]
    return list(_types(method.header, kinds))


def _types(header: Header, kinds: Mapping[str, str]) -> list[str]:
    lead, found = header.lead, []
    if lead.amount and not kinds[lead.amount].startswith(_EXACT):
        found.append(
            f"lead.amount {lead.amount!r} is {kinds[lead.amount]}. CAST it AS DECIMAL(18,2): money is never a float."
        )
    if lead.on and kinds[lead.on] != "DATE":
        found.append(f"lead.on {lead.on!r} is {kinds[lead.on]}. CAST it AS DATE.")
    for name in (lead.unit, lead.currency):
        if name and kinds[name] != "VARCHAR":
            found.append(f"lead: {name!r} is {kinds[name]} where text is wanted.")
    for name in lead.subject:
        if kinds[name].startswith(("DOUBLE", "FLOAT", "TIMESTAMP")) or kinds[name].endswith("[]"):
            found.append(
                f"lead.subject: {name!r} is {kinds[name]}. Name a subject by text, a whole number, money or a date."
            )
    for name in evidence_columns(tuple(kinds)):
        if kinds[name] != "BIGINT[]":
            found.append(f"{name!r} is {kinds[name]}. Write list_sort(list(row_id)) AS {name}.")
    return found


def short(error: Exception) -> str:
    """An engine's words on one line, without the drawing of where in the SQL."""
    lines = [one.strip() for one in str(error).splitlines() if one.strip() and not one.startswith(("LINE ", " "))]
    return " ".join(lines)[:500]
