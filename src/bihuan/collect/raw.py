"""Originals: kept byte for byte under their hash, read-only; what was refused is kept beside, with its reason."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bihuan.collect.handed import Handed
from bihuan.store.canonical import digest, file_digest, read_json, write_json
from bihuan.store.workspace import Workspace

CHUNK = 256 << 10  # bytes at once; they stay in the processor's cache between hashing and writing


@dataclass(frozen=True)
class Original:
    """A handed-over file, copied aside while it was hashed."""

    name: str
    hash: str
    aside: Path


@dataclass(frozen=True)
class Refused:
    """A source that did not enter the books."""

    name: str
    hash: str
    reason: str
    at: str
    kept: str  # path below books/


def copy(handed: Handed, aside: Path) -> Original:
    """Copy the bytes aside and hash them on the way; of a database, the folder of its extract."""
    if handed.url:
        return _copy_extract(handed, aside)
    found, held = hashlib.sha256(), memoryview(bytearray(CHUNK))
    with handed.path.open("rb", buffering=0) as source, aside.open("wb") as target:
        while count := source.readinto(held):
            found.update(held[:count])
            target.write(held[:count])
    return Original(handed.name, found.hexdigest(), aside)


def _copy_extract(handed: Handed, aside: Path) -> Original:
    shutil.copytree(handed.path, aside)
    files = sorted(one for one in aside.rglob("*") if one.is_file())
    return Original(handed.name, digest([[one.name, file_digest(one)] for one in files]), aside)


def keep(original: Original, workspace: Workspace) -> str:
    """Move an original to its place; gives its path below books/."""
    return _keep(original, workspace, "sources")


def refuse(original: Original, reason: str, workspace: Workspace) -> None:
    """Keep what was refused, and why."""
    kept = _keep(original, workspace, "refused")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    record = {"name": original.name, "hash": original.hash, "reason": reason, "at": at, "kept": kept}
    # The same bytes may come under several names: empty files do.
    place = workspace.books / "refused" / original.hash / "reason.json"
    others = [one for one in read_json(place) if one["name"] != original.name] if place.is_file() else []
    aside = place.with_suffix(".new")
    write_json(aside, [*others, record])
    aside.replace(place)


def refused(workspace: Workspace) -> Iterator[Refused]:
    """All sources that were refused, oldest first."""
    records = [one for path in (workspace.books / "refused").glob("*/reason.json") for one in read_json(path)]
    for one in sorted(records, key=lambda raw: (raw["at"], raw["name"])):
        yield Refused(**one)


def forgive(hash_: str, workspace: Workspace) -> None:
    """Forget a refusal: the same bytes were taken in after all."""
    shutil.rmtree(workspace.books / "refused" / hash_, ignore_errors=True)


def _keep(original: Original, workspace: Workspace, where: str) -> str:
    folder = workspace.books / where / original.hash
    place = folder / re.sub(r"[^\w.,=()（）-]", "_", original.name)
    if not place.exists():
        folder.mkdir(parents=True, exist_ok=True)
        whole = [original.aside, *original.aside.rglob("*")] if original.aside.is_dir() else [original.aside]
        for one in whole:
            one.chmod(0o755 if one.is_dir() else 0o444)
        original.aside.replace(place)
    return place.relative_to(workspace.books).as_posix()
