"""When a stored result still holds: the same method, parts, parameters, zone and engine."""

from __future__ import annotations

import re

from bihuan.examine.header import Method
from bihuan.examine.lint import AIDS, population_sql
from bihuan.examine.session import Session
from bihuan.settings import Settings
from bihuan.store.canonical import digest
from bihuan.store.engine import Engine

RESULT_FORMAT = 2  # raise it when what results mean or how they lie changes

_WORD = re.compile(r"\w+")


def key_of(method: Method, session: Session, settings: Settings) -> str:
    """The name under which the method's result on these books lies."""
    parts = session.snapshot.tables
    listed = (*method.header.reads, *method.header.optional)
    return digest(
        {
            "format": RESULT_FORMAT,
            "engine": [Engine.name, Engine.version],
            "zone": settings.time_zone,
            "method": [method.id, method.version],
            "parts": {name: sorted(one.hash for one in parts.get(name, ())) for name in listed if name not in AIDS},
            "aids": {name: session.aids[name] for name in sorted(_aids(method))},
        }
    )


def _aids(method: Method) -> set[str]:
    """The aids that its texts may read; one named for something else only makes the key depend on more."""
    texts = (method.sql, population_sql(method.header), method.header.remedy)
    return set(AIDS) & {word for one in texts if one for word in _WORD.findall(one.lower())}
