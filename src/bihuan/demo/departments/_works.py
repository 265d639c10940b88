"""The county's 60 public works as they ordinarily go: approved, permitted, built, paid by progress, settled."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import chinese_calendar

from bihuan.demo.companies import Company, companies
from bihuan.demo.county import TODAY, UNITS, County, Unit
from bihuan.demo.registry_ties import tied
from bihuan.demo.residents import TOWNS, Resident, workers

COUNT = 60
Stage = Literal["done", "building"]
FIRST_DAY, LAST_REPORT = date(2023, 9, 1), date(2025, 12, 25)
# Bureau, what is built ({a}, {b}: towns), where it stands in the town, what is built there, and from which fund.
_KINDS = (
    ("204", "{a}镇至{b}镇公路改建工程", "K{n}+200至K{m}+450段", "路基拓宽至6.5米，铺筑沥青面层{q}平方米",
    "车购税补助资金"),
    ("201", "{a}镇中心小学教学楼扩建工程", "中心小学院内", "新建四层框架教学楼{q}平方米", "义务教育薄弱环节改善资金"),
    ("203", "{a}镇农村饮水安全巩固提升工程", "{v}村水厂", "更换供水管道{q}米，新建高位水池", "水利发展资金"),
    ("206", "{a}镇高标准农田建设项目", "{v}村片区", "土地平整{q}亩，修建机耕路和灌溉渠", "高标准农田建设补助"),
    ("202", "{a}镇卫生院业务用房改造工程", "卫生院院内", "改造门诊和住院用房{q}平方米", "基层医疗机构建设资金"),
    ("207", "{a}片区雨污分流管网工程", "{v}街沿线", "新建污水主管{q}米，检查井配套", "中央预算内投资"),
    ("208", "{a}镇老街风貌修缮工程", "老街{n}号至{m}号", "修缮临街立面，青石板铺装{q}平方米", "文化旅游发展资金"),
    ("203", "{a}河{v}村段治理工程", "{v}村河段", "新建护岸{q}米，清淤疏浚", "水利发展资金"),
    ("204", "{a}镇{v}村危桥改造工程", "{v}村渡口", "拆除重建桥梁，引道铺装{q}平方米", "车购税补助资金"),
    ("207", "{a}生活垃圾转运站项目", "{v}路口", "新建转运车间{q}平方米及配套设备", "县级财政资金"),
    ("201", "{a}初级中学运动场改造工程", "初级中学院内", "新建塑胶跑道和看台{q}平方米", "县级财政资金"),
    ("206", "{a}镇农产品冷链仓储中心项目", "{v}村产业园", "新建冷库及分拣车间{q}平方米", "衔接推进乡村振兴补助资金"),
    ("208", "{a}文化广场提升工程", "文化广场", "广场铺装与绿化{q}平方米", "地方政府专项债券资金"),
    ("205", "{a}镇敬老院适老化改造项目", "敬老院院内", "改造居室和无障碍设施{q}平方米", "福利彩票公益金"),
)  # fmt: skip
_VILLAGES = ("上庄", "南坪", "东湾", "新桥", "西岭", "北塘", "桃源", "石门", "枫树", "柏林", "月亮", "官渡", "茶园")
_STILL_BUILDING = (40, 41, 42, 43, 44, 50)
_STEPS = ("开工", "基础完成", "主体完成", "竣工验收")


@dataclass(eq=False)
class Step:
    """A milestone of a project."""

    title: str
    due: date
    met: date | None
    reported: date | None = None
    status: str = ""  # met, scheduled … ; from `met` where empty
    value: int = 0  # cents


@dataclass(eq=False)
class Report:
    """A line of the monthly progress report."""

    day: date
    percent: int
    note: str = "按计划推进"


@dataclass(eq=False)
class Paid:
    """A payment out of a project's fund."""

    day: date
    cents: int
    payee: Company
    purpose: str
    contract: str = ""
    name: str = ""  # the project's name as the clerk wrote it, where it differs
    code: bool = True  # whether the clerk wrote the project's code
    is_prepayment: bool = False


@dataclass(eq=False)
class Permit:
    """A case of the approvals bureau."""

    item: str
    applied: date
    granted: date | None
    number: str


@dataclass(eq=False)
class Contract:
    """One contracting process of a project."""

    number: str
    kind: str  # construction | supervision | design
    title: str
    firm: Company
    cents: int
    terms: str = "按月计量，按进度支付80%，竣工结算审定后付至97%"
    before: int = 0  # what it was signed for, where it was changed


@dataclass(eq=False)
class Work:
    """One public work from its approval to its final account."""

    at: int
    unit: Unit
    code: str
    name: str
    town: str
    site: str
    description: str
    fund: str
    estimate: int  # cents
    started: date
    ends: date  # planned and, but for problems, real end
    stage: Stage
    status: str = ""
    completed: date | None = None
    final: int = 0
    contracts: list[Contract] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)

    @property
    def main(self) -> Contract:
        """The contract of the builder."""
        return self.contracts[0]


@dataclass(eq=False)
class Appeal:
    """What a neighbour or a worker reported from a site."""

    day: date
    unit: Unit
    kind: str
    title: str
    content: str
    site: str
    by: Resident
    code: str = ""
    channel: str = "12345热线"
    answered: date | None = None
    answer: str = ""
    satisfied: str = ""
    status: str = "已办结"


def works(county: County) -> list[Work]:
    """All of them, none with a problem; the first fifty are where problems and twins go."""
    chance = county.chance("works")
    bound = tied(county)
    old = [one for one in companies(county) if one.founded < date(2023, 1, 1) and one.credit_code not in bound]
    builders = [one for one in old if one.trade in ("建筑工程", "水电安装", "园林绿化")]
    advisers = [one for one in old if one.trade in ("工程咨询", "信息技术")]
    return [_work(at, builders, advisers, chance) for at in range(COUNT)]


def workday(day: date) -> date:
    """The day, or the first working day after it."""
    while not chinese_calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def cents(chance: random.Random, median: float, spread: float = 0.5) -> int:
    """A log-normal amount, in cents, of which most end in whole yuan."""
    amount = round(chance.lognormvariate(0, spread) * median * 100)
    return amount if chance.random() < 0.4 else amount // 10000 * 10000


def _work(at: int, builders: list[Company], advisers: list[Company], chance: random.Random) -> Work:
    unit, name, site, what, fund = _KINDS[at % len(_KINDS)]
    town, other = TOWNS[at * 5 % 13], TOWNS[(at * 5 + 4) % 13]
    words = {
        "a": town, "b": other, "v": _VILLAGES[(at * 3 + at // 13) % 13], "n": at + 2,
        "m": at + 11 + chance.randrange(40),
        "q": chance.randrange(1100, 9800),
    }  # fmt: skip
    stage: Stage = "done" if at % 10 < 5 and at not in _STILL_BUILDING else "building"
    if stage == "done":
        started = workday(FIRST_DAY + timedelta(days=chance.randrange(0, 150)))
        ends = workday(started + timedelta(days=chance.randrange(300, 420)))
    else:
        started = workday(date(2025, 1, 6) + timedelta(days=chance.randrange(0, 60)))
        ends = workday(started + timedelta(days=chance.randrange(420, 560)))
    made = Work(
        at, UNITS[unit], f"{started.year}-139999-{47 + at % 40}-01-{100200 + at * 37}", name.format(**words),
        f"{town}镇",
        f"云禾县{town}镇{site.format(**words)}", what.format(**words), fund, cents(chance, 9_200_000) // 10000 * 10000,
        started, ends, stage,
    )  # fmt: skip
    builder, (supervisor, designer) = chance.choice(builders), chance.sample(advisers, 2)
    share = chance.uniform(0.74, 0.85)
    for kind, title, firm, part in (
        ("construction", "施工", builder, share), ("supervision", "监理", supervisor, 0.018), ("design", "设计",
        designer, 0.026),
    ):  # fmt: skip
        number = f"{made.code}-{kind[0].upper()}"
        made.contracts.append(Contract(number, kind, f"{made.name}{title}", firm, int(made.estimate * part)))
    settle(made, chance)
    return made


def settle(work: Work, chance: random.Random) -> None:
    """What follows from dates and contracts: permits, milestones, reports, payments, final account."""
    if work.stage == "done":
        work.status, work.completed = "completed", work.ends
        work.final = int(work.estimate * chance.uniform(0.93, 0.992))
    else:
        work.status = "implementation"
    work.permits = [
        _permit(work, item, before + chance.randrange(20), chance)
        for item, before in (("建设用地规划许可", 120), ("建设工程规划许可", 60), ("建筑工程施工许可", 8))
    ]
    work.reports = _reports(work, chance)
    work.steps = _steps(work, chance)
    pay(work, chance)


def percent_on(work: Work, day: date) -> int:
    """Physical progress on a day: slow at first and at last."""
    share = min(1.0, max(0.0, (day - work.started).days / (work.ends - work.started).days))
    return round(100 * (3 * share**2 - 2 * share**3))


def _permit(work: Work, item: str, before: int, chance: random.Random) -> Permit:
    granted = workday(work.started - timedelta(days=before + 10))
    applied = granted - timedelta(days=chance.randrange(8, 25))
    return Permit(item, applied, granted, f"{granted:%Y%m%d}{work.at:02d}{before:03d}")


def _reports(work: Work, chance: random.Random) -> list[Report]:
    """On a day about the 25th of each month, until three months after the end."""
    found = []
    year, month = work.started.year, work.started.month
    last = min(LAST_REPORT, work.ends + timedelta(days=60))
    while (day := workday(date(year, month, 24))) <= last:
        if day > work.started:
            percent = percent_on(work, day)
            found.append(
                Report(day, percent, "已完工" if percent >= 100 else chance.choice(("按计划推进", "正常施工", "")))
            )
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def _steps(work: Work, chance: random.Random) -> list[Step]:
    found = []
    for title, share in zip(_STEPS, (0.0, 0.33, 0.62, 1.0), strict=True):
        due = work.started + timedelta(days=round((work.ends - work.started).days * share))
        met = workday(due + timedelta(days=chance.randrange(-6, 15)))
        passed = met <= TODAY and due < TODAY - timedelta(days=25)
        found.append(Step(title, due, met if passed else None, met if passed else workday(work.started)))
    if work.final and work.completed:
        audited = workday(work.completed + timedelta(days=chance.randrange(60, 140)))
        found.append(Step("竣工财务决算批复", audited + timedelta(days=20), audited, audited))
    return found


def pay(work: Work, chance: random.Random) -> None:
    """A prepayment, progress payments at 80 %, 97 % after settlement; designer and supervisor in two parts."""
    work.paid = []
    main, share = work.main, chance.choice((0.1, 0.2, 0.2, 0.3))
    first = workday(work.started + timedelta(days=chance.randrange(5, 20)))
    if first.month == 12:  # no bureau likes advances in its last month
        first = workday(date(first.year + 1, 1, 4))
    done = _builder(work, first, int(main.cents * share), "工程预付款")
    work.paid[-1].is_prepayment = True
    for report in work.reports[2::3]:
        due = int(main.cents * 0.8 * report.percent / 100)
        if due > done + main.cents // 25 and report.percent < 100:
            done += _builder(
                work, workday(report.day + timedelta(days=chance.randrange(3, 15))), due - done, "工程进度款"
            )
    if work.completed and work.final:
        for words, total, after in (("竣工验收后工程款", 0.85, 20), ("结算审定后工程款", 0.97, 150)):
            day = workday(work.completed + timedelta(days=after + chance.randrange(12)))
            if day < TODAY and int(main.cents * total) > done:
                done += _builder(work, day, int(main.cents * total) - done, words)
    _advisers(work, chance)


def _builder(work: Work, day: date, amount: int, words: str) -> int:
    work.paid.append(Paid(day, amount, work.main.firm, f"{work.name}{words}", work.main.number))
    return amount


def _advisers(work: Work, chance: random.Random) -> None:
    supervision, design = work.contracts[1:3]
    first = workday(work.started + timedelta(days=chance.randrange(10, 30)))
    work.paid.append(Paid(first, design.cents, design.firm, f"{work.name}勘察设计费", design.number))
    for part, day in ((0.4, first + timedelta(days=140)), (0.55, work.ends + timedelta(days=30))):
        if (paid := workday(day)) < TODAY:
            work.paid.append(
                Paid(paid, int(supervision.cents * part), supervision.firm, f"{work.name}监理费", supervision.number)
            )


_ORDINARY = (
    ("施工扰民", "施工噪音", "夜间仍在施工，影响休息"), ("扬尘污染", "工地扬尘", "渣土车未冲洗，路面有泥"),
    ("出行不便", "围挡占道", "围挡占用人行道，绕行不便"), ("咨询建议", "完工时间", "想了解何时完工通行"),
    ("农民工工资", "工资发放", "反映班组工资晚发几天"),
)  # fmt: skip
_ELSEWHERE = ("垃圾清运", "路灯不亮", "占道经营", "自来水压力小", "公交班次", "违章停车", "物业服务", "油烟扰民")


def appeals(county: County, made: list[Work], chance: random.Random) -> list[Appeal]:
    """A few from every site over its time, and many that concern no works."""
    people = workers(county)
    found = []
    for work in made:
        last = min(TODAY, work.ends)
        after = sorted(chance.sample(range(20, (last - work.started).days), chance.randrange(0, 4)))
        for at, passed in enumerate(after):
            said = _ORDINARY[(work.at + at) % len(_ORDINARY)]
            found.append(appeal(work, work.started + timedelta(days=passed), said, chance.choice(people), chance))
    for _ in range(county.many(1400)):
        day = date(2024, 1, 2) + timedelta(days=chance.randrange(0, 735))
        by, kind = chance.choice(people), chance.choice(_ELSEWHERE)
        unit = chance.choice((UNITS["207"], UNITS["204"], UNITS["210"]))
        made_by = Appeal(day, unit, "市容市政", f"{by.village}{kind}", f"反映{by.village}{kind}问题", by.address, by)
        found.append(answer(made_by, chance))
    return found


def appeal(work: Work, day: date, said: tuple[str, str, str], by: Resident, chance: random.Random) -> Appeal:
    """An appeal about a site, answered in time where there was time."""
    kind, title, content = said
    code = work.code if chance.random() < 0.5 else ""
    where = work.site if chance.random() < 0.6 else work.name
    made = Appeal(day, work.unit, kind, f"{work.name}{title}", f"{where}{content}", work.site, by, code)
    return answer(made, chance)


def answer(made: Appeal, chance: random.Random) -> Appeal:
    """Most are answered within ten days."""
    made.channel = chance.choice(("12345热线", "12345热线", "现场登记", "网上信访", "微信公众号"))
    day = workday(made.day + timedelta(days=chance.randrange(2, 10)))
    if day <= TODAY:
        made.answered, made.satisfied = day, chance.choice(("满意", "满意", "基本满意", ""))
        made.answer = chance.choice(
            ("经现场核实，已督促整改并回复来电人", "已与来电人联系说明情况", "已协调处理完毕，现场已恢复")
        )
    else:
        made.status = "办理中"
    return made
