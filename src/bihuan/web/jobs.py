"""Long runs: the command line as a subprocess, its progress on a page, and a way to stop it."""

from __future__ import annotations

import json
import os
import queue as threads_queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from huey import crontab

from bihuan.examine.library import library
from bihuan.matters.models import Job
from bihuan.matters.office import workspace
from bihuan.matters.tick import tick
from bihuan.people.models import User
from bihuan.web.environment import WORKSPACE
from bihuan.web.queue import BEAT, queue

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
ACTIVE = (WAITING, RUNNING)
KINDS = ("examine", "collect", "retest")
LOOK_EVERY = 0.5  # seconds between two looks at the wish to cancel
GRACE = 10  # seconds that a stopped command has to leave tidily
# Of a JSON line, what a person is told.
TOLD = {
    "method": ("方法", "method"),
    "source": ("来源", "source"),
    "matter": ("事项", "matter"),
    "leads": ("疑点", "leads"),
    "failed": ("未能运行", "failed"),
}
MESSAGE = 2000  # characters of what the command said that are kept


def start(kind: str, arguments: list[str], *, by: User | None) -> Job:
    """Queue a run; the worker takes it up when the one before is through."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of run. There are: {', '.join(KINDS)}.")
    job = Job.objects.create(kind=kind, arguments=arguments, by=by, at=timezone.now())
    carry_out(job.pk)
    return job


def cancel(job: Job) -> None:
    """Wish it to stop: at once where it still waits, within seconds where it runs."""
    Job.objects.filter(pk=job.pk, state=WAITING).update(state=CANCELLED, ended_at=timezone.now())
    Job.objects.filter(pk=job.pk, state=RUNNING).update(wants_cancel=True)


@queue.task()  # type: ignore[untyped-decorator]
def carry_out(number: int) -> None:
    """What the worker does with one job."""
    close_old_connections()
    taken = Job.objects.filter(pk=number, state=WAITING).update(state=RUNNING)
    try:
        if taken:
            _run(Job.objects.get(pk=number))
    finally:
        close_old_connections()


@queue.periodic_task(crontab(minute="7"))  # type: ignore[untyped-decorator]
def tick_hourly() -> None:
    """The clock's orders and the day's checkpoint, for offices that set up no timer; twice does no harm."""
    close_old_connections()
    try:
        tick(timezone.now())
    finally:
        close_old_connections()


def waiting() -> list[int]:
    """Jobs that nobody has taken up, the oldest first."""
    return list(Job.objects.filter(state=WAITING).order_by("pk").values_list("pk", flat=True))


def forget_dead() -> int:
    """Runs that a stopped server left behind are failed, not for ever running; called when the worker starts."""
    words = "服务停止时中断 / interrupted when the server stopped"
    return Job.objects.filter(state=RUNNING).update(state=FAILED, message=words, ended_at=timezone.now())


def _run(job: Job) -> None:
    child = subprocess.Popen(
        command(job), stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=_environment(job)
    )
    Job.objects.filter(pk=job.pk).update(pid=child.pid)
    said = _Said(_steps(job), english=_language(job) == "en")
    stopped = _follow(job, child, said)
    Job.objects.filter(pk=job.pk).update(
        state=_outcome(child.returncode, stopped=stopped),
        progress=100 if child.returncode == 0 and not stopped else said.progress,
        message=said.last_words()[-MESSAGE:],
        pid=None,
        ended_at=timezone.now(),
    )


def _outcome(code: int, *, stopped: bool) -> str:
    if stopped:
        return CANCELLED
    return DONE if code == 0 else FAILED


def command(job: Job) -> list[str]:
    """The command line of a job; `--json` lines are its progress."""
    program = [sys.executable, "-c", "import sys; sys.argv[0] = 'bihuan'; from bihuan.cli import main; main()"]
    return [*program, "-w", str(settings.BIHUAN_WORKSPACE), job.kind, *map(str, job.arguments), "--json"]


def _language(job: Job) -> str:
    return job.by.language if job.by else "zh"


def _environment(job: Job) -> dict[str, str]:
    own = {WORKSPACE: str(settings.BIHUAN_WORKSPACE), "BIHUAN_LANG": _language(job), "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **own}


def _steps(job: Job) -> int:
    """How many lines the command will say, where that is known; 0 where not."""
    if job.kind != "examine":
        return 0
    held = library(workspace())
    runs = [one for one in held.methods if one.id not in held.off and one.header.status in ("trial", "stable")]
    asked = [value for word, value in zip(job.arguments, job.arguments[1:], strict=False) if word == "--pack"]
    return sum(1 for one in runs if not asked or one.pack in asked)


class _Said:
    """What the command has said so far."""

    def __init__(self, steps: int, *, english: bool) -> None:
        self._english = english
        self._steps, self._lines, self.progress = steps, 0, 0
        self._last, self._errors = "", ""

    def line(self, text: str) -> None:
        """A JSON line of its output; anything else is kept as words."""
        try:
            told = json.loads(text)
        except ValueError:
            self._last = text
            return
        self._lines += 1
        self._last = _words(told, english=self._english)
        share = told.get("progress") if isinstance(told, dict) else None
        if isinstance(share, int):
            self.progress = max(0, min(share, 99))
        elif self._steps:
            self.progress = min(99, self._lines * 100 // self._steps)

    def error(self, text: str) -> None:
        """A line of its errors."""
        self._errors = f"{self._errors}\n{text}"[-MESSAGE:]

    def last_words(self) -> str:
        """What stands on the page."""
        return (self._errors.strip() + "\n" + self._last).strip()


def _words(told: Any, *, english: bool) -> str:
    if not isinstance(told, dict):
        return str(told)
    return " · ".join(f"{TOLD[name][english]} {told[name]}" for name in TOLD if name in told)


def _follow(job: Job, child: subprocess.Popen[bytes], said: _Said) -> bool:
    """Read what it says until it ends; True where it was stopped on request."""
    lines, stopped, looked = _lines(child), False, 0.0
    for take in lines:
        if take:
            take(said)
        if time.monotonic() - looked > LOOK_EVERY:
            looked = time.monotonic()
            Job.objects.filter(pk=job.pk).update(progress=said.progress, message=said.last_words())
            if not stopped and Job.objects.filter(pk=job.pk, wants_cancel=True).exists():
                stopped = _stop(child)
    child.wait()
    return stopped


def _stop(child: subprocess.Popen[bytes]) -> bool:
    child.terminate()
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
    return True


def _lines(child: subprocess.Popen[bytes]) -> Iterator[Callable[[_Said], None] | None]:
    """Its lines as they come, and None now and then while it is silent, until both its streams end."""
    heard: threads_queue.Queue[Callable[[_Said], None] | None] = threads_queue.Queue()
    readers = [
        threading.Thread(target=_read, args=(child.stdout, _Said.line, heard), daemon=True),
        threading.Thread(target=_read, args=(child.stderr, _Said.error, heard), daemon=True),
    ]
    for one in readers:
        one.start()
    ended = 0
    while ended < len(readers):
        try:
            take = heard.get(timeout=LOOK_EVERY)
        except threads_queue.Empty:
            yield None
            continue
        ended += take is None
        yield take


def _read(stream: Any, tell: Callable[[_Said, str], None], heard: threads_queue.Queue[Any]) -> None:
    for raw in stream:
        text = raw.decode("utf-8", "replace").rstrip()
        heard.put(lambda said, text=text: tell(said, text))
    heard.put(None)


def beat_file() -> Path:
    """What the worker touches while it lives."""
    return Path(settings.BIHUAN_WORKSPACE) / BEAT
