"""Any database that SQLAlchemy has a dialect for: SQL Server, Oracle, MySQL, Dameng …"""

from __future__ import annotations

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Handed, Reading

RANK = 2
NAME = "database"
ZH = "其他数据库（env:名称）"
EN = "any other database (env:NAME)"


def recognises(handed: Handed) -> bool:
    """By having an address."""
    return bool(handed.url)


def read(handed: Handed, desk: Desk) -> Reading:
    """What the reader gives; its library is loaded only when such a source is handed over."""
    from bihuan.collect.formats import _any_database

    return _any_database.read(handed, desk)
