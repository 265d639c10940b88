"""Day one, which decides whether an auditor stays: typed at the command line, on the demo's 用友 and treasury files."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import normalize

import docx
import openpyxl
from typer.testing import CliRunner

from bihuan.cli import app

UNIT, BOOK, VOUCHERS, BALANCES = "201", "01 教育局 用友U8", "GL_accvouch.csv", "GL_accsum.csv"
TREASURY, PAYMENTS, CONTRACTS = "08 财政局 国库与预算", "国库集中支付2025.csv", "2025年合同台账.xlsx"
LEAD = {
    "lead_id", "method", "pack", "level", "unit", "subject", "amount", "currency", "on", "score", "reason", "evidence",
    "evidence_count",
}  # fmt: skip
OWN_SQL = """-- 大额现金支出
SELECT unit_id, fiscal_year, period, voucher_word, voucher_no, voucher_date, description, credit
FROM journal_line
WHERE account_code LIKE '1001%' AND credit >= 30000
ORDER BY credit DESC
"""
EXAMPLE = """
  given:
    journal_line:
      - &line {unit_id: U1, fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "7", account_code: "1001",
               voucher_date: 2025-03-09, description: 付慰问金, credit: 32000.00, currency: CNY}
      - {<<: *line, voucher_no: "8", credit: 300.00}
      - {<<: *line, voucher_no: "9", account_code: "1002"}
  expect:
    - {unit_id: U1, voucher_no: "7", amount: 32000.00, journal_line_rows: [1]}
"""

Record = dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """A workspace, and beside it what the departments handed over."""

    workspace: Path
    county: Path

    def bihuan(self, *words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["-w", str(self.workspace), *words])
        assert done.exit_code == code, done.output
        return done.stdout

    def records(self, *words: str) -> list[Record]:
        return [json.loads(line, parse_float=Decimal) for line in self.bihuan(*words, "--json").splitlines()]

    def planted(self, kind: str) -> Record:
        lines = (self.county / "truth.jsonl").read_text(encoding="utf-8").splitlines()
        return next(one for one in map(json.loads, lines) if (one["kind"], one["unit"]) == (kind, UNIT))

    def handed_over(self, name: str) -> list[dict[str, str]]:
        """The lines of a CSV as it was handed over; the one of line 2 stands first."""
        (path,) = (self.county / "handed-over").rglob(name)
        with path.open(encoding="gb18030", newline="") as lines:
            return list(csv.DictReader(lines))


def test_day_one_leads_from_the_departments_files_to_a_method_of_ones_own(tmp_path: Path) -> None:
    desk = files_become_books(tmp_path)
    balances_are_reconciled(desk)
    accounts_are_browsed(desk)
    leads = rows_are_examined(desk)
    evidence_is_what_was_handed_over(desk, leads)
    a_lead_is_traced_to_the_raw_record(desk, leads)
    an_evidence_sheet_is_filled(desk, leads)
    answers_of_the_field_move_the_scores(desk, leads)
    the_report_opens_offline_in_both_languages(desk, leads)
    a_query_becomes_a_method_unchanged(desk)


def files_become_books(folder: Path) -> Desk:
    desk = Desk(folder / "W", folder / "county")
    Desk(desk.county, desk.county).bihuan("demo", "--files-only", "--scale", "0.02")
    desk.bihuan("init", str(desk.workspace), "--place", "350500")
    handed = desk.county / "handed-over"
    files = [handed / BOOK, handed / TREASURY / PAYMENTS, handed / TREASURY / CONTRACTS]
    desk.bihuan("collect", *map(str, files), code=1)  # the books have planted faults, and collect says so
    desk.bihuan("collect", *map(str, files))  # the same hashes again change nothing
    return desk


def balances_are_reconciled(desk: Desk) -> None:
    totals = {one["source"]: one for one in desk.records("books", "totals")}
    assert {name: one["table"] for name, one in totals.items()} == {
        VOUCHERS: "journal_line", BALANCES: "account_balance", "code.csv": "account", PAYMENTS: "payment",
        CONTRACTS: "contract",
    }  # fmt: skip
    assert not any(one["rejects"] for one in totals.values())
    lines = [one for one in desk.handed_over(VOUCHERS) if 1 <= int(one["iperiod"]) <= 12]
    ledger = totals[VOUCHERS]
    assert ledger["rows"] == len(lines)
    assert ledger["debit"] == sum(Decimal(one["md"]) for one in lines)
    assert ledger["debit"] - ledger["credit"] == Decimal(desk.planted("voucher_unbalanced")["amount"])
    assert totals[PAYMENTS]["amount"] == sum(Decimal(one["支付金额"]) for one in desk.handed_over(PAYMENTS))
    failing = {(name, held["name"]) for name, one in totals.items() for held in one["controls"] if not held["holds"]}
    assert failing == {
        (VOUCHERS, "debit = credit"), (VOUCHERS, "duplicate key"), (BALANCES, "opening + debit - credit = closing"),
    }  # fmt: skip


def accounts_are_browsed(desk: Desk) -> None:
    (book,) = desk.records("books", "ledger")
    assert (book["unit"], book["name"]) == (UNIT, "云禾县教育局")
    accounts = {one["code"]: one for one in desk.records("books", "ledger", UNIT)}
    assert len(accounts) > 50
    assert [code for code, one in accounts.items() if one["closing"] != one["handed_over"]] == []
    entries = desk.records("books", "ledger", UNIT, "1002")
    assert entries[-1]["balance"] == accounts["1002"]["closing"]
    chosen = entries[0]
    period = str(int(chosen["on"][5:7]))
    voucher = desk.records("books", "ledger", UNIT, "--voucher", chosen["voucher"], "--period", period)
    assert chosen["row_id"] in {one["row_id"] for one in voucher}
    assert sum(one["debit"] for one in voucher) == sum(one["credit"] for one in voucher) > 0
    planted = desk.planted("trial_balance_does_not_roll")
    wrong = desk.handed_over(BALANCES)[planted["rows"][0]["line"] - 2]
    in_period = desk.records("books", "ledger", UNIT, "--period", wrong["iperiod"])
    differ = {
        one["code"]: one["handed_over"] - one["closing"] for one in in_period if one["closing"] != one["handed_over"]
    }
    assert differ == {wrong["ccode"]: Decimal(planted["amount"])}


def rows_are_examined(desk: Desk) -> list[Record]:
    *methods, total = desk.records("examine")
    assert {"computed", "cached", "not_applicable", "failed", "leads", "engine"} <= set(total)
    assert total["computed"] > 30
    assert (total["failed"], total["leads"]) == (0, sum(one["leads"] for one in methods if one["role"] == "lead"))
    leads = desk.records("leads")
    assert len(leads) == total["leads"]
    first = desk.bihuan("leads", "--json")
    again = desk.records("examine")[-1]
    assert (again["computed"], again["cached"], again["leads"]) == (0, total["computed"], total["leads"])
    assert desk.bihuan("leads", "--json") == first
    assert len(leads) >= 10
    for one in leads:
        assert set(one) >= LEAD
        assert set(one["reason"]) == {"zh", "en"}
        assert one["evidence_count"] >= len(one["evidence"]) > 0
    assert [one["score"] for one in leads] == sorted((one["score"] for one in leads), reverse=True)
    return leads


def evidence_is_what_was_handed_over(desk: Desk, leads: list[Record]) -> None:
    lines = desk.handed_over(VOUCHERS)
    evidence = {one["row_id"]: one for lead in leads for one in lead["evidence"] if one["source"] == VOUCHERS}
    query = "SELECT row_id, account_code, debit, credit, description FROM journal_line"
    books = {one.pop("row_id"): one for one in desk.records("books", "sql", query, "--unmask", "核对原件")}
    assert len(evidence) > 20
    for row_id, place in evidence.items():
        raw = lines[place["line"] - 2]
        said = {"account_code": raw["ccode"], "debit": Decimal(raw["md"]), "credit": Decimal(raw["mc"])}
        assert books[row_id] == {**said, "description": normalize("NFKC", raw["cdigest"])}
    (unbalanced,) = (one for one in leads if one["method"] == "voucher_unbalanced")
    planted = desk.planted("voucher_unbalanced")
    there = [lines[one["line"] - 2] for one in unbalanced["evidence"]]
    assert {one["line"] for one in planted["rows"]} <= {one["line"] for one in unbalanced["evidence"]}
    assert abs(sum(Decimal(one["md"]) - Decimal(one["mc"]) for one in there)) == unbalanced["amount"]
    assert unbalanced["amount"] == Decimal(planted["amount"])


def a_lead_is_traced_to_the_raw_record(desk: Desk, leads: list[Record]) -> None:
    lead = next(one for one in leads if one["method"] == "payee_is_not_the_contractor")
    traced = {one["source"]: one for one in desk.records("trace", lead["lead_id"][:12])}
    assert set(traced) == {CONTRACTS, PAYMENTS}
    payment = desk.handed_over(PAYMENTS)[traced[PAYMENTS]["line"] - 2]
    assert traced[PAYMENTS]["raw"] == ",".join(payment.values())
    assert Decimal(payment["支付金额"]) == lead["amount"]
    (path,) = desk.county.rglob(CONTRACTS)
    sheet = openpyxl.load_workbook(path)[traced[CONTRACTS]["sheet"]]
    assert payment["合同编号"] in [cell.value for cell in sheet[traced[CONTRACTS]["line"]]]


def an_evidence_sheet_is_filled(desk: Desk, leads: list[Record]) -> None:
    lead = next(one for one in leads if one["method"] == "payee_is_not_the_contractor")
    path = desk.workspace / "取证单.docx"
    desk.bihuan("report", "evidence", lead["lead_id"][:12], "--out", str(path))
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words = "\n".join([*(one.text for one in document.paragraphs), *cells])
    for said in (f"{lead['amount']:,.2f}", lead["reason"]["zh"], PAYMENTS, CONTRACTS, lead["lead_id"]):
        assert said in words
    assert "{{" not in words


def answers_of_the_field_move_the_scores(desk: Desk, leads: list[Record]) -> None:
    alone = [one for one in leads if not one["raised_by"]]
    dismissed = alone[0]
    established = next(one for one in alone if one["method"] != dismissed["method"])
    path = desk.workspace / "疑点核实表.xlsx"
    desk.bihuan("leads", "--xlsx", str(path))
    fill_in(path, {dismissed["lead_id"]: "不属实", established["lead_id"]: "属实"})
    desk.bihuan("leads", "answers", str(path))
    after = {one["lead_id"]: one["score"] for one in desk.records("leads")}
    assert set(after) == {one["lead_id"] for one in leads}
    assert after[dismissed["lead_id"]] < dismissed["score"]
    assert after[established["lead_id"]] > established["score"]


def fill_in(path: Path, verdicts: dict[str, str]) -> None:
    """Write verdicts into the sheet, as the field does; a lead is known by the beginning of its id."""
    book = openpyxl.load_workbook(path)
    sheet = book["疑点核实表"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heading = next(number for number, row in enumerate(rows) if "疑点编号" in row)
    column = {name: rows[heading].index(name) for name in ("疑点编号", "核实结论", "核实人")}
    filled = 0
    for number, row in enumerate(rows[heading + 1 :], heading + 2):
        for begin, verdict in verdicts.items():
            if str(row[column["疑点编号"]]).startswith(begin):
                sheet.cell(number, column["核实结论"] + 1).value = verdict
                sheet.cell(number, column["核实人"] + 1).value = "林"
                filled += 1
    assert filled == len(verdicts)
    book.save(path)


def the_report_opens_offline_in_both_languages(desk: Desk, leads: list[Record]) -> None:
    path = desk.workspace / "report.html"
    desk.bihuan("report", "run", "--out", str(path))
    page = path.read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", page)
    for lead in leads[:10]:
        assert lead["lead_id"][:10] in page
    assert all(words in page for words in ("收款人不是合同对方", "The payee is not the contractor"))


def a_query_becomes_a_method_unchanged(desk: Desk) -> None:
    query = desk.workspace / "cash.sql"
    query.write_text(OWN_SQL, encoding="utf-8")
    (found,) = desk.records("books", "sql", "--file", str(query))
    assert (found["credit"], found["unit_id"]) == (Decimal(desk.planted("negative_cash_balance")["amount"]), UNIT)
    desk.bihuan("methods", "new", "own", "large_cash", "--from-sql", str(query))
    method = desk.workspace / "methods" / "own" / "large_cash.sql"
    text = method.read_text(encoding="utf-8")
    assert OWN_SQL.strip() in text
    desk.bihuan("methods", "check", "large_cash", code=1)  # it has no example yet
    method.write_text(re.sub(r"\n  given: .*\n  expect: .*\n", EXAMPLE, text), encoding="utf-8")
    desk.bihuan("methods", "check", "large_cash")
    *methods, total = desk.records("examine")
    assert Counter(one["status"] for one in methods)["computed"] == total["computed"] == 1
    (lead,) = desk.records("leads", "--method", "large_cash")
    assert (lead["amount"], lead["subject"]["voucher_no"]) == (found["credit"], found["voucher_no"])
    (place,) = lead["evidence"]
    assert Decimal(desk.handed_over(VOUCHERS)[place["line"] - 2]["mc"]) == found["credit"]
