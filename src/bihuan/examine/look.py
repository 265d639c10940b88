"""A first look at a file of compiled releases: methods on its tables in memory, without a workspace or a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bihuan.examine import cardinal
from bihuan.examine.header import Method, Words
from bihuan.examine.lint import constants
from bihuan.examine.releases import PLACES, Read, opened
from bihuan.examine.shared import Shared, shared
from bihuan.settings import Settings
from bihuan.store.engine import Engine, EngineError

TABLES = ("tender", "bid", "award", "purchase_item")
_AIDS = ("parameter", "unit_parameter")


@dataclass(frozen=True)
class Looked:
    """What one method found: its rows as facts, or why it could not be asked."""

    method: Method
    hits: tuple[dict[str, Any], ...] = ()
    why_not: Words | None = None


@dataclass
class Look:
    """A finished look: what was read, what was found, and the fences of Cardinal's rules."""

    read: Read
    found: list[Looked] = field(default_factory=list)
    fences: dict[str, dict[str, Any]] = field(default_factory=dict)


def look(
    path: Path,
    methods: Iterable[Method],
    settings: Settings,
    *,
    with_fences: bool = False,
    tell: Callable[[Looked], None] = lambda _: None,
) -> Look:
    """Examine the releases of a file; nothing is written."""
    wanted = list(methods)
    with TemporaryDirectory(prefix="bihuan-look-") as spill, opened(path, settings, Path(spill)) as (engine, read):
        made, common = Look(read), shared(engine, wanted, cardinal.ASIDE if with_fences else ())
        for method in wanted:
            one, values = _looked(engine, read, method, common, with_fences=with_fences)
            made.found.append(one)
            if values:
                made.fences[cardinal.CODES[method.id]] = values
            common.done(method)
            tell(one)
        return made


def _looked(
    engine: Engine, read: Read, method: Method, common: Shared, *, with_fences: bool
) -> tuple[Looked, dict[str, Any]]:
    missing = [name for name in method.header.reads if name not in _AIDS and not read.rows.get(name)]
    if missing:
        names = ", ".join(missing)
        return Looked(method, why_not=Words(f"文件中没有：{names}", f"the file lacks: {names}")), {}
    try:
        sql = common.sql(method)
        rows = engine.arrow(sql, constants(method, sql) or None).read_all().to_pylist()
        values = cardinal.fences(engine, method, sql) if with_fences else {}
    except EngineError as error:
        short = str(error).splitlines()[0][:200]
        words = Words(f"初看不读它要的字段：{short}", f"a first look reads too little: {short}")
        return Looked(method, why_not=words), {}
    return Looked(method, tuple(rows)), values


def lines(hit: dict[str, Any]) -> list[int]:
    """Which releases of the file hold a hit's evidence: its lines, where no line is blank."""
    rows = [row for name, held in hit.items() if name.endswith("_rows") for row in held or ()]
    return sorted({row // PLACES for row in rows})
