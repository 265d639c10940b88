"""已整改, 正在整改, 未整改: the official scale, derived from state and resolution through a table."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

import yaml
from django.conf import settings

from bihuan.matters import local
from bihuan.matters.models import Matter


def status(matter: Matter) -> str:
    """The official word for where the rectification stands; blank where the matter is no problem to rectify."""
    table = _table(str(settings.BIHUAN_WORKSPACE))
    return table["resolutions"].get(matter.resolution) or table["states"].get(matter.state, "")


@cache
def _table(root: str) -> dict[str, dict[str, str]]:
    text = (resources.files("bihuan.matters") / "tables" / "scale.yaml").read_text(encoding="utf-8")
    return local.scale(Path(root), yaml.safe_load(text))
