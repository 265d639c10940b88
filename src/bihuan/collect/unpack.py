"""Guards that every archive passes: paths, number, size, ratio and depth of what it holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Handed
from bihuan.errors import BadSource, BadWorkspace

MAX_MEMBERS = 20_000
MAX_DEPTH = 3  # archives within archives
MAX_RATIO = 250  # times its own size; ledgers pack 10 to 50 times
RATIO_FROM = 64 << 20  # bytes unpacked before the ratio counts: small files of blanks pack very well
CHUNK = 1 << 20
OPENED = ".opened"  # ends the name of a folder that holds what was in an archive
CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")  # left by desktops, never data
_SIZE = re.compile(r"\s*(\d+)\s*([KMGT]?)i?B?\s*", re.IGNORECASE)


class Readable(Protocol):
    """What bytes come from."""

    def read(self, size: int, /) -> bytes | None:
        """At most `size` bytes; none at the end."""


@dataclass
class Opening:
    """One archive being unpacked: where its members go, and how much more may come."""

    archive: Handed
    folder: Path
    packed: int  # bytes of the archive itself
    room: int  # bytes that may still be unpacked
    written: int = 0
    members: int = 0
    _folders: dict[str, int] = field(default_factory=dict)

    def place(self, name: str) -> Path:
        """A path for the member's bytes: its own bare name, in a numbered folder for each of its folders.

        So nothing in its name can lead elsewhere, and a .dbf still finds its memo file beside it.
        """
        self.members += 1
        if self.members > MAX_MEMBERS:
            raise BadSource(
                f"{self.archive.label}: more than {MAX_MEMBERS:,} files are inside. "
                "Unpack it by hand and hand over the files that matter."
            )
        where = PurePosixPath(name)
        number = self._folders.setdefault(str(where.parent).casefold(), len(self._folders) + 1)
        target = self.folder / f"{number:05d}" / _bare(where)
        if target.exists():  # twice in the archive, or the same but for capitals
            target = self.folder / f"again{self.members:05d}" / _bare(where)
        target.parent.mkdir(exist_ok=True)
        return target

    def count(self, size: int, name: str) -> None:
        """Note that `size` more bytes of the member `name` came out; refuse a bomb before it fills the disk."""
        self.written += size
        where = f"{self.archive.label}: {name}" if name else self.archive.label
        if self.written > self.room:
            raise BadSource(
                f"{where}: unpacks to more than the limit for archives. If it is what it should be, raise "
                "max_unpacked in bihuan.toml; else ask who made it."
            )
        if self.written > RATIO_FROM and self.written > MAX_RATIO * self.packed:
            raise BadSource(
                f"{where}: {self.packed:,} bytes unpack to more than {MAX_RATIO} times as much, as a zip bomb does. "
                "If it is what it should be, unpack it by hand and hand over the files."
            )

    def pour(self, stream: Readable, name: str) -> Path:
        """Copy a member to its place, counting."""
        target = self.place(name)
        try:
            with target.open("xb") as file:
                while block := stream.read(CHUNK):
                    self.count(len(block), name)
                    file.write(block)
        except OSError as error:
            if error.errno is None:  # the reader's own complaint about the archive, not the disk's
                raise
            raise _no_room(self.archive, error) from None
        return target

    def member(self, path: Path, name: str) -> Handed:
        """The member as it is handed on."""
        inside = f"{self.archive.inner}!{name}" if self.archive.inner else name
        return Handed(path, self.archive.name, inside)


def opening(archive: Handed, desk: Desk) -> Opening:
    """Begin to unpack. What other archives of the same hand-over unpacked to counts against the limit too."""
    within = _parts_below(archive.path, desk.scratch)
    opened = [index for index, part in enumerate(within) if part.endswith(OPENED)]
    if len(opened) >= MAX_DEPTH:
        raise BadSource(
            f"{archive.label}: archives lie more than {MAX_DEPTH} deep in each other. "
            "Unpack it by hand and hand over the files."
        )
    top = desk.scratch.joinpath(*within[: opened[0] + 1]) if opened else None
    fresh = desk.aside(OPENED)
    folder = archive.path.parent / fresh.name if top else fresh
    folder.mkdir()
    spent = sum(one.stat().st_size for one in top.rglob("*") if one.is_file()) if top else 0
    return Opening(archive, folder, archive.path.stat().st_size, limit(desk.settings.max_unpacked) - spent)


def unpacked(archive: Handed, desk: Desk, work: Callable[[Opening], tuple[Handed, ...]]) -> tuple[Handed, ...]:
    """Do the unpacking `work`; an archive without any file is refused."""
    found = work(opening(archive, desk))
    if not found:
        raise BadSource(f"{archive.label}: no file is inside. Ask for the archive again.")
    return found


def safe_name(archive: Handed, name: str) -> str:
    """The member's path with forward slashes; one that leads out of the archive's folder is refused."""
    plain = name.replace("\\", "/")
    parts = plain.split("/")
    if ".." in parts or plain.startswith("/") or re.match(r"^[A-Za-z]:", plain) or "\0" in plain:
        raise BadSource(
            f"{archive.label}: the member {name!r} would be written outside of its folder. "
            "Such an archive is not read; ask who made it for a clean one."
        )
    return "/".join(part for part in parts if part not in ("", "."))


def refuse_link(archive: Handed, name: str) -> BadSource:
    """The error for a member that is a link, not a file."""
    return BadSource(
        f"{archive.label}: the member {name!r} is a link to another place. "
        "Such an archive is not read; ask for one that holds the files themselves."
    )


def is_clutter(name: str) -> bool:
    """Whether the member was left by a desktop (thumbnails, lock files of open Office documents)."""
    last = PurePosixPath(name).name
    return name.startswith(CLUTTER[0]) or last in CLUTTER or last.startswith(("~$", "._"))


def legacy_name(raw: bytes) -> str:
    """A name whose encoding the archive does not state: UTF-8 if it is, else GB18030, else as DOS wrote it."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def damaged(archive: Handed, why: object) -> BadSource:
    """The error for an archive that is cut off or corrupt."""
    return BadSource(
        f"{archive.label}: the archive is cut off or damaged ({why}). "
        "Compare its size with the original and copy it again; nothing of it was taken in."
    )


def locked(archive: Handed, *, given: bool) -> BadSource:
    """The error for a missing or wrong password; never says the password."""
    if given:
        return BadSource(f"{archive.label}: the password given does not open it. Ask for the right one.")
    return BadSource(
        f"{archive.label}: it is locked with a password. Put the password into an environment variable and name that "
        "variable with --password-env."
    )


def limit(words: str) -> int:
    """Bytes of a size such as 64GB."""
    found = _SIZE.fullmatch(words)
    if found is None:
        raise BadWorkspace(f"bihuan.toml: max_unpacked = {words!r} is not a size. Write it like 64GB.")
    return int(found[1]) << {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}[found[2].upper()]


def _bare(name: PurePosixPath) -> str:
    """The last part of a name, as any file system takes it."""
    plain = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", name.name)
    stem, suffix = plain[: len(plain) - len(name.suffix)], plain[len(plain) - len(name.suffix) :]
    return stem[:60].rstrip(" .") + suffix[:16].rstrip(" .") or "_"


def _parts_below(path: Path, folder: Path) -> tuple[str, ...]:
    return path.relative_to(folder).parts[:-1] if path.is_relative_to(folder) else ()


def _no_room(archive: Handed, error: OSError) -> BadSource:
    return BadSource(
        f"{archive.label}: cannot be unpacked here: {error.strerror}. "
        "Make room on the disk of the workspace and repeat."
    )
