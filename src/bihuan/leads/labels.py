"""What auditors found: an append-only file of verdicts, from which the score learns.

One JSON object a line in `W/labels.jsonl`; of several on one lead the last counts.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bihuan.errors import BadWorkspace
from bihuan.store.workspace import Workspace

ESTABLISHED, DISMISSED, OPEN = "established", "dismissed", "open"
VERDICTS = (ESTABLISHED, DISMISSED, OPEN)


@dataclass(frozen=True)
class Label:
    """One verdict on one lead."""

    lead_id: str
    method: str
    verdict: str  # one of VERDICTS
    amount: str | None = None  # established amount as text, in the lead's currency
    note: str = ""
    by: str = ""
    on: str = ""  # ISO date of the verdict
    source: str = ""  # the file that brought it


def path_of(workspace: Workspace) -> Path:
    """Where the labels lie."""
    return workspace.root / "labels.jsonl"


def read(workspace: Workspace) -> dict[str, Label]:
    """The verdict that counts for each lead."""
    path = path_of(workspace)
    if not path.exists():
        return {}
    found: dict[str, Label] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            label = _label(path, number, line)
            found[label.lead_id] = label
    return found


def append(workspace: Workspace, labels: Iterable[Label]) -> int:
    """Add the verdicts that say something new; gives how many were added."""
    with workspace.locked("labels"):
        held = read(workspace)
        fresh = []
        for one in labels:
            if held.get(one.lead_id) != one:
                held[one.lead_id] = one
                fresh.append(one)
        with path_of(workspace).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in fresh)
            file.flush()
            os.fsync(file.fileno())
    return len(fresh)


def tally(labels: Mapping[str, Label]) -> dict[str, tuple[int, int]]:
    """For each method how many of its leads were established and how many dismissed."""
    counted = Counter((one.method, one.verdict) for one in labels.values())
    methods = {one.method for one in labels.values()}
    return {one: (counted[one, ESTABLISHED], counted[one, DISMISSED]) for one in methods}


def _label(path: Path, number: int, line: str) -> Label:
    try:
        label = Label(**json.loads(line))
    except (json.JSONDecodeError, TypeError):
        raise BadWorkspace(f"{path}, line {number}: not a label. Remove or correct the line.") from None
    if label.verdict not in VERDICTS:
        raise BadWorkspace(f"{path}, line {number}: verdict {label.verdict!r} is none of {', '.join(VERDICTS)}.")
    return label
