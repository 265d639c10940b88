"""GB/T 24589: what accounting software in China must be able to give auditors, as XML."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bihuan.collect import xml
from bihuan.collect.desk import Desk
from bihuan.collect.formats import _gbt24589 as editions
from bihuan.collect.formats._gbt24589 import FIELDS, Standard
from bihuan.collect.formats._plain import number
from bihuan.collect.handed import Draft, Handed, Reading
from bihuan.collect.xml import Record
from bihuan.errors import BadSource, Unsure

RANK = 21
NAME = "gbt24589"
ZH = "GB/T 24589 会计核算软件数据接口（XML）"
EN = "GB/T 24589 accounting software data interface (XML)"

Row = dict[str, str]  # column → text

_BOOK = ("unit_id", "unit_name", "book_id")
_COLUMNS = {
    "account": (*_BOOK, "fiscal_year", "code", "name", "level", "category", "normal_side"),
    "account_balance": (
        *_BOOK, "fiscal_year", "period", "account_code", "account_name", "aux_kind", "aux_code", "aux_name",
        "opening", "debit", "credit", "closing", "currency",
    ),
    "organization": ("kind", "org_id", "name"),
    "journal_line": (
        *_BOOK, "fiscal_year", "period", "voucher_word", "voucher_no", "line_no", "voucher_date", "description",
        "account_code", "account_name", "debit", "credit", "currency", "foreign_amount", "quantity", "counterparty",
        "department", "aux", "settlement_no", "attachments", "prepared_by", "approved_by", "posted_by", "is_posted",
        "status", "origin_system",
    ),
}  # fmt: skip
_DEBIT = frozenset({"借", "借方", "D", "DEBIT", "1"})
_CREDIT = frozenset({"贷", "贷方", "C", "CREDIT", "-1"})
_HOME = frozenset({"", "CNY", "RMB", "人民币", "元", "人民币元", "本位币"})


def recognises(handed: Handed) -> bool:
    """An XML file whose outermost element, or a table in its opening, is one that the standard names."""
    root = xml.root(handed)
    if root is None:
        return False
    head = xml.opening(handed)
    return any(
        root.name in one.roots or any(f"<{table}" in head for table in one.tables) for one in editions.standards()
    )


def read(handed: Handed, desk: Desk) -> Reading:
    """The drafts of one XML file. 总账 takes unit and names from the 公共档案 that lies beside it."""
    xml.keep_flat(desk)
    archive = _archive_beside(handed)
    standard = _standard(handed, archive)
    names = _Names()
    if archive is not None:
        for use, row in _rows(archive, standard, Counter()):
            names.learn(use, row)
    return _Books(handed, desk, standard, names, archive).reading()


def raw_record(handed: Handed, desk: Desk, line: int) -> str:
    """The element of a row as it stands in the file."""
    return xml.element_at(handed, line, {tag for one in editions.standards() for tag in editions.table_tags(one)})


def _standard(handed: Handed, archive: Handed | None) -> Standard:
    head = xml.opening(handed)
    stated = editions.stated_edition(head) or (editions.stated_edition(xml.opening(archive)) if archive else None)
    found = editions.by_name(stated) if stated else editions.by_ids(head)
    if found is not None and (stated is None or editions.by_ids(head) is not None):
        return found
    known = ", ".join(one.name for one in editions.standards())
    said = f"edition {stated!r}" if stated else "the ids of its elements"
    raise BadSource(
        f"{handed.label}: {said} of GB/T 24589 is not known. Known are: {known}. "
        "Ask for an export of one of these, or add the element list of the edition to collect/standards."
    )


def _archive_beside(handed: Handed) -> Handed | None:
    """The file of the same folder that holds 电子账簿, if `handed` holds none."""
    if _has_book(handed):
        return None
    files = sorted(one for one in handed.path.parent.iterdir() if one.suffix.lower() == ".xml" and one != handed.path)
    found = [one for one in (_sibling(handed, path) for path in files) if xml.root(one) and _has_book(one)]
    if len(found) > 1:
        raise Unsure(
            f"{handed.label}: {' and '.join(one.label for one in found)} both name a set of books (电子账簿). "
            "Put each set of books in a folder of its own."
        )
    return found[0] if found else None


def _sibling(handed: Handed, path: Path) -> Handed:
    inner = str(Path(handed.inner).with_name(path.name)) if handed.inner else ""
    return Handed(path, handed.name if inner else path.name, inner)


def _has_book(handed: Handed) -> bool:
    head = xml.opening(handed)
    return any(f"<{tag}>" in head or f"<{tag} " in head for one in editions.standards() for tag in _book_tags(one))


def _book_tags(standard: Standard) -> list[str]:
    wanted = standard.model["book"]["table"]
    return [tag for tag, table in editions.table_tags(standard).items() if table == wanted]


def _rows(handed: Handed, standard: Standard, left: Counter[str]) -> Iterator[tuple[str, Row]]:
    """Every row that is wanted: what it fills, and its texts by column; `line` and 1, 2 … for dimensions beside."""
    tags = editions.table_tags(standard)
    uses = {tag: standard.use(table) for tag, table in tags.items()}
    for record in xml.records(handed, {*tags, *FIELDS}):
        if record.name in FIELDS:
            _into_parent(record)
            continue
        use = uses[record.name]
        if use is None:
            left[f"{record.name}: no table of the model takes it"] += 1
            continue
        yield use, _row(record, standard, use, left)


def _into_parent(record: Record) -> None:
    names = [text for path, text in record.values.items() if path.startswith("@") and editions.is_id(text)]
    if record.parent is not None and names:
        record.parent.values[f"@{names[0]}"] = record.get("") or record.get("@value") or record.get("@值")


def _row(record: Record, standard: Standard, use: str, left: Counter[str]) -> Row:
    by_id: Row = {}
    for path, text in record.values.items():
        key = standard.key(path)
        if key is not None:
            by_id[key] = text
        elif path and "@" not in path:
            left[f"{record.name}/{path}: not an element of {standard.name}"] += 1
    row = {column: by_id[key] for column, key in standard.columns(use).items() if by_id.get(key)}
    prefix = f"{standard.dimension_id}#"
    row |= {key.removeprefix(prefix): text for key, text in by_id.items() if key.startswith(prefix)}
    row["line"] = str(record.line)
    return row


@dataclass
class _Names:
    """What codes mean in one set of books: filled from 公共档案 and the first tables of 总账."""

    book: Row = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    vouchers: dict[str, str] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    people: dict[tuple[str, str], str] = field(default_factory=dict)  # (file, code) → name
    dimensions: defaultdict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, use: str, row: Row) -> None:
        """Keep what a row says about codes."""
        code, name = row.get("code", ""), row.get("name", "")
        if use == "book":
            self.book = row
        elif use == "account":
            self.accounts[code] = name
        elif use == "voucher_type":
            self.vouchers[code] = row.get("short") or name or code
        elif use == "currency":
            self.currencies[code] = name
        elif use == "dimension":
            self.dimensions[row.get("account", "")].append((name or row.get("number", ""), row.get("file", "")))
        elif use in _FILES:
            self.people[_FILES[use], code] = name
        elif use == "custom":
            self.people[row.get("file", ""), code] = name


_FILES = {"supplier": "供应商", "customer": "客户", "department": "部门", "employee": "员工"}


@dataclass(frozen=True)
class _Dimension:
    """One 辅助项 of a row, in words as far as the archive has them."""

    kind: str
    code: str
    name: str
    file: str


class _Books:
    """The rows of one file while it is read."""

    def __init__(self, handed: Handed, desk: Desk, standard: Standard, names: _Names, archive: Handed | None) -> None:
        self._handed = handed
        self._unit = desk.options.unit
        self._standard = standard
        self._names = names
        self._archive = archive
        self._left: Counter[str] = Counter()
        self._spools = {table: desk.spool(columns) for table, columns in _COLUMNS.items()}

    def reading(self) -> Reading:
        """All drafts that got rows."""
        for use, row in _rows(self._handed, self._standard, self._left):
            self._names.learn(use, row)
            self._take(use, row)
        drafts = tuple(self._draft(table) for table in self._spools if self._has_rows(table))
        if not drafts and not self._is_read_by_others():
            held = ", ".join(self._left) or "no table at all"
            raise BadSource(
                f"{self._handed.label}: nothing in it goes into the books ({held}). "
                "Hand over 公共档案 and 总账 of the same export."
            )
        return Reading(drafts=drafts)

    def _is_read_by_others(self) -> bool:
        """Whether this is a 公共档案 without suppliers: 总账 beside it takes its names, rows it has none."""
        beside = self._handed.path.parent.glob("*.[xX][mM][lL]")
        return _has_book(self._handed) and any(one != self._handed.path for one in beside)

    def _has_rows(self, table: str) -> bool:
        self._spools[table].close()
        return self._spools[table].rows > 0

    def _draft(self, table: str) -> Draft:
        spool = self._spools[table]
        return Draft(
            file=self._handed,
            table=table,
            scan=spool.of_sheet(),
            columns=spool.columns,
            reader=f"{NAME} {self._standard.name}",
            skipped=dict(self._left),
            companions=(self._archive,) if self._archive else (),
            system=NAME,
        )

    def _take(self, use: str, row: Row) -> None:
        if use == "account":
            self._add(use, row, self._account(row))
        elif use == "account_balance":
            self._add(use, row, self._balance(row))
        elif use == "journal_line":
            self._add(use, row, self._journal(row))
        elif use in ("supplier", "customer"):
            self._add("organization", row, {"kind": use, "org_id": row.get("code"), "name": row.get("name")})

    def _add(self, table: str, row: Row, cells: dict[str, str | None]) -> None:
        spool = self._spools[table]
        spool.add(int(row["line"]), [cells.get(column) for column in spool.columns])

    def _of_book(self) -> dict[str, str | None]:
        book = self._names.book
        unit = book.get("unit_id") or self._unit or book.get("unit_name")
        if not unit:
            raise BadSource(
                f"{self._handed.label}: it does not say whose books these are (电子账簿 lies in 公共档案). "
                "Put 公共档案.xml into the same folder, or give the unit with --unit CODE."
            )
        return {"unit_id": unit, "unit_name": book.get("unit_name"), "book_id": book.get("book_id")}

    def _account(self, row: Row) -> dict[str, str | None]:
        year = self._names.book.get("fiscal_year")
        return {**self._of_book(), "fiscal_year": year, **row, "normal_side": _side(row.get("normal_side"))}

    def _balance(self, row: Row) -> dict[str, str | None]:
        dimensions = list(self._dimensions(row))
        return {
            **self._of_book(),
            **row,
            "period": _period(row.get("period")),
            "account_name": self._names.accounts.get(row.get("account_code", "")),
            "aux_kind": _joined(one.kind for one in dimensions),
            "aux_code": _joined(one.code for one in dimensions),
            "aux_name": _joined(one.name for one in dimensions),
            "opening": _signed(row.get("opening"), row.get("opening_side")),
            "closing": _signed(row.get("closing"), row.get("closing_side")),
            "debit": number(row.get("debit")),
            "credit": number(row.get("credit")),
            "currency": self._currency(),
        }

    def _journal(self, row: Row) -> dict[str, str | None]:
        dimensions = list(self._dimensions(row))
        by_file = {one.file: one.name for one in dimensions}
        word = row.get("voucher_word", "")
        foreign = row.get("foreign_currency", "")
        aux = [f"{one.kind}:{one.code}" + (f" {one.name}" if one.name != one.code else "") for one in dimensions]
        is_foreign = foreign not in _HOME and self._names.currencies.get(foreign) not in _HOME | {
            self._names.book.get("currency")
        }
        return {
            **self._of_book(),
            **row,
            "period": _period(row.get("period")),
            "voucher_word": self._names.vouchers.get(word, word) or None,
            "account_name": self._names.accounts.get(row.get("account_code", "")),
            "debit": number(row.get("debit")),
            "credit": number(row.get("credit")),
            "currency": self._currency(),
            "foreign_amount": number(_filled(row, "debit_foreign", "credit_foreign")) if is_foreign else None,
            "quantity": number(_filled(row, "debit_quantity", "credit_quantity")),
            "counterparty": by_file.get("供应商") or by_file.get("客户"),
            "department": by_file.get("部门"),
            "aux": "; ".join([*aux, f"币种:{foreign}"] if is_foreign else aux) or None,
            "status": {"1": "void", "0": "valid"}.get(row.get("is_void", ""), row.get("is_void")),
        }

    def _currency(self) -> str | None:
        return self._names.book.get("currency")

    def _dimensions(self, row: Row) -> Iterator[_Dimension]:
        defined = self._names.dimensions.get(row.get("account_code", ""), [])
        for order, code in sorted((int(key), text) for key, text in row.items() if key.isdecimal() and text):
            kind, file = defined[order - 1] if order <= len(defined) else (f"辅助项{order}", "")
            file = file.removesuffix("档案")
            yield _Dimension(kind, code, self._names.people.get((file, code), code), file)


def _side(text: str | None) -> str | None:
    plain = (text or "").strip().upper()
    return "debit" if plain in _DEBIT else "credit" if plain in _CREDIT else text


def _signed(amount: str | None, side: str | None) -> str | None:
    """Credit balances are negative; a minus that is already there turns."""
    text = number(amount)
    if text is None or _side(side) != "credit" or not text.strip("-+0."):
        return text
    return text[1:] if text.startswith("-") else f"-{text.removeprefix('+')}"


def _period(text: str | None) -> str | None:
    """1201 is the first adjustment after month 12: period 13."""
    if text and len(text) == 4 and text.isdecimal() and text.startswith("12"):
        return str(12 + int(text[2:]))
    return text


def _filled(row: Row, *columns: str) -> str | None:
    """The first of the columns that holds more than a nought."""
    return next((row[one] for one in columns if row.get(one, "").strip("-+0. ")), None)


def _joined(texts: Iterator[str]) -> str | None:
    return "; ".join(texts) or None
