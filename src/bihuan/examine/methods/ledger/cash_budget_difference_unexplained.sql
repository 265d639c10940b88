/*
id: cash_budget_difference_unexplained
title: {zh: 资金变动与预算结存变动的差额无法解释, en: Cash and budget funds differ without explanation}
status: stable
role: lead
level: medium
basis: [accounting]
why:
  zh: 财务会计货币资金的变动，扣除应缴财政款、受托代理、押金和暂收暂付后，应等于预算会计资金结存的变动。差额说明有收支未记预算会计。
  en: The movement of cash, less money held for the treasury and others, deposits and temporary items, must equal that of the budget's fund balance. A difference means income or spending outside the budget accounts.
not_when:
  zh: 跨月补记、次月抵平的时间差不计；没有预算会计分录的账套不判断；作废凭证不计。
  en: Differences of timing that the next month makes good; books without budget entries; void vouchers.
ask:
  zh: 货币资金与资金结存的调节表，差额所在凭证，未记预算会计的原因。
  en: The reconciliation of cash and budget funds, the vouchers behind the difference, and why there is no budget entry.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid' AND side IS NOT NULL"}
scope: year
params: {least_amount: 1}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, currency]
  amount: unexplained
  currency: currency
  on: last_day
reason:
  zh: "{fiscal_year}年{period}期货币资金变动{cash_moved}，资金结存变动{funds_moved}，按制度不记预算的往来变动{explained}，仍差{unexplained}。"
  en: "{fiscal_year}, period {period}: cash moved by {cash_moved}, budget funds by {funds_moved}, items outside the budget by {explained}; {unexplained} is left."
examples:
  - says: 640 paid without a budget entry; a deposit and treasury money explain themselves, an advance is settled, one month's delay is made good, money kept back from a bill moves no cash
    given:
      journal_line:
        - &bank {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "1", voucher_date: 2025-03-05, account_code: "1002", debit: 0.00, credit: 640.00, side: financial}
        - {<<: *bank, account_code: "5001", debit: 640.00, credit: 0.00}
        - {<<: *bank, voucher_no: "2", credit: 800.00}
        - {<<: *bank, voucher_no: "2", account_code: "8001", side: budgetary, credit: 800.00}
        - {<<: *bank, voucher_no: "3", debit: 500.00, credit: 0.00}
        - {<<: *bank, voucher_no: "3", account_code: "2307", credit: 500.00}
        - {<<: *bank, voucher_no: "4", account_code: "1218", credit: 90.00}
        - {<<: *bank, voucher_no: "4", account_code: "8001", side: budgetary, credit: 90.00}
        - {<<: *bank, voucher_no: "5", credit: 999.00, status: void}
        - {<<: *bank, unit_id: U2, credit: 70.00}
        - {<<: *bank, unit_id: U2, period: 4, voucher_date: 2025-04-05, account_code: "8001", side: budgetary, credit: 70.00}
        - {<<: *bank, unit_id: U3, credit: 70.00}
        - {<<: *bank, unit_id: U4, credit: 970.00}
        - {<<: *bank, unit_id: U4, account_code: "8001", side: budgetary, credit: 970.00}
        - {<<: *bank, unit_id: U4, account_code: "230702", credit: 30.00}
        - {<<: *bank, unit_id: U4, account_code: "5001", debit: 1000.00, credit: 0.00}
    expect:
      - {unit_id: U1, fiscal_year: 2025, period: 3, unexplained: 640.00}
*/
WITH parts AS (
  SELECT prefix, code_side, part
  FROM (VALUES ('1001', 'financial', 'cash'), ('1002', 'financial', 'cash'), ('1011', 'financial', 'cash'),
    ('1021', 'financial', 'cash'), ('1201', 'financial', 'cash'), ('8001', 'budgetary', 'funds'),
    ('2103', 'financial', 'outside'), ('2307', 'financial', 'outside'), ('1218', 'financial', 'outside'),
    ('1891', 'financial', 'outside'), ('2901', 'financial', 'outside')) AS code (prefix, code_side, part)
),
line_parts AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.currency, line.voucher_date,
    coalesce(line.debit, 0) - coalesce(line.credit, 0) AS net, parts.part
  FROM journal_line AS line
  JOIN parts ON parts.prefix = left(line.account_code, 4) AND parts.code_side = line.side
  WHERE coalesce(line.status, 'valid') = 'valid'
),
months AS (
  SELECT unit_id, book_id, fiscal_year, period, currency, max(voucher_date) AS last_day,
    coalesce(sum(net) FILTER (WHERE part = 'cash'), 0) AS cash_moved,
    coalesce(sum(net) FILTER (WHERE part = 'funds'), 0) AS funds_moved,
    coalesce(-sum(net) FILTER (WHERE part = 'outside'), 0) AS explained,
    count(*) FILTER (WHERE part = 'funds') AS fund_lines
  FROM line_parts
  GROUP BY unit_id, book_id, fiscal_year, period, currency
),
months_in_order AS (
  SELECT unit_id, book_id, fiscal_year, period, currency, last_day, cash_moved, funds_moved, explained,
    cash_moved - funds_moved - explained AS rest,
    lag(cash_moved - funds_moved - explained) OVER (PARTITION BY unit_id, book_id, currency ORDER BY fiscal_year, period
      ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS rest_before,
    lead(cash_moved - funds_moved - explained) OVER (PARTITION BY unit_id, book_id, currency ORDER BY fiscal_year, period
      ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING) AS rest_after,
    sum(fund_lines) OVER (PARTITION BY unit_id, book_id, currency) AS fund_lines_of_book
  FROM months
),
differing_months AS (
  SELECT unit_id, book_id, fiscal_year, period, currency, last_day, cash_moved, funds_moved, explained, rest
  FROM months_in_order
  WHERE fund_lines_of_book > 0 AND abs(rest) >= $least_amount
    AND rest + coalesce(rest_before, 0) <> 0 AND rest + coalesce(rest_after, 0) <> 0
),
-- Voucher by voucher: what is held for others explains cash only as far as it moved with it. Money kept back from a
-- bill raises what is owed and moves no cash.
voucher_sums AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.currency, line.voucher_word,
    coalesce(line.voucher_no, line.voucher_id) AS voucher_no,
    coalesce(sum(coalesce(line.debit, 0) - coalesce(line.credit, 0)) FILTER (WHERE parts.part = 'cash'), 0)
      - coalesce(sum(coalesce(line.debit, 0) - coalesce(line.credit, 0)) FILTER (WHERE parts.part = 'funds'), 0) AS difference,
    coalesce(-sum(coalesce(line.debit, 0) - coalesce(line.credit, 0)) FILTER (WHERE parts.part = 'outside'), 0) AS held
  FROM journal_line AS line
  JOIN parts ON parts.prefix = left(line.account_code, 4) AND parts.code_side = line.side
  SEMI JOIN differing_months AS month ON month.unit_id = line.unit_id AND month.fiscal_year = line.fiscal_year
    AND month.period = line.period AND month.book_id IS NOT DISTINCT FROM line.book_id
    AND month.currency IS NOT DISTINCT FROM line.currency
  WHERE coalesce(line.status, 'valid') = 'valid'
  GROUP BY line.unit_id, line.book_id, line.fiscal_year, line.period, line.currency, line.voucher_word,
    coalesce(line.voucher_no, line.voucher_id)
),
vouchers_explained AS (
  SELECT unit_id, book_id, fiscal_year, period, currency, voucher_word, voucher_no, difference,
    CASE WHEN difference > 0 AND held > 0 THEN least(difference, held)
      WHEN difference < 0 AND held < 0 THEN greatest(difference, held) ELSE 0 END AS explained
  FROM voucher_sums
),
months_explained AS (
  SELECT unit_id, book_id, fiscal_year, period, currency, sum(explained) AS explained, sum(difference - explained) AS rest
  FROM vouchers_explained
  GROUP BY unit_id, book_id, fiscal_year, period, currency
  HAVING abs(sum(difference - explained)) >= $least_amount
)
SELECT month.unit_id, month.book_id, month.fiscal_year, month.period, month.currency, month.last_day,
  CAST(month.cash_moved AS DECIMAL(18, 2)) AS cash_moved, CAST(month.funds_moved AS DECIMAL(18, 2)) AS funds_moved,
  CAST(sums.explained AS DECIMAL(18, 2)) AS explained, CAST(abs(sums.rest) AS DECIMAL(18, 2)) AS unexplained,
  list_sort(list(line.row_id)) AS journal_line_rows
FROM differing_months AS month
JOIN months_explained AS sums ON sums.unit_id = month.unit_id AND sums.fiscal_year = month.fiscal_year
  AND sums.period = month.period AND sums.book_id IS NOT DISTINCT FROM month.book_id
  AND sums.currency IS NOT DISTINCT FROM month.currency
JOIN vouchers_explained AS voucher ON voucher.unit_id = month.unit_id AND voucher.fiscal_year = month.fiscal_year
  AND voucher.period = month.period AND voucher.book_id IS NOT DISTINCT FROM month.book_id
  AND voucher.currency IS NOT DISTINCT FROM month.currency AND voucher.difference <> voucher.explained
JOIN journal_line AS line ON line.unit_id = voucher.unit_id AND line.fiscal_year = voucher.fiscal_year
  AND line.period = voucher.period AND line.book_id IS NOT DISTINCT FROM voucher.book_id
  AND line.voucher_word IS NOT DISTINCT FROM voucher.voucher_word
  AND coalesce(line.voucher_no, line.voucher_id) IS NOT DISTINCT FROM voucher.voucher_no
  AND line.currency IS NOT DISTINCT FROM voucher.currency
WHERE coalesce(line.status, 'valid') = 'valid'
GROUP BY month.unit_id, month.book_id, month.fiscal_year, month.period, month.currency, month.last_day, month.cash_moved,
  month.funds_moved, sums.explained, sums.rest
