"""189,470 real payments of a utility, and what Nigrini (2012) and benford.analysis published about their digits."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.conformance.workspace import Trial, must, trial

REPEATED = ["50.00×6022", "1153.35×2264", "1083.45×1185", "150.00×1056", "988.35×1018", "1159.35×976"]


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
        _digits(one)
        _all_digits(one)


def _digits(one: Trial) -> None:
    """Amounts of 10 and more, as Nigrini tests them."""
    numbers, tests = _profile(one)
    must("first-digit numbers", tests["first"]["numbers"], 177_763)
    must("first-digit MAD", f"{tests['first']['deviation']:.5f}", "0.01464")
    must("first-two MAD", f"{tests['first_two']['deviation']:.5f}", "0.00243")
    must("first-two conformity", tests["first_two"]["band"], "nonconformity")
    must("second-order numbers", tests["second_order"]["numbers"], 64_578)
    must("most repeated", [f"{held['value']}×{held['rows']}" for held in numbers["repeated"][:6]], REPEATED)
    sums = sorted(numbers["digits"]["sums"], key=lambda cell: -cell["excess"])
    must("largest summation excess", [cell["digits"] for cell in sums[:6]], ["15", "26", "10", "14", "11", "50"])


def _all_digits(one: Trial) -> None:
    """Every positive amount, as the R package benford.analysis prints them."""
    numbers, tests = _profile(one, "--least", "0.01")
    must("all positive numbers", tests["first_two"]["numbers"], 185_083)
    must("second order of all", tests["second_order"]["numbers"], 65_504)
    must("first-two MAD of all", f"{tests['first_two']['deviation']:.9f}", "0.002336614")
    largest = sorted(tests["first_two"]["cells"], key=lambda cell: -abs(cell["excess"]))[:5]
    found = [f"{cell['digits']} {abs(cell['excess']):.2f}" for cell in largest]
    must("largest deviations", found, ["50 5938.25", "11 3331.98", "10 2811.92", "14 1043.68", "98 889.95"])
    held = numbers["digits"]["mantissa"]
    found = [f"{held[name]:.3f}" for name in ("mean", "variance", "kurtosis", "skewness")]
    must("mantissa", found, ["0.496", "0.092", "-1.257", "-0.002"])
    must("mantissa arc", f"{held['arc']:.7f}", "0.0039958")


def _profile(one: Trial, *options: str) -> tuple[dict[str, Any], dict[str, Any]]:
    numbers = one.lines("profile", "payment", "amount", "--json", *options)[0]["numbers"]
    return numbers, {test["name"]: test for test in numbers["digits"]["tests"]}
