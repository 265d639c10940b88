"""What goes wrong with public works, as owners, builders and clerks make it go wrong, and what only looks so."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from bihuan.demo.companies import Company
from bihuan.demo.county import UNITS, County
from bihuan.demo.departments._works import (
    Appeal,
    Contract,
    Paid,
    Permit,
    Report,
    Step,
    Work,
    answer,
    pay,
    settle,
    workday,
)
from bihuan.demo.registry_ties import related_firms, unrelated_firms
from bihuan.demo.residents import workers
from bihuan.demo.truth import Form, Marked


@dataclass
class Site:
    """All works and appeals while problems are put among them."""

    county: County
    works: list[Work]
    appeals: list[Appeal]
    chance: random.Random
    marks: list[Marked] = field(default_factory=list)

    def mark(self, kind: str, form: Form, work: Work, amount: int, *things: object) -> None:
        """Remember what was planted; `amount` in cents."""
        self.marks.append(Marked(kind, form, work.unit.code, Decimal(amount) / 100, (work, *things)))


def plant(site: Site) -> None:
    """Twins always, problems where the county is not clean; each has works of its own."""
    for twins in (_over_twins, _ahead_twins, _final_twins, _phases, _one_place_twins, _prefinanced_twins, _permit_twin,
                  _supervisor_twins, _overdue_twin, _one_caller):  # fmt: skip
        twins(site)
    if site.county.is_clean:
        return
    problems: Sequence[Callable[[Site], None]] = (
        _over, _ahead, _no_final, _two_funds, _one_place, _prefinanced, _permits, _supervisors, _overdue, _clusters,
    )  # fmt: skip
    for put in problems:
        put(site)


def _over(site: Site) -> None:
    """Change orders without end; and an owner who files no final account while he goes on paying."""
    for at, share in ((0, 1.21), (1, 1.34)):
        work = site.works[at]
        work.final = int(work.estimate * share)
        main = work.main
        main.before, main.cents = main.cents, int(main.cents * (share + 0.02))
        pay(work, site.chance)
        site.mark("final_account_over_estimate", "plain", work, work.final - work.estimate)
    work = site.works[2]
    work.ends = workday(date(2025, 11, 10))
    settle(work, site.chance)
    _drop_final(work)
    more = Contract(
        f"{work.code}-F", "construction", f"{work.name}附属工程施工", work.main.firm, work.estimate * 22 // 100
    )
    more.before = more.cents
    work.contracts.append(more)
    work.main.before, work.main.cents = work.main.cents, work.estimate * 93 // 100
    pay(work, site.chance)
    for part, words in ((0.45, "附属工程款"), (0.4, "管线迁改费"), (0.12, "签证增加工程量")):
        day = workday(date(2025, 7, 1) + timedelta(days=round(part * 200)))
        work.paid.append(
            Paid(day, int(more.cents * part), more.firm, f"{work.name}{words}", more.number, code=part > 0.2)
        )
    missing = work.estimate * 109 // 100 - sum(one.cents for one in work.paid)
    if missing > 0:
        work.paid.append(
            Paid(workday(date(2025, 12, 8)), missing, work.main.firm, f"{work.name}工程款", work.main.number)
        )
    paid = sum(one.cents for one in work.paid)
    site.mark("final_account_over_estimate", "hiding", work, paid - work.estimate, *work.paid)


def _over_twins(site: Site) -> None:
    """The estimate itself was raised and approved; changes that stay within the estimate."""
    raised, within = site.works[3], site.works[4]
    raised.final = raised.estimate * 117 // 100
    approved = workday(raised.started + timedelta(days=130))
    raised.steps.append(Step("概算调整批复", approved, approved, approved, value=raised.estimate * 120 // 100))
    within.main.before, within.main.cents = within.main.cents, within.main.cents * 107 // 100
    within.final = within.estimate * 998 // 1000
    for work in (raised, within):
        pay(work, site.chance)
        site.mark("final_account_over_estimate", "twin", work, 0)


def _ahead(site: Site) -> None:
    """In December money must go out; a builder who is a friend gets it before he has built."""
    for at, share in ((5, 0.78), (6, 0.69)):
        work = _slow(site.works[at], 36 + at)
        paid = [one for one in work.paid if one.payee is work.main.firm]
        amount = int(work.main.cents * share) - sum(one.cents for one in paid)
        work.paid.append(
            Paid(workday(date(2025, 12, 18 + at)), amount, work.main.firm, f"{work.name}工程进度款", work.main.number)
        )
        site.mark("paid_ahead_of_progress", "plain", work, _ahead_by(work), *_builders(work), work.reports[-1])
    work = _slow(site.works[7], 31)
    amount = int(work.main.cents * 0.5)
    short = work.name.replace("镇", "").removesuffix("工程").removesuffix("项目")
    for part, day, words in (
        (0.21, 3, "材料款"), (0.28, 8, "农民工工资专户"), (0.19, 12, "设备租赁款"), (0.32, 19, "拨付项目款"),
    ):  # fmt: skip
        said = Paid(workday(date(2025, 11, day)), int(amount * part), work.main.firm, f"{short}{words}")
        said.name, said.code = short, part > 0.27
        work.paid.append(said)
    site.mark("paid_ahead_of_progress", "hiding", work, _ahead_by(work), *_builders(work), work.reports[-1])


def _slow(work: Work, last: int) -> Work:
    """The site creeps: the progress of its reports ends at `last` percent; what was paid until now went with it."""
    top = max(1, work.reports[-1].percent)
    for one in work.reports:
        one.percent = one.percent * last // top
    work.steps = [one for one in work.steps if one.title in ("开工", "竣工验收")]
    done, keep = 0, []
    for paid in work.paid:
        if paid.payee is work.main.firm and not paid.is_prepayment:
            seen = max((one.percent for one in work.reports if one.day <= paid.day), default=0)
            paid.cents = min(paid.cents, int(work.main.cents * seen * 0.8 / 100) - done)
        if paid.payee is not work.main.firm or paid.cents > 0:
            done += paid.cents if paid.payee is work.main.firm else 0
            keep.append(paid)
    work.paid = keep
    return work


def _builders(work: Work) -> list[Paid]:
    return [one for one in work.paid if one.payee is work.main.firm]


def _ahead_by(work: Work) -> int:
    return sum(one.cents for one in _builders(work)) - work.main.cents * work.reports[-1].percent // 100


def _ahead_twins(site: Site) -> None:
    """A prepayment of 30 % while hardly anything stands."""
    work = _slow(site.works[8], 14)
    done = sum(one.cents for one in _builders(work))
    work.paid = [one for one in work.paid if one not in _builders(work) or one.is_prepayment]
    work.paid[0].cents = max(done, int(work.main.cents * 0.3))
    site.mark("paid_ahead_of_progress", "twin", work, 0, work.paid[0], work.reports[-1])


def _no_final(site: Site) -> None:
    """Done and in use for more than a year and no final account; once so that nobody calls it done."""
    for at in (9, 10):
        work = _early(site.works[at], site.chance)
        _drop_final(work)
        site.mark("no_final_account_after_completion", "plain", work, work.estimate)
    work = _early(site.works[11], site.chance)
    finished = work.completed or work.ends
    _drop_final(work)
    work.status, work.completed = "implementation", None
    for day in (date(2025, 6, 24), date(2025, 9, 24), date(2025, 12, 24)):
        work.reports.append(Report(workday(day), 100, "收尾"))
    last = [one for one in work.reports if one.day > finished + timedelta(days=70)]
    site.mark("no_final_account_after_completion", "hiding", work, work.estimate, *last[:1])


def _early(work: Work, chance: random.Random) -> Work:
    """Begun in early 2023, done a year later."""
    work.stage, work.started = "done", workday(date(2023, 2, 20) + timedelta(days=work.at))
    work.ends = workday(work.started + timedelta(days=400))
    settle(work, chance)
    return work


def _drop_final(work: Work) -> None:
    work.final = 0
    work.steps = [one for one in work.steps if "决算" not in one.title]


def _final_twins(site: Site) -> None:
    """Completed two months ago; and a final account that stands among the milestones alone."""
    fresh, told = site.works[12], _early(site.works[13], site.chance)
    fresh.stage, fresh.ends = "done", workday(date(2025, 11, 3))
    settle(fresh, site.chance)
    _drop_final(fresh)
    told.final = 0
    for work in (fresh, told):
        site.mark("no_final_account_after_completion", "twin", work, 0)


def _two_funds(site: Site) -> None:
    """One road, one waterworks, applied for at two bureaus; the second time in other words."""
    for at, unit, fund in ((14, "206", "衔接推进乡村振兴补助资金"), (16, "207", "中央预算内投资")):
        first, second = site.works[at], site.works[at + 1]
        _copy(first, second, site.chance)
        second.unit, second.fund = UNITS[unit if unit != first.unit.code else "203"], fund
        second.name = (
            first.name.replace("镇", "").replace("工程", "项目").replace("改建", "升级改造").replace("新建", "建设")
        )
        site.mark("one_project_two_funds", "plain", first, second.estimate, second)
    first, second = site.works[18], site.works[19]
    builder = second.main.firm
    _copy(first, second, site.chance)
    second.unit, second.fund = UNITS["206" if first.unit.code != "206" else "203"], "省级奖补资金"
    second.name = (
        f"{first.town.removesuffix('镇')}"
        + first.name.removeprefix(first.town.removesuffix("镇"))
        .removeprefix("镇")
        .replace("工程", "")
        .replace("项目", "")
        + "（续建配套）"
    )
    second.site = first.site.removeprefix("云禾县")
    second.estimate = second.estimate * 84 // 100
    second.contracts[0] = replace(second.main, firm=builder)
    settle(second, site.chance)
    site.mark("one_project_two_funds", "hiding", first, second.estimate, second)


def _copy(first: Work, second: Work, chance: random.Random) -> None:
    """The second application is for the works of the first."""
    second.town, second.site, second.description = first.town, first.site, first.description
    second.stage, second.started, second.ends = first.stage, workday(first.started + timedelta(days=45)), first.ends
    second.estimate = first.estimate * 97 // 100
    for mine, theirs in zip(second.contracts, first.contracts, strict=True):
        mine.cents, mine.firm = theirs.cents, theirs.firm
    settle(second, chance)


def _phases(site: Site) -> None:
    """Two phases of one pipe network, one after the other, each from its own fund."""
    first, second = site.works[20], site.works[21]
    name = "城关片区老城排水防涝工程"
    for work, phase, where in ((first, "一期", "城关镇北门街至东门桥"), (second, "二期", "城关镇南门街至西关")):
        work.name, work.site, work.town = f"{name}（{phase}）", f"云禾县{where}", "城关镇"
        _renamed(work)
    first.description, second.description = "新建雨水管1860米、泵站一座", "新建雨水管2240米，改造检查井96座"
    first.unit, second.unit = UNITS["207"], UNITS["203"]
    for work in (first, second):
        settle(work, site.chance)
    site.mark("one_project_two_funds", "twin", first, 0, second)


def _renamed(work: Work) -> None:
    for contract, words in zip(work.contracts, ("施工", "监理", "设计"), strict=False):
        contract.title = f"{work.name}{words}"


def _one_place(site: Site) -> None:
    """The same street is paved twice on paper, by two names."""
    names = (
        (22, "{t}镇老街风貌修缮工程", "{t}历史街区步行街改造项目", "老街1号至68号", "青石板铺装3260平方米，立面修缮"),
        (24, "{t}文化广场提升工程", "{t}全民健身中心室外场地项目", "文化广场", "广场铺装4815平方米，绿化补植"),
    )
    for at, one, other, where, what in names:
        first, second = site.works[at], site.works[at + 1]
        _placed((first, second), (one, other), where, what)
        second.unit = UNITS["207" if first.unit.code != "207" else "208"]
        _same_time(first, second, site.chance)
        site.mark("one_site_two_projects", "plain", first, second.estimate, second)
    first, second = site.works[26], site.works[27]
    _placed(
        (first, second),
        ("{t}镇滨河健身步道工程", "{t}河岸生态廊道建设项目"),
        "滨河路88号至河口桥",
        "透水砖铺装5730平方米",
    )
    second.site = f"{first.town}滨河路（88号—河口桥段）"
    second.description = "慢行系统透水铺装5730平方米、座椅、绿化"
    second.unit = UNITS["208" if first.unit.code != "208" else "207"]
    _same_time(first, second, site.chance)
    site.mark("one_site_two_projects", "hiding", first, second.estimate, second)


def _placed(pair: tuple[Work, Work], names: tuple[str, str], where: str, what: str) -> None:
    town = pair[0].town
    for work, name in zip(pair, names, strict=True):
        work.town, work.site, work.description = town, f"云禾县{town}{where}", what
        work.name = name.format(t=town.removesuffix("镇"))
        _renamed(work)


def _same_time(first: Work, second: Work, chance: random.Random) -> None:
    second.stage, second.started, second.ends = first.stage, workday(first.started + timedelta(days=30)), first.ends
    for work in (first, second):
        settle(work, chance)


def _one_place_twins(site: Site) -> None:
    """A hospital builds its wards and, at the same address, a station for oxygen."""
    first, second = site.works[28], site.works[29]
    _placed((first, second), ("{t}镇中心卫生院住院楼工程", "{t}镇中心卫生院供氧站和污水处理项目"), "卫生院路9号", "")
    first.description, second.description = "新建住院楼3980平方米", "购置制氧机组，新建污水处理池120立方米"
    first.unit = second.unit = UNITS["202"]
    _same_time(first, second, site.chance)
    site.mark("one_site_two_projects", "twin", first, 0, second)


def _prefinanced(site: Site) -> None:
    """The county has no money yet; the builder begins with his own and is paid for waiting."""
    said = site.works[30]
    said.main.terms = "承包人垫资施工，工程竣工验收合格后分三年支付"
    _paid_late(said, 0, 40)
    site.mark("contractor_prefinanced", "plain", said, said.main.cents)
    silent = site.works[31]
    _paid_late(silent, 0, 60)
    site.mark("contractor_prefinanced", "plain", silent, silent.main.cents, *_at_the_end(silent))
    hidden = site.works[32]
    _paid_late(hidden, 6, 75)
    late = _builders(hidden)[1:]
    if late:
        late[-1].purpose = f"{hidden.name}工程款及资金占用费"
    site.mark("contractor_prefinanced", "hiding", hidden, hidden.main.cents, *_builders(hidden), *_at_the_end(hidden))


def _paid_late(work: Work, share: int, after: int) -> None:
    """The works go on to their end; the builder gets `share` percent at first, and the rest `after` days past it."""
    work.paid = [one for one in work.paid if one.payee is not work.main.firm]
    main = work.main
    if share:
        work.paid.append(Paid(workday(work.started + timedelta(days=15)), main.cents * share // 100, main.firm,
                              f"{work.name}工程预付款", main.number, is_prepayment=True))  # fmt: skip
    for part, later in ((40, 0), (35, 90)):
        day = workday(work.ends + timedelta(days=after + later))
        if day < date(2026, 1, 10):
            work.paid.append(Paid(day, main.cents * part // 100, main.firm, f"{work.name}工程款", main.number))


def _at_the_end(work: Work) -> list[Report]:
    return [one for one in work.reports if one.percent >= 60][-4:]


def _prefinanced_twins(site: Site) -> None:
    """Payments that limp three months behind; and an investor who builds with his own money under a concession."""
    slow, investor = site.works[33], site.works[50]
    for one in _builders(slow)[1:]:
        one.day = workday(one.day + timedelta(days=60))
    slow.paid = [one for one in slow.paid if one.day < date(2026, 1, 10)]
    investor.fund = "社会资本（特许经营）"
    investor.main.terms = "特许经营协议：社会资本方自筹资金投资建设运营，合作期满移交"
    investor.paid = [one for one in investor.paid if one.payee is not investor.main.firm]
    for work in (slow, investor):
        site.mark("contractor_prefinanced", "twin", work, 0)


def _permits(site: Site) -> None:
    """Dig first and ask afterwards; once the day of beginning is written later than it was."""
    built, land = site.works[34], site.works[35]
    built.permits[2] = _late(built, built.permits[2], 96)
    site.mark("land_or_permit_after_start", "plain", built, 0, built.permits[2])
    land.permits[0] = replace(_late(land, land.permits[0], 143), item="建设用地批准书")
    site.mark("land_or_permit_after_start", "plain", land, 0, land.permits[0])
    moved = site.works[36]
    moved.permits[2] = _late(moved, moved.permits[2], 120)
    early = [one for one in moved.reports if one.day < (moved.permits[2].granted or moved.started) and one.percent > 2]
    moved.started = workday(moved.started + timedelta(days=128))
    moved.steps = [one for one in moved.steps if one.title != "开工"]
    site.mark("land_or_permit_after_start", "hiding", moved, 0, moved.permits[2], *early[:2])


def _late(work: Work, permit: Permit, days: int) -> Permit:
    granted = workday(work.started + timedelta(days=days))
    return replace(
        permit, applied=granted - timedelta(days=20), granted=granted, number=f"{granted:%Y%m%d}{work.at:02d}777"
    )


def _permit_twin(site: Site) -> None:
    """The permit was in time; the one after the start only changes the builder's foreman."""
    work = site.works[37]
    changed = replace(_late(work, work.permits[2], 110), item="建筑工程施工许可变更")
    work.permits.append(changed)
    site.mark("land_or_permit_after_start", "twin", work, 0, changed)


def _supervisors(site: Site) -> None:
    """The builder is watched by a firm of his own family."""
    pairs = _by_trade(related_firms(site.county))
    for at, form in ((38, "plain"), (39, "plain"), (40, "hiding")):
        work, pair = site.works[at], pairs[at - 38]
        _build_and_watch(work, pair, site.chance)
        site.mark("supervisor_related_to_contractor", "hiding" if form == "hiding" else "plain", work, work.main.cents)


def _by_trade(pairs: Sequence[tuple[Company, Company, str]]) -> list[tuple[Company, Company]]:
    """Pairs that were there before the works began, those in which somebody builds first."""
    good = ("建筑工程", "水电安装", "园林绿化", "工程咨询", "建材")
    ranked = sorted(pairs, key=lambda one: -((one[0].trade in good) + (one[1].trade in good)))
    return [(one, other) for one, other, _ in ranked if max(one.founded, other.founded) < date(2024, 10, 1)]


def _build_and_watch(work: Work, pair: tuple[Company, Company], chance: random.Random) -> None:
    work.contracts[0] = replace(work.main, firm=pair[0])
    work.contracts[1] = replace(work.contracts[1], firm=pair[1])
    pay(work, chance)


def _supervisor_twins(site: Site) -> None:
    """Owners who only share a name."""
    for pair in _by_trade(unrelated_firms(site.county))[:1]:
        work = site.works[41]
        _build_and_watch(work, pair, site.chance)
        site.mark("supervisor_related_to_contractor", "twin", work, 0)


def _overdue(site: Site) -> None:
    """The site stands still and nobody says so; or says each month that all is well."""
    for at in (42, 43):
        work = _slow(site.works[at], 38)
        stop = date(2025, 5, 30) + timedelta(days=at)
        work.reports = [one for one in work.reports if one.day < stop]
        _stuck(work, work.reports[-1].percent)
        site.mark("milestone_overdue_unreported", "plain", work, 0, work.reports[-1])
    work = site.works[44]
    stuck = [one for one in work.reports if one.day > date(2025, 5, 1)]
    for one in work.reports:
        if one in stuck:
            one.percent, one.note = stuck[0].percent, "正常推进"
    _stuck(work, stuck[0].percent)
    site.mark("milestone_overdue_unreported", "hiding", work, 0, *stuck)


def _stuck(work: Work, percent: int) -> None:
    """Two milestones are past and not met; nothing beyond what stood is paid."""
    main = [one for one in work.steps if one.title in ("基础完成", "主体完成")]
    if not main:
        main = [Step("基础完成", date(2025, 6, 20), None), Step("主体完成", date(2025, 9, 15), None)]
        work.steps[1:1] = main
    for step, due in zip(main, (date(2025, 6, 20), date(2025, 9, 15)), strict=True):
        step.due, step.met, step.status, step.reported = due, None, "scheduled", workday(date(2025, 3, 3))
    top, done, keep = int(work.main.cents * max(30, percent * 0.8) / 100), 0, []
    for one in work.paid:
        if one.payee is work.main.firm:
            one.cents = min(one.cents, top - done)
            done += one.cents
        if one.cents > 0:
            keep.append(one)
    work.paid = keep


def _overdue_twin(site: Site) -> None:
    """Late too, but it was reported with its reason and a new day."""
    work = site.works[45]
    _stuck(work, 30)
    for one in work.steps:
        if one.met is None and one.due < date(2025, 12, 1):
            one.status, one.reported = "notMet", workday(one.due + timedelta(days=12))
    for report in work.reports:
        if report.day > date(2025, 6, 1):
            report.note, report.percent = "雨季和管线迁改延期，已报发改局备案", min(report.percent, 44)
    site.mark("milestone_overdue_unreported", "twin", work, 0)


_TROUBLE = (
    ("质量安全", "路面开裂", "新做的地面开裂起砂，怀疑偷工减料"), ("农民工工资", "拖欠工资", "干了三个月没拿到工资"),
    ("扬尘污染", "扬尘严重", "没有洒水，窗户不敢开"), ("质量安全", "墙体开裂", "施工震动，房子墙体开裂"),
    ("施工扰民", "夜间施工", "凌晨还在打桩"), ("安全隐患", "基坑未围挡", "深坑没有围挡，小孩掉下去过"),
    ("质量安全", "积水返水", "管道做完反而积水"),
)  # fmt: skip


def _clusters(site: Site) -> None:
    """Many neighbours and workers complain of one site within weeks; once each in words of his own."""
    for at, count in ((46, 12), (47, 15)):
        work = site.works[at]
        made = [_complaint(site, work, n, date(2025, 7, 3), 66) for n in range(count)]
        site.mark("appeals_cluster_on_project", "plain", work, 0, *made)
        _without_work(site)
    work = site.works[48]
    short = work.name.replace("镇", "").removesuffix("工程").removesuffix("项目")
    made = [_complaint(site, work, n, date(2025, 6, 10), 88) for n in range(11)]
    for n, one in enumerate(made):
        one.code, one.title = "", f"{('有人反映', '求助', '')[n % 3]}{_TROUBLE[n % 7][1]}"
        one.site = (work.site, work.site.removeprefix("云禾县"), f"{short}工地")[n % 3]
        one.content = f"{(short, work.site.removeprefix('云禾县'), work.name)[n % 3]}{_TROUBLE[n % 7][2]}"
    site.mark("appeals_cluster_on_project", "hiding", work, 0, *made)
    _without_work(site)


def _without_work(site: Site) -> None:
    """A cluster is its appeals; the project's own line is no part of it."""
    site.marks[-1] = replace(site.marks[-1], things=site.marks[-1].things[1:])


def _complaint(site: Site, work: Work, n: int, first: date, days: int) -> Appeal:
    people = workers(site.county)
    kind, title, content = _TROUBLE[n % len(_TROUBLE)]
    day = first + timedelta(days=site.chance.randrange(days))
    by = people[(work.at * 97 + n * 31) % len(people)]
    code = work.code if n % 2 else ""
    made = Appeal(day, work.unit, kind, f"{work.name}{title}", f"{work.site}{content}", work.site, by, code)
    site.appeals.append(answer(made, site.chance))
    return made


def _one_caller(site: Site) -> None:
    """One neighbour rings ten times in two weeks about the noise at noon."""
    work, people = site.works[49], workers(site.county)
    made = []
    for n in range(10):
        day = date(2025, 8, 4) + timedelta(days=n + n // 3)
        one = Appeal(
            day,
            work.unit,
            "施工扰民",
            f"{work.name}午休施工",
            f"{work.site}中午施工有噪音",
            work.site,
            people[77],
            work.code,
        )
        site.appeals.append(answer(one, site.chance))
        made.append(one)
    site.mark("appeals_cluster_on_project", "twin", work, 0, *made)
    _without_work(site)
