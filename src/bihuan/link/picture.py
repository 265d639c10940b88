"""A neighbourhood as one self-contained SVG picture: no script, no font and no address from outside."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape

from bihuan.link.graph import Around, Node, Step

SIZE = 900
_COLOURS = {
    "person": "#1f6feb",
    "organization": "#b45309",
    "phone": "#6b7280",
    "account": "#6b7280",
    "address": "#6b7280",
    "email": "#6b7280",
}
_DASHED = ("phone", "account", "address", "email", "bid_together")


def draw(found: Around, names: Mapping[str, str]) -> str:
    """The centre in the middle, near parties on rings around it; `names` gives the words for each kind of tie."""
    spots = _spots(found)
    lines = "".join(_line(one, spots, names) for one in found.steps)
    marks = "".join(_mark(one, *spots[one.id], is_centre=one.id == found.centre.id) for one in found.nodes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}" '
        'role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(found.centre.name)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{lines}{marks}</svg>\n'
    )


def _spots(found: Around) -> dict[int, tuple[float, float]]:
    """The centre, those tied to it on the inner ring, all others on the outer."""
    centre = found.centre.id
    inner = {one.start if one.end == centre else one.end for one in found.steps if centre in (one.start, one.end)} - {
        centre
    }
    rings = [sorted(inner), sorted({one.id for one in found.nodes} - inner - {centre})]
    spots = {centre: (SIZE / 2, SIZE / 2)}
    for radius, ring in zip((SIZE * 0.22, SIZE * 0.41), rings, strict=True):
        for at, one in enumerate(ring):
            angle = 2 * math.pi * at / len(ring)
            spots[one] = (SIZE / 2 + radius * math.cos(angle), SIZE / 2 + radius * math.sin(angle))
    return spots


def _line(step: Step, spots: Mapping[int, tuple[float, float]], names: Mapping[str, str]) -> str:
    (x1, y1), (x2, y2) = spots[step.start], spots[step.end]
    dash = ' stroke-dasharray="4 3"' if step.kind in _DASHED else ""
    share = f" {step.share * 100:.0f}%" if step.share is not None else ""
    return (
        f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" stroke="#9ca3af"{dash}/>'
        f'<text x="{(x1 + x2) / 2:.0f}" y="{(y1 + y2) / 2:.0f}" fill="#6b7280" text-anchor="middle">'
        f"{escape(names.get(step.kind, step.kind) + share)}</text>"
    )


def _mark(node: Node, x: float, y: float, *, is_centre: bool) -> str:
    size = 11 if is_centre else 7
    shape = (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size}" fill="{_COLOURS[node.kind]}"/>'
        if node.kind == "person"
        else f'<rect x="{x - size:.0f}" y="{y - size:.0f}" width="{2 * size}" height="{2 * size}" '
        f'fill="{_COLOURS[node.kind]}"/>'
    )
    return (
        f'<g>{shape}<text x="{x:.0f}" y="{y - size - 4:.0f}" text-anchor="middle">{escape(node.name or "")}</text></g>'
    )
