"""财政局 一卡通: eleven programmes paid to people's cards over two years, the policy list and what was granted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from bihuan.demo.county import UNITS, County
from bihuan.demo.departments import _people_registers as registers
from bihuan.demo.departments._people import AGAIN, MONTHS
from bihuan.demo.departments._people_cases import welfare
from bihuan.demo.departments._people_claims import (
    AGED,
    AGES,
    CARE,
    CARED,
    DESTITUTE,
    DISABLED,
    FIELD_STANDARD,
    FIELDS,
    FOREST,
    FOREST_STANDARD,
    FOREST_TOWNS,
    FUNERAL,
    LIVING,
    LOW,
    MACHINES,
    PENSION,
    PUPILS,
    Case,
)
from bihuan.demo.departments._people_lists import Laid, Programme, lay, places, programmes, write, yuan
from bihuan.demo.offices import offices
from bihuan.demo.truth import Place, Planted
from bihuan.demo.write import Cell, Workbook, csv_file

FOLDER = "35 财政局 惠民惠农一卡通"
POLICIES, GRANTS, GRANTS_AGAIN = (
    "惠民惠农补贴政策清单.xlsx",
    "补贴资金下达情况2024-2025.csv",
    "补贴资金下达情况2026上半年.csv",
)
_GRANTS = (
    "项目编码",
    "补贴项目名称",
    "主管部门编码",
    "主管部门",
    "标准档次",
    "下达资金",
    "执行日期",
    "废止日期",
    "政策文号",
)
Found = dict[str, list[tuple[Place, int]]]  # mark → places with cents


def hand_over(county: County, folder: Path) -> list[Planted]:
    """The lists of 2024 and 2025."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    found, laid = _lists(county, place, 0, AGAIN - 1)
    _policies(county, place / POLICIES)
    _merge(found, _grants(county, place / GRANTS, laid, (2024, 2025)))
    _beside(county, found)
    return [_planted(one, found[mark]) for mark, one in _cases(county) if found[mark]]


def hand_over_again(county: County, folder: Path) -> list[Planted]:
    """January to June 2026; two programmes pay nothing in that half-year."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    first, laid = _lists(county, None, 0, AGAIN - 1)
    _merge(first, _grants(county, None, laid, (2024, 2025)))
    _beside(county, first)
    later, laid = _lists(county, folder / FOLDER, AGAIN, MONTHS - 1)
    _grants(county, folder / FOLDER / GRANTS_AGAIN, laid, (2026,))
    for mark, here in registers.marked_dead(county, again=True).items():
        later[mark] += [(one, 0) for one in here]
    return [_again(one, first[mark], later[mark]) for mark, one in _cases(county) if one.form != "twin" or later[mark]]


def _cases(county: County) -> list[tuple[str, Case]]:
    """What is planted; in a clean county twins only."""
    return [(mark, one) for mark, one in welfare(county).cases.items() if one.form == "twin" or not county.is_clean]


def _names(county: County) -> dict[str, str]:
    return {one.code: one.name for one in UNITS.values()} | {one.code: one.name for one in offices(county)}


def _lists(county: County, folder: Path | None, first: int, last: int) -> tuple[Found, dict[str, Laid]]:
    """Write each programme's lists of each year, unless `folder` is None; and find the marked rows."""
    found: Found = defaultdict(list)
    all_laid = {}
    for of in programmes(_names(county)):
        laid = all_laid[of.code] = lay(of, welfare(county), first, last)
        _merge(found, places(laid, _write(of, laid, folder, first, last)))
    return found, all_laid


def _write(of: Programme, laid: Laid, folder: Path | None, first: int, last: int) -> dict[int, tuple[str, str, int]]:
    begun = {}
    for year in range(first // 12, last // 12 + 1):
        half = "上半年" if first >= AGAIN else ""
        name = f"{of.stem}{2024 + year}{half}.{ {'csv': 'csv', 'bank': 'txt'}.get(of.style, 'xlsx') }"
        if any(laid.rows.get(at) for at in range(12 * year, 12 * year + 12)):
            for at, (sheet, line) in write(of, laid, year, None if folder is None else folder / name).items():
                begun[at] = (name, sheet, line)
    return begun


def _merge(found: Found, more: Found) -> None:
    for mark, some in more.items():
        found[mark] += some


def _beside(county: County, found: Found) -> None:
    """The records of other registers that make a problem one: the death, the car, the flat, the plot."""
    dead = registers.marked_dead(county, again=False)
    for some in (dead, registers.cars(county)[1], registers.homes(county)[1], registers.plots(county)[1]):
        for mark, here in some.items():
            found[mark] += [(one, 0) for one in here]


def _policies(county: County, path: Path) -> None:
    """Who may draw what, by which standard, and what shuts out what."""
    names = _names(county)
    of = {one.code: one for one in programmes(names)}
    rows = [
        (code, of[code].name, of[code].unit, of[code].unit_name, grade, Decimal(cents) / 100 if cents else None, per,
         *_RULES[code], place, date(since, 1, 1), date(until, 12, 31) if until else None, f"云政办发〔{since}〕{at}号")
        for at, (code, grade, cents, per, place, since, until) in enumerate(_standards(), start=3)
    ]  # fmt: skip
    headings = ("项目编码", "补贴项目名称", "主管部门编码", "主管部门", "标准档次", "补贴标准", "计量单位", "补贴对象",
                "不可兼得", "实施范围", "执行日期", "废止日期", "政策依据")  # fmt: skip
    book = Workbook(path)
    book.sheet("政策清单", "云禾县惠民惠农财政补贴政策清单", ("公布单位：云禾县财政局",), headings, rows)
    book.close()


def _standards() -> Iterable[tuple[str, str, int, str, str, int, int]]:
    """Code, grade, cents, per, place, first and last year of each standard."""
    yield FIELDS, "每亩", FIELD_STANDARD[0], "亩", "", 2024, 2024
    yield FIELDS, "每亩", FIELD_STANDARD[1], "亩", "", 2025, 0
    yield MACHINES, "按机具定额", 0, "台", "", 2024, 0
    for grade, cents in (("农村", 56000), ("城市", 76000)):
        yield LOW, grade, cents, "人月", "", 2024, 2024
        yield LOW, grade, cents + 3000, "人月", "", 2025, 0
    for grade, cents in (("全自理", 84500), ("半护理", 117500), ("全护理", 162000)):
        yield DESTITUTE, grade, cents, "人月", "", 2024, 2024
        yield DESTITUTE, grade, cents + 2500, "人月", "", 2025, 0
    for code, standard in ((DISABLED, LIVING), (CARE, CARED)):
        yield code, "每人", standard[0], "人月", "", 2024, 2024
        yield code, "每人", standard[1], "人月", "", 2025, 0
    for years, cents in AGES:
        yield AGED, f"{years}周岁以上", cents, "人月", "", 2024, 0
    yield PENSION, "基础养老金最低标准", 12300, "人月", "", 2024, 0
    for town in FOREST_TOWNS:
        yield FOREST, "每亩", FOREST_STANDARD[0], "亩", town, 2024, 0
    yield PUPILS, "小学", 50000, "人学期", "", 2024, 0
    yield PUPILS, "初中", 62500, "人学期", "", 2024, 0
    yield FUNERAL, "一次性", 184500, "次", "", 2024, 0


_RULES = {  # who may draw it, and what it shuts out
    FIELDS: ("拥有耕地承包权的种地农民，按确权面积", ""),
    MACHINES: ("从事农业生产的个人和农业生产经营组织", ""),
    LOW: ("家庭人均收入低于当地低保标准且财产符合规定的本县户籍家庭，财政供养人员不得享受", "特困人员救助供养"),
    DESTITUTE: ("无劳动能力、无生活来源、无法定赡养人的本县户籍人员，财政供养人员不得享受",
                "最低生活保障、困难残疾人生活补贴"),
    DISABLED: ("低保家庭中的残疾人，财政供养人员不得享受", "特困人员救助供养"),
    CARE: ("残疾等级为一级、二级且需要长期照护的残疾人", ""),
    AGED: ("80周岁以上本县户籍老年人", ""),
    PENSION: ("年满60周岁、未享受机关事业单位和职工基本养老保险待遇的城乡居民", "机关事业单位养老金"),
    FOREST: ("实施范围内的退耕农户", ""),
    PUPILS: ("在校家庭经济困难学生", ""),
    FUNERAL: ("参加城乡居民养老保险死亡人员的继承人", ""),
}  # fmt: skip


def _grants(county: County, path: Path | None, laid: dict[str, Laid], years: tuple[int, ...]) -> Found:
    """What the county granted to each programme: what was paid, but for those that bear a problem."""
    short, rows = welfare(county).short, list[tuple[Cell, ...]]()
    found: Found = defaultdict(list)
    file = GRANTS if years[0] == 2024 else GRANTS_AGAIN
    for year in years:
        for of in programmes(_names(county)):
            paid = laid[of.code].paid.get(year - 2024, 0)
            more, mark = short.get((of.code, year), (0, ""))
            more = 0 if county.is_clean else more
            parts = _tranches(paid + more, 2 if mark and not more else 1)
            for at, cents in enumerate(parts if paid else (), start=1):
                rows.append(
                    (of.code, of.name, of.unit, of.unit_name, f"第{'一二'[at - 1]}批" if len(parts) > 1 else "全年",
                     yuan(cents), date(year, 1, 1), date(year, 12, 31), f"云财预〔{year}〕{len(rows) + 11}号")
                )  # fmt: skip
                if mark:
                    found[mark].append((Place(file, "", len(rows) + 1), 0))
    if years == (2026,):
        rows += _settled(county, len(rows))
    if path is not None:
        csv_file(path, _GRANTS, rows)
    return found


def _settled(county: County, many: int) -> Iterator[tuple[Cell, ...]]:
    """What was taken back of grants of former years, or added to them, so that they agree with what was paid."""
    of = {one.code: one for one in programmes(_names(county))}
    for at, ((code, year), (more, mark)) in enumerate(welfare(county).short.items(), start=many + 31):
        if welfare(county).cases[mark].retest == "pass" and not county.is_clean:
            one = of[code]
            yield (
                one.code, one.name, one.unit, one.unit_name, "调整", yuan(-more), date(year, 1, 1), date(year, 12, 31),
                f"云财预〔2026〕{at}号",
            )  # fmt: skip


def _tranches(cents: int, many: int) -> list[int]:
    return [cents] if many == 1 else [cents * 6 // 10, cents - cents * 6 // 10]


def _planted(case: Case, found: Iterable[tuple[Place, int]]) -> Planted:
    rows = list(found)
    cents = case.amount or sum(one for _, one in rows)
    return Planted(case.kind, case.form, case.unit, Decimal(cents) / 100, tuple(place for place, _ in rows))


def _again(case: Case, first: list[tuple[Place, int]], later: list[tuple[Place, int]]) -> Planted:
    one = _planted(case, later or first)
    rows = tuple(place for place, _ in later)
    retest = case.retest if first else ""
    return Planted(one.kind, one.form, one.unit, one.amount, rows, tuple(place for place, _ in first), retest)
