"""Policies with their rules and targets, who declared what, who applied, who was paid; and the terms of tenders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from bihuan.demo.county import County
from bihuan.demo.departments import _policies_terms
from bihuan.demo.departments._policies_cast import (
    AT_END,
    AUTOMATIC,
    CLOSED,
    PAID,
    POLICIES,
    QUIET,
    REFUSED,
    Claim,
    Facts,
    Policy,
    Register,
    declared,
    is_eligible,
)
from bihuan.demo.truth import Place, Planted

FOLDER = "56 惠企政策 兑现"
LIST, FACTS, CLAIMS = "惠企惠民政策措施清单2025.csv", "主体申报信息2025.csv", "政策兑现台账2025.csv"
_POLICY = (
    "责任单位代码,责任单位,政策文号,政策名称,措施序号,政策措施,适用对象,资格规则,"
    "兑现项目,目标指标,目标值,完成值,计量单位,发文日期,有效期至,完成时限,统计日期"
)
_FACTS = (
    "主体名称,主体证件号码,主体类型,情况日期,企业规模,所属行业,所在乡镇,注册资本,成立日期,从业人数,"
    "营业收入,纳税额,研发投入,信用状况,经营状态,是否高新技术企业,出生日期,学历,就业状态,是否残疾人,家庭人均年收入"
)
_CLAIMS = "主管部门代码,主管部门,申报编号,补贴项目,申报企业,证件号码,收款账号,申请日期,补贴金额,审核状态,拨付日期"


class Line(NamedTuple):
    """One line of the list of measures: a policy with or without a rule, its target and what was reported."""

    policy: Policy
    target_name: str = ""
    target: str = ""
    actual: str = ""
    measure: str = ""
    due: date | None = None


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Three lists of the offices that pay, and one of the trading centre."""
    register, lines = keep(county)
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    places: dict[object, Place] = {}
    _write(place / LIST, _POLICY, [(one, _line(one)) for one in lines], places)
    _write(place / FACTS, _FACTS, [(one, _facts(one)) for one in register.facts], places)
    claims = sorted(register.claims, key=lambda one: (one.applied, one.number))
    _write(place / CLAIMS, _CLAIMS, [(one, _claim(one)) for one in claims], places)
    marked = [
        Planted(one.kind, one.form, one.unit, Decimal(one.cents) / 100, tuple(places[thing] for thing in one.things))
        for one in register.marks
    ]
    return [*marked, *_policies_terms.hand_over(county, folder)]


def keep(county: County) -> tuple[Register, list[Line]]:
    """A year of the policies; ordinary business first, so that problems do not change it."""
    chance = county.chance("policies")
    register = Register(county, chance, declared(county, chance))
    for policy in (*POLICIES, AUTOMATIC):
        _ordinary(register, policy)
    lines: list[Line] = [Line(one) for one in POLICIES]
    register.chance = county.chance("policies/problems")
    steps: list[Callable[[Register, list[Line]], None]] = [
        _grew_later,
        _gave_back,
        _automatic,
        _few_eligible,
        _targets_met,
    ]
    if not county.is_clean:
        steps += [_friends, _friends_in_hiding, _kept_quiet, _kept_among_few, _targets_missed, _target_made_up]
    else:
        for policy in (QUIET, CLOSED):
            _ordinary(register, policy)
            lines.append(Line(policy))
    for one in steps:
        one(register, lines)
    return register, lines


def _ordinary(register: Register, policy: Policy) -> None:
    """Nearly all who are eligible apply and are paid; some apply who are not, and are refused."""
    chance = register.chance
    for one in register.facts:
        if not is_eligible(policy, one):
            if one.kind == "企业" and chance.random() < 0.01:
                register.apply(policy, one, _some_day(register), REFUSED)
        elif chance.random() < (1.0 if policy is AUTOMATIC else 0.9):
            register.apply(policy, one, _some_day(register))


def _some_day(register: Register) -> date:
    day = date(2025, 3, 31) + timedelta(days=register.chance.randrange(200))
    return day - timedelta(days=max(0, day.weekday() - 4))


def _unpaid(register: Register, policy: Policy, count: int, test: Callable[[Facts], bool]) -> list[Facts]:
    """Firms or people for whom `test` holds and who never applied for that policy."""
    applied = {one.id_no for one in register.claims if one.policy is policy}
    found = [one for one in register.facts if one.number not in applied and test(one)]
    return register.chance.sample(found, count)


def _friends(register: Register, _: list[Line]) -> None:
    """Clerks pay those who asked them, though the policy is not for them."""
    start_up, stable, reform = POLICIES[:3]
    plans: Sequence[tuple[Policy, int, Callable[[Facts], bool]]] = (
        (start_up, 3, lambda one: one.kind == "企业" and one.size == "中型"),
        (reform, 2, lambda one: one.industry == "批发和零售业"),
        (stable, 2, lambda one: one.kind == "企业" and one.employees < 8),
        (POLICIES[5], 2, lambda one: one.kind == "个人" and one.education == "初中"),
    )
    for policy, count, test in plans:
        for one in _unpaid(register, policy, count, test):
            claim = register.apply(policy, one, _some_day(register))
            register.mark("paid_to_ineligible", "plain", policy, claim.cents, claim, one)


def _friends_in_hiding(register: Register, _: list[Line]) -> None:
    """Without the number and with the name in short; or in three parts, so that nobody above looks at it."""
    trade, start_up = POLICIES[4], POLICIES[0]
    for one in _unpaid(register, trade, 2, lambda one: one.kind == "企业" and one.industry == "建筑业"):
        written = (one.name.replace("有限公司", "有限责任公司"), "")
        claim = register.apply(trade, one, _some_day(register), named=written)
        register.mark("paid_to_ineligible", "hiding", trade, claim.cents, claim, one)

    def old(one: Facts) -> bool:
        return one.kind == "企业" and one.founded is not None and one.founded < date(2018, 1, 1)

    for one in _unpaid(register, start_up, 1, old):
        day = _some_day(register)
        parts = [
            register.apply(start_up, one, day + timedelta(days=at * 9), (PAID[0], cents))
            for at, cents in enumerate((380_000, 350_000, 270_000))
        ]
        register.mark("paid_to_ineligible", "hiding", start_up, 1_000_000, *parts, one)


def _grew_later(register: Register, _: list[Line]) -> None:
    """Small when it applied and medium at the end of the year."""
    policy = POLICIES[0]
    paid = {one.id_no: one for one in register.claims if one.policy is policy and one.paid}
    for one in [one for one in register.facts if one.number in paid][:2]:
        later = Facts(**{**vars(one), "as_of": AT_END, "size": "中型", "employees": one.employees + 40})
        register.facts.append(later)
        register.mark("paid_to_ineligible", "twin", policy, policy.amount * 100, paid[one.number], later)


def _gave_back(register: Register, _: list[Line]) -> None:
    """Paid by mistake, noticed by the office itself and given back in the same quarter."""
    policy = POLICIES[2]
    for one in _unpaid(register, policy, 1, lambda one: one.industry == "租赁和商务服务业"):
        claim = register.apply(policy, one, date(2025, 5, 6))
        back = register.apply(policy, one, date(2025, 7, 1), ("已退回", -claim.cents))
        back.paid = date(2025, 7, 1)
        register.mark("paid_to_ineligible", "twin", policy, claim.cents, claim, back, one)


def _kept_quiet(register: Register, lines: list[Line]) -> None:
    """The office tells those whom it knows, the others never hear of it; or nobody, and the money stays."""
    for policy, told in ((QUIET, 3), (CLOSED, 0)):
        eligible = [one for one in register.facts if is_eligible(policy, one)]
        line = Line(policy)
        lines.append(line)
        for one in eligible[:told]:
            register.apply(policy, one, _some_day(register))
        unpaid = policy.amount * 100 * (len(eligible) - told)
        register.mark("eligible_never_applied", "plain", policy, unpaid, line, *eligible[told:])


def _kept_among_few(register: Register, lines: list[Line]) -> None:
    """A third of them got it, so that the list looks alive; one applied, was told to wait and never answered."""
    hidden = CLOSED._replace(
        number="云农发〔2025〕14号",
        title="云禾县食品加工企业用工补助办法",
        programme="食品加工企业用工补助",
        rule="所属行业 = '制造业' AND 从业人数 >= 12 AND 企业规模 <> '大型'",
        amount=6_000,
    )
    eligible = [one for one in register.facts if one.industry == "制造业" and one.employees >= 12]
    line = Line(hidden)
    lines.append(line)
    told, others = eligible[: len(eligible) // 3], eligible[len(eligible) // 3 :]
    for at, one in enumerate(told):
        register.apply(hidden, one, _some_day(register), PAID if at else ("审核中", 0))
    register.mark("eligible_never_applied", "hiding", hidden, hidden.amount * 100 * len(others), line, *others)


def _automatic(register: Register, lines: list[Line]) -> None:
    """Nobody applies, all are paid: the office reads the tax and insurance data itself."""
    line = Line(AUTOMATIC)
    lines.append(line)
    for one in register.claims:
        if one.policy is AUTOMATIC:
            one.applied = date(2025, 4, 30)
    register.mark("eligible_never_applied", "twin", AUTOMATIC, 0, line)


def _few_eligible(register: Register, lines: list[Line]) -> None:
    """A policy for whom there are very few, of whom one did not want it."""
    policy = POLICIES[3]._replace(
        number="云科工信〔2025〕19号",
        title="云禾县专精特新企业奖励办法",
        programme="专精特新奖励",
        rule="高新技术企业 AND 企业规模 = '中型' AND 从业人数 >= 150",
    )
    line = Line(policy)
    lines.append(line)
    eligible = [one for one in register.facts if one.high_tech and one.size == "中型" and one.employees >= 150]
    for one in eligible[1:]:
        register.apply(policy, one, _some_day(register))
    register.mark("eligible_never_applied", "twin", policy, 0, line)


_WORKS = Policy(
    ("407", "云禾县自然资源局"),
    "云政发〔2025〕2号",
    "2025年政府工作重点任务分解",
    "",
    "",
    "",
    "",
    "",
    0,
    date(2025, 1, 15),
)
_DUE = date(2025, 12, 20)


def _targets_missed(register: Register, lines: list[Line]) -> None:
    """Promised in January, not done in December."""
    for unit, name, target, actual, measure in (
        (("401", "云禾县发展和改革局"), "新建公共充电桩", "120", "63", "个"),
        (("414", "云禾县林业局"), "新增造林面积", "8000", "5120", "亩"),
    ):
        line = Line(_WORKS._replace(unit=unit, measure=f"{len(lines)}"), name, target, actual, measure, _DUE)
        lines.append(line)
        register.mark("target_missed", "plain", line.policy, 0, line)
    line = Line(
        _WORKS._replace(unit=("408", "云禾县生态环境局分局"), measure=f"{len(lines)}"),
        "PM2.5年均浓度不超过",
        "35",
        "41.2",
        "微克/立方米",
        _DUE,
    )
    lines.append(line)
    register.mark("target_missed", "plain", line.policy, 0, line)


def _target_made_up(register: Register, lines: list[Line]) -> None:
    """Reported as reached, while the office's own list of payments has hardly half."""
    policy = POLICIES[4]
    paid = [one for one in register.claims if one.policy is policy and one.paid]
    said = f"{len({one.id_no for one in paid}) * 2 + 4}"
    line = Line(policy._replace(measure="9", rule=""), "兑现奖励企业数", said, said, "家", _DUE)
    lines.append(line)
    register.mark("target_missed", "hiding", policy, 0, line)


def _targets_met(register: Register, lines: list[Line]) -> None:
    """Reached; all but reached; due next year; and one where less is better."""
    plans = (
        ("新增城镇就业", "2600", "2718", "人", _DUE, False),
        ("农村公路养护里程", "310", "309", "公里", _DUE, True),
        ("新建标准厂房", "60000", "21000", "平方米", date(2026, 12, 31), True),
        ("单位GDP能耗控制在", "0.52", "0.47", "吨标煤/万元", _DUE, True),
        ("办理环节压减至不超过", "4", "3", "个", _DUE, False),
    )
    for name, target, actual, measure, due, is_twin in plans:
        line = Line(_WORKS._replace(measure=f"{len(lines)}"), name, target, actual, measure, due)
        lines.append(line)
        if is_twin:
            register.mark("target_missed", "twin", line.policy, 0, line)


def _write(path: Path, heading: str, rows: Sequence[tuple[object, str]], places: dict[object, Place]) -> None:
    text = heading + "\r\n" + "".join(one for _, one in rows)
    path.write_bytes(text.encode("gb18030"))
    places.update({one: Place(path.name, "", at) for at, (one, _) in enumerate(rows, start=2)})


def _line(one: Line) -> str:
    policy = one.policy
    return (
        f"{policy.unit[0]},{policy.unit[1]},{policy.number},{policy.title},{policy.measure},{policy.content},"
        f'{policy.eligible},"{policy.rule}",{policy.programme},{one.target_name},{one.target},{one.actual},'
        f"{one.measure},{policy.issued},2025-12-31,{one.due or ''},2025-12-31\r\n"
    )


def _facts(one: Facts) -> str:
    if one.kind == "个人":
        return (
            f"{one.name},{one.number},个人,{one.as_of},,,{one.town},,,,,,,,,,{one.born},{one.education},{one.work},"
            f"{'是' if one.disabled else '否'},{one.income}.00\r\n"
        )
    return (
        f"{one.name},{one.number},企业,{one.as_of},{one.size},{one.industry},{one.town},{one.capital}.00,{one.founded},"
        f"{one.employees},{one.revenue}.00,{one.taxes}.00,{one.research}.00,{one.credit},{one.status},"
        f"{'是' if one.high_tech else '否'},,,,,\r\n"
    )


def _claim(one: Claim) -> str:
    policy = one.policy
    sign, cents = ("-" if one.cents < 0 else ""), abs(one.cents)
    return (
        f"{policy.unit[0]},{policy.unit[1]},{one.number},{policy.programme},{one.name},{one.id_no},{one.account},{one.applied},"
        f"{sign}{cents // 100}.{cents % 100:02d},{one.status},{one.paid or ''}\r\n"
    )
