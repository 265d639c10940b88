"""A sheet and its map become a draft: one SELECT, so that a large sheet never passes through Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bihuan.collect import formats, layout
from bihuan.collect.desk import Desk
from bihuan.collect.handed import Draft, Handed, Stated
from bihuan.collect.map import Condition, Lookup, Map, Spec, check_headings, named_headings
from bihuan.collect.match_headings import key
from bihuan.collect.sheet import Sheet
from bihuan.errors import BadSource
from bihuan.model.values import READERS, BadValue, Style
from bihuan.store.engine import quoted, text

# Balances hold parents and leaves, so the total of their rows is no total of the sheet.
_NOT_SUMMED = frozenset({"account_balance"})


@dataclass(frozen=True)
class _Names:
    """How the map's words become SQL: headings as columns, lookups as small tables."""

    columns: Mapping[str, str]  # key of a heading → its quoted name
    lookups: Mapping[Lookup, str]  # → SQL giving key, value


def draft_from_map(sheet: Sheet, found: Map, desk: Desk) -> Draft:
    """The rows of a sheet under the model's names, still as text; BadSource where map and sheet do not agree."""
    check_headings(found, sheet)
    companions = _companions(sheet, found)
    lookups = {one: _translations(one, file, desk) for one, file in companions.items()}
    names = _Names({key(one): quoted(one) for one in sheet.headings}, lookups)
    body = _filled_down(sheet, found, names)
    skipped = {**sheet.skipped, **_skipped(body, found, names, desk)}
    kept = _without(body, found.skip, names)
    _all_translated(kept, found, names, desk, sheet)
    return Draft(
        file=sheet.file,
        table=found.table.name,
        scan=_scan(kept, found, names),
        columns=_columns(found),
        reader=f"map {found.path.name}" if found.path else "match",
        stated=_stated(sheet, found, desk),
        skipped=skipped,
        companions=tuple(dict.fromkeys(companions.values())),
        styles=_styles(sheet, found, desk),
        system=str(found.raw.get("system", "")),
        map=_recorded(sheet, found),
    )


def _columns(found: Map) -> tuple[str, ...]:
    sides = found.split or ({}, {})
    return tuple(dict.fromkeys([*found.columns, *sides[0], *sides[1]]))


def _scan(kept: str, found: Map, names: _Names) -> str:
    if found.split is None:
        return _select(kept, found.columns, _columns(found), names)
    debit, credit = found.split
    sides = [(debit, credit), (credit, debit)]
    parts = [
        _select(_present(kept, side, other, names), {**found.columns, **side}, _columns(found), names)
        for side, other in sides
    ]
    return " UNION ALL ".join(parts)


def _present(kept: str, side: Mapping[str, Spec], other: Mapping[str, Spec], names: _Names) -> str:
    """The rows in which a side stands: its account, or more than zeros in what is not also the other side's."""
    others = {key(one) for spec in other.values() for one in spec.sources}
    exclusive = {name: one for name, one in side.items() if one.sources and not others & set(map(key, one.sources))}
    own = [one for name, one in side.items() if name in exclusive or name == "account_code"]
    filled = [f"regexp_matches(coalesce({_value(one, names)}, ''), '[^0.,\\s]')" for one in own]
    return f"SELECT * FROM ({kept}) WHERE {' OR '.join(filled)}" if filled else kept


def _select(source: str, specs: Mapping[str, Spec], columns: tuple[str, ...], names: _Names) -> str:
    parts = [f"{_value(specs[one], names) if one in specs else 'NULL::VARCHAR'} AS {quoted(one)}" for one in columns]
    return f"SELECT sheet, line, {', '.join(parts)} FROM ({source})"


def _value(spec: Spec, names: _Names) -> str:
    if spec.const is not None:
        return text(spec.const)
    cells = [names.columns[key(one)] for one in spec.sources]
    found = cells[0]
    if len(cells) > 1:
        filled = ", ".join(f"nullif(trim({one}), '')" for one in cells)
        found = f"concat_ws({text(spec.separator)}, {filled})"
    if spec.prefix:
        found = f"{text(spec.prefix)} || nullif(trim({found}), '')"
    if spec.extract:
        # What does not fit the expression stays as it is, to be rejected rather than lost.
        group = "1" if "(" in spec.extract else "0"
        taken = f"regexp_extract({found}, {text(spec.extract)}, {group})"
        found = f"CASE WHEN regexp_matches({found}, {text(spec.extract)}) THEN {taken} ELSE {found} END"
    if spec.lookup:
        table = names.lookups[spec.lookup]
        found = f"(SELECT t.value FROM ({table}) AS t WHERE t.key = trim({found}))"
    if spec.words:
        cases = " ".join(f"WHEN {text(one)} THEN {text(other)}" for one, other in spec.words)
        found = f"CASE trim({found}) {cases} ELSE {found} END"
    return found


def _filled_down(sheet: Sheet, found: Map, names: _Names) -> str:
    if not found.fill_down:
        return sheet.scan
    parts = [
        f"last_value(nullif(trim({one}), '') IGNORE NULLS) OVER (ORDER BY line) AS {one}"
        for one in (names.columns[key(heading)] for heading in found.fill_down)
    ]
    return f"SELECT * REPLACE ({', '.join(parts)}) FROM ({sheet.scan})"


def _condition(one: Condition, names: _Names) -> str:
    cell = f"coalesce(trim({names.columns[key(one.column)]}), '')"
    wanted = ", ".join(text(word) for word in one.equals) or "''"
    return f"{cell} IN ({wanted})"


def _without(body: str, skip: tuple[Condition, ...], names: _Names) -> str:
    if not skip:
        return body
    return f"SELECT * FROM ({body}) WHERE NOT ({' OR '.join(_condition(one, names) for one in skip)})"


def _skipped(body: str, found: Map, names: _Names, desk: Desk) -> dict[str, int]:
    counts: dict[str, int] = {}
    for at, one in enumerate(found.skip):
        rest = _without(body, found.skip[:at], names)
        count = desk.engine.one(f"SELECT count(*) FROM ({rest}) WHERE {_condition(one, names)}")[0]
        words = " / ".join(one.equals) or "empty"
        if count:
            counts[f"skipped by the map: {one.column} = {words}"] = count
    return counts


def _companions(sheet: Sheet, found: Map) -> dict[Lookup, Handed]:
    specs = [*found.columns.values(), *(spec for side in found.split or () for spec in side.values())]
    return {spec.lookup: _beside(spec.lookup, sheet, found) for spec in specs if spec.lookup}


def _beside(lookup: Lookup, sheet: Sheet, found: Map) -> Handed:
    """The lookup's file: beside the sheet's file, else beside the map."""
    folders = [sheet.file.path.parent] + ([found.path.parent] if found.path else [])
    for folder in folders:
        path = folder / lookup.file
        if path.is_file():
            return Handed(path=path, name=path.name)
    places = " or ".join(str(one) for one in dict.fromkeys(folders))
    raise BadSource(
        f"{found.label}: the lookup file {lookup.file!r} is not in {places}. Put it there, or correct `file:`."
    )


def _translations(lookup: Lookup, file: Handed, desk: Desk) -> str:
    """SQL giving key, value of a lookup file; two values for one key are refused."""
    grids = formats.format_of(file).read(file, desk).grids
    if not grids:
        raise BadSource(f"{file.label}: this lookup file holds no table. Give a CSV or a sheet with headings.")
    sheet = layout.lay_out(grids[0], desk)
    for heading in (lookup.key, lookup.value):
        if heading not in sheet.headings:
            raise BadSource(f"{file.label}: no heading {heading!r} here. It has: {', '.join(sheet.headings)}.")
    pairs = (
        f"SELECT DISTINCT trim({quoted(lookup.key)}) AS key, trim({quoted(lookup.value)}) AS value "
        f"FROM ({sheet.scan}) WHERE coalesce(trim({quoted(lookup.key)}), '') <> ''"
    )
    twice = desk.engine.rows(f"SELECT key FROM ({pairs}) GROUP BY key HAVING count(*) > 1 ORDER BY key LIMIT 1")
    if twice:
        raise BadSource(
            f"{file.label}: {lookup.key} {twice[0][0]!r} has two different {lookup.value}. Leave one of them."
        )
    return pairs


def _all_translated(kept: str, found: Map, names: _Names, desk: Desk, sheet: Sheet) -> None:
    """BadSource if a code of the sheet is not in its lookup file: the row would silently lose it."""
    for name, spec in found.columns.items():
        if spec.lookup is None:
            continue
        source = _value(replace(spec, lookup=None, words=()), names)
        missing = desk.engine.rows(
            f"SELECT DISTINCT trim({source}) AS code FROM ({kept}) WHERE coalesce(trim({source}), '') <> '' "
            f"AND trim({source}) NOT IN (SELECT key FROM ({names.lookups[spec.lookup]})) ORDER BY code LIMIT 5"
        )
        if missing:
            codes = ", ".join(repr(row[0]) for row in missing)
            raise BadSource(
                f"{sheet.label}: {name}: {codes} not in {spec.lookup.file} under {spec.lookup.key}. "
                "Complete that file, and collect again."
            )


def _stated(sheet: Sheet, found: Map, desk: Desk) -> tuple[Stated, ...]:
    """What the sheet's one grand total says of the mapped money columns."""
    grand = [one for one in sheet.stated if one.is_grand]
    if len(grand) != 1 or found.split or found.table.name in _NOT_SUMMED or found.skip:
        return ()
    cells = {key(name): value for name, value in grand[0].cells.items()}
    stated: list[Stated] = []
    for name, spec in found.columns.items():
        if name not in found.table.sums or len(spec.sources) != 1 or spec.extract or spec.lookup:
            continue
        value = _money(cells.get(key(spec.sources[0]), ""), style(spec, sheet, desk))
        if value is not None:
            stated.append(Stated(found.table.name, name, value, f"{sheet.label}, line {grand[0].line}"))
    return tuple(stated)


def _money(cell: str, written: Style) -> Decimal | None:
    try:
        value = READERS["money"](cell, written)
    except BadValue:
        return None
    return value if isinstance(value, Decimal) else None


def style(spec: Spec, sheet: Sheet, desk: Desk) -> Style:
    """The style in which the values of a column are written, as the map and the sheet say."""
    changes: dict[str, Any] = {**spec.style, "scale": Decimal(str(spec.style.get("scale", 1)))}
    currency = sheet.currency or desk.settings.currency
    base = Style(currency=currency, time_zone=desk.settings.time_zone, binary_noise=sheet.binary)
    return replace(base, **changes)


def _styles(sheet: Sheet, found: Map, desk: Desk) -> dict[str, Style]:
    parts = [found.columns, *(found.split or ())]
    specs = {
        name: spec for part in parts for name, spec in part.items() if spec.style or (sheet.binary and spec.sources)
    }
    return {name: style(spec, sheet, desk) for name, spec in specs.items()}


def _recorded(sheet: Sheet, found: Map) -> dict[str, object]:
    """The map as it is kept with the source: complete, with what was left aside."""
    used = {key(one) for one in named_headings(found)}
    return {
        **found.raw,
        "ignored": [one for one in sheet.headings if key(one) not in used],
    }
