"""`python -m bench.linking_flows ACCOUNTS TRANSFERS CIRCLES`: components and planted circles among text accounts."""

from __future__ import annotations

import random
import resource
import sys
import time

import pyarrow as pa

from bihuan.link.flows import Limits, components, find_flows, number_accounts
from bihuan.settings import Settings
from bihuan.store.engine import Engine, connect

Transfer = tuple[int, str, str, float, int]


def main(accounts: int, count: int, circles: int) -> int:
    """Print seconds, processor seconds and peak memory of the search; exit 1 where a planted circle was missed."""
    with connect(Settings(name="flows", memory_limit="2GB")) as engine:
        planted = _made(engine, accounts, count, circles)
        started, before = time.monotonic(), _processor()
        number_accounts(engine, "SELECT * FROM pay")
        parts = components(engine)
        found = find_flows(engine, Limits(hops=6))
        seconds, processor = time.monotonic() - started, _processor() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    missed = len(planted - {frozenset(one.rows) for one in found.flows})
    took = f"{seconds:.1f} s, {processor:.1f} CPU s, {memory:,.0f} MB"
    print(f"{took}; {parts[1]:,} components, {missed} of {circles} circles missed")
    return int(missed > 0)


def _processor() -> float:
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def _made(engine: Engine, accounts: int, count: int, circles: int) -> set[frozenset[int]]:
    """Make `pay`; gives the row ids of each planted circle."""
    account = f"'62284' || lpad(CAST(CAST(random() * {accounts} AS BIGINT) AS VARCHAR), 14, '0')"
    engine.run(
        f"""CREATE TABLE pay AS SELECT range AS row_id, {account} AS payer, {account} AS payee,
        CAST(exp(random() * 9 + 5) AS DECIMAL(18,2)) AS amount,
        DATE '2024-01-01' + CAST(random() * 365 AS INTEGER) AS paid_on FROM range({count})"""
    )
    chance = random.Random(1)
    rows: list[Transfer] = []
    planted = set()
    for _ in range(circles):
        ring = _circle(chance, accounts, count + len(rows))
        rows += ring
        planted.add(frozenset(one[0] for one in ring))
    engine.register("given", pa.table(dict(zip("abcde", map(list, zip(*rows, strict=True)), strict=True))))
    engine.run(
        "INSERT INTO pay SELECT a, b, c, CAST(d AS DECIMAL(18,2)), DATE '2024-01-01' + CAST(e AS INTEGER) FROM given"
    )
    return planted


def _circle(chance: random.Random, accounts: int, first: int) -> list[Transfer]:
    size, amount, day = chance.randint(2, 6), chance.randint(50_000, 900_000), chance.randint(0, 330)
    ring = chance.sample(range(accounts), size)
    return [
        (first + n, f"62284{ring[n]:014d}", f"62284{ring[(n + 1) % size]:014d}", amount * (1 - 0.01 * n), day + 2 * n)
        for n in range(size)
    ]


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
