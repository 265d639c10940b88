"""What a method's text must fulfil before it is run on anything: names, tables, constants, columns, words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bihuan.errors import BadMethod, BadQuery, NotFound
from bihuan.examine.basis import basis
from bihuan.examine.calendar import CALENDAR
from bihuan.examine.eligibility import ELIGIBLE
from bihuan.examine.header import Header, Method
from bihuan.examine.parameters import PARAMETER, UNIT_PARAMETER
from bihuan.model.table import tables
from bihuan.store.books import columns_of
from bihuan.store.transpile import ALL_COLUMNS, Query, faults, parse

AIDS = {"parameter": PARAMETER, "unit_parameter": UNIT_PARAMETER, "calendar": CALENDAR, "eligible": ELIGIBLE}
# Texts and comments are passed over: a `$` in a pattern is no constant.
_CONSTANT = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|\$(\w+)", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def schema() -> dict[str, dict[str, str]]:
    """Every table that a method may read: the model's, with `row_id`, and the aids."""
    model = {name: columns_of(one) for name, one in tables().items() if name not in AIDS}
    return {**model, **AIDS}


def lint(method: Method) -> list[str]:
    """All faults that can be told without running anything, in words; none means that it may be run."""
    try:
        queries = _queries(method)
    except BadQuery as error:
        return [str(error)]
    found = [*_tables(method.header, queries), *_constants(method.header, queries), *_words(method.header)]
    if found:
        return found
    for query in queries:
        told = faults(query, schema())
        # An auditor's own query becomes a method unchanged, and many begin with SELECT *.
        found += [str(one) for one in told if not (method.is_office and one.why == ALL_COLUMNS)]
        found += _shadows(query)
    return [*found, *_columns(method.header, queries), *_basis(method.header)]


def require(method: Method) -> None:
    """Raise BadMethod with every fault that `lint` finds."""
    found = lint(method)
    if found:
        raise BadMethod("\n".join(f"{method.path}: {one}" for one in found))


def constants(method: Method, sql: str) -> dict[str, object]:
    """The values of those of the method's constants that `sql` names."""
    wanted = set(_CONSTANT.findall(sql))
    return {name: value for name, value in method.header.params.items() if name in wanted}


def population_sql(header: Header) -> str:
    """The rows that count as examined, as a query."""
    where = f" WHERE {header.population.where}" if header.population.where else ""
    return f"SELECT row_id FROM {header.population.table}{where}"


def evidence_columns(names: tuple[str, ...]) -> dict[str, str]:
    """Evidence columns of a result and the tables whose rows they hold, in order of table."""
    known = schema()
    held = {name: name.removesuffix("_rows") for name in names if name.endswith("_rows")}
    return {name: table for name, table in sorted(held.items(), key=lambda one: one[1]) if table in known}


def _queries(method: Method) -> list[Query]:
    texts = [method.sql, population_sql(method.header)]
    if method.header.remedy:
        texts.append(method.header.remedy)
    return [parse(one) for one in texts]


def _tables(header: Header, queries: list[Query]) -> Iterator[str]:
    known = schema()
    listed = {*header.reads, *header.optional}
    used = set().union(*(one.tables for one in queries))
    for name in sorted((listed | used) - set(known)):
        yield f"no table {name!r} in the model. It has: {', '.join(known)}."
    for name in sorted(used - listed - set(AIDS)):
        yield f"the SQL reads {name!r} but `reads` does not list it. Add it to reads."
    for name in sorted(listed - used - set(AIDS)):
        yield f"`reads` lists {name!r} but the SQL does not read it. Take it out."
    for name in sorted(set(header.reads) & set(header.optional)):
        yield f"{name!r} stands in `reads` and in `optional`. Keep it in one."
    if header.population.table not in header.reads:
        yield f"population.table {header.population.table!r} does not stand in `reads`. Examine a table that is read."
    if queries[1].tables != {header.population.table}:
        yield "population.where reads another table. Keep to the columns of population.table."


def _constants(header: Header, queries: list[Query]) -> Iterator[str]:
    used = set().union(*(one.constants for one in queries))
    for name in sorted(used - set(header.params)):
        yield f"${name} is used but not given. Add it to params."
    for name in sorted(set(header.params) - used):
        yield f"params.{name} is given but ${name} is not used. Take it out."


def _words(header: Header) -> Iterator[str]:
    said = {language: set(_PLACEHOLDER.findall(getattr(header.reason, language))) for language in ("zh", "en")}
    if said["zh"] != said["en"]:
        odd = ", ".join(sorted(said["zh"] ^ said["en"]))
        yield f"reason: {{{odd}}} stands in one language only. Say the same in both."


def _columns(header: Header, queries: list[Query]) -> Iterator[str]:
    given = queries[0].columns
    for name in header.lead.names:
        if name not in given:
            yield f"lead: the SELECT gives no column {name!r}. It gives: {', '.join(given)}."
    for name in sorted(set(_PLACEHOLDER.findall(header.reason.zh))):
        if name not in given:
            yield f"reason: {{{name}}} is no column of the SELECT. It gives: {', '.join(given)}."
    yield from _evidence(given)
    for name in header.lead.subject:
        for column in sorted(_personal(header) & queries[0].origins(name)):
            yield f"lead.subject: {name!r} shows the personal column {column!r}. Use a code, or md5() it."
    for one in queries[2:]:
        yield from _remedy(header, one)


def _evidence(given: tuple[str, ...]) -> Iterator[str]:
    held = evidence_columns(given)
    if not held:
        yield "the SELECT gives no evidence. Add list_sort(list(row_id)) AS <table>_rows."
    for name in given:
        if name.endswith("_rows") and name not in held:
            yield f"{name!r}: no table {name.removesuffix('_rows')!r}. Evidence is <table>_rows; rename the column."


def _remedy(header: Header, query: Query) -> Iterator[str]:
    for name in (header.lead.unit, *header.lead.subject):
        if name not in query.columns:
            yield f"remedy: its SELECT gives no column {name!r}. It must give the unit and the subject of the lead."
    if not evidence_columns(query.columns):
        yield "remedy: its SELECT gives no evidence. Add list_sort(list(row_id)) AS <table>_rows."


def _personal(header: Header) -> frozenset[str]:
    listed = (tables()[name] for name in (*header.reads, *header.optional) if name in tables())
    return frozenset(column.name for table in listed for column in table.columns if column.personal)


def _shadows(query: Query) -> Iterator[str]:
    for name in sorted(query.steps & set(schema())):
        yield f"the step {name!r} is called like a table. Name it for what it holds."


def _basis(header: Header) -> Iterator[str]:
    for key in header.basis:
        try:
            basis(key)
        except NotFound as error:
            yield f"basis: {error}"
