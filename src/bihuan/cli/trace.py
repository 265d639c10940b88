"""`bihuan trace`: from a row or a lead back to the raw record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from bihuan.cli.console import emit, say, show
from bihuan.collect.retrace import raw_record
from bihuan.errors import NotFound
from bihuan.store.canonical import read_json
from bihuan.store.engine import connect, text
from bihuan.store.origin import locate
from bihuan.store.snapshot import Snapshot, head, load, source_of
from bihuan.store.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("trace")(trace)


def trace(
    ctx: typer.Context,
    what: Annotated[
        str, typer.Argument(help="行号 row_id 或疑点编号 / a row_id or a lead's id", metavar="ROW_ID|LEAD_ID")
    ],
    most: Annotated[int, typer.Option(help="最多列出的行数 / most rows to show")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象 / one JSON object a line")] = False,
) -> None:
    """溯源：回到来源、工作表、行和原始记录 / Back to source, sheet, line and the raw record."""
    workspace: Workspace = ctx.obj.workspace()
    snapshot, rows = _asked(workspace, what)
    found = list(_traced(workspace, snapshot, rows[:most]))
    if as_json:
        for one in found:
            emit(one)
        return
    headings = say("行 来源 工作表 行号 原始记录", "row_id source sheet line raw").split()
    shown = [[str(one["row_id"]), one["source"], one["sheet"], str(one["line"]), one["raw"]] for one in found]
    more = len(rows) - len(found)
    show(say(f"另有 {more} 行未列出", f"{more} more rows") if more > 0 else "", headings, shown)


def _asked(workspace: Workspace, what: str) -> tuple[Snapshot, list[int]]:
    if what.isdecimal() and len(what) < 20:
        return head(workspace), [int(what)]
    try:
        run = (workspace.runs / "HEAD").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise NotFound(f"{what}: nothing was examined yet. Examine first with: bihuan examine") from None
    manifest = read_json(workspace.runs / run / "manifest.json")
    rows = sorted({row for one in manifest["methods"] for row in _evidence(workspace, one.get("key"), what)})
    if not rows:
        raise NotFound(f"{what}: no lead of that id in run {run}. List them with: bihuan leads")
    return load(workspace, manifest["snapshot"]), rows


def _evidence(workspace: Workspace, key: str | None, lead: str) -> list[int]:
    path = workspace.runs / "results" / str(key) / "evidence.parquet"
    if key is None or not path.exists():
        return []
    with connect(workspace.settings) as engine:
        query = f"SELECT row_id FROM read_parquet({text(str(path))}) WHERE starts_with(lead_id, $lead) ORDER BY row_id"
        return [row for (row,) in engine.rows(query, {"lead": lead})]


def _traced(workspace: Workspace, snapshot: Snapshot, rows: list[int]) -> Iterator[dict[str, Any]]:
    places = locate(workspace, snapshot, rows)
    for row in rows:
        if row not in places:
            raise NotFound(f"{row}: no such row in snapshot {snapshot.id}.")
        place, source = places[row], snapshot.source(source_of(row))
        raw = raw_record(workspace, source, place)
        if not raw:
            raise NotFound(f"{row}: {place.source} has no record on line {place.line}.")
        yield {
            "row_id": row,
            "source": place.source,
            "sheet": place.sheet,
            "line": place.line,
            "raw": raw,
            "hash": source.hash,
            "kept": source.kept,
        }
