"""Make the county: what its departments hand over, what must be refused, and the truth."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bihuan.demo import broken, meals, truth
from bihuan.demo.county import County
from bihuan.demo.departments import hand_over, hand_over_again
from bihuan.demo.truth import Planted

FOLDER, FOLDER_AGAIN = "handed-over", "handed-over-2"
TRUTH, TRUTH_AGAIN = "truth.jsonl", "truth-2.jsonl"  # beside what is handed over, never among it
Tell = Callable[[int, int], None]  # how many departments are done, of how many


@dataclass(frozen=True)
class Demo:
    """Where everything lies, and what was planted."""

    files: tuple[Path, ...]
    broken: Path
    truth: Path
    planted: tuple[Planted, ...]


def make(root: Path, county: County, tell: Tell | None = None) -> Demo:
    """Write under `root`, in place of a former demo's, what is handed over now, next term and later, and the truth."""
    folder = root / FOLDER
    for one in (folder, root / "handed-over-broken", root / meals.NEXT_TERM, root / meals.LATER, root / FOLDER_AGAIN):
        shutil.rmtree(one, ignore_errors=True)
    planted = hand_over(county, folder, tell)
    truth.write(root / TRUTH, planted)
    next_planted = meals.planted_next(county, root / meals.NEXT_TERM, root / meals.LATER)
    truth.write(root / "truth-next-term.jsonl", next_planted)
    meals.forget()
    return Demo(_files(folder), broken.hand_over(root / "handed-over-broken", root), root / TRUTH, tuple(planted))


def make_again(root: Path, county: County, tell: Tell | None = None) -> Demo:
    """Write the second hand-over, half a year later, and what became of the problems of the first."""
    folder = root / FOLDER_AGAIN
    shutil.rmtree(folder, ignore_errors=True)
    planted = hand_over_again(county, folder, tell)
    truth.write(root / TRUTH_AGAIN, planted)
    return Demo(_files(folder), folder, root / TRUTH_AGAIN, tuple(planted))


def _files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(one for one in folder.rglob("*") if one.is_file()))
