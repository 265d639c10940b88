"""`bihuan sample plan` and `draw`: how many, and which."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

import typer

from bihuan.cli.console import emit, note, say
from bihuan.cli.sample import AsJson, Confidence, Law, sample_app, sample_json, show_plan
from bihuan.errors import WrongUse
from bihuan.sample.draw import draw as draw_items
from bihuan.sample.kept import keep
from bihuan.sample.plan import Plan, Population, plan, rate, rate_or_amount
from bihuan.sample.population import facts, opened
from bihuan.sample.sized import sized
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace

TableName = Annotated[str, typer.Argument(help="从哪张表抽 / table to draw from", metavar="TABLE")]
Kind = Annotated[str, typer.Option(help="attribute 属性, money 货币单元, variables 变量")]
Amount = Annotated[str | None, typer.Option(help="金额列 / money column")]
Where = Annotated[str | None, typer.Option(help="只从满足此 SQL 条件的行抽 / SQL condition")]
By = Annotated[list[str] | None, typer.Option(help="几行合为一个项目：voucher 或列名 / what makes one item")]
StrataBy = Annotated[str | None, typer.Option(help="按此列分层 / column of the strata")]
Strata = Annotated[str | None, typer.Option(help="按金额分层的界限，如 1000,10000 / limits of strata")]
How = Annotated[str | None, typer.Option(help="random 随机, systematic 系统; fixed 等距, cell 分格, random 随机")]
Tolerable = Annotated[str | None, typer.Option(help="可容忍的偏差率或错报，如 5% 或 500000 / tolerable")]
Expected = Annotated[str, typer.Option(help="预计的偏差率或错报 / expected")]
Count = Annotated[int | None, typer.Option("--size", help="直接指定样本量 / how many, instead of computing")]
Spread = Annotated[str | None, typer.Option(help="变量抽样：预计的标准差 / standard deviation to plan by")]
Check = Annotated[str, typer.Option(help="核对事项，写进核实表 / what to check")]


@sample_app.command("plan")
def plan_sample(
    ctx: typer.Context,
    table: TableName,
    kind: Kind = "attribute",
    amount: Amount = None,
    where: Where = None,
    by: By = None,
    strata_by: StrataBy = None,
    strata: Strata = None,
    how: How = None,
    law: Law = None,
    tolerable: Tolerable = None,
    expected: Expected = "0%",
    confidence: Confidence = "95%",
    count: Count = None,
    spread: Spread = None,
    as_json: AsJson = False,
) -> None:
    """在账本上算样本量，不抽取 / Size of a sample on the books, without drawing."""
    workspace: Workspace = ctx.obj.workspace()
    population = _population(table, amount, where, by, strata_by, strata)
    planned = _plan(kind, population, {"how": how, "law": law}, (tolerable, expected, confidence), count, spread, "")
    with opened(workspace, head(workspace), planned.population) as engine:
        held = facts(engine, planned)
        show_plan(planned, held, sized(engine, planned, held), as_json=as_json)


@sample_app.command("draw")
def draw(
    ctx: typer.Context,
    table: TableName,
    kind: Kind = "attribute",
    amount: Amount = None,
    where: Where = None,
    by: By = None,
    strata_by: StrataBy = None,
    strata: Strata = None,
    how: How = None,
    law: Law = None,
    tolerable: Tolerable = None,
    expected: Expected = "0%",
    confidence: Confidence = "95%",
    count: Count = None,
    spread: Spread = None,
    check: Check = "",
    seed: Annotated[str | None, typer.Option(help="随机种子，同种子抽出同样本 / same seed, same sample")] = None,
    as_json: AsJson = False,
) -> None:
    """抽取样本并存档：种子、语句、名单俱全 / Draw a sample and keep it with seed, statement and list."""
    workspace: Workspace = ctx.obj.workspace()
    snapshot = head(workspace)
    population = _population(table, amount, where, by, strata_by, strata)
    planned = _plan(kind, population, {"how": how, "law": law}, (tolerable, expected, confidence), count, spread, check)
    seed = seed or str(secrets.randbelow(10**8))
    with opened(workspace, snapshot, planned.population) as engine:
        held = facts(engine, planned)
        found = sized(engine, planned, held)
        kept = keep(workspace, snapshot, seed, (planned, held, found, draw_items(engine, planned, held, found, seed)))
    if as_json:
        emit(sample_json(kept))
        return
    show_plan(planned, held, found, as_json=False)
    note(
        say(
            f"样本 {kept.id}：抽出 {len(kept.items)} 个项目，种子 {seed}。下一步：bihuan sample sheet {kept.id}",
            f"Sample {kept.id}: {len(kept.items)} items, seed {seed}. Next: bihuan sample sheet {kept.id}",
        )
    )


def _population(
    table: str, amount: str | None, where: str | None, by: list[str] | None, strata_by: str | None, strata: str | None
) -> Population:
    limits = [rate_or_amount(one, "--strata") for one in (strata or "").replace("，", ",").split(",") if one.strip()]
    if any(isinstance(one, Fraction) for one in limits):
        raise WrongUse(f"--strata {strata!r}: limits are amounts. Write them like 1000,10000.")
    return Population(table, amount, where, tuple(by or ()), strata_by, tuple(Decimal(one) for one in limits))  # type: ignore[arg-type]


def _plan(
    kind: str,
    population: Population,
    ways: Mapping[str, str | None],
    words: tuple[str | None, str, str],
    count: int | None,
    spread: str | None,
    check: str,
) -> Plan:
    tolerable, expected, confidence = words
    return plan(
        kind,
        population,
        how=ways["how"],
        law=ways["law"],
        confidence=rate(confidence, "--confidence"),
        tolerable=None if tolerable is None else rate_or_amount(tolerable, "--tolerable"),
        expected=rate_or_amount(expected, "--expected"),
        size=count,
        spread=None if spread is None else _amount(spread, "--spread"),
        check=check,
    )


def _amount(words: str, option: str) -> Decimal:
    found = rate_or_amount(words, option)
    if isinstance(found, Fraction):
        raise WrongUse(f"{option} {words!r} is a rate; an amount is wanted. Write it like 500.")
    return found
