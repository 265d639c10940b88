"""Natural keys: rows repeated inside a source, and rows that another source already brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.collect.desk import Desk
from bihuan.collect.parts import Aside
from bihuan.model.table import Table
from bihuan.store.engine import quoted, text

# Parts of a key that may be empty where a hand-over has one book, no voucher words or no dimensions.
_MAY_BE_EMPTY = frozenset({"book_id", "voucher_word", "aux_kind", "aux_code"})
_SHOWN = 5

_SMALL = "line_no BETWEEN 0 AND 125"
_BITS = f"bit_count(bit_or(CASE WHEN {_SMALL} THEN 1::HUGEINT << CAST(line_no AS INTEGER) END))"
# Of the lines of one voucher, as an aggregate: it may say yes where no number is there twice, never no where one is.
# A number without a bit of its own makes the bits fewer than the lines.
MAY_REPEAT = f"(count(*) > 1 AND count(*) IS DISTINCT FROM {_BITS})"


@dataclass(frozen=True)
class Key:
    """The natural key of a table as far as a source holds it."""

    columns: tuple[str, ...]
    whole: str  # SQL condition: no identifying column is empty

    @property
    def listed(self) -> str:
        """The columns as SQL."""
        return ", ".join(map(quoted, self.columns))


def key_of(table: Table, columns: Sequence[str]) -> Key | None:
    """The key; None where an identifying column is not there at all."""
    if not table.key or any(one not in columns for one in table.key if one not in _MAY_BE_EMPTY):
        return None
    held = tuple(one for one in table.key if one in columns)
    needed = [f"{quoted(one)} IS NOT NULL" for one in held if one not in _MAY_BE_EMPTY]
    return Key(held, " AND ".join(needed) or "true")


def has_repeats(aside: Aside, key: Key, desk: Desk) -> bool:
    """Whether any key occurs twice. Lines of vouchers are compared as sets of bits, which is far cheaper."""
    if key.columns[-1] != "line_no":
        return bool(desk.engine.rows(f"SELECT 1 FROM ({_keys(aside, key)}) LIMIT 1"))
    voucher = ", ".join(map(quoted, key.columns[:-1]))
    found = desk.engine.rows(
        f"SELECT 1 FROM ({aside.scan}) WHERE {key.whole} GROUP BY {voucher} HAVING {MAY_REPEAT} LIMIT 1"
    )
    return bool(found) and bool(desk.engine.rows(f"SELECT 1 FROM ({_keys(aside, key)}) LIMIT 1"))


def identical(aside: Aside, key: Key, desk: Desk) -> list[tuple[int, int]]:
    """Rows that repeat another one word for word, under the same key: (row_id, row_id of the first)."""
    every = ", ".join(map(quoted, aside.columns))
    return [
        (row, first)
        for row, first in desk.engine.rows(
            f"SELECT row_id, min(row_id) OVER (PARTITION BY {every}) AS first FROM ({_repeated(aside, key)}) "
            "QUALIFY row_id > first ORDER BY row_id"
        )
    ]


def conflicting(aside: Aside, key: Key, desk: Desk) -> tuple[int, list[tuple[str, list[int]]]]:
    """Keys under which rows of different content stand: how many, and the first few with their row ids."""
    words = " || ' ' || ".join(f"coalesce(CAST({quoted(one)} AS VARCHAR), '')" for one in key.columns)
    grouped = (
        f"SELECT {words} AS words, list_sort(list(row_id)) AS row_ids FROM ({_repeated(aside, key)}) "
        f"GROUP BY {key.listed} HAVING count(*) > 1"
    )
    total = desk.engine.one(f"SELECT count(*) FROM ({grouped})")[0]
    shown = desk.engine.rows(f"SELECT words, row_ids FROM ({grouped}) ORDER BY row_ids[1] LIMIT {_SHOWN}")
    return total, [(" ".join(words.split()), ids) for words, ids in shown]


def overlap(aside: Aside, held: str, held_columns: Sequence[str], desk: Desk) -> tuple[int, str]:
    """How many keys of the new rows `held` (SQL) already has, and one of them in words; (0, "") where none.

    Where the table's key is not whole in both, rows alike in every shared column count, if they are most of the rows.
    """
    mine, theirs = key_of(aside.table, aside.columns), key_of(aside.table, held_columns)
    if mine is None or theirs is None:
        return _overlap_of_rows(aside, held, held_columns, desk)
    columns = [one for one in aside.table.key if one in mine.columns or one in theirs.columns]
    ours = f"SELECT DISTINCT {_plain(columns, mine.columns)} FROM ({aside.scan}) WHERE {mine.whole}"
    old = f"SELECT DISTINCT {_plain(columns, theirs.columns)} FROM ({held}) WHERE {theirs.whole}"
    return _common(ours, old, columns, desk)


def _overlap_of_rows(aside: Aside, held: str, held_columns: Sequence[str], desk: Desk) -> tuple[int, str]:
    columns = [one for one in aside.columns if one in held_columns]
    ours = f"SELECT DISTINCT {_plain(columns, columns)} FROM ({aside.scan})"
    old = f"SELECT DISTINCT {_plain(columns, columns)} FROM ({held})"
    count, words = _common(ours, old, columns, desk)
    total = desk.engine.one(f"SELECT count(*) FROM ({ours})")[0]
    return (count, words) if count * 2 > total else (0, "")


def _common(ours: str, old: str, columns: list[str], desk: Desk) -> tuple[int, str]:
    words = " || ' ' || ".join(map(quoted, columns))
    count, one = desk.engine.one(f"SELECT count(*), min({words}) FROM ({ours} INTERSECT {old})")
    return count, " ".join((one or "").split())


def _plain(columns: Sequence[str], held: Sequence[str]) -> str:
    return ", ".join(
        f"coalesce(CAST({quoted(one)} AS VARCHAR), '') AS {quoted(one)}"
        if one in held
        else f"{text('')} AS {quoted(one)}"
        for one in columns
    )


def _keys(aside: Aside, key: Key) -> str:
    return f"SELECT {key.listed} FROM ({aside.scan}) WHERE {key.whole} GROUP BY {key.listed} HAVING count(*) > 1"


def _repeated(aside: Aside, key: Key) -> str:
    same = " AND ".join(f"a.{quoted(one)} IS NOT DISTINCT FROM k.{quoted(one)}" for one in key.columns)
    return f"SELECT a.* FROM ({aside.scan}) AS a JOIN ({_keys(aside, key)}) AS k ON {same}"
