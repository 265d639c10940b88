"""县公交公司: 金蝶 K3, each table as a CSV file."""

from __future__ import annotations

from pathlib import Path

from bihuan.demo import company, k3, problems
from bihuan.demo.county import County
from bihuan.demo.truth import Place, Planted, settle
from bihuan.demo.write import csv_file

COMPANY = company.Company(
    "302", "云禾县公共交通有限公司", ("票款", "广告位", "包车服务", "车辆检测服务"), 16000, staff=35, dealings=800
)
FOLDER = "03 公交公司 金蝶K3"


def hand_over(county: County, folder: Path) -> list[Planted]:
    """t_Voucher, t_VoucherEntry, t_Account, t_Balance and the tables of names."""
    ledger = company.keep(county, COMPANY)
    problems.reversed_next_month(ledger, 3)
    company.finish(ledger)
    problems.same_number(ledger, 5)
    places: dict[object, Place] = {}
    first = {name: Place(f"{name}.csv", "", 2) for name in ("t_VoucherEntry", "t_Balance")}
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    for name, (headings, rows) in k3.tables(ledger, COMPANY.name, places, first).items():
        csv_file(place / f"{name}.csv", headings, rows)
    return settle(ledger.marks, places)
