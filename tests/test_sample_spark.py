"""A sample drawn on Spark is the one that was drawn on the laptop; needs the extra `spark` and Java."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from bihuan.sample.plan import Population, plan
from bihuan.sample.population import facts, opened
from bihuan.sample.sized import sized
from bihuan.sample.statement import certain, rows_of, statement
from bihuan.store.snapshot import head, part_path
from bihuan.store.transpile import to_spark
from bihuan.store.workspace import Workspace
from small_books import workspace

pytest.importorskip("pyspark")
pytestmark = pytest.mark.slow

PLANS = [
    ("attribute", Population("payment"), {}),
    ("attribute", Population("payment", where="amount > 5"), {"how": "systematic"}),
    ("money", Population("payment"), {"how": "fixed"}),
    ("money", Population("payment"), {"how": "cell"}),
    ("money", Population("payment"), {"how": "random"}),
    ("variables", Population("payment", strata=(Decimal("100.50"), Decimal(5000))), {}),
    ("variables", Population("payment", strata_by="unit_id"), {}),
    ("attribute", Population("journal_line", by=("voucher",)), {"how": "systematic"}),
]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    paid = [{"paid_on": "2024-01-05", "amount": f"{n * n}.37", "unit_id": f"U{n % 3}"} for n in range(1, 151)]
    lines = [
        {
            "voucher_no": str(n // 2),
            "voucher_date": "2024-03-01",
            "account_code": "1002",
            "debit": "5.00",
            "credit": "0",
        }
        for n in range(60)
    ]
    return workspace(tmp_path_factory.mktemp("books"), {"payment": paid, "journal_line": lines})


@pytest.fixture(scope="module")
def spark(books: Workspace) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    for name, parts in head(books).tables.items():
        session.read.parquet(*[str(part_path(books, one.hash)) for one in parts]).createOrReplaceTempView(name)
    yield session
    session.stop()


@pytest.mark.parametrize(("kind", "population", "more"), PLANS)
def test_the_same_items_are_drawn(
    books: Workspace, spark: Any, kind: str, population: Population, more: dict[str, Any]
):
    said = {"confidence": Fraction(95, 100), "tolerable": None, "expected": Fraction(0), "size": 30, **more}
    one = plan(kind, population, **said)
    with opened(books, head(books), one.population) as engine:
        held = facts(engine, one)
        size = sized(engine, one, held)
        drawn = engine.rows(statement(one, held, size, "4'2"))
        queries = [statement(one, held, size, "4'2"), rows_of(one, [row[0] for row in drawn])]
        queries += [certain(one, size)] if size.certain else []
        here = [sorted(map(str, map(tuple, engine.rows(query)))) for query in queries]
    there = [sorted(map(str, map(tuple, spark.sql(to_spark(query)).collect()))) for query in queries]
    assert drawn and here == there
