"""`bihuan tick`: what is due once a day."""

from __future__ import annotations

from typing import Annotated

import typer

from bihuan.cli.console import emit, note, say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tick")(tick)


def tick(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / as JSON")] = False,
) -> None:
    """每日：开出督办单，签当日检查点 / Daily: write the orders that are due, sign the day's checkpoint."""
    from bihuan.web.start import django

    django(ctx.obj.workspace(), migrate=True)
    from bihuan.matters.tick import tick as once

    done = once()
    if as_json:
        emit({"orders": done.orders, "checkpoint": done.checkpoint})
        return
    head = done.checkpoint or say("日志为空", "the journal is empty")
    note(say(f"督办单 {done.orders} 张，检查点 {head}", f"{done.orders} orders, checkpoint {head}"))
