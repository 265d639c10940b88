"""Account browsing 查账: general ledger → subsidiary ledger → voucher, as an auditor turns the pages.

Balances are signed (debit positive, credit negative); void vouchers are listed and count for nothing. Each set of books
and each currency stands by itself: nothing is added up across them. An account code stands for itself and all below it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bihuan.errors import NotFound, WrongUse
from bihuan.report.browse_sql import ENTRIES, GENERAL_LEDGER, NO_ACCOUNTS, NO_BALANCES, NUMBER
from bihuan.store.engine import Engine

FIRST, LAST = 0, 999_999  # months as year × 100 + period
NOTHING = Decimal("0.00")


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

    book: str
    code: str
    name: str
    currency: str
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
    book: str
    on: date
    voucher: str
    description: str
    account: str
    account_name: str
    currency: str
    debit: Decimal | None
    credit: Decimal | None
    balance: Decimal | None  # running, in a subsidiary ledger
    counter: str
    prepared_by: str
    approved_by: str
    status: str


@dataclass(frozen=True)
class Subsidiary:
    """A subsidiary ledger: what each set of books and currency opens with, and its lines in order."""

    openings: dict[tuple[str, str], Decimal]
    entries: list[Entry]


def units(engine: Engine) -> list[tuple[str, str | None, str | None, int, int, int]]:
    """The sets of books that can be opened: unit, its name, book, first and last year, lines."""
    if "journal_line" not in _present(engine):
        raise NotFound("the books hold no vouchers. Collect a journal first: bihuan collect FILE")
    return engine.rows(
        "SELECT unit_id, max(unit_name), book_id, min(fiscal_year), max(fiscal_year), count(*) "
        "FROM journal_line GROUP BY unit_id, book_id ORDER BY ALL"
    )


def general_ledger(engine: Engine, book: Book) -> list[AccountLine]:
    """Every account of the book with opening, movements and closing; accounts above others show what lies below."""
    params = _pages(engine, book)
    has = _present(engine)
    query = GENERAL_LEDGER.format(
        balances="account_balance" if "account_balance" in has else NO_BALANCES,
        accounts="account" if "account" in has else NO_ACCOUNTS,
    )
    own = [AccountLine(*row) for row in engine.rows(query, params)]
    if not own:
        raise NotFound(f"unit {book.unit}: no books for these pages. List what can be opened with: bihuan books ledger")
    return [_summed(one, own) for one in own]


def subsidiary_ledger(engine: Engine, book: Book, account: str) -> Subsidiary:
    """The lines of an account and all below it, in order, with the running balance."""
    params = _pages(engine, book) | {"account": account}
    below = [one for one in general_ledger(engine, book) if one.code.startswith(account)]
    if not below:
        raise NotFound(f"unit {book.unit}: no account {account!r} in these pages. See: bihuan books ledger {book.unit}")
    openings: dict[tuple[str, str], Decimal] = {}
    for one in _topmost(below):
        openings[one.book, one.currency] = openings.get((one.book, one.currency), NOTHING) + one.opening
    entries = [Entry(*row) for row in engine.rows(ENTRIES.format("starts_with(account_code, $account)"), params)]
    return Subsidiary(openings, _running(entries, openings))


def voucher(engine: Engine, book: Book, name: str) -> list[Entry]:
    """All lines of the vouchers of that number (`记-12` or `12`) in the pages; several periods may have one each."""
    params = _pages(engine, book) | {"voucher": name}
    found = engine.rows(ENTRIES.format(f"({NUMBER} = $voucher OR voucher_no = $voucher)"), params)
    if not found:
        raise NotFound(f"unit {book.unit}: no voucher {name!r} in these pages. Name year and period, as in 记-12.")
    return [Entry(*row) for row in found]


def _running(entries: Iterable[Entry], openings: dict[tuple[str, str], Decimal]) -> list[Entry]:
    balances = dict(openings)
    shown: list[Entry] = []
    for one in entries:
        held = balances.get((one.book, one.currency), NOTHING)
        if one.status != "void":
            held += (one.debit or NOTHING) - (one.credit or NOTHING)
        balances[one.book, one.currency] = held
        shown.append(replace(one, balance=held))
    return shown


def _summed(account: AccountLine, own: list[AccountLine]) -> AccountLine:
    """An account that was stated but has no line of its own shows the movements of those below it."""
    if account.lines:
        return account
    below = [one for one in own if one.lines and _is_below(one, account)]
    debit, credit = sum((one.debit for one in below), NOTHING), sum((one.credit for one in below), NOTHING)
    count, closing = sum(one.lines for one in below), account.opening + debit - credit
    return replace(account, debit=debit, credit=credit, closing=closing, lines=count)


def _topmost(accounts: list[AccountLine]) -> list[AccountLine]:
    """Those that do not lie below another one, so that nothing is counted twice."""
    return [one for one in accounts if not any(_is_below(one, other) for other in accounts)]


def _is_below(one: AccountLine, other: AccountLine) -> bool:
    same = (one.book, one.currency) == (other.book, other.currency)
    return same and one.code != other.code and one.code.startswith(other.code)


def _pages(engine: Engine, book: Book) -> dict[str, object]:
    """The query parameters of the pages; a period alone is enough where the unit has one year."""
    year = book.year
    if "journal_line" not in _present(engine):
        raise NotFound("the books hold no vouchers. Collect a journal first: bihuan collect FILE")
    if year is None and book.period is not None:
        years = engine.rows(
            "SELECT DISTINCT fiscal_year FROM journal_line WHERE unit_id = $unit ORDER BY 1", {"unit": book.unit}
        )
        if len(years) != 1:
            listed = ", ".join(str(one) for (one,) in years) or "none"
            raise WrongUse(f"unit {book.unit}, period {book.period}: of which year? Give --year; there are: {listed}.")
        year = years[0][0]
    start, end = (FIRST, LAST) if year is None else (year * 100 + 1, year * 100 + 99)
    if year is not None and book.period is not None:
        start = end = year * 100 + book.period
    return {"unit": book.unit, "book": book.book, "start": start, "end": end}


def _present(engine: Engine) -> set[str]:
    return {row[0] for row in engine.rows("SELECT view_name FROM duckdb_views() WHERE NOT internal")}
