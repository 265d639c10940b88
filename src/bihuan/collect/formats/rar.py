"""RAR archives, by the unpacking tool that the machine has."""

from __future__ import annotations

import rarfile

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Handed, Reading
from bihuan.collect.unpack import Opening, damaged, is_clutter, locked, refuse_link, safe_name, unpacked
from bihuan.errors import BadSource

RANK = 14
NAME = "rar"
ZH = "RAR 压缩包"
EN = "RAR archive"


def recognises(handed: Handed) -> bool:
    """By its first bytes."""
    return not handed.url and handed.head.startswith(b"Rar!\x1a\x07")


def read(handed: Handed, desk: Desk) -> Reading:
    """The files inside."""
    return Reading(members=unpacked(handed, desk, lambda opening: _members(opening, desk.options.password)))


def _members(opening: Opening, password: str | None) -> tuple[Handed, ...]:
    try:
        with rarfile.RarFile(opening.archive.path, errors="strict") as archive:
            if archive.needs_password():
                if password is None:
                    raise locked(opening.archive, given=False)
                archive.setpassword(password)
            return tuple(_member(opening, archive, info, name) for info, name in _wanted(opening, archive))
    except rarfile.RarCannotExec:
        raise _no_tool(opening.archive) from None
    except (rarfile.PasswordRequired, rarfile.RarWrongPassword):
        raise locked(opening.archive, given=password is not None) from None
    except rarfile.NeedFirstVolume as error:
        raise BadSource(f"{opening.archive.label}: a later volume. Hand over the first one: {error}.") from None
    except (rarfile.Error, EOFError, OSError) as error:
        raise damaged(opening.archive, str(error) or type(error).__name__) from None


def _wanted(opening: Opening, archive: rarfile.RarFile) -> list[tuple[rarfile.RarInfo, str]]:
    infos = [(info, safe_name(opening.archive, info.filename)) for info in archive.infolist()]
    return [(info, name) for info, name in infos if not info.is_dir() and not is_clutter(name)]


def _member(opening: Opening, archive: rarfile.RarFile, info: rarfile.RarInfo, name: str) -> Handed:
    if info.is_symlink():
        raise refuse_link(opening.archive, name)
    with archive.open(info) as stream:
        return opening.member(opening.pour(stream, name), name)


def _no_tool(archive: Handed) -> BadSource:
    return BadSource(
        f"{archive.label}: no tool on this machine unpacks RAR. Install one (Debian, UOS: apt install unar, "
        "or libarchive-tools; Kylin: dnf install bsdtar; Windows: 7-Zip), or hand over the unpacked files or a zip."
    )
