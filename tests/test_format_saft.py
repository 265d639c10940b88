"""SAF-T: audit files of four editions, and files that break the standard."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bihuan.collect import xml
from bihuan.collect.desk import Desk, Options
from bihuan.collect.formats import saft
from bihuan.collect.handed import Handed, Reading
from bihuan.errors import BadSource
from bihuan.settings import Settings
from bihuan.store.engine import connect
from readers import a_desk

NORWAY = "urn:StandardAuditFile-Taxation-Financial:NO"
OECD = "urn:OECD:StandardAuditFile-Taxation/2.00"
PORTUGAL = "urn:OECD:StandardAuditFile-Tax:PT_1.04_01"

MASTER = """
    <GeneralLedgerAccounts>
      <Account><AccountID>1920</AccountID><AccountDescription>Bank</AccountDescription><AccountType>GL</AccountType>
        <OpeningDebitBalance>100.00</OpeningDebitBalance><ClosingCreditBalance>25.50</ClosingCreditBalance></Account>
      <Account>
        <AccountID>4000</AccountID><AccountDescription>Kjøp</AccountDescription><AccountType>GL</AccountType>
      </Account>
    </GeneralLedgerAccounts>
    <Customers><Customer><Name>Kunde AS</Name><CustomerID>C1</CustomerID></Customer></Customers>
    <Suppliers>
      <Supplier>
        <RegistrationNumber>987654321</RegistrationNumber><Name>Leverandør AS</Name>
        <Contact><Telephone>22334455</Telephone></Contact><SupplierID>S1</SupplierID>
      </Supplier>
    </Suppliers>"""
LINES = """
        <Line><RecordID>1</RecordID><AccountID>4000</AccountID><Description>Varer</Description>
          <Analysis><AnalysisType>P</AnalysisType><AnalysisID>7</AnalysisID></Analysis>
          <DebitAmount><Amount>125.50</Amount></DebitAmount></Line>
        <Line><RecordID>2</RecordID><AccountID>1920</AccountID><SupplierID>S1</SupplierID><CreditAmount>
          <Amount>125.50</Amount><CurrencyCode>EUR</CurrencyCode><CurrencyAmount>11.10</CurrencyAmount></CreditAmount>
        </Line>"""
TOTALS = "<NumberOfEntries>1</NumberOfEntries><TotalDebit>125.50</TotalDebit><TotalCredit>125.50</TotalCredit>"


def audit_file(namespace: str = NORWAY, version: str = "1.10", *, lines: str = LINES, totals: str = TOTALS) -> str:
    """An audit file as Norway and the OECD have them."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<n1:AuditFile xmlns:n1="{namespace}" xmlns="{namespace}">
  <Header>
    <AuditFileVersion>{version}</AuditFileVersion>
    <Company><RegistrationNumber>888777666</RegistrationNumber><Name>Kommunen KF</Name></Company>
    <DefaultCurrencyCode>NOK</DefaultCurrencyCode>
    <SelectionCriteria><SelectionStartDate>2024-01-01</SelectionStartDate><SelectionEndDate>2024-12-31</SelectionEndDate>
    </SelectionCriteria>
  </Header>
  <MasterFiles>{MASTER}
  </MasterFiles>
  <GeneralLedgerEntries>{totals}
    <Journal><JournalID>GL</JournalID>
      <Transaction><TransactionID>T-17</TransactionID><Period>3</Period><PeriodYear>2024</PeriodYear>
        <TransactionDate>2024-03-05</TransactionDate><SourceID>kari</SourceID><Description>Innkjøp</Description>
        <SystemEntryDate>2024-03-06</SystemEntryDate><GLPostingDate>2024-03-07</GLPostingDate>{lines}
      </Transaction>
    </Journal>
  </GeneralLedgerEntries>
</n1:AuditFile>
"""


PORTUGUESE = f"""<?xml version="1.0" encoding="Windows-1252"?>
<AuditFile xmlns="{PORTUGAL}">
  <Header><AuditFileVersion>1.04_01</AuditFileVersion><CompanyID>501234567</CompanyID><CompanyName>Câmara</CompanyName>
    <FiscalYear>2024</FiscalYear><StartDate>2024-05-01</StartDate><EndDate>2024-05-31</EndDate>
    <CurrencyCode>EUR</CurrencyCode></Header>
  <MasterFiles>
    <GeneralLedgerAccounts><TaxonomyReference>S</TaxonomyReference>
      <Account><AccountID>12</AccountID><AccountDescription>Depósitos à ordem</AccountDescription>
        <OpeningDebitBalance>10.00</OpeningDebitBalance><OpeningCreditBalance>4.00</OpeningCreditBalance>
        <ClosingDebitBalance>0.00</ClosingDebitBalance><ClosingCreditBalance>44.00</ClosingCreditBalance>
        <GroupingCategory>GM</GroupingCategory><GroupingCode>1</GroupingCode></Account>
    </GeneralLedgerAccounts>
    <Supplier><SupplierID>F9</SupplierID><SupplierTaxID>509999999</SupplierTaxID>
      <CompanyName>Obras Lda</CompanyName></Supplier>
  </MasterFiles>
  <GeneralLedgerEntries>
    <NumberOfEntries>1</NumberOfEntries><TotalDebit>50.00</TotalDebit><TotalCredit>50.00</TotalCredit>
    <Journal><JournalID>D</JournalID><Description>Diário</Description>
      <Transaction><TransactionID>2024-05-02 D 8</TransactionID><Period>5</Period>
        <TransactionDate>2024-05-02</TransactionDate>
        <SourceID>rui</SourceID><Description>Obra</Description><DocArchivalNumber>8</DocArchivalNumber>
        <TransactionType>A</TransactionType><GLPostingDate>2024-05-03</GLPostingDate><SupplierID>F9</SupplierID>
        <Lines>
          <DebitLine><RecordID>1</RecordID><AccountID>62</AccountID><SystemEntryDate>2024-05-03T10:00:00</SystemEntryDate>
            <Description>Obra</Description><DebitAmount>50.00</DebitAmount></DebitLine>
          <CreditLine><RecordID>2</RecordID><AccountID>12</AccountID><SystemEntryDate>2024-05-03T10:00:00</SystemEntryDate>
            <Description>Obra</Description><CreditAmount>50.00</CreditAmount></CreditLine>
        </Lines></Transaction></Journal>
  </GeneralLedgerEntries>
  <SourceDocuments><SalesInvoices><NumberOfEntries>2</NumberOfEntries>
    <Invoice><Line><AccountID>1</AccountID><DebitAmount>9</DebitAmount></Line></Invoice></SalesInvoices></SourceDocuments>
</AuditFile>
"""


@pytest.fixture
def desk(tmp_path):
    with a_desk(tmp_path) as found:
        yield found


def write(folder: Path, text: str, encoding: str = "utf-8") -> Handed:
    path = folder / "saft.xml"
    path.write_bytes(text.encode(encoding))
    return Handed(path, path.name)


def rows(desk: Desk, reading: Reading, table: str) -> list[dict[str, object]]:
    draft = next(one for one in reading.drafts if one.table == table)
    return [dict(zip(("sheet", "line", *draft.columns), row, strict=True)) for row in desk.engine.rows(draft.scan)]


def stated(reading: Reading) -> dict[str, Decimal]:
    draft = next(one for one in reading.drafts if one.table == "journal_line")
    return {one.column: one.value for one in draft.stated}


@pytest.mark.parametrize(("namespace", "version"), [(NORWAY, "1.10"), (NORWAY, "1.30"), (OECD, "2.00")])
def test_a_line_keeps_all_that_the_model_has_a_place_for(desk, tmp_path, namespace, version):
    first, second = rows(desk, saft.read(write(tmp_path, audit_file(namespace, version)), desk), "journal_line")
    assert (first["unit_id"], first["unit_name"], first["currency"]) == ("888777666", "Kommunen KF", "NOK")
    assert (first["fiscal_year"], first["period"], first["voucher_date"]) == ("2024", "3", "2024-03-05")
    assert (first["posted_on"], first["entered_at"], first["prepared_by"]) == ("2024-03-07", "2024-03-06", "kari")
    assert (first["voucher_word"], first["voucher_no"], first["line_no"]) == ("GL", "T-17", "1")
    assert (first["account_name"], first["debit"], first["credit"], first["aux"]) == ("Kjøp", "125.50", None, "P:7")
    assert (second["credit"], second["foreign_amount"], second["counterparty"]) == ("125.50", "11.10", "Leverandør AS")
    assert (second["description"], second["aux"]) == ("Innkjøp", "SupplierID:S1; CurrencyCode:EUR")


def test_balances_are_signed_and_stand_for_the_year(desk, tmp_path):
    (row,) = rows(desk, saft.read(write(tmp_path, audit_file()), desk), "account_balance")
    assert (row["opening"], row["closing"]) == ("100.00", "-25.50")
    assert (row["fiscal_year"], row["period"], row["period_end"]) == ("2024", "0", "2024-12-31")


def test_customers_and_suppliers_become_organisations(desk, tmp_path):
    customer, supplier = rows(desk, saft.read(write(tmp_path, audit_file()), desk), "organization")
    assert (customer["kind"], customer["org_id"], customer["name"]) == ("customer", "C1", "Kunde AS")
    assert (supplier["registration_no"], supplier["org_id"], supplier["phone"]) == ("987654321", "S1", "22334455")


def test_portugal_writes_debit_and_credit_lines_in_windows_1252(desk, tmp_path):
    reading = saft.read(write(tmp_path, PORTUGUESE, "cp1252"), desk)
    debit, credit = rows(desk, reading, "journal_line")
    assert (debit["unit_id"], debit["unit_name"], debit["currency"]) == ("501234567", "Câmara", "EUR")
    assert (debit["debit"], credit["credit"], credit["account_name"]) == ("50.00", "50.00", "Depósitos à ordem")
    assert (debit["counterparty"], debit["entered_at"], debit["is_closing"]) == (
        "Obras Lda",
        "2024-05-03T10:00:00",
        "1",
    )
    assert (debit["fiscal_year"], debit["period"]) == ("2024", "5")
    (balance,) = rows(desk, reading, "account_balance")
    assert (balance["opening"], balance["closing"], balance["period"]) == ("6.00", "-44.00", "5")


def test_what_is_left_unread_is_counted(desk, tmp_path):
    reading = saft.read(write(tmp_path, PORTUGUESE, "cp1252"), desk)
    draft = next(one for one in reading.drafts if one.table == "journal_line")
    assert draft.skipped == {"SalesInvoices: documents behind the entries are not read": 2}


def test_every_row_leads_back_to_the_line_of_its_element(desk, tmp_path):
    handed = write(tmp_path, audit_file())
    text = handed.path.read_text(encoding="utf-8").splitlines()
    for row in rows(desk, saft.read(handed, desk), "journal_line"):
        assert text[row["line"] - 1].lstrip().startswith("<Line>")


def test_lines_are_right_beyond_65535(desk, tmp_path):
    handed = write(tmp_path, audit_file(lines="\n" * 70_000 + LINES + "\n" * 70_000 + LINES))
    text = handed.path.read_text(encoding="utf-8").splitlines()
    found = [row["line"] for row in rows(desk, saft.read(handed, desk), "journal_line")]
    assert found == [number for number, line in enumerate(text, 1) if "<Line>" in line]
    assert found[-1] > 140_000


def test_the_totals_of_the_header_are_stated(desk, tmp_path):
    assert stated(saft.read(write(tmp_path, audit_file()), desk)) == {
        "debit": Decimal("125.50"),
        "credit": Decimal("125.50"),
    }


def test_another_number_of_entries_is_a_stated_total_that_fails(desk, tmp_path):
    text = audit_file(totals=TOTALS.replace("<NumberOfEntries>1<", "<NumberOfEntries>9<"))
    assert stated(saft.read(write(tmp_path, text), desk))["rows"] == 9


def test_a_line_without_amount_is_rejected_with_its_place(desk, tmp_path):
    text = audit_file(lines=LINES + "\n<Line><RecordID>3</RecordID><AccountID>4000</AccountID></Line>")
    reading = saft.read(write(tmp_path, text), desk)
    (reject,) = next(one for one in reading.drafts if one.table == "journal_line").rejects
    assert text.splitlines()[reject.line - 1].startswith("<Line><RecordID>3")
    assert len(rows(desk, reading, "journal_line")) == 2


@pytest.mark.parametrize(
    ("namespace", "version"), [("urn:StandardAuditFile-Taxation-Financial:XX", "1.10"), (NORWAY, "9.99"), (OECD, "")]
)
def test_an_unknown_edition_is_named_with_the_known_ones(desk, tmp_path, namespace, version):
    with pytest.raises(BadSource, match=rf"{namespace}.*{version}.*NO 1\.30.*PT 1\.04_01"):
        saft.read(write(tmp_path, audit_file(namespace, version)), desk)


def test_an_entity_bomb_is_not_unpacked(desk, tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    text = audit_file().replace("?>\n", f"?>\n{bomb}\n", 1).replace("Innkjøp", "&b;")
    with pytest.raises(BadSource, match="line 2: <!DOCTYPE x>"):
        saft.read(write(tmp_path, text), desk)


def test_an_outside_file_is_not_fetched(desk, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    text = audit_file().replace("?>\n", f'?>\n<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]>\n', 1)
    with pytest.raises(BadSource, match="DOCTYPE"):
        saft.read(write(tmp_path, text.replace("Innkjøp", "&a;")), desk)


def test_a_file_cut_off_is_refused_with_the_line_where_it_ends(desk, tmp_path):
    text = audit_file()
    cut = text[: text.index("<Line><RecordID>2")]
    with pytest.raises(BadSource, match=rf"line {cut.count(chr(10)) + 1}: the file ends.*cut off"):
        saft.read(write(tmp_path, cut), desk)


def test_a_tag_that_is_not_closed_is_named_with_its_line(desk, tmp_path):
    with pytest.raises(BadSource, match=r"line \d+, column \d+: not well-formed"):
        saft.read(write(tmp_path, audit_file().replace("</Journal>", "</Jornal>")), desk)


def test_bytes_of_another_encoding_are_named_with_their_line(desk, tmp_path):
    handed = write(tmp_path, audit_file())
    handed.path.write_bytes(handed.path.read_bytes().replace("Kjøp".encode(), "Kjøp".encode("latin-1")))
    line = audit_file()[: audit_file().index("Kjøp")].count("\n") + 1
    with pytest.raises(BadSource, match=rf"line {line}: byte 0xf8 is not utf-8"):
        saft.read(handed, desk)


def test_elements_without_end_are_refused(desk, tmp_path):
    text = audit_file(lines="<a>" * 200 + "</a>" * 200 + LINES)
    with pytest.raises(BadSource, match="No ledger is as deep"):
        saft.read(write(tmp_path, text), desk)


def test_a_company_without_a_number_takes_the_unit_that_the_auditor_names(desk, tmp_path):
    text = audit_file().replace("<RegistrationNumber>888777666</RegistrationNumber><Name>Kommunen KF</Name>", "")
    handed = write(tmp_path, text)
    with pytest.raises(BadSource, match="--unit"):
        saft.read(handed, desk)
    asked = Desk(desk.engine, desk.scratch, desk.settings, desk.maps, Options(unit="U7"))
    assert {row["unit_id"] for row in rows(asked, saft.read(handed, asked), "journal_line")} == {"U7"}


def test_only_audit_files_are_recognised(tmp_path):
    assert saft.recognises(write(tmp_path, audit_file()))
    assert saft.recognises(write(tmp_path, audit_file("urn:unknown")))
    assert not saft.recognises(write(tmp_path, "<other/>"))
    assert not saft.recognises(write(tmp_path, ""))
    assert not saft.recognises(write(tmp_path, "日期,摘要"))


def test_the_raw_record_of_a_row_is_its_element(desk, tmp_path):
    handed = write(tmp_path, audit_file())
    first, second = rows(desk, saft.read(handed, desk), "journal_line")
    assert saft.raw_record(handed, desk, first["line"]).startswith("<Line><RecordID>1</RecordID>")
    assert saft.raw_record(handed, desk, second["line"]).endswith("</CreditAmount>\n        </Line>")


@pytest.mark.parametrize(("allowed", "kept"), [("2GB", "286.1 MiB"), ("100MB", "95.3 MiB"), ("80%", None)])
def test_the_engine_goes_to_the_disk_early_unless_the_workspace_allows_less(tmp_path, allowed, kept):
    with connect(Settings(memory_limit=allowed)) as engine:
        before = engine.one("SELECT current_setting('memory_limit')")[0]
        xml.keep_flat(Desk(engine, tmp_path, Settings(memory_limit=allowed), tmp_path))
        assert engine.one("SELECT current_setting('memory_limit')")[0] == (kept or before)
