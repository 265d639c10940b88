"""查账 in the page: the whole voucher behind a row of a ledger, or the rows that lie beside any other row.

Only rows of the row's own unit are shown, and only where the reader holds an office over that unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bihuan.errors import BihuanError, NotFound
from bihuan.examine.header import Words
from bihuan.leads.lead import spoken
from bihuan.leads.mask import mask_row
from bihuan.matters.evidence import css
from bihuan.matters.models import EvidenceRow
from bihuan.matters.office import workspace
from bihuan.matters.standing import OFFICE_ROLES
from bihuan.model.table import Column, Table, tables
from bihuan.people.models import Unit, User
from bihuan.people.rights import paths
from bihuan.report import browse
from bihuan.store.books import open_books
from bihuan.store.engine import Engine, quoted
from bihuan.store.snapshot import load

LEDGER = "journal_line"
MOST_ROWS = 200
# By what a row's neighbours are found: the first that the row has a value for. Same slip first, then same party.
SLIPS = ("voucher_no", "invoice_no", "contract_no", "application_no", "bill_no", "claim_no", "loan_id", "tender_no")
PARTIES = ("payee_account", "payee_id", "payee_name", "account", "seller_name", "supplier_name", "id_no", "staff_no",
           "person_id", "name")  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """Rows of one table that share a value with the row of evidence."""

    by: Column  # what they have in common
    value: str
    columns: tuple[Column, ...]
    rows: list[tuple[int, list[tuple[str, str]]]]  # row id; cells as text with their class, personal ones masked
    is_cut: bool  # there are more


@dataclass(frozen=True)
class Opened:
    """What stands behind a row: the lines of its voucher, or the rows beside it; else why there is nothing."""

    voucher: tuple[browse.Entry, ...] = ()
    beside: tuple[Beside, ...] = ()
    nothing: Words | None = None


def open_row(row: EvidenceRow, user: User) -> Opened:
    """The voucher or the neighbours of a row of evidence, from the snapshot on which its lead was found."""
    model = tables().get(row.table)
    unit = row.values.get(model.unit) if model and model.unit else None
    if model is None or unit is None or not _is_over(user, str(unit)):
        return Opened(nothing=Words("这一行没有可以翻看的账页", "there are no pages to turn for this row"))
    try:
        books = workspace()
        with open_books(books, load(books, row.lead.snapshot)) as engine:
            if row.table == LEDGER:
                return Opened(voucher=tuple(_voucher(engine, row.values)))
            return Opened(beside=tuple(_beside(engine, model, row, str(unit))))
    except NotFound:
        return Opened(nothing=Words("账中找不到这张凭证", "the books hold no such voucher"))
    except BihuanError:
        gone = Words("当时的账套已不在工作区，无法翻看", "the books of that time are no longer in the workspace")
        return Opened(nothing=gone)


def _voucher(engine: Engine, values: dict[str, Any]) -> list[browse.Entry]:
    word, number = values.get("voucher_word"), values.get("voucher_no") or ""
    year, period = values.get("fiscal_year"), values.get("period")
    pages = browse.Book(
        str(values["unit_id"]), values.get("book_id"), int(year) if year else None,
        int(period) if year and period else None,
    )  # fmt: skip
    return browse.voucher(engine, pages, f"{word}-{number}" if word else str(number))


def _beside(engine: Engine, model: Table, row: EvidenceRow, unit: str) -> list[Beside]:
    """By the slip and by the party, where the row names them."""
    by_slip = next((one for one in SLIPS if one in model.names and row.values.get(one)), None)
    by_party = next((one for one in PARTIES if one in model.names and row.values.get(one)), None)
    return [_sharing(engine, model, row, (unit, one)) for one in (by_slip, by_party) if one]


def _sharing(engine: Engine, model: Table, row: EvidenceRow, by: tuple[str, str]) -> Beside:
    unit, column = by
    # Names are the model's own, values are parameters.
    order = f"{quoted(model.date)}, row_id" if model.date else "row_id"
    named = ", ".join(quoted(one) for one in ("row_id", *model.names))
    query = (
        f"SELECT {named} FROM {quoted(model.name)} WHERE {quoted(model.unit or '')} = $unit "
        f"AND CAST({quoted(column)} AS VARCHAR) = $value ORDER BY {order} LIMIT {MOST_ROWS + 1}"
    )
    value = str(row.values[column])
    found = [
        dict(zip(("row_id", *model.names), one, strict=True))
        for one in engine.rows(query, {"unit": unit, "value": value})
    ]
    shown = [one for one in model.columns if any(each[one.name] is not None for each in found)]
    rows = [(int(each["row_id"]), _cells(each, model, shown)) for each in found[:MOST_ROWS]]
    said = str(mask_row({column: value}, [model.name])[column])
    return Beside(model.column(column), said, tuple(shown), rows, len(found) > MOST_ROWS)


def _cells(row: dict[str, Any], model: Table, shown: list[Column]) -> list[tuple[str, str]]:
    masked = mask_row(row, [model.name])
    return [("" if masked[one.name] is None else spoken(masked[one.name]), css(one)) for one in shown]


def _is_over(user: User, code: str) -> bool:
    unit = Unit.objects.filter(code=code).first()
    return unit is not None and any(unit.path.startswith(one) for one in paths(user, frozenset(OFFICE_ROLES)))
