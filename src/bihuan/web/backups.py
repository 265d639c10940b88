"""The workbench in one file: database, documents, checkpoints; and the way back, which checks the journal first."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import connection, connections

from bihuan import __version__
from bihuan.errors import BadSource, BadWorkspace, WrongUse
from bihuan.matters.aside import beside
from bihuan.store.workspace import Workspace
from bihuan.web import backup_tables
from bihuan.web.environment import DATABASE, SQLITE_FILE
from bihuan.web.start import django

FORMAT = 1
MANIFEST = "manifest.json"
# Checkpoints before the database: each was in the database before it was a file, so none is newer than the copy.
FIRST = ("bihuan.toml", "checkpoints", "maps", "methods", "parameters")
BOOKS = ("inbox", "books", "runs")
SECRETS, DOCUMENTS, TABLES = "secrets", "documents", "tables"
ALLOWED = {*FIRST, *BOOKS, SECRETS, DOCUMENTS, TABLES, SQLITE_FILE}
CHUNK = 1 << 20


@dataclass(frozen=True)
class Extent:
    """What goes in besides the workbench itself."""

    secrets: bool = False
    books: bool = False


def backup(workspace: Workspace, path: Path, extent: Extent) -> dict[str, Any]:
    """Write the file, aside and then under its name, readable by its owner only; gives its manifest."""
    if path.exists():
        raise WrongUse(f"{path}: there is a file already. Name a new one; backups are never written over.")
    part = beside(path)
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as parts:
            manifest = _Filler(parts, workspace.root).fill(extent)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return manifest


class _Filler:
    """Puts files into the archive and remembers their hashes."""

    def __init__(self, parts: zipfile.ZipFile, root: Path) -> None:
        self._parts, self._root = parts, root
        self._hashes: dict[str, str] = {}

    def fill(self, extent: Extent) -> dict[str, Any]:
        """All that belongs in, in the order that keeps it consistent; the manifest last."""
        for name in FIRST:
            self._add_tree(self._root / name)
        self._add_database()
        for name in (DOCUMENTS, *(BOOKS if extent.books else ()), *((SECRETS,) if extent.secrets else ())):
            self._add_tree(self._root / name)
        manifest = {
            "format": FORMAT,
            "bihuan": __version__,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "vendor": connection.vendor,
            "with": [name for name, there in vars(extent).items() if there],
            "files": self._hashes,
        }
        self._parts.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        return manifest

    def _add_database(self) -> None:
        with tempfile.TemporaryDirectory(dir=self._root, prefix=".backup-") as aside:
            if connection.vendor == "sqlite":
                copy_sqlite(Path(aside) / SQLITE_FILE)
                self._add(Path(aside) / SQLITE_FILE, SQLITE_FILE)
                return
            for file in backup_tables.write(Path(aside)):
                self._add(file, f"{TABLES}/{file.name}")

    def _add_tree(self, place: Path) -> None:
        if place.is_file():
            self._add(place, place.name)
        for file in sorted(place.rglob("*")):
            if file.is_file() and not file.is_symlink() and "tmp" not in file.relative_to(place).parts:
                self._add(file, file.relative_to(self._root).as_posix())

    def _add(self, file: Path, name: str) -> None:
        digest = hashlib.sha256()
        with file.open("rb") as source, self._parts.open(name, "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
        self._hashes[name] = digest.hexdigest()


def copy_sqlite(path: Path) -> None:
    """The database as it is at one moment, while others go on writing."""
    connection.ensure_connection()
    target = sqlite3.connect(path)
    try:
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        target.close()


def restore(path: Path, root: Path, checkpoint: Path | None = None) -> dict[str, Any]:
    """Make a workspace of the file. Nothing is put in place before its hashes and its journal were found good."""
    if root.exists() and any(root.iterdir()):
        raise WrongUse(f"{root} is not empty. Restore into a new folder, then use it instead of the old one.")
    with _aside(root) as folder:
        manifest = _unpack(path, folder)
        django(folder, migrate=True)
        if manifest["vendor"] == "postgresql":
            backup_tables.read(folder / TABLES)
            shutil.rmtree(folder / TABLES)
        _check_journal(path, folder, checkpoint)
        manifest["missing_documents"] = _missing_documents(folder)
        _sign_all_out()
        connections.close_all()
        if root.exists():
            root.rmdir()
        folder.replace(root)
    return manifest


@contextmanager
def _aside(root: Path) -> Iterator[Path]:
    folder = root.with_name(f".{root.name}.restoring-{os.getpid()}")
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        if folder.exists():
            connections.close_all()
            shutil.rmtree(folder)


def _unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Every file that the manifest names, each with its hash; anything else in the archive is left alone."""
    try:
        with zipfile.ZipFile(path) as parts:
            manifest: dict[str, Any] = json.loads(parts.read(MANIFEST))
            _check_vendor(path, manifest)
            for name, wanted in manifest["files"].items():
                _unpack_one(parts, name, folder, wanted)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BadSource(f"{path}: no backup, or a damaged one ({error}). Take another copy.") from error
    return manifest


def _check_vendor(path: Path, manifest: dict[str, Any]) -> None:
    if manifest.get("format") != FORMAT:
        raise BadSource(f"{path}: format {manifest.get('format')!r} is not known here. Use a newer Bihuan.")
    has_postgresql = bool(os.environ.get(DATABASE))
    if has_postgresql != (manifest["vendor"] == "postgresql"):
        where = f"an empty database named by {DATABASE}" if not has_postgresql else f"no {DATABASE}"
        raise WrongUse(f"{path} was made on {manifest['vendor']}: restore it with {where}.")


def _unpack_one(parts: zipfile.ZipFile, name: str, folder: Path, wanted: str) -> None:
    pieces = PurePosixPath(name).parts
    if not pieces or pieces[0] not in ALLOWED or ".." in pieces or "\\" in name or ":" in name:
        raise ValueError(f"{name!r} has no place in a workspace")
    target = folder.joinpath(*pieces)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with parts.open(name) as source, target.open("wb") as file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != wanted:
        raise ValueError(f"{name} is not what was put in")
    is_private = pieces[0] in (SECRETS, SQLITE_FILE)
    target.chmod(stat.S_IRUSR | stat.S_IWUSR | (0 if is_private else stat.S_IRGRP | stat.S_IROTH))
    if pieces[0] == SECRETS:
        target.parent.chmod(stat.S_IRWXU)


def _check_journal(path: Path, folder: Path, checkpoint: Path | None) -> None:
    """The restored journal against the newest checkpoint in the file, or one that was kept elsewhere."""
    from bihuan.matters import bundle, verifier

    signed = sorted((folder / "checkpoints").glob("????-??-??.json"))
    kept = checkpoint or (signed[-1] if signed else None)
    exported = folder / ".journal.zip"
    bundle.export(exported, folder)
    report = verifier.verify(str(exported), str(kept or ""))
    exported.unlink()
    if report.faults:
        first = report.faults[0]
        raise BadWorkspace(
            f"{path}: the journal does not hold: {first.where}: {first[2]} ({len(report.faults)} faults). "
            "Nothing was restored. Take an older backup."
        )


def _sign_all_out() -> None:
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()


def _missing_documents(folder: Path) -> int:
    """How many documents the database knows and the file does not hold."""
    from bihuan.matters.models import Document

    held = {one.name for one in (folder / DOCUMENTS).rglob("*")}
    known = set(Document.objects.values_list("sha256", flat=True))
    return sum(1 for one in known if one not in held)
