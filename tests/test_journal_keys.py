"""The keys: made once, kept to their owner, rotated by the one before; checkpoints once a day, in table and file."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bihuan.errors import BadWorkspace
from bihuan.matters import bundle, checkpoints, journal, keys, verifier
from bihuan.matters.models import Checkpoint, Entry

pytestmark = pytest.mark.django_db
ONE, TWO, THREE = date(2026, 11, 3), date(2026, 11, 4), date(2026, 11, 5)


def said(root: Path) -> list[str]:
    """What the verifier finds in the journal as it stands."""
    bundle.export(root / "journal.zip", root)
    return [f"{one.where}: {one.en}" for one in verifier.verify(str(root / "journal.zip")).faults]


def note() -> Entry:
    return journal.write(act="comment", actor=1, role="auditor")


def test_the_first_key_is_made_once_and_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    name, _ = keys.current(tmp_path)
    assert keys.current(tmp_path)[0] == name
    (path,) = (tmp_path / "secrets").iterdir()
    assert path.name == f"journal-{name}.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"PRIVATE" in path.read_bytes()
    assert "PRIVATE" not in (tmp_path / "checkpoints" / "keys.json").read_text()


@pytest.mark.slow
def test_workers_that_start_at_once_make_one_key(tmp_path: Path) -> None:
    words = "import sys,pathlib;from bihuan.matters import keys;print(keys.current(pathlib.Path(sys.argv[1]))[0])"
    setup = "from django.conf import settings;settings.configure(USE_TZ=True);"
    workers = [
        subprocess.Popen([sys.executable, "-c", setup + words, str(tmp_path)], stdout=subprocess.PIPE) for _ in range(4)
    ]
    assert len({worker.communicate()[0] for worker in workers}) == 1
    assert len(keys.listed(tmp_path)) == 1


def test_a_day_has_one_checkpoint_however_often_it_is_asked_for(tmp_path: Path) -> None:
    assert checkpoints.make(tmp_path, day=ONE) is None  # nothing to sign yet
    first = note()
    one = checkpoints.make(tmp_path, day=ONE)
    note()
    again = checkpoints.make(tmp_path, day=ONE)
    assert one == again == checkpoints.latest()
    assert (one.seq, one.hash, Checkpoint.objects.count()) == (1, first.hash, 1)
    held = json.loads((tmp_path / "checkpoints" / "2026-11-03.json").read_text())
    assert held == {"body": one.body, "signature": one.signature}
    assert json.loads(one.body) == {"v": 1, "day": "2026-11-03", "seq": 1, "hash": first.hash, "key": one.key}


def test_a_file_that_is_missing_is_written_again(tmp_path: Path) -> None:
    note()
    checkpoints.make(tmp_path, day=ONE)
    path = tmp_path / "checkpoints" / "2026-11-03.json"
    former = path.read_bytes()
    path.unlink()
    checkpoints.make(tmp_path, day=TWO)
    assert path.read_bytes() == former
    assert not [one for one in path.parent.iterdir() if one.name.endswith(".part")]


def test_the_short_form_is_four_groups_of_four() -> None:
    assert checkpoints.short("0123456789abcdef" * 4) == "0123 4567 89ab cdef"


def test_after_a_rotation_the_new_key_signs_and_the_old_ones_checkpoints_hold(tmp_path: Path) -> None:
    note()
    one = checkpoints.make(tmp_path, day=ONE)
    new = keys.rotate(tmp_path, since=TWO)
    two = checkpoints.make(tmp_path, day=TWO)
    assert (new.signed_by, two.key) == (one.key, new.id)
    assert said(tmp_path) == []
    (tmp_path / "secrets" / f"journal-{one.key}.pem").unlink()  # it may be destroyed now
    checkpoints.make(tmp_path, day=THREE)
    assert said(tmp_path) == []


def test_an_old_key_signs_no_more_after_its_rotation(tmp_path: Path) -> None:
    note()
    one = checkpoints.make(tmp_path, day=ONE)
    before = (tmp_path / "checkpoints" / "keys.json").read_bytes()
    keys.rotate(tmp_path, since=TWO)
    after = (tmp_path / "checkpoints" / "keys.json").read_bytes()
    (tmp_path / "checkpoints" / "keys.json").write_bytes(before)
    checkpoints.make(tmp_path, day=THREE)  # signed by the stolen old key
    (tmp_path / "checkpoints" / "keys.json").write_bytes(after)
    assert said(tmp_path) == [f"checkpoint 2026-11-05: key {one.key} was not in use on that day"]


@pytest.mark.parametrize("part", ["signature", "from", "public", "signed_by"])
def test_a_rotation_that_the_old_key_did_not_sign_is_not_trusted(tmp_path: Path, part: str) -> None:
    note()
    checkpoints.make(tmp_path, day=ONE)
    new = keys.rotate(tmp_path, since=TWO)
    checkpoints.make(tmp_path, day=TWO)
    path = tmp_path / "checkpoints" / "keys.json"
    listed = json.loads(path.read_text())
    listed[1][part] = {"signature": listed[0]["signature"], "from": "2026-11-01", "signed_by": new.id}.get(
        part, listed[0]["public"]
    )
    path.write_text(json.dumps(listed))
    why = (
        "the id is not that of its public key"
        if part == "public"
        else "the rotation is not signed by the key before it"
    )
    assert said(tmp_path) == [f"key {new.id}: {why}", f"checkpoint 2026-11-04: signed by an unknown key, {new.id}"]


def test_a_key_slipped_in_as_the_first_disowns_what_was_signed(tmp_path: Path) -> None:
    note()
    one = checkpoints.make(tmp_path, day=ONE)
    other = tmp_path / "other"
    keys.current(other, today=ONE)
    shutil.copy(other / "checkpoints" / "keys.json", tmp_path / "checkpoints" / "keys.json")
    assert said(tmp_path) == [f"checkpoint 2026-11-03: signed by an unknown key, {one.key}"]


def test_a_missing_secret_half_stops_with_words(tmp_path: Path) -> None:
    name, _ = keys.current(tmp_path)
    (tmp_path / "secrets" / f"journal-{name}.pem").unlink()
    with pytest.raises(BadWorkspace, match="the key that signs the journal is missing"):
        keys.current(tmp_path)


def test_a_missing_list_does_not_make_a_new_first_key(tmp_path: Path) -> None:
    note()
    checkpoints.make(tmp_path, day=ONE)
    (tmp_path / "checkpoints" / "keys.json").unlink()
    with pytest.raises(BadWorkspace, match=r"keys\.json is missing, but 2026-11-03\.json was signed"):
        keys.current(tmp_path)


def test_a_first_start_that_was_killed_before_the_list_stood_is_begun_anew(tmp_path: Path) -> None:
    keys.current(tmp_path)
    (tmp_path / "checkpoints" / "keys.json").unlink()
    note()
    assert checkpoints.make(tmp_path, day=ONE) is not None
    assert said(tmp_path) == []
