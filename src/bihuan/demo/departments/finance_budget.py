"""县财政局 预算: budget lines and when they were published, what was carried over, and what lies idle for years."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.departments import _finance as f
from bihuan.demo.departments._finance import yuan
from bihuan.demo.departments._finance_projects import GENERAL, GRANT, PROJECTS
from bihuan.demo.offices import Office, offices
from bihuan.demo.truth import HIDING, PLAIN, TWIN, Form, Marked, Place, Planted, settle
from bihuan.demo.write import Cell, Workbook, total

FOLDER = "25 财政局 预算指标与公开"
LINES, CARRIED, OLD = "部门预算批复与公开情况.xlsx", "2024年部门结转结余资金明细.xlsx", "以前年度结转指标清册.xlsx"
_LINES = ("预算年度", "单位编码", "单位名称", "收支类别", "预算阶段", "批复文号", "批复日期", "公开日期",
          "支出功能分类",
          "项目编码", "项目名称", "支出类型", "资金性质", "预算金额", "上年结转")  # fmt: skip
_CARRIED = ("决算年度", "单位编码", "单位名称", "报表", "科目编码", "项目", "年末结转和结余")
_OLD = ("指标编号", "预算单位编码", "预算单位名称", "指标文号", "预算年度", "下达日期", "指标说明", "项目名称",
        "支出类型", "支出功能分类", "资金性质", "指标金额", "已收回金额", "已支付金额", "指标余额",
        "来源指标编号")  # fmt: skip
LATE = {12: 41, 45: 63, 60: 52}  # unit: days until its budget of 2025 was published
_DUE = 20


@dataclass(eq=False, slots=True)
class Line:
    """One line of a unit's budget of a year."""

    office: Office
    year: int
    code: str
    project: str
    is_project: bool
    function: str
    fund: str
    cents: int
    approved: date
    published: date
    carried: int = 0
    stage: str = "年初预算"


@dataclass(eq=False, slots=True)
class Rest:
    """What a unit's project had left at the end of 2024."""

    office: Office
    function: str
    project: str
    cents: int


@dataclass(eq=False, slots=True)
class Old:
    """An indicator of a former year that still stands."""

    office: Office
    year: int
    number: str
    project: str
    cents: int
    used: int
    reclaimed: int = 0
    parent: str = ""


@dataclass
class Plans:
    """All of it while it is made up."""

    county: County
    lines: list[Line] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    old: list[Old] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)

    def mark(self, kind: str, form: Form, cents: int, *things: Line | Rest | Old) -> None:
        """Remember what was planted."""
        self.marks.append(Marked(kind, form, things[0].office.code, yuan(cents), things))

    def unit(self, at: int) -> Office:
        """A unit; small counties have fewer."""
        units = offices(self.county)
        return units[at % len(units)]


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Three workbooks."""
    plans = Plans(county)
    chance = county.chance("finance/plans")
    for office in offices(county):
        for year in f.YEARS:
            _budget(plans, office, year, chance)
        _carried(plans, office, chance)
        _old(plans, office, chance)
    _published_late(plans)
    _left_out(plans)
    _idle(plans)
    if county.is_clean:
        _clean(plans)
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    places: dict[object, Place] = {}
    _write_lines(place / LINES, plans.lines, places)
    _write_rests(place / CARRIED, plans.rests, places)
    _write_old(place / OLD, plans.old, places)
    return settle([one for one in plans.marks if one.form == TWIN or not county.is_clean], places)


def _budget(plans: Plans, office: Office, year: int, chance: random.Random) -> None:
    """Approved in January or February, published within twenty days."""
    approved = date.fromisoformat(f.workdays(year, 1)[14]) + timedelta(days=chance.randrange(20))
    published = approved + timedelta(days=chance.randrange(4, 19))
    kinds = [("人员经费", False, "2010301", GENERAL, 2_600_000), ("公用经费", False, "2010301", GENERAL, 900_000)]
    kinds += [(one.name, True, one.function, one.fund, 480_000) for one in chance.sample(PROJECTS, 4)]
    for at, (name, is_project, function, fund, median) in enumerate(kinds, start=1):
        cents = f.around(chance, median, 0.5) // 10000 * 10000
        code = f"{year}{office.code}Y{at:02d}"
        plans.lines.append(Line(office, year, code, name, is_project, function, fund, cents, approved, published))


def _carried(plans: Plans, office: Office, chance: random.Random) -> None:
    """What two projects had left at the year's end stands in the next budget to the cent."""
    own = [one for one in plans.lines if one.office is office and one.is_project]
    for before, after in zip(
        [one for one in own if one.year == 2024][:2], [one for one in own if one.year == 2025], strict=False
    ):
        cents = f.around(chance, 60_000, 0.9)
        plans.rests.append(Rest(office, before.function, before.project, cents))
        after.carried, after.project, after.function = cents, before.project, before.function


def _old(plans: Plans, office: Office, chance: random.Random) -> None:
    """Indicators of 2022 and 2023, as a rule spent or reclaimed."""
    for year in (2022, 2023):
        for at, project in enumerate(chance.sample(PROJECTS, 2), start=1):
            cents = f.around(chance, 300_000, 0.7) // 10000 * 10000
            used = int(cents * chance.choice((1, 1, 0.97, 0.9, 0.82)))
            number = f"{year}{office.code}9{at:02d}"
            plans.old.append(Old(office, year, number, project.name, cents, used, cents - used))


def _published_late(plans: Plans) -> None:
    """A unit publishes weeks late; in disguise all but the projects in time; the twin on the last day allowed."""
    for at, days in LATE.items():
        own = [one for one in plans.lines if one.office is plans.unit(at) and one.year == 2025]
        if at == 60:
            own = [one for one in own if one.is_project]
        for one in own:
            one.published = one.approved + timedelta(days=days)
        form: Form = HIDING if at == 60 else PLAIN
        plans.mark("budget_published_late", form, sum(one.cents for one in own), *own)
    own = [one for one in plans.lines if one.office is plans.unit(7) and one.year == 2025]
    for one in own:
        one.published = one.approved + timedelta(days=_DUE)
    plans.mark("budget_published_late", TWIN, sum(one.cents for one in own), *own)


def _left_out(plans: Plans) -> None:
    """The balance of the year before does not stand in the budget; in disguise a tenth of it does; the twin's came in
    with the adjustment of June."""
    for at, form in ((3, PLAIN), (22, PLAIN), (41, HIDING), (14, TWIN)):
        office = plans.unit(at)
        rests = [one for one in plans.rests if one.office is office]
        lines = [one for one in plans.lines if one.office is office and one.year == 2025 and one.carried]
        for rest, line in zip(rests, lines, strict=True):
            rest.cents += 640_000_00 + at * 1_000_00
            line.carried = rest.cents // 10 if form == HIDING else 0
            if form == TWIN:
                added = Line(office, 2025, line.code + "T", line.project, True, line.function, line.fund, rest.cents,
                             date(2025, 6, 20), date(2025, 7, 3), rest.cents, "预算调整")  # fmt: skip
                plans.lines.append(added)
        cents = sum(one.cents for one in rests)
        plans.mark("carry_over_not_budgeted", form, cents, *rests, *lines)


def _idle(plans: Plans) -> None:
    """Money of 2022 that nobody took back; in disguise it gets a new number every year; the twins are young, or
    reclaimed but for a little."""
    for at, form, cents in ((6, PLAIN, 880_000_00), (25, PLAIN, 1_240_000_00), (50, HIDING, 960_000_00)):
        office = plans.unit(at)
        first = Old(office, 2022, f"2022{office.code}951", "产业发展扶持（跨年）", cents, 90_000_00)
        chain = [first]
        if form == HIDING:
            rest = cents - first.used
            first.used = cents  # carried to the next number, which looks spent
            for year in (2023, 2024, 2025):
                used = rest if year < 2025 else 20_000_00
                chain.append(Old(office, year, f"{year}{office.code}951", f"{year - 1}年结转：产业发展扶持", rest, used,
                                 0, chain[-1].number))  # fmt: skip
        plans.old += chain
        things = chain if form == PLAIN else (chain[0], chain[-1])
        plans.mark("idle_carry_over_not_reclaimed", form, cents, *things)
    office = plans.unit(33)
    young = Old(office, 2024, f"2024{office.code}952", "数字档案馆建设", 720_000_00, 110_000_00)
    office = plans.unit(34)
    taken = Old(office, 2022, f"2022{office.code}953", "河道治理前期", 540_000_00, 380_000_00, 158_000_00)
    plans.old += [young, taken]
    for one in (young, taken):
        plans.mark("idle_carry_over_not_reclaimed", TWIN, one.cents, one)


def _clean(plans: Plans) -> None:
    """Put right what is planted as a problem."""
    for mark in plans.marks:
        for one in mark.things if mark.form != TWIN else ():
            if isinstance(one, Line) and mark.kind == "budget_published_late":
                one.published = one.approved + timedelta(days=9)
            elif isinstance(one, Old):
                one.reclaimed = one.cents - one.used
        if mark.kind == "carry_over_not_budgeted" and mark.form != TWIN:
            rests = [one for one in mark.things if isinstance(one, Rest)]
            for rest, line in zip(rests, [one for one in mark.things if isinstance(one, Line)], strict=True):
                line.carried = rest.cents


def _write_lines(path: Path, lines: Sequence[Line], places: dict[object, Place]) -> None:
    rows: list[tuple[Cell, ...]] = []
    ordered = sorted(lines, key=lambda one: (one.year, one.office.code, one.code))
    for line, one in enumerate(ordered, start=4):
        places[one] = Place(path.name, "部门预算", line)
        rows.append(
            (
                one.year, one.office.code, one.office.name, "支出预算", one.stage,
                f"云财预〔{one.year}〕{int(one.office.code) - 400}号", one.approved, one.published, one.function,
                one.code, one.project, "项目支出" if one.is_project else "基本支出", one.fund, yuan(one.cents),
                yuan(one.carried) if one.carried else None,
            )
        )  # fmt: skip
    _book(path, ("部门预算", "云禾县部门预算批复与公开情况表"), _LINES, rows, (13, 14))


def _write_rests(path: Path, rests: Sequence[Rest], places: dict[object, Place]) -> None:
    rows: list[tuple[Cell, ...]] = []
    for line, one in enumerate(rests, start=4):
        places[one] = Place(path.name, "结转结余", line)
        rows.append(
            (2024, one.office.code, one.office.name, "项目结转结余明细表", one.function, one.project, yuan(one.cents))
        )
    _book(path, ("结转结余", "2024年部门结转结余资金明细表"), _CARRIED, rows, (6,))


def _write_old(path: Path, old: Sequence[Old], places: dict[object, Place]) -> None:
    rows: list[tuple[Cell, ...]] = []
    for line, one in enumerate(sorted(old, key=lambda one: (one.office.code, one.number)), start=4):
        places[one] = Place(path.name, "结转指标", line)
        left = one.cents - one.used - one.reclaimed
        rows.append(
            (
                one.number, one.office.code, one.office.name, f"云财专〔{one.year}〕{int(one.number[-2:])}号", one.year,
                date(one.year, 3, 15), f"{one.year}年{one.project}", one.project, "项目支出", "2139999", GRANT,
                yuan(one.cents), yuan(one.reclaimed) if one.reclaimed else None, yuan(one.used), yuan(left),
                one.parent or None,
            )
        )  # fmt: skip
    _book(path, ("结转指标", "以前年度结转指标清册（截至2025年12月31日）"), _OLD, rows, (11, 12, 13, 14))


def _book(
    path: Path, names: tuple[str, str], headings: Sequence[str], rows: list[tuple[Cell, ...]], sums: Sequence[int]
) -> None:  # fmt: skip
    """Sheet and title; the totals stand at the end."""
    cells: list[Cell] = [None] * len(headings)
    cells[0] = "合计"
    for column in sums:
        cells[column] = total(row[column] for row in rows)
    book = Workbook(path)
    book.sheet(*names, ("填报单位：云禾县财政局", "单位：元"), headings, [*rows, tuple(cells)])
    book.close()
