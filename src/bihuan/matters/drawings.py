"""Charts as ECharts takes them: quiet, said aloud to who cannot see them, and never the only place of a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from bihuan.matters.words import Light
from bihuan.people.language import words

BLUE, EDGE = "#2f6fad", "#8a94a0"  # the edge is seen on white and on black
# Told apart in grey as well: the darker, the later.
LIGHTS = {Light.GREEN: "#8fc79d", Light.YELLOW: "#e3b341", Light.RED: "#d1443f", Light.DARK_RED: "#7d0f12",
          Light.BLUE: "#5b8fc9"}  # fmt: skip
_GRID = {"left": 8, "right": 24, "top": 8, "bottom": 8, "containLabel": True}
_ARIA = {"enabled": True, "decal": {"show": False}}


def bars(held: Iterable[tuple[str, Decimal, str]]) -> dict[str, Any]:
    """Amounts side by side, the first on top; a bar opens the figure of its key."""
    rows = list(held)[::-1]
    # Pixels, not money: the table beneath holds every digit.
    data = [{"value": float(amount), "url": reverse("figure", args=[key])} for _, amount, key in rows]
    return {
        "aria": _ARIA, "grid": _GRID, "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "splitLine": {"lineStyle": {"opacity": 0.3}}},
        "yAxis": {"type": "category", "data": [name for name, _, _ in rows], "axisTick": {"show": False}},
        "series": [{"type": "bar", "barMaxWidth": 18, "itemStyle": {"color": BLUE}, "data": data}],
    }  # fmt: skip


def lights(rows: Sequence[tuple[str, Mapping[Light, int], str]], shown: Sequence[Light]) -> dict[str, Any]:
    """Matters of each unit by light, as one bar with parts; a part opens its list."""
    ordered = rows[::-1]
    series = [
        {
            "name": words(light), "type": "bar", "stack": "all", "barMaxWidth": 16,
            "itemStyle": {"color": LIGHTS[light], "borderColor": EDGE, "borderWidth": 1},
            "data": [{"value": counts.get(light, 0), "url": f"{url}&light={light}"} for _, counts, url in ordered],
        }
        for light in shown
    ]  # fmt: skip
    return {
        "aria": _ARIA, "grid": {**_GRID, "top": 32}, "legend": {"top": 0, "left": 0},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "minInterval": 1, "splitLine": {"lineStyle": {"opacity": 0.3}}},
        "yAxis": {"type": "category", "data": [name for name, _, _ in ordered], "axisTick": {"show": False}},
        "series": series,
    }  # fmt: skip
