"""Make the county: what its departments hand over, what must be refused, and the truth."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from bihuan.demo import broken, truth
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
    """Write `handed-over/`, `handed-over-broken/` and `truth.jsonl` under `root`, in place of a former demo's."""
    folder = root / "handed-over"
    for one in (folder, root / "handed-over-broken"):
        shutil.rmtree(one, ignore_errors=True)
    planted = hand_over(county, folder)
    truth.write(root / "truth.jsonl", planted)
    files = tuple(sorted(one for one in folder.rglob("*") if one.is_file()))
    return Demo(files, broken.hand_over(root / "handed-over-broken", root), root / "truth.jsonl", tuple(planted))
