"""SAF-T Financial: chart of accounts, balances, customers, suppliers and journals of one company in XML."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources
from itertools import zip_longest
from typing import Any

import yaml

from bihuan.collect import xml
from bihuan.collect.desk import Desk, Spool
from bihuan.collect.formats._plain import difference, number
from bihuan.collect.handed import Draft, Handed, Reading, Reject, Stated
from bihuan.collect.xml import JOINT, Record
from bihuan.errors import BadSource

RANK = 20
NAME = "saft"
ZH = "SAF-T 财务审计文件（XML）"
EN = "SAF-T Financial (XML)"

Values = dict[str, str | None]

_HEADER = "AuditFile/Header"
_ACCOUNT = "AuditFile/MasterFiles/GeneralLedgerAccounts/Account"
_LEDGER = "AuditFile/GeneralLedgerEntries"
_JOURNAL = f"{_LEDGER}/Journal"
_TRANSACTION = f"{_JOURNAL}/Transaction"
_LINES = tuple(f"{_TRANSACTION}/{way}" for way in ("Line", "Lines/DebitLine", "Lines/CreditLine"))
_CUSTOMERS = ("AuditFile/MasterFiles/Customers/Customer", "AuditFile/MasterFiles/Customer")
_SUPPLIERS = ("AuditFile/MasterFiles/Suppliers/Supplier", "AuditFile/MasterFiles/Supplier")
_STATED = tuple(f"{_LEDGER}/{one}" for one in ("NumberOfEntries", "TotalDebit", "TotalCredit"))
_LEFT = tuple(
    f"AuditFile/SourceDocuments/{one}/NumberOfEntries"
    for one in ("SalesInvoices", "PurchaseInvoices", "Payments", "MovementOfGoods", "WorkingDocuments")
)
_READ = (_HEADER, _ACCOUNT, _JOURNAL, _TRANSACTION, *_LINES, *_CUSTOMERS, *_SUPPLIERS, *_STATED, *_LEFT)


def recognises(handed: Handed) -> bool:
    """An XML file whose outermost element is AuditFile."""
    root = xml.root(handed)
    return root is not None and root.name == "AuditFile"


def read(handed: Handed, desk: Desk) -> Reading:
    """The drafts of one audit file; BadSource for an edition that is not in `standards/saft.yaml`."""
    xml.keep_flat(desk)
    books = _Books(handed, desk)
    for record in xml.records(handed, _READ):
        books.take(record)
    return Reading(drafts=books.drafts())


def raw_record(handed: Handed, desk: Desk, line: int) -> str:
    """The element of a row as it stands in the file."""
    return xml.element_at(handed, line, _READ)


@cache
def standard() -> dict[str, Any]:
    """The editions and the paths of `standards/saft.yaml`."""
    path = resources.files("bihuan.collect") / "standards" / "saft.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class _Company:
    """What the header says once for all rows."""

    unit_id: str
    unit_name: str | None
    currency: str | None
    fiscal_year: str | None  # as the header states it for the whole file
    year: str | None
    period: str  # of the balances: a month, or 0 for more than one
    period_end: str | None

    @property
    def cells(self) -> tuple[str | None, ...]:
        return (self.unit_id, self.unit_name)


class _Books:
    """The rows of one file while it is read."""

    def __init__(self, handed: Handed, desk: Desk) -> None:
        self._handed = handed
        self._desk = desk
        root = xml.root(handed)
        self._namespace = root.namespace if root else ""
        self._company: _Company | None = None
        self._currency: str | None = None
        self._accounts: dict[str, str] = {}
        self._parties: dict[str, str] = {}
        self._spools = {table: desk.spool(columns) for table, columns in _columns().items()}
        self._stated: dict[str, Record] = {}
        self._rejects: list[Reject] = []
        self._left: Counter[str] = Counter()
        self._transactions = 0
        self._above = _Above()
        self._takers = {
            _HEADER: self._header,
            _ACCOUNT: self._account,
            _TRANSACTION: self._transaction,
            **dict.fromkeys(_LINES, self._line),
            **dict.fromkeys((*_CUSTOMERS, *_SUPPLIERS), self._party),
            **dict.fromkeys(_STATED, self._total),
            **dict.fromkeys(_LEFT, self._document),
        }

    def take(self, record: Record) -> None:
        """One element of the file."""
        taker = self._takers.get(record.place)
        if taker is not None:
            taker(record)

    def drafts(self) -> tuple[Draft, ...]:
        """One draft for each table that got rows; the journal's always, with the totals that the file states."""
        self._known()
        for spool in self._spools.values():
            spool.close()
        if not any(spool.rows for spool in self._spools.values()) and not self._stated and not self._rejects:
            raise BadSource(f"{self._handed.label}: no account, party or entry stands in it. Ask for the file again.")
        return tuple(
            self._draft(table, spool) for table, spool in self._spools.items() if spool.rows or self._is_due(table)
        )

    def _is_due(self, table: str) -> bool:
        return table == "journal_line" and bool(self._stated or self._rejects)

    def _draft(self, table: str, spool: Spool) -> Draft:
        is_journal = table == "journal_line"
        return Draft(
            file=self._handed,
            table=table,
            scan=spool.of_sheet(),
            columns=spool.columns,
            reader=NAME,
            stated=tuple(self._totals()) if is_journal else (),
            rejects=tuple(self._rejects) if is_journal else (),
            skipped=dict(self._left) if is_journal else {},
            system=NAME,
        )

    def _known(self) -> _Company:
        if self._company is None:
            raise BadSource(f"{self._handed.label}: there is no Header before the records. Ask for the whole file.")
        return self._company

    def _header(self, header: Record) -> None:
        _edition(self._handed, self._namespace, header)
        self._company = _company(self._handed, header, self._desk.options.unit)

    def _account(self, account: Record) -> None:
        company = self._known()
        values = _own(account, "account")
        code, name = values["code"], values["name"]
        if code and name:
            self._accounts[code] = name
        is_leaf = {"GM": "1", "AM": "1", "GR": "0", "GA": "0", "AR": "0", "AA": "0"}.get(
            account.get("GroupingCategory")
        )
        self._spools["account"].add(account.line, (*company.cells, company.year, is_leaf, *values.values()))
        opening, closing = _balance(account, "Opening"), _balance(account, "Closing")
        if opening is not None or closing is not None:
            cells = (company.year, company.period, company.period_end, code, name, is_leaf, opening, closing)
            self._spools["account_balance"].add(account.line, (*company.cells, company.currency, *cells))

    def _party(self, party: Record) -> None:
        values = _own(party, "organization")
        if values["org_id"] and values["name"]:
            self._parties[f"{party.name}ID={values['org_id']}"] = values["name"]
        self._spools["organization"].add(party.line, (party.name.lower(), *values.values()))

    def _transaction(self, record: Record) -> None:
        self._transactions += 1
        self._above = _Above()

    def _line(self, line: Record) -> None:
        company = self._known()
        above = self._above.of(line, company)
        values = line.values
        debit, credit = _amount(values, "DebitAmount"), _amount(values, "CreditAmount")
        if debit is None and credit is None:
            self._rejects.append(_no_amount(self._handed, line))
            return
        record_id = line.get("RecordID")
        line_no = record_id if record_id.isdecimal() and len(record_id) < 10 else str(above.count)
        account = line.get("AccountID")
        foreign = number(values.get("DebitAmount/CurrencyAmount") or values.get("CreditAmount/CurrencyAmount"))
        self._spools["journal_line"].add(
            line.line,
            (
                *company.cells,
                company.currency,
                *above.shared,
                *[values.get(path) or text for path, text in above.fallbacks],
                line_no,
                self._accounts.get(account),
                debit,
                credit,
                foreign,
                self._counterparty(values) or self._counterparty(above.aux),
                _aux(values, above.aux),
                above.is_closing,
            ),
        )

    def _counterparty(self, values: Mapping[str, str]) -> str | None:
        for kind in ("CustomerID", "SupplierID"):
            if kind in values:
                return self._parties.get(f"{kind}={values[kind]}", values[kind])
        return None

    def _total(self, record: Record) -> None:
        self._stated[record.name] = record

    def _document(self, record: Record) -> None:
        section = record.place.split("/")[2]
        if record.get("").isdecimal() and int(record.get("")):
            self._left[f"{section}: documents behind the entries are not read"] = int(record.get(""))

    def _totals(self) -> Iterator[Stated]:
        for name, column in (("TotalDebit", "debit"), ("TotalCredit", "credit")):
            if name in self._stated:
                yield self._statement(name, column)
        if "NumberOfEntries" in self._stated:
            stated = self._statement("NumberOfEntries", "rows")
            where = f"{stated.where} ({self._transactions} transactions stand in the journals)"
            # Editions count transactions; some software counts lines. What equals neither is a difference.
            if stated.value != self._transactions:
                yield replace(stated, where=where)

    def _statement(self, name: str, column: str) -> Stated:
        record = self._stated[name]
        where = f"GeneralLedgerEntries/{name}, line {record.line}"
        try:
            return Stated("journal_line", column, Decimal(record.get("")), where)
        except InvalidOperation:
            raise BadSource(
                f"{self._handed.label}, {where}: {record.get('')!r} is not a number. Ask for the file again."
            ) from None


class _Above:
    """What the lines of one transaction share: read once, from the transaction and its journal."""

    def __init__(self) -> None:
        self.shared: list[str | None] = []  # what never stands in the line itself
        self.fallbacks: list[tuple[str, str | None]] = []  # path in the line → what holds where it is not there
        self.aux: dict[str, str] = {}
        self.is_closing: str | None = None
        self.count = 0

    def of(self, line: Record, company: _Company) -> _Above:
        """Itself, filled at the first line."""
        self.count += 1
        if self.count == 1 and line.parent is not None:
            transaction, journal = line.parent, line.parent.parent
            own = transaction.values
            held = journal.values if journal else {}
            shared, either = _ways()
            self.shared = [_above(ways, own, held) for _, ways in shared]
            self.shared[0] = self.shared[0] or company.fiscal_year
            self.fallbacks = [(path, _above(ways, own, held)) for path, ways in either]
            self.aux = {name: own[name] for name in _aux_names() if name in own}
            # Portugal's type A closes the year's results; R and J adjust and are entries like others.
            self.is_closing = "1" if transaction.get("TransactionType") == "A" else None
        return self


def _above(ways: Ways, transaction: Mapping[str, str], journal: Mapping[str, str]) -> str | None:
    for path, in_journal in ways:
        if text := (journal if in_journal else transaction).get(path):
            return text
    return None


Routes = tuple[tuple[str, list[str]], ...]
Ways = tuple[tuple[str, bool], ...]  # paths above the line; in the journal, or in the transaction


@cache
def _ways() -> tuple[tuple[tuple[str, Ways], ...], ...]:
    """The routes of the journal, first path and what stands above the line; read for every transaction."""

    def above(paths: Sequence[str]) -> Ways:
        return tuple((path.lstrip("^"), path.startswith("^^")) for path in paths if path.startswith("^"))

    return tuple(tuple((paths[0], above(paths)) for _, paths in routes) for routes in _journal_routes())


@cache
def _journal_routes() -> tuple[Routes, Routes]:
    """Columns of the journal that only stand above the line, and those that the line itself may hold."""
    routes = tuple(standard()["journal_line"].items())
    either = tuple(one for one in routes if not one[1][0].startswith("^"))
    return tuple(one for one in routes if one not in either), either


@cache
def _columns() -> dict[str, tuple[str, ...]]:
    """The columns of every draft, in the order in which its cells are given."""
    unit = ("unit_id", "unit_name")
    known = standard()
    last = ("line_no", "account_name", "debit", "credit", "foreign_amount", "counterparty", "aux", "is_closing")
    balance = ("fiscal_year", "period", "period_end", "account_code", "account_name", "is_leaf", "opening", "closing")
    return {
        "account": (*unit, "fiscal_year", "is_leaf", *known["account"]),
        "account_balance": (*unit, "currency", *balance),
        "organization": ("kind", *known["organization"]),
        "journal_line": (*unit, "currency", *(column for routes in _journal_routes() for column, _ in routes), *last),
    }


def _own(record: Record, table: str) -> Values:
    paths: dict[str, list[str]] = standard()[table]
    return {column: _first(record, ways) for column, ways in paths.items()}


def _first(record: Record, paths: Sequence[str]) -> str | None:
    return next((record.values[path] for path in paths if record.values.get(path)), None)


def _amount(values: Mapping[str, str], name: str) -> str | None:
    return number(values.get(f"{name}/Amount") or values.get(name))


def _balance(account: Record, when: str) -> str | None:
    debit = _first(account, [f"{when}DebitBalance", f"{when}DebitBalance/Amount"])
    credit = _first(account, [f"{when}CreditBalance", f"{when}CreditBalance/Amount"])
    return None if debit is None and credit is None else difference(debit, credit)


@cache
def _aux_names() -> tuple[str, ...]:
    return tuple(standard()["aux"])


def _aux(own: Mapping[str, str], above: Mapping[str, str]) -> str | None:
    kept = []
    if "Analysis/AnalysisID" in own:
        kinds = own.get("Analysis/AnalysisType", "").split(JOINT)
        kept = [
            f"{kind}:{code}" for kind, code in zip_longest(kinds, own["Analysis/AnalysisID"].split(JOINT), fillvalue="")
        ]
    kept += [f"{name}:{own.get(name) or above[name]}" for name in _aux_names() if name in own or name in above]
    for side in ("DebitAmount/CurrencyCode", "CreditAmount/CurrencyCode"):
        if side in own:
            kept.append(f"CurrencyCode:{own[side]}")
    return JOINT.join(kept) or None


def _no_amount(handed: Handed, line: Record) -> Reject:
    return Reject(
        sheet="",
        line=line.line,
        reason=f"{handed.label}, line {line.line}: the line has neither DebitAmount nor CreditAmount. "
        "Ask for its amount.",
        raw=json.dumps(line.values, ensure_ascii=False),
        table="journal_line",
        column="debit",
    )


def _edition(handed: Handed, namespace: str, header: Record) -> None:
    version = header.get("AuditFileVersion")
    editions = standard()["editions"]
    for one in editions:
        if namespace in one["namespaces"] and version in one["versions"]:
            return
    known = "; ".join(f"{one['id']} ({one['namespaces'][0]}, {', '.join(one['versions'])})" for one in editions)
    raise BadSource(
        f"{handed.label}, line {header.line}: SAF-T of the namespace {namespace!r}, AuditFileVersion {version!r}, "
        f"is not an edition that is read. Known are: {known}. Ask for one of these."
    )


def _company(handed: Handed, header: Record, unit: str | None) -> _Company:
    known = standard()
    name = _first(header, known["unit_name"])
    unit_id = _first(header, known["unit_id"]) or unit or name
    if not unit_id:
        raise BadSource(
            f"{handed.label}, line {header.line}: the header names no company. Give the unit with --unit CODE."
        )
    first, last = _first(header, known["first_day"]) or "", _first(header, known["last_day"]) or ""
    start, end = _first(header, known["first_period"]) or first[5:7], _first(header, known["last_period"]) or last[5:7]
    year = _first(header, known["fiscal_year"]) or last[:4] or None
    is_month = start == end != "" and first[:4] == last[:4]
    return _Company(
        unit_id=unit_id,
        unit_name=name,
        currency=_first(header, known["currency"]),
        fiscal_year=header.get("FiscalYear") or None,
        year=year,
        period=end.lstrip("0") if is_month else "0",
        period_end=last or None,
    )
