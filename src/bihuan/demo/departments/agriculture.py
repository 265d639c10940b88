"""县农业农村局: the agent bank's list of payments, a CSV in a zip; and 文旅局's foreign-funded payments as TSV."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from bihuan.demo.books import money
from bihuan.demo.county import UNITS, YEAR, County, Firm, Unit
from bihuan.demo.days import some_day, spread, workdays
from bihuan.demo.truth import Form, Place, Planted
from bihuan.demo.write import delimited, zip_file

FOLDER = "10 农业农村局与文旅局 项目资金"
ZIP, MEMBER, TSV = "农业农村局代理银行支付.zip", "支付明细.csv", "文旅局外资项目支付.tsv"


@dataclass(frozen=True)
class _Paid:
    day: date
    firm: Firm
    amount: Decimal
    words: str
    invoice: str


def hand_over(county: County, folder: Path) -> list[Planted]:
    """In each of the two an invoice was paid twice; in the foreign-funded one it was written otherwise."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    farm, tour = UNITS["206"], UNITS["208"]
    found = []
    rows, twice = _year(county, "agriculture", 700, same="")
    headings = (
        "交易流水号",
        "交易日期",
        "预算单位代码",
        "预算单位",
        "收款人全称",
        "收款人账号",
        "交易金额",
        "用途",
        "发票号",
    )
    lines = (_cells(farm, at, one, str(one.amount)) for at, one in enumerate(rows, start=1))
    zip_file(folder / FOLDER / ZIP, {MEMBER: delimited(headings, lines).encode("utf-8-sig")})
    if not county.is_clean:
        found.append(_planted("plain", farm, rows, twice, Place(ZIP, MEMBER, 0)))
    rows, twice = _year(county, "tourism", 300, same="No. ")
    lines = (_cells(tour, at, one, _european(one.amount)) for at, one in enumerate(rows, start=1))
    (folder / FOLDER / TSV).write_bytes(delimited(headings, lines, delimiter="\t").encode())
    if not county.is_clean:
        found.append(_planted("hiding", tour, rows, twice, Place(TSV, "", 0)))
    return found


def _year(county: County, name: str, count: int, *, same: str) -> tuple[list[_Paid], tuple[_Paid, _Paid]]:
    """Ordinary payments of a year, and one invoice twice among them, the second time with `same` before it."""
    chance = county.chance(name)
    rows = [
        _ordinary(chance, month, county.firms)
        for month, many in enumerate(spread(county.many(count)), start=1)
        for _ in range(many)
    ]
    firm, amount = county.firms[count % 60], Decimal("63180.00")
    first = _Paid(workdays(4)[4], firm, amount, "项目材料款", "77001234")
    second = _Paid(workdays(5)[6], firm, amount, "项目材料款", f"{same}77001234")
    paid = (first,) if county.is_clean else (first, second)
    return sorted([*rows, *paid], key=lambda one: one.day), (first, second)


def _ordinary(chance: random.Random, month: int, firms: Iterable[Firm]) -> _Paid:
    number = chance.randrange(10**7, 10**8)
    return _Paid(
        some_day(chance, month),
        chance.choice(tuple(firms)),
        money(chance, 8600, 0.9),
        f"项目款（{number % 10000:04d}）",
        str(number),
    )


def _cells(unit: Unit, at: int, one: _Paid, amount: str) -> tuple[str, ...]:
    return (
        f"LS{YEAR}{unit.code}{at:05d}", str(one.day), unit.code, unit.name, one.firm.name, one.firm.account, amount,
        one.words, one.invoice,
    )  # fmt: skip


def _european(amount: Decimal) -> str:
    """1.234,56"""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _planted(form: Form, unit: Unit, rows: list[_Paid], twice: tuple[_Paid, _Paid], place: Place) -> Planted:
    lines = tuple(Place(place.source, place.sheet, 2 + rows.index(one)) for one in twice)
    return Planted("duplicate_payment", form, unit.code, twice[0].amount, lines)
