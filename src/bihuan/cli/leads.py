"""`bihuan leads`: read what a run found, weightiest first; give it to the field and read the answers back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from bihuan.cli.console import emit, note, say, show
from bihuan.errors import WrongUse
from bihuan.examine.header import Words
from bihuan.examine.packs import title
from bihuan.leads import labels
from bihuan.leads.answers import read_answers
from bihuan.leads.dossier import Dossier
from bihuan.leads.evidence import EvidenceRow, evidence, with_values
from bihuan.leads.lead import LANGUAGES, LEVELS, Lead
from bihuan.leads.mask import record_unmasking
from bihuan.leads.packs import Line, summed
from bihuan.leads.ranking import Ranking, rank
from bihuan.leads.score import order
from bihuan.report.form import ROWS_SHOWN, content
from bihuan.report.workbook import write_workbook
from bihuan.store.workspace import Workspace

leads_app = typer.Typer(
    help="疑点清单、核实表、读回结论 / ranked leads, the field's sheet, its answers", no_args_is_help=False
)

VERDICTS_ZH = {"established": "查实", "dismissed": "排除", "open": "待查"}
SORTS: dict[str, Callable[[Lead], Any]] = {
    "score": order,
    "amount": lambda lead: (lead.hit.currency or "", -abs(lead.hit.amount or Decimal(0)), lead.hit.id),
    "date": lambda lead: (str(lead.hit.on or 9), lead.hit.id),
    "unit": lambda lead: (lead.hit.unit or "", order(lead)),
}


def register(app: typer.Typer) -> None:
    """Add the command and its parts."""
    app.add_typer(leads_app, name="leads")


@leads_app.callback(invoke_without_command=True)
def leads(
    ctx: typer.Context,
    run: Annotated[str | None, typer.Option(help="哪一次运行，默认最近 / which run")] = None,
    pack: Annotated[list[str] | None, typer.Option(help="专题 / packs")] = None,
    method: Annotated[list[str] | None, typer.Option(help="方法 / methods")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="单位 / units")] = None,
    level: Annotated[list[str] | None, typer.Option(help="high, medium, low")] = None,
    min_amount: Annotated[str | None, typer.Option(help="金额下限（元） / least amount")] = None,
    sort: Annotated[str, typer.Option(help="score, amount, date, unit")] = "score",
    limit: Annotated[int | None, typer.Option(help="最多列出多少条 / at most")] = None,
    as_dossiers: Annotated[bool, typer.Option("--dossiers", help="按线索包 / by dossier")] = False,
    json: Annotated[bool, typer.Option("--json", help="每行一个 JSON / one JSON object a line")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="写成疑点核实表 / write the field's workbook")] = None,
    unmask: Annotated[str | None, typer.Option(help="显示个人信息的理由，将被记录 / reason, recorded")] = None,
) -> None:
    """列出疑点，最该先看的在前 / List leads, weightiest first."""
    if ctx.invoked_subcommand:
        return
    workspace = ctx.obj.workspace()
    ranking = rank(workspace, run)
    chosen = _chosen(ranking, {"pack": pack, "method": method, "unit": unit, "level": level}, min_amount, sort)
    if unmask:
        record_unmasking(workspace, what=f"leads of run {ranking.run.id}", reason=unmask)
    if xlsx:
        _to_workbook(workspace, ranking, chosen[:limit], xlsx, unmask=bool(unmask))
    elif as_dossiers:
        _dossiers(ranking, chosen[:limit], json=json)
    elif json:
        _as_json(workspace, ranking, chosen[:limit], unmask=bool(unmask))
    else:
        _as_table(ranking, chosen[: limit or 30], len(chosen), unmask=bool(unmask))


@leads_app.command("packs")
def packs(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="专题，不写为全部 / packs; all if none")] = None,
    run: Annotated[str | None, typer.Option(help="哪一次运行，默认最近 / which run")] = None,
    json: Annotated[bool, typer.Option("--json", help="每行一个 JSON / one JSON object a line")] = False,
) -> None:
    """按专题和方法汇总：疑点、金额、单位、往来单位 / What a run found, summed up by pack and method."""
    workspace = ctx.obj.workspace()
    ranking = rank(workspace, run)
    lines = summed(workspace, ranking, names or ())
    if json:
        for one in lines:
            emit(_summed_json(one))
        return
    language = say("zh", "en")
    headings = say("专题 方法 疑点 金额 单位 往来单位", "pack method leads amount units others").split()
    rows = [_summed_row(one, title(one.pack, workspace), language) for one in lines]
    show(say(f"运行 {ranking.run.id} 按专题汇总", f"Run {ranking.run.id} by pack"), headings, rows)
    note(
        say(
            "各数的清单：bihuan leads --method 方法 或 --pack 专题。专题合计中，同一线索包只计一次金额。",
            "The list behind a number: bihuan leads --method ID or --pack NAME. A pack's total counts a dossier once.",
        )
    )


def _summed_json(one: Line) -> dict[str, object]:
    return {
        "pack": one.pack,
        "method": one.method.id if one.method else None,
        "leads": list(one.leads),
        "units": one.units,
        "others": one.others,
        "amounts": dict(one.amounts),
    }


def _summed_row(one: Line, pack: Words, language: str) -> list[object]:
    amounts = "; ".join(f"{amount:,.2f} {currency}".strip() for currency, amount in one.amounts.items())
    name = one.method.title[language] if one.method else say("（合计）", "(all)")
    others = "—" if one.others is None else one.others
    return [pack.zh if language == "zh" else pack.en, name, len(one.leads), amounts, one.units, others]


@leads_app.command("answers")
def answers(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="填好的疑点核实表 / the filled-in workbook")],
) -> None:
    """读回核实结论，供以后排序学习 / Read the field's answers back."""
    found = read_answers(file)
    added = labels.append(ctx.obj.workspace(), found)
    note(say(f"读到 {len(found)} 条结论，新增 {added} 条。", f"Read {len(found)} answers, {added} of them new."))


@leads_app.command("show")
def show_lead(
    ctx: typer.Context,
    lead: Annotated[str, typer.Argument(help="疑点编号，可只写前几位 / id, its beginning will do")],
    unmask: Annotated[str | None, typer.Option(help="显示个人信息的理由，将被记录 / reason, recorded")] = None,
) -> None:
    """一条疑点：理由、得分由来、证据 / One lead: reason, how it was weighed, evidence."""
    workspace = ctx.obj.workspace()
    ranking = rank(workspace)
    one = ranking.lead(lead)
    if unmask:
        record_unmasking(workspace, what=f"lead {one.hit.id}", reason=unmask)
    _print_lead(one, unmask=bool(unmask))
    rows = evidence(workspace, ranking.run, [one.hit.id])[one.hit.id]
    _print_evidence(one, with_values(workspace, ranking.run, rows, unmask=bool(unmask)))


def lead_json(lead: Lead, rows: list[EvidenceRow], *, unmask: bool = False) -> dict[str, object]:
    """One lead as machines read it."""
    hit = lead.hit
    return {
        "lead_id": hit.id,
        "method": hit.method.id,
        "pack": hit.method.pack,
        "level": hit.method.level,
        "unit": hit.unit,
        "subject": hit.subject,
        "amount": hit.amount,
        "currency": hit.currency,
        "on": hit.on,
        "score": lead.score.value,
        "chance": lead.score.chance,
        "reason": {language: hit.reason(language, unmask=unmask) for language in LANGUAGES},
        "raised_by": list(lead.raised_by),
        "verdict": lead.verdict or None,
        "evidence": [
            {
                "table": one.table,
                "row_id": one.row_id,
                "source": one.place.source,
                "sheet": one.place.sheet,
                "line": one.place.line,
            }
            for one in rows
        ],
        "evidence_count": hit.evidence_count,
        "evidence_hash": hit.evidence_hash,
    }


def _chosen(ranking: Ranking, wanted: dict[str, list[str] | None], least: str | None, sort: str) -> list[Lead]:
    if sort not in SORTS:
        raise WrongUse(f"--sort {sort!r} is none of {', '.join(SORTS)}.")
    for level in wanted["level"] or []:
        if level not in LEVELS:
            raise WrongUse(f"--level {level!r} is none of {', '.join(LEVELS)}.")
    floor = _money(least)

    def fits(lead: Lead) -> bool:
        hit = lead.hit
        facts = {"pack": hit.method.pack, "method": hit.method.id, "unit": hit.unit, "level": hit.method.level}
        return all(not values or facts[name] in values for name, values in wanted.items()) and (
            floor is None or abs(hit.amount or Decimal(0)) >= floor
        )

    return sorted((one for one in ranking.leads if fits(one)), key=SORTS[sort])


def _money(words: str | None) -> Decimal | None:
    try:
        return None if words is None else Decimal(words.replace(",", ""))
    except InvalidOperation:
        raise WrongUse(f"--min-amount {words!r} is not a number. Write it like 100000.") from None


def _to_workbook(workspace: Workspace, ranking: Ranking, chosen: list[Lead], path: Path, *, unmask: bool) -> None:
    found = evidence(workspace, ranking.run, [one.hit.id for one in chosen])
    filled = with_values(workspace, ranking.run, [row for rows in found.values() for row in rows], unmask=unmask)
    by_row = {(row.table, row.row_id): row for row in filled}
    rows = {lead: [by_row[row.table, row.row_id] for row in held] for lead, held in found.items()}
    title = f"{workspace.settings.name} 疑点核实表（运行 {ranking.run.id}）"
    write_workbook(path, chosen, rows, title=title, unmask=unmask)
    note(say(f"已写出 {len(chosen)} 个疑点：{path}", f"Wrote {len(chosen)} leads: {path}"))


def _as_json(workspace: Workspace, ranking: Ranking, chosen: list[Lead], *, unmask: bool) -> None:
    found = evidence(workspace, ranking.run, [one.hit.id for one in chosen])
    for lead in chosen:
        emit(lead_json(lead, found[lead.hit.id], unmask=unmask))


def _as_table(ranking: Ranking, shown: list[Lead], count: int, *, unmask: bool) -> None:
    language = say("zh", "en")
    headings = say("编号 级别 得分 金额 单位 日期 方法 疑点", "id level score amount unit on method lead").split()
    rows = [
        [
            one.hit.id[:10],
            one.hit.method.level,
            one.score.value,
            one.hit.amount,
            one.hit.unit,
            one.hit.on or "",
            one.hit.method.title[language],
            one.hit.reason(language, unmask=unmask),
        ]
        for one in shown
    ]
    show(say(f"运行 {ranking.run.id}：疑点 {count} 个", f"Run {ranking.run.id}: {count} leads"), headings, rows)
    if count > len(shown):
        note(
            say(
                f"只列出前 {len(shown)} 个；全部请用 --limit 或 --xlsx。", f"First {len(shown)}; use --limit or --xlsx."
            )
        )


def _dossiers(ranking: Ranking, chosen: list[Lead], *, json: bool) -> None:
    wanted = {one.hit.id for one in chosen}
    held = [one for one in ranking.dossiers if any(lead.hit.id in wanted for lead in one.leads)]
    if json:
        for one in held:
            emit(_dossier_json(one))
        return
    headings = say("编号 单位 得分 金额 疑点数 方法", "id unit score amount leads methods").split()
    rows = [[one.id[:10], one.unit, one.score, one.amount, len(one.leads), _titles(one)] for one in held[:30]]
    show(say(f"线索包 {len(held)} 个", f"{len(held)} dossiers"), headings, rows)


def _dossier_json(one: Dossier) -> dict[str, object]:
    return {
        "dossier_id": one.id,
        "unit": one.unit,
        "score": one.score,
        "amount": one.amount,
        "currency": one.currency,
        "chance": one.chance,
        "leads": [lead.hit.id for lead in one.leads],
        "methods": sorted({lead.hit.method.id for lead in one.leads}),
    }


def _titles(one: Dossier) -> str:
    language = say("zh", "en")
    return "；".join(sorted({lead.hit.method.title[language] for lead in one.leads}))


def _print_lead(lead: Lead, *, unmask: bool) -> None:
    language = say("zh", "en")
    hit = lead.hit
    facts = [
        (say("编号", "id"), hit.id),
        (say("方法", "method"), f"{hit.method.title[language]} ({hit.method.id})"),
        (say("单位", "unit"), hit.unit),
        (say("疑点", "lead"), hit.reason(language, unmask=unmask)),
        (say("为什么要问", "why"), hit.method.why[language]),
        (say("可能的正当情形", "not when"), hit.method.not_when[language]),
        (say("请单位提供", "ask for"), hit.method.ask[language]),
        *[(say("得分", "score") if index == 0 else "", step[language]) for index, step in enumerate(lead.score.steps)],
        *([(say("核实结论", "verdict"), say(VERDICTS_ZH[lead.verdict], lead.verdict))] if lead.verdict else []),
    ]
    show("", ["", ""], facts)


def _print_evidence(lead: Lead, rows: list[EvidenceRow]) -> None:
    headings = say("来源 工作表 行 内容", "source sheet line record").split()
    body = [
        [row.place.source, row.place.sheet, str(row.place.line), content(row, say("zh", "en"))]
        for row in rows[:ROWS_SHOWN]
    ]
    count = lead.hit.evidence_count
    show(say(f"证据 {count} 行", f"{count} rows of evidence"), headings, body)
    if count > len(body):
        note(
            say(
                f"只列出前 {len(body)} 行；全部请用 bihuan leads --json。",
                f"First {len(body)}; all with bihuan leads --json.",
            )
        )
