"""Known exports of bookkeeping systems: which sheets belong together, and the rows that their SELECT makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Draft, Handed
from bihuan.collect.kind import PSEUDO, Kind, Need, kinds
from bihuan.collect.sheet import Sheet
from bihuan.errors import BadSource
from bihuan.model.table import table
from bihuan.store.engine import EngineError, quoted, text

_BLANKS = "' \t\u00a0\u3000'"  # exports of CHAR columns are padded; Chinese ones also with the full-width space

# What the title of a sheet may say of all its rows.
_TITLES: dict[str, Callable[[Sheet], str | None]] = {
    "unit_name": lambda sheet: sheet.unit_name or None,
    "fiscal_year": lambda sheet: str(sheet.fiscal_year) if sheet.fiscal_year else None,
    "period": lambda sheet: str(sheet.period) if sheet.period else None,
}


class Matched(NamedTuple):
    """What became of the sheets of one command."""

    drafts: tuple[Draft, ...]
    left_over: tuple[Sheet, ...]  # no kind knows them; the column matcher is asked next
    refused: tuple[tuple[Handed, BadSource], ...]  # a known export whose companion was not handed over with it


@dataclass(frozen=True)
class _Set:
    """The sheets of one file that a kind reads, and the companions that they are joined with."""

    kind: Kind
    main: tuple[Sheet, ...]
    companions: dict[str, tuple[Sheet, ...]]  # alias → sheets

    @property
    def file(self) -> Handed:
        return self.main[0].file


def match_kinds(sheets: Sequence[Sheet], desk: Desk) -> Matched:
    """Find the known exports among all sheets of one command.

    A sheet goes to the kind that knows it most closely and whose companions are there; one file gives one draft a
    kind, so that every row keeps the file that it stands in.
    """
    known = kinds(desk.maps)
    groups: dict[tuple[str, str, str], list[Sheet]] = {}
    chosen: dict[tuple[str, str, str], Kind] = {}
    left: list[Sheet] = []
    for sheet in sheets:
        kind = _closest(sheet, sheets, known, desk)
        if kind is None:
            left.append(sheet)
            continue
        place = (str(sheet.file.path), sheet.file.inner, kind.id)
        groups.setdefault(place, []).append(sheet)
        chosen[place] = kind
    sets = [
        _Set(chosen[place], tuple(main), _company(chosen[place], main[0], sheets)) for place, main in groups.items()
    ]
    drafts, refused = _each(sets, lambda one: _draft(one, desk))
    used = {id(sheet) for one in sets for company in one.companions.values() for sheet in company}
    left = [sheet for sheet in left if id(sheet) not in used]
    left, orphans = _orphans(left, known)
    return Matched(drafts, tuple(left), refused + orphans)


def may_be_joined(sheet: Sheet, desk: Desk) -> bool:
    """Whether some known export joins such a sheet with others: what it means then depends on them."""
    several = [kind for kind in kinds(desk.maps) if kind.companions]
    return any(need.fits(sheet) for kind in several for need in (kind.main, *kind.companions))


def _each(
    sets: Iterable[_Set], make: Callable[[_Set], Draft]
) -> tuple[tuple[Draft, ...], tuple[tuple[Handed, BadSource], ...]]:
    drafts, refused = [], []
    for one in sets:
        try:
            drafts.append(make(one))
        except BadSource as error:
            refused.append((one.file, error))
    return tuple(drafts), tuple(refused)


def _closest(sheet: Sheet, sheets: Sequence[Sheet], known: Iterable[Kind], desk: Desk) -> Kind | None:
    """The kind that knows the sheet most closely; of those whose companions are there, if any is."""
    if sheet.money_scale != 1 or any(scale != 1 for scale in sheet.scales.values()):
        return None  # databases hold yuan; a sheet in 万元 was made by hand, and the column matcher converts it
    fitting = [kind for kind in known if kind.main.fits(sheet)]
    ranked = sorted(fitting, key=lambda kind: kind.main.closeness(sheet), reverse=True)
    whole = [kind for kind in ranked if not _missing(kind, sheet, _company(kind, sheet, sheets), desk)]
    return next(iter(whole or ranked), None)


def _company(kind: Kind, main: Sheet, sheets: Sequence[Sheet]) -> dict[str, tuple[Sheet, ...]]:
    """The companions: of the same file if it holds them, else of the same folder, else of the command."""
    found: dict[str, tuple[Sheet, ...]] = {}
    for need in kind.companions:
        fitting = [one for one in sheets if need.fits(one)]
        fitting = [one for one in fitting if need.is_named(one)] or fitting
        file = [one for one in fitting if one.file == main.file]
        folder = [one for one in fitting if one.file.path.parent == main.file.path.parent]
        found[need.alias] = tuple(file or folder or fitting)
    return found


def _missing(kind: Kind, main: Sheet, company: dict[str, tuple[Sheet, ...]], desk: Desk) -> list[Need]:
    lacking = [one for one in kind.companions if not one.optional and not company[one.alias]]
    return [one for one in lacking if not (one.unless and _is_filled(kind.main, main, one.unless, desk))]


def _is_filled(need: Need, sheet: Sheet, word: str, desk: Desk) -> bool:
    heading = need.headings(sheet).get(word.casefold())
    if heading is None:
        return False
    return bool(desk.engine.rows(f"SELECT 1 FROM ({sheet.scan}) WHERE {_clean(heading)} IS NOT NULL LIMIT 1"))


def _orphans(left: list[Sheet], known: Iterable[Kind]) -> tuple[list[Sheet], tuple[tuple[Handed, BadSource], ...]]:
    """Companions that came without the sheet that they belong to: the matcher would misread them as ledgers."""
    rest, refused = [], []
    for sheet in left:
        lone = [
            (kind, need)
            for kind in known
            for need in kind.companions
            if not need.optional and need.fits(sheet) and need.is_named(sheet)
        ]
        if not lone:
            rest.append(sheet)
            continue
        kind = lone[0][0]
        error = BadSource(
            f"{sheet.label}: this is only part of {kind.zh} ({kind.en}); {_called(kind.main)} is missing. "
            "Give both in one command: bihuan collect FILE FILE …"
        )
        refused.append((sheet.file, error))
    return rest, tuple(refused)


def _draft(found: _Set, desk: Desk) -> Draft:
    _demand_companions(found, desk)
    relations = {found.kind.main.alias: _relation(found.kind.main, found.main)}
    for need in found.kind.companions:
        relations[need.alias] = _companion(need, found.companions[need.alias], desk)
    scan, columns, skipped = _rows(found, relations, desk)
    files = {sheet.file for company in found.companions.values() for sheet in company} - {found.file}
    return Draft(
        file=found.file,
        table=found.kind.table,
        scan=scan,
        columns=columns,
        reader=found.kind.id,
        skipped=skipped,
        companions=tuple(sorted(files, key=lambda one: one.label)),
        binary=any(sheet.binary for sheet in found.main),
        system=found.kind.system,
        map={"kind": found.kind.id},
    )


def _demand_companions(found: _Set, desk: Desk) -> None:
    missing = _missing(found.kind, found.main[0], found.companions, desk)
    if missing:
        names = ", ".join(_called(one) for one in missing)
        raise BadSource(
            f"{found.main[0].label}: {found.kind.zh} ({found.kind.en}) is only half here; {names} is missing. "
            "Hand it over in the same command: bihuan collect FILE FILE …"
        )


def _called(need: Need) -> str:
    """How a person would name the sheet: its usual name, else its headings."""
    if need.names:
        return need.names[0].replace("\\", "")
    return f"a sheet with {', '.join(need.needs)}"


def _relation(need: Need, sheets: Sequence[Sheet]) -> str:
    """SQL giving sheet, line and every column of the need, blanks and database NULLs as NULL."""
    if not sheets:
        nothing = ", ".join(f"CAST(NULL AS VARCHAR) AS {quoted(one)}" for one in need.columns)
        return f"SELECT '' AS sheet, CAST(0 AS BIGINT) AS line, {nothing} WHERE false"
    parts = []
    for sheet in sheets:
        found = need.headings(sheet)
        cells = [(found.get(one.casefold()), one) for one in need.columns]
        given = ", ".join(
            f"{_clean(heading) if heading else 'CAST(NULL AS VARCHAR)'} AS {quoted(one)}" for heading, one in cells
        )
        parts.append(f"SELECT sheet, line, {given} FROM ({sheet.scan})")
    return " UNION ALL ".join(parts)


def _clean(heading: str) -> str:
    """A cell without padding; blank, and the word that databases export for no value, are NULL."""
    return f"nullif(nullif(trim({quoted(heading)}, {_BLANKS}), ''), 'NULL')"


def _companion(need: Need, sheets: Sequence[Sheet], desk: Desk) -> str:
    """A companion with at most one row a key, so that joining it never doubles a row of the books."""
    columns = ", ".join(map(quoted, need.columns))
    relation = f"SELECT DISTINCT {columns} FROM ({_relation(need, sheets)})"
    if len(sheets) == 0:
        return relation
    key = ", ".join(map(quoted, need.key))
    twice = desk.engine.rows(f"SELECT {key} FROM ({relation}) GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1")
    if twice:
        place = ", ".join(f"{name} {value}" for name, value in zip(need.key, twice[0], strict=True))
        raise BadSource(
            f"{'、'.join(one.label for one in sheets)}: {place} stands there twice with different contents. "
            "Hand over each set of books in a command of its own."
        )
    return relation


def _rows(found: _Set, relations: dict[str, str], desk: Desk) -> tuple[str, tuple[str, ...], dict[str, int]]:
    """The rows' SQL, their columns, and how many were left out for which reason."""
    kind = found.kind
    sheets = ", ".join(f"{quoted(alias)} AS ({relation})" for alias, relation in relations.items())
    made = f"WITH {sheets} SELECT * FROM ({kind.body}) AS made"
    try:
        given = [name for name, _ in desk.engine.columns(made)]
    except EngineError as error:
        raise BadSource(f"kind {kind.id}: {error}. Correct its SELECT.") from None
    columns = _columns(kind, given, found.main)
    conditions = [f"coalesce(({one.when}), false)" for one in kind.skip]
    kept = " AND ".join(f"NOT {one}" for one in conditions) or "true"
    filled = {name: _filled(name, found, given, desk) for name in columns}
    cells = ", ".join(f"{value} AS {quoted(name)}" for name, value in filled.items())
    scan = f"SELECT sheet, line, {cells} FROM ({made}) WHERE {kept}"
    _demand_unit(found, scan, desk)
    return scan, columns, _skipped(found, made, conditions, desk)


def _columns(kind: Kind, given: Sequence[str], main: Sequence[Sheet]) -> tuple[str, ...]:
    """The model's columns that the SELECT or the title gives; what begins with `_` is for `skip` only."""
    model = table(kind.table)
    allowed = {*model.names, *PSEUDO.get(kind.table, ())}
    unknown = [one for one in given if one not in allowed and one not in ("sheet", "line") and one[0] != "_"]
    if unknown or "sheet" not in given or "line" not in given:
        odd = f"{', '.join(unknown)} is not in table {kind.table}" if unknown else "it must give sheet and line"
        raise BadSource(f"kind {kind.id}: {odd}. Correct its SELECT.")
    titled = [name for name, fact in _TITLES.items() if any(fact(sheet) for sheet in main)]
    extra = [one for one in ("unit_id", *titled) if one in model.names and one not in given]
    return (*extra, *(one for one in given if one in allowed))


def _filled(name: str, found: _Set, given: Sequence[str], desk: Desk) -> str:
    """The SQL of one column: what the SELECT gives, else what the sheet's title says, else the command's option."""
    own = [f"CAST({quoted(name)} AS VARCHAR)"] if name in given else []
    if name == "unit_id":
        option = [text(desk.options.unit)] if desk.options.unit else []
        return f"coalesce({', '.join([*own, *option, _filled('unit_name', found, given, desk)])})"
    if name in _TITLES:
        own += _by_sheet({sheet.name: _TITLES[name](sheet) for sheet in found.main})
    return f"coalesce({', '.join(own)})" if own else "CAST(NULL AS VARCHAR)"


def _by_sheet(facts: dict[str, str | None]) -> list[str]:
    cases = [f"WHEN {text(sheet)} THEN {text(fact)}" for sheet, fact in facts.items() if fact]
    return [f"CASE sheet {' '.join(cases)} END"] if cases else []


def _demand_unit(found: _Set, scan: str, desk: Desk) -> None:
    """Without a unit every row would be rejected; say once what to do instead."""
    some = desk.engine.rows(f"SELECT line FROM ({scan}) LIMIT 1")
    if some and not desk.engine.rows(f"SELECT line FROM ({scan}) WHERE unit_id IS NOT NULL LIMIT 1"):
        raise BadSource(
            f"{found.main[0].label}: {found.kind.zh} ({found.kind.en}) does not say whose books these are. "
            "Give the unit's code: bihuan collect --unit CODE FILE …"
        )


def _skipped(found: _Set, made: str, conditions: Sequence[str], desk: Desk) -> dict[str, int]:
    """Reason → rows left out: those of the sheets' layout and those of the kind; a row counts for its first reason."""
    counts: dict[str, int] = {}
    for sheet in found.main:
        for reason, rows in sheet.skipped.items():
            counts[reason] = counts.get(reason, 0) + rows
    if conditions:
        cases = " ".join(f"WHEN {one} THEN {index}" for index, one in enumerate(conditions))
        query = f"SELECT CASE {cases} END AS reason, count(*) FROM ({made}) GROUP BY 1 HAVING reason IS NOT NULL"
        for index, rows in sorted(desk.engine.rows(query)):
            counts[found.kind.skip[index].reason] = counts.get(found.kind.skip[index].reason, 0) + rows
    return counts
