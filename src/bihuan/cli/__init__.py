"""The command line: words in, words out. Each module of this folder adds its commands with `register(app)`."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bihuan import __version__
from bihuan.cli.console import complain
from bihuan.errors import BihuanError, WrongUse
from bihuan.store.workspace import Workspace, open_workspace

DONE, COULD_NOT, WRONGLY_ASKED, GATE = 0, 1, 2, 3


@dataclass
class Context:
    """What every command needs: where the workspace is and in which language to speak."""

    root: Path

    def workspace(self) -> Workspace:
        """The workspace named by -w, BIHUAN_WORKSPACE or the current folder."""
        return open_workspace(self.root)


app = typer.Typer(
    name="bihuan",
    help="闭环：检验每一笔公共资金，问题不销号不放手。 / Tests every row of public money and does not let go.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    workspace: Annotated[
        Path, typer.Option("-w", "--workspace", envvar="BIHUAN_WORKSPACE", help="工作区文件夹 / the workspace's folder")
    ] = Path(),
    version: Annotated[bool, typer.Option("--version", help="版本 / version")] = False,
) -> None:
    """Remember where the workspace is."""
    if version:
        typer.echo(__version__)
        raise typer.Exit
    ctx.obj = Context(workspace)


def _load(asked: str | None) -> None:
    """Add the command that is asked for, or all of them, so that a command loads only what it needs.

    A module adds the command of its name; `books_sql` adds a part of `books`.
    """
    names = [found.name for found in pkgutil.iter_modules(__path__)]
    for name in names:
        if asked not in names or name == asked or name.startswith(f"{asked}_"):
            module = importlib.import_module(f"{__name__}.{name}")
            if hasattr(module, "register"):
                module.register(app)


def _asked(words: list[str]) -> str | None:
    """The first word that is neither an option nor the folder of -w; None outside the program itself."""
    if Path(words[0]).stem != "bihuan":
        return None
    folder_next = False
    for word in words[1:]:
        if not folder_next and not word.startswith("-"):
            return word
        folder_next = word in ("-w", "--workspace")
    return None


_load(_asked(sys.argv))


def main() -> None:
    """Run the command and turn what went wrong into words and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except WrongUse as error:
        complain(str(error))
        sys.exit(WRONGLY_ASKED)
    except BihuanError as error:
        complain(str(error))
        sys.exit(COULD_NOT)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except KeyboardInterrupt:
        complain("stopped; nothing half-done was kept")
        sys.exit(COULD_NOT)
