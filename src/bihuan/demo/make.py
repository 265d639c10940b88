"""Make the county: what its departments hand over, what must be refused, and the truth."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from bihuan.demo import broken, meals, truth
from bihuan.demo.county import County
from bihuan.demo.departments import hand_over
from bihuan.demo.truth import Planted


@dataclass(frozen=True)
class Demo:
    """Where everything lies, and what was planted."""

    files: tuple[Path, ...]
    broken: Path
    truth: Path
    planted: tuple[Planted, ...]


def make(root: Path, county: County) -> Demo:
    """Write under `root`, in place of a former demo's, what is handed over now, next term and later, and the truth."""
    folder = root / "handed-over"
    for one in (folder, root / "handed-over-broken", root / meals.NEXT_TERM, root / meals.LATER):
        shutil.rmtree(one, ignore_errors=True)
    planted = hand_over(county, folder)
    truth.write(root / "truth.jsonl", planted)
    next_planted = meals.planted_next(county, root / meals.NEXT_TERM, root / meals.LATER)
    truth.write(root / "truth-next-term.jsonl", next_planted)
    files = tuple(sorted(one for one in folder.rglob("*") if one.is_file()))
    return Demo(files, broken.hand_over(root / "handed-over-broken", root), root / "truth.jsonl", tuple(planted))
