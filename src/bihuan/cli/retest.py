"""`bihuan retest`: ask the questions of rectified matters again, of the newest books or of those that are named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bihuan.cli.console import emit, note, progress, say, show
from bihuan.errors import BihuanError, NotFound

if TYPE_CHECKING:
    from bihuan.matters.models import Matter
    from bihuan.matters.retesting import Answered
    from bihuan.store.snapshot import Snapshot

OUTCOMES = {"pass": ("通过", "pass"), "fail": ("未通过", "fail"), "inconclusive": ("待复测", "inconclusive")}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("retest")(retest)


def retest(
    ctx: typer.Context,
    matter: Annotated[list[str] | None, typer.Option(help="只复测这个事项，可多次 / only this matter")] = None,
    snapshot: Annotated[str | None, typer.Option(help="哪个快照，默认最新 / which snapshot")] = None,
    everything: Annotated[bool, typer.Option("--all", help="复测过的也再测 / also what was tested on it")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象 / one JSON object a line")] = False,
) -> None:
    """用原方法在新账本上复测已整改的事项 / Run the stored methods of rectified matters on newer books."""
    from bihuan.web.start import django

    django(ctx.obj.workspace())
    from bihuan.matters.retesting import newest

    books = newest(snapshot)
    chosen = _chosen(matter or [], books, everything=everything)
    rows, failed = [], 0
    with progress() as bar:
        task = bar.add_task(say("复测", "re-test"), total=len(chosen))
        for number, one in enumerate(chosen, 1):
            bar.update(task, description=one.code)
            line = _line(one, books)
            failed += "error" in line
            rows.append(line)
            bar.update(task, advance=1)
            if as_json:
                emit({**line, "progress": number * 100 // len(chosen)})
    _told(rows, books, as_json=as_json)
    raise typer.Exit(1 if failed else 0)


def _chosen(codes: list[str], books: Snapshot, *, everything: bool) -> list[Matter]:
    """Those that are named, else all that wait for these books."""
    from bihuan.matters.retest_desk import desk
    from bihuan.matters.retesting import retestable

    held = {one.code: one for one in retestable()}
    if missing := [one for one in codes if one not in held]:
        raise NotFound(f"{missing[0]}: no matter with a re-test due. List them with: bihuan retest --json")
    if codes:
        return [held[one] for one in dict.fromkeys(codes)]
    rows = desk(held.values(), books)
    return [one.matter for one in rows if one.waits or (everything and not one.is_same_books)]


def _line(matter: Matter, books: Snapshot) -> dict[str, Any]:
    """What came of one; one that cannot be re-tested does not stop the next."""
    from bihuan.matters.retesting import retest_matter

    try:
        return _answer(matter, retest_matter(matter, books))
    except BihuanError as error:
        return {"matter": matter.code, "status": "error", "error": str(error)}


def _answer(matter: Matter, answered: Answered) -> dict[str, Any]:
    from bihuan.matters.models import Matter as Table

    state = Table.objects.values_list("state", flat=True).get(pk=matter.pk)
    leads = [
        {
            "lead": lead, "outcome": one.outcome, "why": {"zh": one.why.zh, "en": one.why.en},
            "population": one.population, "old_hits": one.old_hits, "new_hits": one.new_hits,
            "is_remedied": one.is_remedied,
        }
        for lead, one in answered.answers
    ]  # fmt: skip
    return {"matter": matter.code, "status": answered.outcome, "state": str(state), "answers": leads}


def _told(rows: list[dict[str, Any]], books: Snapshot, *, as_json: bool) -> None:
    if not as_json:
        zh, en = "事项,结果,现状态,检查行数,原命中,新命中,说明", "matter,outcome,state,population,old,new,why"
        show("", say(zh, en).split(","), [_row(one) for one in rows])
    counts = {name: sum(one["status"] == name for one in rows) for name in (*OUTCOMES, "error")}
    note(
        say(
            f"快照 {books.id}：复测 {len(rows)} 个事项，通过 {counts['pass']}，未通过 {counts['fail']}，"
            f"待复测 {counts['inconclusive']}，出错 {counts['error']}。",
            f"Snapshot {books.id}: {len(rows)} matters re-tested, {counts['pass']} passed, {counts['fail']} failed, "
            f"{counts['inconclusive']} inconclusive, {counts['error']} with an error.",
        )
    )


def _row(line: dict[str, Any]) -> list[object]:
    if "error" in line:
        return [line["matter"], say("出错", "error"), "", "", "", "", line["error"]]
    answers = line["answers"]
    sums = [sum(one[name] for one in answers) for name in ("population", "old_hits", "new_hits")]
    whys = "；".join(dict.fromkeys(one["why"][say("zh", "en")] for one in answers))
    return [line["matter"], say(*OUTCOMES[line["status"]]), line["state"], *sums, whys]
