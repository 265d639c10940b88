"""The journal: one chain of entries, written inside the transaction of the step that it tells of."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

import rfc8785
from django.conf import settings
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from bihuan.errors import BadWorkspace, WrongUse
from bihuan.matters.models import Entry, Salt

FIRST = "0" * 64  # what stands before the first entry
LOCK = 0x6269_6875_616E  # "bihuan": the advisory lock of the chain on PostgreSQL
HASH = "BIHUAN_JOURNAL_HASH"  # a setting, or a variable of the environment
HASHES = ("sha256", "sm3")
BATCH = 500  # entries at a time, so that a bulk act does not hold the chain for long
LONGEST = 100  # of a fact: a code or a word of ours; what is longer is free text and belongs to `texts`
_SHA256 = re.compile(r"[0-9a-f]{64}")

Fact: TypeAlias = str | int | bool | None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an entry is to say. `texts` are free texts and personal data: only their salted hashes are kept."""

    act: str
    actor: int | None  # None is the engine
    role: str
    matter: str = ""
    source: str = ""  # state before; blank where the matter is new or stays as it is
    target: str = ""  # state after
    evidence: Sequence[str] = ()  # SHA-256 of what was shown
    texts: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)


def write(  # noqa: PLR0913 - an entry's fields are its arguments
    *,
    act: str,
    actor: int | None,
    role: str,
    matter: str = "",
    source: str = "",
    target: str = "",
    evidence: Iterable[str] = (),
    texts: Mapping[str, str] | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> Entry:
    """Add one entry to the chain; the caller's transaction carries it, and the change that it tells of comes after."""
    draft = Draft(
        act=act,
        actor=actor,
        role=role,
        matter=matter,
        source=source,
        target=target,
        evidence=tuple(evidence),
        texts=texts or {},
        facts=facts or {},
    )
    return write_many([draft])[0]


def write_many(drafts: Sequence[Draft]) -> list[Entry]:
    """Add an entry for each draft, in their order: at most 500, so that nobody waits long for the chain."""
    if len(drafts) > BATCH:
        raise ValueError(f"{len(drafts)} entries at once: write at most {BATCH} in one transaction.")
    lock()
    seq, before = _head()
    now = timezone.now().astimezone(UTC)
    entries, salts = [], []
    for number, draft in enumerate(drafts, start=seq + 1):
        fresh = {name: secrets.token_bytes(32) for name in draft.texts}
        entry = _entry(number, before, now, draft, fresh)
        entries.append(entry)
        salts += [Salt(entry_id=number, name=name, salt=salt.hex()) for name, salt in fresh.items()]
        before = entry.hash
    Entry.objects.bulk_create(entries)
    Salt.objects.bulk_create(salts)
    return entries


def lock() -> None:
    """Hold the chain until the transaction ends. On SQLite the transaction itself holds it (IMMEDIATE)."""
    if not connection.in_atomic_block:
        raise TransactionManagementError(
            "journal: an entry stands or falls with its change. Write it inside `with transaction.atomic():`."
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def seal(salt: bytes, text: str) -> str:
    """The hash that stands for a text; without the salt it says nothing of the text."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def says(entry: Entry, name: str, text: str) -> bool | None:
    """Whether this is the text that was sealed under that name; None where its salt was erased."""
    salt = entry.salts.filter(name=name).values_list("salt", flat=True).first()
    if not salt:
        return None
    return bool(json.loads(entry.body)["texts"][name] == seal(bytes.fromhex(salt), text))


def erase(seq: int, *, actor: int | None, role: str) -> int:
    """Blank the salts of an entry, and say so in a new one; gives how many texts can now neither be proved nor guessed.

    The texts themselves lie in tables of their own: whoever erases them blanks them there, in the same transaction.
    """
    lock()
    held = Salt.objects.filter(entry_id=seq).exclude(salt="")
    write(act="erase_texts", actor=actor, role=role, facts={"entry": seq, "texts": held.count()})
    return held.update(salt="")


def hash_name() -> str:
    """Which hash links the chain: `sha256`, or `sm3` where an office must; chosen once, before the first entry."""
    name = str(getattr(settings, HASH, os.environ.get(HASH, "sha256")))
    if name not in HASHES:
        raise WrongUse(f"{HASH}={name!r} is not offered. Take one of: {', '.join(HASHES)}.")
    return name


def moment(at: datetime) -> str:
    """A time as the journal writes it: UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _head() -> tuple[int, str]:
    """The last entry's number and hash; a chain that does not fit itself at its end is not written on."""
    found = Entry.objects.order_by("-seq").values_list("seq", "hash", "body").first()
    if found is None:
        return 0, FIRST
    seq, held, body = found
    if _digest(body.encode()) != held:
        raise BadWorkspace(
            f"journal, entry {seq}: its body does not give its hash. It was changed, or {HASH} is not what the journal "
            "began with. Run: bihuan verify."
        )
    return seq, held


def _digest(body: bytes) -> str:
    return hashlib.new(hash_name(), body).hexdigest()


def _entry(seq: int, before: str, now: datetime, draft: Draft, salts: Mapping[str, bytes]) -> Entry:
    content: dict[str, Any] = {
        "v": 1,
        "seq": seq,
        "prev": before,
        "at": moment(now),
        "actor": draft.actor,
        "role": str(draft.role),
        "act": draft.act,
        "matter": draft.matter,
        "source": str(draft.source),
        "target": str(draft.target),
        "evidence": [_hash(one) for one in draft.evidence],
        "texts": {name: seal(salts[name], text) for name, text in draft.texts.items()},
        "facts": {name: _fact(name, value) for name, value in draft.facts.items()},
    }
    body = rfc8785.dumps(content)
    columns = {name: content[name] for name in ("actor", "role", "act", "matter", "source", "target")}
    return Entry(seq=seq, at=now, body=body.decode(), hash=_digest(body), **columns)


def _hash(one: str) -> str:
    if not _SHA256.fullmatch(one):
        raise ValueError(f"journal: evidence {one!r} is not a SHA-256 in lower-case hex.")
    return one


def _fact(name: str, value: Fact) -> Fact:
    """A fact stays for ever, so it may hold no free text and nothing personal."""
    if isinstance(value, str):
        if len(value) > LONGEST or "\n" in value:
            raise ValueError(f"journal: fact {name!r} is free text. Give it under `texts`, where it can be erased.")
        return str(value)
    if value is None or isinstance(value, bool | int):
        return value
    raise ValueError(f"journal: fact {name!r} is {value!r}; give text, a whole number, true, false or nothing.")
