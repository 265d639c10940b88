"""What a row below the headings is besides a row: the SQL conditions for totals, notes, repeated headings, blanks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.collect.desk import cells
from bihuan.collect.handed import Grid
from bihuan.collect.layout_heading import Heading, Row, filled
from bihuan.collect.match_headings import bare, numeric_keys, shown
from bihuan.store.engine import text

_WHOLE = (
    "合计|总计|小计|总合计|合计金额|本页小计|本页合计|本月合计|本月小计|本年累计|本期合计|本季合计|本日合计|累计|当前合计|期初余额|"
    "年初余额|月初余额|期末余额|上年结转|上月结转|上期结转|结转上年|结转下年|承前页|承上页|接上页|过次页|转下页|total|grandtotal|subtotal|sum|"
    "openingbalance|closingbalance|broughtforward|carriedforward"
)
# RE2: no look-ahead; blanks (also full-width ones) may stand between the characters, as in 合　　计.
_BLANK = re.compile("[ \u3000\t]*")
_TOTAL = f"^({_WHOLE})[:：]?$"
_SUMS = "计[ \u3000\t]*(金[ \u3000\t]*额[ \u3000\t]*)?[:：]?[ \u3000\t]*$"  # where 计 stands in _WHOLE; 会计1 is none
_ENDS = "(小计|合计|总计|累计)[:：]?$"
_NOTE = (
    "^(制表|填表|编制|审核|复核|负责人|单位负责人|主管|会计主管|财务负责人|经办|出纳|填报|打印|导出|联系人|联系电话|说明|注|备注|"
    "数据来源|领导签字|单位盖章|盖章|制单|记账)[^:：]{0,6}[:：]|^(填报说明|备注说明|编制说明)|^第\\d+页|^共\\d+[页条笔]"
)
_NUMBER = re.compile(r"^[-+(]?[¥￥$]?[\d,]+(\.\d+)?\)?$")
_WORDY = re.compile("[\u3400-\u9fff]|[A-Za-z]{3}")
_FREE = frozenset({"摘要", "用途", "说明", "备注", "事由", "描述", "description", "名称", "内容"})
_COUNTERS = frozenset({"序号", "编号", "行号", "行次", "序", "no", "no."})


@dataclass(frozen=True)
class Conditions:
    """SQL over the columns of a grid: the signs are cheap and miss nothing, `kind` is exact and costs more."""

    found: tuple[tuple[str, str], ...]  # column, and what in it alone makes its row suspicious
    kind: str  # total, note, heading, blank, or NULL for a row

    @property
    def suspicious(self) -> str:
        """Whether a row may be set apart."""
        return " OR ".join(sign for _, sign in self.found) or "true"

    def signs(self, column: str) -> list[str]:
        """What in this column alone makes a row suspicious."""
        return [sign for name, sign in self.found if name == column]


def conditions(grid: Grid, heading: Heading, below: Sequence[Row]) -> Conditions:
    """What sets a row apart. A total's word counts where the row is thin (a column that is usually filled is blank),
    or where it stands alone in a column of names; in a description of a full row it is but a description.
    """
    columns = cells(grid.width)
    numeric = numeric_columns(heading, below)
    usual = [columns[at] for at in _usual(below, grid.width) if at not in numeric]
    thin = " OR ".join(f"coalesce(trim({one}), '') = ''" for one in usual) or "true"
    named = [columns[at] for at in _names(heading, below, numeric)]
    again, starts = _again(grid, heading)
    kinds = {
        "blank": " AND ".join(f"coalesce(trim({one}), '') = ''" for one in columns),
        "heading": again,
        "total": f"{_any(named, _TOTAL)} OR (({thin}) AND ({_any(columns, _TOTAL)} OR {_any(columns, _ENDS)}))",
        "note": f"({thin}) AND {_matches(_first(columns), _NOTE)}",
    }
    # Whatever is blank sorts before '!'; a cell that merely begins with a blank is looked at again by `kind`.
    quick = [(one, f"coalesce({one}, '') < '!' OR {one} = '\u3000'") for one in usual]
    quick = quick or [(columns[0], "true")]
    quick += [(one, f"(contains({one}, '计') AND regexp_matches({one}, {text(_SUMS)}))") for one in named]
    # Such a word begins with a letter, unless a full-width blank stands before it: most names are neither.
    totals = "(({0} < '{{' OR starts_with({0}, '\u3000')) AND (contains({0}, 'otal') OR contains({0}, 'OTAL')))"
    quick += [(one, totals.format(one)) for one in named]
    cases = " ".join(f"WHEN {when} THEN {text(kind)}" for kind, when in kinds.items())
    return Conditions((*quick, *starts), f"CASE {cases} END")


def total_label(found: Sequence[str]) -> str:
    """The cell that says that a row is a total, without blanks; nothing if none does."""
    return next((re.sub(_BLANK, "", one) for one in found if is_total(one)), "")


def is_total(cell: str) -> bool:
    """Whether a cell says that its row is a total or a note."""
    squeezed = re.sub(_BLANK, "", cell).casefold()
    return bool(re.match(_TOTAL, squeezed) or re.search(_ENDS, squeezed) or re.match(_NOTE, squeezed))


def numeric_columns(heading: Heading, below: Sequence[Row]) -> set[int]:
    """Places of the columns of money or quantities: by their heading, else by decimals in their cells."""
    found: set[int] = set()
    for at, name in enumerate(heading.names):
        values = [shown(one) for one in _column(below, at)]
        numbers = [one for one in values if _NUMBER.match(one)]
        if bare(name) in _COUNTERS or (values and len(numbers) * 2 < len(values)):
            continue
        if bare(name) in numeric_keys() or any("." in one or "," in one for one in numbers):
            found.add(at)
    return found


def _names(heading: Heading, below: Sequence[Row], numeric: set[int]) -> list[int]:
    """Columns of names and words, but not of sentences: there 小计 alone means a subtotal."""
    wordy = [
        at
        for at in range(len(heading.names))
        if at not in numeric
        and not any(bare(heading.names[at]).endswith(one) for one in _FREE)
        and any(_WORDY.search(one) for one in _column(below, at))
    ]
    return wordy or [at for at in range(len(heading.names)) if at not in numeric]


def _usual(below: Sequence[Row], width: int) -> list[int]:
    """The columns that are filled in nearly every row that is no total."""
    every = [row for row in below if filled(row[1])]
    rows = [row for row in every if not any(is_total(one) for one in filled(row[1]))] or every
    return [at for at in range(width) if rows and len(_column(rows, at)) >= 0.9 * len(rows)]


def _again(grid: Grid, heading: Heading) -> tuple[str, list[tuple[str, str]]]:
    """Whether a row repeats one of the rows down to the heading, as page breaks do; and the quick sign of it."""
    rows = [row[1] for row in grid.head if row[0] <= heading.lines[-1] and filled(row[1])]
    every = "concat_ws(chr(31), " + ", ".join(f"nullif(trim({one}), '')" for one in cells(grid.width)) + ")"
    whole = ", ".join(text("\x1f".join(one.strip() for one in filled(row))) for row in rows)
    firsts: dict[int, list[str]] = {}
    for row in rows:
        at = next(index for index, one in enumerate(row) if one and one.strip())
        firsts.setdefault(at + 1, []).append((row[at] or "").strip())
    starts = [(f"c{at}", _begins_with(f"c{at}", words)) for at, words in firsts.items()]
    begins = " OR ".join(sign for _, sign in starts)
    return (f"({begins}) AND {every} IN ({whole})" if rows else "false"), starts


def _begins_with(column: str, words: Sequence[str]) -> str:
    letters = " OR ".join(f"contains({column}, {text(one[0])})" for one in words)
    return f"(({letters}) AND trim({column}) IN ({', '.join(map(text, words))}))"


def _any(columns: Sequence[str], pattern: str) -> str:
    return "(" + (" OR ".join(_matches(one, pattern) for one in columns) or "false") + ")"


def _matches(value: str, pattern: str) -> str:
    squeezed = f"replace(replace(replace(lower({value}), ' ', ''), '\u3000', ''), chr(9), '')"
    return f"coalesce(regexp_matches({squeezed}, {text(pattern)}), false)"


def _first(columns: Sequence[str]) -> str:
    return "coalesce(" + ", ".join(f"nullif(trim({one}), '')" for one in columns) + ")"


def _column(rows: Sequence[Row], at: int) -> list[str]:
    return [cell for _, row in rows if at < len(row) and (cell := (row[at] or "").strip())]
