/*
id: negative_cash_balance
title: {zh: 现金或银行存款出现负数, en: Cash or bank goes below zero}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 库存现金不可能为负，银行存款、零余额额度一般也不会透支。日终余额为负，说明有收入未入账、支出虚记或先支后补。
  en: Cash cannot be negative and public bank accounts are not overdrawn. Below zero means income not booked, invented spending or entries made up later.
not_when:
  zh: 同一天收付先后不论，只看日终；没有期初余额的账户不判断；经批准透支或在途款项应有银行对账单。
  en: Only the end of a day counts; accounts without an opening balance are not judged; agreed overdrafts and money in transit show in the bank statement.
ask:
  zh: 现金盘点表、银行对账单和余额调节表，负数当日前后的收付款凭证。
  en: Cash count, bank statements and reconciliations, and the vouchers around that day.
reads: [account_balance]
optional: [journal_line]
population: {table: account_balance, where: "regexp_matches(account_code, '^(1001|1002|1011|1012|1021)') OR regexp_matches(account_name, '现金|银行存款|零余额|[Cc]ash|[Bb]ank')"}
scope: year
params: {most_payments: 10}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, account_code, currency]
  amount: shortfall
  currency: currency
  on: lowest_on
reason:
  zh: "{fiscal_year}年科目{account_code} {account_name}日终余额最低为{lowest}（{lowest_on}），共{days}天为负。"
  en: "Account {account_code} {account_name} ended {days} days of {fiscal_year} below zero, lowest {lowest} on {lowest_on}."
examples:
  - says: cash is spent a week before it is drawn; within one day order does not matter; a void voucher, a payable and a bank without its opening
    given:
      account_balance:
        - &cash {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 1, period_end: 2025-01-31, account_code: "1001", account_name: 库存现金, opening: 500.00, debit: 3000.00, credit: 3200.00, closing: 300.00}
        - {<<: *cash, account_code: "100201", account_name: 银行存款, opening: 9000.00, closing: 6000.00}
        - {<<: *cash, account_code: "2302", account_name: 应付账款, opening: -900.00, closing: -700.00}
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 1, voucher_no: "1", voucher_date: 2025-01-08, account_code: "1001", account_name: 库存现金, debit: 0.00, credit: 3200.00}
        - {<<: *line, voucher_date: 2025-01-15, debit: 3000.00, credit: 0.00}
        - {<<: *line, account_code: "100201", voucher_date: 2025-01-09, credit: 9500.00}
        - {<<: *line, account_code: "100201", voucher_date: 2025-01-09, debit: 6500.00, credit: 0.00}
        - {<<: *line, account_code: "100201", voucher_date: 2025-01-10, credit: 90000.00, status: void}
        - {<<: *line, account_code: "100202", voucher_date: 2025-01-10, credit: 90000.00}
        - {<<: *line, unit_id: U2, voucher_date: 2025-01-10, credit: 90000.00}
    expect:
      - {unit_id: U1, fiscal_year: 2025, account_code: "1001", shortfall: 2700.00, lowest_on: 2025-01-08, days: 1, journal_line_rows: [1], account_balance_rows: [1]}
  - says: the evidence is what was paid from the day that it turned negative to the lowest day, not what was paid before, taken in, or paid after
    given:
      account_balance:
        - &month {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, period_end: 2025-03-31, account_code: "1001", account_name: 库存现金, opening: 1000.00, debit: 9100.00, credit: 9500.00, closing: 600.00}
        - {<<: *month, period: 4, period_end: 2025-04-30, opening: 600.00, debit: 0.00, credit: 0.00}
      journal_line:
        - &paid {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "1", voucher_date: 2025-03-03, account_code: "1001", account_name: 库存现金, debit: 0.00, credit: 400.00}
        - {<<: *paid, voucher_date: 2025-03-10, credit: 8000.00}
        - {<<: *paid, voucher_date: 2025-03-11, debit: 100.00, credit: 0.00}
        - {<<: *paid, voucher_date: 2025-03-12, credit: 1000.00}
        - {<<: *paid, voucher_date: 2025-03-20, debit: 9000.00, credit: 0.00}
        - {<<: *paid, voucher_date: 2025-03-21, credit: 100.00}
    expect:
      - {account_code: "1001", shortfall: 8300.00, lowest_on: 2025-03-12, days: 3, journal_line_rows: [2, 4], account_balance_rows: [1]}
  - says: the balance sheet itself shows a bank account in credit; a budget item called like cash has its own side
    given:
      account_balance:
        - &bank {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 6, period_end: 2025-06-30, account_code: "1002", account_name: 银行存款, opening: 100.00, debit: 0.00, credit: 350.00, closing: -250.00, currency: CNY}
        - {<<: *bank, currency: USD, closing: 250.00}
        - {<<: *bank, account_code: "8001", account_name: 资金结存-货币资金, side: budgetary, closing: -9.00}
    expect:
      - {account_code: "1002", currency: CNY, shortfall: 250.00}
*/
WITH cash_balances AS (
  SELECT unit_id, book_id, fiscal_year, period, period_end, account_code, account_name, currency, opening, closing, row_id
  FROM account_balance
  WHERE coalesce(aux_kind, aux_code) IS NULL AND side IS DISTINCT FROM 'budgetary' AND coalesce(is_leaf, true)
    AND ((regexp_matches(account_code, '^(1001|1002|1011|1012|1021)')
        AND NOT regexp_matches(coalesce(account_name, ''), '[A-Za-z]{4}'))
      OR regexp_matches(coalesce(account_name, ''), '^(库存现金|现金|银行存款|零余额账户|其他货币资金)|[Cc]ash|[Bb]ank'))
    AND NOT regexp_matches(coalesce(account_name, ''), '资金结存|现金流|等价物|[Ll]oan|[Oo]verdraft|[Ff]ee')
),
cash_accounts AS (
  SELECT unit_id, book_id, fiscal_year, account_code, currency, max(account_name) AS account_name,
    min(period) AS first_period, arg_min(opening, period) AS opening
  FROM cash_balances
  GROUP BY unit_id, book_id, fiscal_year, account_code, currency
),
cash_leaves AS (
  SELECT one.unit_id, one.book_id, one.fiscal_year, one.account_code, one.currency, one.account_name, one.first_period, one.opening
  FROM cash_accounts AS one
  ANTI JOIN cash_accounts AS below ON below.unit_id = one.unit_id AND below.fiscal_year = one.fiscal_year
    AND below.book_id IS NOT DISTINCT FROM one.book_id AND below.currency IS NOT DISTINCT FROM one.currency
    AND below.account_code <> one.account_code AND starts_with(below.account_code, one.account_code)
),
codes_in_journal AS (
  SELECT account_code
  FROM journal_line
  GROUP BY account_code
),
codes_of_leaves AS (
  SELECT leaf.unit_id, leaf.book_id, leaf.fiscal_year, leaf.account_code, leaf.currency, leaf.first_period, leaf.opening,
    code.account_code AS code_in_journal
  FROM cash_leaves AS leaf
  JOIN codes_in_journal AS code ON starts_with(code.account_code, leaf.account_code)
  WHERE leaf.opening IS NOT NULL
),
cash_codes AS (
  SELECT code_in_journal
  FROM codes_of_leaves
  GROUP BY code_in_journal
),
cash_lines AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.account_code, line.currency, line.voucher_date,
    sum(coalesce(line.debit, 0) - coalesce(line.credit, 0)) AS net
  FROM journal_line AS line
  JOIN cash_codes AS code ON code.code_in_journal = line.account_code
  WHERE coalesce(line.status, 'valid') = 'valid'
  GROUP BY line.unit_id, line.book_id, line.fiscal_year, line.period, line.account_code, line.currency, line.voucher_date
),
days_moved AS (
  SELECT code.unit_id, code.book_id, code.fiscal_year, code.account_code, code.currency, code.opening, line.voucher_date,
    sum(line.net) AS net
  FROM cash_lines AS line
  JOIN codes_of_leaves AS code ON code.unit_id = line.unit_id AND code.code_in_journal = line.account_code
    AND code.fiscal_year = line.fiscal_year AND code.book_id IS NOT DISTINCT FROM line.book_id
    AND code.currency IS NOT DISTINCT FROM line.currency
  WHERE line.period >= code.first_period
  GROUP BY code.unit_id, code.book_id, code.fiscal_year, code.account_code, code.currency, code.opening, line.voucher_date
),
day_ends AS (
  SELECT unit_id, book_id, fiscal_year, account_code, currency, voucher_date AS day,
    opening + sum(net) OVER (PARTITION BY unit_id, book_id, fiscal_year, account_code, currency ORDER BY voucher_date
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS balance
  FROM days_moved
  UNION ALL
  SELECT held.unit_id, held.book_id, held.fiscal_year, held.account_code, held.currency, held.period_end AS day, held.closing AS balance
  FROM cash_balances AS held
  SEMI JOIN cash_leaves AS leaf ON leaf.unit_id = held.unit_id AND leaf.fiscal_year = held.fiscal_year
    AND leaf.account_code = held.account_code AND leaf.book_id IS NOT DISTINCT FROM held.book_id
    AND leaf.currency IS NOT DISTINCT FROM held.currency
),
below_zero AS (
  SELECT ends.unit_id, ends.book_id, ends.fiscal_year, ends.account_code, ends.currency, min(ends.balance) AS lowest,
    arg_min(ends.day, ends.balance) AS lowest_on, count(DISTINCT ends.day) AS days
  FROM day_ends AS ends
  JOIN unit_parameter AS bound ON bound.unit_id = ends.unit_id AND bound.name = 'cash_lower_bound'
    AND bound.valid_from <= ends.day AND (bound.valid_to IS NULL OR ends.day < bound.valid_to)
  WHERE ends.balance < CAST(bound.value AS DECIMAL(18, 2))
  GROUP BY ends.unit_id, ends.book_id, ends.fiscal_year, ends.account_code, ends.currency
),
days_below_zero AS (
  SELECT ends.unit_id, ends.book_id, ends.fiscal_year, ends.account_code, ends.currency, ends.day
  FROM day_ends AS ends
  JOIN unit_parameter AS bound ON bound.unit_id = ends.unit_id AND bound.name = 'cash_lower_bound'
    AND bound.valid_from <= ends.day AND (bound.valid_to IS NULL OR ends.day < bound.valid_to)
  WHERE ends.balance < CAST(bound.value AS DECIMAL(18, 2))
  GROUP BY ends.unit_id, ends.book_id, ends.fiscal_year, ends.account_code, ends.currency, ends.day
),
-- What was paid on days that ended below zero, however often in the year; the largest say most.
payments_below_zero AS (
  SELECT below.unit_id, below.book_id, below.fiscal_year, below.account_code, below.currency, line.row_id,
    row_number() OVER (PARTITION BY below.unit_id, below.book_id, below.fiscal_year, below.account_code, below.currency
      ORDER BY coalesce(line.credit, 0) - coalesce(line.debit, 0) DESC, line.row_id) AS place
  FROM days_below_zero AS below
  JOIN journal_line AS line ON line.unit_id = below.unit_id AND line.fiscal_year = below.fiscal_year
    AND starts_with(line.account_code, below.account_code) AND line.book_id IS NOT DISTINCT FROM below.book_id
    AND line.currency IS NOT DISTINCT FROM below.currency
    AND line.voucher_date = below.day
  WHERE coalesce(line.status, 'valid') = 'valid' AND coalesce(line.credit, 0) - coalesce(line.debit, 0) > 0
),
their_lines AS (
  SELECT unit_id, book_id, fiscal_year, account_code, currency, list_sort(list(row_id)) AS journal_line_rows
  FROM payments_below_zero
  WHERE place <= $most_payments
  GROUP BY unit_id, book_id, fiscal_year, account_code, currency
),
balances_nearest AS (
  SELECT below.unit_id, below.book_id, below.fiscal_year, below.account_code, below.currency, held.account_name, held.row_id
  FROM below_zero AS below
  JOIN cash_balances AS held ON held.unit_id = below.unit_id AND held.fiscal_year = below.fiscal_year
    AND held.account_code = below.account_code AND held.book_id IS NOT DISTINCT FROM below.book_id
    AND held.currency IS NOT DISTINCT FROM below.currency
  QUALIFY row_number() OVER (PARTITION BY below.unit_id, below.book_id, below.fiscal_year, below.account_code, below.currency
    ORDER BY CASE WHEN held.period_end >= below.lowest_on THEN 0 ELSE 1 END, held.period_end, held.row_id) = 1
    OR held.closing < 0
),
their_balances AS (
  SELECT unit_id, book_id, fiscal_year, account_code, currency, max(account_name) AS account_name,
    list_sort(list(row_id)) AS account_balance_rows
  FROM balances_nearest
  GROUP BY unit_id, book_id, fiscal_year, account_code, currency
)
SELECT below.unit_id, below.book_id, below.fiscal_year, below.account_code, below.currency, below.lowest_on, below.days,
  coalesce(held.account_name, '') AS account_name, CAST(below.lowest AS DECIMAL(18, 2)) AS lowest,
  CAST(-below.lowest AS DECIMAL(18, 2)) AS shortfall, line.journal_line_rows, held.account_balance_rows
FROM below_zero AS below
JOIN their_balances AS held ON held.unit_id = below.unit_id AND held.fiscal_year = below.fiscal_year
  AND held.account_code = below.account_code AND held.book_id IS NOT DISTINCT FROM below.book_id
  AND held.currency IS NOT DISTINCT FROM below.currency
LEFT JOIN their_lines AS line ON line.unit_id = below.unit_id AND line.fiscal_year = below.fiscal_year
  AND line.account_code = below.account_code AND line.book_id IS NOT DISTINCT FROM below.book_id
  AND line.currency IS NOT DISTINCT FROM below.currency
