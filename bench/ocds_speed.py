"""Cardinal's eleven rules over compiled releases, from the file and from books, beside Cardinal's own `coverage`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.measure import PROGRAM, Cost, cost, python
from bench.ocds import write

MEGABYTES = 1000
COVERAGE = "import sys, ocdscardinal; ocdscardinal.coverage(sys.argv[1])"


def run(scale: float) -> str:
    """A Markdown section; without `ocdscardinal` (the group `bench`) the peer's line says so."""
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as folder:
        root, path = Path(folder) / "W", Path(folder) / "compiled.jsonl"
        count = write(path, MEGABYTES * scale)
        size = path.stat().st_size / 1e6
        peer = _better([python(COVERAGE, str(path)) for _ in range(2)])
        direct = _better([cost([PROGRAM, "examine", "--from", str(path), "--as", "cardinal"]) for _ in range(2)])
        cost([PROGRAM, "init", str(root)])
        collected = cost([PROGRAM, "-w", str(root), "collect", str(path)])
        books = cost([PROGRAM, "-w", str(root), "examine", "--as", "cardinal"])
    rows = [
        ("`ocdscardinal` 0.0.8 `coverage`", peer, ""),
        ("`examine --from --as cardinal`", direct, "0.22"),
        ("`examine --as cardinal` from collected books, with evidence", books, "0.13"),
    ]
    table = "\n".join(f"| {name} | {spent} | {_ratio(spent, peer, target)} |" for name, spent, target in rows)
    return (
        f"## 采购 Procurement: Cardinal's eleven rules over {count:,} compiled releases ({size:,.0f} MB)\n\n"
        f"| | cost | CPU beside coverage |\n|---|---|---|\n{table}\n\n"
        f"Collecting that file (every field, original kept), exit {collected.code}: {collected}.\n"
    )


def _better(costs: list[Cost]) -> Cost:
    return min(costs, key=lambda one: one.processor)


def _ratio(spent: Cost, peer: Cost, target: str) -> str:
    if peer.code:
        return "not measured: `ocdscardinal` is not installed"
    ratio = f"{spent.processor / peer.processor:.2f}"
    return f"**{ratio}** (target: at most {target}, under 600 MB), exit {spent.code}" if target else "1"
