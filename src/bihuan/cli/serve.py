"""`bihuan serve`: the workbench for the office's browsers."""

from __future__ import annotations

import os
import signal
import socket
from typing import Annotated

import typer

from bihuan.cli.console import note, say
from bihuan.errors import WrongUse
from bihuan.store.workspace import Workspace
from bihuan.web.environment import WORKSPACE

MOST_WORKERS = 2  # one process alone makes people wait for each other


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="监听地址 / address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口 / port")] = 8000,
    workers: Annotated[
        int | None, typer.Option(help="进程数，默认两个（单核机器一个） / processes, by default two", min=1)
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="演示：免密码选角色，只限本机 / choose a role, this machine only")
    ] = False,
) -> None:
    """启动工作台 / Serve the workbench."""
    workspace: Workspace = ctx.obj.workspace()
    _surroundings(host, demo=demo)
    _check_free(host, port)
    _prepare(workspace)
    shown = f"[{host}]" if ":" in host else host
    note(say(f"工作台：http://{shown}:{port}/ （Ctrl+C 停止）", f"Workbench: http://{shown}:{port}/ (Ctrl+C stops)"))
    raise typer.Exit(_run(host, port, workers or min(MOST_WORKERS, os.cpu_count() or 1)))


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


def _check_free(host: str, port: int) -> None:
    """Say it here in words, before the server says it in its own."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise WrongUse(f"{host}:{port} cannot be listened on ({error.strerror}). Choose with --port.") from error


def _prepare(workspace: Workspace) -> None:
    """Tables, triggers, and the key that signs the journal."""
    from bihuan.web.start import django

    django(workspace, migrate=True)
    from django.db import connections

    from bihuan.matters import keys
    from bihuan.people.models import User

    keys.current(workspace.root)
    if not User.objects.exists():
        command = (
            f"{WORKSPACE}={workspace.root} DJANGO_SETTINGS_MODULE=bihuan.web.settings django-admin createsuperuser"
        )
        note(say(f"还没有人员。先建立管理员：{command}", f"Nobody is entered yet. Make an administrator: {command}"))
    connections.close_all()


def _run(host: str, port: int, workers: int) -> int:
    """The server and the job worker as children, until one is told to stop; gives the server's exit code."""
    from bihuan.web.children import child

    signal.signal(signal.SIGTERM, _stop)
    with child("bihuan.web.worker"), child("bihuan.web.server", [host, str(port), str(workers)]) as server:
        try:
            return server.wait()
        except KeyboardInterrupt:
            return 0


def _stop(*_: object) -> None:
    raise KeyboardInterrupt
