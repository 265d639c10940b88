"""The keys that sign the journal's checkpoints: made at first start, rotated by a signature of the key before."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import filelock
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.utils import timezone

from bihuan.errors import BadWorkspace
from bihuan.matters.aside import write_aside

SECRETS, PUBLISHED = "secrets", "checkpoints"  # folders of the workspace
LIST = "keys.json"


@dataclass(frozen=True)
class Key:
    """A public key, from which day it signs, and the signature of the key before it (the first signs itself)."""

    id: str
    public: str  # hex
    since: str
    signed_by: str
    signature: str

    def listed(self) -> dict[str, str]:
        """The key as `keys.json` holds it."""
        held = asdict(self)
        return {"from": held.pop("since"), **held}


def sign(root: Path, day: date, content: Mapping[str, str | int]) -> tuple[bytes, str]:
    """The content with its day and the key's id in it as canonical JSON, and its signature (hex)."""
    name, key = current(root, today=day)
    body = rfc8785.dumps({**content, "day": day.isoformat(), "key": name})
    return body, key.sign(body).hex()


def current(root: Path, *, today: date | None = None) -> tuple[str, Ed25519PrivateKey]:
    """The key that signs now, with its id; made where there is none yet."""
    with _locked(root):
        keys = listed(root) or [_first(root, today or timezone.localdate())]
    return keys[-1].id, _private(root, keys[-1].id)


def rotate(root: Path, *, since: date | None = None) -> Key:
    """Make a new key, signed by the present one, which signs no more after that day (today)."""
    signed_by, present = current(root)
    with _locked(root):
        made = Ed25519PrivateKey.generate()
        key = _key(made, signed_by, present, since or timezone.localdate())
        _keep(root, key.id, made)
        _list(root, [*listed(root), key])
    return key


def listed(root: Path) -> list[Key]:
    """All public keys, the oldest first."""
    path = root / PUBLISHED / LIST
    if not path.exists():
        return []
    return [Key(since=one.pop("from"), **one) for one in json.loads(path.read_text(encoding="utf-8"))]


def _first(root: Path, today: date) -> Key:
    if signed := sorted((root / PUBLISHED).glob("????-??-??.json")):
        raise BadWorkspace(
            f"{root / PUBLISHED / LIST} is missing, but {signed[-1].name} was signed. Restore it from a backup or "
            "from any exported bundle; a new first key would disown every checkpoint."
        )
    made = Ed25519PrivateKey.generate()
    key = _key(made, "", made, today)
    _keep(root, key.id, made)
    _list(root, [key])
    return key


def _key(made: Ed25519PrivateKey, signed_by: str, signer: Ed25519PrivateKey, since: date) -> Key:
    public = made.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    name = hashlib.sha256(public).hexdigest()[:16]
    said = {"id": name, "public": public.hex(), "from": since.isoformat(), "signed_by": signed_by or name}
    return Key(name, public.hex(), since.isoformat(), signed_by or name, signer.sign(rfc8785.dumps(said)).hex())


def _keep(root: Path, name: str, made: Ed25519PrivateKey) -> None:
    """The secret half, readable by its owner only; never written over."""
    (root / SECRETS).mkdir(mode=0o700, exist_ok=True)
    handle = os.open(_path(root, name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())


def _private(root: Path, name: str) -> Ed25519PrivateKey:
    path = _path(root, name)
    if not path.exists():
        raise BadWorkspace(f"{path}: the key that signs the journal is missing. Restore it from a backup.")
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadWorkspace(f"{path} holds no Ed25519 key. Restore it from a backup.")
    return key


def _path(root: Path, name: str) -> Path:
    return root / SECRETS / f"journal-{name}.pem"


def _list(root: Path, keys: list[Key]) -> None:
    held = [key.listed() for key in keys]
    write_aside(root / PUBLISHED / LIST, json.dumps(held, indent=1).encode())


def _locked(root: Path) -> filelock.BaseFileLock:
    """Two workers that start at once must not make two first keys."""
    root.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(root / ".keys.lock")
