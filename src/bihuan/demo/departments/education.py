"""县教育局: 用友 U8, the tables as GB18030 CSV."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from bihuan.demo import government, problems
from bihuan.demo.books import ZERO, Balance, Ledger
from bihuan.demo.county import UNITS, YEAR, County
from bihuan.demo.truth import Place, Planted, settle
from bihuan.demo.write import Cell, csv_file

UNIT = UNITS["201"]
FOLDER = "01 教育局 用友U8"
_VOUCHERS = (
    "iyear", "iperiod", "csign", "isignseq", "ino_id", "inid", "dbill_date", "idoc", "cbill", "ccheck", "cbook",
    "ibook", "iflag", "cdigest", "ccode", "md", "mc", "md_f", "mc_f", "ccode_equal", "cdept_id",
    "csup_id", "coutsysname",
)  # fmt: skip
_TAMPERED = ("1002", 8)  # the closing of this account and period was changed in the balance table


def hand_over(county: County, folder: Path) -> list[Planted]:
    """GL_accvouch, GL_accsum, code and the set of books."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    ledger = _books(county)
    places: dict[object, Place] = {}
    csv_file(place / "GL_accvouch.csv", _VOUCHERS, _voucher_rows(ledger, places))
    csv_file(place / "GL_accsum.csv", _SUMS, _sum_rows(ledger, places))
    csv_file(place / "code.csv", _CODE, _code_rows(ledger))
    csv_file(
        place / "UA_Account.csv",
        ("cAcc_Id", "cAcc_Name", "iYear", "cUnitName"),
        [(UNIT.code, "局本级", YEAR, UNIT.name)],
    )
    return settle(ledger.marks, places)


def _books(county: County) -> Ledger:
    ledger = government.keep(county, government.Office(UNIT, staff=58, dealings=2600))
    problems.twice_in_books(ledger, 5)
    problems.unbalanced(ledger, 9)
    problems.one_person(ledger, 6, Decimal("98400.00"))
    problems.outside_period(ledger, 3, Decimal("136500.00"))
    problems.negative_cash(ledger, 4)
    problems.cost_as_claim(ledger, "121802", "1011")
    problems.parallel_missing(ledger, 7)
    problems.on_rest_day(ledger, Decimal("42300.00"))
    problems.old_claim(ledger, "121803", Decimal("157800.00"))
    rush = tuple(Decimal(amount) + ZERO for amount in (486000, 372500, 298000, 455800, 519600, 268900, 331000, 402750))
    problems.december_rush(ledger, rush)
    problems.gap(ledger, 10)
    government.finish(ledger)
    problems.same_number(ledger, 2)
    if not county.is_clean:
        ledger.mark("trial_balance_does_not_roll", Decimal("50000.00"), _TAMPERED)
    return ledger


def _voucher_rows(ledger: Ledger, places: dict[object, Place]) -> Iterator[tuple[Cell, ...]]:
    opening = [(code, amount) for code, amount in sorted(ledger.opening.items()) if amount]
    for code, amount in opening:
        yield _opening_row(code, amount)
    for line, (voucher, number, entry) in enumerate(ledger.lines(), start=2 + len(opening)):
        places[entry] = Place("GL_accvouch.csv", "", line)
        other = next((one.account for one in voucher.entries if one is not entry), None)
        is_void = voucher.is_void
        yield (
            YEAR, voucher.period, "记", 1, voucher.number, number, f"{voucher.day} 00:00:00", voucher.attachments,
            voucher.prepared_by, None if is_void else voucher.approved_by, None if is_void else voucher.posted_by,
            0 if is_void else 1, 1 if is_void else None, entry.summary, entry.account, entry.debit, entry.credit,
            "0.00", "0.00", other, "01", entry.party or None, None,
        )  # fmt: skip


def _opening_row(code: str, amount: Decimal) -> tuple[Cell, ...]:
    """U8 keeps opening balances as lines of period 0."""
    debit, credit = max(amount, ZERO), max(-amount, ZERO)
    return (
        YEAR, 0, None, None, None, 1, f"{YEAR}-01-01 00:00:00", None, None, None, None, None, None, "期初余额", code,
        debit, credit, "0.00", "0.00", None, None, None, None,
    )  # fmt: skip


_SUMS = ("i_id", "ccode", "cexch_name", "iyear", "iperiod", "cbegind_c", "mb", "md", "mc", "cendd_c", "me")


def _sum_rows(ledger: Ledger, places: dict[object, Place]) -> Iterator[tuple[Cell, ...]]:
    for line, one in enumerate(ledger.balances(), start=2):
        places[one.account, one.period] = Place("GL_accsum.csv", "", line)
        closing = one.closing if ledger.is_clean else _closing(one)
        yield (
            line - 1, one.account, None, YEAR, one.period, _side(one.opening), abs(one.opening), one.debit, one.credit,
            _side(closing), abs(closing),
        )  # fmt: skip


def _closing(one: Balance) -> Decimal:
    return one.closing + Decimal("50000.00") if (one.account, one.period) == _TAMPERED else one.closing


def _side(amount: Decimal) -> str:
    return "借" if amount > 0 else "贷" if amount < 0 else "平"


_CODE = ("cclass", "iyear", "ccode", "ccode_name", "igrade", "bproperty", "bend", "bcash", "bbank", "bclose")


def _code_rows(ledger: Ledger) -> Iterator[tuple[Cell, ...]]:
    chart = ledger.chart
    classes = {"1": "资产", "2": "负债", "3": "净资产", "4": "收入", "5": "费用", "6": "预算收入", "7": "预算支出",
               "8": "预算结余"}  # fmt: skip
    for code, name in sorted(chart.names.items()):
        cash, bank = int(code == "1001"), int(code in ("1002", "1011"))
        yield (
            classes[code[0]], YEAR, code, name, chart.level(code), int(not chart.is_credit(code)),
            int(chart.is_leaf(code)), cash, bank, 0,
        )  # fmt: skip
