"""Methods that tests write down: one sound method, and the same with one thing changed."""

from __future__ import annotations

from pathlib import Path

from bihuan.examine.header import Method, parse

SOUND = """/*
id: paid_twice
title: {zh: 重复付款, en: Paid twice}
status: stable
level: high
basis: [accounting]
why: {zh: 多付。, en: Money out for nothing.}
not_when: {zh: 分期。, en: Instalments.}
ask: {zh: 发票。, en: The invoice.}
reads: [payment]
population: {table: payment, where: invoice_no IS NOT NULL}
scope: lookback
params: {least: 100.00}
lead: {unit: unit_id, subject: [payee_id, invoice_no], amount: at_risk, currency: currency, on: paid_on}
reason: {zh: "发票{invoice_no}付款{times}次", en: "Invoice {invoice_no} was paid {times} times"}
examples:
  given:
    payment:
      - {payee_id: P1, invoice_no: 001, amount: 150.00, paid_on: 2024-01-05}
      - {payee_id: P1, invoice_no: 001, amount: 150.00, paid_on: 2024-02-05}
      - {payee_id: P1, invoice_no: 002, amount: 150.00, paid_on: 2024-02-05}
  expect:
    - {payee_id: P1, invoice_no: 001, at_risk: 150, times: 2, payment_rows: [1, 2]}
*/
SELECT unit_id, payee_id, invoice_no, currency, count(*) AS times, max(paid_on) AS paid_on,
  CAST(sum(amount) - max(amount) AS DECIMAL(18,2)) AS at_risk, list_sort(list(row_id)) AS payment_rows
FROM payment
WHERE invoice_no IS NOT NULL AND amount >= $least
GROUP BY unit_id, payee_id, invoice_no, currency
HAVING count(*) > 1
"""


def text_with(*changes: tuple[str, str]) -> str:
    """The sound method's text with each first text replaced by the second; both must be there to be changed."""
    text = SOUND
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def method_with(*changes: tuple[str, str], name: str = "paid_twice", is_office: bool = False) -> Method:
    """The sound method with changes, as if read from `payments/<name>.sql`."""
    return parse(text_with(*changes), Path("payments") / f"{name}.sql", is_office=is_office)


def written(folder: Path, *changes: tuple[str, str], name: str = "paid_twice") -> Path:
    """A method file in the pack `own` below `folder`."""
    path = folder / "own" / f"{name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text_with(("id: paid_twice", f"id: {name}"), *changes), encoding="utf-8")
    return path
