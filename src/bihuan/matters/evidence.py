"""The leads of a matter with their very rows, as a reader may see them: personal columns are masked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bihuan.leads.mask import mask_row, personal_columns
from bihuan.matters.audience import Reader
from bihuan.matters.models import EvidenceRow, MatterLead
from bihuan.model.table import Column, tables

MOST_ROWS = 200  # shown on the page; the others are counted
WHOSE = ("unit_id", "unit_name", "book_id", "currency")
FIGURES = ("money", "price", "quantity", "integer")


@dataclass(frozen=True)
class Row:
    """One row of evidence with its cells as text."""

    held: EvidenceRow
    cells: list[tuple[str, str]]  # text, how it stands: a figure at the right, a date in one line
    finding: str


@dataclass(frozen=True)
class Rows:
    """The rows of one table."""

    name: Any  # Table, or None where the model no longer has it
    same: list[tuple[Column, str]]  # what all rows have in common, said once
    columns: list[Column]
    rows: list[Row]


@dataclass(frozen=True)
class Shown:
    """A lead with its rows by table."""

    lead: MatterLead
    tables: list[Rows]
    has_personal: bool
    is_cut: bool


def leads_of(reader: Reader, *, unmask: bool = False) -> list[Shown]:
    """Every lead of the matter; a raiser sees none."""
    if not reader.is_party:
        return []
    return [_shown(one, reader, unmask=unmask) for one in reader.matter.leads.all()]


def _shown(lead: MatterLead, reader: Reader, *, unmask: bool) -> Shown:
    rows = list(lead.rows.all()[: MOST_ROWS + 1])
    by_table: dict[str, list[EvidenceRow]] = {}
    for one in rows[:MOST_ROWS]:
        by_table.setdefault(one.table, []).append(one)
    held = [_table(name, found, reader, unmask=unmask) for name, found in by_table.items()]
    has_personal = any(
        personal_columns((name,)).intersection(one.values) for name, found in by_table.items() for one in found
    )
    return Shown(lead, held, has_personal, len(rows) > MOST_ROWS)


def _table(name: str, found: list[EvidenceRow], reader: Reader, *, unmask: bool) -> Rows:
    model = tables().get(name)
    filled = [one for one in (model.columns if model else ()) if any(_is_filled(row, one.name) for row in found)]
    same = _same(found, filled, unmask=unmask)
    filled = [one for one in filled if one not in {column for column, _ in same}]
    rows = [
        Row(one, _cells(one, filled, unmask=unmask), one.finding if reader.sees_verification else "") for one in found
    ]
    return Rows(model, same, filled, rows)


def _same(rows: list[EvidenceRow], columns: list[Column], *, unmask: bool) -> list[tuple[Column, str]]:
    """Of the columns that say whose books these are, those in which all rows hold the same."""
    held = [one for one in columns if one.name in WHOSE and len({str(row.values.get(one.name)) for row in rows}) == 1]
    texts = _cells(rows[0], held, unmask=unmask)
    return [(column, text) for column, (text, _) in zip(held, texts, strict=True)]


def _cells(row: EvidenceRow, columns: list[Column], *, unmask: bool) -> list[tuple[str, str]]:
    values = row.values if unmask else mask_row(row.values, [row.table])
    return [(_text(values.get(one.name), one), css(one)) for one in columns]


def css(column: Column) -> str:
    """The class of a cell of that column."""
    return "num" if column.type in FIGURES else "day" if column.type in ("date", "instant") else ""


def _text(value: Any, column: Column) -> str:
    """As it stands in the books; money, which is kept as text, with its separators."""
    if value is None:
        return ""
    return f"{Decimal(value):,.2f}" if column.type == "money" and not column.personal else str(value)


def _is_filled(row: EvidenceRow, column: str) -> bool:
    return row.values.get(column) not in (None, "")
