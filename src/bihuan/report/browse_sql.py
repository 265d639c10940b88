"""The queries of account browsing; months are year × 100 + period, and opening vouchers belong to the first."""

from __future__ import annotations

from bihuan.model.table import tables
from bihuan.store.books import columns_of

MONTH = "(coalesce(fiscal_year, year({day})) * 100 + greatest(coalesce(period, month({day})), 1))"
NUMBER = (
    "concat(coalesce(voucher_word, ''), CASE WHEN voucher_word IS NULL THEN '' ELSE '-' END, coalesce(voucher_no, ''))"
)
VALID = "coalesce(status, 'valid') <> 'void'"
_LINE_MONTH = MONTH.format(day="voucher_date")
_MINE = "unit_id = $unit AND ($book IS NULL OR book_id = $book)"


def _empty(name: str) -> str:
    kinds = columns_of(tables()[name]).items()
    return "(SELECT " + ", ".join(f"CAST(NULL AS {kind}) AS {column}" for column, kind in kinds) + " WHERE false)"


NO_BALANCES, NO_ACCOUNTS = _empty("account_balance"), _empty("account")

ENTRIES = f"""
SELECT row_id, coalesce(book_id, ''), voucher_date, {NUMBER}, coalesce(description, ''), account_code,
  coalesce(account_name, ''), coalesce(currency, ''), debit, credit, NULL, coalesce(counter_account, counterparty, ''),
  coalesce(prepared_by, ''), coalesce(approved_by, ''), coalesce(status, 'valid')
FROM journal_line
WHERE {_MINE} AND {_LINE_MONTH} BETWEEN $start AND $end AND {{}}
ORDER BY book_id NULLS FIRST, {_LINE_MONTH}, voucher_date, voucher_word, voucher_seq, voucher_no, row_id
"""

# What an account opens with: the unit's last stated opening up to the first page (else its first one), carried to that
# page by the entries between. Its stated closing is compared where no entry of the pages lies behind it.
GENERAL_LEDGER = f"""
WITH line AS (
  SELECT coalesce(book_id, '') AS book, account_code AS code, coalesce(currency, '') AS currency, account_name,
    {_LINE_MONTH} AS month, CASE WHEN {VALID} THEN coalesce(debit, 0) ELSE 0 END AS debit,
    CASE WHEN {VALID} THEN coalesce(credit, 0) ELSE 0 END AS credit
  FROM journal_line WHERE {_MINE}
), balance AS (
  SELECT coalesce(book_id, '') AS book, account_code AS code, coalesce(currency, '') AS currency, account_name,
    fiscal_year * 100 + greatest(coalesce(period, 0), 1) AS opens,
    fiscal_year * 100 + CASE WHEN coalesce(period, 0) = 0 THEN 99 ELSE period END AS closes, opening, closing
  FROM {{balances}} AS account_balance WHERE {_MINE}
  QUALIFY aux_code IS NULL
    OR count_if(aux_code IS NULL) OVER (PARTITION BY book_id, account_code, currency, fiscal_year, period) = 0
), month_balance AS (
  SELECT book, code, currency, opens, closes, max(account_name) AS name, sum(opening) AS opening,
    sum(closing) AS closing
  FROM balance GROUP BY ALL
), anchor AS (
  SELECT book, code, currency, max(name) AS name,
    coalesce(max(opens) FILTER (WHERE opens <= $start), min(opens)) AS opens,
    coalesce(arg_max(opening, opens) FILTER (WHERE opens <= $start), arg_min(opening, opens)) AS opening
  FROM month_balance GROUP BY ALL
), moved AS (
  SELECT book, code, currency, max(account_name) AS name,
    coalesce(sum(debit) FILTER (WHERE month BETWEEN $start AND $end), 0) AS debit,
    coalesce(sum(credit) FILTER (WHERE month BETWEEN $start AND $end), 0) AS credit,
    count_if(month BETWEEN $start AND $end) AS lines, max(month) FILTER (WHERE month <= $end) AS last_month
  FROM line GROUP BY ALL
), carried AS (
  SELECT book, code, currency, coalesce(sum(CASE
    WHEN month >= coalesce(opens, 0) AND month < $start THEN debit - credit
    WHEN month >= $start AND month < opens THEN credit - debit END), 0) AS carried
  FROM line LEFT JOIN anchor USING (book, code, currency) GROUP BY ALL
), stated AS (
  SELECT book, code, currency, arg_max(closing, closes) AS closing, max(closes) AS closes
  FROM month_balance WHERE closes BETWEEN $start AND $end GROUP BY ALL
), named AS (SELECT code, max(name) AS name FROM {{accounts}} AS account WHERE unit_id = $unit GROUP BY code),
page AS (
  SELECT book, code, currency, coalesce(moved.name, named.name, anchor.name, '') AS name,
    coalesce(anchor.opening, 0) + coalesce(carried.carried, 0) AS opening, coalesce(moved.debit, 0) AS debit,
    coalesce(moved.credit, 0) AS credit, coalesce(moved.lines, 0) AS lines,
    CASE WHEN stated.closes >= coalesce(moved.last_month, 0) THEN stated.closing END AS closing
  FROM moved FULL JOIN anchor USING (book, code, currency)
  LEFT JOIN carried USING (book, code, currency)
  LEFT JOIN stated USING (book, code, currency)
  LEFT JOIN named USING (code)
)
SELECT book, code, name, currency, opening, debit, credit, opening + debit - credit, lines, closing
FROM page
WHERE lines > 0 OR opening <> 0 OR closing IS NOT NULL
ORDER BY book, code, currency
"""
