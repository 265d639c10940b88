"""`bihuan backup`: the workbench in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bihuan.cli.console import emit, note, say
from bihuan.errors import NotFound


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backup")(backup)


def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="备份文件 / the file to write")],
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="连同签名密钥：妥善保管 / with the signing keys: keep it safe")
    ] = False,
    with_books: Annotated[bool, typer.Option("--with-books", help="连同账本与运行结果 / with books and runs")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / as JSON")] = False,
) -> None:
    """备份工作台：数据库、资料、检查点 / Back the workbench up: database, documents, checkpoints."""
    from bihuan.web.start import django

    workspace = ctx.obj.workspace()
    django(workspace)
    from bihuan.matters import triggers
    from bihuan.web import backups

    if not triggers.has_tables():
        raise NotFound(f"{workspace.root}: no workbench yet. It begins with: bihuan serve.")

    made = backups.backup(workspace, file, backups.Extent(secrets=with_secrets, books=with_books))
    if as_json:
        emit({name: value for name, value in made.items() if name != "files"} | {"files": len(made["files"])})
        return
    count, size = len(made["files"]), file.stat().st_size
    note(say(f"已备份 {count} 个文件，{size:,} 字节：{file}", f"{count} files, {size:,} bytes: {file}"))
    if not with_secrets:
        note(
            say(
                "不含签名密钥（secrets/）：请另行妥善保存，没有它恢复后不能再签检查点。",
                "Without the signing keys (secrets/): keep them elsewhere; no checkpoint can be signed without them.",
            )
        )
