"""The journal's page: how the chain stands, what it proves and what it cannot, and the bundle to check elsewhere."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import IO, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bihuan.matters import bundle, journal_state
from bihuan.matters.models import Entry
from bihuan.matters.scope import visible
from bihuan.matters.standing import OFFICE_ROLES
from bihuan.matters.timeline import act_words, role_words
from bihuan.matters.words import Role
from bihuan.people.language import say
from bihuan.people.models import User
from bihuan.people.rights import has_role

SEE = (*OFFICE_ROLES, Role.ADMINISTRATOR)
EXPORT = (Role.SUPERVISOR, Role.ADMINISTRATOR)


@login_required
@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    """The state of the chain, checked while the page is made."""
    user = _reader(request)
    state = journal_state.state()
    return render(request, "matters/journal.html", {
        "state": state, "rows": _rows(user, state.newest), "may_export": has_role(user, *EXPORT), "now": timezone.now(),
    })  # fmt: skip


@login_required
@require_POST
def export(request: HttpRequest) -> FileResponse:
    """The whole journal as one file that anyone can check without this server."""
    user = _reader(request)
    if not has_role(user, *EXPORT):
        raise PermissionDenied(say("由督办领导或系统管理员导出。", "The supervisor or an administrator exports it."))
    name = f"bihuan-journal-{timezone.localdate():%Y%m%d}.zip"
    return FileResponse(_made(), as_attachment=True, filename=name, content_type="application/zip")


def _made() -> IO[bytes]:
    """The bundle, open for reading; its file is gone once it was sent."""
    with tempfile.TemporaryDirectory(prefix="bihuan-") as folder:
        path = Path(folder) / "journal.zip"
        bundle.export(path)
        held = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
        with path.open("rb") as file:
            shutil.copyfileobj(file, held)
    held.seek(0)
    return cast(IO[bytes], held)


def _reader(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not has_role(user, *SEE):
        raise Http404
    return user


def _rows(user: User, entries: list[Entry]) -> list[dict[str, object]]:
    """The newest entries; a matter's code only where the matter is his to see, and no names."""
    mine = set(visible(user).filter(code__in={one.matter for one in entries}).values_list("code", flat=True))
    return [
        {"entry": one, "words": act_words(one.act), "role": role_words(one.role), "is_mine": one.matter in mine}
        for one in entries
    ]
