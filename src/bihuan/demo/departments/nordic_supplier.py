"""A Norwegian firm that built the county's sewage plant: SAF-T Financial, Norway 1.10, small."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from bihuan.demo.books import ZERO, money
from bihuan.demo.county import YEAR, County
from bihuan.demo.truth import Place, Planted
from bihuan.demo.xml import Lines, element, leaf

FOLDER = "07 外商 SAF-T"
FILE = "SAF-T_Fjordvann_2025.xml"
UNIT = "999888777"  # the firm's registration number
_ACCOUNTS = {
    "1500": "Kundefordringer", "2000": "Egenkapital", "1920": "Bankinnskudd", "2400": "Leverandørgjeld",
    "2700": "Utgående merverdiavgift",
    "3000": "Salgsinntekt", "4300": "Innkjøp av varer", "6300": "Leie lokale", "6800": "Kontorrekvisita",
}  # fmt: skip
_SALE = "Salg til Yunhe"
_OPENING = {"1920": Decimal("5200000.00"), "2000": Decimal("-5200000.00")}


@dataclass(frozen=True)
class _Transaction:
    number: int
    day: date
    words: str
    sides: tuple[tuple[str, Decimal, Decimal], ...]


def hand_over(county: County, folder: Path) -> list[Planted]:
    """One file; one number is missing and one sale is taken back in the next month."""
    made = (one for one in _dealings(county.chance("nordic")) if not (county.is_clean and _SALE in one.words))
    dealings = sorted(made, key=lambda one: one.day)
    numbered = [_Transaction(at, one.day, one.words, one.sides) for at, one in enumerate(dealings, start=1)]
    taken = next(at for at, one in enumerate(numbered) if one.day.month == 5) + 4
    if not county.is_clean:
        del numbered[taken]
    lines, places = _file(numbered)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    (folder / FOLDER / FILE).write_bytes(lines.encoded("utf-8"))
    if county.is_clean:
        return []
    around = (places[numbered[taken - 1].number][0], places[numbered[taken].number][0])
    sale = [place for one in numbered if _SALE in one.words for place in places[one.number]]
    return [
        Planted("voucher_number_gap", "plain", UNIT, ZERO, around),
        Planted("reversal_next_period", "plain", UNIT, Decimal("640000.00"), tuple(sale)),
    ]


def _dealings(chance: random.Random) -> Iterator[_Transaction]:
    day = date(YEAR, 1, 2)
    while day.year == YEAR:
        amount = money(chance, 24000)
        account, other, words = chance.choice(
            (
                ("1500", "3000", "Faktura"),
                ("1920", "1500", "Innbetaling"),
                ("4300", "2400", "Varekjøp"),
                ("2400", "1920", "Betaling til leverandør"),
                ("6800", "1920", "Kontorrekvisita"),
            )
        )
        yield _Transaction(0, day, words, ((account, amount, ZERO), (other, ZERO, amount)))
        day += timedelta(days=chance.choice((1, 1, 2, 3)))
    for month in range(1, 13):
        rent = Decimal("38500.00")
        yield _Transaction(0, date(YEAR, month, 3), f"Leie {month}", (("6300", rent, ZERO), ("1920", ZERO, rent)))
    sale = Decimal("640000.00")
    yield _Transaction(0, date(YEAR, 6, 30), _SALE, (("1500", sale, ZERO), ("3000", ZERO, sale)))
    yield _Transaction(0, date(YEAR, 7, 2), f"Kreditnota, {_SALE}", (("3000", sale, ZERO), ("1500", ZERO, sale)))


def _file(transactions: list[_Transaction]) -> tuple[Lines, dict[int, list[Place]]]:
    lines = Lines(
        '<?xml version="1.0" encoding="UTF-8"?>', '<AuditFile xmlns="urn:StandardAuditFile-Taxation-Financial:NO">'
    )
    lines.add(_header())
    lines.add("<MasterFiles><GeneralLedgerAccounts>")
    for account in _accounts(transactions):
        lines.add(account)
    lines.add("</GeneralLedgerAccounts></MasterFiles>")
    lines.add("<GeneralLedgerEntries>")
    debit = sum((side[1] for one in transactions for side in one.sides), ZERO)
    lines.add(leaf("NumberOfEntries", len(transactions)) + leaf("TotalDebit", debit) + leaf("TotalCredit", debit))
    lines.add("<Journal>" + leaf("JournalID", "GL") + leaf("Description", "Hovedbok") + leaf("Type", "GL"))
    places = {one.number: _transaction(lines, one) for one in transactions}
    for closing in ("</Journal>", "</GeneralLedgerEntries>", "</AuditFile>"):
        lines.add(closing)
    return lines, places


def _header() -> str:
    company = leaf("RegistrationNumber", UNIT) + leaf("Name", "Fjordvann Teknikk AS")
    period = element(
        "SelectionCriteria",
        {"PeriodStart": 1, "PeriodStartYear": YEAR, "PeriodEnd": 12, "PeriodEndYear": YEAR},
    )
    return (
        "<Header>" + leaf("AuditFileVersion", "1.10") + leaf("AuditFileCountry", "NO")
        + leaf("AuditFileDateCreated", f"{YEAR + 1}-01-12") + leaf("SoftwareCompanyName", "Fjell Regnskap")
        + leaf("SoftwareID", "Fjell") + leaf("SoftwareVersion", "4.2") + f"<Company>{company}</Company>"
        + leaf("DefaultCurrencyCode", "NOK") + period + leaf("TaxAccountingBasis", "A") + "</Header>"
    )  # fmt: skip


def _accounts(transactions: list[_Transaction]) -> Iterator[str]:
    for code, name in _ACCOUNTS.items():
        opening = _OPENING.get(code, ZERO)
        moved = sum((d - c for one in transactions for account, d, c in one.sides if account == code), ZERO)
        known = [
            ("AccountID", code),
            ("AccountDescription", name),
            ("StandardAccountID", code[:2]),
            ("AccountType", "GL"),
        ]
        yield element("Account", [*known, _balance("Opening", opening), _balance("Closing", opening + moved)])


def _balance(when: str, amount: Decimal) -> tuple[str, Decimal]:
    return (f"{when}DebitBalance", amount) if amount >= 0 else (f"{when}CreditBalance", -amount)


def _transaction(lines: Lines, one: _Transaction) -> list[Place]:
    """The transaction with a line for each side; gives their places."""
    lines.add(
        "<Transaction>" + leaf("TransactionID", one.number) + leaf("Period", one.day.month)
        + leaf("PeriodYear", one.day.year) + leaf("TransactionDate", one.day) + leaf("SourceID", "Kari")
        + leaf("Description", one.words) + leaf("SystemEntryDate", one.day) + leaf("GLPostingDate", one.day)
    )  # fmt: skip
    places = []
    for at, (account, debit, credit) in enumerate(one.sides, start=1):
        name, amount = ("DebitAmount", debit) if debit else ("CreditAmount", credit)
        line = "<Line>" + leaf("RecordID", at) + leaf("AccountID", account) + leaf("Description", one.words)
        places.append(Place(FILE, "", lines.add(f"{line}<{name}>{leaf('Amount', amount)}</{name}></Line>")))
    lines.add("</Transaction>")
    return places
