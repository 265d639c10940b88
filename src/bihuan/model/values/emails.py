"""E-mail addresses as they are compared."""

from __future__ import annotations

import re
import unicodedata

_ADDRESS = re.compile(r"[^@\s,;，；]+@[^@\s,;，；]+\.[a-z0-9-]{2,}")


def key(text: str) -> str | None:
    """An address in half-width small letters; None where there is none, or more than one.

    >>> key(" Zhang.San＠QQ.com")
    'zhang.san@qq.com'
    >>> key("无") is None
    True
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return plain if _ADDRESS.fullmatch(plain) else None
