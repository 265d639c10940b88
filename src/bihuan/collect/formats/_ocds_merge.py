"""Releases of one contracting process, merged as OCDS says: later values win, lists of objects meet by their id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

LINE = "~line"  # key under which a merged object keeps the line of the release that it last stood in

Object = dict[str, Any]


def moment(release: Object) -> float:
    """The release's date as seconds, to put releases in order; −∞ where there is none that can be read."""
    text = release.get("date")
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None:
        return float("-inf")
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def merged(releases: Sequence[tuple[Object, int]]) -> Object:
    """One release out of several (release, line), the earliest first; those of one date keep the order of the file."""
    whole: Object = {}
    for release, line in sorted(releases, key=lambda one: moment(one[0])):
        _into(whole, release, line)
    return whole


def _into(whole: Object, later: Object, line: int) -> None:
    whole[LINE] = line
    for key, value in later.items():
        if value is None:
            whole.pop(key, None)
        elif isinstance(value, dict):
            below = whole.get(key)
            whole[key] = below if isinstance(below, dict) else {}
            _into(whole[key], value, line)
        elif isinstance(value, list) and value and all(isinstance(one, dict) and "id" in one for one in value):
            whole[key] = _lists(whole.get(key), value, line)
        else:
            whole[key] = value


def _lists(earlier: Any, later: list[Object], line: int) -> list[Object]:
    known = {one.get("id"): one for one in earlier if isinstance(one, dict)} if isinstance(earlier, list) else {}
    for one in later:
        number = one["id"] if isinstance(one["id"], str | int) else str(one["id"])
        _into(known.setdefault(number, {}), one, line)
    return list(known.values())
