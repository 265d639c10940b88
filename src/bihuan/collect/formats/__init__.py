"""Formats of files that are handed over: one module each, found by being in this folder.

RANK: int                     lower is asked first: the special before the general
NAME, ZH, EN: str             id and label
def recognises(handed: Handed) -> bool
def read(handed: Handed, desk: Desk) -> Reading
def raw_record(handed: Handed, desk: Desk, line: int) -> str    optional: a record as it stands in the file
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Handed, Reading
from bihuan.errors import BadSource

_DOCUMENTS = (".doc", ".docx", ".wps", ".ppt", ".pptx", ".pdf", ".ofd")
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".mp3", ".mp4")


class Format(Protocol):
    """What a module of this folder offers."""

    RANK: int
    NAME: str
    ZH: str
    EN: str

    def recognises(self, handed: Handed) -> bool:
        """Whether the file looks like this format; it must not raise."""

    def read(self, handed: Handed, desk: Desk) -> Reading:
        """The file's grids, drafts or members; BadSource with the place where it cannot be read."""


@cache
def formats() -> tuple[Format, ...]:
    """All formats, the special before the general. Modules that begin with `_` are shared parts."""
    names = [found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    offered = [cast(Format, one) for one in modules if hasattr(one, "RANK")]
    return tuple(sorted(offered, key=lambda one: (one.RANK, one.NAME)))


def format_of(handed: Handed) -> Format:
    """The first format that recognises the file, or BadSource saying which there are."""
    found = known_format(handed)
    if found is None:
        raise unknown(handed)
    return found


def known_format(handed: Handed) -> Format | None:
    """The first format that recognises the file, or None."""
    return next((one for one in formats() if one.recognises(handed)), None)


def unknown(handed: Handed) -> BadSource:
    """The error for a file that no reader knows."""
    if Path(handed.inner or handed.name).suffix.casefold() in _DOCUMENTS + _PICTURES:
        return BadSource(
            f"{handed.label}: a document or picture holds no table that can be read. "
            "Ask for the table itself as Excel or CSV, or leave the file out."
        )
    known = ", ".join(one.EN for one in formats())
    return BadSource(f"{handed.label}: no reader knows this file. Hand it over as one of: {known}.")
