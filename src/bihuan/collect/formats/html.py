"""HTML tables, which many Chinese systems hand over as an .xls: Excel opens them, though they are no workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from bihuan.collect.desk import Desk
from bihuan.collect.encoding import as_utf8
from bihuan.collect.formats._grid import Row, grid
from bihuan.collect.handed import Handed, Reading
from bihuan.errors import BadSource

RANK = 70
NAME = "html"
ZH = "网页表格（多以 .xls 为名导出）"
EN = "HTML table (often named .xls)"

MAX_COLUMNS = 2_000
_OPENS = re.compile(rb"<(?:!doctype\s+html|html|head|meta|style|body|table|div)\b", re.IGNORECASE)
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)  # ="0001": how exports stop Excel from dropping the noughts
Merged = tuple[int, int, int, int]


def recognises(handed: Handed) -> bool:
    """A head that is HTML; where it has no table, the reading says so."""
    if handed.url or not handed.path.is_file():
        return False
    head = handed.head.replace(b"\0", b"")  # UTF-16 too
    found = _OPENS.search(head[:4096])
    return found is not None and head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def read(handed: Handed, desk: Desk) -> Reading:
    """All tables as one sheet, below each other, as Excel shows them; a line is a table row."""
    path = as_utf8(handed, desk)
    tail = _tail(path)
    if b"</table" not in tail and b"</html" not in tail:
        raise BadSource(
            f"{handed.label}: the file ends in the middle of a table; it was cut off. "
            "Compare its size with the original and copy it again."
        )
    layer = _Layer()
    width = max((len(row) for _, row in layer.rows(path)), default=0)
    if not width:
        raise BadSource(f"{handed.label}: the page holds no table. Export the data itself, as .xlsx or CSV.")
    if width > MAX_COLUMNS:
        raise BadSource(f"{handed.label}: a row has {width:,} columns. Export the data as .xlsx or CSV.")
    layer = _Layer()
    made = grid(desk, handed, "", layer.rows(path), width)
    return Reading(grids=(replace(made, merged=tuple(layer.merged)),))


class _Layer:
    """Lays cells out in rows and columns: a cell may reach over several of either."""

    def __init__(self) -> None:
        self.merged: list[Merged] = []
        self._taken: dict[int, int] = {}  # column → how many further rows a cell from above still covers
        self._line = 0

    def rows(self, path: Path) -> Iterator[Row]:
        """Rows that hold something, under their number."""
        for element in _table_rows(path):
            self._line += 1
            row = self._row(element)
            if any(row):
                yield self._line, row

    def _row(self, element: etree._Element) -> list[str | None]:
        row: list[str | None] = []
        covered, self._taken = self._taken, {c: left - 1 for c, left in self._taken.items() if left > 1}
        for cell in element.iterchildren("td", "th"):
            while len(row) in covered:
                row.append(None)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            first = len(row) + 1
            row += [_text(cell), *[None] * (across - 1)]
            if across > 1 or down > 1:
                self.merged.append((self._line, first, self._line + down - 1, len(row)))
            if down > 1:
                self._taken |= dict.fromkeys(range(first - 1, len(row)), down - 1)
        return row


def _table_rows(path: Path) -> Iterator[etree._Element]:
    """Rows as they end. A row that only holds another table is that table's frame, and is passed over."""
    with path.open("rb") as stream:
        found = etree.iterparse(
            stream, events=("end",), tag="tr", html=True, encoding="utf-8", no_network=True, huge_tree=False
        )
        for _, element in found:
            if element.find(".//tr") is not None:
                continue
            yield element
            if next(element.iterancestors("tr"), None) is None:
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def _span(cell: etree._Element, name: str) -> int:
    words = str(cell.get(name) or "1").strip()
    return min(max(int(words), 1), MAX_COLUMNS) if words.isdecimal() else 1


def _text(cell: etree._Element) -> str | None:
    """What the cell shows; the exact number where Excel left it beside the rounded one."""
    exact = cell.get("x:num")
    if exact:
        return str(exact)
    for pause in cell.iter("br"):
        pause.tail = "\n" + str(pause.tail or "")
    shown = "".join(map(str, cell.itertext())).replace("\u00a0", " ").strip()
    quoted = _AS_TEXT.fullmatch(shown)
    return (quoted[1] if quoted else shown) or None


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        return file.read().lower()
