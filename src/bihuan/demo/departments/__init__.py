"""One module a department and format: `hand_over(county, folder)` writes its files and says what was planted where.

A department that hands over a second time has `hand_over_again(county, folder)` as well: its files of the half-year
after, and what became of the problems of the first time. Each module stands alone, so that two work at once.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pkgutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.truth import Planted

LONG = ("units_", "finance_payments", "subsidies")  # begin of the modules that take longest, so that none is last alone
SMALL = 0.05  # below this scale other processes cost more than they save


def hand_over(county: County, folder: Path, tell: Callable[[int, int], None] | None = None) -> list[Planted]:
    """The files of all departments; `tell(done, of)` hears of each. The truth is in the order of the modules' names."""
    return _all(county, folder, "hand_over", tell)


def hand_over_again(county: County, folder: Path, tell: Callable[[int, int], None] | None = None) -> list[Planted]:
    """The second hand-over of those departments that have one."""
    return _all(county, folder, "hand_over_again", tell)


def _all(county: County, folder: Path, act: str, tell: Callable[[int, int], None] | None) -> list[Planted]:
    names = sorted(one.name for one in pkgutil.iter_modules(__path__) if not one.name.startswith("_"))
    done: dict[str, list[Planted]] = {}
    longest_first = sorted(names, key=lambda one: (not one.startswith(LONG), one))
    for name, planted in _each(partial(_one, county, folder, act), longest_first, at_once=county.scale >= SMALL):
        done[name] = planted
        if tell:
            tell(len(done), len(names))
    return [planted for name in names for planted in done[name] if planted.form == "twin" or not county.is_clean]


def _each(
    work: Callable[[str], tuple[str, list[Planted]]], names: list[str], *, at_once: bool
) -> Iterator[tuple[str, list[Planted]]]:
    workers = min(4, os.cpu_count() or 1)
    if workers == 1 or not at_once:
        for name in names:  # not `map`: a StopIteration within a department would end it without a word
            yield work(name)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(work, names)


def _one(county: County, folder: Path, act: str, name: str) -> tuple[str, list[Planted]]:
    module = importlib.import_module(f"{__name__}.{name}")
    return name, list(getattr(module, act)(county, folder)) if hasattr(module, act) else []
