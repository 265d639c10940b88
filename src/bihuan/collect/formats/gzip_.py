"""Gzip: one file, packed in one or several pieces."""

from __future__ import annotations

import gzip
import zlib

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Handed, Reading
from bihuan.collect.unpack import Opening, opening
from bihuan.errors import BadSource

RANK = 10
NAME = "gzip"
ZH = "GZIP 压缩文件"
EN = "gzip file"


def recognises(handed: Handed) -> bool:
    """By its first bytes."""
    return not handed.url and handed.head.startswith(b"\x1f\x8b")


def read(handed: Handed, desk: Desk) -> Reading:
    """The file inside. It has no name of its own: it is the same hand-over, so `inner` stays."""
    begun = opening(handed, desk)
    name = _bare(handed.inner or handed.name)
    with handed.path.open("rb") as packed:
        try:
            with gzip.GzipFile(fileobj=packed) as stream:
                path = begun.pour(stream, name)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise _damaged(begun, packed.tell(), error) from None
    return Reading(members=(Handed(path, handed.name, handed.inner),))


def _damaged(begun: Opening, at: int, error: Exception) -> BadSource:
    return BadSource(
        f"{begun.archive.label}, byte {min(at, begun.packed):,} of {begun.packed:,}: the gzip file is cut off "
        f"or damaged ({error}). Compare its size with the original and copy it again; nothing of it was taken in."
    )


def _bare(name: str) -> str:
    lower = name.casefold()
    if lower.endswith(".tgz"):
        return name[:-4] + ".tar"
    return name[:-3] if lower.endswith(".gz") else name
