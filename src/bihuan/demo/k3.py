"""The tables of a 金蝶 K3 database as it stores them."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.demo.books import Ledger
from bihuan.demo.county import YEAR
from bihuan.demo.truth import Place
from bihuan.demo.write import Cell

Table = tuple[Sequence[str], list[tuple[Cell, ...]]]
_FIRST_USER, _FIRST_ACCOUNT = 16394, 1000


def tables(ledger: Ledger, name: str, places: dict[object, Place], first: dict[str, Place]) -> dict[str, Table]:
    """All tables by name. `first` says where the first row of entries and of balances will stand."""
    people = sorted({*ledger.clerks, ledger.approver, ledger.poster})
    users = {person: _FIRST_USER + at for at, person in enumerate(people)}
    accounts = {code: _FIRST_ACCOUNT + at for at, code in enumerate(sorted(ledger.chart.names))}
    return {
        "t_SystemProfile": (
            ("FCategory", "FKey", "FValue"),
            [("General", "CompanyName", name), ("GL", "StartYear", YEAR), ("GL", "StartPeriod", 1)],
        ),
        "t_User": (("FUserID", "FName"), [(number, person) for person, number in users.items()]),
        "t_VoucherGroup": (("FGroupID", "FName"), [(1, "记")]),
        "t_Account": _accounts(ledger, accounts),
        "t_Voucher": _vouchers(ledger, users),
        "t_VoucherEntry": _entries(ledger, accounts, places, first["t_VoucherEntry"]),
        "t_Balance": _balances(ledger, accounts, places, first["t_Balance"]),
    }


def _accounts(ledger: Ledger, accounts: dict[str, int]) -> Table:
    chart = ledger.chart
    rows: list[tuple[Cell, ...]] = []
    for code, number in accounts.items():
        parent = next(chart.parents(code), None)
        rows.append(
            (
                number,
                code,
                chart.names[code],
                chart.full_name(code),
                chart.level(code),
                int(chart.is_leaf(code)),
                accounts[parent] if parent else 0,
                int(code[0]) * 100,
                -1 if chart.is_credit(code) else 1,
                int(code == "1001"),
                int(code == "1002"),
                0,
            )
        )
    headings = ("FAccountID", "FNumber", "FName", "FFullName", "FLevel", "FDetail", "FParentID", "FGroupID", "FDC",
                "FIsCash", "FIsBank", "FDelete")  # fmt: skip
    return headings, rows


def _vouchers(ledger: Ledger, users: dict[str, int]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for number, one in enumerate(ledger.vouchers, start=1):
        rows.append(
            (
                number,
                f"{one.day} 00:00:00.000",
                YEAR,
                one.period,
                1,
                one.number,
                one.attachments,
                len(one.entries),
                users[one.prepared_by],
                users[one.approved_by],
                users[one.posted_by],
                1,
            )
        )
    headings = ("FVoucherID", "FDate", "FYear", "FPeriod", "FGroupID", "FNumber", "FAttachments", "FEntryCount",
                "FPreparerID", "FCheckerID", "FPosterID", "FPosted")  # fmt: skip
    return headings, rows


def _entries(ledger: Ledger, accounts: dict[str, int], places: dict[object, Place], first: Place) -> Table:
    keys = {id(one): number for number, one in enumerate(ledger.vouchers, start=1)}
    rows: list[tuple[Cell, ...]] = []
    for at, (voucher, number, entry) in enumerate(ledger.lines()):
        places[entry] = Place(first.source, first.sheet, first.line + at)
        amount, side = (entry.debit, 1) if entry.debit else (entry.credit, 0)
        rows.append(
            (
                keys[id(voucher)],
                number - 1,
                entry.summary,
                accounts[entry.account],
                0,
                0,
                1,
                side,
                f"{amount}00",
                f"{amount}00",
                0,
            )
        )
    headings = ("FVoucherID", "FEntryID", "FExplanation", "FAccountID", "FAccountID2", "FDetailID", "FCurrencyID",
    "FDC",
                "FAmount", "FAmountFor", "FQuantity")  # fmt: skip
    return headings, rows


def _balances(ledger: Ledger, accounts: dict[str, int], places: dict[object, Place], first: Place) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in ledger.balances():
        for currency in (0, 1):  # all together, and the yuan alone
            if currency == 0:
                places[one.account, one.period] = Place(first.source, first.sheet, first.line + len(rows))
            rows.append(
                (
                    YEAR,
                    one.period,
                    accounts[one.account],
                    0,
                    currency,
                    one.opening,
                    one.debit,
                    one.credit,
                    one.debit_to_date,
                    one.credit_to_date,
                    one.closing,
                )
            )
    headings = ("FYear", "FPeriod", "FAccountID", "FDetailID", "FCurrencyID", "FBeginBalance", "FDebit", "FCredit",
                "FYtdDebit", "FYtdCredit", "FEndBalance")  # fmt: skip
    return headings, rows
