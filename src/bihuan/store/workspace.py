"""A workspace is a folder; this module knows where everything in it lies."""

from __future__ import annotations

import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import filelock

from bihuan import settings as settings_file
from bihuan.errors import BadWorkspace
from bihuan.settings import Settings

FOLDERS = ("inbox", "books", "runs", "maps", "methods", "parameters", "secrets")


@dataclass(frozen=True)
class Workspace:
    """The folders of one workspace and its settings."""

    root: Path
    settings: Settings

    @property
    def books(self) -> Path:
        """Snapshots, parts and kept sources."""
        return self.root / "books"

    @property
    def runs(self) -> Path:
        """Runs and the cached results of methods."""
        return self.root / "runs"

    @property
    def maps(self) -> Path:
        """Column maps, proposed or written by hand."""
        return self.root / "maps"

    @property
    def methods(self) -> Path:
        """The office's own methods, one folder a pack."""
        return self.root / "methods"

    @property
    def parameters(self) -> Path:
        """The office's own dated parameters and calendar, as CSV."""
        return self.root / "parameters"

    @property
    def secrets(self) -> Path:
        """Keys; readable by the owner only, never exported."""
        return self.root / "secrets"

    @contextmanager
    def locked(self, what: str) -> Iterator[None]:
        """Hold the exclusive lock named `what`; a second command waits and says so once."""
        lock = filelock.FileLock(self.root / f".{what}.lock")
        try:
            lock.acquire(timeout=0.5)
        except filelock.Timeout:
            print(f"{self.root}: another command is writing the {what}; waiting for it.", file=sys.stderr)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def scratch(self, within: Path) -> Iterator[Path]:
        """A folder aside, on the same disk as `within`, gone when the block ends."""
        folder = within / "tmp" / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def init(root: Path, settings: Settings) -> Workspace:
    """Make the folders and `bihuan.toml`; an existing workspace is refused."""
    if (root / settings_file.FILE).exists():
        raise BadWorkspace(f"{root}: there is a workspace here already. Use it with: bihuan -w {root} …")
    root.mkdir(parents=True, exist_ok=True)
    for name in FOLDERS:
        (root / name).mkdir(exist_ok=True)
    (root / "secrets").chmod(0o700)
    settings_file.write(root, settings)
    return Workspace(root, settings)


def open_workspace(root: Path) -> Workspace:
    """The workspace in `root`; folders that a kill left unmade are made."""
    root = root.resolve()
    workspace = Workspace(root, settings_file.read(root))
    for name in FOLDERS:
        (root / name).mkdir(exist_ok=True)
    return workspace


def sweep(folder: Path) -> None:
    """Remove what killed commands left aside in `folder`/tmp; those still alive keep theirs."""
    for left in (folder / "tmp").glob("*-*"):
        if not _alive(left.name.split("-")[0]):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except (PermissionError, OSError):
        return True
    return True
