"""SQL that means the same on DuckDB and Spark: what is allowed, and the remedy for what is not.

What was measured stands in `docs/decisions` and in the founders' notes on the stack. A function that is not in
`ALLOWED` is refused: an allow-list cannot forget a trap that nobody has met yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp


@dataclass(frozen=True)
class Fault:
    """Something that a query may not say: where it stands, why not, and what to write instead."""

    where: str
    why: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}; {self.remedy}."


Rule = Callable[[exp.Expr], "tuple[str, str] | None"]  # (why, remedy), or None where all is well

ALLOWED: frozenset[type[exp.Expr]] = frozenset(
    {
        # sets of rows
        *(exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.ArgMax, exp.ArgMin, exp.Median),
        *(exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.Variance, exp.VariancePop, exp.Corr),
        *(exp.CovarSamp, exp.CovarPop, exp.LogicalAnd, exp.LogicalOr, exp.GroupConcat, exp.ArrayAgg, exp.Grouping),
        # windows
        *(exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile),
        *(exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue),
        # lists
        *(exp.ArraySort, exp.ArraySize, exp.ArrayToString, exp.ArrayContains),
        *(exp.ArrayConcat, exp.ArrayDistinct, exp.Flatten),
        # numbers
        *(exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Sqrt, exp.Exp, exp.Ln, exp.Pow, exp.Sign),
        *(exp.Greatest, exp.Least),
        # text
        *(exp.Upper, exp.Lower, exp.Trim, exp.Length, exp.Left, exp.Right, exp.Substring, exp.Replace, exp.Reverse),
        *(exp.Pad, exp.Repeat, exp.SplitPart, exp.Contains, exp.StartsWith, exp.EndsWith, exp.StrPosition),
        *(exp.Concat, exp.ConcatWs, exp.RegexpLike, exp.RegexpExtract, exp.RegexpReplace, exp.RegexpILike),
        *(exp.MD5, exp.SHA2, exp.Translate),
        # days
        *(exp.DateDiff, exp.TimestampTrunc, exp.DateTrunc, exp.LastDay, exp.DateFromParts, exp.TimeToStr),
        *(exp.Year, exp.Month, exp.Day, exp.DayOfMonth, exp.Quarter, exp.Hour, exp.Minute, exp.Extract),
        # choices and types
        *(exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Cast, exp.TryCast, exp.Exists, exp.And, exp.Or, exp.Xor),
    }
)

ALL_COLUMNS = "all columns, whatever they will be"
_USE_CALENDAR = "join the table calendar, whose weekday is 1 for Monday"
_NOT_REPEATABLE = "a run must give the same leads tomorrow"
_USE_MEDIAN = "write median(CAST(x AS DOUBLE)), or rank the rows with ntile"

# Functions refused for a known reason; the rest of what is not allowed gets the general words.
REFUSED: dict[str, tuple[str, str]] = {
    "count_if": ("gives NULL here where nothing is told, and 0 on Spark", "write count(*) FILTER (WHERE x)"),
    "hash": ("gives other numbers on Spark", "use md5"),
    "quantile_cont": ("fails on Spark", _USE_MEDIAN),
    "quantile_disc": ("fails on Spark", _USE_MEDIAN),
    "quantile": ("fails on Spark", _USE_MEDIAN),
    "percentile_cont": ("becomes approximate on Spark", _USE_MEDIAN),
    "percentile_disc": ("becomes approximate on Spark", _USE_MEDIAN),
    "day_of_week": ("counts from another day on Spark", _USE_CALENDAR),
    "day_of_week_iso": ("fails on Spark", _USE_CALENDAR),
    "dayofweek_iso": ("fails on Spark", _USE_CALENDAR),
    "weekday": ("counts from another day on Spark", _USE_CALENDAR),
    "dayname": ("differs on Spark", _USE_CALENDAR),
    "week": ("differs on Spark", "use calendar, or year() and month()"),
    "skewness": ("differs on Spark", "compute it from sums, or leave it"),
    "generate_series": ("fails on Spark", "join calendar for days, or find gaps with lead()"),
    "range": ("fails on Spark", "join calendar for days, or find gaps with lead()"),
    "explode": ("differs on Spark", "join the rows instead of unpacking a list"),
    "unnest": ("differs on Spark", "join the rows instead of unpacking a list"),
    "try_strptime": ("fails on Spark", "dates are converted when collecting; use the date column"),
    "str_to_time": ("differs on Spark", "dates are converted when collecting; use the date column"),
    "to_days": ("fails on Spark", "write INTERVAL 1 DAY * n"),
    "any_value": ("gives any row, not always the same", "use min() or max(), or arg_max(x, row_id)"),
    "first": ("gives any row, not always the same", "use min() or max(), or arg_min(x, row_id)"),
    "last": ("gives any row, not always the same", "use min() or max(), or arg_max(x, row_id)"),
    "mode": ("chooses freely between equals", "count, then rank with row_number() and a total order"),
    "rand": (_NOT_REPEATABLE, "sample with ORDER BY md5(concat('seed', row_id))"),
    "random": (_NOT_REPEATABLE, "sample with ORDER BY md5(concat('seed', row_id))"),
    "now": (_NOT_REPEATABLE, "use the dates in the books, such as max(paid_on)"),
    "today": (_NOT_REPEATABLE, "use the dates in the books, such as max(paid_on)"),
    "current_date": (_NOT_REPEATABLE, "use the dates in the books, such as max(paid_on)"),
    "current_timestamp": (_NOT_REPEATABLE, "use the dates in the books, such as max(paid_on)"),
    "log": ("puts exact powers of ten in the wrong cell", "take digits from the text of integer cents; else ln()"),
    "trunc": ("differs on Spark", "use floor(), or round(x, 2)"),
    "levenshtein": ("counts bytes here and characters on Spark", "compare normalised names, or link first"),
    "len": ("fails on lists in Spark", "use length() for text and array_length() for lists"),
    "date_add": ("gives another type on Spark", "write date + INTERVAL 1 DAY * n"),
    "date_part": ("differs on Spark", "use year(), month(), day() or quarter()"),
    "approx_distinct": ("is approximate", "use count(DISTINCT x)"),
    "time_to_unix": ("differs on Spark", "use date_diff('day', a, b)"),
}

_WHOLE = (exp.DType.INT, exp.DType.BIGINT, exp.DType.SMALLINT, exp.DType.TINYINT, exp.DType.INT128)
_FRACTIONAL = (exp.DType.DECIMAL, exp.DType.DOUBLE, exp.DType.FLOAT, exp.DType.UNKNOWN)
_DAY_PARTS = frozenset({"YEAR", "MONTH", "DAY", "QUARTER", "HOUR", "MINUTE"})


def dialect_faults(tree: exp.Query) -> Iterator[Fault]:
    """What in the tree is silently different on Spark or fails there, in reading order, each once."""
    told: set[str] = set()
    for node in tree.walk():
        for rule in _rules(node):
            found = rule(node)
            fault = found and Fault(_shown(node), *found)
            if fault and str(fault) not in told:
                told.add(str(fault))
                yield fault


def _rules(node: exp.Expr) -> Iterator[Rule]:
    if isinstance(node, exp.Func):
        yield _function
    for kind, rule in _BY_KIND:
        if isinstance(node, kind):
            yield rule


def _function(node: exp.Expr) -> tuple[str, str] | None:
    if type(node) in ALLOWED:
        return None
    name = node.name.lower() if isinstance(node, exp.Anonymous) else node.key
    for one in (name, _snake(type(node).__name__)):
        if one in REFUSED:
            return REFUSED[one]
    return "is not known to mean the same on Spark", "write it with functions listed in docs/adding-a-method.md"


def _list(node: exp.Expr) -> tuple[str, str] | None:
    held = node.this
    if isinstance(held, exp.Order):
        return "the order is dropped on Spark", "write list_sort(list(x))"
    if not node.find_ancestor(exp.ArraySort, exp.ArraySize, exp.ArrayContains):
        return "a list has no order of its own", "write list_sort(list(x))"
    return _nulls_in_list(node, held)


def _nulls_in_list(node: exp.Expr, held: exp.Expr) -> tuple[str, str] | None:
    inner = held.expressions[0] if isinstance(held, exp.Distinct) and held.expressions else held
    never_null = isinstance(inner, exp.Column) and (inner.name == "row_id" or inner.name.endswith("_rows"))
    if isinstance(inner, exp.Coalesce) and isinstance(inner.expressions[-1], exp.Literal):
        return None
    if isinstance(node.parent, exp.Filter) or (never_null and not _is_padded(inner)):
        return None
    return "NULLs stay in the list here and not on Spark", "add FILTER (WHERE x IS NOT NULL)"


def _is_padded(column: exp.Expr) -> bool:
    """Whether the column stands on the side of an outer join that may be NULL."""
    select = column.find_ancestor(exp.Select)
    joins = select.args.get("joins") or [] if select else []
    name = column.args.get("table")
    for one in joins:
        if one.side in {"LEFT", "FULL"} and name is not None and one.this.alias_or_name == name.name:
            return True
    return any(one.side in {"RIGHT", "FULL"} for one in joins)


def _string_agg(node: exp.Expr) -> tuple[str, str] | None:
    if node.find(exp.Distinct):
        return "DISTINCT fails on Spark", "write array_to_string(list_sort(list(DISTINCT x)), '、')"
    if not node.find(exp.Order):
        return "has no order", "write string_agg(x, '、' ORDER BY …)"
    return None


def _median(node: exp.Expr) -> tuple[str, str] | None:
    if isinstance(node.this, exp.Cast) and node.this.to.is_type(exp.DType.DOUBLE):
        return None
    return "the type of a median differs on Spark", "write median(CAST(x AS DOUBLE))"


def _regexp_replace(node: exp.Expr) -> tuple[str, str] | None:
    flags = node.args.get("modifiers")
    if flags is not None and "g" in flags.name:
        return None
    return "replaces once here and everywhere on Spark", "add 'g' as the fourth argument"


def _date_diff(node: exp.Expr) -> tuple[str, str] | None:
    unit = node.args.get("unit")
    if unit is not None and unit.name.upper() == "DAY":
        return None
    return (
        "months and weeks are counted otherwise on Spark",
        "use 'day', or (year(b) - year(a)) * 12 + month(b) - month(a)",
    )


def _date_trunc(node: exp.Expr) -> tuple[str, str] | None:
    parent = node.parent
    if isinstance(parent, exp.Cast) and parent.to.is_type(exp.DType.DATE):
        return None
    return "gives an instant on Spark", "write CAST(date_trunc('month', x) AS DATE)"


def _cast(node: exp.Expr) -> tuple[str, str] | None:
    if not node.to.is_type(*_WHOLE):  # type: ignore[attr-defined]
        return None
    inner = node.this.unnest()
    if isinstance(inner, exp.Round | exp.Floor | exp.Ceil | exp.Literal):
        return None
    kind = inner.type
    if kind is not None and not kind.is_type(*_FRACTIONAL):
        return None
    return (
        "a fraction is rounded here and cut off on Spark",
        "write CAST(round(x) AS BIGINT) or CAST(floor(x) AS BIGINT)",
    )


def _substring(node: exp.Expr) -> tuple[str, str] | None:
    start = node.args.get("start")
    if isinstance(start, exp.Literal) and start.name == "0":
        return "position 0 differs on Spark", "count from 1"
    return None


def _trim(node: exp.Expr) -> tuple[str, str] | None:
    what = node.args.get("expression")
    if what is not None and "\u3000" in what.name:
        return "full-width spaces differ on Spark", "they are gone since collecting; write trim(x)"
    return None


def _subtraction(node: exp.Expr) -> tuple[str, str] | None:
    sides = (node.this.type, node.expression.type)
    if all(one is not None and one.is_type(exp.DType.DATE) for one in sides):
        return "a date less a date is an interval on Spark", "write date_diff('day', earlier, later)"
    return None


def _division(node: exp.Expr) -> tuple[str, str] | None:
    if _is_never_zero(node.expression):
        return None
    return "division by zero fails", "divide by nullif(x, 0)"


def _is_never_zero(divisor: exp.Expr) -> bool:
    inner = divisor.unnest()
    if isinstance(inner, exp.Cast):
        return _is_never_zero(inner.this)
    if isinstance(inner, exp.Literal):
        return not inner.is_string and float(inner.name) != 0
    if isinstance(inner, exp.Mul):
        return _is_never_zero(inner.this) and _is_never_zero(inner.expression)
    if isinstance(inner, exp.Sqrt):
        return _is_never_zero(inner.this)
    return isinstance(inner, exp.Nullif)


def _join(node: exp.Expr) -> tuple[str, str] | None:
    if node.args.get("method") in {"ASOF", "POSITIONAL"}:
        return "fails on Spark", "join on the key and keep the nearest row with row_number()"
    return None


def _extract(node: exp.Expr) -> tuple[str, str] | None:
    if node.this.name.upper() in _DAY_PARTS:
        return None
    return "this part of a date differs on Spark", _USE_CALENDAR


def _window(node: exp.Expr) -> tuple[str, str] | None:
    order, frame, held = node.args.get("order"), node.args.get("spec"), node.this
    while isinstance(held, exp.Filter | exp.IgnoreNulls | exp.RespectNulls):
        held = held.this
    if isinstance(held, _ORDERED) and not order:
        return "has no order, so it may differ from run to run", "add ORDER BY up to a unique column such as row_id"
    if order and not frame and isinstance(held, exp.AggFunc | exp.FirstValue | exp.LastValue) and not _ranks(held):
        return "the frame is not said", "add ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    return None


_ORDERED = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.Ntile)


def _ranks(held: exp.Expr) -> bool:
    return isinstance(
        held, exp.RowNumber | exp.Rank | exp.DenseRank | exp.Lag | exp.Lead | exp.Ntile | exp.PercentRank | exp.CumeDist
    )


def _limit(node: exp.Expr) -> tuple[str, str] | None:
    if node.parent and node.parent.args.get("order"):
        return None
    return "LIMIT without an order keeps any rows", "add ORDER BY up to a unique column, or leave LIMIT out"


def _star(node: exp.Expr) -> tuple[str, str] | None:
    if isinstance(node.parent, exp.Count):
        return None
    return ALL_COLUMNS, "name the columns"


def _strftime(node: exp.Expr) -> tuple[str, str] | None:
    form = node.args.get("format")
    if isinstance(form, exp.Literal) and not set(form.name.replace("%%", "").split("%")[1:]) & {""}:
        letters = {part[0] for part in form.name.split("%")[1:] if part}
        if letters <= set("YmdHMS"):
            return None
    return "this format differs on Spark", "use only %Y %m %d %H %M %S"


def _refuse(why: str, remedy: str) -> Rule:
    return lambda _: (why, remedy)


_BY_KIND: tuple[tuple[type[exp.Expr] | tuple[type[exp.Expr], ...], Rule], ...] = (
    (exp.ArrayAgg, _list),
    (exp.GroupConcat, _string_agg),
    (exp.Median, _median),
    (exp.RegexpReplace, _regexp_replace),
    (exp.DateDiff, _date_diff),
    ((exp.TimestampTrunc, exp.DateTrunc), _date_trunc),
    ((exp.Cast, exp.TryCast), _cast),
    (exp.Substring, _substring),
    (exp.Trim, _trim),
    (exp.Sub, _subtraction),
    ((exp.Div, exp.Mod), _division),
    (exp.Join, _join),
    (exp.Extract, _extract),
    (exp.Window, _window),
    (exp.Limit, _limit),
    (exp.Star, _star),
    (exp.TimeToStr, _strftime),
    (exp.IntDiv, _refuse("// fails on zero and differs for fractions", "write floor(a / nullif(b, 0))")),
    (exp.AtTimeZone, _refuse("moves instants otherwise on Spark", "leave it out: the zone is pinned in bihuan.toml")),
    (exp.Pivot, _refuse("fails on Spark", "write sum(x) FILTER (WHERE …) for each column")),
    (exp.TableSample, _refuse(_NOT_REPEATABLE, "sample with ORDER BY md5(concat('seed', row_id)) LIMIT n")),
    (exp.Lambda, _refuse("differs on Spark", "join or group instead")),
    (exp.Bracket, _refuse("lists are counted from 0 on Spark", "use min(), max() or arg_max()")),
    (exp.Lateral, _refuse("fails on Spark", "join instead")),
    ((exp.SimilarTo, exp.Glob), _refuse("fails on Spark", "use LIKE or regexp_matches()")),
    (exp.Struct, _refuse("differs on Spark", "give each value its own column")),
)


def _shown(node: exp.Expr) -> str:
    words = " ".join(node.sql(dialect="duckdb").split())
    return words if len(words) <= 80 else words[:77] + "…"


def _snake(name: str) -> str:
    return "".join("_" + one.lower() if one.isupper() else one for one in name).lstrip("_")
