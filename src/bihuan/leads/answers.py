"""The field's answers: what auditors wrote into the 疑点核实表, read back as verdicts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import python_calamine

from bihuan.errors import BadSource
from bihuan.leads.labels import DISMISSED, ESTABLISHED, OPEN, Label

SHEET = "疑点核实表"
ID, METHOD = "疑点编号", "方法代码"
VERDICT, AMOUNT, NOTE, BY, ON = "核实结论", "核实金额", "核实说明", "核实人", "核实日期"
ANSWERS = (VERDICT, AMOUNT, NOTE, BY, ON)

# The words offered in the sheet, and what people write instead.
VERDICTS = {
    "属实": ESTABLISHED,
    "部分属实": ESTABLISHED,
    "不属实": DISMISSED,
    "待查": OPEN,
    "查实": ESTABLISHED,
    "排除": DISMISSED,
    "established": ESTABLISHED,
    "dismissed": DISMISSED,
    "open": OPEN,
}
IS_ID = re.compile(r"[0-9a-f]{64}")
CHOICES = ("属实", "部分属实", "不属实", "待查")


def read_answers(path: Path) -> list[Label]:
    """The verdicts in a 疑点核实表; rows without one are left out, an unknown word is an error with its row."""
    rows = list(_rows(path))
    heading = next((number for number, row in enumerate(rows) if ID in row and VERDICT in row), None)
    if heading is None:
        raise BadSource(
            f"{path.name}: no row with {ID} and {VERDICT}. Give the sheet that `bihuan leads --xlsx` wrote."
        )
    names = {str(name): index for index, name in enumerate(rows[heading])}
    found: dict[str, tuple[int, Label]] = {}
    for number, row in enumerate(rows[heading + 1 :], heading + 2):
        label = _label(path, number, names, row)
        if label is None:
            continue
        if label.lead_id in found:
            first = found[label.lead_id][0]
            raise BadSource(f"{path.name}, rows {first} and {number}: one {ID} is answered twice. Keep one of them.")
        found[label.lead_id] = (number, label)
    return [label for _, label in found.values()]


def _rows(path: Path) -> Iterator[list[Any]]:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        name = SHEET if SHEET in book.sheet_names else book.sheet_names[0]
        yield from book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError) as error:
        raise BadSource(
            f"{path.name}: cannot be read as a workbook ({error}). Save it as .xlsx and give it again."
        ) from None


def _label(path: Path, number: int, names: dict[str, int], row: list[Any]) -> Label | None:
    def cell(name: str) -> Any:
        return row[names[name]] if name in names and names[name] < len(row) else ""

    lead_id, word = str(cell(ID)).strip(), str(cell(VERDICT)).strip()
    if not lead_id or not word:
        return None
    if not IS_ID.fullmatch(lead_id):
        raise BadSource(f"{path.name}, row {number}: {ID} {lead_id!r} is no lead's id. Restore it from the list.")
    verdict = VERDICTS.get(word.lower())
    if verdict is None:
        raise BadSource(
            f"{path.name}, row {number}: {VERDICT} {word!r} is none of {'、'.join(CHOICES)}. Correct the cell."
        )
    return Label(
        lead_id=lead_id,
        method=str(cell(METHOD)).strip(),
        verdict=verdict,
        amount=_amount(path, number, cell(AMOUNT)),
        note=str(cell(NOTE)).strip(),
        by=str(cell(BY)).strip(),
        on=_day(cell(ON)),
        source=path.name,
    )


def _amount(path: Path, number: int, value: Any) -> str | None:
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value).replace(",", "").replace("，", "").strip())
        if amount.is_finite():
            return format(amount.quantize(Decimal("0.01")), "f")
    except InvalidOperation:
        pass
    raise BadSource(f"{path.name}, row {number}: {AMOUNT} {value!r} is not a number. Correct the cell.")


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value or "").strip()
