"""`bihuan score`: how much of what was planted the leads find, beside what simpler searches would have found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bihuan.cli.console import emit, note, progress, say, show
from bihuan.leads import baselines, retests
from bihuan.leads.board import board, handed_over
from bihuan.leads.marks import Marks, as_json
from bihuan.leads.places import Shelf
from bihuan.leads.ranking import rank
from bihuan.leads.truth import Problem, read
from bihuan.store.snapshot import load
from bihuan.store.workspace import Workspace

TRUTH = "truth.jsonl"
MOST_SHOWN = 20
SEARCHES = {
    "leads": ("疑点", "leads"), "random": ("随机抽样", "random sample"), "largest": ("金额从大到小", "largest first"),
    "isolation_forest": ("孤立森林", "isolation forest"),
}  # fmt: skip
FORMS = {"plain": ("直白", "plain"), "hiding": ("有伪装", "hiding"), "twin": ("相似但无辜", "innocent twin")}
OUTCOMES = {"pass": ("通过", "pass"), "fail": ("未通过", "fail"), "inconclusive": ("待复测", "inconclusive")}
Json = dict[str, Any]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("score")(score)


def score(
    ctx: typer.Context,
    truth: Annotated[
        Path | None, typer.Option(help="已知问题清单，默认工作区的 truth.jsonl / what was planted")
    ] = None,
    run: Annotated[str | None, typer.Option(help="给哪一次运行打分，默认最近 / which run")] = None,
    first_run: Annotated[
        str | None, typer.Option(help="复测哪一次运行的疑点 / whose leads are re-tested, for a second hand-over")
    ] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="一个 JSON 对象 / one JSON object")] = False,
) -> None:
    """打分：已知问题查出多少，并与抽样、大额优先、孤立森林比较 / How much of what is known to be wrong is found."""
    workspace: Workspace = ctx.obj.workspace()
    told(measured(workspace, truth or workspace.root / TRUTH, run=run, first_run=first_run), is_json=as_json_)


def measured(workspace: Workspace, path: Path, *, run: str | None = None, first_run: str | None = None) -> Json:
    """Every figure, with a progress bar on the way."""
    problems = read(path)
    ranking = rank(workspace, run)
    books = load(workspace, ranking.run.snapshot)
    is_later = any(one.retest for one in problems)
    shelf = Shelf(books, (path.parent, workspace.root, *sorted(workspace.root.glob("handed-over*"))), is_later)
    with progress() as bar:
        task = bar.add_task(say("打分", "score"), total=None)

        def tell(name: str) -> None:
            bar.update(task, description=say(*SEARCHES[name]))

        tell("leads")
        with board(workspace, ranking, problems, shelf) as held:
            rows = sum(one.rows for one in handed_over(books))
            marks = Marks(ranking.leads, problems, held.lost, rows, held.answers())
            beside = baselines.beside(baselines.search(workspace, held, problems), tell)
    found = {**as_json(marks), "beside": beside}
    if retests.retested(problems):
        found["retests"] = _retests(workspace, problems, first_run, shelf)
    return {**found, "truth": str(path), "run": ranking.run.id, "snapshot": books.id}


def _retests(workspace: Workspace, problems: list[Problem], first_run: str | None, shelf: Shelf) -> Json:
    with progress() as bar:
        task = bar.add_task(say("复测", "re-test"), total=None)
        run = first_run or retests.first_run(workspace, problems, shelf)
        found = retests.ask_again(
            workspace, problems, run, shelf, lambda done, of: bar.update(task, completed=done, total=of)
        )
    return retests.as_json(found, run)


def told(found: Json, *, is_json: bool) -> None:
    """One object for machines, tables for people."""
    if is_json:
        emit(found)
        return
    _tell_recall(found)
    _tell_precision(found)
    _tell_kinds(found["by_kind"])
    _tell_missed(found["by_kind"])
    if "retests" in found:
        tell_retests(found["retests"])
    for words in _remarks(found):
        note(words)


def _tell_recall(found: Json) -> None:
    beside = {"leads": found["recall"], **{name: found["beside"][name] for name in SEARCHES if name != "leads"}}
    rows = [
        [
            f"{say(*FORMS[form])} {found['planted'][form]}",
            *(_percent(one[form]) if one else say("未装", "not installed") for one in beside.values()),
        ]
        for form in ("plain", "hiding")
    ]
    title = say(
        f"查出率：疑点的证据共 {found['beside']['rows']:,} 行，其余三种看同样多的行（全部 {found['rows']:,} 行）",
        f"Recall: the leads show {found['beside']['rows']:,} rows; the others look at as many of {found['rows']:,}",
    )
    typer.echo(title)
    show("", [say("问题", "problems"), *(say(*words) for words in SEARCHES.values())], rows)


def _tell_precision(found: Json) -> None:
    cuts = found["precision_at"]
    rows = [
        *([say(f"前 {cut} 个疑点中属实", f"true among the first {cut}"), _percent(cuts[cut])] for cut in cuts),
        [say("前 200 个疑点中误指无辜", "innocent twins among the first 200"), _percent(found["twins_at_200"])],
        [say("每 10 万行的疑点数", "leads per 100,000 rows"), _number(found["leads_per_100k"])],
        [say("　其中级别高", "of level high"), _number(found["by_level"]["high"])],
    ]
    typer.echo(say(f"准确程度：疑点 {found['leads']:,} 个", f"Precision: {found['leads']:,} leads"))
    show("", ["", ""], rows)


def _tell_kinds(kinds: list[Json]) -> None:
    rows = [[one["kind"], *(_of(one[form]) for form in FORMS), "、".join(one["methods"])] for one in kinds]
    headings = [say("种类", "kind"), *(say(*words) for words in FORMS.values()), say("查出的方法", "found by")]
    typer.echo(say("逐类：查出 / 种下", "By kind: found / planted"))
    show("", headings, rows)


def _tell_missed(kinds: list[Json]) -> None:
    missed = [(one["kind"], each) for one in kinds for each in one["missed"]]
    if not missed:
        return
    rows = [
        [kind, say(*FORMS[one["form"]]), one["unit"], *_place(one["place"]), str(one["rows"])]
        for kind, one in missed[:MOST_SHOWN]
    ]
    headings = say("种类 形式 单位 来源 工作表 行 行数", "kind form unit source sheet line rows").split()
    typer.echo(say(f"没有查出的 {len(missed)} 个，第一行在", f"{len(missed)} missed, first row at"))
    show("", headings, rows)
    if len(missed) > MOST_SHOWN:
        note(say(f"只列出前 {MOST_SHOWN} 个；全部请用 --json。", f"First {MOST_SHOWN}; all with --json."))


def tell_retests(found: Json) -> None:
    """How many re-tests ended as they should."""
    rows = [
        [say(*words), f"{found[name]['right']} / {found[name]['of']}", str(found[name]["without_lead"])]
        for name, words in OUTCOMES.items()
    ]
    headings = [say("应得结果", "should be"), say("正确", "right"), say("第一次没有疑点", "no lead the first time")]
    typer.echo(say(f"复测（第一次运行 {found['first_run']}）", f"Re-tests (first run {found['first_run']})"))
    show("", headings, rows)


def _remarks(found: Json) -> Iterator[str]:
    """What is to be known of the figures."""
    if found["leads"] < 200:
        yield say(
            f"疑点只有 {found['leads']} 个：超出部分按现有的算。",
            f"There are {found['leads']} leads only: what is said of more is said of those.",
        )
    lost = found["lost"]
    if lost["rows"]:
        names = "、".join([*lost["sources"], *(f"{one['source']}!{one['sheet']}" for one in lost["sheets"])])
        yield say(
            f"清单中有 {lost['rows']} 行（{lost['problems']} 个问题）账本里没有，仍计入总数。"
            + (f"账本里没有的来源：{names}" if names else "来源都在，行号对不上。"),
            f"{lost['rows']} rows of the truth ({lost['problems']} problems) stand nowhere in the books, and count. "
            + (f"Unknown are: {names}" if names else "Their sources are known, their lines are not."),
        )
    if found["beside"]["isolation_forest"] is None:
        yield say(
            "孤立森林需要 scikit-learn：pip install 'bihuan[score]'",
            "The isolation forest needs scikit-learn: pip install 'bihuan[score]'",
        )


def _place(place: Json) -> list[str]:
    return [place["source"], place["sheet"], str(place["line"])]


def _of(counted: Json) -> str:
    return f"{counted['found']} / {counted['planted']}" if counted["planted"] else ""


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.1f}"
