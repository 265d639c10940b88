"""Where the places that a truth names stand in the books, however their files are spelt there."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bihuan.leads.truth import Spot
from bihuan.store.canonical import file_digest
from bihuan.store.snapshot import Snapshot, Source

FAR = (0, False)
Sheet = tuple[int, int]  # number of the source, place of the sheet among its sheets


@dataclass(frozen=True)
class Shelf:
    """The sheets of a snapshot's live sources, to be found by name.

    `folders` are where paths of the truth may lead: of several files of one name, the one with the same bytes is meant;
    where none lies there, the newest if `is_later` (a truth of a second hand-over), else any.
    """

    snapshot: Snapshot
    folders: tuple[Path, ...] = ()
    is_later: bool = False

    @cached_property
    def sources(self) -> dict[int, Source]:
        """Every source with rows in the books."""
        live = {part.source for part in self.snapshot.parts}
        return {one.number: one for one in self.snapshot.sources if one.number in live}

    @cached_property
    def by_last(self) -> dict[str, list[Sheet]]:
        """The sheets by each last name under which their file may be meant: the file's own and its members'."""
        found: dict[str, set[Sheet]] = defaultdict(set)
        for number, source in self.sources.items():
            for at, label in enumerate(source.sheets):
                for file, _ in readings(source.name, label):
                    found[file[-1]].add((number, at))
        return {name: sorted(held) for name, held in found.items()}

    def files(self, spot: Spot) -> list[Sheet]:
        """The sheets of every file that the spot may mean, whatever sheet it names."""
        asked = pieces(spot.source)
        candidates = self.by_last.get(asked[-1], []) if asked else []
        near = {one: max(_nearness(asked, file) for file, _ in self._readings(one)) for one in candidates}
        best = max(near.values(), default=FAR)
        return self._meant(spot, [one for one in candidates if near[one] == best != FAR])

    def sheets(self, spot: Spot, files: Iterable[Sheet]) -> list[Sheet]:
        """Those of the sheets that the spot names; where it names none, a file's only one or those without a name."""
        asked, wanted = pieces(spot.source), _sheet(spot.sheet)
        found, held = [], list(files)
        for one in held:
            names = {sheet for file, sheet in self._readings(one) if _nearness(asked, file) != FAR}
            alone = sum(other[0] == one[0] for other in held) == 1
            if wanted in names or (alone and (not wanted or "" in names)):
                found.append(one)
        return found

    def _readings(self, one: Sheet) -> list[tuple[tuple[str, ...], str]]:
        source = self.sources[one[0]]
        return readings(source.name, source.sheets[one[1]])

    def _meant(self, spot: Spot, held: list[Sheet]) -> list[Sheet]:
        """Where several files have that name, the one whose bytes lie at the path, else what `is_later` says."""
        numbers = {number for number, _ in held}
        if len(numbers) < 2:
            return held
        path = next((one / spot.source for one in self.folders if (one / spot.source).is_file()), None)
        digest = file_digest(path) if path else ""
        same = {one for one in numbers if self.sources[one].hash == digest}
        chosen = same or ({max(numbers)} if self.is_later else numbers)
        return [one for one in held if one[0] in chosen]


def readings(name: str, label: str) -> list[tuple[tuple[str, ...], str]]:
    """A sheet's label may begin with the path inside an archive: every way to cut it into file and sheet."""
    parts = [one for one in label.split("!") if one]
    cuts = range(len(parts) + 1)
    return [(pieces("/".join([name, *parts[:at]])), _sheet("!".join(parts[at:]))) for at in cuts]


def pieces(path: str) -> tuple[str, ...]:
    """The names in a path or in a member's address, without what two systems may write differently."""
    plain = unicodedata.normalize("NFC", path).replace("\\", "/").replace("!", "/").casefold()
    names = (one.strip().removesuffix(".gz") for one in plain.split("/"))
    return tuple(one for one in names if one not in ("", "."))


def _sheet(label: str) -> str:
    return "!".join(pieces(label))


def _nearness(asked: tuple[str, ...], file: tuple[str, ...]) -> tuple[int, bool]:
    """How many names agree where the shorter path ends the longer, then whether the file is named from its first on.

    So a bare name, a member's name and a path with folders before it all meet, and what says more is meant.
    """
    shared = min(len(asked), len(file))
    return (shared, shared == len(file)) if shared and asked[-shared:] == file[-shared:] else FAR
