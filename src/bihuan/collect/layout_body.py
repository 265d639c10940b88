"""The body below the headings as SQL: which rows are rows, which are totals, notes or headings again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bihuan.collect.desk import Desk, cells
from bihuan.collect.handed import Grid
from bihuan.collect.layout_heading import Heading, Row, filled
from bihuan.collect.match_headings import bare, key, known, numeric_keys, shown, words
from bihuan.collect.sheet import TotalsRow
from bihuan.store.engine import quoted, text

KEPT = 10_000  # rows set apart whose cells are kept; the count is always complete
_WHOLE = (
    "合计|总计|小计|总合计|合计金额|本页小计|本页合计|本月合计|本月小计|本年累计|本期合计|本季合计|本日合计|累计|当前合计|期初余额|"
    "年初余额|月初余额|期末余额|上年结转|上月结转|上期结转|结转上年|结转下年|承前页|承上页|接上页|过次页|转下页|total|grandtotal|subtotal|sum|"
    "openingbalance|closingbalance|broughtforward|carriedforward"
)
REASONS = {"total": "totals row", "heading": "repeated heading", "note": "note below the table"}  # blanks are not told
# RE2: no look-ahead; blanks (also full-width ones) may stand between the characters, as in 合　　计.
_BLANK = "[ \u3000\t]*"
_TOTAL = f"^({_WHOLE})[:：]?$"
_ENDS = "(小计|合计|总计|累计)[:：]?$"
_NOTE = (
    "^(制表|填表|编制|审核|复核|负责人|单位负责人|主管|会计主管|财务负责人|经办|出纳|填报|打印|导出|联系人|联系电话|说明|注|备注|"
    "数据来源|领导签字|单位盖章|盖章|制单|记账)[^:：]{0,6}[:：]|^(填报说明|备注说明|编制说明)|^第\\d+页|^共\\d+[页条笔]"
)
_NUMBER = re.compile(r"^[-+(]?[¥￥$]?[\d,]+(\.\d+)?\)?$")
_FREE = frozenset({"摘要", "用途", "说明", "备注", "事由", "描述", "description", "名称", "内容"})
_COUNTERS = frozenset({"序号", "编号", "行号", "行次", "序", "no", "no."})


@dataclass(frozen=True)
class Body:
    """The rows of a sheet as SQL, and what was set apart."""

    scan: str
    totals: tuple[TotalsRow, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: dict[str, int] = field(default_factory=dict)


def take(grid: Grid, heading: Heading, desk: Desk, *, until: int | None = None) -> Body:
    """The body of a grid: one pass over it finds what is set apart, the rest is left to the query."""
    below = [row for row in grid.head if row[0] > heading.lines[-1]]
    classes = _classes(grid, heading, below)
    inside = f"line > {heading.lines[-1]}" + (f" AND line <= {until}" if until else "")
    source = f"SELECT * FROM ({grid.scan}) WHERE {inside}"
    kinds = " ".join(f"WHEN {when} THEN {text(kind)}" for kind, when in classes.items())
    marked = f"SELECT *, CASE {kinds} END AS _kind FROM ({source})"
    apart = desk.engine.rows(
        f"SELECT _kind, line, {', '.join(cells(grid.width))} FROM ({marked}) "
        f"WHERE _kind IS NOT NULL ORDER BY line LIMIT {KEPT + 1}"
    )
    if len(apart) <= KEPT:
        lines = ", ".join(str(row[1]) for row in apart)
        kept = f"{source} AND line NOT IN ({lines})" if lines else source
    else:
        kept = f"SELECT * EXCLUDE (_kind) FROM ({marked}) WHERE _kind IS NULL"
    names = ", ".join(f"{one} AS {quoted(name)}" for one, name in zip(cells(grid.width), heading.names, strict=True))
    body = fill_merged(grid, heading, below, kept)
    return Body(
        scan=f"SELECT {text(grid.sheet)} AS sheet, line, {names} FROM ({body})",
        totals=tuple(_total(row, heading) for row in apart if row[0] == "total"),
        notes=tuple(" ".join(filled(row[2:])) for row in apart if row[0] == "note"),
        skipped=_counts(apart) if len(apart) <= KEPT else _counted(desk, marked),
    )


def fill_merged(grid: Grid, heading: Heading, below: Sequence[Row], source: str) -> str:
    """The rows with cells that were merged downwards filled, within the merged lines only, and never money."""
    numeric = _numeric_columns(heading, below)
    spans: dict[int, list[tuple[int, int]]] = {}
    for first, column, last, _ in grid.merged:
        if last > first > heading.lines[-1] and column <= grid.width and column - 1 not in numeric:
            spans.setdefault(column, []).append((first, last))
    if not spans:
        return source
    filled_in = {f"c{column}": _filled(f"c{column}", f"m{column}") for column in spans}
    columns = ", ".join(f"{filled_in.get(one, f'b.{one}')} AS {one}" for one in cells(grid.width))
    joins = " ".join(_ranges(column, found) for column, found in sorted(spans.items()))
    return f"SELECT b.line, {columns} FROM ({source}) AS b {joins}"


def second_table(grid: Grid, heading: Heading) -> int | None:
    """The line of another heading among the first rows, which would mean a second table below the first."""
    own = {key(one) for row in grid.head if row[0] in heading.lines for one in filled(row[1])}
    for line, row in grid.head:
        if line <= heading.lines[-1]:
            continue
        found = [bare(one) for one in filled(row)]
        strange = [one for one in found if one in _plain_known() and one not in own]
        if len(strange) >= 3 and len(strange) * 2 > len(found):
            return line
    return None


def _classes(grid: Grid, heading: Heading, below: Sequence[Row]) -> Mapping[str, str]:
    """What a row is besides a row → the SQL condition, in the order in which they are asked."""
    columns = cells(grid.width)
    numeric = _numeric_columns(heading, below)
    usual = [columns[at] for at in _usual(below, grid.width) if at not in numeric]
    thin = " OR ".join(f"coalesce(trim({one}), '') = ''" for one in usual) or "true"
    labels = [one for at, one in enumerate(columns) if at not in numeric and not _is_free(heading.names[at])]
    whole = " OR ".join(_matches(one, _TOTAL, "计lLmM:： 　") for one in labels) or "false"
    loose = " OR ".join(f"{_matches(one, _TOTAL)} OR {_matches(one, _ENDS)}" for one in columns)
    first = "coalesce(" + ", ".join(f"nullif(trim({one}), '')" for one in columns) + ")"
    return {
        "blank": " AND ".join(f"coalesce(trim({one}), '') = ''" for one in columns),
        "heading": _again(grid, heading),
        "total": f"({whole}) OR (({thin}) AND ({loose}))",
        "note": f"({thin}) AND {_matches(first, _NOTE)}",
    }


def _matches(column: str, pattern: str, ends: str = "") -> str:
    squeezed = f"replace(replace(replace(lower({column}), ' ', ''), '\u3000', ''), chr(9), '')"
    found = f"regexp_matches({squeezed}, {text(pattern)})"
    if not ends:
        return f"({column} IS NOT NULL AND {found})"
    quick = " OR ".join(f"suffix({column}, {text(one)})" for one in ends)
    return f"(({quick}) AND {found})"


def _again(grid: Grid, heading: Heading) -> str:
    """Whether a row repeats one of the rows down to the heading, as page breaks do."""
    rows = [row[1] for row in grid.head if row[0] <= heading.lines[-1] and filled(row[1])]
    if not rows:
        return "false"
    every = "concat_ws(chr(31), " + ", ".join(f"nullif(trim({one}), '')" for one in cells(grid.width)) + ")"
    whole = ", ".join(text("\x1f".join(one.strip() for one in filled(row))) for row in rows)
    starts = []
    for row in rows:
        at = next(index for index, one in enumerate(row) if one and one.strip())
        starts.append(f"trim(c{at + 1}) = {text((row[at] or '').strip())}")
    return f"({' OR '.join(dict.fromkeys(starts))}) AND {every} IN ({whole})"


def _usual(below: Sequence[Row], width: int) -> list[int]:
    """The columns that are filled in nearly every row that is no total."""
    every = [row for _, row in below if filled(row)]
    rows = [row for row in every if not any(_is_total(one) for one in filled(row))] or every
    if not rows:
        return []
    counts = [sum(1 for row in rows if at < len(row) and (row[at] or "").strip()) for at in range(width)]
    return [at for at, count in enumerate(counts) if count >= 0.9 * len(rows)]


def _is_total(cell: str) -> bool:
    squeezed = re.sub(_BLANK, "", cell).casefold()
    return bool(re.match(_TOTAL, squeezed) or re.search(_ENDS, squeezed) or re.match(_NOTE, squeezed))


def _numeric_columns(heading: Heading, below: Sequence[Row]) -> set[int]:
    """Columns of money or quantities: by their heading, else by decimals in their cells."""
    found: set[int] = set()
    for at, name in enumerate(heading.names):
        values = [shown(one) for _, row in below if at < len(row) and (one := row[at] or "").strip()]
        numbers = [one for one in values if _NUMBER.match(one)]
        if bare(name) in _COUNTERS or (values and len(numbers) * 2 < len(values)):
            continue
        if bare(name) in numeric_keys() or any("." in one or "," in one for one in numbers):
            found.add(at)
    return found


def _is_free(heading: str) -> bool:
    """Whether people write sentences there, in which a total's word may stand by itself."""
    return any(bare(heading).endswith(one) for one in _FREE)


def _plain_known() -> frozenset[str]:
    return frozenset(known()) - words().part


def _counts(apart: Sequence[tuple[object, ...]]) -> dict[str, int]:
    kinds = [str(row[0]) for row in apart]
    return {reason: kinds.count(kind) for kind, reason in REASONS.items() if kind in kinds}


def _counted(desk: Desk, marked: str) -> dict[str, int]:
    found = dict(desk.engine.rows(f"SELECT _kind, count(*) FROM ({marked}) WHERE _kind IS NOT NULL GROUP BY 1"))
    return {reason: found[kind] for kind, reason in REASONS.items() if kind in found}


def _total(row: Sequence[object], heading: Heading) -> TotalsRow:
    cells_of = {name: str(one or "").strip() for name, one in zip(heading.names, row[2:], strict=True)}
    found = {name: one for name, one in cells_of.items() if one}
    labels = [re.sub(_BLANK, "", one) for one in found.values() if _is_total(one)]
    return TotalsRow(line=int(str(row[1])), label=labels[0] if labels else "", cells=found)


def _filled(column: str, merge: str) -> str:
    value = f"nullif(trim(b.{column}), '')"
    window = f"last_value({value} IGNORE NULLS) OVER (PARTITION BY {merge}.first ORDER BY b.line)"
    return f"CASE WHEN {merge}.first IS NULL THEN b.{column} ELSE {window} END"


def _ranges(column: int, spans: Sequence[tuple[int, int]]) -> str:
    values = ", ".join(f"({first}, {last})" for first, last in sorted(spans))
    merge = f"m{column}"
    return f"LEFT JOIN (VALUES {values}) AS {merge}(first, last) ON b.line BETWEEN {merge}.first AND {merge}.last"
