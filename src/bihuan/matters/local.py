"""The office's own words: `W/tables/scale.yaml` and `W/tables/classes.yaml` go before what is shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bihuan.errors import BadWorkspace
from bihuan.examine.header import Words
from bihuan.matters.words import Class, Resolution, State

FOLDER = "tables"


def own(root: Path, name: str) -> dict[str, Any]:
    """What the office wrote in that table; nothing where there is no file. Raises BadWorkspace."""
    path = root / FOLDER / f"{name}.yaml"
    if not path.exists():
        return {}
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadWorkspace(f"{path}: {error}. Correct the file, or remove it to use what is shipped.") from None
    if not isinstance(found, dict):
        raise BadWorkspace(f"{path}: holds {found!r}, not names with their words. Write it like name: word.")
    return found


def name_classes(root: Path) -> None:
    """Call classes what the office calls them, on every page and form."""
    for key, said in own(root, "classes").items():
        if key not in set(Class) or not isinstance(said, dict) or not said.get("zh"):
            known = ", ".join(Class)
            raise BadWorkspace(f"{root / FOLDER}/classes.yaml: {key}: {said!r}. Write {{zh: …, en: …}} for: {known}.")
        Class(key).words = Words(str(said["zh"]), str(said.get("en") or Class(key).words.en))


def scale(root: Path, shipped: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The official scale with the office's words in place of the shipped ones."""
    changed = own(root, "scale")
    for part, known in (("resolutions", set(Resolution)), ("states", set(State))):
        unknown = set(changed.get(part) or {}) - known
        if unknown:
            raise BadWorkspace(f"{root / FOLDER}/scale.yaml, {part}: {sorted(unknown)} are none of {sorted(known)}.")
    return {part: {**words, **(changed.get(part) or {})} for part, words in shipped.items()}
