"""PostgreSQL (and Kingbase, openGauss, which speak its protocol): every table by COPY, all at one moment."""

from __future__ import annotations

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Handed, Reading

RANK = 1
NAME = "postgresql"
ZH = "PostgreSQL 数据库（env:名称）"
EN = "PostgreSQL database (env:NAME)"


def recognises(handed: Handed) -> bool:
    """By the scheme of its address."""
    return handed.url.startswith(("postgresql:", "postgres:", "postgresql+psycopg:"))


def read(handed: Handed, desk: Desk) -> Reading:
    """What the reader gives; its library is loaded only when such a source is handed over."""
    from bihuan.collect.formats import _postgres

    return _postgres.read(handed, desk)
