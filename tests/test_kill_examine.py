"""Killed at any moment during examine, the workspace opens and the command can be repeated."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time

import pytest

from bihuan.errors import NotFound
from bihuan.leads.lead import open_run
from bihuan.store.canonical import read_json
from small_books import workspace
from test_examine import TWICE
from written_methods import written

MAIN = "import sys; from bihuan.cli import main; main()"
METHODS = 12
FILES = {"hits.parquet", "evidence.parquet", "coverage.parquet", "meta.json"}


def command(made):
    return [sys.executable, "-c", MAIN, "-w", str(made.root), "examine", "--pack", "own", "--json"]


@pytest.mark.slow
def test_sigkill_at_random_moments_harms_nothing(tmp_path):
    rows = [{**TWICE[0], "invoice_no": str(index // 3), "payment_no": str(index)} for index in range(15_000)]
    made = workspace(tmp_path, {"payment": rows})
    for number in range(METHODS):
        written(made.methods, ("least: 100.00", f"least: {number}"), name=f"paid_twice_{number}")
    started = time.monotonic()
    subprocess.run(command(made), capture_output=True, check=True)
    whole = time.monotonic() - started
    chance = random.Random(20261122)
    for attempt in range(8):
        written(made.methods, ("least: 100.00", f"least: {attempt}.5"), name=f"paid_twice_{attempt % METHODS}")
        process = subprocess.Popen(command(made), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.2, 1.0) * whole)
        process.send_signal(signal.SIGKILL)
        process.wait()
        _sound(made)
    done = subprocess.run(command(made), capture_output=True, text=True, check=True)
    total = json.loads(done.stdout.splitlines()[-1])
    assert (total["failed"], total["computed"] + total["cached"]) == (0, METHODS)
    assert total["leads"] == METHODS * 5_000
    again = subprocess.run(command(made), capture_output=True, text=True, check=True)
    assert json.loads(again.stdout.splitlines()[-1])["computed"] == 0
    assert not list((made.runs / "tmp").iterdir())


def _sound(made) -> None:
    """What stands there is whole: the newest run can be read, and each result has all its files."""
    try:
        run = open_run(made)
    except NotFound:
        return
    for one in run.methods:
        folder = made.runs / "results" / one.key
        assert read_json(folder / "meta.json")["hits"] == 5_000
        assert {"hits.parquet", "evidence.parquet", "coverage.parquet", "meta.json"} == {
            f.name for f in folder.iterdir()
        }
