"""`bihuan books sql`: the auditor's own read-only SQL, kept in a history, exported where asked."""

from __future__ import annotations

import csv
import json as jsonlib
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import xlsxwriter

from bihuan.cli.books import books_app
from bihuan.cli.console import emit, note, say, show
from bihuan.errors import BadQuery, WrongUse
from bihuan.leads.mask import mask_row, record_unmasking
from bihuan.model.table import tables
from bihuan.store.engine import EngineError
from bihuan.store.sandbox import checked, open_sandbox
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace

SHOWN = 200


@books_app.command("sql")
def sql(
    ctx: typer.Context,
    query: Annotated[str | None, typer.Argument(help="一条 SELECT；- 从标准输入读 / one SELECT, or -")] = None,
    file: Annotated[Path | None, typer.Option(help="从文件读 / read it from a file")] = None,
    to: Annotated[Path | None, typer.Option(help="导出为 .csv 或 .xlsx / export")] = None,
    json: Annotated[bool, typer.Option("--json", help="每行一个 JSON / one JSON object a line")] = False,
    history: Annotated[bool, typer.Option(help="列出以前的查询 / list earlier queries")] = False,
    unmask: Annotated[str | None, typer.Option(help="显示个人信息的理由，将被记录 / reason, recorded")] = None,
) -> None:
    """在账本上运行自己的只读 SQL / Your own read-only SQL on the books."""
    workspace = ctx.obj.workspace()
    if history:
        _history(workspace, json=json)
        return
    asked = checked(_query(query, file))
    started = time.monotonic()
    names, rows = _run(workspace, asked)
    _remember(workspace, asked, len(rows), time.monotonic() - started)
    if unmask:
        record_unmasking(workspace, what=f"sql: {asked}", reason=unmask)
    else:
        rows = [tuple(mask_row(dict(zip(names, row, strict=True)), tables()).values()) for row in rows]
    _give(names, rows, to, json=json)


def _query(query: str | None, file: Path | None) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8-sig")
    if query == "-":
        return sys.stdin.read()
    if query is None:
        raise WrongUse("no query was given. Give one SELECT, --file FILE, or --history.")
    return query


def _run(workspace: Workspace, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    with open_sandbox(workspace, head(workspace)) as engine:
        try:
            names = _distinct([name for name, _ in engine.columns(query)])
            return names, engine.rows(query)
        except EngineError as error:
            raise BadQuery(f"the query failed: {error}") from None


def _distinct(names: Sequence[str]) -> list[str]:
    return [name if name not in names[:index] else f"{name}_{index}" for index, name in enumerate(names)]


def _give(names: list[str], rows: list[tuple[Any, ...]], to: Path | None, *, json: bool) -> None:
    if to is not None:
        _export(names, rows, to)
        note(say(f"已导出 {len(rows)} 行：{to}", f"Exported {len(rows)} rows: {to}"))
    elif json:
        for row in rows:
            emit(dict(zip(names, row, strict=True)))
    else:
        show("", names, rows[:SHOWN])
        if len(rows) > SHOWN:
            note(
                say(
                    f"共 {len(rows)} 行，只显示前 {SHOWN} 行；--to 可全部导出。",
                    f"{len(rows)} rows, first {SHOWN} shown.",
                )
            )


def _export(names: list[str], rows: list[tuple[Any, ...]], to: Path) -> None:
    if to.suffix == ".csv":
        with to.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows([names, *[[_harmless(one) for one in row] for row in rows]])
    elif to.suffix == ".xlsx":
        with xlsxwriter.Workbook(str(to), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet("SQL")
            for line, row in enumerate([names, *rows]):
                for column, value in enumerate(row):
                    sheet.write_string(line, column, "" if value is None else str(value))
    else:
        raise WrongUse(f"--to {to.name}: only .csv and .xlsx can be written.")


def _harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers stay."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _remember(workspace: Workspace, query: str, rows: int, seconds: float) -> None:
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "query": query,
        "rows": rows,
        "seconds": round(seconds, 3),
    }
    with (workspace.root / "sql-history.jsonl").open("a", encoding="utf-8") as out:
        out.write(jsonlib.dumps(entry, ensure_ascii=False) + "\n")


def _history(workspace: Workspace, *, json: bool) -> None:
    path = workspace.root / "sql-history.jsonl"
    held = [jsonlib.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    if json:
        for one in held:
            emit(one)
        return
    headings = say("时间 行数 秒 查询", "at rows seconds query").split()
    show("", headings, [[one["at"], one["rows"], one["seconds"], one["query"]] for one in held])
