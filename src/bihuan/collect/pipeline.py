"""`bihuan collect`: files in, a new snapshot out; each source whole or not at all, and one failing stops no other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from bihuan.collect import direct, identity, raw
from bihuan.collect.desk import Desk, Options
from bihuan.collect.gather import Pile, make_drafts, open_file, pile_of
from bihuan.collect.handed import Handed
from bihuan.collect.intake import Prepared, prepare, take_in
from bihuan.collect.reconcile import reconcile
from bihuan.collect.side_by_side import SideBySide, Work, opened
from bihuan.errors import BadSource, BihuanError, Overlap, WrongUse
from bihuan.store.canonical import digest, file_digest
from bihuan.store.engine import connect
from bihuan.store.snapshot import Part, Snapshot, Source, commit, head, next_number
from bihuan.store.workspace import Workspace, sweep

COMMIT_EVERY = 5.0  # seconds; so much work can be lost by a kill
TAKEN, UNCHANGED, REFUSED, JOINED = "taken", "unchanged", "refused", "joined"
Said = Callable[[str, int, int], None]  # what is done, how many are done, of how many


@dataclass(frozen=True)
class Outcome:
    """What became of one handed-over file."""

    name: str
    status: str  # taken, unchanged, refused, or joined into another file's rows
    source: Source | None = None
    errors: tuple[BihuanError, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether the file went in with no reject and no control that fails."""
        faults = self.source is not None and self.status == TAKEN and _has_faults(self.source)
        return not self.errors and not faults


@dataclass
class Books:
    """The books as they grow during one command, under the lock."""

    workspace: Workspace
    snapshot: Snapshot
    sources: list[Source]
    parts: list[Part]
    fresh: set[int] = field(default_factory=set)  # numbers given by this command
    committed: float = field(default_factory=time.monotonic)

    @property
    def live(self) -> list[Source]:
        """Sources whose rows are in the books."""
        return [one for one in self.sources if one.superseded_by is None]

    @property
    def next_number(self) -> int:
        """A number never given before."""
        return next_number(replace(self.snapshot, sources=tuple(self.sources)))

    def add(self, source: Source, parts: Sequence[Part], supersedes: Sequence[Source]) -> None:
        """Put a source in; what it supersedes stays listed, but its parts leave."""
        gone = {one.number for one in supersedes}
        self.sources = [
            replace(one, superseded_by=source.number) if one.number in gone else one for one in self.sources
        ] + [source]
        self.parts = [one for one in self.parts if one.source not in gone] + list(parts)
        self.fresh.add(source.number)

    def commit(self, *, every: float = 0.0) -> None:
        """Make a snapshot of what is in, unless the last one is younger than `every` seconds."""
        known = {one.number for one in self.snapshot.sources}
        if {one.number for one in self.sources} == known or time.monotonic() - self.committed < every:
            return
        self.snapshot = commit(self.workspace, self.sources, self.parts, parent=self.snapshot)
        self.committed = time.monotonic()


def collect(
    workspace: Workspace, files: Sequence[Handed], options: Options, *, said: Said = lambda *_: None
) -> list[Outcome]:
    """Take the files into the books; one outcome a file, in their order."""
    with workspace.locked("books"):
        sweep(workspace.books)
        snapshot = head(workspace)
        books = Books(workspace, snapshot, list(snapshot.sources), list(snapshot.parts))
        with (
            workspace.scratch(workspace.books) as scratch,
            connect(workspace.settings, spill=scratch / "spill") as engine,
            ThreadPoolExecutor(1) as keeper,
        ):
            desk = Desk(engine, scratch, workspace.settings, workspace.maps, options)
            try:
                with opened(desk) as beside:
                    return _Command(books, desk, beside, keeper, said).run(files)
            finally:
                books.commit()


@dataclass(frozen=True)
class _Numbered:
    """A pile and the number that its source gets; a number stays unused where the source is refused after all."""

    pile: Pile
    number: int


@dataclass
class _Command:
    books: Books
    desk: Desk
    beside: SideBySide
    keeper: ThreadPoolExecutor
    said: Said
    originals: dict[Handed, Future[raw.Original]] = field(default_factory=dict)
    outcomes: dict[Handed, Outcome] = field(default_factory=dict)

    def run(self, files: Sequence[Handed]) -> list[Outcome]:
        asked = list(dict.fromkeys(files))
        unchanged = _unchanged(asked, self.books, self.desk.options)
        for file, source in unchanged.items():
            self.outcomes[file] = Outcome(file.name, UNCHANGED, source)
        # The companions of a changed file must be read again although they are unchanged themselves.
        again = [file for file in unchanged if _is_companion(file, self.books)] if len(unchanged) < len(asked) else []
        piles = self._open([file for file in asked if file not in unchanged or file in again])
        make_drafts(piles, self.desk)
        entering = [pile for pile in piles if pile.file not in unchanged]
        works = self._prepared(entering)
        for index, pile in enumerate(entering):
            self.said(pile.file.name, index, len(entering))
            self.outcomes[pile.file] = self._enter(pile, piles, works)
            self.books.commit(every=COMMIT_EVERY)
        return [self.outcomes[file] for file in asked]

    def _open(self, files: Sequence[Handed]) -> list[Pile]:
        piles: dict[Handed, Pile] = {}
        for work in self.beside.over(self._at_once(files, piles), open_file):
            file = work.item
            try:
                piles[file] = work.result()
            except WrongUse:
                raise
            except BihuanError as error:
                self.outcomes[file] = self._refuse(file, (error,))
            if file.url and file not in self.outcomes:
                self.originals[file] = self.keeper.submit(raw.copy, file, self.desk.aside(".extract"))
        return [piles[file] for file in files if file in piles]

    def _at_once(self, files: Sequence[Handed], piles: dict[Handed, Pile]) -> Iterator[Handed]:
        """Put the files that go in by one pass among the piles; give those that must be opened."""
        for index, file in enumerate(files):
            self.said(file.name, index, len(files))
            if not file.url:
                self.originals[file] = self.keeper.submit(raw.copy, file, self.desk.aside(".original"))
            # A number that no file before it can take: each takes one at most.
            at_once = direct.attempt(file, self.books.next_number + index, self.desk, alone=len(files) == 1)
            if at_once:
                piles[file] = pile_of(at_once)
            else:
                yield file

    def _prepared(self, piles: Sequence[Pile]) -> Iterator[Work[_Numbered, Prepared]]:
        """The piles that hold something, made ready beside each other; what one pass has written waits for its turn."""
        numbered, number = [], self.books.next_number
        for pile in piles:
            if pile.written is not None:
                number = pile.written.source + 1
            elif pile.drafts:
                numbered.append(_Numbered(pile, number))
                number += 1
        return self.beside.over(numbered, lambda one, desk: prepare(one.pile.gathered, one.number, desk))

    def _enter(self, pile: Pile, piles: Sequence[Pile], works: Iterator[Work[_Numbered, Prepared]]) -> Outcome:
        if not pile.drafts:
            into = next((one for one in piles if pile.file.name in one.joined), None)
            if into is not None and not pile.errors:
                return Outcome(pile.file.name, JOINED)
            nothing = BadSource(f"{pile.file.name}: no table of the model is in it. Give a column map with --map.")
            return self._refuse(pile.file, tuple(pile.errors) or (nothing,))
        try:
            if pile.written is not None:
                return self._take(pile, prepare(pile.gathered, pile.written.source, self.desk))
            return self._take(pile, next(works).result())
        except BihuanError as error:
            return self._refuse(pile.file, (*pile.errors, error))
        except Exception as error:
            said = str(error).strip().splitlines()[:1] or [""]
            words = (
                f"{pile.file.name}: its rows could not be read ({type(error).__name__}: {said[0][:300]}). Report it."
            )
            return self._refuse(pile.file, (*pile.errors, BadSource(words)))

    def _take(self, pile: Pile, prepared: Prepared) -> Outcome:
        books, desk = self.books, self.desk
        held = identity.Held(books.workspace, books.live, books.parts)
        place = identity.place(pile.file.name, prepared.identity, prepared.tables, held, desk)
        _demand_older(pile.file, place.supersedes, books)
        met = reconcile(prepared.tables, place.supersedes, held, desk)
        prepared = replace(prepared, controls=(*prepared.controls, *([met] if met else [])))
        original = self._original(pile.file)
        kept = {"hash": original.hash, "kept": raw.keep(original, books.workspace)}
        source, parts = take_in(replace(prepared, identity=place.identity), kept, books.workspace, desk)
        source = replace(source, map={**source.map, **self._record(pile, prepared)})
        if place.supersedes:
            names = ", ".join(f"{one.name} ({one.number})" for one in place.supersedes)
            source = replace(source, notes=(*source.notes, f"supersedes {names}"))
        books.add(source, parts, place.supersedes)
        raw.forgive(original.hash, books.workspace)
        return Outcome(pile.file.name, TAKEN, source, tuple(pile.errors))

    def _record(self, pile: Pile, prepared: Prepared) -> dict[str, object]:
        """What the manifest says of how the source was read, so that the same hand-over is known again."""
        companions = []
        for name in dict.fromkeys(pile.joined):
            file = next(one for one in self.originals if one.name == name)
            original = self._original(file)
            companions.append({"name": name, "hash": original.hash, "kept": raw.keep(original, self.books.workspace)})
        accepted = self.desk.options.accept_totals
        return {
            "options": _said_by(self.desk.options),
            "companions": companions,
            **({"accepted_totals": accepted} if accepted else {}),
        }

    def _original(self, file: Handed) -> raw.Original:
        try:
            return self.originals[file].result()
        except OSError as error:
            raise BadSource(
                f"{file.name}: it cannot be copied into the workspace ({error.strerror}). Check your rights to the "
                "file, the medium that it lies on and the room on the disk, then repeat."
            ) from None

    def _refuse(self, file: Handed, errors: tuple[BihuanError, ...]) -> Outcome:
        """Keep the original with the reason; what cannot even be copied is only told."""
        if file in self.originals:
            try:
                raw.refuse(self._original(file), " ".join(map(str, errors)), self.books.workspace)
            except BadSource as error:
                errors = errors if str(error) in map(str, errors) else (*errors, error)
        return Outcome(file.name, REFUSED, None, errors)


def _unchanged(files: Sequence[Handed], books: Books, options: Options) -> dict[Handed, Source]:
    """The files whose bytes are in the books already, read in the same way."""
    sizes: dict[int, list[Source]] = {}
    for one in books.live:
        kept = books.workspace.books / one.kept
        if kept.is_file():
            sizes.setdefault(kept.stat().st_size, []).append(one)
    given = {file: hash_ for file in files if _may_be_known(file, sizes, books) and (hash_ := _digest(file))}
    found: dict[Handed, Source] = {}
    for file, hash_ in given.items():
        for one in books.live:
            is_main = one.hash == hash_ and one.map.get("options") == _said_by(options)
            if (is_main or hash_ in _companions(one)) and _same_company(one, files, given):
                found.setdefault(file, one)
    return found


def _may_be_known(file: Handed, sizes: dict[int, list[Source]], books: Books) -> bool:
    if file.url or not file.path.is_file():
        return False
    with_company = any(one.map.get("companions") for one in books.live)
    return with_company or file.path.stat().st_size in sizes


def _digest(file: Handed) -> str:
    """The hash of its bytes, "" where they cannot be read; the reader says why."""
    try:
        return file_digest(file.path)
    except OSError:
        return ""


def _companions(source: Source) -> dict[str, str]:
    """Hash → name of the files that the rows were joined with."""
    return {one["hash"]: one["name"] for one in source.map.get("companions", ())}


def _same_company(source: Source, files: Sequence[Handed], given: dict[Handed, str]) -> bool:
    """Whether no companion of the source is handed over with other bytes."""
    names = {name: hash_ for hash_, name in _companions(source).items()}
    return all(given.get(file) == names[file.name] for file in files if file.name in names)


def _is_companion(file: Handed, books: Books) -> bool:
    hash_ = file_digest(file.path)
    return any(hash_ in _companions(one) for one in books.live)


def _said_by(options: Options) -> dict[str, str]:
    """The options that change how a file is read; a map counts by its content."""
    named = {"unit": options.unit, "as": options.as_name, "encoding": options.encoding}
    mapped = (
        digest(Path(options.map).read_text(encoding="utf-8-sig")) if options.map and options.map.is_file() else None
    )
    return {name: value for name, value in {**named, "map": mapped}.items() if value}


def _demand_older(file: Handed, supersedes: Sequence[Source], books: Books) -> None:
    """Two files of one command never replace each other."""
    for one in supersedes:
        if one.number in books.fresh:
            raise Overlap(
                f"{file.name}: it is the same source as {one.name}, collected by this command ({one.identity}). "
                "Name the units with --unit, the sources with --as, or leave out one of the two."
            )


def _has_faults(source: Source) -> bool:
    return source.rejects is not None or any(not one.holds for one in source.controls)
