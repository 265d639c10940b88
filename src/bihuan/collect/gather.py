"""What the handed-over files hold: formats asked, members unpacked, headings found, sheets made drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bihuan.collect import match
from bihuan.collect.desk import Desk
from bihuan.collect.formats import format_of, known_format, unknown
from bihuan.collect.handed import Draft, Grid, Handed, Reading, Reject
from bihuan.collect.intake import Gathered, Written
from bihuan.collect.kinds import match_kinds
from bihuan.collect.layout import is_prose, lay_out
from bihuan.collect.sheet import Sheet
from bihuan.errors import BadSource, BihuanError, WrongUse

Found = TypeVar("Found")


@dataclass
class Pile:
    """One handed-over file with all that came out of it, and the errors on the way."""

    file: Handed
    grids: list[Grid] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    members: set[Handed] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)  # files whose rows these were joined with
    errors: list[BihuanError] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)  # the grids with their headings found
    written: Written | None = None  # its rows, where one pass has written them

    @property
    def gathered(self) -> Gathered:
        """All of it, as intake takes it."""
        read = tuple(self.drafts), tuple(self.grids), tuple(self.rejects), tuple(self.unread)
        return Gathered(self.file, *read, self.written)


def pile_of(gathered: Gathered) -> Pile:
    """What one pass has read and written already."""
    return Pile(gathered.file, list(gathered.grids), list(gathered.drafts), written=gathered.written)


def open_file(file: Handed, desk: Desk) -> Pile:
    """Read one file and the files inside it, and find the headings, which a map given would say."""
    pile = Pile(file)
    waiting = [file]
    while waiting:
        one = waiting.pop(0)
        pile.members.add(one)
        if one.inner and known_format(one) is None:  # a letter or a picture beside the data in an archive
            pile.unread.append(one.inner)
            pile.errors.append(unknown(one))
            continue
        reading = _guarded(one, lambda one=one: _read(one, desk))  # type: ignore[misc]
        pile.grids += reading.grids
        pile.drafts += reading.drafts
        pile.rejects += reading.rejects
        waiting = [*reading.members, *waiting]
    if desk.options.map is None:
        pile.sheets = _sheets(pile, desk)
    return pile


def make_drafts(piles: Sequence[Pile], desk: Desk) -> None:
    """Sheets to drafts: by the map given, else by the known exports over all files together, else by the matcher."""
    piles = [one for one in piles if one.written is None]
    if desk.options.map is not None:
        for pile in piles:
            for grid in pile.grids:
                _each(pile, grid, lambda grid=grid: match.draft_of_grid(grid, desk))  # type: ignore[misc]
        return
    owner = {member: pile for pile in piles for member in pile.members}
    for pile in piles:
        for draft in pile.drafts:
            _join(pile, draft, owner)
    sheets = [sheet for pile in piles for sheet in pile.sheets]
    if not sheets:  # the known exports are read only for sheets: it takes a while
        return
    matched = match_kinds(sheets, desk)
    for draft in matched.drafts:
        owner[draft.file].drafts.append(draft)
        _join(owner[draft.file], draft, owner)
    for file, error in matched.refused:
        owner[file].errors.append(error)
    for sheet in matched.left_over:
        pile = owner[sheet.file]
        _each(pile, sheet, lambda sheet=sheet: match.draft(sheet, desk))  # type: ignore[misc]


def _join(pile: Pile, draft: Draft, owner: Mapping[Handed, Pile]) -> None:
    """Remember the other files with which the rows of a draft were joined."""
    others = [owner[one] for one in draft.companions if one in owner]
    pile.joined += [one.file.name for one in others if one is not pile and one.file.name not in pile.joined]


def _read(one: Handed, desk: Desk) -> Reading:
    if not one.url and one.path.stat().st_size == 0:
        raise BadSource(f"{one.label}: the file is empty (0 bytes). Ask for it again.")
    return format_of(one).read(one, desk)


def _sheets(pile: Pile, desk: Desk) -> list[Sheet]:
    found = []
    for grid in pile.grids:
        if is_prose(grid):
            if len(pile.grids) == 1 and not pile.drafts:
                pile.errors.append(
                    BadSource(f"{grid.file.label}: there is no table in it. Ask for the rows, or leave it out.")
                )
            continue
        try:
            found.append(_guarded(grid.file, lambda grid=grid: lay_out(grid, desk)))  # type: ignore[misc]
        except BihuanError as error:
            _unread(pile, grid, error)
    return found


def _each(pile: Pile, sheet: Grid | Sheet, make: Callable[[], Draft]) -> None:
    try:
        pile.drafts.append(_guarded(sheet.file, make))
    except WrongUse:
        raise
    except BihuanError as error:
        _unread(pile, sheet, error)


def _unread(pile: Pile, sheet: Grid | Sheet, error: BihuanError) -> None:
    name = sheet.sheet if isinstance(sheet, Grid) else sheet.name
    pile.unread.append("!".join(part for part in (sheet.file.inner, name) if part) or sheet.file.name)
    pile.errors.append(error)


def _guarded(file: Handed, work: Callable[[], Found]) -> Found:
    """What a reader raises unexpectedly is said as what it is: a file that cannot be read."""
    try:
        return work()
    except BihuanError:
        raise
    except OSError as error:
        if error.errno is None:  # a reader's own complaint about what is in the file
            raise _unreadable(file, error) from error
        raise BadSource(
            f"{file.label}: it cannot be read from where it lies ({error.strerror}). Check your rights to the file, "
            "the medium that it lies on and the room on the disk, then repeat."
        ) from None
    except MemoryError:
        raise BadSource(f"{file.label}: it needs more memory than there is. Split the file.") from None
    except Exception as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Handed, error: Exception) -> BadSource:
    said = str(error).strip().splitlines()[:1] or [type(error).__name__]
    return BadSource(
        f"{file.label}: it could not be read ({type(error).__name__}: {said[0][:300]}). "
        "Open it in the program that made it and export it again."
    )
