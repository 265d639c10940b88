"""Zip archives, with names in UTF-8 or GB18030, with or without a password."""

from __future__ import annotations

import stat
import zipfile
import zlib

from bihuan.collect.desk import Desk
from bihuan.collect.formats._grid import suffix
from bihuan.collect.handed import Handed, Reading
from bihuan.collect.unpack import Opening, damaged, is_clutter, legacy_name, locked, refuse_link, safe_name, unpacked
from bihuan.errors import BadSource

RANK = 12  # after Excel, whose files are zips too
NAME = "zip"
ZH = "ZIP 压缩包"
EN = "zip archive"

MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
DOCUMENTS = (".docx", ".dotx", ".pptx", ".ofd")  # zips by their first bytes, and no archives
ENCRYPTED = 0x1
UTF8_NAMES = 0x800
AES = 99


def recognises(handed: Handed) -> bool:
    """By its first bytes."""
    return not handed.url and suffix(handed) not in DOCUMENTS and handed.head.startswith(MAGIC)


def read(handed: Handed, desk: Desk) -> Reading:
    """The files inside."""
    return Reading(members=unpacked(handed, desk, lambda opening: _members(opening, desk.options.password)))


def _members(opening: Opening, password: str | None) -> tuple[Handed, ...]:
    try:
        with zipfile.ZipFile(opening.archive.path) as archive:
            infos = [(info, safe_name(opening.archive, _name(info))) for info in archive.infolist()]
            wanted = [(info, name) for info, name in infos if not info.is_dir() and not is_clutter(name)]
            return tuple(_member(opening, archive, info, name, password) for info, name in wanted)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise damaged(opening.archive, error) from None
    except NotImplementedError as error:
        raise BadSource(
            f"{opening.archive.label}: packed in a way that is not read here ({error}). "
            "Unpack it by hand and hand over the files."
        ) from None


def _member(
    opening: Opening, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, password: str | None
) -> Handed:
    if stat.S_ISLNK(info.external_attr >> 16):
        raise refuse_link(opening.archive, name)
    if not info.flag_bits & ENCRYPTED:
        with archive.open(info) as stream:
            return opening.member(opening.pour(stream, name), name)
    if info.compress_type == AES:
        raise BadSource(
            f"{opening.archive.label}: {name} is locked with AES, which is not read from a zip. "
            "Unpack it by hand with its password, or ask for a 7z archive."
        )
    return _locked_member(opening, archive, info, name, password)


def _locked_member(
    opening: Opening, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, password: str | None
) -> Handed:
    """One byte tells a wrong password, so one in 256 passes and shows in the checksum only."""
    for encoding in ("utf-8", "gb18030") if password else ():
        try:
            with archive.open(info, pwd=(password or "").encode(encoding)) as stream:
                return opening.member(opening.pour(stream, name), name)
        except (RuntimeError, zipfile.BadZipFile, zlib.error):
            continue
    raise locked(opening.archive, given=password is not None)


def _name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & UTF8_NAMES:
        return info.filename
    try:
        return legacy_name(info.orig_filename.encode("cp437"))
    except UnicodeEncodeError:
        return info.filename
