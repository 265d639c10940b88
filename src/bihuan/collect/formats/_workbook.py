"""What the workbook reader does not tell: formula errors, formulas never computed, and how far a sheet spans."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from bihuan.collect.formats import _biff

UNCOMPUTED = "#CALC!"  # what Excel itself shows for a formula that cannot be computed; here: that never was
CHUNK = 1 << 22
OVERLAP = 256  # bytes of a chunk looked at again with the next, since a cell may lie across
_UNCOMPUTED = re.compile(rb"</?(?:\w+:)?f\b[^>]*>\s*(?:<(?:\w+:)?v>\s*</(?:\w+:)?v>|<(?:\w+:)?v\s*/>)?\s*</(?:\w+:)?c>")
_COLUMN = re.compile(rb'r="([A-Z]{2,3})\d')  # no look behind, no group of the row: ten times as fast
_ROW = re.compile(rb'row\b[^>]*?\br="(\d{1,7})"')
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True)
class Marks:
    """Cells of one sheet that hold an error instead of a value: (line, column) from 1 → #REF! and the like."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)

    def by_line(self) -> dict[int, dict[int, str]]:
        """line → column → mark."""
        lines: dict[int, dict[int, str]] = defaultdict(dict)
        for (line, column), mark in self.cells.items():
            lines[line][column] = mark
        return dict(lines)


@dataclass(frozen=True)
class Span:
    """One sheet of an .xlsx or .xlsb: its part, and how far it reaches, as its bytes say."""

    name: str
    part: str
    lines: int = 1
    columns: int = 26  # at least: columns of one letter are not looked at
    is_suspect: bool = True  # whether some cell may hold an error


def survey(path: Path) -> tuple[Span, ...]:
    """The sheets of an .xlsx or .xlsb; none for other workbooks."""
    if path.suffix.casefold() not in (".xlsx", ".xlsb"):
        return ()
    return tuple(_spanned(path, name, part) for name, part in _parts(path))


def _spanned(path: Path, name: str, part: str) -> Span:
    if not part.endswith(".xml"):
        return Span(name, part)
    lines, columns, is_suspect, block = 1, 26, False, b""
    for block in _blocks(path, part):
        lines = max(lines, _last_row(block))
        columns = max(columns, *(_number(one.decode()) for one in set(_COLUMN.findall(block))), 0)
        is_suspect = is_suspect or _is_suspect(block)
    if not block.rstrip().endswith(b"sheet>"):  # the workbook reader would take what there is for the whole
        raise ValueError(f"the sheet {name} ends in the middle")
    return Span(name, part, lines, columns, is_suspect)


def _last_row(block: bytes) -> int:
    match = _ROW.match(block, max(block.rfind(b"row r="), block.rfind(b"row spans="), 0))
    return int(match[1]) if match else 0


def _is_suspect(block: bytes) -> bool:
    if b't="e"' in block or b"t='e'" in block:
        return True
    return (b"f>" in block or b"<f" in block) and _UNCOMPUTED.search(block) is not None


def marks(path: Path, spans: tuple[Span, ...]) -> Callable[[int, str], Marks]:
    """A function that gives the marks of a sheet by its number in the workbook, from 0, and its name."""
    kind = path.suffix.casefold()
    if kind == ".xls":
        found = _biff.xls_errors(path)
        return lambda index, name: Marks(found.get(index, {}))
    if kind == ".ods":
        return lambda index, name: Marks(_in_ods(path, name))
    suspects = {span.name: span.part for span in spans if span.is_suspect}
    reader = _biff.xlsb_errors if kind == ".xlsb" else _in_xlsx
    return lambda index, name: Marks(reader(path, suspects[name]) if name in suspects else {})


def _blocks(path: Path, part: str) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as package, package.open(part) as stream:
        tail = b""
        while block := stream.read(CHUNK):
            yield tail + block
            tail = block[-OVERLAP:]


def _parts(path: Path) -> Iterator[tuple[str, str]]:
    """Name and part of every sheet of an .xlsx or .xlsb."""
    with zipfile.ZipFile(path) as package:
        names = set(package.namelist())
        book = next((one for one in ("xl/workbook.xml", "xl/workbook.bin") if one in names), None)
        if book is None or f"xl/_rels/{posixpath.basename(book)}.rels" not in names:
            return
        targets = {
            str(one.get("Id")): posixpath.normpath(posixpath.join("/xl", str(one.get("Target")))).lstrip("/")
            for one in _parsed(package.read(f"xl/_rels/{posixpath.basename(book)}.rels"))
        }
        data = package.read(book)
        sheets = _biff.xlsb_sheets(data) if book.endswith(".bin") else _xlsx_sheets(data)
        for name, relation in sheets:
            if targets.get(relation) in names:
                yield name, targets[relation]


def _xlsx_sheets(data: bytes) -> Iterator[tuple[str, str]]:
    for sheet in _parsed(data).iter("{*}sheet"):
        relation = next((str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")), "")
        yield str(sheet.get("name")), relation


def _in_xlsx(path: Path, part: str) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    line, column = 0, 0
    with zipfile.ZipFile(path) as package, package.open(part) as stream:
        for event, element in _events(stream, ("{*}row", "{*}c")):
            if event == "start":
                if element.tag.endswith("row"):
                    line, column = int(element.get("r") or line + 1), 0
                continue
            if element.tag.endswith("}c"):
                line, column = _place(element.get("r"), line, column)
                mark = _mark(element)
                if mark:
                    found[line, column] = mark
            element.clear()
    return found


def _place(reference: str | None, line: int, column: int) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(reference or "")
    return (int(match[2]), _number(match[1])) if match else (line, column + 1)


def _mark(cell: etree._Element) -> str | None:
    value = cell.findtext("{*}v") or ""
    if cell.get("t") == "e":
        return value or "#VALUE!"
    if cell.get("t") != "str" and not value and cell.find("{*}f") is not None:
        return UNCOMPUTED
    return None


def _in_ods(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """OpenDocument repeats rows and cells by a count; an error is marked by LibreOffice's own attribute."""
    with zipfile.ZipFile(path) as package:
        if not re.search(rb'value-type="error"', package.read("content.xml")):
            return {}
        with package.open("content.xml") as stream:
            return _ods_cells(stream, sheet)


def _ods_cells(stream: object, sheet: str) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    line, column, name = 0, 0, ""
    tags = ("{*}table", "{*}table-row", "{*}table-cell", "{*}covered-table-cell")
    for event, element in _events(stream, tags):
        tag = etree.QName(element).localname
        if event == "start" and tag == "table":
            line, name = 0, _attribute(element, "name")
        elif event == "start" and tag == "table-row":
            column = 0
        elif event == "end" and tag.endswith("cell"):
            if name == sheet and "error" in (
                value for key, value in element.attrib.items() if "value-type" in str(key)
            ):
                found[line + 1, column + 1] = "".join(map(str, element.itertext())).strip() or "#VALUE!"
            column += int(_attribute(element, "number-columns-repeated") or 1)
        elif event == "end" and tag == "table-row":
            line += int(_attribute(element, "number-rows-repeated") or 1)
            element.clear()
    return found


def _parsed(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _events(stream: object, tags: tuple[str, ...]) -> Iterator[tuple[str, etree._Element]]:
    yield from etree.iterparse(
        stream, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True, huge_tree=False
    )


def _attribute(element: etree._Element, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _number(letters: str) -> int:
    """Column A is 1."""
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value
