"""Real databases with a journal in them, and an administrator who has a shell on them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import rfc8785
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.utils import ConnectionHandler
from django.utils import timezone

from bihuan.matters import checkpoints, journal, triggers
from bihuan.matters.models import Entry, Matter
from bihuan.people.models import Unit

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"
BEGIN = date(2026, 11, 2)
ROAD = ("registered", "assigned", "in_verification", "established")


@contextmanager
def connected(database: dict[str, object]) -> Iterator[None]:
    """Let the site use this database meanwhile."""
    former = connections["default"]
    connections["default"] = ConnectionHandler({"default": database}).create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = former


def sqlite(path: Path) -> dict[str, object]:
    return {"ENGINE": SQLITE, "NAME": str(path), "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20}}


def postgresql(uri: str, name: str) -> dict[str, object]:
    from urllib.parse import parse_qs, urlsplit

    parts = urlsplit(uri)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return {
        "ENGINE": POSTGRESQL,
        "NAME": name,
        "USER": parts.username or "",
        "HOST": host,
        "PORT": str(parts.port or ""),
    }


def migrate(database: dict[str, object]) -> None:
    """The tables of the workbench, with their triggers."""
    with connected(database):
        call_command("migrate", "matters", verbosity=0)


class Databases:
    """Fresh databases of one kind, each copied from one that was migrated once."""

    def __init__(self, folder: Path, uri: str = "") -> None:
        self.folder, self.uri, self.count = folder, uri, 0
        if uri:
            with connected(postgresql(uri, "postgres")), connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE migrated")
        migrate(self.named("migrated"))

    def named(self, name: str) -> dict[str, object]:
        return postgresql(self.uri, name) if self.uri else sqlite(self.folder / f"{name}.sqlite3")

    def fresh(self) -> dict[str, object]:
        self.count += 1
        name = f"office{self.count}"
        if self.uri:
            with connected(postgresql(self.uri, "postgres")), connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        else:
            shutil.copy(self.folder / "migrated.sqlite3", self.folder / f"{name}.sqlite3")
        return self.named(name)


def unit() -> Unit:
    return Unit.objects.get_or_create(code="201", defaults={"name": "第一小学"})[0]


def register(code: str) -> Matter:
    """A new matter with its entry, as a step does it."""
    with transaction.atomic():
        entry = journal.write(
            act="take_up", actor=1, role="auditor", matter=code, target="registered",
            evidence=[hashlib.sha256(code.encode()).hexdigest()], texts={"title": "餐费重复报销"}, facts={"leads": 2},
        )  # fmt: skip
        return Matter.objects.create(
            code=code, kind="lead", state="registered", title="餐费重复报销", unit=unit(),
            registered_at=timezone.now(), entry=entry.seq,
        )  # fmt: skip


def move(matter: Matter, target: str) -> Matter:
    with transaction.atomic():
        entry = journal.write(
            act="move", actor=2, role="dispatcher", matter=matter.code, source=matter.state, target=target
        )
        Matter.objects.filter(pk=matter.pk).update(state=target, entry=entry.seq)
    matter.refresh_from_db()
    return matter


def days(root: Path, count: int = 3) -> None:
    """Each day a matter is taken up and led three steps on, so four entries a day; each evening is signed."""
    for number in range(1, count + 1):
        matter = register(f"YD-2026-{number:04d}")
        for target in ROAD[1:]:
            move(matter, target)
        checkpoints.make(root, day=day(number))


def day(number: int) -> date:
    return BEGIN + timedelta(days=number)


def shell(statement: str, *values: object) -> int:
    """What an administrator types; gives how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.rowcount


def edited(seq: int, change: Callable[[dict[str, object]], None]) -> None:
    """Change what an entry's body says, with its own hash made to fit, and nothing after it."""
    body = json.loads(Entry.objects.get(seq=seq).body)
    change(body)
    text = rfc8785.dumps(body)
    shell("UPDATE matters_entry SET body = %s WHERE seq = %s", text.decode(), seq)
    shell("UPDATE matters_entry SET hash = %s WHERE seq = %s", hashlib.sha256(text).hexdigest(), seq)


def rewritten(change: Callable[[dict[str, object]], None]) -> None:
    """Make the whole chain anew with a change in it: bodies, hashes, repeated columns."""
    before = journal.FIRST
    for entry in Entry.objects.order_by("seq"):
        body = {**json.loads(entry.body), "prev": before}
        change(body)
        text = rfc8785.dumps(body)
        before = hashlib.sha256(text).hexdigest()
        shell(
            "UPDATE matters_entry SET body = %s, hash = %s, actor = %s WHERE seq = %s",
            text.decode(), before, body["actor"], entry.seq,
        )  # fmt: skip


def unguarded() -> None:
    """An administrator takes the guard away."""
    triggers.remove()
