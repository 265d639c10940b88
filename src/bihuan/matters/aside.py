"""Files that appear whole or not at all: written beside their place under a name of one writer, then renamed."""

from __future__ import annotations

import os
import uuid
from pathlib import Path


def beside(path: Path) -> Path:
    """A name in the same folder that no other writer has: threads of one process write the same file at once too."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")


def write_aside(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; the last of several writers stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = beside(path)
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
