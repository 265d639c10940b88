"""What the Makefile does, for machines without make: python3 run.py TARGET [SAMPLES=folder].

Targets: env, demo, test, test-all, test-slow, check, docs, conformance, bench.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import bootstrap

HOME = Path(__file__).resolve().parent
BIN = HOME / ".venv" / ("Scripts" if os.name == "nt" else "bin")
OPTIONS = dict(one.split("=", 1) for one in sys.argv[2:] if "=" in one)


def step(*command: str) -> None:
    """Run one command of the environment; stop at the first that fails."""
    program = shutil.which(command[0], path=str(BIN)) or command[0]
    code = subprocess.run([program, *command[1:]], cwd=HOME, check=False).returncode
    if code:
        sys.exit(code)


def env(*options: str) -> None:
    """Make or refresh .venv."""
    code = bootstrap.main(list(options))
    if code:
        sys.exit(code)


def demo() -> None:
    """The main job, from departments' files to a report, in the folder ./demo."""
    env("--no-dev", "--extra", "score")  # the score stands beside an isolation forest
    folder = HOME / OPTIONS.get("W", "demo")
    if (folder / "bihuan.toml").exists():
        shutil.rmtree(folder)
    step("bihuan", "init", str(folder))
    step("bihuan", "-w", str(folder), "demo")


def style() -> None:
    """Style, types, layers."""
    env()
    for command in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["lint-imports"]):
        step(*command)


def check() -> None:
    """Style, types, layers, and every method against its examples."""
    style()
    step("bihuan", "methods", "check")


def test() -> None:
    """Checks and the quick tests, among which every method is held to its examples."""
    style()
    step("pytest", "-n", "2", "-m", "not slow and not browser")


def test_all() -> None:
    """Everything: quick and slow tests, those in a browser, and the docs without a warning."""
    env()
    step("pytest", "-n", "2")
    docs()


def test_slow() -> None:
    """What `test` leaves out: kills, servers, browsers, the docs; counties of other seeds are in `test-all` only."""
    env()
    step("pytest", "-n", "2", "-m", "(slow or browser) and not county")
    docs()


def docs() -> None:
    """The documentation, its reference pages made anew from the code."""
    env()
    step("python", "docs/reference.py")
    step("sphinx-build", "-W", "-q", "-b", "html", "docs", "docs/_build/html")


def conformance() -> None:
    """Real and official files that nobody here wrote, from the folder SAMPLES."""
    env()
    step("python", "-m", "bench.conformance", OPTIONS.get("SAMPLES", "../shared/samples"))


def bench() -> None:
    """Speed and memory, each beside its peer; writes docs/bench.md."""
    env("--group", "bench")
    step("python", "-m", "bench", *sys.argv[2:])


TARGETS: dict[str, Callable[[], None]] = {
    "env": env,
    "demo": demo,
    "test": test,
    "test-all": test_all,
    "test-slow": test_slow,
    "check": check,
    "docs": docs,
    "conformance": conformance,
    "bench": bench,
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(__doc__)
    TARGETS[sys.argv[1]]()
