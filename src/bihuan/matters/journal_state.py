"""How the journal stands now: its head, checkpoints with their signatures checked, its guards, its newest entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from bihuan.examine.header import Words
from bihuan.matters import keys, triggers
from bihuan.matters.audience import REFERRING
from bihuan.matters.models import Checkpoint, Entry
from bihuan.matters.verifier import is_signed

SHOWN_CHECKPOINTS, SHOWN_ENTRIES = 10, 30


@dataclass(frozen=True)
class Checked:
    """A checkpoint, and what is wrong with it; nothing where all is well."""

    checkpoint: Checkpoint
    fault: Words | None


@dataclass(frozen=True)
class State:
    """The chain as the page shows it."""

    head: Entry | None
    entries: int
    checkpoints: list[Checked]
    unguarded: list[str]  # triggers that are missing or altered
    newest: list[Entry]
    since: int  # entries after the last checkpoint

    @property
    def is_well(self) -> bool:
        """Whether every signature is valid, every head is where it was signed, and the guards stand."""
        return not self.unguarded and not self.is_gapped and all(one.fault is None for one in self.checkpoints)

    @property
    def is_gapped(self) -> bool:
        """Whether the last number is not the number of entries."""
        return self.head is not None and self.head.seq != self.entries


def state() -> State:
    """Read and check it now."""
    head = Entry.objects.order_by("-seq").first()
    public = {one.id: one for one in keys.listed(Path(settings.BIHUAN_WORKSPACE))}
    latest = list(Checkpoint.objects.order_by("-day")[:SHOWN_CHECKPOINTS])
    hashes = dict(Entry.objects.filter(seq__in=[one.seq for one in latest]).values_list("seq", "hash"))
    checked = [Checked(one, _fault(one, public, hashes)) for one in latest]
    signed = latest[0].seq if latest else 0
    newest = list(Entry.objects.exclude(act__in=REFERRING).order_by("-seq")[:SHOWN_ENTRIES])
    return State(head, Entry.objects.count(), checked, triggers.check(), newest, (head.seq if head else 0) - signed)


def _fault(one: Checkpoint, public: Mapping[str, keys.Key], hashes: Mapping[int, str]) -> Words | None:
    key = public.get(one.key)
    if key is None:
        return Words(f"签名密钥 {one.key} 不在公钥清单中", f"its key, {one.key}, is not on the list of public keys")
    if not is_signed(bytes.fromhex(key.public), one.body.encode(), one.signature):
        return Words("签名无效", "the signature is not valid")
    if f'"hash":"{one.hash}"' not in one.body or f'"seq":{one.seq}' not in one.body:
        return Words("表中各列与所签内容不符", "the table's columns differ from what was signed")
    if hashes.get(one.seq) != one.hash:
        return Words(f"第 {one.seq} 条不是当日所签的那一条", f"entry {one.seq} is not the one that was signed")
    return None
