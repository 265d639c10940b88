"""`bihuan restore`: a workspace out of a backup, once its journal was found good."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bihuan.cli.console import emit, note, say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("restore")(restore)


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="备份文件 / the backup")],
    checkpoint: Annotated[
        Path | None, typer.Option(help="另行保存的检查点 / a checkpoint that was kept elsewhere")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / as JSON")] = False,
) -> None:
    """恢复到 -w 指定的新文件夹；先核验日志 / Restore into the new folder of -w; the journal is checked first."""
    from bihuan.web import backups

    root = ctx.obj.root.resolve()
    made = backups.restore(file, root, checkpoint)
    if as_json:
        emit({"workspace": str(root), "made_at": made["made_at"], "missing_documents": made["missing_documents"]})
        return
    note(say(f"已恢复到 {root}，日志核验相符。", f"Restored into {root}; the journal holds."))
    if made["missing_documents"]:
        count = made["missing_documents"]
        note(say(f"备份中缺少 {count} 份资料。", f"{count} documents are not in the backup."))
    if "secrets" not in made["with"]:
        words = f"把另行保存的 secrets/ 放回 {root}，否则不能再签检查点。"
        note(say(words, f"Put the kept secrets/ back into {root}, or no checkpoint can be signed."))
