"""A profile as one self-contained page: opens offline, in both languages, with a picture for every test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import jinja2

from bihuan.sample.profile.benford import DigitTest
from bihuan.sample.profile.digits import Digits
from bihuan.sample.profile.profile import Profile
from bihuan.store.snapshot import Snapshot
from bihuan.store.workspace import Workspace

WIDTH, HEIGHT, FOOT = 900, 190, 16
TESTS = {
    "first": ("首位数字", "first digit"),
    "second": ("第二位数字", "second digit"),
    "first_two": ("首两位数字", "first two digits"),
    "last_two": ("末两位数字", "last two digits"),
    "second_order": ("二阶检验（相邻差额的首两位）", "second order: first two digits of the gaps"),
    "summation": ("求和检验（首两位相同的金额合计）", "summation: amounts by first two digits"),
}
BANDS = {
    "close": ("高度符合", "close conformity"),
    "acceptable": ("可接受", "acceptable conformity"),
    "marginal": ("勉强符合", "marginally acceptable"),
    "nonconformity": ("不符合", "nonconformity"),
}
WEEKDAYS = {str(at): zh for at, zh in enumerate("一二三四五六日", 1)}


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands, and what is said when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    label: str  # below the bar; empty where there is no room
    words: str
    is_peak: bool = False


@dataclass(frozen=True)
class Chart:
    """A picture: bars, and the line of what is expected."""

    bars: tuple[Bar, ...]
    line: str = ""  # points of an SVG polyline


def write_page(path: Path, profile: Profile, workspace: Workspace, snapshot: Snapshot) -> None:
    """Render the page and put it in place at once."""
    aside = path.with_name(f".{path.name}.tmp")
    aside.write_text(render(profile, workspace, snapshot), encoding="utf-8")
    aside.replace(path)


def render(profile: Profile, workspace: Workspace, snapshot: Snapshot) -> str:
    """The page as HTML; every value is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("bihuan.report"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"money": _money, "digits": _digits}
    environment.globals |= {
        "chart_of": chart,
        "charts_of": charts,
        "names": TESTS,
        "bands": BANDS,
        "weekdays": WEEKDAYS,
    }
    language = "en" if workspace.settings.languages[:1] == ("en",) else "zh"
    return environment.get_template("profile.html").render(
        p=profile, workspace=workspace, snapshot=snapshot, language=language, width=WIDTH, height=HEIGHT
    )


def charts(digits: Digits) -> list[tuple[str, DigitTest | None, Chart]]:
    """A picture for each test of digits, in the order of `TESTS`."""
    tests = {one.name: one for one in digits.tests}
    drawn: list[tuple[str, DigitTest | None, Chart]] = [
        (name, tests[name], _of_test(tests[name])) for name in TESTS if name in tests and tests[name].numbers
    ]
    if digits.sums:
        rows = [(one.digits, one.share, f"{one.digits}: {one.total:,.2f}") for one in digits.sums]
        drawn.append(("summation", None, chart(rows, [1 / 90] * len(rows))))
    return drawn


def chart(rows: Sequence[tuple[str, float, str]], expected: Sequence[float] = ()) -> Chart:
    """Bars of label, length and words; three in excess of what is expected are marked."""
    lengths = [float(length) for _, length, _ in rows]
    longest = max([*lengths, *expected], default=0.0) or 1.0
    step = WIDTH / max(len(rows), 1)
    room = HEIGHT - FOOT
    every = max(1, -(-len(rows) * 26 // WIDTH))  # a label needs some 26 pixels
    excess = sorted(range(len(expected)), key=lambda at: expected[at] - lengths[at])[:3] if len(rows) > 10 else []
    bars = tuple(
        Bar(
            x=round(at * step + step * 0.1, 2),
            y=round(room - room * max(lengths[at], 0.0) / longest, 2),
            width=round(step * 0.8, 2),
            height=round(room * max(lengths[at], 0.0) / longest, 2),
            label=label if at % every == 0 else "",
            words=words,
            is_peak=at in excess,
        )
        for at, (label, _, words) in enumerate(rows)
    )
    points = (f"{(at + 0.5) * step:.1f},{room - room * one / longest:.1f}" for at, one in enumerate(expected))
    return Chart(bars, " ".join(points))


def _of_test(test: DigitTest) -> Chart:
    rows = [
        (one.digits, one.share, f"{one.digits}: {one.found:,} ({one.share:.2%}; {one.expected:.2%})")
        for one in test.cells
    ]
    return chart(rows, [one.expected for one in test.cells])


def _money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,.2f}"


def _digits(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
