"""`bihuan screens`: learn from the office's own verdicts which prices deserve a look; no model is shipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from bihuan.cli.console import emit, note, say, show
from bihuan.examine.session import opened
from bihuan.leads import screens_file
from bihuan.leads.screens import Contest, Key, Model, contests, judge, train
from bihuan.leads.tender_verdicts import Verdicts, from_labels, from_table
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace

Labels = Annotated[
    Path | None,
    typer.Option(help="项目与结论的 CSV，默认用读回的核实结论 / CSV of tenders and verdicts; default: those read back"),
]
Json = Annotated[bool, typer.Option("--json", help="JSON，列表每行一个 / JSON, one object a line")]
SCREENS = {
    "variation": ("变异系数", "variation"), "spread": ("最高比最低", "spread"), "gap": ("第二比最低", "gap to second"),
    "distance": ("相对距离", "relative distance"), "skewness": ("偏度", "skewness"), "kurtosis": ("峰度", "kurtosis"),
    "unevenness": ("步距不匀", "unevenness of steps"),
}  # fmt: skip
BY = {
    "market": ("逐个采购单位留出", "each buyer left out in turn"),
    "time": ("用较早的判最近的", "the latest after the earlier"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="报价筛查模型，只用本单位的结论 / a model of price screens, of your own verdicts only")
    commands: dict[str, Callable[..., None]] = {"train": learn, "judge": judged, "list": listed}
    for name, command in commands.items():
        group.command(name)(command)
    app.add_typer(group, name="screens")


@dataclass(frozen=True)
class _Known:
    """The contests of the books and what the office says of some of them."""

    contests: list[Contest]
    verdicts: Verdicts

    @property
    def used(self) -> dict[Key, bool]:
        """The verdicts whose tender has enough prices."""
        there = {one.key for one in self.contests}
        return {key: value for key, value in self.verdicts.held.items() if key in there}


def learn(ctx: typer.Context, labels: Labels = None, as_json: Json = False) -> None:
    """用本单位的核实结论训练，写进工作区 / Learn from the office's verdicts and keep the model."""
    workspace: Workspace = ctx.obj.workspace()
    known = _known(workspace, labels)
    said = screens_file.content(
        train(known.contests, known.used), known.verdicts, known.used, judge(known.contests, known.used)
    )
    path = screens_file.keep(workspace, said)
    _tell(said, known, as_json=as_json)
    note(say(f"模型已写进 {path}；下一步：bihuan screens list", f"The model is in {path}; next: bihuan screens list"))


def judged(ctx: typer.Context, labels: Labels = None, as_json: Json = False) -> None:
    """只判断这样的模型好不好，不写文件 / Say how good such a model is, and keep nothing."""
    known = _known(ctx.obj.workspace(), labels)
    said = screens_file.content(
        train(known.contests, known.used), known.verdicts, known.used, judge(known.contests, known.used)
    )
    _tell(said, known, as_json=as_json)


def listed(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="最多列出 / at most")] = 30,
    as_json: Json = False,
) -> None:
    """还没有结论的标段，可能性大的在前 / Tenders without a verdict, the likeliest first."""
    workspace: Workspace = ctx.obj.workspace()
    model, said = screens_file.read(workspace)
    held = _contests(workspace)
    hashes = set(said["labels"]["hashes"])
    fresh = [one for one in held if not {screens_file.hash_of({one.key: each}) for each in (True, False)} & hashes]
    ranked = sorted(((model.chance(one), one) for one in fresh), key=lambda pair: (-pair[0], pair[1].key))
    if as_json:
        for chance, one in ranked[:limit]:
            emit(_line(model, chance, one))
        return
    headings = say("项目 标段 单位 日期 家数 可能性 主要因为", "tender lot unit date bids chance mostly_for").split()
    rows = [
        [*one.key, one.market, str(one.on), len(one.prices), f"{chance:.1%}", _reasons(model, one)]
        for chance, one in ranked[:limit]
    ]
    show(say(f"没有结论的标段 {len(ranked)} 个", f"{len(ranked)} tenders without a verdict"), headings, rows)
    note(say("可能性只是先看谁的次序，不是结论。", "A chance says whom to look at first; it is no finding."))


def _known(workspace: Workspace, labels: Path | None) -> _Known:
    verdicts = from_table(labels) if labels else from_labels(workspace)
    return _Known(_contests(workspace), verdicts)


def _contests(workspace: Workspace) -> list[Contest]:
    with opened(workspace, head(workspace)) as session:
        return contests(session.engine)


def _tell(said: dict[str, Any], known: _Known, *, as_json: bool) -> None:
    without_prices = len(known.verdicts.held) - len(known.used)
    if as_json:
        emit({**{name: said[name] for name in ("labels", "contests", "judged")}, "without_prices": without_prices,
              "weights": dict(zip(("constant", *SCREENS), said["weights"], strict=True))})  # fmt: skip
        return
    headings = say("怎么判 项目 其中查实 平衡准确率 AUC", "judged tenders established balanced_accuracy AUC").split()
    rows = [
        [say(*BY[by]), one["tenders"], one["rigged"], _figure(one["balanced_accuracy"]), _figure(one["auc"])]
        for by, one in said["judged"].items()
    ]
    show("", headings, rows)
    weights = zip(SCREENS.values(), said["weights"][1:], strict=True)
    show("", say("指标 权重", "screen weight").split(), [[say(*words), f"{value:+.2f}"] for words, value in weights])
    counts = said["labels"]
    note(
        say(
            f"查实 {counts['established']} 个、排除 {counts['dismissed']} 个；"
            f"另有 {without_prices} 个在账本里没有四家不同的报价，没有用。"
            "平衡准确率和 AUC 为 0.5 等于瞎猜；“—”表示那部分只有一种结论，判不了。",
            f"{counts['established']} established, {counts['dismissed']} dismissed; {without_prices} more have "
            "no four prices in the books. 0.5 is guessing; “—” where a part holds one kind of verdict only.",
        )
    )


def _line(model: Model, chance: float, one: Contest) -> dict[str, Any]:
    return {
        "process": one.key[0],
        "lot": one.key[1],
        "unit": one.market,
        "on": one.on,
        "bids": len(one.prices),
        "chance": round(chance, 4),
        "adds": {name: round(value, 4) for name, value in model.reasons(one)},
    }


def _reasons(model: Model, one: Contest) -> str:
    return "、".join(f"{say(*SCREENS[name])} {value:+.1f}" for name, value in model.reasons(one)[:3])


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
