"""县民政局: an old program's voucher table in dBASE (GBK)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from bihuan.demo import government, problems
from bihuan.demo.books import Ledger
from bihuan.demo.county import UNITS, YEAR, County
from bihuan.demo.truth import Place, Planted, settle
from bihuan.demo.write import Cell, dbase

UNIT = UNITS["205"]
FOLDER = "05 民政局 老账务"
FILE = "MZJ2025.DBF"
_FIELDS = (
    ("单位代码", "C", 6, 0), ("会计年度", "N", 4, 0), ("会计期间", "N", 2, 0), ("凭证日期", "D", 8, 0),
    ("凭证字", "C", 4, 0), ("凭证号", "C", 6, 0), ("分录号", "N", 4, 0), ("摘要", "C", 60, 0), ("科目代码", "C", 12, 0),
    ("借方金额", "N", 16, 2), ("贷方金额", "N", 16, 2), ("制单人", "C", 12, 0), ("审核人", "C", 12, 0),
    ("记账人", "C", 12, 0),
)  # fmt: skip


def hand_over(county: County, folder: Path) -> list[Planted]:
    """One table with all vouchers of the year."""
    ledger = government.keep(county, government.Office(UNIT, staff=30, dealings=500))
    problems.one_person(ledger, 4, Decimal("75200.00"))
    problems.unbalanced(ledger, 3)
    government.finish(ledger)
    problems.same_number(ledger, 8)
    places: dict[object, Place] = {}
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    dbase(folder / FOLDER / FILE, _FIELDS, list(_rows(ledger, places)))
    return settle(ledger.marks, places)


def _rows(ledger: Ledger, places: dict[object, Place]) -> Iterator[tuple[Cell, ...]]:
    for line, (voucher, number, entry) in enumerate(ledger.lines(), start=1):  # records, and no heading
        places[entry] = Place(FILE, "", line)
        yield (
            UNIT.code, YEAR, voucher.period, voucher.day, "记", f"{voucher.number:04d}", number, entry.summary,
            entry.account, entry.debit, entry.credit, voucher.prepared_by, voucher.approved_by, voucher.posted_by,
        )  # fmt: skip
