/*
id: new_account_with_large_amount
title: {zh: 新启用科目发生大额, en: A new account with a large amount}
status: stable
role: lead
level: medium
basis: [isa240]
why:
  zh: 年中才启用的科目一开始就有大额进出，可能是为特定款项临时设置、便于藏匿或调节。
  en: An account that appears in mid-year and at once carries large sums may have been opened to park or to shift one sum.
not_when:
  zh: 年初换科目表、按客户或项目新增明细、制度修订新增科目；同月启用科目较多的视为换表。
  en: A new chart of accounts at the turn of the year, new details by customer or project; many accounts opened in one month are a new chart.
ask:
  zh: 科目新增的审批、系统设置日志、首笔业务的批文和后续去向。
  en: Who approved the new account, the log of settings, the papers of the first entries and where the money went.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid'"}
scope: all
params: {least_days_of_book: 120, first_days: 60, turnover_share: 0.01, most_opened_at_once: 5, most_new_leaves: 2}
lead:
  unit: unit_id
  subject: [book_id, account_code, currency]
  amount: amount
  currency: currency
  on: first_day
reason:
  zh: "科目{account_code} {account_name}自{first_day}才启用，此后{days}天内发生{amount}，占该账套发生额的{percent}%。"
  en: "Account {account_code} {account_name} was first used on {first_day} and took {amount} within {days} days, {percent} % of the book's turnover."
examples:
  - says: opened in September with 200,000; an account in use since January, a small new one, one of many details, a void entry
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 9, voucher_word: 记, voucher_no: "77", voucher_date: 2025-09-09, account_code: "223109", account_name: 其他暂存款, debit: 0.00, credit: 200000.00}
        - {<<: *line, voucher_no: "78", voucher_date: 2025-09-29, debit: 150000.00, credit: 0.00}
        - {<<: *line, voucher_no: "1", period: 1, voucher_date: 2025-01-04, account_code: "5001", debit: 900000.00, credit: 0.00}
        - {<<: *line, voucher_no: "79", account_code: "5001", debit: 900000.00, credit: 0.00}
        - {<<: *line, voucher_no: "80", account_code: "5002", debit: 900.00, credit: 0.00}
        - {<<: *line, voucher_no: "81", account_code: "1901", debit: 300000.00, credit: 0.00, status: void}
        - {<<: *line, voucher_no: "82", account_code: "12180101"}
        - {<<: *line, voucher_no: "83", account_code: "12180102", voucher_date: 2025-10-09}
        - {<<: *line, voucher_no: "84", account_code: "12180103", voucher_date: 2025-11-09}
    expect:
      - {unit_id: U1, account_code: "223109", amount: 200000.00, first_day: 2025-09-09}
*/
WITH account_days AS (
  SELECT unit_id, book_id, account_code, currency, voucher_date, sum(abs(coalesce(debit, 0))) AS debits,
    sum(abs(coalesce(credit, 0))) AS credits
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND NOT coalesce(is_closing, false)
    AND coalesce(description, '') NOT LIKE '%结转%'
  GROUP BY unit_id, book_id, account_code, currency, voucher_date
),
days_since_first_use AS (
  SELECT unit_id, book_id, account_code, currency, voucher_date, debits, credits,
    min(voucher_date) OVER (PARTITION BY unit_id, book_id, account_code, currency) AS first_day
  FROM account_days
),
accounts_used AS (
  SELECT unit_id, book_id, account_code, currency, first_day, sum(debits) AS turnover,
    greatest(sum(debits) FILTER (WHERE date_diff('day', first_day, voucher_date) < $first_days),
      sum(credits) FILTER (WHERE date_diff('day', first_day, voucher_date) < $first_days)) AS amount
  FROM days_since_first_use
  GROUP BY unit_id, book_id, account_code, currency, first_day
),
accounts_in_books AS (
  SELECT unit_id, book_id, account_code, currency, first_day, amount,
    sum(turnover) OVER (PARTITION BY unit_id, book_id, currency) AS turnover_of_book,
    min(first_day) OVER (PARTITION BY unit_id, book_id, currency) AS first_day_of_book
  FROM accounts_used
),
new_accounts AS (
  SELECT unit_id, book_id, account_code, currency, first_day, amount, turnover_of_book,
    count(*) OVER (PARTITION BY unit_id, book_id, currency, year(first_day), month(first_day)) AS opened_at_once,
    count(*) OVER (PARTITION BY unit_id, book_id, currency, left(account_code, 4)) AS new_leaves
  FROM accounts_in_books
  WHERE date_diff('day', first_day_of_book, first_day) >= $least_days_of_book
),
large_new_accounts AS (
  SELECT new.unit_id, new.book_id, new.account_code, new.currency, new.first_day, new.amount,
    round(CAST(new.amount AS DOUBLE) * 100 / nullif(CAST(new.turnover_of_book AS DOUBLE), 0), 1) AS percent
  FROM new_accounts AS new
  JOIN unit_parameter AS large ON large.unit_id = new.unit_id AND large.name = 'ledger_large_amount'
    AND large.valid_from <= new.first_day AND (large.valid_to IS NULL OR new.first_day < large.valid_to)
  WHERE new.opened_at_once <= $most_opened_at_once AND new.new_leaves <= $most_new_leaves
    AND new.amount >= $turnover_share * new.turnover_of_book
    AND new.amount >= CAST(large.value AS DECIMAL(18, 2))
)
SELECT large.unit_id, large.book_id, large.account_code, coalesce(max(line.account_name), '') AS account_name,
  large.currency, large.first_day, date_diff('day', large.first_day, max(line.voucher_date)) + 1 AS days,
  CAST(large.amount AS DECIMAL(18, 2)) AS amount, large.percent, list_sort(list(line.row_id)) AS journal_line_rows
FROM large_new_accounts AS large
JOIN journal_line AS line ON line.unit_id = large.unit_id
  AND line.account_code = large.account_code
  AND line.book_id IS NOT DISTINCT FROM large.book_id
  AND line.currency IS NOT DISTINCT FROM large.currency
WHERE coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
  AND coalesce(line.description, '') NOT LIKE '%结转%'
  AND date_diff('day', large.first_day, line.voucher_date) < $first_days
GROUP BY large.unit_id, large.book_id, large.account_code, large.currency, large.first_day, large.amount, large.percent
