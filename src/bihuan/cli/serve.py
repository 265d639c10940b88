"""`bihuan serve`: the workbench for the office's browsers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from bihuan.cli.console import note, say
from bihuan.errors import WrongUse
from bihuan.store.workspace import Workspace

GRACE = 15  # seconds for the worker to leave
THREADS = 4  # granian's own number takes a gigabyte


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="监听地址 / address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口 / port")] = 8000,
    workers: Annotated[int, typer.Option(help="进程数 / processes", min=1)] = 1,
    demo: Annotated[
        bool, typer.Option("--demo", help="演示：免密码选角色，只限本机 / choose a role, this machine only")
    ] = False,
) -> None:
    """启动工作台 / Serve the workbench."""
    workspace: Workspace = ctx.obj.workspace()
    _surroundings(host, demo=demo)
    _prepare(workspace)
    shown = f"[{host}]" if ":" in host else host
    with _worker(workspace):
        note(
            say(f"工作台：http://{shown}:{port}/ （Ctrl+C 停止）", f"Workbench: http://{shown}:{port}/ (Ctrl+C stops)")
        )
        _listen(host, port, workers)


def _surroundings(host: str, *, demo: bool) -> None:
    """What the server's processes read: where it listens, and whether it is a demonstration."""
    from bihuan.web.environment import BOUND, DEMO, is_loopback

    if (demo or os.environ.get(DEMO) == "1") and not is_loopback(host):
        raise WrongUse(f"--demo with --host {host}: a demonstration without passwords is for this machine only.")
    os.environ[BOUND] = host
    if demo:
        os.environ[DEMO] = "1"
    if not is_loopback(host) and host not in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        os.environ["BIHUAN_HOSTS"] = ",".join(filter(None, (os.environ.get("BIHUAN_HOSTS"), host)))


def _prepare(workspace: Workspace) -> None:
    """Tables, triggers, and the key that signs the journal."""
    from bihuan.web.start import django

    django(workspace, migrate=True)
    from bihuan.matters import keys

    keys.current(workspace.root)


def _listen(host: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "bihuan.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
    ).serve()


@contextmanager
def _worker(workspace: Workspace) -> Iterator[None]:
    """The job worker as a child; it ends when its pipe closes, even where this process is killed."""
    environment = {**os.environ, "BIHUAN_WORKSPACE": str(workspace.root)}
    child = subprocess.Popen([sys.executable, "-m", "bihuan.web.worker"], stdin=subprocess.PIPE, env=environment)
    try:
        yield
    finally:
        if child.stdin:
            child.stdin.close()
        try:
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
