"""Forgetting a source: its rows, rejects and original go, its hashes stay, in every snapshot that had it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace

from bihuan.store.snapshot import Source, commit, head, part_path
from bihuan.store.workspace import Workspace

LINK = "link"  # reader of what linking made


def forget(workspace: Workspace, number: int) -> None:
    """Delete what a source brought and commit books without it. Older snapshots can no longer be read where it was."""
    with workspace.locked("books"):
        snapshot = head(workspace)
        source = snapshot.source(number)
        derived = {one.number for one in snapshot.sources if one.reader == LINK}
        parts = [one for one in snapshot.parts if one.source not in {number, *derived}]
        sources = [_forgotten(one) if one.number in {number, *derived} else one for one in snapshot.sources]
        commit(workspace, sources, parts, parent=snapshot)
        still = {one.hash for one in parts}
        gone = {one.hash for one in snapshot.parts if one.source == number} - still
        linked = [hash_ for one in snapshot.sources if one.number in derived for hash_ in _made_by_linking(one)]
        for name in (*gone, *linked, source.origin, source.rejects):
            if name is not None:
                part_path(workspace, name).unlink(missing_ok=True)
        if not any(one.hash == source.hash for one in sources if one.number != number):
            shutil.rmtree((workspace.books / source.kept).parent, ignore_errors=True)
        shutil.rmtree(workspace.books / "links", ignore_errors=True)


def _forgotten(source: Source) -> Source:
    """The source without its rows. What linking made of them is forgotten whole: `bihuan link` makes it anew."""
    notes = source.notes if "forgotten" in source.notes else (*source.notes, "forgotten")
    return replace(source, superseded_by=source.number, notes=notes)


def _made_by_linking(source: Source) -> Iterator[str]:
    """The parts that linking wrote; never those that it read, which the same map lists under `linked`."""
    yield from _hashes([source.map.get("kinds"), source.map.get("written")])


def _hashes(value: object) -> Iterator[str]:
    if isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _hashes(one)
    elif isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value):
        yield value
