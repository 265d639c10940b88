"""What the market regulator tells the finance bureau of firms that were founded, renamed or struck off."""

from __future__ import annotations

from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.departments import _finance as f
from bihuan.demo.departments._finance import Special
from bihuan.demo.write import Cell, csv_file

FILE = "市场监管局企业设立变更注销清单.csv"
_HEAD = ("企业名称", "统一社会信用代码", "法定代表人", "注册资本", "成立日期", "登记状态", "注销日期", "吊销日期",
         "变更日期", "变更事项", "变更前内容", "变更后内容")  # fmt: skip


def write(county: County, folder: Path) -> None:
    """One row a firm and change: special firms first, then ordinary changes of those that trade on."""
    rows = [_special(one) for one in f.special_firms(county)]
    for at, one in enumerate(f.suppliers(county)[: county.many(400)]):
        day = f.later("2024-01-08", at * 13 % 700)
        before, after = one.address, f"{one.address[:-1]}（{at % 9 + 1}楼）"
        firm = (one.name, one.credit_code, one.legal.name, f"{one.capital}.00", f"{one.founded}", "存续", "", "")
        rows.append((*firm, day, "住所变更", before, after))
    csv_file(folder / FILE, _HEAD, rows)


def _special(one: Special) -> tuple[Cell, ...]:
    firm, gone = one.company, f"{one.closed}" if one.closed else ""
    said = ("设立登记", "", "") if not gone else (f"{one.status}登记", "存续", one.why or one.status)
    return (
        firm.name, firm.credit_code, firm.legal.name, f"{firm.capital}.00", f"{firm.founded}", one.status,
        gone if one.status == "注销" else "", gone if one.status == "吊销" else "", gone or f"{firm.founded}", *said,
    )  # fmt: skip
