"""What the administrator changes at his desk stands in the journal too: people, roles, passwords, clocks."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import transaction

from bihuan.matters import journal
from bihuan.matters.words import Role


def of_desk(instance: LogEntry, created: bool, **_: Any) -> None:
    """One entry for each line of the desk's own log, in the same transaction where there is one."""
    if not created:
        return
    kind = instance.content_type.model if instance.content_type else ""
    texts = {"object": instance.object_repr, "change": instance.change_message}
    with transaction.atomic():
        journal.write(
            act="desk",
            actor=instance.user_id,
            role=str(Role.ADMINISTRATOR),
            texts={name: text for name, text in texts.items() if text},
            facts={"kind": kind, "id": str(instance.object_id or "")[:40], "flag": instance.action_flag},
        )
