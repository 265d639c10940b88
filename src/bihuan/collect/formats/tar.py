"""Tar archives; a .tar.gz comes here after gzip."""

from __future__ import annotations

import tarfile

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Handed, Reading
from bihuan.collect.unpack import Opening, damaged, is_clutter, refuse_link, safe_name, unpacked

RANK = 11
NAME = "tar"
ZH = "TAR 包"
EN = "tar archive"


def recognises(handed: Handed) -> bool:
    """By the mark in its first header."""
    return not handed.url and handed.head[257:262] == b"ustar"


def read(handed: Handed, desk: Desk) -> Reading:
    """The files inside."""
    return Reading(members=unpacked(handed, desk, _members))


def _members(opening: Opening) -> tuple[Handed, ...]:
    found = []
    try:
        # "surrogateescape" keeps the bytes of names that are GB18030
        with tarfile.open(opening.archive.path, "r:") as archive:
            for info in archive:
                name = safe_name(opening.archive, _name(info.name))
                if info.issym() or info.islnk():
                    raise refuse_link(opening.archive, name)
                stream = archive.extractfile(info) if info.isfile() and not is_clutter(name) else None
                if stream is not None:
                    found.append(opening.member(opening.pour(stream, name), name))
    except (tarfile.TarError, EOFError, OSError) as error:
        raise damaged(opening.archive, error) from None
    return tuple(found)


def _name(name: str) -> str:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
    return name
