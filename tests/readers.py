"""What the tests of file formats share: a desk in a folder of its own, and a grid's rows as a list."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bihuan.collect.desk import Desk, Options
from bihuan.collect.formats import format_of
from bihuan.collect.handed import Grid, Handed, Reading
from bihuan.settings import Settings
from bihuan.store.engine import connect

NOTHING_SAID = Options()
DEFAULT = Settings()


@contextmanager
def a_desk(folder: Path, options: Options = NOTHING_SAID, settings: Settings = DEFAULT) -> Iterator[Desk]:
    """A desk whose scratch lies in `folder`."""
    scratch = Path(tempfile.mkdtemp(prefix="scratch", dir=folder))
    with connect(settings) as engine:
        yield Desk(engine, scratch, settings, folder / "maps", options)


def handed(path: Path) -> Handed:
    """The file as an auditor hands it over."""
    return Handed(path, path.name)


def read(desk: Desk, file: Handed) -> Reading:
    """What the format that recognises the file makes of it."""
    return format_of(file).read(file, desk)


def rows(desk: Desk, grid: Grid) -> list[tuple[object, ...]]:
    """All rows of a grid: line, then the cells."""
    return desk.engine.rows(f"SELECT * FROM ({grid.scan}) ORDER BY line")
