"""Collecting CSV beside DuckDB's bare read_csv into Parquet, and XML in MB a second at flat memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.measure import PROGRAM, Cost, cost, python
from bihuan.settings import Settings
from bihuan.store.engine import connect, text

LINES = 10_000_000
COLUMNS = {
    "单位编码": "VARCHAR",
    "账套号": "VARCHAR",
    "凭证日期": "DATE",
    "凭证字": "VARCHAR",
    "凭证号": "VARCHAR",
    "分录号": "BIGINT",
    "摘要": "VARCHAR",
    "科目编码": "VARCHAR",
    "科目名称": "VARCHAR",
    "借方金额": "DECIMAL(18,2)",
    "贷方金额": "DECIMAL(18,2)",
    "制单人": "VARCHAR",
    "审核人": "VARCHAR",
}
MAKE = """
COPY (
  SELECT 'U' || lpad(CAST(i // {per_unit} AS VARCHAR), 3, '0') AS 单位编码, '001' AS 账套号,
    DATE '2024-01-01' + CAST((i % {per_unit}) // 2 * 2 * 366 // {per_unit} AS INTEGER) AS 凭证日期, '记' AS 凭证字,
    lpad(CAST((i % {per_unit}) // 2 + 1 AS VARCHAR), 6, '0') AS 凭证号, i % 2 + 1 AS 分录号,
    '支付' || (i * 7919 % 997) || '号款项' AS 摘要,
    CASE WHEN i % 2 = 0 THEN '50010101' ELSE '10020101' END AS 科目编码,
    CASE WHEN i % 2 = 0 THEN '业务活动费用' ELSE '银行存款' END AS 科目名称,
    CASE WHEN i % 2 = 0 THEN CAST((i // 2 * 104729 % 9999991) / 100.0 AS DECIMAL(18,2)) ELSE 0 END AS 借方金额,
    CASE WHEN i % 2 = 1 THEN CAST((i // 2 * 104729 % 9999991) / 100.0 AS DECIMAL(18,2)) ELSE 0 END AS 贷方金额,
    '会计' || (i // 2 % 3) AS 制单人, '审核' AS 审核人
  FROM range({lines}) AS t(i)
) TO {path} (HEADER, DELIMITER ',')
"""
PEER = """
import sys, duckdb
con = duckdb.connect()
con.execute("SET memory_limit='2GB'")
how = "header=true, auto_detect=false, delim=',', quote='\\"', columns=" + sys.argv[3]
read = "read_csv('" + sys.argv[1] + "', " + how + ")"
con.execute("COPY (SELECT * FROM " + read + ") TO '" + sys.argv[2] + "' (FORMAT PARQUET)")
"""


def run(scale: float) -> str:
    """A Markdown section."""
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as folder:
        return _csv(Path(folder), int(LINES * scale)) + "\n" + _xml(Path(folder), scale)


def _csv(folder: Path, lines: int) -> str:
    path = folder / "序时账.csv"
    with connect(Settings(memory_limit="4GB"), spill=folder / "spill") as engine:
        engine.run(MAKE.format(lines=lines, per_unit=max(lines // 100, 2), path=text(str(path))))
    declared = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    peer = min(
        (python(PEER, str(path), str(folder / "peer.parquet"), "{" + declared + "}") for _ in range(2)),
        key=lambda c: c.seconds,
    )
    ours = min((_collected(path, folder / f"W{at}") for at in range(2)), key=lambda c: c.seconds)
    size = path.stat().st_size / 1e6
    return (
        f"## 收集 Collect: {lines:,} CSV lines ({size:,.0f} MB)\n\n"
        "| | cost | ratio |\n|---|---|---|\n"
        f"| DuckDB `read_csv` with declared types → Parquet | {peer} | 1 |\n"
        f"| `bihuan collect` (original kept, provenance, rejects, controls, sorted), exit {ours.code} | {ours} | "
        f"**{ours.seconds / peer.seconds:.2f}**, by CPU {ours.processor / peer.processor:.2f} (target: at most 2) |\n\n"
        "Each is the better of two runs.\n"
    )


def _collected(path: Path, root: Path) -> Cost:
    cost([PROGRAM, "init", str(root)])
    return cost([PROGRAM, "-w", str(root), "collect", str(path)])


def _xml(folder: Path, scale: float) -> str:
    rows = []
    for factor in (0.25, 1.0):
        path = folder / f"saft-{factor}.xml"
        _write_saft(path, max(int(120_000 * scale * factor), 500))
        root = folder / f"X{factor}"
        cost([PROGRAM, "init", str(root), "--currency", "NOK"])
        spent = cost([PROGRAM, "-w", str(root), "collect", str(path)])
        size = path.stat().st_size / 1e6
        rows.append(f"| {size:,.0f} MB | {spent}, exit {spent.code} | {size / spent.seconds:.1f} MB/s |")
    return (
        "## SAF-T XML\n\n| file | cost | speed (target: 10 MB/s, flat memory) |\n|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<AuditFile xmlns="urn:StandardAuditFile-Taxation-Financial:NO">
  <Header>
    <AuditFileVersion>1.10</AuditFileVersion>
    <AuditFileCountry>NO</AuditFileCountry>
    <AuditFileDateCreated>2025-01-15</AuditFileDateCreated>
    <Company>
      <RegistrationNumber>999999999</RegistrationNumber>
      <Name>Bench AS</Name>
    </Company>
    <DefaultCurrencyCode>NOK</DefaultCurrencyCode>
  </Header>
  <MasterFiles>
    <GeneralLedgerAccounts>
      <Account><AccountID>1920</AccountID><AccountDescription>Bank</AccountDescription></Account>
      <Account><AccountID>6800</AccountID><AccountDescription>Office</AccountDescription></Account>
    </GeneralLedgerAccounts>
  </MasterFiles>
  <GeneralLedgerEntries>
    <NumberOfEntries>{count}</NumberOfEntries>
    <TotalDebit>{total}</TotalDebit>
    <TotalCredit>{total}</TotalCredit>
    <Journal>
      <JournalID>GL</JournalID>
      <Description>General ledger</Description>
      <Type>GL</Type>
"""
# The density of the official examples: indented, with analysis, documents and tax on the line.
ENTRY = """      <Transaction>
        <TransactionID>{n}</TransactionID>
        <Period>{month}</Period>
        <PeriodYear>2024</PeriodYear>
        <TransactionDate>{day}</TransactionDate>
        <TransactionType>Normal</TransactionType>
        <Description>Invoice {n} for office supplies</Description>
        <SystemEntryDate>{day}</SystemEntryDate>
        <GLPostingDate>{day}</GLPostingDate>
        <Line>
          <RecordID>1</RecordID>
          <AccountID>6800</AccountID>
          <Analysis>
            <AnalysisType>A</AnalysisType>
            <AnalysisID>102</AnalysisID>
          </Analysis>
          <ValueDate>{day}</ValueDate>
          <SourceDocumentID>{n}</SourceDocumentID>
          <Description>Invoice {n} for office supplies</Description>
          <DebitAmount>
            <Amount>{amount}</Amount>
          </DebitAmount>
          <TaxInformation>
            <TaxType>MVA</TaxType>
            <TaxCode>1</TaxCode>
            <TaxPercentage>25</TaxPercentage>
            <TaxBase>{amount}</TaxBase>
          </TaxInformation>
          <ReferenceNumber>{n}</ReferenceNumber>
        </Line>
        <Line>
          <RecordID>2</RecordID>
          <AccountID>1920</AccountID>
          <ValueDate>{day}</ValueDate>
          <SourceDocumentID>{n}</SourceDocumentID>
          <Description>Paid invoice {n}</Description>
          <CreditAmount>
            <Amount>{amount}</Amount>
          </CreditAmount>
          <ReferenceNumber>{n}</ReferenceNumber>
        </Line>
      </Transaction>
"""


def _write_saft(path: Path, count: int) -> None:
    total = sum(100 + n % 9000 for n in range(count))
    with path.open("w", encoding="utf-8") as out:
        out.write(HEAD.format(count=count, total=f"{total}.00"))
        for n in range(count):
            month = n * 12 // count + 1
            day = f"2024-{month:02}-{n % 28 + 1:02}"
            out.write(ENTRY.format(n=n + 1, month=month, day=day, amount=f"{100 + n % 9000}.00"))
        out.write("    </Journal>\n  </GeneralLedgerEntries>\n</AuditFile>\n")
