"""已整改, 正在整改, 未整改: the official scale, derived from state and resolution through a table."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from bihuan.matters.models import Matter


def status(matter: Matter) -> str:
    """The official word for where the rectification stands; blank where the matter is no problem to rectify."""
    table = _table()
    return table["resolutions"].get(matter.resolution) or table["states"].get(matter.state, "")


@cache
def _table() -> dict[str, dict[str, str]]:
    text = (resources.files("bihuan.matters") / "tables" / "scale.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return found
