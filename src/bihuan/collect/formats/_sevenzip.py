"""7z archives, with or without a password."""

from __future__ import annotations

import lzma
import zlib
from pathlib import Path
from typing import BinaryIO

import py7zr
from py7zr.exceptions import ArchiveError, PasswordRequired
from py7zr.io import Py7zIO, WriterFactory

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Handed, Reading
from bihuan.collect.unpack import Opening, damaged, is_clutter, locked, refuse_link, safe_name, unpacked

_BROKEN = (ArchiveError, lzma.LZMAError, zlib.error, EOFError, OSError, ValueError, TypeError, KeyError, IndexError)


class _Sink(Py7zIO):
    """A file on the disk that counts what is poured into it."""

    def __init__(self, opening: Opening, name: str) -> None:
        self.path = opening.place(name)
        self._opening = opening
        self._name = name
        self._file: BinaryIO = self.path.open("x+b")

    def write(self, s: bytes | bytearray) -> int:
        self._opening.count(len(s), self._name)
        return self._file.write(s)

    def read(self, size: int | None = None) -> bytes:
        return self._file.read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def flush(self) -> None:
        self._file.flush()

    def size(self) -> int:
        return self.path.stat().st_size

    def close(self) -> None:
        self._file.close()


class _Sinks(WriterFactory):
    """A sink for every member."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self.made: dict[str, _Sink] = {}

    def create(self, filename: str) -> Py7zIO:
        self.made[filename] = _Sink(self._opening, filename)
        return self.made[filename]

    def close(self) -> None:
        for one in self.made.values():
            one.close()


def read(handed: Handed, desk: Desk) -> Reading:
    """The files inside."""
    return Reading(members=unpacked(handed, desk, lambda opening: _members(opening, desk.options.password)))


def _members(opening: Opening, password: str | None) -> tuple[Handed, ...]:
    sinks = _Sinks(opening)
    encrypted = False
    try:
        with py7zr.SevenZipFile(opening.archive.path, password=password) as archive:
            encrypted = archive.needs_password()
            wanted = _wanted(opening, archive)
            archive.extract(targets=list(wanted), factory=sinks)
    except PasswordRequired:
        raise locked(opening.archive, given=password is not None) from None
    except _BROKEN as error:
        if encrypted and password is not None:
            raise locked(opening.archive, given=True) from None
        raise damaged(opening.archive, error) from None
    finally:
        sinks.close()
    return tuple(opening.member(Path(sinks.made[raw].path), name) for raw, name in wanted.items())


def _wanted(opening: Opening, archive: py7zr.SevenZipFile) -> dict[str, str]:
    wanted = {}
    for info in archive.list():
        name = safe_name(opening.archive, info.filename)
        if info.is_symlink:
            raise refuse_link(opening.archive, name)
        if not info.is_directory and not is_clutter(name):
            wanted[info.filename] = name
    return wanted
