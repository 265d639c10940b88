"""Killed at any moment during collect: nothing half-written is seen, and the command can be repeated."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bihuan.settings import Settings
from bihuan.store.books import open_books
from bihuan.store.snapshot import head, part_path
from bihuan.store.workspace import Workspace, init
from test_collect import HEAD, MAP

FILES, VOUCHERS, KILLS = 6, 1500, 12


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    (tmp_path / "in").mkdir()
    for number in range(FILES):
        lines = [
            f"{number:03},A,2024-01-05,记-{voucher:05},{line},付办公费,{account}\n"
            for voucher in range(VOUCHERS)
            for line, account in ((1, "5001,100.00,"), (2, "1002,,100.00"))
        ]
        (tmp_path / "in" / f"{number}.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    return init(tmp_path / "W", Settings(name="W"))


def command(workspace: Workspace) -> subprocess.Popen[bytes]:
    base = workspace.root.parent
    words = ["-w", str(workspace.root), "collect", str(base / "in"), "--map", str(base / "map.yaml"), "--json"]
    run = "from bihuan.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", run, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=dict(os.environ)
    )


def demand_whole(workspace: Workspace) -> int:
    """Every source of the newest snapshot is whole; gives how many there are."""
    snapshot = head(workspace)
    assert all(part_path(workspace, one.hash).exists() for one in snapshot.parts)
    assert all((workspace.books / one.kept).exists() for one in snapshot.sources)
    if snapshot.parts:
        with open_books(workspace, snapshot) as books:
            found = books.rows("SELECT unit_id, count(*), sum(debit) - sum(credit) FROM journal_line GROUP BY ALL")
        assert {(count, int(off)) for _, count, off in found} == {(2 * VOUCHERS, 0)}
    return len(snapshot.sources)


@pytest.mark.slow
def test_killed_at_random_moments_the_command_can_be_repeated_to_its_end(workspace: Workspace) -> None:
    started = time.monotonic()
    first = command(workspace)
    first.wait()
    whole = time.monotonic() - started
    assert first.returncode == 0, first.stderr.read().decode() if first.stderr else ""
    assert demand_whole(workspace) == FILES
    dice, fresh = random.Random(20240105), workspace
    for turn in range(KILLS):
        if turn % 3 == 0:
            fresh = Workspace(workspace.root.parent / f"W{turn}", workspace.settings)
            init(fresh.root, workspace.settings)
        running = command(fresh)
        time.sleep(dice.uniform(0.1, whole))
        running.send_signal(signal.SIGKILL)
        running.wait()
        demand_whole(fresh)
        if turn % 3 == 2:
            last = command(fresh)
            assert last.wait() == 0, last.stderr.read().decode() if last.stderr else ""
            assert demand_whole(fresh) == FILES
            assert not [one for one in (fresh.books / "tmp").glob("*") if any(one.iterdir())]
