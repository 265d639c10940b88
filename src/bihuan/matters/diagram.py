"""The life-cycle as a picture, drawn from the data: states in a column, ways on at the left, ways back at the right."""

from __future__ import annotations

from collections import defaultdict
from html import escape

from bihuan.matters.lifecycle import edges
from bihuan.matters.words import State

WIDE, HIGH, GAP = 190, 40, 62
LEFT, TOP = 330, 20
COLOURS = {"on": "#206bc4", "back": "#b02a37"}


def drawn(language: str = "zh") -> str:
    """A self-contained SVG of all states and transitions with the words of their acts."""
    order = {state: index for index, state in enumerate(State)}
    ways: dict[tuple[State, State], list[str]] = defaultdict(list)
    for source, act, target in edges():
        ways[source, target].append(getattr(act.words, language))
    height = TOP * 2 + len(order) * (HIGH + GAP) - GAP
    arrows = [_way(order[a], order[b], words) for (a, b), words in ways.items()]
    boxes = [_box(index, getattr(state, language)) for state, index in order.items()]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 {height}" role="img" '
            'font-family="sans-serif" font-size="12" paint-order="stroke" stroke-linejoin="round">',
            "<style>text{stroke:#fff;stroke-width:3px;paint-order:stroke}</style>",
            *_heads(), *(line for line, _ in arrows), *boxes, *(text for _, text in arrows), "</svg>",
        ]
    )  # fmt: skip


def _heads() -> list[str]:
    return [
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 8 4 0 8Z" fill="{colour}"/></marker>'
        for name, colour in COLOURS.items()
    ]


def _box(index: int, words: str) -> str:
    y = _top(index)
    return (
        f'<rect x="{LEFT}" y="{y}" width="{WIDE}" height="{HIGH}" rx="6" fill="#fff" stroke="#1d3b55"/>'
        f'<text x="{LEFT + WIDE // 2}" y="{y + 25}" text-anchor="middle" font-size="14">{escape(words)}</text>'
    )


def _way(source: int, target: int, words: list[str]) -> tuple[str, str]:
    """Straight down to the next state; an arc at the left over several; an arc at the right going back."""
    kind = "on" if target > source else "back"
    text = escape(" / ".join(words))
    if target == source + 1:
        x, y = LEFT + WIDE // 2, _top(source) + HIGH
        path = f"M{x} {y} V{_top(target)}"
        return _line(path, kind), f'<text x="{x + 6}" y="{y + GAP // 2 + 4}">{text}</text>'
    out, y1, y2 = 60 + 16 * abs(target - source), _top(source) + HIGH // 2, _top(target) + HIGH // 2
    if kind == "on":
        path = f"M{LEFT} {y1} C{LEFT - out} {y1} {LEFT - out} {y2} {LEFT} {y2 - 8}"
        return _line(path, kind), f'<text x="{LEFT - 8}" y="{_beside(y1, target)}" text-anchor="end">{text}</text>'
    right = LEFT + WIDE
    path = f"M{right} {y1} C{right + out} {y1} {right + out} {y2} {right} {y2 + 8}"
    return _line(path, kind), f'<text x="{right + 8}" y="{y1 - 6}">{text}</text>'


def _beside(y: int, target: int) -> int:
    """Ways to the end have their words above the line, others below, so that two from one state do not meet."""
    return y - 6 if target == len(State) - 1 else y + 16


def _line(path: str, kind: str) -> str:
    return f'<path d="{path}" fill="none" stroke="{COLOURS[kind]}" marker-end="url(#{kind})"/>'


def _top(index: int) -> int:
    return TOP + index * (HIGH + GAP)
