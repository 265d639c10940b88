"""What the tests of bad input share: an office that types commands, and files as they arrive damaged."""

from __future__ import annotations

import io
import json
import sys
import traceback
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from bihuan.cli import main
from bihuan.collect.formats import _gbt24589

HEADINGS = ("支付日期", "预算单位编码", "支付凭证号", "收款人名称", "支付金额", "用途")
ROWS = (
    ("2025-03-03", "203", "ZF001", "云禾县宏达建材有限公司", "12600.00", "付砂石款"),
    ("2025-03-04", "203", "ZF002", "云禾县瑞丰印务有限公司", "3480.50", "付印刷费"),
    ("2025-03-05", "203", "ZF003", "云禾县远山文具店", "260.00", "付文具款"),
)
# Another month and unit: a file that must go in whatever became of the others.
OTHER = (
    ("2025-04-01", "305", "ZF101", "云禾县供水公司", "88.00", "付水费"),
    ("2025-04-02", "305", "ZF102", "云禾县供电公司", "99.00", "付电费"),
)
TRACEBACK = ("Traceback (most recent call last)", 'File "/')


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """The JSON lines of stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Office:
    """A workspace, and a folder in which the departments' files lie."""

    inbox: Path
    workspace: Path

    def says(self, *words: str | Path) -> Answer:
        """`bihuan -w W …`, in this process, through the program's own entry."""
        return bihuan("-w", self.workspace, *words)

    def gets(self, name: str, content: str | bytes) -> Path:
        """A file that a department hands over."""
        path = self.inbox / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def totals(self) -> list[dict[str, Any]]:
        """`books totals --json`."""
        return self.says("books", "totals", "--json").records

    def rejects(self) -> list[dict[str, Any]]:
        """Rejected rows of `books rejects --json`."""
        return [one for one in self.says("books", "rejects", "--json").records if not one.get("refused")]

    def refused(self) -> dict[str, str]:
        """Refused sources with their reasons."""
        held = self.says("books", "rejects", "--json").records
        return {one["source"]: one["reason"] for one in held if one.get("refused")}

    def kept(self, name: str) -> list[bytes]:
        """What the workspace keeps of a refused source."""
        return [one.read_bytes() for one in (self.workspace / "books" / "refused").glob(f"*/{name}")]

    def leftovers(self) -> list[Path]:
        """What lies in the scratch folder of the books: nothing, between commands."""
        return list((self.workspace / "books" / "tmp").glob("*"))

    def rows(self, table: str = "payment") -> int:
        """How many rows of a table the books hold."""
        return sum(one["rows"] for one in self.totals() if one["table"] == table)


def office(folder: Path) -> Office:
    """A fresh workspace, made by `bihuan init`."""
    inbox = folder / "来文"
    inbox.mkdir(parents=True)
    assert bihuan("init", folder / "W").code == 0
    return Office(inbox, folder / "W")


def bihuan(*words: str | Path) -> Answer:
    """The program with these words, as `main` ends it: its exit code and what it wrote."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with mock.patch.object(sys, "argv", ["bihuan", *map(str, words)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except Exception:
            traceback.print_exc(file=err)
            code = 99
    return Answer(code, out.getvalue(), err.getvalue())


def csv_text(rows: Sequence[Sequence[str]] = ROWS, headings: Sequence[str] = HEADINGS) -> str:
    """Headings and rows with commas, as an export without quotes."""
    return "".join(",".join(one) + "\n" for one in (headings, *rows))


def payments(unit: str, *rows: Sequence[str]) -> str:
    """Payments of one unit, so that no two files of a test repeat each other: date, number, payee, amount, purpose."""
    return csv_text([(day, unit, number, payee, amount, use) for day, number, payee, amount, use in rows])


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An xlsx of these sheets; text that begins with = is a formula, and a pair is a formula with its result."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, tuple):
                        sheet.write_formula(line, column, value[0], None, value[1])
                    else:
                        sheet.write(line, column, value)
    return held.getvalue()


def zipped(members: Mapping[str, bytes | str], *, links: Sequence[str] = ()) -> bytes:
    """A zip of these members; those named in `links` are symbolic links to their content."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o120777 if name in links else 0o100644) << 16
            archive.writestr(info, content)
    return held.getvalue()


def accounting_file(edition: str = "GB/T 24589.1-2010") -> str:
    """A set of books and a voucher as GB/T 24589 writes them."""
    cells = {"电子账簿编号": "001", "会计核算单位": "云禾县教育局", "会计年度": "2024", "标准版本号": edition}
    line = {"记账凭证日期": "20240115", "会计年度": "2024", "会计期间号": "1", "记账凭证编号": "0007"}
    line |= {"记账凭证行号": "1", "科目编号": "1002", "借方本币金额": "350.00", "贷方本币金额": "350.00"}
    ids = _gbt24589.standards()[0].elements
    numbers = {name: number for number, name in ids.items()}
    tables = (("电子账簿", cells), ("记账凭证", line))
    rows = "".join(
        f"<{table}>\n"
        + "".join(f'<{tag} locID="{numbers[tag]}">{text}</{tag}>\n' for tag, text in held.items())
        + f"</{table}>\n"
        for table, held in tables
    )
    return f'<?xml version="1.0" encoding="GB18030"?>\n<总账>\n{rows}</总账>\n'


def releases(*amounts: object, ocid: str = "ocds-qh-1") -> list[dict[str, Any]]:
    """Open contracting releases, each with a tender of one amount."""
    return [
        {
            "ocid": f"{ocid}-{index}",
            "id": f"{index}",
            "date": "2024-03-01T00:00:00Z",
            "tag": ["tender"],
            "initiationType": "tender",
            "buyer": {"id": "B1", "name": "云禾县教育局"},
            "tender": {"id": f"T{index}", "title": "课桌椅采购", "value": {"amount": amount, "currency": "CNY"}},
        }
        for index, amount in enumerate(amounts, 1)
    ]


def locked_workbook(content: bytes, password: str) -> bytes:
    """The workbook as Excel locks it with a password."""
    held = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, held)
    return held.getvalue()


def audit_file(*, debit: str = "125.50", edition: tuple[str, str] | None = None) -> str:
    """A SAF-T file whose header states `debit` over two lines of 125.50."""
    namespace, version = edition or ("urn:StandardAuditFile-Taxation-Financial:NO", "1.10")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<AuditFile xmlns="{namespace}">
  <Header>
    <AuditFileVersion>{version}</AuditFileVersion>
    <Company><RegistrationNumber>888777666</RegistrationNumber><Name>Kommunen KF</Name></Company>
    <DefaultCurrencyCode>NOK</DefaultCurrencyCode>
    <SelectionCriteria><SelectionStartDate>2024-01-01</SelectionStartDate>
      <SelectionEndDate>2024-12-31</SelectionEndDate></SelectionCriteria>
  </Header>
  <GeneralLedgerEntries>
    <NumberOfEntries>1</NumberOfEntries><TotalDebit>{debit}</TotalDebit><TotalCredit>125.50</TotalCredit>
    <Journal><JournalID>GL</JournalID>
      <Transaction><TransactionID>17</TransactionID><Period>3</Period><PeriodYear>2024</PeriodYear>
        <TransactionDate>2024-03-05</TransactionDate><Description>Innkjøp</Description>
        <Line><RecordID>1</RecordID><AccountID>4000</AccountID><Description>Varer</Description>
          <DebitAmount><Amount>125.50</Amount></DebitAmount></Line>
        <Line><RecordID>2</RecordID><AccountID>1920</AccountID><Description>Varer</Description>
          <CreditAmount><Amount>125.50</Amount></CreditAmount></Line>
      </Transaction>
    </Journal>
  </GeneralLedgerEntries>
</AuditFile>
"""
