"""`bihuan sample`: plan a sample, draw it, give it to the field, read the answers, say what they mean for the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from bihuan.cli.console import emit, note, say, show
from bihuan.errors import WrongUse
from bihuan.leads.mask import record_unmasking
from bihuan.report.sample_sheet import write_sheet
from bihuan.sample import answers as field
from bihuan.sample.kept import Sample, load, names
from bihuan.sample.plan import Plan, rate
from bihuan.sample.population import Facts
from bihuan.sample.rows import held_rows
from bihuan.sample.sized import Sized
from bihuan.sample.sizes import attribute_size, money_size
from bihuan.sample.tables import grid
from bihuan.store.workspace import Workspace

sample_app = typer.Typer(
    help="审计抽样：计划、抽取、核实表、读回、评价 / audit sampling: plan, draw, sheet, answers, evaluation",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / as JSON")]
Law = Annotated[str | None, typer.Option(help="binomial 二项, poisson 泊松, hypergeometric 超几何")]
Confidence = Annotated[str, typer.Option(help="可信度 / confidence")]
Unmask = Annotated[str | None, typer.Option(help="显示个人信息的理由，将被记录 / reason, recorded")]


def register(app: typer.Typer) -> None:
    """Add the command and its parts."""
    app.add_typer(sample_app, name="sample")


@sample_app.command("size")
def size(
    kind: Annotated[str, typer.Argument(help="attribute 或 money")],
    tolerable: Annotated[str, typer.Option(help="可容忍的比率，如 5% / tolerable rate")],
    expected: Annotated[str, typer.Option(help="预计的比率 / expected rate")] = "0%",
    confidence: Confidence = "95%",
    law: Law = None,
    population: Annotated[int | None, typer.Option(help="总体项目数，超几何用 / items in the population")] = None,
    as_json: AsJson = False,
) -> None:
    """不看账本，只算样本量 / A sample size from rates alone."""
    rates = [rate(tolerable, "--tolerable"), rate(expected, "--expected"), rate(confidence, "--confidence")]
    if kind == "attribute":
        found = attribute_size(*rates, law=law or "binomial", population=population)
    elif kind == "money":
        found = money_size(*rates, law=law or "poisson")
    else:
        raise WrongUse(f"{kind!r} is neither attribute nor money. Variables need the books: bihuan sample plan.")
    if as_json:
        emit(asdict(found))
        return
    show("", say("样本量 可接受的误差数", "size allowed").split(), [[found.size, f"{found.allowed:.4g}"]])


@sample_app.command("list")
def list_samples(ctx: typer.Context, as_json: AsJson = False) -> None:
    """已抽取的样本 / The samples that were drawn."""
    workspace: Workspace = ctx.obj.workspace()
    held = [load(workspace, one) for one in names(workspace)]
    if as_json:
        for one in held:
            emit(sample_json(one, with_items=False))
        return
    headings = say("样本 抽取时间 种类 表 项目 已答 种子", "sample drawn_at kind table items answered seed").split()
    rows = [
        [one.id, one.created_at, one.plan.kind, one.plan.population.table, len(one.items),
         len(field.read(workspace, one)), one.seed]
        for one in held
    ]  # fmt: skip
    show("", headings, rows)


@sample_app.command("show")
def show_sample(
    ctx: typer.Context,
    sample: Annotated[str, typer.Argument(help="样本编号，可只写前几位 / id, its beginning will do")],
    as_json: AsJson = False,
) -> None:
    """一个样本：计划、总体、名单、答复 / One sample: plan, population, items, answers."""
    workspace: Workspace = ctx.obj.workspace()
    held = load(workspace, sample)
    if as_json:
        emit(sample_json(held))
        return
    answered = field.read(workspace, held)
    show_plan(held.plan, held.facts, held.size, as_json=False)
    headings = say("序号 行 金额 行数 层 次数 必查 答复", "no row_id amount lines stratum hits certain answer").split()
    show(say("名单", "items"), headings, [
        [one.number, str(one.item), one.amount, one.lines, one.stratum, one.hits, say("是", "yes") if one.is_certain
         else "", answered[one.item].verdict if one.item in answered else ""]
        for one in held.items
    ])  # fmt: skip


@sample_app.command("sheet")
def sheet(
    ctx: typer.Context,
    sample: Annotated[str, typer.Argument(help="样本编号，可只写前几位 / id, its beginning will do")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="写到哪里 / where to")] = None,
    unmask: Unmask = None,
) -> None:
    """写出抽样核实表 xlsx，带到现场填写 / The sample as a workbook for the field."""
    workspace: Workspace = ctx.obj.workspace()
    held = load(workspace, sample)
    if unmask:
        record_unmasking(workspace, what=f"sheet of sample {held.id}", reason=unmask)
    path = out or workspace.root / "reports" / f"抽样核实表-{held.id}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    title = f"{workspace.settings.name} 抽样核实表（样本 {held.id}）"
    write_sheet(path, held, held_rows(workspace, held), title=title, unmask=bool(unmask))
    note(say(f"抽样核实表已写出：{path}", f"The sheet: {path}"))


@sample_app.command("answers")
def answers(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(help="填好的抽样核实表 / the filled-in workbook")]
) -> None:
    """读回现场填写的结果 / Read the field's answers back."""
    workspace: Workspace = ctx.obj.workspace()
    held = load(workspace, field.sample_of(file))
    found = field.read_sheet(file, held)
    added = field.append(workspace, held, found)
    left = len(held.items) - len(field.read(workspace, held))
    note(
        say(
            f"样本 {held.id}：读到 {len(found)} 条，新增 {added} 条，还差 {left} 条。",
            f"Sample {held.id}: read {len(found)} answers, {added} of them new, {left} still missing.",
        )
    )


@sample_app.command("table")
def published(
    name: Annotated[str, typer.Argument(help="A-1, A-2, A-3, A-4, C-1, factors")],
    as_json: AsJson = False,
) -> None:
    """打印审计抽样指南的表，由公式算出 / The tables of the AICPA Audit Guide, computed."""
    found = grid(name)
    if as_json:
        for row in found.rows:
            emit(dict(zip(found.headings, row, strict=True)))
        return
    show(f"{found.name} {say(found.zh, found.en)}", found.headings, found.rows)


def show_plan(planned: Plan, held: Facts, found: Sized, *, as_json: bool) -> None:
    """What is sampled, from what, how many."""
    if as_json:
        emit({"kind": planned.kind, "how": planned.how, "law": planned.law, **facts_json(held), **asdict(found)})
        return
    population = f"{planned.population.table} {held.items:,} {say('个项目', 'items')}"
    rows = [
        [say("总体", "population"), population],
        [say("总金额", "value"), _value(held)],
        *_left_out(held),
        [say("方法", "method"), f"{planned.kind} · {planned.how} · {planned.law}"],
        [say("可信度", "confidence"), f"{float(planned.confidence):.4g}"],
        [say("样本量", "size"), f"{found.size:,}"],
        *_limits(found),
        *_strata(held, found),
    ]
    show("", ["", ""], rows)


def _value(held: Facts) -> str:
    if held.currency and "," in held.currency:
        return say(f"{held.currency}，不相加", f"{held.currency}: not added up")
    return f"{held.amount:,.2f} {held.currency or ''}"


def _limits(found: Sized) -> Iterator[list[str]]:
    if found.allowed is not None:
        yield [say("可接受的误差数", "allowed"), f"{found.allowed:.4g}"]
    if found.interval is not None:
        yield [say("抽样间隔", "interval"), f"{found.interval:,.2f}"]
    if found.certain:
        words = f"{found.certain:,} ≥ {found.certain_from:,.2f}：{found.certain_amount:,.2f}"
        yield [say("大额必查", "all examined"), words]


def _strata(held: Facts, found: Sized) -> Iterator[list[str]]:
    if len(held.strata) > 1:
        for one, part in zip(held.strata, found.parts, strict=True):
            yield [say(f"层 {one.name}", f"stratum {one.name}"), f"{part:,} / {one.items:,}：{one.amount:,.2f}"]


def _left_out(held: Facts) -> Iterator[list[str]]:
    for why, (count, amount) in held.left_out.items():
        yield [say("未列入", "left out"), f"{_why(why)} {count:,}：{amount:,.2f}"]
    for status, rows in held.doubtful.items():
        words = say(f"状态 {status} 的 {rows:,} 行，要排除请用 --where", f"{rows:,} rows are {status}; see --where")
        yield [say("请留意", "mind"), words]


def _why(why: str) -> str:
    return {
        "negative": say("负数，另行抽样", "negative, to be sampled apart"),
        "zero": say("零", "zero"),
        "empty": say("无金额", "without amount"),
    }[why]


def facts_json(held: Facts) -> dict[str, Any]:
    """A population for machines."""
    return {
        "items": held.items,
        "amount": held.amount,
        "currency": held.currency,
        "strata": [asdict(one) for one in held.strata],
        "doubtful": held.doubtful,
        "left_out": {why: {"items": count, "amount": amount} for why, (count, amount) in held.left_out.items()},
    }


def sample_json(one: Sample, *, with_items: bool = True) -> dict[str, Any]:
    """A sample for machines."""
    return {
        "sample": one.id,
        "drawn_at": one.created_at,
        "snapshot": one.snapshot,
        "seed": one.seed,
        "kind": one.plan.kind,
        "table": one.plan.population.table,
        "how": one.plan.how,
        "law": one.plan.law,
        "confidence": float(one.plan.confidence),
        "population": facts_json(one.facts),
        "size": asdict(one.size),
        **({"selection": [asdict(item) for item in one.items]} if with_items else {}),
    }
