"""What people decided about pairs: append-only, never overwritten by a model, and the last word on a pair counts.

One JSON object a line in `W/link-decisions.jsonl`.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bihuan.errors import BadWorkspace, WrongUse
from bihuan.link.cluster import Verdict
from bihuan.store.workspace import Workspace

SAME, DIFFERENT, OPEN = "same", "different", "open"
VERDICTS = (SAME, DIFFERENT, OPEN)


@dataclass(frozen=True)
class Decision:
    """One person's word on two profiles; `open` takes an earlier word back."""

    kind: str
    left: int
    right: int
    verdict: str
    by: str = ""
    why: str = ""
    at: str = ""


def path_of(workspace: Workspace) -> Path:
    """Where the decisions lie."""
    return workspace.root / "link-decisions.jsonl"


def read(workspace: Workspace) -> dict[tuple[int, int], Decision]:
    """The decision that counts for each pair."""
    path = path_of(workspace)
    found: dict[tuple[int, int], Decision] = {}
    if path.exists():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                one = _decision(path, number, line)
                found[one.left, one.right] = one
    return {pair: one for pair, one in found.items() if one.verdict != OPEN}


def decide(workspace: Workspace, one: Decision) -> Decision:
    """Add a decision; the pair is put in order."""
    if one.verdict not in VERDICTS:
        raise WrongUse(f"{one.verdict!r} is no verdict. Say one of: {', '.join(VERDICTS)}.")
    left, right = sorted((one.left, one.right))
    made = Decision(
        one.kind, left, right, one.verdict, one.by, one.why, datetime.now(UTC).isoformat(timespec="seconds")
    )
    with workspace.locked("decisions"), path_of(workspace).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(made), ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return made


def verdicts(workspace: Workspace, kind: str) -> list[Verdict]:
    """The decisions on pairs of a kind, as clustering takes them."""
    held = [one for one in read(workspace).values() if one.kind == kind]
    return [
        Verdict(one.left, one.right, one.verdict == SAME) for one in sorted(held, key=lambda one: (one.left, one.right))
    ]


def _decision(path: Path, number: int, line: str) -> Decision:
    try:
        return Decision(**json.loads(line))
    except (ValueError, TypeError) as error:
        raise BadWorkspace(f"{path}, line {number}: {error}. Take the line out or correct it.") from None
