"""What a command costs: seconds on the clock, seconds of all processors, peak memory; each beside its peer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PROGRAM = str(Path(sys.executable).with_name("bihuan"))


@dataclass(frozen=True)
class Cost:
    """What one process and all its children took."""

    seconds: float  # on the clock
    processor: float  # of all processors: on a shared machine the clock tells of others
    memory: float  # peak, MB
    code: int

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, {self.processor:.1f} CPU s, {self.memory:,.0f} MB"


def cost(command: list[str], *, quiet: bool = True) -> Cost:
    """Run the command to its end."""
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        if quiet:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
        os.execv(command[0], command)
    _, status, usage = os.wait4(child, 0)
    return Cost(
        time.monotonic() - started,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        os.waitstatus_to_exitcode(status),
    )


def watched(process: subprocess.Popen[str]) -> float:
    """The peak of what a process and its children hold together until it ends, MB; what they share counts once."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_held, _with_children(process.pid))))
        time.sleep(0.1)
    return peak / 1024


def _with_children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(one) for task in tasks for one in (task / "children").read_text(encoding="ascii").split()]
    except OSError:  # it has just ended
        return []
    return [pid, *(one for child in children for one in _with_children(child))]


def _held(pid: int) -> int:
    """Its share of the pages that it holds, kB."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")), 0)


def python(code: str, *arguments: str) -> Cost:
    """Run Python code in a process of its own."""
    return cost([sys.executable, "-c", code, *arguments])
