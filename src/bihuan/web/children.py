"""Processes that end with the one that started them, however it ends: each reads a pipe that only its parent holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

GRACE = 20  # seconds to leave in order


@contextmanager
def child(module: str, arguments: Sequence[str] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module of ours as a process; when the block ends its pipe closes, and it leaves."""
    started = subprocess.Popen([sys.executable, "-m", module, *arguments], stdin=subprocess.PIPE)
    try:
        yield started
    finally:
        if started.stdin:
            started.stdin.close()
        try:
            started.wait(GRACE)
        except subprocess.TimeoutExpired:
            started.kill()


def end_with_parent() -> None:
    """In the child: watch the pipe, and leave in order when it closes."""
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    # Not through sys.stdin: its lock would be held in every process that this one forks.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
