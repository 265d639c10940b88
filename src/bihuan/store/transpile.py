"""The only door to SQLGlot: what a query reads, whether it means the same on Spark, and its Spark text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from bihuan.errors import BadQuery
from bihuan.store.dialect import ALL_COLUMNS, Fault, dialect_faults

_LEN = re.compile(r"\blen\s*\(", re.IGNORECASE)
Schema = Mapping[str, Mapping[str, str]]  # table → column → SQL type

__all__ = ["ALL_COLUMNS", "Fault", "Query", "Schema", "faults", "parse", "to_spark"]


@dataclass(frozen=True)
class Query:
    """One SELECT, parsed."""

    sql: str
    tree: exp.Query

    @property
    def tables(self) -> frozenset[str]:
        """Tables that are read, without the query's own CTEs."""
        own = self.steps
        return frozenset(one.name for one in self.tree.find_all(exp.Table) if one.name and one.name not in own)

    @property
    def steps(self) -> frozenset[str]:
        """Names of the query's CTEs."""
        return frozenset(one.alias for one in self.tree.find_all(exp.CTE))

    @property
    def constants(self) -> frozenset[str]:
        """Names of the `$constants`."""
        return frozenset(one.name for one in self.tree.find_all(exp.Placeholder, exp.Parameter) if one.name)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that it gives."""
        return tuple(self.tree.named_selects)

    @property
    def texts(self) -> frozenset[str]:
        """All text literals in it."""
        return frozenset(one.name for one in self.tree.find_all(exp.Literal) if one.is_string)

    @property
    def main_table(self) -> str:
        """The table that the outermost SELECT reads first, through its steps."""
        tree = self.tree
        made = {one.alias: one.this for one in tree.find_all(exp.CTE)}
        seen: set[str] = set()
        while True:
            first = next((one for one in tree.find_all(exp.Table, bfs=True) if not one.find_ancestor(exp.CTE)), None)
            if first is None or first.name not in made or first.name in seen:
                return first.name if first else ""
            seen.add(first.name)
            tree = made[first.name].copy()

    @property
    def plain_columns(self) -> frozenset[str]:
        """Columns that it gives as they stand in what it reads, under the same name."""
        plain = (one for one in self.tree.selects if isinstance(one.unalias(), exp.Column))
        return frozenset(one.alias_or_name for one in plain if one.unalias().name == one.alias_or_name)

    @property
    def is_grouped(self) -> bool:
        """Whether its rows are groups."""
        return bool(self.tree.args.get("group") or any(one.find(exp.AggFunc) for one in self.tree.selects))

    @property
    def considered(self) -> str | None:
        """SQL for the `row_id` of each row that its WHERE lets through; None where it reads more than one table."""
        tree, where = self.tree, self.tree.args.get("where")
        table = next(tree.find_all(exp.Table, bfs=True), None)
        if where is None or table is None or tree.find(exp.CTE, exp.Join, exp.Lateral, exp.SetOperation):
            return None
        made = set(self.columns) - self.plain_columns
        if table.parent_select is not tree or made & {one.name for one in where.find_all(exp.Column)}:
            return None
        chosen = (
            exp.select(exp.column("row_id", table=table.alias_or_name)).from_(table.copy()).where(where.this.copy())
        )
        return chosen.sql(dialect="duckdb", comments=False)

    def origins(self, column: str) -> frozenset[str]:
        """Names of the columns that `column` is made from, followed by name; hashing ends the trail."""
        reached: set[str] = set()
        waiting = [one for one in self.tree.selects if one.alias_or_name == column]
        made = _made_by_name(self.tree)
        while waiting:
            for name in _read_by(waiting.pop()):
                if name not in reached:
                    reached.add(name)
                    waiting.extend(made.get(name, ()))
        return frozenset(reached)


def parse(sql: str) -> Query:
    """The query, or BadQuery where it is not exactly one SELECT."""
    try:
        found = [one for one in sqlglot.parse(sql, dialect="duckdb") if one is not None]
    except SqlglotError as error:
        raise BadQuery(f"the SQL cannot be parsed: {_plain(error)}") from None
    if len(found) != 1:
        raise BadQuery(f"{len(found)} statements where one SELECT is wanted. Keep one.")
    tree = found[0]
    if not isinstance(tree, exp.Query):
        raise BadQuery(f"a {tree.key.upper()} where a SELECT is wanted. Only SELECT may stand here.")
    made = next((one.this for one in tree.find_all(exp.Table) if isinstance(one.this, exp.Func)), None)
    if made is not None:
        raise BadQuery(f"{made.sql(dialect='duckdb')} is no table of the model. Read the books, not files or series.")
    return Query(sql, tree)


def faults(query: Query, schema: Schema) -> list[Fault]:
    """All that keeps the query from meaning the same on Spark, each with its remedy."""
    found = list(dialect_faults(_typed(query, schema)))
    if _LEN.search(query.sql):
        found.append(Fault("len(…)", "fails on lists in Spark", "write length() for text, array_length() for lists"))
    try:
        to_spark(query.sql)
    except BadQuery as error:
        found.append(Fault("Spark", str(error), "write it with what the other methods use"))
    return found


def to_spark(sql: str, constants: Mapping[str, object] | None = None) -> str:
    """The same query for Spark, `$constants` filled in where they are given."""
    try:
        tree = sqlglot.parse_one(sql, dialect="duckdb")
        for one in list(tree.find_all(exp.Placeholder)) if constants else ():
            one.replace(exp.convert(constants[one.name]) if constants and one.name in constants else one)
        return tree.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    except SqlglotError as error:
        raise BadQuery(f"Spark cannot say this: {_plain(error)}") from None


def _typed(query: Query, schema: Schema) -> exp.Query:
    """The tree with types where they can be told; as it stands where they cannot."""
    known: dict[str, object] = {table: dict(columns) for table, columns in schema.items()}
    try:
        tree = qualify(
            query.tree.copy(),
            schema=known,
            dialect="duckdb",
            validate_qualify_columns=False,
            quote_identifiers=False,
            identify=False,
            expand_stars=False,
        )
        typed = annotate_types(tree, schema=known, dialect="duckdb")
    except (SqlglotError, RecursionError, ValueError, KeyError, AttributeError):
        return query.tree
    return typed if isinstance(typed, exp.Query) else query.tree


def _made_by_name(tree: exp.Query) -> dict[str, list[exp.Expr]]:
    made: dict[str, list[exp.Expr]] = {}
    for select in tree.find_all(exp.Select):
        for one in select.selects:
            made.setdefault(one.alias_or_name, []).append(one)
    return made


def _read_by(expression: exp.Expr) -> Iterator[str]:
    for one in expression.walk(prune=lambda node: isinstance(node, exp.MD5 | exp.SHA2 | exp.SHA)):
        if isinstance(one, exp.Column):
            yield one.name


def _plain(error: SqlglotError) -> str:
    return " ".join(str(error).replace("\x1b[4m", "").replace("\x1b[0m", "").split())
