"""`bihuan sample evaluate`: what the answers say of the whole."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import typer

from bihuan.cli.console import emit, note, say, show
from bihuan.cli.sample import AsJson, sample_app
from bihuan.sample import answers as field
from bihuan.sample.attribute import AttributeResult
from bihuan.sample.classical import Estimate
from bihuan.sample.evaluate import Evaluation, evaluate
from bihuan.sample.kept import load
from bihuan.sample.money import MoneyResult, Side
from bihuan.store.workspace import Workspace


@sample_app.command("evaluate")
def evaluate_sample(
    ctx: typer.Context,
    sample: Annotated[str, typer.Argument(help="样本编号，可只写前几位 / id, its beginning will do")],
    unanswered: Annotated[
        bool, typer.Option("--unanswered-is-wrong", help="未答的按有误计 / count items without an answer as wrong")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """由样本推断总体：推断错报、上限、精度 / What the sample says of the whole."""
    workspace: Workspace = ctx.obj.workspace()
    held = load(workspace, sample)
    found = evaluate(held, field.read(workspace, held), count_unanswered=unanswered)
    if as_json:
        emit(found.as_json)
        return
    _show_evaluation(found)


def _show_evaluation(found: Evaluation) -> None:
    sample = found.sample
    note(
        say(
            f"样本 {sample.id}：已答 {found.answered}，其中无法核实 {found.unverifiable}，未答 {found.unanswered}。",
            f"Sample {sample.id}: {found.answered} answered, {found.unverifiable} of them not verifiable, "
            f"{found.unanswered} unanswered.",
        )
    )
    if found.attribute:
        _show_attribute(found.attribute)
    elif found.money:
        _show_money(found.money)
    else:
        _show_estimates(found.estimates)


def _show_attribute(one: AttributeResult) -> None:
    low, high = one.interval
    rows = [
        [say("偏差", "deviations"), f"{one.deviations} / {one.size}"],
        [say("偏差率", "rate"), f"{one.rate:.2%}"],
        [say("上限", "upper limit"), f"{one.upper:.2%}"],
        [say("抽样风险余量", "precision"), f"{one.precision:.2%}"],
        [say("双侧区间", "interval"), f"{low:.2%} – {high:.2%}"],
    ]
    show("", ["", ""], [*rows, *_conclusion(one.supports, "" if one.tolerable is None else f"{one.tolerable:.2%}")])


def _show_estimates(estimates: tuple[Estimate, ...]) -> None:
    headings = say(
        "估计 总额 标准误 精度 下限 上限 高估 结论", "estimator total error precision low high over supports"
    )
    rows = [
        [one.name, one.total, one.error, one.precision, one.low, one.high, one.misstatement, _yes(one.supports)]
        for one in estimates
    ]
    show("", headings.split(), rows)


def _show_money(one: MoneyResult) -> None:
    names = say("高估 低估", "overstatement understatement").split()
    columns = [_side(side) for side in (one.over, one.under)]
    labels = [name for name, _ in columns[0]]
    show("", ["", *names], [[label, *(side[row][1] for side in columns)] for row, label in enumerate(labels)])
    show("", ["", ""], [
        [say("净推断错报", "likely misstatement"), f"{one.likely:,.2f}"],
        [say("精度", "precision"), f"{one.precision:,.2f}"],
        *_conclusion(one.supports, "" if one.tolerable is None else f"{one.tolerable:,.2f}"),
    ])  # fmt: skip
    headings = say(
        "名次 行 账面 审定 错报率 推断 系数增量 含风险", "rank row_id book audited tainting projected growth with_risk"
    ).split()
    for name, side in zip(names, (one.over, one.under), strict=True):
        if side.ranking:
            show(name, headings, [
                [held.rank, str(held.item), held.book, held.audited, f"{held.tainting:.2%}", held.projected,
                 f"{held.growth:.2f}", held.with_risk]
                for held in side.ranking
            ])  # fmt: skip


def _side(side: Side) -> list[tuple[str, Decimal]]:
    return [
        (say("必查项目中查出", "known"), side.known),
        (say("推断错报", "projected"), side.projected),
        (say("基本精度", "basic precision"), side.basic),
        (say("增量", "incremental allowance"), side.incremental),
        (say("上限（Stringer）", "upper limit (Stringer)"), side.upper),
        (say("上限（Gamma）", "upper limit (gamma)"), side.gamma),
    ]


def _conclusion(supports: bool | None, tolerable: str) -> list[list[str]]:
    if supports is None:
        return []
    words = say("上限在可容忍之内", "the upper limit is within") if supports else say(
        "上限超过可容忍，总体不能接受", "the upper limit exceeds it: the population cannot be accepted"
    )  # fmt: skip
    return [[say("可容忍", "tolerable"), tolerable], [say("结论", "conclusion"), words]]


def _yes(supports: bool | None) -> str:
    return "" if supports is None else say("可接受", "yes") if supports else say("不可接受", "no")
