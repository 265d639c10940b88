"""189,470 real payments of a utility (Nigrini 2012)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from bench.conformance.workspace import must, trial


def check(samples: Path) -> None:
    """Every row, the sum to the cent, no reject, the counts that were published."""
    with trial("--currency", "USD") as one:
        one.run("collect", str(samples / "payments" / "corporate_payments_2010.csv.gz"))
        total = one.totals()["payment"]
        must("payments rows", total["rows"], 189_470)
        must("payments rejects", total["rejects"], 0)
        must("payments sum", total["amount"], Decimal("490277624.90"))
        query = """
            SELECT count_if(amount >= 10) AS tens, count_if(amount = 50) AS fifty, count_if(amount = 1153.35) AS second
            FROM payment
        """
        found = one.lines("books", "sql", "--json", query)[0]
        must("payments of 10 and more", found["tens"], 177_763)
        must("payments of 50.00", found["fifty"], 6_022)
        must("payments of 1,153.35", found["second"], 2_264)
