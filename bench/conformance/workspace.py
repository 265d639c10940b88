"""A throw-away workspace driven through the command line."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

PROGRAM = Path(sys.executable).with_name("bihuan")


class Trial:
    """One workspace; `run` is what a user types after `bihuan -w W`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(self, *words: str, fails: bool = False) -> str:
        """Standard output of a command that must succeed (or must not)."""
        done = subprocess.run(
            [PROGRAM, "-w", str(self.root), *words], capture_output=True, text=True, encoding="utf-8", check=False
        )
        if (done.returncode != 0) != fails:
            raise AssertionError(f"bihuan {' '.join(words)} gave {done.returncode}:\n{done.stderr[-2000:]}")
        return done.stdout

    def lines(self, *words: str) -> list[dict[str, Any]]:
        """The JSON lines of a command; numbers with a point as Decimal."""
        return [json.loads(one, parse_float=Decimal) for one in self.run(*words).splitlines() if one.strip()]

    def totals(self) -> dict[str, dict[str, Any]]:
        """`books totals` summed by table."""
        found: dict[str, dict[str, Any]] = {}
        for one in self.lines("books", "totals", "--json"):
            held = found.setdefault(one["table"], {"rows": 0, "rejects": 0})
            held["rows"] += one["rows"]
            held["rejects"] += one["rejects"]
            for name, value in one.items():
                if isinstance(value, Decimal):
                    held[name] = held.get(name, Decimal(0)) + value
        return found


@contextmanager
def trial(*options: str) -> Iterator[Trial]:
    """A fresh workspace, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bihuan-") as folder:
        root = Path(folder) / "W"
        subprocess.run([PROGRAM, "init", str(root), *options], check=True, capture_output=True)
        yield Trial(root)


def must(what: str, found: object, wanted: object) -> None:
    """Say what was found; fail where it is not what must come out."""
    print(f"  {'✓' if found == wanted else '✗'} {what}: {found}" + ("" if found == wanted else f" (must be {wanted})"))
    if found != wanted:
        raise AssertionError(f"{what}: {found!r}, must be {wanted!r}")
