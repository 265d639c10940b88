"""A workbench on disk, kept by processes of its own, since a test's own database lives in memory only."""

import os
import subprocess
import sys

FILL = """
import sys
from pathlib import Path
from bihuan.settings import Settings
from bihuan.store.workspace import init
from bihuan.web.start import django

root = Path(sys.argv[1])
django(init(root, Settings(name="office")), migrate=True)
from bihuan.matters import checkpoints, documents, journal
from bihuan.matters.models import Document
from bihuan.people.models import Unit, User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

unit = Unit.objects.create(code="AO", name="云禾县审计局")
User.objects.create(username="lin", unit=unit)
for number in range(3):
    with transaction.atomic():
        texts = {"note": f"第 {number} 条"}
        journal.write(act="note", actor=1, role="auditor", matter="", source="", target="", texts=texts)
checkpoints.make(root)
digest = "ab" * 32
place = root / "documents" / digest[:2] / digest
place.parent.mkdir(parents=True)
place.write_bytes(b"voucher")
known = {"sha256": digest, "size": 7, "media_type": "application/pdf", "at": timezone.now()}
Document.objects.create(kind="voucher", name="凭证.pdf", **known)
Session.objects.create(session_key="k" * 32, session_data="x", expire_date=timezone.now())
"""


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BIHUAN_WORKSPACE")}
    return {**kept, "PYTHONPATH": "src", **more}


def python(text, *arguments, **more):
    done = subprocess.run(
        [sys.executable, "-c", text, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment(**more),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def bihuan(*arguments, **more):
    text = "import sys; sys.argv[0] = 'bihuan'; from bihuan.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", text, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment(**more),
        check=False,
    )
