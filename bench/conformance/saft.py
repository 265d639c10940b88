"""The official SAF-T examples of the Norwegian tax administration."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from bench.conformance.workspace import Trial, must, trial

# accounts, customers and suppliers, transactions, debit = credit
FILES = {
    "norway_888888888.xml": (22, 12, 53, Decimal("9487049.35")),
    "norway_999999999.xml": (4, None, 2, Decimal("25000.00")),
}


def check(samples: Path) -> None:
    """Totals of both files; every transaction balances."""
    for name, (accounts, partners, transactions, total) in FILES.items():
        with trial("--currency", "NOK", "--time-zone", "Europe/Oslo") as one:
            one.run("collect", str(samples / "saft" / name))
            totals = one.totals()
            must(f"{name} accounts", totals["account"]["rows"], accounts)
            if partners is not None:
                must(f"{name} customers and suppliers", _partners(one), partners)
            must(f"{name} debit", totals["journal_line"]["debit"], total)
            must(f"{name} credit", totals["journal_line"]["credit"], total)
            found = one.lines("books", "sql", "--json", VOUCHERS)[0]
            must(f"{name} transactions", found["vouchers"], transactions)
            must(f"{name} unbalanced", found["unbalanced"], 0)


def _partners(one: Trial) -> int:
    query = "SELECT count(*) AS n FROM organization WHERE kind IN ('customer', 'supplier')"
    return one.lines("books", "sql", "--json", query)[0]["n"]


VOUCHERS = """
    SELECT count(*) AS vouchers, count_if(debit <> credit) AS unbalanced
    FROM (SELECT sum(coalesce(debit, 0)) AS debit, sum(coalesce(credit, 0)) AS credit
          FROM journal_line GROUP BY voucher_word, voucher_no)
"""
