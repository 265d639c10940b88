"""The demo's workbench: people of every role, the cases of the school-meal fund, matters in every state.

Everything is done by the same steps that people take, so the journal tells of it like of any other work.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from bihuan.demo.county import UNITS, County
from bihuan.demo.meals import Star, stars
from bihuan.demo.meals.cast import SCHOOLS
from bihuan.leads.lead import Lead
from bihuan.leads.ranking import Ranking
from bihuan.matters import sheets, steps
from bihuan.matters.models import Matter
from bihuan.matters.words import Class, Kind, State
from bihuan.people.models import Appointment, Unit, User

ROOT, OFFICE = ("139999", "云禾县"), ("139999-AO", "云禾县审计局")
EDUCATION = "201"


@dataclass(frozen=True)
class Role:
    """One of the demo's people: user name, name, role, where he works, over what."""

    username: str
    name: str
    role: str
    unit: str = OFFICE[0]
    over: str = ROOT[0]


PEOPLE = (
    Role("lin", "林静（审计组长）", "auditor"),
    Role("chen", "陈立（审计组员）", "auditor"),
    Role("zhao", "赵敏（复核）", "reviewer"),
    Role("sun", "孙涛（交办）", "dispatcher"),
    Role("deng", "邓颖（登记）", "registrar"),
    Role("qian", "钱江（验收）", "acceptor"),
    Role("he", "何平（销号）", "closer"),
    Role("zhou", "周正（督办领导）", "supervisor"),
    Role("gao", "高远（领导）", "leader"),
    Role("wang", "王芳（教育局联系人）", "unit_contact", EDUCATION, EDUCATION),
    Role("ma", "马强（教育局局长）", "unit_head", EDUCATION, EDUCATION),
    Role("fang", "方代表（人大代表）", "delegate", ROOT[0]),
    Role("root", "系统管理员", "administrator"),
)


@dataclass(frozen=True)
class Shown:
    """What the demo filled in: the matter of each star case by why it ends as it does, and all states reached."""

    stars: dict[str, str]  # why → code
    states: dict[str, int]


def fill(ranking: Ranking, county: County) -> Shown:
    """Units, people, the star cases brought to acceptance, and other matters in every state."""
    _units({one.hit.unit for one in ranking.leads})
    cast = _people()
    way = Way(cast, ranking)
    codes = {one.why: _star(way, one) for one in stars(county)}
    _others(way, {one.unit for one in stars(county)})
    _by_hand(cast)
    states = {str(one): Matter.objects.filter(state=one).count() for one in State}
    return Shown({why: code for why, code in codes.items() if code}, states)


class Way:
    """The ordinary way of a lead, one step after the other, each by whose turn it is."""

    def __init__(self, cast: dict[str, User], ranking: Ranking) -> None:
        self.cast, self.ranking = cast, ranking

    def go(self, lead: Lead, until: State, **told: Any) -> Matter:
        """Take the lead up and bring it to the state; `told` are amount, voucher, fixed_on, klass."""
        matter = steps.take_up(self.ranking, [lead.hit.id], by=self.cast["lin"], project="2025年预算执行审计").matters[
            0
        ]
        for step in self._steps():
            if matter.state == until:
                break
            step(matter, told)
            matter = Matter.objects.get(pk=matter.pk)
        return matter

    def _steps(self) -> Iterable[Callable[[Matter, dict[str, Any]], None]]:
        return (
            self._assign,
            self._sign_for,
            self._establish,
            self._plan,
            self._rectify,
            self._submit,
            self._receive,
            self._accept,
            self._close,
        )

    def _do(self, matter: Matter, act: str, by: str, **content: Any) -> None:
        steps.perform(matter.code, act, by=self.cast[by], content=content)

    def _assign(self, matter: Matter, _: dict[str, Any]) -> None:
        self._do(matter, "assign", "sun", team=[self.cast["lin"].pk, self.cast["chen"].pk])

    def _sign_for(self, matter: Matter, _: dict[str, Any]) -> None:
        self._do(matter, "sign_for", "chen")

    def _establish(self, matter: Matter, told: dict[str, Any]) -> None:
        self._do(
            matter, "write_verification", "chen", looked_at="调取原始凭证、花名册和签收记录，逐行核对。",
            result="与系统疑点一致，经办人已确认。", basis="审计法第二条；有关专项资金管理办法",
            amount=told.get("amount") or "", rest="holds",
        )  # fmt: skip
        sheets.make_evidence_sheet(matter.code, by=self.cast["chen"])
        self._do(matter, "send_sheet", "chen")
        self._do(matter, "answer_sheet", "wang", agrees="yes", response="情况属实，即行整改。")
        report = document("审计报告.txt", f"云审报〔2025〕6号\n{matter.title}\n")
        self._do(matter, "add_document", "chen", kind="audit_report", number="云审报〔2025〕6号", file=report)
        self._do(matter, "establish", "chen", klass=told.get("klass") or Class.IMMEDIATE)
        steps.confirm(matter.code, by=self.cast["zhao"])

    def _plan(self, matter: Matter, told: dict[str, Any]) -> None:
        if matter.state != State.ESTABLISHED:
            return
        due = (timezone.localdate() + timedelta(days=90)).isoformat()
        for item in matter.items.all():
            self._do(
                matter, "write_item", "wang", item=item.pk, measure="追回资金并完善核对制度", responsible="马强",
                due_on=due, target=told.get("amount") or str(item.target or "0.00"),
            )  # fmt: skip
        self._do(matter, "plan", "ma")
        steps.confirm(matter.code, by=self.cast["zhou"])

    def _rectify(self, matter: Matter, told: dict[str, Any]) -> None:
        for item in matter.items.all():
            voucher = told.get("voucher") or "记-0188"
            amount = told.get("returned") or told.get("amount") or str(item.target or "1000.00")
            proof = document(f"收款凭证{voucher}.txt", f"凭证 {voucher}\n金额 {amount}\n")
            self._do(
                matter, "record_result", "wang", item=item.pk, kind="money", money_kind="returned", amount=amount,
                voucher_no=voucher, voucher_on=told.get("voucher_on") or "", file=proof,
            )  # fmt: skip
        rule = document("营养餐实名核对办法.txt", "云教发〔2025〕18号\n按日与学籍核对供餐人数。\n")
        self._do(
            matter, "record_result", "wang", item=matter.items.all()[0].pk, kind="rule",
            rule_name="学生营养餐供餐人数核对办法", rule_no="云教发〔2025〕18号", file=rule,
        )  # fmt: skip
        decision = document("处理决定.txt", "云教党〔2025〕9号\n对虚报供餐人数的责任人员诫勉谈话二人。\n")
        self._do(
            matter, "record_result", "wang", item=matter.items.all()[0].pk, kind="people", people="2", file=decision
        )

    def _submit(self, matter: Matter, told: dict[str, Any]) -> None:
        self._do(matter, "submit", "ma", fixed_on=told.get("fixed_on") or timezone.localdate().isoformat())

    def _receive(self, matter: Matter, _: dict[str, Any]) -> None:
        self._do(matter, "receive", "qian")

    def _accept(self, matter: Matter, _: dict[str, Any]) -> None:
        for item in matter.items.all():
            self._do(matter, "check_item", "qian", item=item.pk, passed="yes")
        self._do(matter, "accept", "qian")

    def _close(self, matter: Matter, _: dict[str, Any]) -> None:
        """The books of the next year come too late: two people waive the re-test, and say why."""
        self._do(matter, "waive", "qian", gate="retest", reason="该项目已撤销，今后不再有账可复测。")
        steps.confirm(matter.code, by=self.cast["zhou"])
        self._do(matter, "close", "he")


def document(name: str, text: str) -> File[bytes]:
    """A small text document, as it would come from a form."""
    return File(io.BytesIO(text.encode()), name)


@transaction.atomic
def _units(codes: set[str]) -> None:
    """The county, its office, its departments and schools; what else a lead names hangs below the county."""
    root, _ = Unit.objects.get_or_create(code=ROOT[0], defaults={"name": ROOT[1]})
    Unit.objects.get_or_create(code=OFFICE[0], defaults={"name": OFFICE[1], "parent": root})
    for one in UNITS.values():
        Unit.objects.get_or_create(code=one.code, defaults={"name": one.name, "parent": root})
    bureau = Unit.objects.get(code=EDUCATION)
    for school in SCHOOLS:
        Unit.objects.get_or_create(code=school.code, defaults={"name": school.name, "parent": bureau})
    for code in sorted(codes - set(Unit.objects.values_list("code", flat=True))):
        Unit.objects.create(code=code, name=code, parent=root)


@transaction.atomic
def _people() -> dict[str, User]:
    units = {one.code: one for one in Unit.objects.all()}
    made: dict[str, User] = {}
    for one in PEOPLE:
        names = {"display_name": one.name, "unit": units[one.unit], "is_staff": one.role == "administrator"}
        user, is_new = User.objects.get_or_create(username=one.username, defaults=names)
        if is_new:
            user.set_unusable_password()  # they come in by the demo's page only
            user.save()
        Appointment.objects.get_or_create(user=user, role=one.role, over=units[one.over])
        made[one.username] = user
    return made


def _star(way: Way, star: Star) -> str:
    """The star's matter, accepted with its re-test due; empty where its lead is not there."""
    lead = next((one for one in way.ranking.leads if _is(one, star)), None)
    if lead is None:
        return ""
    told = {
        "amount": str(lead.hit.amount or star.at_risk),
        "returned": str(star.returned or ""),
        "voucher": star.voucher_no,
        "voucher_on": star.returned_on.isoformat() if star.returned_on else "",
        "fixed_on": star.right_from.isoformat(),
    }
    return way.go(lead, State.ACCEPTED, **told).code


def _is(lead: Lead, star: Star) -> bool:
    hit = lead.hit
    same = {key: str(value) for key, value in hit.subject.items() if key in star.subject}
    return hit.method.id == star.method and hit.unit == star.unit and same == star.subject


def _others(way: Way, but: set[str]) -> None:
    """The weightiest leads of the education bureau's own house, one to each state that it can rest in."""
    resting = [one for one in State if one is not State.PLANNED]
    schools = {one.code for one in SCHOOLS}
    leads = [one for one in way.ranking.leads if one.hit.unit in schools | {EDUCATION} and one.hit.unit not in but]
    for state, lead in zip(resting, leads, strict=False):
        klass = Class.PHASED if state in (State.ESTABLISHED, State.IN_RECTIFICATION) else Class.IMMEDIATE
        way.go(lead, state, klass=klass)
    if len(leads) > len(resting):
        _dismissed(way, leads[len(resting)])


def _dismissed(way: Way, lead: Lead) -> None:
    """One that two people found not to hold."""
    matter = way.go(lead, State.IN_VERIFICATION)
    reason = {"reason": "系同名不同人，分别计发。", "disproof": "身份证号、银行账号均不相同，已附花名册。"}
    steps.perform(matter.code, "dismiss", by=way.cast["chen"], content=reason)
    steps.confirm(matter.code, by=way.cast["zhao"])


def _by_hand(cast: dict[str, User]) -> None:
    """The other kinds: an appeal and a suggestion of the delegate, a task that is late."""
    bureau = Unit.objects.get(code=EDUCATION)
    appeal = steps.register(
        Kind.APPEAL, by=cast["fang"], unit=bureau, title="小区配套养老用房改作仓库，老人没有活动场所",
        summary="居民在项目点反映，希望恢复原用途。", place="和平里小区",
    )  # fmt: skip
    steps.perform(appeal.code, "assign", by=cast["sun"], content={"unit": EDUCATION, "klass": str(Class.ORDINARY)})
    steps.register(Kind.SUGGESTION, by=cast["fang"], unit=bureau, title="关于规范学校食堂大宗食材采购的建议")
    task = steps.register(
        Kind.TASK, by=cast["deng"], unit=bureau, title="营养餐专户清理完成情况报告", source="县政府重点工作"
    )
    late = (timezone.localdate() - timedelta(days=3)).isoformat()
    steps.perform(
        task.code, "assign", by=cast["sun"], content={"unit": EDUCATION, "klass": str(Class.TASK), "until": late}
    )
