"""县城投公司: 金蝶 K3, the backup restored and handed on as a database."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from bihuan.demo import company, k3, problems
from bihuan.demo.county import County
from bihuan.demo.truth import Place, Planted, settle
from bihuan.demo.write import database

COMPANY = company.Company(
    "301",
    "云禾县城市建设投资有限公司",
    ("工程代建", "土地整理", "场地租赁", "管网维护"),
    78000,
    staff=46,
    dealings=1500,
)
FOLDER = "02 城投公司 金蝶K3"
FILE = "AIS20251231.db"


def hand_over(county: County, folder: Path) -> list[Planted]:
    """One SQLite database with the tables of K3."""
    ledger = company.keep(county, COMPANY)
    problems.reversed_next_month(ledger, 6)
    problems.cost_as_claim(ledger, "1221", "1002")
    problems.old_claim(ledger, "1221", Decimal("640000.00"))
    problems.gap(ledger, 8, with_void=False)  # K3 deletes vouchers, it has no void ones
    company.finish(ledger)
    places: dict[object, Place] = {}
    first = {name: Place(FILE, name, 1) for name in ("t_VoucherEntry", "t_Balance")}
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    database(folder / FOLDER / FILE, k3.tables(ledger, COMPANY.name, places, first))
    return settle(ledger.marks, places)
