"""Small linked books: numbers with right check digits, and short ways to ask who is who."""

from __future__ import annotations

from datetime import date
from typing import Any

from stdnum.cn import ric, uscc

from bihuan.link.run import Linked, link
from bihuan.store.books import open_books
from bihuan.store.engine import Engine
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace

Row = dict[str, Any]


def number(order: int, born: date = date(1980, 5, 6), place: str = "330106") -> str:
    """A valid identity number; `order` tells people of one day and place apart."""
    seventeen = f"{place}{born:%Y%m%d}{order:03d}"
    return seventeen + ric.calc_check_digit(seventeen + "0")


def code(order: int) -> str:
    """A valid credit code of a firm in Hangzhou."""
    body = f"{order:08d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    check = "0123456789X0"[11 - sum(int(mark) * weight for mark, weight in zip(body, weights, strict=True)) % 11]
    seventeen = f"91330100{body}{check}"
    if check == "X":
        return code(order + 1)
    return seventeen + uscc.calc_check_digit(seventeen)


def linked(made: Workspace, *, again: bool = False) -> Linked:
    """Link the newest books."""
    with made.locked("books"):
        return link(made, head(made), again=again)


def books(made: Workspace) -> Engine:
    """The newest books, open."""
    return open_books(made, head(made))


def who(made: Workspace) -> dict[tuple[str, int, str], int]:
    """(table, ordinal of the row among its source's, role) → entity, for the sources of small_books."""
    with books(made) as engine:
        rows = engine.rows("SELECT in_table, in_row, role, entity_id FROM entity_of")
    return {(name, row, role): entity for name, row, role, entity in rows}


def entities(made: Workspace, kind: str = "person") -> list[tuple[str, int]]:
    """(name, rows that name it) of the entities of a kind, in order."""
    with books(made) as engine:
        return [(a, b) for a, b in engine.rows(f"SELECT name, mentions FROM entity WHERE kind = '{kind}' ORDER BY ALL")]
