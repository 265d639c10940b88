"""A journal as an xlsx, written as text: twenty times as fast as cell by cell, for what a journal needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from bihuan.demo.write import zip_file

Cell = str | int | float | None
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


class Sheet(NamedTuple):
    """One sheet: its rows from row 1, and which cells are merged (A1:C1)."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[str]


def write(path: Path, sheets: Sequence[Sheet]) -> None:
    """The workbook."""
    names = [f"sheet{at}" for at in range(1, len(sheets) + 1)]
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/{one}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for one in names
    )
    types = (
        f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{overrides}</Types>'
    )
    listed = "".join(
        f'<sheet name="{escape(one.name)}" sheetId="{at}" r:id="rId{at}"/>' for at, one in enumerate(sheets, start=1)
    )
    book = f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>{listed}</sheets></workbook>'
    members = {
        "[Content_Types].xml": types,
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": _relations([("worksheet", f"worksheets/{one}.xml") for one in names]),
        **{f"xl/worksheets/{name}.xml": _sheet(one) for name, one in zip(names, sheets, strict=True)},
    }
    zip_file(path, {name: text.encode() for name, text in members.items()})


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{at}" Type="{_RELATED}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{each}</Relationships>'


def _sheet(sheet: Sheet) -> str:
    rows = "".join(f'<row r="{at}">{"".join(_cells(at, row))}</row>' for at, row in enumerate(sheet.rows, start=1))
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in sheet.merged)
    merged = f'<mergeCells count="{len(sheet.merged)}">{ranges}</mergeCells>' if ranges else ""
    return f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{merged}</worksheet>'


def _cells(line: int, row: Sequence[Cell]) -> Iterable[str]:
    for at, cell in enumerate(row):
        if cell is None or cell == "":
            continue
        place = f"{chr(65 + at)}{line}"
        if isinstance(cell, str):
            yield f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        else:
            yield f'<c r="{place}"><v>{cell}</v></c>'
