"""Budget units whose books 金蝶 K3 keeps: databases as restored from backups, a dozen units (FBrNo) in each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.departments import _final_accounts as final_accounts
from bihuan.demo.departments._units import Books, balances, lay_out, yuan
from bihuan.demo.departments._units_again import half_years
from bihuan.demo.departments._units_again import planted as half_year_planted
from bihuan.demo.departments._units_cast import Files, Unit, settle, units
from bihuan.demo.departments._units_chart import full_name, is_credit, is_leaf, level
from bihuan.demo.truth import Planted

FOLDER, GROUP = "21 金蝶K3 账套", "金蝶"
_TOGETHER = 12  # units in one database
_AGAIN = "AIS2026_06.db"
_FIRST_USER, _FIRST_ACCOUNT = 16394, 1000
_ACCOUNTS_A_UNIT = 400  # numbers of accounts that one unit may use up
Row = tuple[str | int, ...]
_TABLES = {
    "t_SystemProfile": "FCategory,FKey,FValue",
    "t_VoucherGroup": "FGroupID,FName",
    "t_User": "FUserID,FName",
    "t_Account": "FBrNo,FAccountID,FNumber,FName,FFullName,FLevel,FDetail,FGroupID,FDC,FIsCash,FIsBank,FDelete",
    "t_Voucher": "FBrNo,FVoucherID,FDate,FYear,FPeriod,FGroupID,FNumber,FAttachments,FEntryCount,FPreparerID,"
    "FCheckerID,FPosterID,FPosted",
    "t_VoucherEntry": "FBrNo,FVoucherID,FEntryID,FExplanation,FAccountID,FAccountID2,FDetailID,FCurrencyID,FDC,"
    "FAmount,FAmountFor",
    "t_Balance": "FBrNo,FYear,FPeriod,FAccountID,FDetailID,FCurrencyID,FBeginBalance,FDebit,FCredit,FYtdDebit,"
    "FYtdCredit,FEndBalance",
}


def hand_over(county: County, folder: Path) -> list[Planted]:
    """A SQLite database for every dozen units, and the units' final accounts."""
    found = units(county, "k3")
    final_accounts.lay_out(found)
    planted = []
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    for name, group in _groups(found):
        books = [one for unit in group for one in unit.years]
        _lay_out(books)
        _write(folder / FOLDER / name, books)
        planted += [one for unit in group for one in settle(unit, _files(name))]
    final_accounts.write(folder, GROUP, found)
    return planted


def hand_over_again(county: County, folder: Path) -> list[Planted]:
    """The half-year of a few units, in one database."""
    found = units(county, "k3")
    again = half_years(county, "k3", found)
    books = [one.books for one in again.values()]
    _lay_out(books)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    _write(folder / FOLDER / _AGAIN, books)
    planted = []
    final_accounts.lay_out(found)
    for name, group in _groups(found):
        _lay_out([one for unit in group for one in unit.years])
        for unit in group:
            planted += half_year_planted(unit, again.get(unit.office.code), _files(name), _files(_AGAIN))
    return planted


def _groups(found: Sequence[Unit]) -> list[tuple[str, Sequence[Unit]]]:
    starts = range(0, len(found), _TOGETHER)
    return [(f"AIS2025_{at // _TOGETHER + 1:02d}.db", found[at : at + _TOGETHER]) for at in starts]


def _files(name: str) -> Files:
    return Files(
        lambda year: (name, "t_VoucherEntry"),
        lambda year: (name, "t_Balance"),
        lambda year: (final_accounts.name_of(year, GROUP), final_accounts.SHEET),
    )


def _lay_out(books: Sequence[Books]) -> None:
    line = row = 1
    for one in books:
        line = lay_out(one.vouchers, line)
        for balance in balances(one):
            one.balance_lines[balance.account, balance.period] = row
            row += 1


def _write(path: Path, books: Sequence[Books]) -> None:
    path.unlink(missing_ok=True)
    staff = sorted(
        {name for one in books for voucher in one.vouchers for name in (voucher.by, voucher.approver, voucher.poster)}
    )
    users = {name: _FIRST_USER + at for at, name in enumerate(staff)}
    accounts = _account_numbers(books)
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
    with connection:
        for name, rows in (
            ("t_SystemProfile", [("GL", "StartYear", "2024"), ("GL", "StartPeriod", "1")]),
            ("t_VoucherGroup", [(1, "记")]),
            ("t_User", [(number, person) for person, number in users.items()]),
            ("t_Account", _account_rows(books, accounts)),
            ("t_Voucher", _voucher_rows(books, users)),
            ("t_VoucherEntry", _entry_rows(books, accounts)),
            ("t_Balance", _balance_rows(books, accounts)),
        ):
            connection.execute(f'CREATE TABLE "{name}" ({_TABLES[name]})')
            marks = ",".join("?" * (_TABLES[name].count(",") + 1))
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
    connection.close()


def _account_numbers(books: Sequence[Books]) -> dict[tuple[str, str], int]:
    """(unit, code) → FAccountID; the latest year's chart holds the codes of all."""
    found: dict[tuple[str, str], int] = {}
    offices = list(dict.fromkeys(one.office.code for one in books))
    for at, unit in enumerate(offices):
        codes = sorted({code for one in books if one.office.code == unit for code in one.names})
        first = _FIRST_ACCOUNT + at * _ACCOUNTS_A_UNIT
        found |= {(unit, code): first + number for number, code in enumerate(codes)}
    return found


def _account_rows(books: Sequence[Books], accounts: dict[tuple[str, str], int]) -> Iterator[Row]:
    charts: dict[str, dict[str, str]] = {}
    for one in books:
        charts.setdefault(one.office.code, {}).update(one.names)
    for (unit, code), number in accounts.items():
        names = charts[unit]
        yield (
            unit, number, code, names[code], full_name(code, names), level(code), int(is_leaf(code, names)),
            int(code[0]) * 100, -1 if is_credit(code) else 1, int(code == "1001"), int(code in ("1002", "1011")), 0,
        )  # fmt: skip


def _voucher_rows(books: Sequence[Books], users: dict[str, int]) -> Iterator[Row]:
    number = 0
    for one in books:
        for voucher in one.vouchers:
            number += 1
            yield (
                one.office.code, number, f"{voucher.day} 00:00:00.000", one.year, voucher.period, 1, voucher.number,
                voucher.sheets, len(voucher.lines), users[voucher.by], users[voucher.approver],
                users[voucher.poster], 1,
            )  # fmt: skip


def _entry_rows(books: Sequence[Books], accounts: dict[tuple[str, str], int]) -> Iterator[Row]:
    number = 0
    for one in books:
        unit = one.office.code
        for voucher in one.vouchers:
            number += 1
            for at, (code, debit, credit, words, _) in enumerate(voucher.lines):
                amount = yuan(debit or credit) + "00"
                yield unit, number, at, words, accounts[unit, code], 0, 0, 1, int(debit != 0), amount, amount


def _balance_rows(books: Sequence[Books], accounts: dict[tuple[str, str], int]) -> Iterator[Row]:
    for one in books:
        for row in balances(one):
            yield (
                one.office.code, one.year, row.period, accounts[one.office.code, row.account], 0, 0, yuan(row.opening),
                yuan(row.debit), yuan(row.credit), yuan(row.debit_to_date), yuan(row.credit_to_date), yuan(row.closing),
            )  # fmt: skip
