"""发改局's 60 works as OC4IDS 0.9, progress reports, permits, payments of their funds, appeals from the sites."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bihuan.demo.county import TODAY, County
from bihuan.demo.departments._works import Appeal, Contract, Paid, Permit, Step, Work, appeals, works
from bihuan.demo.departments._works_problems import Site, plant
from bihuan.demo.truth import Place, Planted, settle
from bihuan.demo.write import Cell, Workbook, csv_file

PLANS, SITES = "45 发改局 政府投资项目", "46 住建局 项目现场和资金"
PROJECTS, PERMITS = "政府投资项目库.json", "项目审批办件台账.csv"
REPORTS, PAYMENTS, APPEALS = "政府投资项目形象进度月报.xlsx", "政府投资项目资金支付台账.csv", "项目现场诉求登记.csv"
_SHEET = "形象进度"
_STATUS = {True: "met", False: "scheduled"}
Places = dict[object, Place]


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Five files."""
    chance = county.chance("appeals at works")
    made = works(county)
    site = Site(county, made, [], chance)
    plant(site)
    site.appeals += appeals(county, made, chance)
    places: Places = {}
    plans, sites = folder / PLANS, folder / SITES
    for one in (plans, sites):
        one.mkdir(parents=True, exist_ok=True)
    (plans / PROJECTS).write_text(_package(made, places), encoding="utf-8")
    _permits(plans / PERMITS, made, places)
    _reports(sites / REPORTS, made, places)
    _payments(sites / PAYMENTS, made, places)
    _appeals(sites / APPEALS, site.appeals, places)
    return settle(site.marks, places)


def _package(made: Iterable[Work], places: Places) -> str:
    """One project a line; of a list, the place of a project counts from its first."""
    head = [
        "{",
        f'"uri": "https://example.org/yunhe/works/{TODAY.year}", "version": "0.9",',
        f'"publishedDate": "{_at(TODAY)}", "publisher": {{"name": "云禾县发展和改革局"}}, "projects": [',
    ]
    lines = []
    for line, one in enumerate(made, start=1):
        places[one] = Place(PROJECTS, "", line)
        lines.append(json.dumps(_project(one), ensure_ascii=False))
    return "\n".join([*head, ",\n".join(lines), "]}", ""])


def _project(one: Work) -> dict[str, Any]:
    owner = {"id": one.unit.code, "name": one.unit.name}
    firms = [{"id": two.firm.credit_code, "name": two.firm.name, "roles": [_role(two)]} for two in one.contracts]
    end = {"completion": _completion(one)} if one.completed else {}
    return {
        "id": one.code, "title": one.name, "description": one.description, "status": one.status, "type": "construction",
        "updated": _at(TODAY), "period": {"startDate": _at(one.started), "endDate": _at(one.ends)},
        "implementationPeriod": {"startDate": _at(one.started)},
        "locations": [{"id": "1", "description": one.site}],
        "budget": {"amount": _value(one.estimate), "approvalDate": _at(_approved(one)),
                   "budgetBreakdown": [{"id": "1", "sourceParty": {"name": one.fund}, "amount": _value(one.estimate)}]},
        "publicAuthority": owner, "parties": [{**owner, "roles": ["publicAuthority"]}, *firms], **end,
        "milestones": [_step(n, two) for n, two in enumerate(one.steps, start=1)],
        "contractingProcesses": [_process(one, two) for two in one.contracts],
    }  # fmt: skip


def _approved(one: Work) -> date:
    return min((two.applied for two in one.permits), default=one.started)


def _completion(one: Work) -> dict[str, Any]:
    final = {"finalValue": _value(one.final), "finalValueDetails": "竣工财务决算"} if one.final else {}
    return {"endDate": _at(one.completed), **final}


def _step(number: int, one: Step) -> dict[str, Any]:
    more = {"dateMet": _at(one.met)} if one.met else {}
    more |= {"dateModified": _at(one.reported)} if one.reported else {}
    value = {"value": _value(one.value)} if one.value else {}
    status = one.status or _STATUS[one.met is not None]
    return {
        "id": str(number),
        "title": one.title,
        "type": "delivery",
        "status": status,
        "dueDate": _at(one.due),
        **more,
        **value,
    }


def _process(work: Work, one: Contract) -> dict[str, Any]:
    changed = (
        {"modifications": [{"id": "1", "date": _at(work.ends), "rationale": "设计变更及工程签证",
                            "oldContractValue": _value(one.before), "newContractValue": _value(one.cents)}]}
        if one.before and one.before != one.cents else {}
    )  # fmt: skip
    summary = {
        "ocid": one.number, "title": one.title, "description": one.terms if one.kind == "construction" else "",
        "nature": [one.kind], "status": "closed" if work.status == "completed" else "active",
        "suppliers": [{"id": one.firm.credit_code, "name": one.firm.name}],
        "contractValue": _value(one.cents),
        "contractPeriod": {"startDate": _at(work.started), "endDate": _at(work.ends)}, **changed,
    }  # fmt: skip
    return {"id": one.number, "summary": summary}


def _role(one: Contract) -> str:
    return {"construction": "supplier", "supervision": "supervision", "design": "designer"}[one.kind]


def _value(amount: int) -> dict[str, Any]:
    return {"amount": _yuan(amount), "currency": "CNY"}


def _yuan(amount: int) -> int | float:
    """An amount of whole cents below ten trillion comes out of JSON as it went in."""
    return amount // 100 if amount % 100 == 0 else amount / 100


def _at(day: date | None) -> str:
    return f"{day}T09:00:00+08:00"


def _permits(path: Path, made: Iterable[Work], places: Places) -> None:
    cases: list[tuple[Work, Permit]] = sorted(
        ((work, one) for work in made for one in work.permits), key=lambda pair: (pair[1].applied, pair[0].at)
    )
    headings = (
        "办件编号",
        "项目代码",
        "项目名称",
        "申请单位",
        "单位代码",
        "事项名称",
        "受理日期",
        "办结日期",
        "办件状态",
    )

    def rows() -> Iterator[tuple[Cell, ...]]:
        for line, (work, one) in enumerate(cases, start=2):
            places[one] = Place(PERMITS, "", line)
            done = "已办结" if one.granted else "办理中"
            yield (
                one.number,
                work.code,
                work.name,
                work.unit.name,
                work.unit.code,
                one.item,
                one.applied,
                one.granted,
                done,
            )

    csv_file(path, headings, rows())


def _reports(path: Path, made: Iterable[Work], places: Places) -> None:
    lines = sorted(((work, one) for work in made for one in work.reports), key=lambda pair: (pair[1].day, pair[0].at))
    rows: list[tuple[Cell, ...]] = []
    for line, (work, one) in enumerate(lines, start=4):
        places[one] = Place(REPORTS, _SHEET, line)
        words = f"{one.day.year}年{one.day.month}月进度"
        rows.append(
            (
                f"{one.day:%Y%m}",
                work.code,
                work.name,
                work.unit.code,
                work.unit.name,
                words,
                one.day,
                f"{one.percent}%",
                one.note,
            )
        )
    headings = ("节点编号", "项目代码", "项目名称", "单位代码", "建设单位", "节点名称", "填报日期", "形象进度", "备注")
    book = Workbook(path)
    book.sheet(_SHEET, "政府投资项目形象进度月报汇总", ("汇总单位：云禾县住房和城乡建设局",), headings, rows)
    book.close()


def _payments(path: Path, made: Iterable[Work], places: Places) -> None:
    lines: list[tuple[Work, Paid]] = sorted(
        ((work, one) for work in made for one in work.paid), key=lambda pair: (pair[1].day, pair[0].at)
    )
    headings = ("支付凭证号", "支付日期", "单位编码", "单位名称", "项目代码", "项目名称", "合同编号", "收款人名称",
                "收款人账号",
                "收款人开户银行", "支付金额", "用途", "资金性质", "是否预付")  # fmt: skip

    def rows() -> Iterator[tuple[Cell, ...]]:
        for line, (work, one) in enumerate(lines, start=2):
            places[one] = Place(PAYMENTS, "", line)
            yield (
                f"XMZF{one.day.year}{line:06d}", one.day, work.unit.code, work.unit.name, work.code if one.code else "",
                one.name or work.name, one.contract, one.payee.name, one.payee.account, one.payee.bank,
                f"{one.cents // 100}.{one.cents % 100:02d}", one.purpose, work.fund,
                "是" if one.is_prepayment else "否",
            )  # fmt: skip

    csv_file(path, headings, rows())


def _appeals(path: Path, made: list[Appeal], places: Places) -> None:
    made.sort(key=lambda one: (one.day, one.title, one.by.id_no, one.site))
    headings = ("工单编号", "受理日期", "诉求渠道", "诉求类型", "工单标题", "诉求内容", "事件发生地", "项目代码",
                "求助人员", "求助号码",
                "主办单位", "主办单位代码", "答复日期", "办理结果", "满意度", "工单状态")  # fmt: skip

    def rows() -> Iterator[tuple[Cell, ...]]:
        for line, one in enumerate(made, start=2):
            places[one] = Place(APPEALS, "", line)
            yield (
                f"SQ{one.day:%Y%m%d}{line:05d}", one.day, one.channel, one.kind, one.title, one.content, one.site,
                one.code,
                one.by.name, one.by.phone, one.unit.name, one.unit.code, one.answered, one.answer, one.satisfied,
                one.status,
            )  # fmt: skip

    csv_file(path, headings, rows())
