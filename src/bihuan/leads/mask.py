"""Personal values are shown masked unless someone with the right asks, gives a reason and is recorded."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache

from bihuan.model.table import tables
from bihuan.store.workspace import Workspace

SHOWN_HEAD, SHOWN_TAIL = 3, 2


def masked(value: object) -> object:
    """A personal value with its middle starred; short ones keep the first character only."""
    if value is None or value == "":
        return value
    text = str(value)
    if len(text) <= SHOWN_HEAD + SHOWN_TAIL:
        return text[: len(text) > 1] + "*" * max(len(text) - 1, 1)
    return text[:SHOWN_HEAD] + "*" * (len(text) - SHOWN_HEAD - SHOWN_TAIL) + text[-SHOWN_TAIL:]


@cache
def personal_columns(names: tuple[str, ...]) -> frozenset[str]:
    """The personal columns of the tables named."""
    known = tables()
    return frozenset(one.name for name in names if name in known for one in known[name].columns if one.personal)


def mask_row(row: Mapping[str, object], reads: Iterable[str]) -> dict[str, object]:
    """The same row with every personal column of the tables `reads` masked."""
    personal = personal_columns(tuple(sorted(reads)))
    return {name: masked(value) if name in personal else value for name, value in row.items()}


def record_unmasking(workspace: Workspace, *, what: str, reason: str) -> None:
    """Write down who looked at personal values, at what and why, in `unmasked.jsonl`."""
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": getpass.getuser(),
        "what": what,
        "reason": reason,
    }
    with (workspace.root / "unmasked.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
