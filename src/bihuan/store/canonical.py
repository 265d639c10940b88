"""Canonical JSON (RFC 8785) and hashes; money and dates travel as text so that no digit is lost."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import rfc8785

LARGEST = 2**53 - 1  # beyond it a JSON number may lose digits


def canonical(value: object) -> bytes:
    """The one JSON text of a value, by RFC 8785; ids of more than 53 bits travel as text as well."""
    plain = _plain(value)
    try:
        return rfc8785.dumps(plain)
    except rfc8785.IntegerDomainError:
        return rfc8785.dumps(_without_large(plain))


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON, as 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_json(path: Path) -> Any:
    """A JSON file written by us."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_json(path: Path, value: object) -> None:
    """Readable JSON, keys sorted, synced to disk before it returns."""
    text = json.dumps(_plain(value), ensure_ascii=False, indent=1, sort_keys=True)
    with path.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _without_large(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_large(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_large(one) for one in value]
    return str(value) if isinstance(value, int) and abs(value) > LARGEST else value


def _plain(value: object) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
