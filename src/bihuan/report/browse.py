"""Account browsing 查账: general ledger → subsidiary ledger → voucher, as an auditor turns the pages.

Amounts are in the book's currency, balances signed (debit positive, credit negative); void vouchers are listed and
count for nothing. An account code stands for itself and all below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.errors import NotFound
from bihuan.store.engine import Engine


@dataclass(frozen=True)
class Book:
    """Which pages are open: a unit's set of books, a year, perhaps one period."""

    unit: str
    book: str | None = None
    year: int | None = None
    period: int | None = None


@dataclass(frozen=True)
class AccountLine:
    """One account of the general ledger."""

    code: str
    name: str
    opening: Decimal
    debit: Decimal
    credit: Decimal
    closing: Decimal
    lines: int
    handed_over: Decimal | None  # closing balance as the unit stated it, where its balances were collected


@dataclass(frozen=True)
class Entry:
    """One line of a subsidiary ledger or of a voucher."""

    row_id: int
    on: date
    voucher: str
    description: str
    account: str
    account_name: str
    debit: Decimal | None
    credit: Decimal | None
    balance: Decimal | None  # running, in a subsidiary ledger
    counter: str
    prepared_by: str
    approved_by: str
    status: str


WORD = (
    "concat(coalesce(voucher_word, ''), CASE WHEN voucher_word IS NULL THEN '' ELSE '-' END, coalesce(voucher_no, ''))"
)
VALID = "coalesce(status, 'valid') <> 'void'"


def units(engine: Engine) -> list[tuple[str, str | None, str | None, int, int, int]]:
    """The sets of books that can be opened: unit, its name, book, first and last year, lines."""
    return engine.rows(
        "SELECT unit_id, max(unit_name), book_id, min(fiscal_year), max(fiscal_year), count(*) "
        "FROM journal_line GROUP BY unit_id, book_id ORDER BY ALL"
    )


def general_ledger(engine: Engine, book: Book) -> list[AccountLine]:
    """Every account of the book with opening, movements and closing."""
    where, params = _where(book)
    has = _present(engine)
    openings = _openings(book, stated="account_balance" in has)
    rows = engine.rows(
        f"""
        WITH moved AS (
            SELECT account_code AS code, max(account_name) AS name,
                   coalesce(sum(debit) FILTER ({VALID}), 0) AS debit,
                   coalesce(sum(credit) FILTER ({VALID}), 0) AS credit, count(*) AS lines
            FROM journal_line WHERE {where} GROUP BY account_code
        ), stated AS ({openings}), named AS ({_names(has)})
        SELECT coalesce(moved.code, stated.code) AS code,
               coalesce(moved.name, named.name, stated.name, '') AS name,
               coalesce(stated.opening, 0) AS opening, coalesce(moved.debit, 0), coalesce(moved.credit, 0),
               coalesce(stated.opening, 0) + coalesce(moved.debit, 0) - coalesce(moved.credit, 0),
               coalesce(moved.lines, 0), stated.closing
        FROM moved FULL JOIN stated ON moved.code = stated.code
        LEFT JOIN named ON named.code = coalesce(moved.code, stated.code)
        ORDER BY code
        """,
        params,
    )
    if not rows:
        raise NotFound(f"unit {book.unit}: no books for these pages. List what can be opened with: bihuan books ledger")
    return [AccountLine(*row) for row in rows]


def subsidiary_ledger(engine: Engine, book: Book, account: str) -> list[Entry]:
    """The lines of an account and all below it, in order, with the running balance."""
    where, params = _where(book)
    params |= {"account": account}
    opening = sum(
        (one.opening for one in general_ledger(engine, book) if one.code == account or one.code.startswith(account)),
        Decimal(0),
    )
    rows = engine.rows(_entries(f"{where} AND starts_with(account_code, $account)"), params)
    entries: list[Entry] = []
    for row in rows:
        entry = Entry(*row)
        if entry.status != "void":
            opening += (entry.debit or Decimal(0)) - (entry.credit or Decimal(0))
        entries.append(Entry(**{**entry.__dict__, "balance": opening}))
    if not entries:
        raise NotFound(f"unit {book.unit}: no line on account {account!r} in these pages.")
    return entries


def voucher(engine: Engine, book: Book, name: str) -> list[Entry]:
    """All lines of the vouchers of that number (`记-12` or `12`) in the pages; several periods may have one each."""
    where, params = _where(book)
    found = engine.rows(
        _entries(f"{where} AND ({WORD} = $voucher OR voucher_no = $voucher)"), params | {"voucher": name}
    )
    if not found:
        raise NotFound(f"unit {book.unit}: no voucher {name!r} in these pages. Name year and period, as in 记-12.")
    return [Entry(*row) for row in found]


def _entries(where: str) -> str:
    return f"""
        SELECT row_id, voucher_date, {WORD}, coalesce(description, ''), account_code, coalesce(account_name, ''),
               debit, credit, NULL, coalesce(counter_account, counterparty, ''), coalesce(prepared_by, ''),
               coalesce(approved_by, ''), coalesce(status, 'valid')
        FROM journal_line WHERE {where} ORDER BY fiscal_year, period, voucher_date, voucher_word, voucher_seq, row_id
    """


def _where(book: Book) -> tuple[str, dict[str, object]]:
    tests, params = ["unit_id = $unit"], {"unit": book.unit}
    wanted: dict[str, object] = {"book_id": book.book, "fiscal_year": book.year, "period": book.period}
    for column, value in wanted.items():
        if value is not None:
            tests.append(f"{column} = ${column}")
            params[column] = value  # type: ignore[assignment]
    return " AND ".join(tests), dict(params)


def _openings(book: Book, *, stated: bool) -> str:
    """The first opening and the last closing that the unit stated within the pages, per account."""
    if not stated:
        return "SELECT '' AS code, '' AS name, 0.00 AS opening, 0.00 AS closing WHERE false"
    where, _ = _where(book)
    return f"""
        SELECT account_code AS code, max(account_name) AS name,
               sum(opening) FILTER (at = first) AS opening, sum(closing) FILTER (at = last) AS closing
        FROM (
            SELECT account_code, account_name, opening, closing, fiscal_year * 100 + coalesce(period, 0) AS at,
                   min(fiscal_year * 100 + coalesce(period, 0)) OVER (PARTITION BY account_code) AS first,
                   max(fiscal_year * 100 + coalesce(period, 0)) OVER (PARTITION BY account_code) AS last
            FROM account_balance WHERE {where} AND aux_code IS NULL
        ) GROUP BY account_code
    """


def _names(has: set[str]) -> str:
    if "account" not in has:
        return "SELECT '' AS code, '' AS name WHERE false"
    return "SELECT code, max(name) AS name FROM account WHERE unit_id = $unit GROUP BY code"


def _present(engine: Engine) -> set[str]:
    return {row[0] for row in engine.rows("SELECT view_name FROM duckdb_views() WHERE NOT internal")}
