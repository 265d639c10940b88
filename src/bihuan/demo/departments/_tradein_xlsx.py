"""A large xlsx in big strings: ten times as quick as cell by cell, and no other file looks different to its reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bihuan.demo.write import zip_file

FIRST = 4  # the sheet row below title, unit and headings
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml."


def words(*cells: str) -> str:
    """Text cells one after the other."""
    return "".join(f'<c t="inlineStr"><is><t>{one}</t></is></c>' if one else "<c/>" for one in cells)


def numbers(*cells: str) -> str:
    """Number cells one after the other, given as they are to be written."""
    return "".join(f"<c><v>{one}</v></c>" for one in cells)


def workbook(path: Path, title: str, headings: Sequence[str], sheets: Mapping[str, Iterable[str]]) -> None:
    """Sheets of the same headings, each with a title, the unit of amounts, and rows made of `words` and `numbers`."""
    parts = {
        "[Content_Types].xml": _types(len(sheets)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _book(list(sheets)),
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)]
        ),
    }
    for at, (name, rows) in enumerate(sheets.items(), start=1):
        above = (words(f"{title}（{name}）"), words("单位：元"), words(*headings))
        body = "".join(f"<row>{one}</row>" for one in (*above, *rows))
        parts[f"xl/worksheets/sheet{at}.xml"] = (
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'
        )
    zip_file(path, {name: content.encode() for name, content in parts.items()})


def _types(sheets: int) -> str:
    made = [("/xl/workbook.xml", "sheet.main+xml")]
    made += [(f"/xl/worksheets/sheet{at}.xml", "worksheet+xml") for at in range(1, sheets + 1)]
    overrides = "".join(f'<Override PartName="{name}" ContentType="{_KIND}{kind}"/>' for name, kind in made)
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    made = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{made}</Relationships>'


def _book(names: Sequence[str]) -> str:
    sheets = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(names, start=1))
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
