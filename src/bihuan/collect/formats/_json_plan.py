"""How nested JSON fills the model: the plans of `standards/ocds.yaml` and `oc4ids.yaml`, and how they are followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

import yaml

from bihuan.collect.formats._plain import number

JOINT = "; "
# Where a path may begin; the index of each in the sources of a row.
ROOTS = {"": 0, "/": 1, "above": 2, "who": 3, "party": 4, "buyer": 5}
NOTHING: dict[str, Any] = {}

Object = dict[str, Any]


class Misfit(Exception):
    """A value of another type than the standard says."""

    def __init__(self, path: str, value: object, wanted: str, column: str = "") -> None:
        super().__init__(path)
        self.path = path
        self.value = value
        self.wanted = wanted
        self.column = column


@dataclass(frozen=True)
class Way:
    """One path of a column: where it begins (an index of `ROOTS`), and the keys from there."""

    root: int
    keys: tuple[str, ...]
    is_borrowed: bool = False  # the value belongs to another row, which is rejected if its type is wrong


@dataclass(frozen=True)
class Cell:
    """How one column is filled. `quick` is each way as (root, first key, whether there are more keys)."""

    column: str
    read: Callable[[Any], str | None]
    ways: tuple[Way, ...]
    quick: tuple[tuple[int, str, bool, Way], ...]


@dataclass(frozen=True)
class Plan:
    """How the rows of one table come out of one place of a record."""

    table: str
    each: tuple[str, ...]
    shared: tuple[str, ...]
    fixed: tuple[tuple[str, str], ...]
    cells: tuple[Cell, ...]
    members: str
    first: str
    winner: Way | None
    needs: str
    once: frozenset[int]  # positions in `cells`
    distinct: bool


@dataclass(frozen=True)
class Standard:
    """The plans of one standard; plans of one table have the same columns."""

    name: str
    shared: tuple[Cell, ...]
    plans: tuple[Plan, ...]

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of a table's draft, in the order of its cells."""
        plan = next(one for one in self.plans if one.table == table)
        members = ("member_no", "members") if plan.members else ()
        return (*plan.shared, *(name for name, _ in plan.fixed), *members, *(one.column for one in plan.cells))


@cache
def standard(name: str) -> Standard:
    """The plans of `standards/<name>.yaml`."""
    path = resources.files("bihuan.collect") / "standards" / f"{name}.yaml"
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Standard(name, _cells(raw["shared"]), tuple(_plan(one) for one in raw["tables"]))


def _plan(raw: Object) -> Plan:
    cells = _cells(raw["columns"])
    return Plan(
        table=raw["table"],
        each=tuple(raw["each"].split("/")) if raw["each"] else (),
        shared=tuple(raw.get("shared", ())),
        fixed=tuple(raw.get("set", {}).items()),
        cells=cells,
        members=raw.get("members", ""),
        first=raw.get("first", ""),
        winner=_way(raw["winner"]) if "winner" in raw else None,
        needs=raw.get("needs", ""),
        once=frozenset(order for order, one in enumerate(cells) if one.column in raw.get("once", ())),
        distinct=raw.get("distinct", False),
    )


def _cells(raw: dict[str, str]) -> tuple[Cell, ...]:
    return tuple(_cell(column, *spec.split(" ", 1)) for column, spec in sorted(raw.items()))


def _cell(column: str, kind: str, paths: str) -> Cell:
    ways = tuple(_way(path.strip()) for path in paths.split("|") if path.strip() != "none")
    quick = tuple((way.root, way.keys[0] if way.keys else "", len(way.keys) > 1, way) for way in ways)
    return Cell(column, _READERS[kind], ways, quick)


def _way(path: str) -> Way:
    if path.startswith("~/"):
        return Way(ROOTS["/"], tuple(path[2:].split("/")), is_borrowed=True)
    keys = tuple(one for one in path.split("/") if one != ".")
    if keys and keys[0] == "":
        return Way(ROOTS["/"], keys[1:])
    if keys and keys[0] in ROOTS and len(keys) > 1:
        return Way(ROOTS[keys[0]], keys[1:])
    return Way(0, keys)


def _text(value: Any) -> str | None:
    if type(value) is str:
        return value.strip() or None
    if type(value) is int or isinstance(value, Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    raise Misfit("", value, "a text")


def _code(value: Any) -> str | None:
    """A word of a code list, as the model writes it."""
    found = _text(value)
    return _CODES.get(found, found) if found else None


def _number(value: Any) -> str | None:
    if type(value) is int:
        return str(value)
    if isinstance(value, Decimal):
        return number(str(value))
    raise Misfit("", value, "a number")


def _list(value: Any) -> str | None:
    if isinstance(value, list):
        return JOINT.join(found for one in value if one is not None and (found := _text(one))) or None
    return _text(value)


def _count(value: Any) -> str | None:
    if isinstance(value, list):
        return str(len(value))
    raise Misfit("", value, "a list")


def _time(value: Any) -> str | None:
    found = _text(value)
    return found if found and "T" in found else None


def _total(value: Any) -> str | None:
    """The sum of the values of transactions; none if they are in more than one currency."""
    if not isinstance(value, list):
        raise Misfit("", value, "a list")
    values = [one.get("value") or one.get("amount") or NOTHING for one in value if isinstance(one, dict)]
    amounts = [one["amount"] for one in values if isinstance(one, dict) and one.get("amount") is not None]
    if not all(type(one) is int or isinstance(one, Decimal) for one in amounts):
        raise Misfit("", amounts, "numbers")
    currencies = {one.get("currency") for one in values if isinstance(one, dict)}
    return number(str(sum(amounts, Decimal()))) if amounts and len(currencies) == 1 else None


def _share(value: Any) -> str | None:
    """The measure of an observation in per cent."""
    unit = value.get("unit") if isinstance(value, dict) else None
    name = str(unit.get("name", "")).strip().casefold() if isinstance(unit, dict) else ""
    if name not in {"%", "percent", "percentage", "per cent", "百分比"} or value.get("measure") is None:
        return None
    measure = value["measure"]
    return f"{_text(measure)}%"


_CODES = {"notMet": "not_met", "partiallyMet": "partially_met", "pre-award": "pending", "closed": "terminated"}
_READERS: dict[str, Callable[[Any], str | None]] = {
    "text": _text,
    "code": _code,
    "number": _number,
    "list": _list,
    "count": _count,
    "time": _time,
    "total": _total,
    "share": _share,
}


def found(cells: Sequence[Cell], sources: Sequence[Object]) -> list[str | None]:
    """What fills each column, from the objects in the order of `ROOTS`; Misfit for a value of another type."""
    texts: list[str | None] = []
    for cell in cells:
        text = None
        for root, key, is_long, way in cell.quick:
            value = sources[root].get(key) if key else sources[root]
            if value is not None and is_long:
                value = _below(value, way, cell)
            if value is None:
                continue
            text = value.strip() if type(value) is str and cell.read is _text else _read(value, way, cell)
            if text:
                break
        texts.append(text or None)
    return texts


def _read(value: Any, way: Way, cell: Cell) -> str | None:
    try:
        return cell.read(value)
    except Misfit as error:
        if way.is_borrowed:
            return None
        raise _misfit(way, len(way.keys), value, error.wanted, cell) from None


def _below(value: Any, way: Way, cell: Cell) -> Any:
    """What stands at the end of a path whose first key gave `value`; None if it is not there."""
    for order, key in enumerate(way.keys[1:], 1):
        if key == "*":
            return _spread(value, way)
        if type(value) is not dict:
            if way.is_borrowed:
                return None
            raise _misfit(way, order, value, "an object", cell)
        value = value.get(key)
        if value is None:
            return None
    return value


def _spread(value: Any, way: Way) -> list[Any]:
    """The values at the rest of a path below every element of a list."""
    rest = way.keys[way.keys.index("*") + 1 :]
    spread = []
    for one in value if isinstance(value, list) else ():
        below = one
        for key in rest:
            below = below.get(key) if isinstance(below, dict) else None
        spread.append(below)
    return spread


def _misfit(way: Way, depth: int, value: object, wanted: str, cell: Cell) -> Misfit:
    root = next(name for name, index in ROOTS.items() if index == way.root)
    lead = root if root in ("", "/") else f"{root}/"
    return Misfit(lead + "/".join(way.keys[:depth]), value, wanted, cell.column)


def places(record: Object, each: Sequence[str]) -> Iterator[tuple[str, Any, Any]]:
    """Every object at a path: its path with indexes, itself, and the list element around it."""
    yield from _walk(record, each, "", NOTHING)


def _walk(value: Any, keys: Sequence[str], path: str, above: Any) -> Iterator[tuple[str, Any, Any]]:
    for order, key in enumerate(keys):
        if value is None:
            return
        if key == "*":
            if not isinstance(value, list):
                raise Misfit(path, value, "a list")
            rest = keys[order + 1 :]
            for index, one in enumerate(value):
                if rest:
                    yield from _walk(one, rest, f"{path}/{index}", one)
                else:
                    yield f"{path}/{index}", one, above
            return
        if not isinstance(value, dict):
            raise Misfit(path, value, "an object")
        value, path = value.get(key), f"{path}/{key}"
    if value is not None:
        yield path, value, above
