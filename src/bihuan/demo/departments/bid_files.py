"""公共资源交易平台: what each bid's file shows of where and by whom it was made, and who paid its bond."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bihuan.demo.companies import Company
from bihuan.demo.county import County
from bihuan.demo.departments._procurement_case import Case, case
from bihuan.demo.departments._procurement_market import YEARS, Bid, Process, workday
from bihuan.demo.registry_ties import tied
from bihuan.demo.truth import Place, Planted, settle

FOLDER = "41 公共资源交易平台 投标文件信息"
FILES = "投标文件特征信息{year}.csv"
_HEADINGS = (
    "项目编号", "项目名称", "采购人编码", "采购人", "标段编号", "投标人名称", "统一社会信用代码", "投标文件递交时间",
    "文件作者", "文件制作机器码", "MAC地址", "投标文件上传IP", "保证金金额", "保证金付款人", "保证金付款账号",
    "保证金到账时间",
)  # fmt: skip
_DEFAULTS = ("Administrator", "微软用户", "lenovo", "HP", "admin", "Windows 用户")
_GUARANTOR = ("云禾县中小企业融资担保有限公司", "13001099900880001")
_SHARED = ("117.136.38.21", "117.136.38.22", "223.104.3.77")  # a carrier's addresses, behind which many firms sit


class Office(NamedTuple):
    """Where a firm makes its bids."""

    authors: tuple[str, ...]
    machines: tuple[tuple[str, str], ...]  # machine code and network card
    address: str


def hand_over(county: County, folder: Path) -> list[Planted]:
    """One file a year."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    made = case(county)
    places: dict[object, Place] = {}
    chance = county.chance("procurement/files")
    for year in YEARS:
        name, lines = FILES.format(year=year), [",".join(_HEADINGS)]
        for process in made.processes:
            if process.published.year == year and process.details != "单一来源":
                for at, lot in enumerate(process.lots, 1):
                    for bid in lot.bids:
                        lines.append(_line(made, process, bid, str(at) if len(process.lots) > 1 else "", chance))
                        places[bid] = Place(name, "", len(lines))
        (folder / FOLDER / name).write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))
    return settle([one for one in made.marks if isinstance(one.things[0], Bid)], places)


def _line(made: Case, process: Process, bid: Bid, lot: str, chance: random.Random) -> str:
    firm, trace = bid.firm, made.traces.get(bid, {})
    county = made.market.county
    office = _office(firm, county.seed, is_tied=firm.credit_code in tied(county))
    machine, mac = chance.choice(office.machines)
    payer, account = _payer(firm, trace, chance)
    paid = workday(process.due.date() - timedelta(days=chance.randrange(2, 9)))
    sent = bid.at - timedelta(seconds=chance.randrange(5, 100))  # the platform has the file before it says so
    bond = min(80_000_000, process.estimate // 50 // 100_000 * 100_000)
    cells: Sequence[str] = (
        process.number, process.buyer.name + process.title, process.buyer.code, process.buyer.name, lot, firm.name,
        firm.credit_code, sent.isoformat(" "), trace.get("author") or chance.choice(office.authors),
        trace.get("machine") or machine, trace.get("mac") or mac, trace.get("address") or office.address,
        str(Decimal(bond).scaleb(-2)), payer, account,
        f"{paid} {chance.randrange(9, 17):02d}:{chance.randrange(60):02d}:{chance.randrange(60):02d}",
    )  # fmt: skip
    return ",".join(cells)


def _payer(firm: Company, trace: Mapping[str, Any], chance: random.Random) -> tuple[str, str]:
    if "account" in trace:
        return trace["payer"], trace["account"]
    if trace.get("guarantee") or chance.random() < 0.1:
        return _GUARANTOR
    return firm.name, firm.account


@cache
def _office(firm: Company, seed: int, *, is_tied: bool) -> Office:
    chance = random.Random(f"{seed}/office/{firm.credit_code}")  # noqa: S311 (makes a fictional county, not keys)
    people = (firm.legal.name, firm.supervisor.name)
    is_default = is_tied or chance.random() < 0.35  # one family, one author: that would be a problem of its own
    authors = (chance.choice(_DEFAULTS),) if is_default else people[: chance.choice((1, 2))]
    machines = tuple(
        ("".join(chance.choices("0123456789ABCDEF", k=32)), "-".join(f"{chance.randrange(256):02X}" for _ in range(6)))
        for _ in range(chance.choice((1, 1, 2)))
    )
    own = ".".join(str(chance.choice((36, 110, 121, 222)) if n == 0 else chance.randrange(1, 255)) for n in range(4))
    return Office(authors, machines, chance.choice(_SHARED) if chance.random() < 0.12 else own)
