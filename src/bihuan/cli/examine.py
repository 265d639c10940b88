"""`bihuan examine`: every row of the books, by every method."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bihuan.cli import examine_look
from bihuan.cli.console import emit, note, progress, say, show
from bihuan.errors import NotFound, WrongUse
from bihuan.examine import run as runs
from bihuan.examine.header import Method
from bihuan.examine.library import Broken, Library, library
from bihuan.examine.run import Outcome, Run
from bihuan.store.engine import Engine
from bihuan.store.snapshot import head, load

LEVELS = ("low", "medium", "high")
STATUS = {
    runs.COMPUTED: ("已运行", "computed"),
    runs.CACHED: ("沿用", "cached"),
    runs.NOT_APPLICABLE: ("不适用", "not applicable"),
    runs.FAILED: ("未能运行", "failed"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("examine")(examine)


def examine(
    ctx: typer.Context,
    pack: Annotated[list[str] | None, typer.Option(help="只运行这个专题 / only this pack")] = None,
    method: Annotated[list[str] | None, typer.Option(help="只运行这个方法 / only this method")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象 / one JSON object a line")] = False,
    fail_on: Annotated[str | None, typer.Option(help="有此级别以上疑点时退出码为 3 / exit 3 at this level")] = None,
    snapshot: Annotated[str | None, typer.Option(help="哪个快照，默认最新 / which snapshot")] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="初看一个 OCDS 编译发布文件，不入账本 / a first look at compiled releases"),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--as", help="输出格式：cardinal（十一条规则）/ cardinal: its eleven rules as its JSON"),
    ] = None,
) -> None:
    """用审计方法检查账本中的每一行 / Examine every row of the books."""
    if form not in (None, examine_look.CARDINAL):
        raise WrongUse(f"--as {form!r} is no form. There is: {examine_look.CARDINAL}.")
    if fail_on not in (None, *LEVELS):
        raise WrongUse(f"--fail-on {fail_on!r} is no level. Choose one of: {', '.join(LEVELS)}.")
    if source is not None:
        raise typer.Exit(
            examine_look.look_at(source, ctx.obj.root, pack or [], method or [], form=form, as_json=as_json)
        )
    workspace = ctx.obj.workspace()
    books = load(workspace, snapshot) if snapshot else head(workspace)
    if not books.parts:
        raise NotFound(f"{workspace.root}: the books are empty. First: bihuan -w {workspace.root} collect FILE…")
    chosen, broken = (examine_look.eleven(), []) if form else _chosen(library(workspace), pack or [], method or [])
    with progress() as bar:
        task = bar.add_task(say("检查", "examine"), total=len(chosen))

        def tell(one: Outcome) -> None:
            bar.update(task, advance=1, description=one.method.id)
            if as_json and not form:
                emit(_line(one))

        run = runs.examine(workspace, books, chosen, broken=broken, tell=tell)
    if form:
        examine_look.write_cardinal(workspace, run)
    else:
        _told(run, as_json=as_json)
    raise typer.Exit(_exit(run, fail_on))


def _chosen(held: Library, packs: list[str], names: list[str]) -> tuple[list[Method], list[Broken]]:
    """What is asked for; without asking all that is on, neither draft nor retired."""
    if packs or names:
        wanted = {one.id for pack in packs for one in held.pack(pack)} | {held.method(name).id for name in names}
        return [one for one in held.methods if one.id in wanted and _runs(one, held, names)], [
            one for one in held.broken if one.pack in packs
        ]
    return [one for one in held.methods if _runs(one, held, names)], list(held.broken)


def _runs(one: Method, held: Library, named: list[str]) -> bool:
    return one.id in named or (one.id not in held.off and one.header.status in ("trial", "stable"))


def _line(one: Outcome) -> dict[str, Any]:
    meta = one.meta
    return {
        "method": one.method.id,
        "pack": one.method.pack,
        "status": one.status,
        "reason": {"zh": one.why_not.zh, "en": one.why_not.en} if one.why_not else None,
        "role": one.method.header.role,
        "level": one.method.header.level,
        "leads": one.leads,
        "population": meta.population if meta else None,
        "fires_on_too_many": meta.fires_on_too_many if meta else False,
        "seconds": meta.seconds if meta else 0,  # that computing took, in this run or when it was computed
    }


def _told(run: Run, *, as_json: bool) -> None:
    counts = {one: run.count(one) for one in STATUS}
    if as_json:
        for bad in run.broken:
            emit(
                {
                    "method": bad.id,
                    "pack": bad.pack,
                    "status": runs.FAILED,
                    "reason": {"zh": bad.reason, "en": bad.reason},
                }
            )
        emit({**counts, "leads": run.leads, "engine": f"{Engine.name} {Engine.version}", "run": run.id})
        return
    show(
        "",
        [say("专题", "pack"), say("方法", "method"), say("状态", "status"), say("疑点", "leads"), say("说明", "note")],
        [_row(one) for one in run.outcomes],
    )
    for bad in run.broken:
        note(bad.reason)
    note(
        say(
            f"{run.leads} 个疑点。运行 {counts[runs.COMPUTED]}，沿用 {counts[runs.CACHED]}，"
            f"不适用 {counts[runs.NOT_APPLICABLE]}，未能运行 {counts[runs.FAILED]}。下一步：bihuan leads",
            f"{run.leads} leads. Computed {counts[runs.COMPUTED]}, cached {counts[runs.CACHED]}, "
            f"not applicable {counts[runs.NOT_APPLICABLE]}, failed {counts[runs.FAILED]}. Next: bihuan leads",
        )
    )


def _row(one: Outcome) -> list[object]:
    title = one.method.header.title
    words = say(one.why_not.zh, one.why_not.en) if one.why_not else ""
    if one.meta and one.meta.fires_on_too_many:
        words = say("命中过多，宜核对参数", "fires on too many: check its parameters")
    return [one.method.pack, say(title.zh, title.en), say(*STATUS[one.status]), one.leads, words]


def _exit(run: Run, fail_on: str | None) -> int:
    if run.count(runs.FAILED):
        return 1
    at_least = LEVELS[LEVELS.index(fail_on) :] if fail_on else ()
    headers = (one.method.header for one in run.outcomes if one.leads)
    return 3 if any(one.role == "lead" and one.level in at_least for one in headers) else 0
