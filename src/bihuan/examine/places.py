"""Where a unit lies: its organization row says so, else the workspace's settings."""

from __future__ import annotations

import re
from collections.abc import Mapping

UNIT, PLACE, CHANGED = "org_id", "place", "changed_on"  # columns of `organization`
_CODE = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}")


def place_of(row: Mapping[str, object]) -> dict[str, str]:
    """The unit of an organization's row and its place; empty where the row tells no administrative code."""
    unit, place = row.get(UNIT), str(row.get(PLACE) or "")
    return {str(unit): place} if unit and _CODE.fullmatch(place) else {}
