"""One module a department and format: `hand_over(county, folder)` writes its files and says what was planted where."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.truth import Planted


def hand_over(county: County, folder: Path) -> list[Planted]:
    """The files of all departments, in the order of their modules' names."""
    planted: list[Planted] = []
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        planted += importlib.import_module(f"{__name__}.{found.name}").hand_over(county, folder)
    return planted
