"""Circular flows: money that leaves an account and is back in it after 2 to 6 transfers, a few days and little less.

Works on text account numbers of millions: they become whole numbers once; a transfer then meets only those that follow
it from the same account within the window and with nearly the same amount, which are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from bihuan.store.engine import Engine

MOST_HOPS = 6


@dataclass(frozen=True)
class Limits:
    """What counts as one flow: from `least` on, all within `days`, at most the part `loss` lost or added on the way."""

    least: Decimal = Decimal(10_000)
    days: int = 30
    loss: Decimal = Decimal("0.10")
    hops: int = 4
    most_open: int = 5_000_000  # chains that may be open at once; more, and the search says that it stopped


@dataclass(frozen=True)
class Flow:
    """One circle: its accounts in order, the transfers' rows, the first amount and what came back."""

    accounts: tuple[str, ...]
    rows: tuple[int, ...]
    sent: Decimal
    returned: Decimal
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Found:
    """The circles, and after how many hops the search stopped because too many chains were open (None: it did not)."""

    flows: tuple[Flow, ...]
    stopped_after: int | None = None


def find_flows(engine: Engine, limits: Limits = Limits()) -> Found:
    """The circular flows in the numbered transfers; each circle is told once, beginning with its earliest transfer."""
    stopped = None
    _select(engine, limits)
    engine.run(
        "CREATE OR REPLACE TABLE circle (accounts INTEGER[], rows BIGINT[], sent DECIMAL(18,2), returned "
        "DECIMAL(18,2), first_on DATE, last_on DATE)"
    )
    engine.run(
        """CREATE OR REPLACE TABLE chain AS SELECT a AS home, b AS place, [a] AS accounts, [row_id] AS rows,
          amount AS sent,
        amount AS returned, paid_on AS first_on, paid_on AS last_on FROM transfer"""
    )
    for hop in range(2, min(limits.hops, MOST_HOPS) + 1):
        _extend(engine, limits, hop)
        if hop < limits.hops and engine.one("SELECT count(*) FROM chain")[0] > limits.most_open:
            stopped = hop
            break
    return Found(tuple(_told(engine)), stopped)


def number_accounts(engine: Engine, transfers: str) -> None:
    """Make `account_number` (account, n from 0 on) and `numbered` (row_id, a, b, amount, paid_on): text is met once."""
    engine.run(
        f"""CREATE OR REPLACE TABLE account_number AS SELECT account, row_number() OVER () - 1 AS n FROM
        (SELECT payer AS account FROM ({transfers}) UNION SELECT payee FROM ({transfers})) WHERE account IS NOT NULL"""
    )
    engine.run(
        f"""CREATE OR REPLACE TABLE numbered AS
        SELECT row_id, CAST(a.n AS INTEGER) AS a, CAST(b.n AS INTEGER) AS b, CAST(amount AS DECIMAL(18,2)) AS amount,
          paid_on
        FROM ({transfers}) JOIN account_number AS a ON a.account = payer
        JOIN account_number AS b ON b.account = payee"""
    )


def components(engine: Engine) -> tuple[int, int]:
    """(accounts, components) of all numbered transfers."""
    size = int(engine.one("SELECT count(*) FROM account_number")[0])
    table = engine.arrow("SELECT a, b FROM numbered").read_all()
    a, b = table["a"].to_numpy(), table["b"].to_numpy()
    graph = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(size, size))
    return size, int(connected_components(graph, directed=False, return_labels=False))


def _select(engine: Engine, limits: Limits) -> None:
    """Make `transfer`: large enough, dated, and only between accounts that both pay and are paid."""
    large = f"a <> b AND amount >= {limits.least} AND paid_on IS NOT NULL"
    engine.run(
        f"""CREATE OR REPLACE TABLE transfer AS SELECT * FROM numbered WHERE {large}
        AND a IN (SELECT b FROM numbered WHERE {large}) AND b IN (SELECT a FROM numbered WHERE {large})"""
    )


def _extend(engine: Engine, limits: Limits, hop: int) -> None:
    """One more transfer onto every open chain; those that come home become circles, `hop` transfers long."""
    few = Decimal(1) - limits.loss
    engine.run(
        f"""CREATE OR REPLACE TABLE longer AS
        SELECT home, t.b AS place, list_append(accounts, t.a) AS accounts, list_append(rows, t.row_id) AS rows, sent,
          t.amount AS returned, first_on, t.paid_on AS last_on
        FROM chain JOIN transfer AS t ON t.a = chain.place AND t.paid_on >= chain.last_on
          AND t.paid_on <= chain.first_on + {limits.days}
          AND t.amount >= chain.sent * {few} AND t.amount <= chain.sent * {2 - few}
        WHERE len(rows) = {hop - 1} AND NOT list_contains(accounts[2:], t.b)"""
    )
    engine.run(
        "INSERT INTO circle SELECT accounts, rows, sent, returned, first_on, last_on FROM longer WHERE place = home"
    )
    engine.run("CREATE OR REPLACE TABLE chain AS SELECT * FROM longer WHERE place <> home")
    engine.run("DROP TABLE longer")


def _told(engine: Engine) -> list[Flow]:
    rows = engine.rows(
        """WITH once AS (SELECT * FROM circle QUALIFY row_number() OVER (PARTITION BY list_sort(rows)
          ORDER BY first_on, rows) = 1),
        spread AS (SELECT rows, sent, returned, first_on, last_on, unnest(accounts) AS n, generate_subscripts(accounts,
          1) AS place FROM once)
        SELECT list(account ORDER BY place), rows, sent, returned, first_on, last_on FROM spread
          JOIN account_number USING (n)
        GROUP BY rows, sent, returned, first_on, last_on ORDER BY sent DESC, rows"""
    )
    return [Flow(tuple(row[0]), tuple(row[1]), *row[2:]) for row in rows]
