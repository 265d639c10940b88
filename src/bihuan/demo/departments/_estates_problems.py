"""What goes wrong with the renovation of old estates, as streets, owners and bureaus do it, and what only looks so."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from bihuan.demo.county import TODAY, Unit
from bihuan.demo.departments._estates import BATCHES, Building, Estate, Grant, Listed, Spent, Town, bill, enlist
from bihuan.demo.departments._works import Appeal, answer, workday
from bihuan.demo.residents import Resident, workers
from bihuan.demo.truth import Form, Marked


@dataclass
class Renewal:
    """The town with what its residents say, while problems are put among it."""

    town: Town
    appeals: list[Appeal] = field(default_factory=list)
    marks: list[Marked] = field(default_factory=list)

    def mark(self, kind: str, form: Form, unit: str, amount: int, *things: object) -> None:
        """Remember what was planted; `amount` in cents."""
        self.marks.append(Marked(kind, form, unit, Decimal(amount) / 100, things))

    def lines(self, at: int) -> list[Listed]:
        """The lines of the estate at a place."""
        return [one for one in self.town.listed if one.estate is self.town.estates[at]]


def plant(made: Renewal) -> None:
    """Twins always; problems where the county is not clean."""
    for twins in (_unregistered, _last_year, _carried_on, _named_alike, _late_grant, _overheads, _not_yet_due):
        twins(made)
    if made.town.county.is_clean:
        return
    for problems in (_more_homes, _too_young, _twice, _idle, _diverted, _parked, _silence, _closed_on_paper):
        problems(made)


def _more_homes(made: Renewal) -> None:
    """Money comes by the home, so there are more homes on the list; or a building that does not stand."""
    for at, share in ((0, 1.38), (1, 1.27)):
        lines = made.lines(at)[:3]
        _inflate(made, lines, share, "plain")
    slightly = made.lines(2)
    for one in slightly:
        one.building = f"{one.estate.buildings[0].number + slightly.index(one)}#楼"
    _inflate(made, slightly, 1.14, "hiding")
    estate = made.town.estates[3]
    ghost = Listed(estate, estate.batch, f"{len(estate.buildings) + 1}栋", 1993, 48, invested=48 * 23000)
    made.town.listed.append(ghost)
    made.mark("households_over_property_register", "hiding", estate.unit.code, ghost.invested * 100, ghost)


def _inflate(made: Renewal, lines: list[Listed], share: float, form: Form) -> None:
    more = 0
    for one in lines:
        before = one.homes
        one.homes = round(before * share)
        more += one.invested * (one.homes - before) // before
        one.invested = one.invested * one.homes // before
    made.mark("households_over_property_register", form, lines[0].estate.unit.code, more * 100, *lines)


def _unregistered(made: Renewal) -> None:
    """Some homes of a works' hostel have no title; and all of another's."""
    made.town.estates[4].unregistered = 0.04
    made.mark("households_over_property_register", "twin", made.town.estates[4].unit.code, 0, *made.lines(4))
    made.town.estates[6].unregistered = 1.0
    made.mark("households_over_property_register", "twin", made.town.estates[6].unit.code, 0, *made.lines(6))


def _too_young(made: Renewal) -> None:
    """An estate of a good address is not that old; once the list makes it older than the register."""
    for at, year in ((7, 2004), (8, 2007)):
        lines = made.lines(at)[:2]
        for one, building in zip(lines, made.town.estates[at].buildings, strict=False):
            one.built = building.built = year
        made.mark(
            "built_after_cutoff", "plain", lines[0].estate.unit.code, sum(one.invested for one in lines) * 100, *lines
        )
    lines = made.lines(10)[:2]
    for one, building in zip(lines, made.town.estates[10].buildings, strict=False):
        building.built, one.built = 2008, 1998
    made.mark(
        "built_after_cutoff", "hiding", lines[0].estate.unit.code, sum(one.invested for one in lines) * 100, *lines
    )


def _last_year(made: Renewal) -> None:
    """Built in the last year that counts."""
    line, building = made.lines(11)[0], made.town.estates[11].buildings[0]
    line.built = building.built = 2000
    made.mark("built_after_cutoff", "twin", line.estate.unit.code, 0, line)


def _twice(made: Renewal) -> None:
    """The same buildings come back a year or two later, once under the estate's old name."""
    for at, count in ((12, 2), (13, 3)):
        _again(made, made.lines(at)[:count], "", "plain")
    old = made.town.estates[16]
    again = _again(made, made.lines(16)[:2], f"{old.name.removesuffix('宿舍')}职工小区", "hiding")
    for one, number in zip(again, ("1号楼", "2号楼"), strict=True):
        one.building = number
    again = _again(made, made.lines(17)[:1], "胜利小区（东院）", "hiding")
    again[0].building = "1幢"


def _again(made: Renewal, lines: list[Listed], name: str, form: Form) -> list[Listed]:
    batch = BATCHES[(BATCHES.index(lines[0].batch) + 1) % 3]
    more = [replace(one, batch=batch, name=name, kind="完善类", invested=one.invested * 7 // 10) for one in lines]
    made.town.listed += more
    amount = sum(one.invested for one in more) * 100
    made.mark("same_building_two_batches", form, lines[0].estate.unit.code, amount, *lines, *more)
    return more


def _carried_on(made: Renewal) -> None:
    """A building of the batch before that is finished this year, without new money."""
    line = next(one for one in made.lines(18) if one.batch < BATCHES[-1])
    more = replace(line, batch=line.batch + 1, kind="上年续建", invested=0)
    made.town.listed.append(more)
    made.mark("same_building_two_batches", "twin", line.estate.unit.code, 0, line, more)


def _named_alike(made: Renewal) -> None:
    """东风小区 has a near namesake, 东风新村, which is another estate with a first building of its own."""
    old = made.town.estates[5]
    other = Estate("东风新村", f"{old.address}南", old.unit, BATCHES[(BATCHES.index(old.batch) + 1) % 3], old.builder,
                   [Building(1, 36, 1994), Building(2, 36, 1995)])  # fmt: skip
    made.town.estates.append(other)
    more = [enlist(other, one, made.town.chance) for one in other.buildings]
    made.town.listed += more
    made.mark("same_building_two_batches", "twin", old.unit.code, 0, made.lines(5)[0], more[0])


def _owner(made: Renewal, at: int) -> Unit:
    """One of the three units that renovate."""
    return made.town.estates[3 * at].unit


def _grant(made: Renewal, unit: int, day: date, yuan: int, words: str) -> Grant:
    owner = _owner(made, unit)
    number = f"LJ{day.year}{owner.code}0{2 + len(words) % 7}"
    grant = Grant(number, owner, day.year, workday(day), yuan * 100, words)
    made.town.grants.append(grant)
    return grant


def _idle(made: Renewal) -> None:
    """The money has been there for a year and a half, and nothing is built."""
    nothing = _grant(made, 1, date(2024, 4, 22), 3_860_000, "加装电梯和停车设施")
    made.mark("fund_idle_or_diverted", "plain", nothing.unit.code, nothing.cents, nothing)
    little = _grant(made, 2, date(2024, 6, 12), 2_140_000, "养老托育配套设施")
    made.town.spend(
        bill(little, workday(date(2024, 9, 9)), 6_800_000, made.town.firm("工程咨询"), "养老托育配套设施设计费")
    )
    made.mark("fund_idle_or_diverted", "plain", little.unit.code, little.cents - 6_800_000, little)


def _first_grant(made: Renewal, unit: int, batch: int) -> Grant:
    owner = _owner(made, unit)
    return next(one for one in made.town.grants if one.unit is owner and one.batch == batch)


def _diverted(made: Renewal) -> None:
    """The fund pays for the bureau's own building and cars; and, in words that fit, for what it may not buy."""
    office = [
        ("建筑工程", "局机关办公楼维修款", 38_600_000),
        ("汽车服务", "公务用车维修保养费", 4_725_000),
        ("家具", "会议室桌椅款", 6_890_000),
    ]
    other = [("广告传媒", "城区夜景亮化工程款", 52_300_000), ("食品", "接待及慰问支出", 3_164_000)]
    covered = [("汽车服务", "老旧小区改造配套服务费", 9_670_000), ("食品", "老旧小区改造项目工作经费", 4_350_000),
               ("医疗器械", "小区改造配套设备款", 12_480_000)]  # fmt: skip
    cases: tuple[tuple[int, Form, list[tuple[str, str, int]]], ...] = (
        (0, "plain", office), (1, "plain", other), (2, "hiding", covered),
    )  # fmt: skip
    for unit, form, bills in cases:
        grant = _first_grant(made, unit, 2024)
        paid = [_bill(made, grant, n, of) for n, of in enumerate(bills)]
        made.mark("fund_idle_or_diverted", form, grant.unit.code, sum(one.cents for one in paid), *paid)


def _bill(made: Renewal, grant: Grant, n: int, of: tuple[str, str, int]) -> Spent:
    trade, words, amount = of
    grant.cents += amount
    return made.town.spend(
        bill(grant, workday(date(2025, 5, 12) + timedelta(days=37 * n)), amount, made.town.firm(trade), words)
    )


def _parked(made: Renewal) -> None:
    """In December all that is left goes to the county's own company, so that it counts as spent."""
    grant = _grant(made, 0, date(2025, 4, 14), 4_200_000, "雨污管网改造")
    paid = Spent(grant, workday(date(2025, 12, 22)), 405_000_000, "云禾县城市建设投资有限公司", "13001019900888001",
                 "中国农业银行云禾县支行", "拨付老旧小区改造资金（待支付）")  # fmt: skip
    made.town.spent.append(paid)
    made.mark("fund_idle_or_diverted", "hiding", grant.unit.code, paid.cents, paid)


def _late_grant(made: Renewal) -> None:
    """Granted in November: nothing can have been built."""
    grant = _grant(made, 1, date(2025, 11, 18), 2_600_000, "提前下达下年度改造资金预算")
    made.mark("fund_idle_or_diverted", "twin", grant.unit.code, 0, grant)


def _overheads(made: Renewal) -> None:
    """What renovation needs beside building: design, pipes of the water company, an estimate of cost."""
    grant = _first_grant(made, 2, 2023)
    paid = made.town.spend(
        bill(grant, workday(date(2024, 1, 15)), 3_120_000, made.town.firm("工程咨询"), "老旧小区改造项目结算审核费")
    )
    grant.cents += paid.cents
    pipes = Spent(grant, workday(date(2023, 10, 18)), 15_640_000, "云禾县自来水有限公司", "13007773020537201",
                  "中国农业银行云禾县支行", "老旧小区改造供水管道迁改费")  # fmt: skip
    grant.cents += pipes.cents
    made.town.spent.append(pipes)
    made.mark("fund_idle_or_diverted", "twin", grant.unit.code, 0, paid, pipes)


_TROUBLE = (
    ("工程质量", "楼顶防水做完仍漏水"), ("安全隐患", "脚手架拆了一半放着"), ("施工进度", "路面挖开三个月没人管"),
    ("工程质量", "外墙保温层脱落"), ("设施缺失", "承诺的路灯没有装"),
)  # fmt: skip


def _say(made: Renewal, at: int, n: int, day: date, *, name: str = "") -> Appeal:
    estate = made.town.estates[at]
    people = workers(made.town.county)
    by: Resident = people[(at * 53 + n * 17) % len(people)]
    kind, words = _TROUBLE[n % len(_TROUBLE)]
    where = f"{name or estate.name}{estate.buildings[n % len(estate.buildings)].number}栋"
    said = Appeal(day, estate.unit, kind, f"{name or estate.name}{words}", f"{where}{words}", where, by)
    made.appeals.append(said)
    return said


def _silence(made: Renewal) -> None:
    """Nobody ever answers."""
    for at, count in ((19, 4), (20, 3)):
        said = [_say(made, at, n, date(2025, 7, 8) + timedelta(days=19 * n)) for n in range(count)]
        for one in said:
            one.status = "办理中"
        made.mark("appeal_unanswered_at_site", "plain", said[0].unit.code, 0, *said)


def _closed_on_paper(made: Renewal) -> None:
    """Closed with a phrase on the day it came, while the same neighbours ring again."""
    said = [_say(made, 21, n % 2, date(2025, 6, 3) + timedelta(days=24 * n)) for n in range(4)]
    for one in said:
        one.answered, one.answer, one.satisfied = (
            workday(one.day),
            ("已知悉", "已转相关部门", "已阅")[said.index(one) % 3],
            "不满意",
        )
    made.mark("appeal_unanswered_at_site", "hiding", said[0].unit.code, 0, *said)


def _not_yet_due(made: Renewal) -> None:
    """Open, and rightly so: they came last week; and one that was answered two days late."""
    said = [_say(made, 22, n, TODAY - timedelta(days=6 + n)) for n in range(3)]
    for one in said:
        one.status = "办理中"
    late = _say(made, 22, 3, date(2025, 9, 2))
    answer(late, made.town.chance)
    late.answered = workday(late.day + timedelta(days=17))
    made.mark("appeal_unanswered_at_site", "twin", late.unit.code, 0, *said, late)
