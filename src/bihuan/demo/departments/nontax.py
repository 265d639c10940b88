"""县财政局 非税: the units' fees, rents and fines as the e-bill system exports them, one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.departments import _finance as f
from bihuan.demo.departments._finance import printed, yuan
from bihuan.demo.offices import Office, offices
from bihuan.demo.truth import Form, Marked, Place, Planted, settle

FOLDER, FILE = "26 财政局 非税收入", "非税票据明细2024-2025.jsonl"
RECEIPTS = 40_000  # at scale 1
UNPAID, PAID, VOID = "0", "1", "2"
_ITEMS = (
    ("103070601", "行政单位国有资产出租收入", 9_600), ("103050199", "一般罚没收入", 420),
    ("103042750", "不动产登记费", 80),
    ("103043310", "普通话水平测试费", 50), ("103044602", "水资源费", 3_400), ("103043203", "公办幼儿园保教费", 1_200),
    ("103044433", "培训费", 680), ("103071404", "停车泊位收入", 260), ("103045002", "检验检测费", 950),
)  # fmt: skip


@dataclass(eq=False, slots=True)
class Receipt:
    """One charged item of a receipt."""

    office: Office
    item: tuple[str, str, int]
    payer: str
    cents: int
    billed: date
    paid: date | None
    turned_in: date | None
    status: str = PAID


@dataclass
class Till:
    """All receipts while they are made up."""

    county: County
    receipts: list[Receipt] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)

    def take(self, at: tuple[int, int], day: date, cents: int, payer: str, after: int | None) -> Receipt:
        """Money that a unit takes for an item (both by place) and turns in so many days later, or never."""
        units = offices(self.county)
        turned_in = day + timedelta(days=after) if after is not None else None
        made = Receipt(units[at[0] % len(units)], _ITEMS[at[1]], payer, cents, day, day, turned_in)
        self.receipts.append(made)
        return made

    def mark(self, form: Form, receipts: list[Receipt]) -> None:
        """Remember what was planted."""
        cents = sum(one.cents for one in receipts)
        code = receipts[0].office.code
        self.marks.append(Marked("nontax_income_late_or_offset", form, code, yuan(cents), tuple(receipts)))


def hand_over(county: County, folder: Path) -> list[Planted]:
    """One file of two years."""
    till = Till(county)
    for office in offices(county):
        _ordinary(till, office)
    _late(till)
    _in_disguise(till)
    _in_time(till)
    if county.is_clean:
        guilty = {one for mark in till.marks if mark.form != "twin" for one in mark.things}
        till.receipts = [one for one in till.receipts if one not in guilty]
        till.marks = [one for one in till.marks if one.form == "twin"]
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    return settle(till.marks, _write(folder / FOLDER / FILE, till.receipts))


def _ordinary(till: Till, office: Office) -> None:
    """Paid on the spot or some days later, turned in within the week; a few are void or unpaid."""
    county, chance = till.county, till.county.chance(f"nontax/{office.code}")
    items = chance.sample(_ITEMS, 2)
    days = [date.fromisoformat(day) for year in f.YEARS for month in range(1, 13) for day in f.workdays(year, month)]
    for _ in range(max(30, county.many(RECEIPTS) // len(offices(county)))):
        item, billed = chance.choice(items), days[int(chance.random() * len(days))]
        payer = f.a_resident(county, int(chance.random() * 5000)).name
        fate = chance.random()
        cents = f.around(chance, item[2], 0.6)
        if fate < 0.03:
            status = UNPAID if fate < 0.015 else VOID
            till.receipts.append(Receipt(office, item, payer, cents, billed, None, None, status))
            continue
        paid = billed + timedelta(days=int(chance.random() * 3))
        turned_in = paid + timedelta(days=1 + int(chance.random() * 7))
        till.receipts.append(Receipt(office, item, payer, cents, billed, paid, turned_in))


def _late(till: Till) -> None:
    """Rents are kept for a quarter; fees are spent on the spot and never reach the treasury."""
    shop = "云禾县城关镇临街门面承租户"
    kept = [
        till.take((9, 0), date(2025, month, 8), 1_280_000 + month * 3_100, f"{shop}{month % 4 + 1}", 58 + month * 3)
        for month in range(1, 9)
    ]
    till.mark("plain", kept)
    days = [date(2025, 3 + at // 3, 3 + at * 2 % 24) for at in range(12)]
    spent = [till.take((31, 6), day, 68_000 + at * 4_500, f"培训学员{at + 1}组", None) for at, day in enumerate(days)]
    till.mark("plain", spent)


def _in_disguise(till: Till) -> None:
    """What came in November and December is turned in with next year's; and receipts are made void when the money has
    been taken."""
    first = date(2024, 11, 12)
    parked = [
        till.take((58, 4), first + timedelta(days=at * 9), 4_600_000 + at * 270_000, f"取水企业{at + 1}", 70 - at * 4)
        for at in range(5)
    ]
    till.mark("hiding", parked)
    first = date(2025, 7, 2)
    voided = [
        till.take((64, 8), first + timedelta(days=at * 6), 186_000 + at * 12_300, f"送检单位{at + 1}", None)
        for at in range(6)
    ]
    for one in voided:
        one.status = VOID
    till.mark("hiding", voided)


def _in_time(till: Till) -> None:
    """The last day allowed, with the National Day between; and a bill that was never paid."""
    day = date(2025, 9, 30)
    holiday = [till.take((17, 0), day, 2_460_000 + at * 100, f"市场摊位租户{at + 1}", 10) for at in range(4)]
    till.mark("twin", holiday)
    unpaid = till.take((26, 1), date(2024, 5, 6), 5_000_000, "被处罚企业（行政复议中）", None)
    unpaid.paid, unpaid.status = None, UNPAID
    till.mark("twin", [unpaid])


def _write(path: Path, receipts: list[Receipt]) -> dict[object, Place]:
    places: dict[object, Place] = {}
    lines = []
    for line, one in enumerate(sorted(receipts, key=lambda one: (one.billed, one.office.code)), start=1):
        places[one] = Place(path.name, "", line)
        lines.append(json.dumps(_cells(one, line), ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return places


def _cells(one: Receipt, line: int) -> dict[str, str]:
    return {
        "agencycode": one.office.code, "执收单位": one.office.name, "nontaxcode": one.item[0],
        "nontaxname": one.item[1],
        "paycode": f"13099925{line:012d}", "billbatchcode": "13030125", "billno": f"{line:010d}", "payer": one.payer,
        "收费金额": printed(one.cents), "billdate": f"{one.billed}", "缴款日期": f"{one.paid or ''}",
        "上缴日期": f"{one.turned_in or ''}", "billstats": one.status,
    }  # fmt: skip
