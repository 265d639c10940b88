"""7z archives, with or without a password."""

from __future__ import annotations

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Handed, Reading

RANK = 13
NAME = "7z"
ZH = "7z 压缩包"
EN = "7z archive"


def recognises(handed: Handed) -> bool:
    """By its first bytes."""
    return not handed.url and handed.head.startswith(b"7z\xbc\xaf\x27\x1c")


def read(handed: Handed, desk: Desk) -> Reading:
    """What the reader gives; its library is loaded only when such a source is handed over."""
    from bihuan.collect.formats import _sevenzip

    return _sevenzip.read(handed, desk)
