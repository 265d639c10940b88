"""Forgetting a source: its rows, rejects and original go, its hashes stay, in every snapshot that had it."""

from __future__ import annotations

import shutil
from dataclasses import replace

from bihuan.store.snapshot import commit, head, part_path
from bihuan.store.workspace import Workspace


def forget(workspace: Workspace, number: int) -> None:
    """Delete what a source brought and commit books without it. Older snapshots can no longer be read where it was."""
    with workspace.locked("books"):
        snapshot = head(workspace)
        source = snapshot.source(number)
        parts = [one for one in snapshot.parts if one.source != number]
        forgotten = replace(source, superseded_by=number, notes=(*source.notes, "forgotten"))
        sources = [forgotten if one.number == number else one for one in snapshot.sources]
        commit(workspace, sources, parts, parent=snapshot)
        still = {one.hash for one in parts}
        gone = {one.hash for one in snapshot.parts if one.source == number} - still
        for name in (*gone, source.origin, source.rejects):
            if name is not None:
                part_path(workspace, name).unlink(missing_ok=True)
        if not any(one.hash == source.hash for one in sources if one.number != number):
            shutil.rmtree((workspace.books / source.kept).parent, ignore_errors=True)
