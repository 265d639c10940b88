"""Which columns of a query's answer show personal values, followed by name from the model's columns to the result.

Names are followed through the whole query without regard to scope, so a column is rather masked once too often. Where
names cannot be followed (renamed columns, pivots), the answer is None: every text is then to be masked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from sqlglot import exp

from bihuan.store.sandbox import Asked

# Counting and comparing tell nothing of a single value.
ENDS = (exp.Count, exp.CountIf, exp.Predicate)


def personal_positions(asked: Asked, names: Sequence[str], personal: Mapping[str, frozenset[str]]) -> set[int] | None:
    """Positions of the result's columns `names` that show personal values.

    `personal` gives the personal columns of each table. None: names cannot be followed in this query.
    """
    tree = asked.tree
    tables = [one for one in tree.find_all(exp.Table) if personal.get(one.name.lower())]
    if not tables:
        return set()
    shown = {name for one in tables for name in personal[one.name.lower()]}
    shown |= {one.alias_or_name.lower() for one in tables}  # a table's name alone is its whole row
    if _is_renamed(tree) or not _follow(tree, shown):
        return None
    selects = tree.selects
    if len(selects) != len(names) or any(one.is_star for one in selects):
        return {index for index, name in enumerate(names) if _plain(name) in shown}
    return {index for index, one in enumerate(selects) if _shows(one, shown) or one.alias_or_name.lower() in shown}


def _is_renamed(tree: exp.Query) -> bool:
    stars = tree.find_all(exp.Star)
    return (
        any(one.columns for one in tree.find_all(exp.TableAlias))
        or any(True for _ in tree.find_all(exp.Pivot, exp.Columns, exp.Unnest))
        or any(one.args.get("replace") or one.args.get("rename") for one in stars)
    )


def _follow(tree: exp.Query, shown: set[str]) -> bool:
    """Add to `shown` every name that is made from a shown one; False where one of them has no name."""
    before = -1
    while before != len(shown):
        before = len(shown)
        for select in tree.find_all(exp.Select):
            for one in select.selects:
                if not one.is_star and _shows(one, shown):
                    if not one.alias_or_name and select is not tree:
                        return False
                    shown.add(one.alias_or_name.lower())
        if not all(_level(one, shown) for one in tree.find_all(exp.SetOperation)):
            return False
    return True


def _level(union: exp.SetOperation, shown: set[str]) -> bool:
    """Columns at one place of a UNION are one column; False where a star hides the places."""
    branches = [one for one in (union.this, union.expression) if isinstance(one, exp.Query)]
    if any(column.is_star for one in branches for column in one.selects):
        return not any(_shows(column, shown) for one in branches for column in one.selects if not column.is_star)
    for left, right in pairwise(branches):
        for mine, other in zip(left.selects, right.selects, strict=False):
            if _shows(mine, shown) or _shows(other, shown):
                shown |= {mine.alias_or_name.lower(), other.alias_or_name.lower()}
    return True


def _shows(expression: exp.Expr, shown: set[str]) -> bool:
    walked = expression.walk(prune=lambda node: isinstance(node, ENDS))
    return any(isinstance(one, exp.Column) and one.name.lower() in shown for one in walked)


def _plain(name: str) -> str:
    """DuckDB numbers columns of one name: id_no, id_no_1."""
    head, _, number = name.lower().rpartition("_")
    return head if head and number.isdigit() else name.lower()
