"""Control totals: what the source states, and what must hold in every set of books."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Stated
from bihuan.collect.keys import MAY_REPEAT, Key, conflicting, has_repeats, key_of
from bihuan.collect.parts import Aside
from bihuan.store.engine import quoted
from bihuan.store.snapshot import Control

Places = Callable[[Sequence[int]], str]  # row ids → where they stand, in words
_SHOWN = 5

DEBIT_CREDIT = "debit = credit"
ROLL = "opening + debit - credit = closing"
STATED = "stated total"
DUPLICATE = "duplicate key"
_WORDS = ("book_id", "voucher_word")  # parts of a voucher's name that may be empty
JOURNAL_BALANCE = "journal = balances"


def surveyed(aside: Aside, key: Key, desk: Desk) -> Aside:
    """The parts with what can be proved at once: that no key is there twice, and that every voucher balances.

    Both ask the lines of each voucher: a journal that stands in the order of its vouchers is read once, any other
    without fault is grouped once.
    """
    names = _voucher(aside)
    if aside.table.name != "journal_line" or key.columns != (*names, "line_no"):
        return replace(aside, is_unique=not has_repeats(aside, key, desk))
    special = "status = 'void' OR side = 'budgetary'"  # most books have neither, and one sum tells the same
    valid = "CASE WHEN status IS DISTINCT FROM 'void' THEN debit - credit END"
    has_special = desk.engine.rows(f"SELECT 1 FROM ({aside.scan}) WHERE {special} LIMIT 1")
    if not has_special and _stands_in_order(aside, names, desk):
        return replace(aside, is_unique=True, is_balanced=True)
    differs = _differs(valid) if has_special else "coalesce(sum(debit - credit), 0) <> 0"
    repeats, differ = desk.engine.one(
        f"SELECT bool_or(repeats), bool_or(differs) FROM (SELECT {MAY_REPEAT} AS repeats, {differs} AS differs "
        f"FROM ({aside.scan}) GROUP BY {', '.join(map(quoted, names))})"
    )
    return replace(aside, is_unique=not repeats or not has_repeats(aside, key, desk), is_balanced=not differ)


def _stands_in_order(aside: Aside, names: Sequence[str], desk: Desk) -> bool:
    """Whether each line comes after the one before it, by voucher and line number, and each voucher ends at nought.

    Then no key is there twice and every voucher balances. Books out of order show it early.
    """
    counted = ["voucher_seq"] if "voucher_seq" in aside.columns else []  # 10 comes after 9, as a word before it
    names = _that_differ([*names[:-1], *counted, names[-1]], aside, desk)
    keys = [f"coalesce({quoted(one)}, '')" if one in _WORDS else quoted(one) for one in names]
    marks = ", ".join(f"{one} AS k{at}, lag({one}) OVER () AS b{at}" for at, one in enumerate(keys))
    key, before = (", ".join(f"{side}{at}" for at in range(len(keys))) for side in "kb")
    is_same = " AND ".join(f"k{at} = b{at}" for at in reversed(range(len(keys))))
    sofar = "sum(debit - credit) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - coalesce(debit - credit, 0)"
    rows = (
        f"SELECT row_id, line_no, lag(row_id) OVER () AS earlier, lag(line_no) OVER () AS line_before, "
        f"coalesce({sofar}, 0) AS sofar, {marks} FROM ({aside.scan})"
    )
    follows = f"CASE WHEN {is_same} THEN line_no > line_before ELSE ({key}) > ({before}) AND sofar = 0 END"
    late = f"SELECT 1 FROM ({rows}) WHERE earlier IS NOT NULL AND NOT coalesce({follows}, false) LIMIT 1"
    if desk.engine.one(f"SELECT coalesce(sum(debit - credit), 0) FROM ({aside.scan})")[0] != 0:
        return False  # the last voucher has none after it
    return not desk.engine.rows(late)


def _that_differ(names: Sequence[str], aside: Aside, desk: Desk) -> Sequence[str]:
    """Those columns that hold more than one value: most hand-overs are of one book, one year and one voucher word."""
    marks = ", ".join(f"min({quoted(one)}), max({quoted(one)}), count({quoted(one)})" for one in names)
    rows, *held = desk.engine.one(f"SELECT count(*), {marks} FROM ({aside.scan})")
    asked = zip(names, held[::3], held[1::3], held[2::3], strict=True)
    return [one for one, least, most, count in asked if least != most or count != rows] or names[-1:]


def stated(wanted: Sequence[Stated], aside: Aside, rejects: int, desk: Desk) -> list[Control]:
    """Each total that the source states for the table, beside what its rows give; `rows` counts rejects too."""
    return [_stated(one, aside, rejects, desk) for one in wanted if one.table == aside.table.name]


def of_books(aside: Aside, places: Places, desk: Desk, *, unique: bool = False) -> list[Control]:
    """What must hold inside the table: no key twice (`unique`: this is known), vouchers balance, balances roll."""
    found = [_duplicates(aside, places, desk, unique=unique)]
    if aside.table.name == "journal_line":
        found.append(_vouchers(aside, places, desk))
    if aside.table.name == "account_balance" and {"opening", "debit", "credit", "closing"} <= set(aside.columns):
        found.append(_rolls(aside, places, desk))
    return [one for one in found if one is not None]


def journal_against_balances(journal: str, balances: str, desk: Desk) -> Control | None:
    """The journal's sums by account and period beside the balances; None where no unit, book and year has both.

    A balance of a parent account is met by the sum of the accounts below it, whose codes begin with its own.
    """
    place = ("unit_id", "coalesce(book_id, '')", "fiscal_year")
    books = f"SELECT DISTINCT {', '.join(place)} FROM"
    both = f"({books} ({journal}) INTERSECT {books} ({balances}))"
    sums = (
        "SELECT unit_id, coalesce(book_id, '') AS book, fiscal_year, period, account_code, sum(debit) AS debit, "
        f"sum(credit) AS credit FROM ({journal}) WHERE status IS DISTINCT FROM 'void' GROUP BY ALL"
    )
    wanted = (
        "SELECT unit_id, coalesce(book_id, '') AS book, fiscal_year, period, account_code, sum(debit) AS debit, "
        f"sum(credit) AS credit FROM ({balances}) WHERE coalesce(aux_kind, aux_code) IS NULL "
        f"AND debit IS NOT NULL AND credit IS NOT NULL AND ({', '.join(place)}) IN {both} GROUP BY ALL"
    )
    compared = (
        "SELECT b.unit_id, b.book, b.fiscal_year, b.period, b.account_code, b.debit, b.credit, "
        "coalesce(sum(j.debit), 0) AS found_debit, coalesce(sum(j.credit), 0) AS found_credit "
        f"FROM ({wanted}) AS b LEFT JOIN ({sums}) AS j ON j.unit_id = b.unit_id AND j.book = b.book "
        "AND j.fiscal_year = b.fiscal_year AND (b.period = 0 OR j.period = b.period) "
        "AND starts_with(j.account_code, b.account_code) GROUP BY ALL"
    )
    total, bad = desk.engine.one(
        f"SELECT count(*), count(*) FILTER (debit <> found_debit OR credit <> found_credit) FROM ({compared})"
    )
    if not total:
        return None
    shown = desk.engine.rows(
        f"SELECT * FROM ({compared}) WHERE debit <> found_debit OR credit <> found_credit ORDER BY ALL LIMIT {_SHOWN}"
    )
    words = "; ".join(
        f"{unit} {book} {year}-{period} {code}: balance {debit}/{credit}, journal {found_debit}/{found_credit}"
        for unit, book, year, period, code, debit, credit, found_debit, found_credit in shown
    )
    return Control(JOURNAL_BALANCE, "account_balance", str(total), str(total - bad), not bad, words)


def _stated(one: Stated, aside: Aside, rejects: int, desk: Desk) -> Control:
    what = "count(*)" if one.column == "rows" else f"coalesce(sum({quoted(one.column)}), 0)"
    if one.column != "rows" and one.column not in aside.columns:
        what = "0"
    actual = Decimal(desk.engine.one(f"SELECT {what} FROM ({aside.scan})")[0])
    if one.column == "rows":
        actual += rejects
    holds = actual == one.value
    return Control(f"{STATED}: {one.column}", one.table, f"{one.value:f}", f"{actual:f}", holds, one.where)


def _duplicates(aside: Aside, places: Places, desk: Desk, *, unique: bool) -> Control | None:
    key = key_of(aside.table, aside.columns)
    if key is None:
        return None
    if unique or not has_repeats(aside, key, desk):
        return Control(DUPLICATE, aside.table.name, "0", "0", True)
    total, shown = conflicting(aside, key, desk)
    words = "; ".join(f"{words}: {places(ids)}" for words, ids in shown)
    return Control(DUPLICATE, aside.table.name, "0", str(total), total == 0, words)


def _vouchers(aside: Aside, places: Places, desk: Desk) -> Control:
    """Debit = credit in every voucher, on each side of parallel accounting; void vouchers count for nothing."""
    names = _voucher(aside)
    voucher = ", ".join(map(quoted, names))
    unbalanced = (
        f"SELECT {voucher}, min(row_id) AS first FROM ({aside.scan}) WHERE status IS DISTINCT FROM 'void' "
        f"GROUP BY {voucher} HAVING {_differs('debit - credit')}"
    )
    debit, credit = desk.engine.one(
        f"SELECT coalesce(sum(debit), 0), coalesce(sum(credit), 0) FROM ({aside.scan}) "
        "WHERE status IS DISTINCT FROM 'void'"
    )
    total = 0 if aside.is_balanced else desk.engine.one(f"SELECT count(*) FROM ({unbalanced})")[0]
    words = _words_of_vouchers(aside, unbalanced, names, places, desk) if total else ""
    detail = f"{total} vouchers: {words}" if total else ""
    return Control(DEBIT_CREDIT, "journal_line", str(debit), str(credit), not total, detail)


def _voucher(aside: Aside) -> tuple[str, ...]:
    """The columns that tell vouchers apart."""
    names = [one for one in ("unit_id", "book_id", "fiscal_year", "period", "voucher_word") if one in aside.columns]
    number = next((one for one in ("voucher_no", "voucher_id") if one in aside.columns), "voucher_date")
    return (*names, number)


def _differs(amount: str) -> str:
    """Whether debit and credit of a voucher differ on one of its sides, as an aggregate."""
    off = f"coalesce(sum(CASE WHEN side {{}} 'budgetary' THEN {amount} END), 0) <> 0"
    return f"({off.format('=')} OR {off.format('IS DISTINCT FROM')})"


def _words_of_vouchers(aside: Aside, unbalanced: str, names: Sequence[str], places: Places, desk: Desk) -> str:
    same = " AND ".join(f"a.{quoted(one)} IS NOT DISTINCT FROM u.{quoted(one)}" for one in names)
    words = " || ' ' || ".join(f"coalesce(CAST(u.{quoted(one)} AS VARCHAR), '')" for one in names)
    first = f"SELECT * FROM ({unbalanced}) ORDER BY first LIMIT {_SHOWN}"
    shown = desk.engine.rows(
        f"SELECT {words}, sum(debit), sum(credit), list_sort(list(row_id)) FROM ({aside.scan}) AS a "
        f"JOIN ({first}) AS u ON {same} GROUP BY ALL ORDER BY min(row_id)"
    )
    return "; ".join(
        f"{' '.join(label.split())}: {debit} / {credit}, {places(ids)}" for label, debit, credit, ids in shown
    )


def _rolls(aside: Aside, places: Places, desk: Desk) -> Control:
    broken = f"SELECT * FROM ({aside.scan}) WHERE opening + debit - credit <> closing"
    total = desk.engine.one(f"SELECT count(*) FROM ({aside.scan})")[0]
    bad = desk.engine.one(f"SELECT count(*) FROM ({broken})")[0]
    year = "fiscal_year" if "fiscal_year" in aside.columns else "NULL"
    shown = (
        desk.engine.rows(
            f"SELECT row_id, account_code, {year}, period, opening, debit, credit, closing FROM ({broken}) "
            f"ORDER BY row_id LIMIT {_SHOWN}"
        )
        if bad and "period" in aside.columns
        else []
    )
    words = "; ".join(
        f"{code} {year}-{period}: {opening} + {debit} - {credit} <> {closing}, {places([row])}"
        for row, code, year, period, opening, debit, credit, closing in shown
    )
    return Control(ROLL, "account_balance", str(total), str(total - bad), not bad, words)
