"""The lists on which subsidies are paid: a row of each claim and month, as departments and the bank print them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import chinese_calendar

from bihuan.demo.departments._people import month
from bihuan.demo.departments._people_claims import (
    AGED,
    CARE,
    DESTITUTE,
    DISABLED,
    EVERY,
    FIELDS,
    FOREST,
    FUNERAL,
    LOW,
    MACHINES,
    MAYS,
    NOVEMBERS,
    PENSION,
    PUPILS,
    Extra,
    Standing,
    Welfare,
)
from bihuan.demo.truth import Place
from bihuan.demo.write import Cell, Workbook

Cells = Callable[["Programme", Standing, int, str, int], tuple[str, ...]]
BANK = "云禾县农村信用合作联社"


class Programme(NamedTuple):
    """One subsidy: who pays it, when, and how its list looks."""

    code: str
    name: str
    unit: str
    unit_name: str
    stem: str  # of its files
    headings: tuple[str, ...]  # after the two that say when
    cells: Cells
    when: tuple[str, str]  # headings of the month or year, and of the day
    form: str = "%Y%m"
    months: frozenset[int] = EVERY
    day: int = 12
    style: str = "csv"  # csv | month sheets | year sheet | bank


def yuan(cents: int) -> str:
    """An amount in yuan."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _owner(one: Standing) -> str:
    return one.holder or one.who.name.replace(" ", "").replace("\u3000", "")


def _pension(of: Programme, one: Standing, cents: int, status: str, year: int) -> tuple[str, ...]:
    who = one.who
    return (of.unit, of.unit_name, of.code, of.name, who.name, who.id_no, one.card, _owner(one), BANK, yuan(cents),
            status, who.town, who.village, one.note)  # fmt: skip


_PENSION = ("单位编码", "单位名称", "项目编码", "补贴项目", "姓名", "身份证号", "银行账号", "账户名称", "开户行",
            "实发金额", "发放状态", "乡镇", "行政村", "备注")  # fmt: skip


def _low(of: Programme, one: Standing, cents: int, status: str, year: int) -> tuple[str, ...]:
    who = one.who
    return (of.unit, of.unit_name, of.code, one.grade, who.name, who.id_no, who.household, f"D{who.household}",
            str(one.heads), yuan(cents), _owner(one), one.card, BANK, who.town, who.village, one.phone or who.phone,
            status, one.note)  # fmt: skip


_LOW = ("发放单位编码", "发放单位", "项目编码", "救助类别", "户主姓名", "户主身份证号", "户编号", "低保证号",
        "保障人数", "领取金额", "账户名称", "银行账号", "开户银行", "乡镇", "行政村", "联系电话",
        "发放状态", "备注")  # fmt: skip


def _disabled(of: Programme, one: Standing, cents: int, status: str, year: int) -> tuple[str, ...]:
    who = one.who
    return (of.unit, of.unit_name, of.code, one.grade, who.name, who.id_no, f"{who.id_no}4{1 + len(who.name) % 2}",
            yuan((one.standard or one.cents)[year]), yuan(cents), one.card, BANK,
            status, who.town, who.village, one.phone or who.phone, one.note)  # fmt: skip


_DISABLED = ("单位编码", "主管部门", "项目编码", "补贴类别", "姓名", "身份证号", "残疾证号", "补贴标准", "实发金额",
             "银行卡号", "开户网点", "发放状态", "乡镇", "村（社区）", "联系电话", "备注")  # fmt: skip


def _fields(of: Programme, one: Standing, cents: int, status: str, year: int) -> tuple[str, ...]:
    who = one.who
    return (of.unit, of.unit_name, of.code, of.name, who.name, who.id_no, who.household, yuan(one.area),
            yuan((one.standard or one.cents)[year]), yuan(cents), one.card, _owner(one), BANK, who.town,
            who.village, one.phone or who.phone, status, one.note)  # fmt: skip


_FIELDS = ("单位编码", "发放单位", "项目编码", "补贴项目", "农户姓名", "身份证号码", "农户编码", "补贴面积(亩)",
           "补贴标准(元/亩)", "补贴金额", "一卡通账号", "账户名称", "开户行", "乡镇", "行政村", "联系电话", "发放状态",
           "备注")  # fmt: skip
_FOREST = (*_FIELDS[:4], "户主姓名", "户主身份证号码", "农户编码", "面积", "补助标准", "补助金额", "打款账号", "户名",
           *_FIELDS[12:])  # fmt: skip


def _destitute(of: Programme, one: Standing, cents: int, status: str, year: int) -> tuple[str, ...]:
    who = one.who
    return (of.code, of.name, who.name, who.id_no, yuan(cents), one.holder or who.name, one.card, BANK, who.town,
            who.village, one.phone or who.phone, status, one.note or "分散供养")  # fmt: skip


_DESTITUTE = ("项目编码", "补贴项目", "姓名", "身份证号", "发放金额", "账户名称", "银行账号", "开户银行", "乡镇",
              "行政村", "联系电话", "发放状态", "备注")  # fmt: skip


def _machines(of: Programme, one: Standing, cents: int, status: str, year: int) -> tuple[str, ...]:
    who = one.who
    return (of.unit, of.code, of.name, who.name, who.id_no, yuan(cents), one.card, BANK, one.phone or who.phone,
            who.address, who.town, who.village, one.grade)  # fmt: skip


_MACHINES = ("单位编码", "项目编码", "补贴项目", "姓名", "身份证号", "补贴金额", "银行账号", "开户行", "联系电话",
             "家庭住址", "乡镇", "行政村", "备注")  # fmt: skip


def _pupils(of: Programme, one: Standing, cents: int, status: str, year: int) -> tuple[str, ...]:
    who = one.who
    return (of.unit, of.unit_name, of.code, of.name, who.name, who.id_no, yuan(cents), yuan(cents), one.card,
            _owner(one), one.phone or who.phone, who.address, who.town, who.village, one.grade)  # fmt: skip


_PUPILS = ("单位编码", "发放单位", "项目编码", "补贴项目", "姓名", "身份证号", "补助标准", "发放金额", "银行卡号",
           "开户人", "联系电话", "家庭住址", "乡镇", "村（社区）", "备注")  # fmt: skip


def _aged(of: Programme, one: Standing, cents: int, status: str, year: int) -> tuple[str, ...]:
    who = one.who
    return (of.unit, of.name, who.name, who.id_no, one.card, _owner(one), yuan(cents), status, who.town, who.village)


_AGED = ("单位代码", "补贴名称", "姓 名", "证件号码", "账 号", "户 名", "实发金额", "打款状态", "乡镇", "村名")


def programmes(names: dict[str, str]) -> tuple[Programme, ...]:
    """All programmes; `names` gives the name of a unit by its code."""
    civil, farm, school, insurance, woods = (names[one] for one in ("205", "206", "201", "406", "414"))
    yearly = ("补贴年度", "打款日期")
    return (
        Programme(FIELDS, "耕地地力保护补贴", "206", farm, "耕地地力保护补贴发放清册", _FIELDS, _fields, day=20,
                  when=yearly, form="%Y", months=MAYS),
        Programme(MACHINES, "农机购置与应用补贴", "206", farm, "农机购置补贴发放表", _MACHINES, _machines,
                  ("补贴年度", "发放日期"), "%Y", day=17, style="year sheet"),
        Programme(LOW, "最低生活保障", "205", civil, "城乡低保发放名册", _LOW, _low, ("发放年月", "打款日期"), day=10),
        Programme(DESTITUTE, "特困人员救助供养", "205", civil, "特困人员供养金发放表", _DESTITUTE, _destitute,
                  ("发放年月", "发放日期"), day=11, style="month sheets"),
        Programme(DISABLED, "困难残疾人生活补贴", "205", civil, "残疾人两项补贴之生活补贴", _DISABLED, _disabled,
                  ("补贴年月", "发放日期"), "%Y-%m", day=15),
        Programme(CARE, "重度残疾人护理补贴", "205", civil, "残疾人两项补贴之护理补贴", _DISABLED, _disabled,
                  ("补贴年月", "发放日期"), "%Y-%m", day=15),
        Programme(AGED, "高龄津贴", "205", civil, "高龄津贴代发回盘", _AGED, _aged, ("所属月份", "打款日期"), day=18,
                  style="bank"),
        Programme(PENSION, "城乡居民基本养老金", "406", insurance, "城乡居民养老金发放明细", _PENSION, _pension,
                  ("发放年月", "打款日期"), day=9),
        Programme(FOREST, "新一轮退耕还林补助", "414", woods, "退耕还林补助兑现表", _FOREST, _fields, day=18,
                  when=yearly, form="%Y", months=NOVEMBERS),
        Programme(PUPILS, "家庭经济困难学生生活补助", "201", school, "困难学生生活补助", _PUPILS, _pupils,
                  ("发放月份", "发放日期"), months=frozenset({3, 9, 15, 21}), day=22),
        Programme(FUNERAL, "城乡居民养老丧葬补助金", "406", insurance, "丧葬补助金发放表", _PENSION, _pension,
                  ("发放年月", "打款日期"), day=25),
    )  # fmt: skip


@dataclass
class Laid:
    """The rows of one programme, a list a month, and where the marked ones stand."""

    rows: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))  # cells with commas, when first
    marked: list[tuple[str, int, int, int]] = field(default_factory=list)  # mark, month, place in its list, cents
    paid: dict[int, int] = field(default_factory=lambda: defaultdict(int))  # year → cents that arrived and stayed


@cache
def pay_day(at: int, day: int) -> date:
    """The first working day of a month from a day on."""
    on = month(at) + timedelta(days=day - 1)
    while not chinese_calendar.is_workday(on):
        on += timedelta(days=1)
    return on


def lay(of: Programme, made: Welfare, first: int, last: int) -> Laid:
    """All rows from one month to another, by town and village; what is sent again stands at the end of a month."""
    laid = Laid()
    when = {at: f"{month(at):{of.form}},{pay_day(at, of.day)}" for at in range(first, last + 1)}
    for one in sorted(made.standings[of.code], key=lambda one: (one.who.town, one.who.village, one.who.household)):
        begun, end = max(first, one.first), min(last, one.last)
        for year in range(begun // 12, end // 12 + 1):
            at = [at for at in range(max(begun, 12 * year), min(end, 12 * year + 11) + 1) if at in of.months]
            _lines(of, one, year, [(one_month, when[one_month]) for one_month in at], laid)
    for extra in sorted(made.extras[of.code], key=lambda one: (one.month, one.standing.who.id_no, one.cents)):
        if first <= extra.month <= last:
            _extra(of, extra, laid)
    return laid


def _lines(of: Programme, one: Standing, year: int, months: list[tuple[int, str]], laid: Laid) -> None:
    if not months:
        return
    cents = one.cents[year]
    rest = ",".join(of.cells(of, one, cents, "成功", year))
    came = 0
    for at, when in months:
        if one.mark and at >= one.since:
            laid.marked.append((one.mark, at, len(laid.rows[at]), cents))
        if at in one.failed:
            laid.rows[at].append(f"{when},{','.join(of.cells(of, one, cents, '失败', year))}")
        else:
            laid.rows[at].append(f"{when},{rest}")
            came += 1
    laid.paid[year] += cents * came


def _extra(of: Programme, extra: Extra, laid: Laid) -> None:
    at, one, year = extra.month, extra.standing, extra.month // 12
    if one.mark:
        laid.marked.append((one.mark, at, len(laid.rows[at]), extra.cents))
    cells = of.cells(of, one, extra.cents, extra.status, year)
    laid.rows[at].append(f"{month(at):{of.form}},{pay_day(at, of.day + extra.day)},{','.join(cells)}")
    laid.paid[year] += extra.cents


def write(of: Programme, laid: Laid, year: int, path: Path | None) -> dict[int, tuple[str, int]]:
    """The list of a year, not written without a path; gives the sheet and the line of each month's first row."""
    months = [at for at in range(12 * year, 12 * year + 12) if laid.rows.get(at)]
    if of.style == "csv":
        return _csv(of, laid, months, path)
    if of.style == "bank":
        return _bank(of, laid, months, path)
    return _workbook(of, laid, months, path)


def _csv(of: Programme, laid: Laid, months: Sequence[int], path: Path | None) -> dict[int, tuple[str, int]]:
    lines, begun = [",".join((*of.when, *of.headings))], {}
    for at in months:
        begun[at] = ("", len(lines) + 1)
        lines += laid.rows[at]
    if path is not None:
        path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))
    return begun


def _bank(of: Programme, laid: Laid, months: Sequence[int], path: Path | None) -> dict[int, tuple[str, int]]:
    """As the bank's old program prints it: a title, cells padded to a width, digits behind a tab, sums in between."""
    headings = (*of.when, *of.headings)
    wide = [len(one) for one in headings]
    lines, begun = [f"{BANK} 代发业务清单", "|".join(headings)], {}
    for at in months:
        begun[at] = ("", len(lines) + 1)
        total = 0
        for row in laid.rows[at]:
            cells = row.split(",")
            cells[1] = cells[1].replace("-", "")
            total += round(float(cells[8]) * 100)
            cells[5], cells[6], cells[8] = "\t" + cells[5], "\t" + cells[6], f"{float(cells[8]):,.2f}"
            lines.append("|".join(cell.ljust(size) for cell, size in zip(cells, wide, strict=True)))
        lines.append("|".join(["本月小计".ljust(wide[0]), *[""] * 7, f"{total / 100:,.2f}", *[""] * 3]))
    lines.append("|".join(["合计", *[""] * (len(headings) - 1)]))
    if path is not None:
        path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))
    return begun


def _workbook(of: Programme, laid: Laid, months: Sequence[int], path: Path | None) -> dict[int, tuple[str, int]]:
    """A sheet a month, or one for the year, under a merged title."""
    sheets: dict[str, list[str]] = {}
    begun = {}
    for at in months:
        sheet = f"{at % 12 + 1}月" if of.style == "month sheets" else "发放表"
        rows = sheets.setdefault(sheet, [])
        begun[at] = (sheet, 4 + len(rows))
        rows += laid.rows[at]
    if path is not None:
        book = Workbook(path)
        for sheet, rows in sheets.items():
            title = f"{months[0] // 12 + 2024}年{sheet.removesuffix('发放表')}{of.stem}"
            above = (f"填报单位：{of.unit_name}", "单位：元")
            book.sheet(sheet, title, above, ("序号", *of.when, *of.headings), _numbered(rows))
        book.close()
    return begun


def _numbered(rows: Iterable[str]) -> list[list[Cell]]:
    return [[at, *row.split(",")] for at, row in enumerate(rows, start=1)]


def places(laid: Laid, files: dict[int, tuple[str, str, int]]) -> dict[str, list[tuple[Place, int]]]:
    """The places of the marked rows, with their cents; `files` gives file, sheet and first line of each month."""
    found: dict[str, list[tuple[Place, int]]] = defaultdict(list)
    for mark, at, place, cents in laid.marked:
        file, sheet, line = files[at]
        found[mark].append((Place(file, sheet, line + place), cents))
    return found
