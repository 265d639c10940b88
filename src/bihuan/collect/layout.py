"""From a grid of text to a sheet: headings found, title read, totals and notes set apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from bihuan.collect import layout_body, layout_heading, layout_title
from bihuan.collect.desk import Desk
from bihuan.collect.handed import Grid
from bihuan.collect.layout_heading import Heading, filled
from bihuan.collect.sheet import Sheet
from bihuan.errors import Unsure


def lay_out(grid: Grid, desk: Desk, *, lines: Sequence[int] = (), until: int | None = None) -> Sheet:
    """The sheet that a grid holds.

    `lines` says where the heading stands and `until` where the table ends, when a person (a map) has said so.
    Unsure where no heading is found, or where a second table begins on the same sheet.
    """
    heading = layout_heading.at_lines(grid, lines) if lines else layout_heading.find(grid)
    if heading is None:
        raise Unsure(_no_heading(grid, lines))
    second = None if until else layout_body.second_table(grid, heading)
    if second:
        raise Unsure(
            f"{_label(grid)}: a second table seems to begin on line {second}, below the one headed on line "
            f"{heading.lines[0]}. Split the sheet, or say in a map where the first ends: `until: {second - 1}`."
        )
    body = layout_body.take(grid, heading, desk, until=until)
    above = [row for row in grid.head if row[0] < heading.lines[0]]
    facts = layout_title.read(above, grid.sheet, PurePath(grid.file.inner or grid.file.name).stem)
    return _sheet(grid, heading, body, facts)


def is_prose(grid: Grid) -> bool:
    """Whether the grid holds no table at all: nothing, or a cover page of single cells."""
    broad = [row for row in grid.head if len(filled(row[1])) > 1]
    return not grid.named and layout_heading.find(grid) is None and len(broad) < 2


def _sheet(grid: Grid, heading: Heading, body: layout_body.Body, facts: layout_title.Facts) -> Sheet:
    return Sheet(
        file=grid.file,
        name=grid.sheet,
        headings=heading.names,
        scan=body.scan,
        line=heading.lines[-1],
        title=facts.title,
        unit_name=facts.unit_name,
        currency=facts.currency,
        money_scale=facts.money_scale or 1,
        scales=layout_title.scales(heading.names),
        fiscal_year=facts.fiscal_year,
        period=facts.period,
        stated=body.totals,
        notes=body.notes,
        skipped=body.skipped,
        binary=grid.binary,
        apart=body.apart,
    )


def _no_heading(grid: Grid, lines: Sequence[int]) -> str:
    if lines:
        return f"{_label(grid)}: the map says that the heading stands on line {lines[0]}, but nothing stands there."
    return (
        f"{_label(grid)}: no heading found in the first {layout_heading.DEEPEST} rows: no row holds names of columns. "
        "Write a map that says on which line the heading stands (`heading: [3]`), add a heading row to a copy of the "
        "file, and collect again with --map."
    )


def _label(grid: Grid) -> str:
    return f"{grid.file.label} [{grid.sheet}]" if grid.sheet else grid.file.label
