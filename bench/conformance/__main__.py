"""`python -m bench.conformance SAMPLES`: every check over the folder of samples; stops at the first that fails."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

import bench.conformance


def main() -> int:
    """Run the `check(samples)` of every module of this folder."""
    samples = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/samples").resolve()
    if not samples.is_dir():
        print(f"{samples}: no such folder. Name it: make conformance SAMPLES=folder", file=sys.stderr)
        return 2
    passed = 0
    for found in pkgutil.iter_modules(bench.conformance.__path__):
        module = importlib.import_module(f"bench.conformance.{found.name}")
        if hasattr(module, "check"):
            print(f"{found.name}: {module.__doc__.strip()}")
            try:
                told = module.check(samples)
            except AssertionError as error:
                print(f"{found.name}: {error}", file=sys.stderr)
                return 1
            for name, count in (told or {}).items():
                print(f"  ✓ {found.name} {name}: {count}")
            passed += 1
    print(f"{passed} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
