"""工资统发系统: the payroll of the 120 units and their pensioners, month by month, in one CSV a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.departments._people import AGAIN, MONTHS, month, retirees
from bihuan.demo.departments._people_cases import welfare
from bihuan.demo.departments._people_lists import pay_day, yuan
from bihuan.demo.offices import Office, offices
from bihuan.demo.residents import Resident
from bihuan.demo.truth import Planted

FOLDER = "34 财政局 工资统发库"
_HEADINGS = ("工资月份", "发放日期", "发放类别", "单位编码", "单位名称", "职工号", "姓名", "身份证号", "人员类别",
             "工资卡号", "岗位工资", "薪级工资", "津贴补贴", "应发合计", "个税", "个人公积金",
             "扣款合计", "实发合计")  # fmt: skip


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Two files; nobody is paid twice, and nobody who is not on the civil registry."""
    for year in (0, 1):
        _write(county, folder / FOLDER / f"全县工资发放{2024 + year}.csv", range(12 * year, 12 * year + 12))
    return []


def hand_over_again(county: County, folder: Path) -> list[Planted]:
    """The first half of 2026."""
    _write(county, folder / FOLDER / "全县工资发放2026上半年.csv", range(AGAIN, MONTHS))
    return []


def _write(county: County, path: Path, months: range) -> None:
    lines = [",".join(_HEADINGS)]
    for office in offices(county):
        lines += _paid(office, months, county)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))


def _paid(office: Office, months: range, county: County) -> Iterator[str]:
    """All months of one unit, then what is paid for half a year and at its end."""
    year = months[0] // 12
    paid = [*_staff(office, year, county), *_pensioners(office, year, county)]
    for at in months:
        when = f"{month(at):%Y%m},{pay_day(at, 8)},月工资"
        for since, row, _ in paid:
            if at >= since:
                yield f"{when},{row}"
    for at, kind in zip(months[5::6], ("半年绩效", "年终奖"), strict=False):
        when = f"{month(at):%Y%m},{date(2024 + year, at % 12 + 1, 25)},{kind}"
        yield from (f"{when},{bonus}" for since, _, bonus in paid if bonus and since < at)


def _staff(office: Office, year: int, county: County) -> Iterator[tuple[int, str, str]]:
    """Of each the first month on the payroll, the row of a month, and that of the bonus."""
    hired, kind = welfare(county).hired, "事业" if office.system in {"k3", "excel"} else "公务员"
    for at, one in enumerate(office.staff, start=1):
        step = int(one.card[-4:-2])
        base, grade = 210_000 + step * 1500 + year * 6000, 80_000 + step * 2100 + year * 4000
        extra = 165_000 + (len(office.staff) % 7) * 9000
        who = f"{office.code},{office.name},{office.code}{at:04d},{one.name},{one.id_no},{kind},{one.card}"
        yield hired.get(one.id_no, 0), f"{who},{_cells(base, grade, extra)}", f"{who},{_cells(base + grade, 0, 0)}"


def _cells(base: int, grade: int, extra: int) -> str:
    """The amounts of a pay slip, in yuan from cents."""
    gross = base + grade + extra
    fund = (gross * 12 // 10000) * 100
    tax = max(gross - fund - 500_000, 0) * 3 // 100
    return ",".join(map(yuan, (base, grade, extra, gross, tax, fund, tax + fund, gross - tax - fund)))


def _pensioners(office: Office, year: int, county: County) -> Iterator[tuple[int, str, str]]:
    for at, one in enumerate(retirees(county)[office.code], start=1):
        gross = 320_000 + int(one.card[-4:-2]) * 2900 + year * 9000
        yield 0, f"{_pensioner(office, at, one)},{_pension(gross)}", ""


def _pensioner(office: Office, at: int, one: Resident) -> str:
    return f"{office.code},{office.name},{office.code}T{at:03d},{one.name},{one.id_no},退休,{one.card}"


def _pension(gross: int) -> str:
    return ",".join(map(yuan, (gross, 0, 0, gross, 0, 0, 0, gross)))
