"""All methods of the pack `ledger`, with evidence and coverage, in scans of the same books."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path

from bench.books import make_books
from bench.measure import PROGRAM, cost
from bihuan.store.books import open_books
from bihuan.store.snapshot import head

LINES = 20_000_000


def run(scale: float) -> str:
    """A Markdown section: total and per method."""
    lines = int(LINES * scale)
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as folder:
        root = Path(folder) / "W"
        workspace = make_books(root, lines)
        with open_books(workspace, head(workspace)) as engine:
            scan, scan_cpu = min(_scan(engine) for _ in range(3))
        spent = cost([PROGRAM, "-w", str(root), "examine", "--pack", "ledger", "--json"])
        told = subprocess.run(
            [PROGRAM, "-w", str(root), "examine", "--pack", "ledger", "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    methods = [one for one in rows if "method" in one]
    table = "\n".join(
        f"| {one['method']} | {one['seconds']:.1f} | {one['seconds'] / scan:.2f} | {one['leads']} |" for one in methods
    )
    return (
        f"## 检验 Examine: pack `ledger` over {lines:,} journal lines\n\n"
        f"One scan (`SELECT sum(hash(COLUMNS(*)))`): {scan:.2f} s, {scan_cpu:.2f} CPU s. "
        f"All {len(methods)} methods with evidence and coverage: {spent}: "
        f"**{spent.seconds / scan:.1f} scans** by the clock, {spent.processor / scan_cpu:.1f} by CPU "
        "(target: at most 30, under 3 GB).\n\n"
        f"| method | seconds | scans | leads |\n|---|---|---|---|\n{table}\n"
    )


def _scan(engine) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    started, used = time.monotonic(), time.process_time()
    engine.run("SELECT sum(hash(COLUMNS(*))) FROM journal_line")
    return time.monotonic() - started, time.process_time() - used
