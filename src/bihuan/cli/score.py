"""`bihuan score`: how much of what was planted the leads find, beside what simpler searches would have found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from bihuan.cli.console import emit, note, progress, say, show
from bihuan.leads import baselines, retests
from bihuan.leads.board import Case, board, handed_over
from bihuan.leads.lead import open_run
from bihuan.leads.marks import Marks, as_json
from bihuan.leads.places import Shelf
from bihuan.leads.ranking import Ranking, rank
from bihuan.leads.truth import Problem, read
from bihuan.store.snapshot import Snapshot, load
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
    is_later = bool(retests.retested(problems))
    shelf = Shelf(books, (path.parent, workspace.root, *sorted(workspace.root.glob("handed-over*"))), is_later)
    first = (first_run or retests.first_run(workspace, problems, shelf)) if is_later else None
    with progress() as bar:
        found = _scored(_Asked(workspace, ranking, problems, shelf), _judged(workspace, books, first), bar)
        if first:
            task = bar.add_task(say("复测", "re-test"), total=None)
            again = retests.ask_again(
                workspace, problems, first, shelf, lambda done, of: bar.update(task, completed=done, total=of)
            )
            found["retests"] = retests.as_json(again, first)
    return {**found, "truth": str(path), "run": ranking.run.id, "snapshot": books.id}


@dataclass(frozen=True)
class _Asked:
    workspace: Workspace
    ranking: Ranking
    problems: list[Problem]
    shelf: Shelf


def _judged(workspace: Workspace, books: Snapshot, first: str | None) -> set[int]:
    """The sources that the truth speaks of: all; of a second hand-over, those that were not there for the first run."""
    if first is None:
        return {one.source for one in books.parts}
    before = {one.source for one in load(workspace, open_run(workspace, first).snapshot).parts}
    return {one.source for one in handed_over(books)} - before


def _scored(asked: _Asked, sources: set[int], bar: Progress) -> Json:
    """The figures of the leads with evidence from those sources, and of simpler searches among the same rows."""
    task = bar.add_task(say("打分", "score"), total=None)
    cases = [Case(one.number, spots) for one in asked.problems for spots in one.cases]
    with board(asked.workspace, asked.ranking, cases, asked.shelf) as held:
        ranks = {old: new for new, old in enumerate(held.leads_on(sources), 1)}
        leads = [asked.ranking.leads[old - 1] for old in ranks]
        answers = [(ranks[old], number) for old, number in held.answers() if old in ranks]
        searched = baselines.search(asked.workspace, held, asked.problems, sources)
        marks = Marks(leads, asked.problems, held.lost, searched.rows, answers)
        beside = baselines.beside(searched, lambda name: bar.update(task, description=say(*SEARCHES[name])))
    return {**as_json(marks), "beside": beside}


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
