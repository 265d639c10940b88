"""工资统发: one workbook a unit, a sheet a month, the month in the title only."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from bihuan.demo.books import ZERO
from bihuan.demo.county import UNITS, YEAR, County, Person, Unit
from bihuan.demo.truth import Place, Planted
from bihuan.demo.write import Cell, Workbook, total

FOLDER = "09 工资统发"
_HEADINGS = ("序号", "单位代码", "职工号", "姓名", "身份证号码", "科室", "银行卡号", "岗位工资", "薪级工资", "津贴补贴",
             "应发合计", "个税", "个人公积金", "扣款合计", "实发合计")  # fmt: skip
_ROOMS = ("办公室", "财务股", "业务一股", "业务二股", "人事股")


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Three units; in one of them a person is paid twice in a month under two staff numbers."""
    planted: list[Planted] = []
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    for code in ("201", "202", "205"):
        unit = UNITS[code]
        name = f"{unit.name.removeprefix('云禾县')}{YEAR}年工资发放表.xlsx"
        book = Workbook(folder / FOLDER / name)
        for month in range(1, 13):
            staff = list(county.staff(code, 50))
            if code == "202" and month == 9 and not county.is_clean:
                staff.append(staff[7])
            rows = [_row(unit, at, one, month) for at, one in enumerate(staff, start=1)]
            title = f"{unit.name}{YEAR}年{month}月工资发放表"
            book.sheet(f"{month}月", title, (f"编制单位：{unit.name}", "单位：元"), _HEADINGS, [*rows, _total(rows)])
            if len(staff) > 50:
                lines = (Place(name, f"{month}月", 4 + 7), Place(name, f"{month}月", 4 + 50))
                paid = rows[-1][-1]
                planted.append(Planted("paid_twice_in_a_month", "plain", code, Decimal(str(paid)), lines))
        book.close()
    return planted


def _row(unit: Unit, at: int, person: Person, month: int) -> tuple[Cell, ...]:
    # What a person earns hangs on the person, not on the place in the list.
    step = int(person.card[-2:])
    base, grade = Decimal(2400 + step * 15) + ZERO, Decimal(900 + step * 22) + ZERO
    extra = Decimal(1650) + ZERO + (Decimal(1000) if month == 1 else ZERO)
    gross = base + grade + extra
    fund = (gross * Decimal("0.12")).quantize(Decimal(1)) + ZERO
    tax = (max(gross - fund - 5000, ZERO) * Decimal("0.03")).quantize(ZERO)
    return (
        at, unit.code, f"{unit.code}{at:04d}", person.name, person.id_no, _ROOMS[at % len(_ROOMS)], person.card, base,
        grade, extra, gross, tax, fund, tax + fund, gross - tax - fund,
    )  # fmt: skip


def _total(rows: list[tuple[Cell, ...]]) -> tuple[Cell, ...]:
    sums = [total(row[at] for row in rows) for at in range(7, len(_HEADINGS))]
    return ("合计", *[None] * 6, *sums)
