"""Where the headings of a grid stand, and how their two levels are joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.collect.handed import Grid
from bihuan.collect.match_headings import bare, key, known, shown, words

DEEPEST = 15  # rows in which headings are looked for
_VALUE = re.compile(r"^[-+−(]?[¥￥$]?[\d,.]+\)?%?$|^\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?(期|月)?(\s.*)?$|^\d{8,}$")
_FACT = re.compile(r"[:：]\s*\S")

Row = tuple[int, tuple[str | None, ...]]


@dataclass(frozen=True)
class Heading:
    """The heading of a grid: its line or lines, and one name for each column."""

    lines: tuple[int, ...]
    names: tuple[str, ...]  # unique without regard to case; a blank one is 列N


def find(grid: Grid) -> Heading | None:
    """The best heading among the first rows, or None where no row looks like one."""
    rows = [row for row in grid.head if any(filled(row[1]))]
    if not rows:
        return None
    if grid.named:
        return join(grid, [rows[0]])
    best = max(range(min(len(rows), DEEPEST)), key=lambda at: (score(rows, at, grid), -at))
    if score(rows, best, grid) <= 0:
        return None
    return join(grid, _levels(rows, best, grid))


def at_lines(grid: Grid, lines: Sequence[int]) -> Heading | None:
    """The heading that a person says stands on these lines."""
    rows = [row for row in grid.head if row[0] in lines]
    return join(grid, rows) if rows else None


def score(rows: Sequence[Row], at: int, grid: Grid) -> float:
    """How much row `at` looks like headings: known words count most, then text that does not repeat. 0 or less: no."""
    found = [shown(one) for one in filled(rows[at][1])]
    used = max((len(filled(row[1])) for row in rows), default=0)
    if not found or (len(found) < 2 and used > 1):
        return 0.0
    values = sum(1 for one in found if _VALUE.match(one))
    facts = sum(1 for one in found if _FACT.search(one) or len(one) > 40)
    familiar = len({bare(one) for one in found if is_known(one)})
    unique = len({key(one) for one in found}) / len(found)
    plain = 1 - (values + 2 * facts) / len(found)
    if plain < 0.6 or (familiar == 0 and (unique < 1 or plain < 1)):
        return 0.0
    breadth = min(len(found) / used, 1.0)
    if familiar == 0 and (breadth < 0.6 or not _body_differs(rows, at)):
        return 0.0
    return familiar * 2 * unique + plain * breadth + (0.0 if grid.named else unique * breadth)


def is_known(heading: str) -> bool:
    """Whether some table of the model knows the heading, or it is one that stands for no column (序号)."""
    return key(heading) in known() or bare(heading) in known() or key(heading) in words().aside["any"]


def join(grid: Grid, rows: Sequence[Row]) -> Heading:
    """One name a column: the levels joined without repeating, blanks named by place, repeated ones numbered."""
    spread = [_spread(grid, rows, level) for level in range(len(rows))]
    names: list[str] = []
    seen: set[str] = set()
    for column in range(grid.width):
        name = _unique(_joined(spread, column) or f"列{column + 1}", seen)
        seen.add(name.casefold())
        names.append(name)
    return Heading(tuple(row[0] for row in rows), tuple(names))


def _joined(spread: Sequence[Sequence[str]], column: int) -> str:
    """The words of all levels; the lowest alone where it names a column by itself: 会计科目 over 科目编码."""
    parts = list(dict.fromkeys(level[column] for level in spread if level[column]))
    whole = "".join(parts)
    if len(parts) < 2 or is_known(whole) or not is_known(parts[-1]) or key(parts[-1]) in words().part:
        return whole
    return parts[-1] if list(spread[-1]).count(parts[-1]) == 1 else whole


def filled(cells: Sequence[str | None]) -> list[str]:
    """The cells that hold something."""
    return [one for one in cells if one is not None and one.strip()]


def _body_differs(rows: Sequence[Row], at: int) -> bool:
    """Whether something below is no plain text, as body under headings that nobody knows should have it."""
    below = rows[at + 1 : at + 6]
    return any(_VALUE.match(shown(one)) for row in below for one in filled(row[1]))


def _levels(rows: Sequence[Row], best: int, grid: Grid) -> list[Row]:
    """The heading row with the group row above or the part row below, where there is one."""
    if best + 1 < len(rows) and _is_part_of(rows[best], rows[best + 1], grid):
        return [rows[best], rows[best + 1]]
    if best > 0 and _is_group_of(rows[best - 1], rows[best], grid):
        return [rows[best - 1], rows[best]]
    return [rows[best]]


def _is_part_of(upper: Row, lower: Row, grid: Grid) -> bool:
    """Whether `lower` splits columns of `upper`: text only, and under a merged or blank cell of it."""
    cells = [shown(one) for one in filled(lower[1])]
    if not cells or any(_VALUE.match(one) for one in cells):
        return False
    if _spans(grid, upper[0]) and all(_may_be_part(upper, lower, column, grid) for column in _at(lower)):
        return True
    under_blank = any(not _cell(upper, column) for column in _at(lower))
    familiar = sum(1 for one in cells if key(one) in words().part or is_known(one))
    return under_blank and familiar * 2 > len(cells)


def _may_be_part(upper: Row, lower: Row, column: int, grid: Grid) -> bool:
    """A part stands below a cell that spans columns, or below a blank; or it repeats a cell merged downwards."""
    spans = any(first <= column + 1 <= last for first, last in _spans(grid, upper[0]))
    return spans or not _cell(upper, column) or _cell(upper, column) == _cell(lower, column)


def _is_group_of(upper: Row, lower: Row, grid: Grid) -> bool:
    """Whether `upper` groups columns of `lower`: at least one cell spans some, not all, of the columns."""
    cells = [shown(one) for one in filled(upper[1])]
    if not cells or any(_VALUE.match(one) or _FACT.search(one) for one in cells):
        return False
    across = [last - first + 1 for first, last in _spans(grid, upper[0])]
    if across:
        return max(across) < grid.width - 1
    completes = any(_cell(upper, column) and not _cell(lower, column) for column in range(grid.width))
    return len(cells) > 1 and completes


def _spans(grid: Grid, line: int) -> list[tuple[int, int]]:
    """First and last column of the cells on `line` that are merged across columns."""
    return [(c1, c2) for r1, c1, r2, c2 in grid.merged if r1 <= line <= r2 and c2 > c1]


def _spread(grid: Grid, rows: Sequence[Row], level: int) -> list[str]:
    """The words of one level, written also over the columns that a merged (or left blank) cell covers."""
    line = rows[level][0]
    found = [shown(_cell(rows[level], column)) for column in range(grid.width)]
    for first, last in _spans(grid, line):
        for column in range(first, min(last, grid.width)):
            found[column] = found[column] or found[first - 1]
    if level + 1 < len(rows) and not _spans(grid, line):
        for column in range(1, grid.width):
            lower = rows[level + 1]
            if not found[column] and _cell(lower, column) and found[column - 1] and _cell(lower, column - 1):
                found[column] = found[column - 1]
    return found


def _at(row: Row) -> list[int]:
    return [column for column in range(len(row[1])) if _cell(row, column)]


def _cell(row: Row, column: int) -> str:
    cells = row[1]
    return (cells[column] or "").strip() if column < len(cells) else ""


def _unique(name: str, seen: set[str]) -> str:
    if name.casefold() not in seen and name.casefold() not in {"sheet", "line"}:
        return name
    number = 2
    while f"{name}_{number}".casefold() in seen:
        number += 1
    return f"{name}_{number}"
