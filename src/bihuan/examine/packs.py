"""What a pack is called: `pack.yaml` in its folder, for those that come with Bihuan and for the office's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from bihuan.errors import BadMethod
from bihuan.examine.header import Words
from bihuan.examine.library import built_in
from bihuan.store.workspace import Workspace

FILE = "pack.yaml"


def title(pack: str, workspace: Workspace | None = None) -> Words:
    """The pack's name in both languages; its id where nobody gave it one."""
    own = workspace.methods / pack / FILE if workspace else None
    for path in (own, built_in() / pack / FILE):
        if path and path.is_file():
            return _read(path, path.stat().st_mtime_ns)
    return Words(pack, pack)


@cache
def _read(path: Path, _changed: int) -> Words:
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    held = said.get("title") if isinstance(said, dict) else None
    if not isinstance(held, dict) or {type(held.get(one)) for one in ("zh", "en")} != {str}:
        raise BadMethod(f"{path}: write the pack's name as title: {{zh: …, en: …}}.")
    return Words(held["zh"], held["en"])
