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
params: {least_days_of_book: 120, first_days: 60, turnover_share: 0.02, most_opened_at_once: 5, most_new_leaves: 2}
lead:
  unit: unit_id
  subject: [book_id, account_code, currency]
  amount: amount
  currency: currency
  on: first_day
reason:
  zh: "科目{account_code} {account_name}自{first_day}才启用，此后{days}天内发生{amount}，为该账套同样天数发生额的{percent}%。"
  en: "Account {account_code} {account_name} was first used on {first_day} and took {amount} within {days} days, {percent} % of what the book turns over in that time."
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
        - {<<: *line, voucher_no: "87", period: 12, voucher_date: 2025-12-31, account_code: "3001", account_name: 累计盈余, description: 本期盈余转入累计盈余}
        - {<<: *line, voucher_no: "86", account_code: "121806", description: 收回借款, period: 12, voucher_date: 2025-12-09}
        - {<<: *line, voucher_no: "85", account_code: "4603", description: 收救灾捐款（云政函〔2025〕9号）}
        - {<<: *line, voucher_no: "82", account_code: "12180101"}
        - {<<: *line, voucher_no: "83", account_code: "12180102", voucher_date: 2025-10-09}
        - {<<: *line, voucher_no: "84", account_code: "12180103", voucher_date: 2025-11-09}
    expect:
      - {unit_id: U1, account_code: "223109", amount: 200000.00, first_day: 2025-09-09}
*/
WITH accounts_used AS (
  SELECT unit_id, book_id, account_code, currency, max(side) AS side, min(voucher_date) AS first_day, max(voucher_date) AS last_day, sum(abs(coalesce(debit, 0))) AS turnover
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND NOT coalesce(is_closing, false)
    AND NOT regexp_matches(coalesce(description, ''), '结转|年终转|转入(累计盈余|本期盈余|本年利润|利润分配|本年盈余分配)')
  GROUP BY unit_id, book_id, account_code, currency
),
books AS (
  SELECT unit_id, book_id, currency, sum(turnover) AS turnover, min(first_day) AS first_day, max(last_day) AS last_day
  FROM accounts_used
  GROUP BY unit_id, book_id, currency
),
all_new_accounts AS (
  SELECT used.unit_id, used.book_id, used.account_code, used.currency, used.side, used.turnover, used.first_day,
    -- Beside what the whole book turns over in as many days: of years together even a large sum is a small part.
    book.turnover * $first_days / nullif(greatest(date_diff('day', book.first_day, book.last_day), $first_days), 0) AS turnover_of_book,
    count(*) OVER (PARTITION BY used.unit_id, used.book_id, used.currency, year(used.first_day), month(used.first_day)) AS opened_at_once,
    count(*) OVER (PARTITION BY used.unit_id, used.book_id, used.currency, left(used.account_code, 4)) AS new_leaves
  FROM accounts_used AS used
  JOIN books AS book ON book.unit_id = used.unit_id AND book.book_id IS NOT DISTINCT FROM used.book_id
    AND book.currency IS NOT DISTINCT FROM used.currency
  WHERE date_diff('day', book.first_day, used.first_day) >= $least_days_of_book
),
-- The budgetary account that opens with the financial one for the same sum is the same thing told again.
new_accounts AS (
  SELECT new.unit_id, new.book_id, new.account_code, new.currency, new.first_day, new.turnover_of_book, new.opened_at_once,
    new.new_leaves
  FROM all_new_accounts AS new
  ANTI JOIN all_new_accounts AS financial ON financial.unit_id = new.unit_id AND financial.first_day = new.first_day
    AND financial.turnover = new.turnover AND financial.book_id IS NOT DISTINCT FROM new.book_id
    AND financial.currency IS NOT DISTINCT FROM new.currency
    AND financial.side IS DISTINCT FROM 'budgetary' AND new.side = 'budgetary'
),
first_entries AS (
  SELECT new.unit_id, new.book_id, new.account_code, new.currency, new.first_day, new.turnover_of_book,
    max(line.account_name) AS account_name, max(line.voucher_date) AS last_day,
    greatest(sum(abs(coalesce(line.debit, 0))), sum(abs(coalesce(line.credit, 0)))) AS amount,
    list_sort(list(line.row_id)) AS journal_line_rows
  FROM new_accounts AS new
  JOIN journal_line AS line ON line.unit_id = new.unit_id
    AND line.account_code = new.account_code
    AND line.book_id IS NOT DISTINCT FROM new.book_id
    AND line.currency IS NOT DISTINCT FROM new.currency
  WHERE new.opened_at_once <= $most_opened_at_once AND new.new_leaves <= $most_new_leaves
    AND coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
    AND NOT regexp_matches(coalesce(line.description, ''), '结转|年终转|转入(累计盈余|本期盈余|本年利润|利润分配|本年盈余分配)')
    AND date_diff('day', new.first_day, line.voucher_date) < $first_days
  GROUP BY new.unit_id, new.book_id, new.account_code, new.currency, new.first_day, new.turnover_of_book
  -- Where the words name the document that approved it, everybody may read why the account was opened.
  HAVING count(*) > count(*) FILTER (WHERE regexp_matches(coalesce(line.description, ''), '[〔［\[(（]20[0-9]{2}[〕］\])）] *第?[0-9]+ *号')
    -- An old claim that comes in at last is what everybody waited for.
    OR line.credit > 0 AND line.account_code LIKE '1%' AND regexp_matches(coalesce(line.description, ''), '收回|归还|还款|退回'))
)
SELECT entry.unit_id, entry.book_id, entry.account_code, coalesce(entry.account_name, '') AS account_name, entry.currency,
  entry.first_day, date_diff('day', entry.first_day, entry.last_day) + 1 AS days,
  CAST(entry.amount AS DECIMAL(18, 2)) AS amount,
  round(CAST(entry.amount AS DOUBLE) * 100 / nullif(CAST(entry.turnover_of_book AS DOUBLE), 0), 1) AS percent,
  entry.journal_line_rows
FROM first_entries AS entry
JOIN unit_parameter AS large ON large.unit_id = entry.unit_id AND large.name = 'ledger_large_amount'
  AND large.valid_from <= entry.first_day AND (large.valid_to IS NULL OR entry.first_day < large.valid_to)
WHERE entry.amount >= $turnover_share * entry.turnover_of_book AND entry.amount >= CAST(large.value AS DECIMAL(18, 2))
