"""`bihuan books`: what the books hold."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

import typer

from bihuan.cli.console import emit, note, say, show
from bihuan.collect import raw
from bihuan.collect.forget import forget as forget_source
from bihuan.collect.rejects import stored
from bihuan.errors import NotFound, WrongUse
from bihuan.model.table import tables as model_tables
from bihuan.store.canonical import read_json
from bihuan.store.snapshot import Snapshot, Source, head
from bihuan.store.workspace import Workspace

books_app = typer.Typer(
    help="账本：总数、表、拒收、查账、SQL / the books: totals, tables, rejects, ledger, SQL", no_args_is_help=True
)
AsJson = Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象 / one JSON object a line")]


def register(app: typer.Typer) -> None:
    """Add the command and its parts."""
    app.add_typer(books_app, name="books")


@books_app.command("totals")
def totals(ctx: typer.Context, as_json: AsJson = False) -> None:
    """每个来源、每张表的行数与金额合计 / Rows and sums of every source and table."""
    held = list(_totals(head(ctx.obj.workspace())))
    if as_json:
        for one in held:
            emit(one)
        return
    headings = say(
        "来源 表 行数 拒收 借方 贷方 其他金额 控制", "source table rows rejects debit credit other controls"
    ).split()
    show("", headings, [_shown(one) for one in held])


@books_app.command("tables")
def tables(
    ctx: typer.Context,
    snapshots: Annotated[bool, typer.Option("--snapshots", help="列出快照 / list the snapshots")] = False,
    as_json: AsJson = False,
) -> None:
    """账本有哪些表、来源和快照 / Tables and sources of the books, or their snapshots."""
    workspace: Workspace = ctx.obj.workspace()
    if snapshots:
        _show_snapshots(workspace, as_json=as_json)
        return
    snapshot = head(workspace)
    held = [_table(snapshot, name) for name in sorted(snapshot.tables)]
    sources = [_source(one) for one in snapshot.sources]
    if as_json:
        for one in (*held, *sources):
            emit(one)
        return
    headings = say("表 名称 行数 单位数 最早 最晚", "table label rows units first last").split()
    show(say("表", "tables"), headings, [list(one.values()) for one in held])
    headings = say(
        "编号 来源 标识 读取 收入时间 被替换", "number source identity reader collected superseded_by"
    ).split()
    show(say("来源", "sources"), headings, [list(one.values()) for one in sources])


@books_app.command("rejects")
def rejects(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="来源的编号或名称 / number or name of a source")] = "",
    as_json: AsJson = False,
) -> None:
    """无法读取的行，以及被拒收的来源 / Rows that could not be read, and sources that were refused."""
    workspace: Workspace = ctx.obj.workspace()
    snapshot = head(workspace)
    chosen = _named(snapshot, source) if source and not _is_refused(workspace, source) else snapshot.sources
    rows = [one for held in chosen for one in stored(workspace, held)]
    refused = [one for one in raw.refused(workspace) if source in ("", one.name, one.hash)]
    if as_json:
        for one in rows:
            emit(one)
        for other in refused:
            emit({"source": other.name, "refused": True, "reason": other.reason, "at": other.at})
        return
    headings = say("来源 工作表 行 表 列 原因 原始记录", "source sheet line table column reason raw").split()
    show(say("拒收的行", "rejected rows"), headings, [list(one.values()) for one in rows])
    if refused:
        headings = say("来源 时间 原因", "source at reason").split()
        show(say("拒收的来源", "refused sources"), headings, [[one.name, one.at, one.reason] for one in refused])


@books_app.command("forget")
def forget(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="来源的编号或名称 / number or name of a source")],
    yes: Annotated[bool, typer.Option("--yes", help="确认删除 / confirm")] = False,
) -> None:
    """删除一个来源的数据，只留哈希 / Delete a source's rows and original; only hashes stay."""
    workspace: Workspace = ctx.obj.workspace()
    (one, *more) = _named(head(workspace), source)
    if more:
        numbers = ", ".join(str(held.number) for held in (one, *more))
        raise WrongUse(f"{source}: several sources have this name. Give the number: {numbers}.")
    if not yes:
        raise WrongUse(
            f"{one.name} (source {one.number}) and all its rows would be deleted for good. Confirm with --yes."
        )
    forget_source(workspace, one.number)
    note(say(f"已删除 {one.name}；其哈希仍在册。", f"Deleted {one.name}; its hashes stay listed."))


def _totals(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    for one in snapshot.sources:
        if one.superseded_by is None:
            for table, held in one.tables.items():
                sums = {name: Decimal(value) for name, value in held["sums"].items()}
                controls = [
                    {"name": held.name, "holds": held.holds, "detail": held.detail}
                    for held in one.controls
                    if held.table in (table, "")
                ]
                yield {
                    "source": one.name,
                    "table": table,
                    "rows": held["rows"],
                    "rejects": held["rejects"],
                    "debit": None,
                    "credit": None,
                    **sums,
                    "skipped": held["skipped"],
                    "controls": controls,
                }


def _shown(one: dict[str, Any]) -> list[object]:
    fixed = ("source", "table", "rows", "rejects", "debit", "credit")
    other = [f"{name} {value:,.2f}" for name, value in one.items() if name not in fixed and isinstance(value, Decimal)]
    failing = [held["name"] for held in one["controls"] if not held["holds"]]
    said = "; ".join(failing) if failing else say("相符", "all hold") if one["controls"] else ""
    return [*(one[name] for name in fixed), ", ".join(other), said]


def _table(snapshot: Snapshot, name: str) -> dict[str, Any]:
    parts = snapshot.tables[name]
    label = model_tables().get(name)
    units = {unit for part in parts for unit in part.units or ()}
    days = [day for part in parts for day in (part.first, part.last) if day]
    return {
        "table": name,
        "label": say(label.zh, label.en) if label else "",
        "rows": sum(part.rows for part in parts),
        "units": None if any(part.units is None for part in parts) else len(units),
        "first": min(days, default=None),
        "last": max(days, default=None),
    }


def _source(one: Source) -> dict[str, Any]:
    return {
        "number": one.number,
        "source": one.name,
        "identity": one.identity,
        "reader": one.reader,
        "collected_at": one.collected_at,
        "superseded_by": one.superseded_by,
    }


def _show_snapshots(workspace: Workspace, *, as_json: bool) -> None:
    newest = head(workspace).id
    found = [read_json(path) for path in (workspace.books / "snapshots").glob("*/manifest.json")]
    rows = [
        {
            "snapshot": one["id"],
            "parent": one["parent"],
            "created_at": one["created_at"],
            "sources": len(one["sources"]),
            "rows": sum(part["rows"] for part in one["parts"]),
            "head": one["id"] == newest,
        }
        for one in sorted(found, key=lambda raw: (raw["created_at"], raw["id"]))
    ]
    if as_json:
        for one in rows:
            emit(one)
        return
    headings = say("快照 上一个 时间 来源数 行数 当前", "snapshot parent created_at sources rows head").split()
    show("", headings, [list(one.values()) for one in rows])


def _named(snapshot: Snapshot, word: str) -> list[Source]:
    found = [one for one in snapshot.sources if word in (str(one.number), one.name)]
    if not found:
        raise NotFound(f"no source {word!r} in the books. List them with: bihuan books tables")
    return found


def _is_refused(workspace: Workspace, word: str) -> bool:
    return any(word in (one.name, one.hash) for one in raw.refused(workspace))
