"""The population in the books: its items as SQL that means the same on both engines, its count and value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from bihuan.errors import BadQuery, NotFound, WrongUse
from bihuan.model.table import table
from bihuan.sample.plan import Plan, Population
from bihuan.store.engine import Engine, EngineError, quoted
from bihuan.store.sandbox import checked, open_sandbox
from bihuan.store.snapshot import Snapshot
from bihuan.store.workspace import Workspace

# Status of rows that count for nothing, or were undone.
DOUBTFUL = "'void', 'faulty', 'failed', 'returned', 'reversed', 'cancelled'"


@dataclass(frozen=True)
class Stratum:
    """Items of the population that are sampled together; the whole is one stratum unless it was split."""

    name: str
    items: int
    amount: Decimal
    spread: Decimal  # standard deviation of the amounts


@dataclass(frozen=True)
class Facts:
    """What the population holds. Money sampling leaves out what has no chance to be drawn; `left_out` says it."""

    items: int
    amount: Decimal
    currency: str | None  # several where only attributes are asked for; then nothing is added up
    strata: tuple[Stratum, ...]
    left_out: dict[str, tuple[int, Decimal]]  # why → items and amount
    doubtful: dict[str, int]  # status → rows that may not belong here, void ones say; they stay all the same


@contextmanager
def opened(workspace: Workspace, snapshot: Snapshot, population: Population) -> Iterator[Engine]:
    """A session in which the auditor's condition can reach nothing but the books."""
    if population.table not in snapshot.tables:
        held = ", ".join(sorted(snapshot.tables)) or "nothing yet"
        raise NotFound(f"the books hold no {population.table}. They hold: {held}.")
    if population.where:
        checked(f"SELECT row_id FROM {population.table} WHERE ({population.where}\n)", snapshot.tables)
    with open_sandbox(workspace, snapshot) as engine:
        try:
            yield engine
        except EngineError as error:
            raise BadQuery(f"the population cannot be read: {str(error).splitlines()[0]}") from None


def facts(engine: Engine, plan: Plan) -> Facts:
    """Count and value the population; amounts of several currencies are never added up."""
    currencies = _currencies(engine, plan.population)
    if plan.kind != "attribute":
        _one_currency(currencies)
    rows = engine.rows(
        f"{items_of(plan.population)} SELECT stratum, count(*), coalesce(sum(amount), 0), "
        f"coalesce(stddev_samp(CAST(amount AS DOUBLE)), 0), count(amount) FROM items {_drawable(plan)} "
        "GROUP BY stratum ORDER BY stratum"
    )
    strata = tuple(
        Stratum(name, count, Decimal(total) if len(currencies) < 2 else Decimal(0), _cents(spread))
        for name, count, total, spread, _ in rows
    )
    items = sum(one.items for one in strata)
    if not items:
        raise WrongUse(f"no item of {plan.population.table} is left to draw from. Look at --where and --amount.")
    if plan.kind == "variables" and sum(row[4] for row in rows) < items:
        raise WrongUse(f"some items have no {plan.population.amount}. Leave them out with --where.")
    amount = sum((one.amount for one in strata), Decimal(0))
    left_out, doubtful = _left_out(engine, plan), _doubtful(engine, plan.population)
    return Facts(items, amount, ", ".join(currencies) or None, strata, left_out, doubtful)


def items_of(population: Population) -> str:
    """The WITH clause that gives `items(item, amount, lines, stratum)`; an item's id is its first row."""
    where = f"\n  WHERE ({population.where}\n  )" if population.where else ""
    amount = quoted(population.amount) if population.amount else "CAST(NULL AS DECIMAL(18, 2))"
    if population.by:
        groups = ", ".join(map(quoted, population.by))
        chosen = f"min(row_id) AS item, sum({amount}) AS amount, count(*) AS lines{_group_column(population)}"
        grouped = f"\n  GROUP BY {groups}"
    else:
        chosen, grouped = f"row_id AS item, {amount} AS amount, 1 AS lines{_group_column(population)}", ""
    return (
        f"WITH grouped AS (\n  SELECT {chosen}\n  FROM {quoted(population.table)}{where}{grouped}\n),\n"
        f"items AS (\n  SELECT item, amount, lines, {_stratum(population)} AS stratum FROM grouped\n)"
    )


def _group_column(population: Population) -> str:
    if not population.strata_by:
        return ""
    column = quoted(population.strata_by)
    return f", {'min' if population.by else ''}({column}) AS kind"


def _stratum(population: Population) -> str:
    if population.strata_by:
        return "coalesce(CAST(kind AS VARCHAR), '')"
    if not population.strata:
        return "'1'"
    cases = " ".join(f"WHEN amount < {limit} THEN '{number}'" for number, limit in enumerate(population.strata, 1))
    return f"CASE {cases} ELSE '{len(population.strata) + 1}' END"


def _drawable(plan: Plan) -> str:
    return "WHERE amount > 0" if plan.kind == "money" else ""


def _currencies(engine: Engine, population: Population) -> list[str]:
    if "currency" not in table(population.table).names or population.amount is None:
        return []
    where = f"WHERE ({population.where}\n)" if population.where else ""
    found = engine.rows(f"SELECT DISTINCT currency FROM {quoted(population.table)} {where} ORDER BY currency")
    return [name or "" for (name,) in found]


def _one_currency(names: list[str]) -> None:
    if len(names) > 1:
        raise WrongUse(
            f"the population holds several currencies ({', '.join(names)}), which are never added up. "
            f"Choose one: --where \"currency = '{names[0]}'\""
        )


def _left_out(engine: Engine, plan: Plan) -> dict[str, tuple[int, Decimal]]:
    if plan.kind != "money":
        return {}
    rows = engine.rows(
        f"{items_of(plan.population)} SELECT CASE WHEN amount < 0 THEN 'negative' WHEN amount = 0 THEN 'zero' "
        "ELSE 'empty' END AS why, count(*), coalesce(sum(amount), 0) FROM items "
        "WHERE amount IS NULL OR amount <= 0 GROUP BY why ORDER BY why"
    )
    return {why: (count, Decimal(total)) for why, count, total in rows}


def _doubtful(engine: Engine, population: Population) -> dict[str, int]:
    if "status" not in table(population.table).names:
        return {}
    where = f" AND ({population.where}\n)" if population.where else ""
    rows = engine.rows(
        f"SELECT status, count(*) FROM {quoted(population.table)} WHERE status IN ({DOUBTFUL}){where} "
        "GROUP BY status ORDER BY status"
    )
    return dict(rows)


def _cents(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"))
