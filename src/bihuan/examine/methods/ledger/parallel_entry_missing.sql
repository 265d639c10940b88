/*
id: parallel_entry_missing
title: {zh: 平行记账缺一侧, en: One side of the parallel entry is missing}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 政府会计制度要求，纳入预算管理的现金收支在记财务会计的同时记预算会计。缺一侧，预算收支和决算就不真实。
  en: Public units book cash within the budget in financial and budgetary accounts at once. Where one side is missing, the budget's income and spending are wrong.
not_when:
  zh: 应缴财政款、受托代理、押金保证金、暂收暂付、现金与银行之间划转不记预算会计；另编预算凭证、金额相同且日期相近的；整本账分开记账的不判断。
  en: Money held for the treasury or for others, deposits, temporary receipts and transfers between own accounts have no budget entry; nor where a separate budget voucher of the same sum stands near, or the book keeps the sides apart.
ask:
  zh: 该笔收支的资金来源和用途，预算会计分录补记情况，对决算报表的影响。
  en: Source and use of the money, whether the budget entry was made later, and what it does to the final account.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid' AND side IS NOT NULL"}
scope: year
params: {least_share: 0.5, window_days: 31, least_amount: 1}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "凭证{voucher}涉及资金{amount}，缺少{missing_side}分录；该账套同类凭证{percent}%两侧齐全。"
  en: "Voucher {voucher} moves {amount} but has no {missing_side} entry; {percent} % of the book's such vouchers have both."
examples:
  - says: an expense paid by bank without its budget entry; a deposit received, treasury money, cash drawn, an accrual, a separate budget voucher, a void one
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "1", voucher_date: 2025-03-05, account_code: "500101", debit: 800.00, credit: 0.00, side: financial}
        - &bank {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "1", voucher_date: 2025-03-05, account_code: "1002", debit: 0.00, credit: 800.00, side: financial}
        - &spent {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "1", voucher_date: 2025-03-05, account_code: "7201", debit: 800.00, credit: 0.00, side: budgetary}
        - &funds {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "1", voucher_date: 2025-03-05, account_code: "8001", debit: 0.00, credit: 800.00, side: budgetary}
        - {<<: *line, voucher_no: "2"}
        - {<<: *bank, voucher_no: "2"}
        - {<<: *spent, voucher_no: "2"}
        - {<<: *funds, voucher_no: "2"}
        - {<<: *line, voucher_no: "3", debit: 640.00}
        - {<<: *bank, voucher_no: "3", credit: 640.00}
        - {<<: *bank, voucher_no: "4", debit: 500.00, credit: 0.00}
        - {<<: *bank, voucher_no: "4", account_code: "2307", credit: 500.00}
        - {<<: *bank, voucher_no: "5", debit: 300.00, credit: 0.00}
        - {<<: *bank, voucher_no: "5", account_code: "2103", credit: 300.00}
        - {<<: *bank, voucher_no: "6", credit: 100.00}
        - {<<: *bank, voucher_no: "6", account_code: "1001", debit: 100.00, credit: 0.00}
        - {<<: *line, voucher_no: "7"}
        - {<<: *bank, voucher_no: "7", account_code: "2302"}
        - {<<: *line, voucher_no: "8", debit: 4321.00}
        - {<<: *bank, voucher_no: "8", credit: 4321.00}
        - {<<: *spent, voucher_no: "9", debit: 4321.00, voucher_date: 2025-03-20}
        - {<<: *funds, voucher_no: "9", credit: 4321.00, voucher_date: 2025-03-20}
        - {<<: *line, voucher_no: "10", debit: 77.00, status: void}
        - {<<: *bank, voucher_no: "10", credit: 77.00, status: void}
        - {<<: *line, voucher_no: "11"}
        - {<<: *bank, voucher_no: "11"}
        - {<<: *spent, voucher_no: "11"}
        - {<<: *funds, voucher_no: "11"}
        - {<<: *line, voucher_no: "12"}
        - {<<: *bank, voucher_no: "12"}
        - {<<: *spent, voucher_no: "12"}
        - {<<: *funds, voucher_no: "12"}
        - {<<: *line, voucher_no: "13"}
        - {<<: *bank, voucher_no: "13"}
        - {<<: *spent, voucher_no: "13"}
        - {<<: *funds, voucher_no: "13"}
        - {<<: *line, voucher_no: "14"}
        - {<<: *bank, voucher_no: "14"}
        - {<<: *spent, voucher_no: "14"}
        - {<<: *funds, voucher_no: "14"}
    expect:
      - {unit_id: U1, voucher_no: "3", amount: 640.00, missing_side: 预算会计 budgetary}
*/
WITH books_with_both_sides AS (
  SELECT unit_id, book_id
  FROM journal_line
  WHERE side IS NOT NULL
  GROUP BY unit_id, book_id
  HAVING count(*) FILTER (WHERE side = 'budgetary') > 0 AND count(*) FILTER (WHERE side = 'financial') > 0
),
-- Cash, what has no budget entry by rule, and the fund balance of the budgetary side: what remains of the cash is within
-- the budget, because each side balances.
telling_codes AS (
  SELECT prefix, code_side, is_cash
  FROM (VALUES ('1001', 'financial', true), ('1002', 'financial', true), ('1011', 'financial', true),
    ('1021', 'financial', true), ('1201', 'financial', true), ('1101', 'financial', false), ('1212', 'financial', false),
    ('1214', 'financial', false), ('1218', 'financial', false), ('1501', 'financial', false), ('1502', 'financial', false),
    ('1891', 'financial', false), ('2001', 'financial', false), ('2101', 'financial', false), ('2102', 'financial', false),
    ('2103', 'financial', false), ('2305', 'financial', false), ('2307', 'financial', false), ('2501', 'financial', false),
    ('2901', 'financial', false), ('8001', 'budgetary', false)) AS code (prefix, code_side, is_cash)
),
lines_that_tell AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word, line.voucher_no, line.voucher_id,
    line.currency, line.voucher_date, line.side, coalesce(line.debit, 0) - coalesce(line.credit, 0) AS net, code.is_cash
  FROM journal_line AS line
  JOIN telling_codes AS code ON code.prefix = left(line.account_code, 4) AND code.code_side = line.side
  WHERE coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
    AND coalesce(line.description, '') NOT LIKE '%结转%' AND coalesce(line.voucher_no, line.voucher_id) IS NOT NULL
),
vouchers AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
    coalesce(line.voucher_no, line.voucher_id) AS voucher_no, line.currency, max(line.voucher_date) AS voucher_date,
    count(*) FILTER (WHERE line.side = 'budgetary') > 0 AS has_budgetary, count(*) FILTER (WHERE line.side = 'financial') > 0 AS has_financial,
    abs(sum(CASE WHEN line.is_cash THEN line.net ELSE 0 END)) AS cash_moved,
    abs(sum(CASE WHEN line.side = 'financial' THEN line.net ELSE 0 END)) AS within_budget,
    abs(sum(CASE WHEN line.side = 'budgetary' THEN line.net ELSE 0 END)) AS funds_moved
  FROM lines_that_tell AS line
  JOIN books_with_both_sides AS book ON book.unit_id = line.unit_id AND book.book_id IS NOT DISTINCT FROM line.book_id
  GROUP BY line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
    coalesce(line.voucher_no, line.voucher_id), line.currency
),
vouchers_within_budget AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, currency, voucher_date, has_budgetary, has_financial,
    CASE WHEN has_budgetary AND NOT has_financial THEN funds_moved ELSE least(cash_moved, within_budget) END AS amount,
    cash_moved, funds_moved
  FROM vouchers
  WHERE (cash_moved >= $least_amount AND within_budget >= $least_amount) OR (NOT has_financial AND funds_moved >= $least_amount)
),
book_habits AS (
  SELECT unit_id, book_id, round(count(*) FILTER (WHERE has_budgetary AND has_financial) * 100.0 / nullif(count(*), 0), 1) AS percent
  FROM vouchers_within_budget
  GROUP BY unit_id, book_id
  HAVING count(*) FILTER (WHERE has_budgetary AND has_financial) >= $least_share * count(*)
),
one_sided AS (
  SELECT voucher.unit_id, voucher.book_id, voucher.fiscal_year, voucher.period, voucher.voucher_word, voucher.voucher_no,
    voucher.currency, voucher.voucher_date, voucher.has_budgetary, voucher.amount, voucher.cash_moved, voucher.funds_moved,
    habit.percent
  FROM vouchers_within_budget AS voucher
  JOIN book_habits AS habit ON habit.unit_id = voucher.unit_id AND habit.book_id IS NOT DISTINCT FROM voucher.book_id
  WHERE NOT (voucher.has_budgetary AND voucher.has_financial)
),
without_counterpart AS (
  SELECT one.unit_id, one.book_id, one.fiscal_year, one.period, one.voucher_word, one.voucher_no,
    max(one.currency) AS currency, bool_or(one.has_budgetary) AS has_budgetary, sum(one.amount) AS amount,
    max(one.percent) AS percent
  FROM one_sided AS one
  ANTI JOIN one_sided AS other ON other.unit_id = one.unit_id AND other.book_id IS NOT DISTINCT FROM one.book_id
    AND other.has_budgetary <> one.has_budgetary AND other.currency IS NOT DISTINCT FROM one.currency
    AND other.cash_moved + other.funds_moved = one.cash_moved + one.funds_moved
    AND abs(date_diff('day', one.voucher_date, other.voucher_date)) <= $window_days
  GROUP BY one.unit_id, one.book_id, one.fiscal_year, one.period, one.voucher_word, one.voucher_no
)
SELECT one.unit_id, one.book_id, one.fiscal_year, one.period, one.voucher_word, one.voucher_no,
  concat(coalesce(one.voucher_word, ''), one.voucher_no) AS voucher, one.currency, one.percent,
  CASE WHEN one.has_budgetary THEN '财务会计 financial' ELSE '预算会计 budgetary' END AS missing_side,
  CAST(one.amount AS DECIMAL(18, 2)) AS amount, max(line.voucher_date) AS voucher_date,
  list_sort(list(line.row_id)) AS journal_line_rows
FROM without_counterpart AS one
JOIN journal_line AS line ON line.unit_id = one.unit_id AND line.book_id IS NOT DISTINCT FROM one.book_id
  AND line.fiscal_year IS NOT DISTINCT FROM one.fiscal_year AND line.period IS NOT DISTINCT FROM one.period
  AND line.voucher_word IS NOT DISTINCT FROM one.voucher_word
  AND coalesce(line.voucher_no, line.voucher_id) = one.voucher_no
WHERE coalesce(line.status, 'valid') = 'valid'
GROUP BY one.unit_id, one.book_id, one.fiscal_year, one.period, one.voucher_word, one.voucher_no, one.currency, one.percent,
  one.has_budgetary, one.amount
HAVING NOT one.has_budgetary OR count(*) FILTER (WHERE line.side = 'financial') = 0
