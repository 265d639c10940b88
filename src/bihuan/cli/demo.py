"""`bihuan demo`: a fictional county's files, then the commands that an auditor would run on them."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from bihuan.cli import collect, examine, leads, link, report, score
from bihuan.cli.console import note, progress, say
from bihuan.demo import meals
from bihuan.demo.county import County
from bihuan.demo.make import FOLDER, FOLDER_AGAIN, TRUTH_AGAIN, Demo, Tell, make, make_again
from bihuan.errors import BadWorkspace, NotFound, WrongUse
from bihuan.settings import FILE, Settings
from bihuan.store.workspace import init

TOP = 12  # leads that are shown
COUNTY = "county.json"  # which county it is, so that the second hand-over comes from the same one


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    ctx: typer.Context,
    seed: Annotated[
        int | None, typer.Option(help="随机种子，默认 1，同一种子文件逐字节相同 / same seed, same bytes")
    ] = None,
    scale: Annotated[float | None, typer.Option(help="日常业务量的倍数，默认 1 / multiplies ordinary business")] = None,
    clean: Annotated[bool, typer.Option(help="不种任何问题 / the same county with no problem in it")] = False,
    batch: Annotated[int, typer.Option(help="第几次报送：2 为半年后 / 2: the hand-over half a year later")] = 1,
    files_only: Annotated[bool, typer.Option(help="只生成文件 / make the files, collect nothing")] = False,
) -> None:
    """造一个虚构的县的资料，收集、归并、检查、打分 / A fictional county: collect, link, examine, score."""
    if batch not in (1, 2):
        raise WrongUse(f"--batch {batch}: the county hands over twice. Give 1 or 2.")
    county = _county(ctx.obj.root, seed, scale, is_clean=clean, is_again=batch == 2)
    if batch == 2:
        _again(ctx, county, files_only=files_only)
    else:
        _first(ctx, county, files_only=files_only)


def _county(root: Path, seed: int | None, scale: float | None, *, is_clean: bool, is_again: bool) -> County:
    """The county that is asked for; the second time the same one as the first, and no other."""
    before = json.loads((root / COUNTY).read_text(encoding="utf-8")) if is_again and (root / COUNTY).exists() else {}
    asked = {"seed": seed, "scale": scale, "is_clean": is_clean or None}
    for name, value in asked.items():
        if before and value is not None and value != before[name]:
            raise WrongUse(
                f"--{name.removeprefix('is_')} {value}: the first hand-over in {root} was made with {before[name]}. "
                "Leave the option out, or make another county in another folder."
            )
    county = County(**{**{name: value for name, value in asked.items() if value is not None}, **before})
    if not 0 < county.scale <= 1000:
        raise WrongUse(f"--scale {scale}: give a number above 0 and up to 1000.")
    return county


def _first(ctx: typer.Context, county: County, *, files_only: bool) -> None:
    root: Path = ctx.obj.root
    made = _made(root, county, make)
    (root / COUNTY).write_text(json.dumps(asdict(county)) + "\n", encoding="utf-8")
    _tell_files(root / FOLDER, made)
    if files_only:
        return
    if not (root / FILE).exists():
        init(root, Settings(name=say("云禾县（虚构）", "Yunhe county (fictional)")))
    _step(f"bihuan -w {root} collect {root / FOLDER}", lambda: collect.command(ctx, [str(root / FOLDER)]))
    note(
        say(
            "上面标红的是账本自己的毛病（故意种下的）：行已入账，毛病写明在哪里。",
            "What stands in red are faults in the books (planted): the rows are in, and it says where they fail.",
        )
    )
    _examine(ctx)
    _step(f"bihuan -w {root} leads --limit {TOP}", lambda: leads.leads(ctx, limit=TOP))
    _step(f"bihuan -w {root} score", lambda: score.score(ctx))
    page = report.page(ctx.obj.workspace())
    filled = {} if county.is_clean else _fill_workbench(ctx, county.seed, county.scale)
    _tell_next(root, made, page)
    if filled:
        _tell_workbench(root, filled)


def _again(ctx: typer.Context, county: County, *, files_only: bool) -> None:
    """The second hand-over: collected, linked, examined; the leads of the first are asked again."""
    root: Path = ctx.obj.root
    if not files_only and not (root / "books" / "HEAD").exists():
        raise NotFound(f"{root}: nothing was handed over before. First: bihuan -w {root} demo")
    made = _made(root, county, make_again)
    _tell_files(root / FOLDER_AGAIN, made)
    if files_only:
        return
    _step(f"bihuan -w {root} collect {root / FOLDER_AGAIN}", lambda: collect.command(ctx, [str(root / FOLDER_AGAIN)]))
    _examine(ctx)
    truth = root / TRUTH_AGAIN
    _step(f"bihuan -w {root} score --truth {truth}", lambda: score.score(ctx, truth=truth))
    page = report.page(ctx.obj.workspace())
    note(say(f"\n报告：{page}", f"\nThe report: {page}"))


def _made(root: Path, county: County, make_them: Callable[[Path, County, Tell | None], Demo]) -> Demo:
    with progress() as bar:
        task = bar.add_task(say("造资料", "files"), total=None)
        return make_them(root, county, lambda done, of: bar.update(task, completed=done, total=of))


def _examine(ctx: typer.Context) -> None:
    root: Path = ctx.obj.root
    _step(f"bihuan -w {root} link", lambda: link.start(ctx))
    _step(f"bihuan -w {root} examine", lambda: examine.examine(ctx))


def _step(words: str, run: Callable[[], None]) -> None:
    """Show the command as a person would type it, and run it; its exit code is not the demo's."""
    note(f"\n$ {words}")
    try:
        run()
    except typer.Exit:
        return


def _tell_files(folder: Path, made: Demo) -> None:
    forms = Counter(one.form for one in made.planted)
    problems, twins = forms["plain"] + forms["hiding"], forms["twin"]
    note(
        say(
            f"云禾县（虚构）各部门交来 {len(made.files)} 个文件，在 {folder}；其中种下 {problems} 个问题"
            f"（{forms['hiding']} 个有伪装）和 {twins} 个无辜的相似情形，清单在 {made.truth}。",
            f"The departments of the fictional county handed over {len(made.files)} files, in {folder}; planted are "
            f"{problems} problems ({forms['hiding']} in disguise) and {twins} innocent twins, listed in {made.truth}.",
        )
    )


def _fill_workbench(ctx: typer.Context, seed: int, scale: float) -> dict[str, Any]:
    """People, matters in every state, and then the next term's books; nothing where the workbench is not installed."""
    if importlib.util.find_spec("django") is None:
        return {}
    root: Path = ctx.obj.root
    note(
        say(
            "\n工作台：登记人员，把疑点一步步办到各个环节 …",
            "\nThe workbench: people, matters brought to every state …",
        )
    )
    command = [sys.executable, "-m", "bihuan.web.fill_demo", str(root), str(seed), str(scale)]
    ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if ran.returncode:
        raise BadWorkspace(f"{root}: the workbench could not be filled: {ran.stderr.strip().splitlines()[-1:]}")
    folder = root / meals.NEXT_TERM
    _step(f"bihuan -w {root} collect {folder}", lambda: collect.command(ctx, [str(folder)]))
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def _tell_workbench(root: Path, filled: dict[str, Any]) -> None:
    star = filled["stars"].get("put_right", "")
    count = sum(filled["states"].values())
    note(
        say(
            f"\n工作台已有 {count} 个事项，各环节都有；下学期的账已收进来，等着复测。\n"
            f"打开：bihuan -w {root} serve --demo --port 8000　在登录页选一个角色，从 {star} 看起\n"
            f"五分钟走一遍：docs/five-minutes.md　核对日志链：bihuan -w {root} verify",
            f"\nThe workbench holds {count} matters in every state; the next term's books wait for the re-test.\n"
            f"Open it: bihuan -w {root} serve --demo --port 8000   Choose a role to sign in, begin with {star}\n"
            f"Five minutes: docs/five-minutes.md   Check the journal: bihuan -w {root} verify",
        )
    )


def _tell_next(root: Path, made: Demo, page: Path) -> None:
    note(
        say(
            f"\n报告（可离线打开）：{page}\n"
            f"看一次拒收：bihuan -w {root} collect '{made.broken}'\n"
            f"看一条疑点：bihuan -w {root} leads show 编号　追到原件哪一行：bihuan -w {root} trace 编号",
            f"\nThe report (opens offline): {page}\n"
            f"See a refusal: bihuan -w {root} collect '{made.broken}'\n"
            f"A lead: bihuan -w {root} leads show ID   Back to the line it came from: bihuan -w {root} trace ID",
        )
    )
