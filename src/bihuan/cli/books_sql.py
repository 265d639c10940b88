"""`bihuan books sql`: the auditor's own read-only SQL, kept in a history, exported where asked."""

from __future__ import annotations

import json as jsonlib
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from bihuan.cli.books import books_app
from bihuan.cli.console import emit, note, say, show
from bihuan.errors import NotFound, WrongUse
from bihuan.leads.mask import masked, personal_columns, record_unmasking
from bihuan.report.export import export
from bihuan.store.disclosure import personal_positions
from bihuan.store.engine import Engine
from bihuan.store.sandbox import Answer, Asked, answer, checked, open_sandbox
from bihuan.store.snapshot import Snapshot, head
from bihuan.store.workspace import Workspace

SHOWN = 200
HISTORY = "sql-history.jsonl"


@dataclass(frozen=True)
class Way:
    """How the answer is given."""

    to: Path | None
    json: bool
    unmask: str | None


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
    snapshot = head(workspace)
    asked = checked(_query(query, file), snapshot.tables)
    if unmask:
        record_unmasking(workspace, what=f"sql: {asked.sql}", reason=unmask)
    started = time.monotonic()
    with open_sandbox(workspace, snapshot) as engine:
        count = _answered(engine, snapshot, asked, Way(to, json, unmask))
    _remember(workspace, asked.sql, count, time.monotonic() - started)


def _query(query: str | None, file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise NotFound(f"{file}: the query cannot be read ({error}). Give a UTF-8 text file.") from None
    if query == "-":
        return sys.stdin.read()
    if query is None:
        raise WrongUse("no query was given. Give one SELECT, --file FILE, or --history.")
    return query


def _answered(engine: Engine, snapshot: Snapshot, asked: Asked, way: Way) -> int:
    """Give the answer as asked; how many rows it has."""
    found = answer(engine, asked)
    names = _distinct([name for name, _ in found.columns])
    rows = found.rows if way.unmask else _masked(found, _personal(snapshot, asked, found))
    if way.to is not None:
        count = export(way.to, names, rows)
        note(say(f"已导出 {count} 行：{way.to}", f"Exported {count} rows: {way.to}"))
        return count
    return _to_json(names, rows) if way.json else _to_screen(names, rows)


def _distinct(names: Sequence[str]) -> list[str]:
    return [name if name not in names[:index] else f"{name}_{index}" for index, name in enumerate(names)]


def _personal(snapshot: Snapshot, asked: Asked, found: Answer) -> set[int]:
    """Positions to mask: what the query makes of personal columns, or every text where that cannot be followed."""
    personal = {name: personal_columns((name,)) for name in snapshot.tables}
    positions = personal_positions(asked, [name for name, _ in found.columns], personal)
    if positions is None:
        plain = ("DECIMAL", "BIGINT", "HUGEINT", "INTEGER", "DOUBLE", "DATE", "BOOLEAN")
        positions = {index for index, (_, kind) in enumerate(found.columns) if kind.partition("(")[0] not in plain}
    if positions:
        names = ", ".join(found.columns[index][0] for index in sorted(positions))
        note(
            say(f"个人信息已遮盖：{names}。需要原值时用 --unmask 理由。", f"Masked: {names}. See with --unmask REASON.")
        )
    return positions


def _masked(found: Answer, positions: set[int]) -> Iterator[tuple[Any, ...]]:
    if not positions:
        return found.rows
    return (tuple(masked(one) if index in positions else one for index, one in enumerate(row)) for row in found.rows)


def _to_json(names: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> int:
    count = 0
    for row in rows:
        emit({name: _plain(one) for name, one in zip(names, row, strict=True)})
        count += 1
    return count


def _plain(value: object) -> object:
    """What JSON can say; odd types as their text."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return value if value is None or isinstance(value, str | int | float | Decimal | date) else str(value)


def _to_screen(names: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> int:
    shown = list(islice(rows, SHOWN))
    count = len(shown) + sum(1 for _ in rows)
    show("", names, [[_undivided(one) for one in row] for row in shown])
    if count > len(shown):
        note(say(f"共 {count} 行，只显示前 {SHOWN} 行；--to 导出全部。", f"First {SHOWN} of {count} rows; see --to."))
    return count


def _undivided(value: object) -> object:
    """A whole number as digits alone: in the auditor's own SQL it may be a year or a row_id to be copied."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _remember(workspace: Workspace, query: str, rows: int, seconds: float) -> None:
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "query": query,
        "rows": rows,
        "seconds": round(seconds, 3),
    }
    with (workspace.root / HISTORY).open("a", encoding="utf-8") as out:
        out.write(jsonlib.dumps(entry, ensure_ascii=False) + "\n")


def _history(workspace: Workspace, *, json: bool) -> None:
    path = workspace.root / HISTORY
    held = [jsonlib.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    if json:
        for one in held:
            emit(one)
        return
    headings = say("时间 行数 秒 查询", "at rows seconds query").split()
    show("", headings, [[one["at"], one["rows"], one["seconds"], one["query"]] for one in held])
