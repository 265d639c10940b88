"""`bihuan init`: make a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bihuan.cli.console import note, say
from bihuan.settings import Settings
from bihuan.store.workspace import init as make


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(
    folder: Annotated[Path, typer.Argument(help="新工作区的文件夹 / folder of the new workspace")],
    place: Annotated[str, typer.Option(help="行政区划代码 / administrative code")] = "CN",
    currency: Annotated[str, typer.Option(help="本位币 / currency")] = "CNY",
    time_zone: Annotated[str, typer.Option(help="时区 / time zone")] = "Asia/Shanghai",
) -> None:
    """建立工作区 / Make a workspace."""
    make(folder, Settings(name=folder.resolve().name, place=place, currency=currency, time_zone=time_zone))
    note(
        say(
            f"已建立工作区 {folder}。下一步：bihuan -w {folder} collect 文件…",
            f"Made the workspace {folder}. Next: bihuan -w {folder} collect FILE…",
        )
    )
