"""A condition that stands in a row of data: columns and values compared, and nothing else that SQL could do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from bihuan.errors import BadQuery
from bihuan.store.transpile import faults, parse

_QUOTES = str.maketrans("‘’", "''")
_SIGNS = str.maketrans("（），＞＜＝！　＋－＊／", "(),><=! +-*/")
LONGEST = 2000  # characters: a rule is a sentence of a policy, not a program

_ALLOWED: frozenset[type[exp.Expr]] = frozenset(
    {
        *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Tuple, exp.Var, exp.DataType),
        *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between),
        *(exp.Like, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Case, exp.If, exp.Cast, exp.TryCast, exp.Interval),
        *(exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Abs, exp.Round, exp.Floor, exp.Ceil),
        *(exp.Length, exp.Lower, exp.Upper, exp.Trim, exp.Left, exp.Right, exp.Contains, exp.StartsWith, exp.EndsWith),
        *(exp.RegexpLike, exp.DateDiff, exp.Year, exp.Month, exp.Day, exp.DateFromParts),
    }
)

_COMPARISONS = (exp.EQ, exp.NEQ, exp.In, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)


@dataclass(frozen=True)
class Vocabulary:
    """What a condition may name: columns under any of their names, and the words that a column may hold."""

    table: str
    columns: Mapping[str, str]  # any name → the column's own
    types: Mapping[str, str]  # column → SQL type
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # column → word → value


@dataclass(frozen=True)
class Condition:
    """A condition that has been checked; `sql` names the columns as the table does."""

    sql: str
    columns: frozenset[str]


def parse_condition(text: str, known: Vocabulary) -> Condition:
    """The condition; BadQuery says what is wrong at which character, and what may stand there."""
    if len(text) > LONGEST:
        raise BadQuery(f"{len(text)} characters are more than {LONGEST}. Say it more shortly, or split the measure.")
    tree = _tree(text)
    found = [*_strange(tree, known), *_unknown_words(tree, known), *_of_another_kind(tree, known)]
    if found:
        raise BadQuery("; ".join(dict.fromkeys(found)))
    renamed = tree.transform(lambda node: _own(node, known))
    _same_on_spark(renamed, known)
    columns = frozenset(one.name for one in renamed.find_all(exp.Column))
    if not columns:
        raise BadQuery(f"it asks for nothing. Name at least one of: {_names(known)}.")
    return Condition(renamed.sql(dialect="duckdb", comments=False), columns)


def _tree(text: str) -> exp.Expr:
    text = _half_width(text)
    if "--" in text or "/*" in text:
        raise BadQuery(
            "it holds a comment. Say in words under 适用对象 what the rule means, and leave the comment out."
        )
    try:
        # Parsed as the condition of a SELECT, so that a second statement or a trailing word is an error.
        found = sqlglot.parse(f"SELECT 1 WHERE {text}", dialect="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise BadQuery(
            f"it cannot be read ({_first_line(error)}). Write a comparison, such as 从业人数 >= 10."
        ) from None
    select = found[0] if len(found) == 1 else None
    where = select.args.get("where") if isinstance(select, exp.Select) else None
    others = (
        {key for key, value in select.args.items() if value} - {"where", "expressions", "kind"} if select else {"?"}
    )
    if where is None or others:
        raise BadQuery("it is not one condition. Write comparisons joined by AND, OR, NOT.")
    tree: exp.Expr = where.this
    return tree


def _half_width(text: str) -> str:
    """Brackets, commas, quotes and signs as a Chinese keyboard types them, of the same length."""
    plain = text.translate(_QUOTES)
    parts = plain.split("'")
    parts[::2] = [one.translate(_SIGNS) for one in parts[::2]]  # what stands between quotes stays as it is
    return "'".join(parts)


def _first_line(error: Exception) -> str:
    if "Required keyword" in str(error):
        return "a side of a comparison is missing"
    words = " ".join(str(error).split("Line", maxsplit=1)[0].split()).rstrip(".")
    return words or "its brackets or quotes do not match"


def _strange(tree: exp.Expr, known: Vocabulary) -> Iterator[str]:
    for node in tree.walk(prune=lambda one: type(one) not in _ALLOWED):
        if isinstance(node, exp.Column):
            if node.table:
                yield f"{node.sql(dialect='duckdb')!r}{_place(node)}: name the attribute alone, without a table."
            elif node.name not in known.columns:
                yield f"no attribute {node.name!r}{_place(node)}. There are: {_names(known)}."
        elif type(node) not in _ALLOWED:
            yield f"{_shown(node)!r} may not stand in a rule. Compare attributes; docs/eligibility.md lists functions."


def _unknown_words(tree: exp.Expr, known: Vocabulary) -> Iterator[str]:
    for literal, column in _compared(tree, known):
        words = known.words.get(column)
        if words is not None and literal.name not in words and literal.name not in words.values():
            held = "、".join(f"{word}" for word in _one_word_a_value(words))
            yield f"{literal.name!r} is no value of {_label(column, known)}. It has: {held}."


def _of_another_kind(tree: exp.Expr, known: Vocabulary) -> Iterator[str]:
    """A word where a number is wanted fails only when it is asked of somebody, so it must be told before."""
    for literal, column in _compared(tree, known):
        kind = known.types[column]
        if kind == "DATE" and not _reads(date.fromisoformat, literal.name):
            yield f"{literal.name!r} is no day, which {_label(column, known)} is. Write it like DATE '2025-01-31'."
        elif kind.startswith(("BIGINT", "DECIMAL")) and not _reads(Decimal, literal.name):
            yield f"{literal.name!r} is no number, which {_label(column, known)} is. Write it in digits."
        elif kind == "BOOLEAN":
            yield f"{literal.name!r}: {_label(column, known)} is yes or no. Write it alone, or NOT before it."


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except (ValueError, InvalidOperation):
        return False
    return True


def _compared(tree: exp.Expr, known: Vocabulary) -> Iterator[tuple[exp.Literal, str]]:
    """Text literals and the attribute that each is compared with."""
    for node in tree.find_all(*_COMPARISONS):
        sides = list(node.iter_expressions())
        columns = [known.columns.get(one.name) for one in sides if isinstance(one, exp.Column)]
        if len(columns) == 1 and columns[0]:
            yield from ((one, columns[0]) for one in sides if isinstance(one, exp.Literal) and one.is_string)


def _own(node: exp.Expr, known: Vocabulary) -> exp.Expr:
    """The column under its own name, a word as the value that it stands for."""
    if isinstance(node, exp.Column):
        return exp.column(exp.to_identifier(known.columns[node.name], quoted=True))
    if isinstance(node, _COMPARISONS):
        for literal, column in _compared_here(node, known):
            literal.set("this", known.words.get(column, {}).get(literal.name, literal.name))
    return node


def _compared_here(node: exp.Expr, known: Vocabulary) -> list[tuple[exp.Literal, str]]:
    return [(literal, column) for literal, column in _compared(node, known) if literal.parent is node]


def _same_on_spark(tree: exp.Expr, known: Vocabulary) -> None:
    query = parse(f"SELECT ({tree.sql(dialect='duckdb')}) AS held FROM {known.table}")
    found = [str(one) for one in faults(query, {known.table: dict(known.types)})]
    if found:
        raise BadQuery("; ".join(found))


def _place(node: exp.Expr) -> str:
    start = node.this.meta.get("start") if isinstance(node.this, exp.Expr) else None
    return "" if start is None else f" at character {start - len('SELECT 1 WHERE ') + 1}"


def _shown(node: exp.Expr) -> str:
    words = " ".join(node.sql(dialect="duckdb").split())
    return words if len(words) <= 60 else words[:57] + "…"


def _names(known: Vocabulary) -> str:
    return "、".join(_label(one, known) for one in known.types)


def _label(column: str, known: Vocabulary) -> str:
    """The name that is not the column's own, where there is one."""
    return next((name for name, own in known.columns.items() if own == column and name != column), column)


def _one_word_a_value(words: Mapping[str, str]) -> list[str]:
    first: dict[str, str] = {}
    for word, value in words.items():
        first.setdefault(value, word)
    return list(first.values())
