"""The tables of the AICPA Audit Guide *Audit Sampling*, computed and not stored: axes as printed, cells by formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from bihuan.errors import NotFound, WrongUse
from bihuan.sample import limits
from bihuan.sample.sizes import attribute_size, money_size

EXPECTED = tuple(Fraction(one, 10000) for one in (*range(0, 401, 25), *range(500, 1001, 100), 1250, 1500, 1750))
TOLERABLE = tuple(Fraction(one, 100) for one in (2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20))
SAMPLES = (*range(20, 81, 5), 90, 100, 125, 150, 200, 300, 400, 500)
FOUND = tuple(range(11))
OF_POPULATION = tuple(Fraction(one, 1000) for one in (500, 300, 100, 80, 60, 50, 40, 30, 20, 10, 5))
RATIOS = {
    5: (0, 1, 2, 3, 4, 5),
    **dict.fromkeys((10, 15, 20, 25), (0, 2, 3, 4, 5)),
    **dict.fromkeys((30, 35, 50), (0, 2, 4, 6)),
}
RISKS = (5, 10, 15, 20, 25, 30, 35, 50)
LARGEST = 2000  # the guide leaves larger samples out


@dataclass(frozen=True)
class Grid:
    """One table: headings, and rows of cells as printed; an empty cell is left out by the guide too."""

    name: str
    zh: str
    en: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def grid(name: str) -> Grid:
    """The table of that name."""
    try:
        return GRIDS[name.upper()]()
    except KeyError:
        raise NotFound(f"no table {name!r}. There are: {', '.join(GRIDS)}.") from None


def attribute_cell(tolerable: Fraction, expected: Fraction, risk: Fraction) -> str:
    """Sample size and expected deviations as `93(1)`; empty where there is none up to the guide's largest."""
    try:
        found = attribute_size(tolerable, expected, 1 - risk)
    except WrongUse:
        return ""
    return f"{found.size}({found.allowed})" if found.size <= LARGEST else ""


def upper_cell(size: int, found: int, risk: Fraction) -> str:
    """Upper limit in percent, rounded up to one place as the guide does."""
    return f"{ceil(limits.binomial_upper(size, found, float(1 - risk)) * 1000 - 1e-9) / 10:.1f}"


def money_cell(risk: int, ratio: int, tolerable: Fraction) -> str:
    """Monetary-unit sample size; `ratio` of expected to tolerable in tenths."""
    return str(money_size(tolerable, tolerable * ratio / 10, 1 - Fraction(risk, 100)).size)


def _sizes(name: str, risk: Fraction) -> Grid:
    rows = tuple((_percent(one), *(attribute_cell(column, one, risk) for column in TOLERABLE)) for one in EXPECTED)
    words = (
        f"控制测试样本量，信赖过度风险 {_percent(risk)}",
        f"sample sizes for tests of controls, {_percent(risk)} risk of overreliance",
    )
    return Grid(name, *words, ("", *map(_percent, TOLERABLE)), rows)


def _uppers(name: str, risk: Fraction) -> Grid:
    rows = tuple((str(size), *(upper_cell(size, one, risk) for one in FOUND)) for size in SAMPLES)
    words = (
        f"控制测试结果评价：偏差率上限（%），风险 {_percent(risk)}",
        f"upper limits in percent at {_percent(risk)} risk of overreliance",
    )
    return Grid(name, *words, ("n", *map(str, FOUND)), rows)


def _money() -> Grid:
    rows = tuple(
        (f"{risk}%", f"{ratio / 10:.2f}", *(money_cell(risk, ratio, one) for one in OF_POPULATION))
        for risk in RISKS
        for ratio in RATIOS[risk]
    )
    return Grid(
        "C-1",
        "货币单元抽样样本量",
        "monetary-unit sample sizes",
        ("risk", "ratio", *map(_percent, OF_POPULATION)),
        rows,
    )


def _factors() -> Grid:
    rows = tuple(
        (str(one), *(f"{limits.poisson_factor(one, 1 - risk / 100):.2f}" for risk in RISKS)) for one in range(21)
    )
    return Grid("FACTORS", "泊松置信系数", "Poisson confidence factors", ("k", *(f"{one}%" for one in RISKS)), rows)


def _percent(one: Fraction) -> str:
    return f"{float(one * 100):g}%"


GRIDS: dict[str, Callable[[], Grid]] = {
    "A-1": lambda: _sizes("A-1", Fraction(5, 100)),
    "A-2": lambda: _sizes("A-2", Fraction(10, 100)),
    "A-3": lambda: _uppers("A-3", Fraction(5, 100)),
    "A-4": lambda: _uppers("A-4", Fraction(10, 100)),
    "C-1": _money,
    "FACTORS": _factors,
}
