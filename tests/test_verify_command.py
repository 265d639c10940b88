"""`bihuan verify`: the workspace's own journal or a bundle; exported, or the stand-alone file; exit codes 0, 1, 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bihuan.cli import app
from bihuan.errors import WrongUse
from bihuan.matters import checkpoints, keys, triggers
from bihuan.matters.models import Entry
from bihuan.settings import Settings
from bihuan.store.workspace import init
from journals import BEGIN, days, shell, unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(tmp_path: Path, settings) -> Path:
    """A workspace whose journal holds three signed days."""
    settings.BIHUAN_WORKSPACE = tmp_path / "office"
    init(settings.BIHUAN_WORKSPACE, Settings())
    days(settings.BIHUAN_WORKSPACE)
    return settings.BIHUAN_WORKSPACE


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["-w", str(root), "verify", *words])


def test_the_workspaces_own_journal_fits(root: Path) -> None:
    done = run(root)
    assert done.exit_code == 0
    assert "已查 12 条" in done.output
    assert done.output.splitlines()[-1] == "相符。"
    assert not list((root / "tmp").iterdir())


def test_as_json(root: Path) -> None:
    done = run(root, "--json")
    found = json.loads(done.output)
    assert (found["good"], found["entries"], found["seq"], found["matters"]) == (True, 12, 12, 3)
    assert (found["signed_seq"], found["faults"], found["unguarded"]) == (12, [], [])
    assert found["hash"] == checkpoints.latest().hash


def test_a_fault_gives_one_and_says_where(root: Path) -> None:
    unguarded()
    shell("UPDATE matters_entry SET actor = 9 WHERE seq = 6")
    triggers.reinstall()
    done = run(root)
    assert done.exit_code == 1
    assert done.output.splitlines()[0] == "entry 6: 列 actor 为 9，正文为 2"
    (fault,) = json.loads(run(root, "--json").output)["faults"]
    assert fault == {
        "where": "entry 6",
        "zh": "列 actor 为 9，正文为 2",
        "en": "column actor is 9, the body says 2",
    }


def test_a_guard_that_is_not_in_place_is_a_fault_too(root: Path) -> None:
    shell("DROP TRIGGER journal_entry_no_delete")
    done = run(root)
    assert done.exit_code == 1
    assert "触发器缺失或被改：journal_entry_no_delete" in done.output


def test_a_tail_cut_with_its_checkpoints_is_found_by_the_file_in_the_workspace(root: Path) -> None:
    unguarded()
    shell("DELETE FROM matters_matter WHERE code = 'YD-2026-0003'")
    for table in ("matters_salt WHERE entry_id > 8", "matters_entry WHERE seq > 8", "matters_checkpoint WHERE seq > 8"):
        shell(f"DELETE FROM {table}")
    triggers.reinstall()
    done = run(root)
    assert done.exit_code == 1
    assert "尾部被截去" in done.output


def test_an_exported_bundle_is_checked_without_the_workspace(root: Path, tmp_path: Path) -> None:
    path, kept = tmp_path / "journal.zip", root / "checkpoints" / f"{BEGIN.replace(day=5)}.json"
    done = run(root, "--export", str(path))
    assert done.exit_code == 0
    assert "12" in done.stderr
    nowhere = tmp_path / "nowhere"
    assert run(nowhere, str(path)).exit_code == 0
    assert run(nowhere, str(path), "--checkpoint", str(kept)).exit_code == 0


def test_the_verifier_is_handed_out_as_one_file(root: Path, tmp_path: Path) -> None:
    run(root, "--export", str(tmp_path / "journal.zip"))
    assert run(tmp_path / "nowhere", "--verifier", str(tmp_path / "check.py")).exit_code == 0
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(tmp_path / "check.py"), str(tmp_path / "journal.zip")], check=False
    )
    assert done.returncode == 0


def test_a_new_key_is_signed_by_the_one_before_and_journalled(root: Path) -> None:
    former = checkpoints.latest().key
    assert run(root, "--rotate-key").exit_code == 0
    entry = Entry.objects.latest("seq")
    new = keys.listed(root)[-1]
    assert (entry.act, new.signed_by) == ("rotate_key", former)
    assert f'"facts":{{"key":"{new.id}","signed_by":"{former}"}}' in entry.body
    assert checkpoints.make(root).key == new.id
    assert run(root).exit_code == 0


@pytest.mark.parametrize(
    "words", [["nowhere.zip"], ["a.zip", "--export", "b.zip"], ["--export", "b.zip", "--verifier", "c.py"]]
)
def test_what_is_wrongly_asked_is_said(root: Path, words: list[str]) -> None:
    assert isinstance(run(root, *words).exception, WrongUse)
