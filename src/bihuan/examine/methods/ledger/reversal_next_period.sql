/*
id: reversal_next_period
title: {zh: 期末入账次期冲回, en: Booked at the end of a period and taken back in the next}
status: stable
role: lead
level: medium
basis: [isa240]
why:
  zh: 本期确认收入或支出、下一期原额冲回，可能是为了粉饰期末数字、完成预算执行进度而虚列。
  en: Income or spending that is booked in one period and taken back whole in the next may only have dressed the period's figures.
not_when:
  zh: 暂估入库和按月固定的预提冲回（一年多次）不报；同期更正、作废、结转凭证不计；确有退货退款的应有单据。
  en: Estimated receipts and monthly accruals that come back by rule; corrections within the period, void and closing entries; refunds with papers.
ask:
  zh: 两张凭证的依据，冲回原因，当期有无预算执行进度或业绩考核要求。
  en: The grounds of both vouchers, why it was taken back, and whether a target hung on the period's figures.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid'"}
scope: lookback
params: {least_amount: 1000, least_lines: 10, habit_share: 0.8, most_periods: 3, most_parts: 4, months_after_year_end: 3}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: reversed_on
reason:
  zh: "{fiscal_year}年{period}期凭证{voucher}记入科目{account_code}的{amount}，于{reversed_on}由凭证{reversing_voucher}在次期（年末的在次年初）冲回。"
  en: "{amount} that voucher {voucher} of {fiscal_year}, period {period} posted to account {account_code} was taken back by voucher {reversing_voucher} on {reversed_on}, in the next period (of a year's end: early in the next year)."
examples:
  - says: December income taken back in January, in red letters and on the other side; a correction in its own month, an estimate, a closing entry, another amount, four months later
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2024, period: 12, voucher_word: 记, voucher_no: "0088", voucher_date: 2024-12-30, account_code: "4101", account_name: 事业收入, debit: 0.00, credit: 60000.00, side: financial}
        - {<<: *line, account_code: "1212", account_name: 应收账款, debit: 60000.00, credit: 0.00}
        - &back {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 1, voucher_word: 记, voucher_no: "0003", voucher_date: 2025-01-06, account_code: "4101", account_name: 事业收入, debit: 0.00, credit: -60000.00, side: financial}
        - {<<: *back, account_code: "1212", account_name: 应收账款, debit: -60000.00, credit: 0.00}
        - {<<: *line, voucher_no: "0089", credit: 7000.00}
        - {<<: *back, voucher_no: "0004", voucher_date: 2025-01-28, debit: 7000.00, credit: 0.00}
        - {<<: *line, voucher_no: "0090", account_code: "5001", account_name: 业务活动费用, credit: 0.00, debit: 5000.00}
        - {<<: *line, voucher_no: "0091", account_code: "5001", account_name: 业务活动费用, credit: 5000.00}
        - {<<: *line, voucher_no: "0092", account_code: "5001", account_name: 业务活动费用, credit: 0.00, debit: 5200.00, description: 材料暂估}
        - {<<: *back, voucher_no: "0005", account_code: "5001", account_name: 业务活动费用, credit: 0.00, debit: -5200.00, description: 冲回材料暂估}
        - {<<: *line, voucher_no: "0093", credit: 8100.00}
        - {<<: *back, voucher_no: "0006", credit: 0.00, debit: 8100.00, description: 收入结转}
        - {<<: *back, voucher_no: "0007", credit: 0.00, debit: 8200.00}
        - {<<: *line, voucher_no: "0094", credit: 9300.00}
        - {<<: *back, voucher_no: "0001", period: 4, voucher_date: 2025-04-03, credit: -9300.00}
        - {<<: *line, voucher_no: "0095", credit: 9400.00}
        - {<<: *back, voucher_no: "0002", period: 2, voucher_date: 2025-02-03, credit: -9400.00}
        - {<<: *back, voucher_no: "0008", credit: -9300.00, unit_id: U2}
    expect:
      - {unit_id: U1, fiscal_year: 2024, period: 12, voucher_no: "0088", amount: 60000.00, reversed_on: 2025-01-06}
      - {unit_id: U1, fiscal_year: 2024, period: 12, voucher_no: "0089", amount: 7000.00}
      - {unit_id: U1, fiscal_year: 2024, period: 12, voucher_no: "0095", amount: 9400.00, reversed_on: 2025-02-03}
  - says: taken back in two parts that make the whole; parts that do not
    given:
      journal_line:
        - &whole {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 5, voucher_word: 记, voucher_no: "0088", voucher_date: 2025-05-30, account_code: "4101", account_name: 事业收入, debit: 0.00, credit: 90000.00}
        - &part {<<: *whole, period: 6, voucher_no: "0003", voucher_date: 2025-06-04, debit: 54000.00, credit: 0.00, description: 调整往来款项}
        - {<<: *part, voucher_no: "0006", voucher_date: 2025-06-09, debit: 36000.00}
        - {<<: *whole, unit_id: U2}
        - {<<: *part, unit_id: U2}
        - {<<: *part, unit_id: U2, voucher_no: "0006", debit: 20000.00}
    expect:
      - {unit_id: U1, fiscal_year: 2025, period: 5, voucher_no: "0088", amount: 90000.00, journal_line_rows: [1, 2, 3]}
  - says: an accrual that comes back every month is a rule
    given:
      journal_line:
        - &accrual {unit_id: U1, book_id: null, fiscal_year: 2025, period: 1, voucher_no: "1", voucher_date: 2025-01-31, account_code: "6602", account_name: 管理费用, debit: 4000.00, credit: 0.00}
        - {<<: *accrual, period: 2, voucher_date: 2025-02-01, debit: 0.00, credit: 4000.00}
        - {<<: *accrual, period: 2, voucher_no: "2", voucher_date: 2025-02-28}
        - {<<: *accrual, period: 3, voucher_date: 2025-03-01, debit: 0.00, credit: 4000.00}
        - {<<: *accrual, period: 3, voucher_no: "2", voucher_date: 2025-03-31}
        - {<<: *accrual, period: 4, voucher_date: 2025-04-01, debit: 0.00, credit: 4000.00}
        - {<<: *accrual, period: 4, voucher_no: "2", voucher_date: 2025-04-30}
        - {<<: *accrual, period: 5, voucher_date: 2025-05-01, debit: 0.00, credit: 4000.00}
        - &once {unit_id: U2, book_id: null, fiscal_year: 2025, period: 1, voucher_no: "1", voucher_date: 2025-01-31, account_code: "6602", account_name: 管理费用, debit: 4000.00, credit: 0.00}
        - {<<: *once, period: 2, voucher_date: 2025-02-01, debit: 0.00, credit: 4000.00}
    expect:
      - {unit_id: U2, period: 1, voucher_no: "1"}
*/
WITH
accounts_used AS (
  SELECT unit_id, book_id, account_code, currency,
    CASE
      WHEN regexp_matches(coalesce(max(account_name), ''), '收入|[Ii]ncome|[Rr]evenue')
        AND NOT regexp_matches(coalesce(max(account_name), ''), '应收|预收|暂收|递延') THEN 'credit'
      WHEN regexp_matches(coalesce(max(account_name), ''), '费用|支出|成本|[Ee]xpense|[Cc]ost')
        AND NOT regexp_matches(coalesce(max(account_name), ''), '累计|待摊|应付|预付|预提') THEN 'debit'
      WHEN regexp_matches(account_code, '^(5[0-9]|7[0-9])') THEN 'debit'
      WHEN regexp_matches(account_code, '^(60|61|63)') THEN 'credit'
      WHEN regexp_matches(account_code, '^(64|66|67)') THEN CASE WHEN max(side) = 'budgetary' THEN 'credit' ELSE 'debit' END
      WHEN regexp_matches(account_code, '^4[0-9]') AND max(side) = 'financial' THEN 'credit'
      WHEN count(*) >= $least_lines AND count(*) FILTER (WHERE debit > 0) >= $habit_share * count(*) THEN 'debit'
      WHEN count(*) >= $least_lines AND count(*) FILTER (WHERE credit > 0) >= $habit_share * count(*) THEN 'credit'
    END AS usual_side,
    count(*) FILTER (WHERE credit > 0 OR debit < 0) AS lines_against_debit, count(*) FILTER (WHERE debit > 0 OR credit < 0) AS lines_against_credit
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND NOT coalesce(is_closing, false)
    AND coalesce(description, '') NOT LIKE '%结转%'
  GROUP BY unit_id, book_id, account_code, currency
  HAVING left(max(account_code), 4) NOT IN ('1001', '1002', '1011', '1012', '1021', '8001')
),
accounts_with_takings_back AS (
  SELECT unit_id, book_id, account_code, currency, usual_side
  FROM accounts_used
  WHERE (usual_side = 'debit' AND lines_against_debit > 0) OR (usual_side = 'credit' AND lines_against_credit > 0)
),
-- A red-letter line stands negative on its usual side, a blue one positive on the other: both take back.
takings_back AS (
  SELECT line.unit_id, line.book_id, line.account_code, line.currency, coalesce(line.side, '') AS side, used.usual_side,
    line.fiscal_year, line.period, line.voucher_word, coalesce(line.voucher_no, line.voucher_id) AS voucher_no,
    line.voucher_date, line.row_id,
    CASE WHEN used.usual_side = 'debit' THEN coalesce(line.credit, 0) - coalesce(line.debit, 0)
      ELSE coalesce(line.debit, 0) - coalesce(line.credit, 0) END AS amount,
    coalesce(line.credit, 0) - coalesce(line.debit, 0) AS net_to_find
  FROM journal_line AS line
  JOIN accounts_with_takings_back AS used ON used.unit_id = line.unit_id
    AND used.account_code = line.account_code
    AND used.book_id IS NOT DISTINCT FROM line.book_id
    AND used.currency IS NOT DISTINCT FROM line.currency
  WHERE abs(coalesce(line.debit, 0) - coalesce(line.credit, 0)) >= $least_amount
    AND coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
    AND coalesce(line.description, '') NOT LIKE '%结转%' AND coalesce(line.description, '') NOT LIKE '%暂估%'
    AND CASE WHEN used.usual_side = 'debit' THEN coalesce(line.credit, 0) - coalesce(line.debit, 0)
      WHEN used.usual_side = 'credit' THEN coalesce(line.debit, 0) - coalesce(line.credit, 0) END >= $least_amount
),
reversals AS (
  SELECT back.unit_id, back.book_id, back.account_code, back.currency, back.side, back.amount,
    line.fiscal_year, line.period, line.voucher_word, coalesce(line.voucher_no, line.voucher_id) AS voucher_no,
    line.row_id AS row_id, back.row_id AS row_id_back, back.voucher_date AS reversed_on,
    concat(coalesce(back.voucher_word, ''), coalesce(back.voucher_no, '')) AS reversing_voucher,
    row_number() OVER (PARTITION BY back.row_id ORDER BY line.voucher_date DESC, line.row_id DESC) AS nearness
  FROM takings_back AS back
  JOIN journal_line AS line ON line.unit_id = back.unit_id
    AND line.account_code = back.account_code
    AND coalesce(line.debit, 0) - coalesce(line.credit, 0) = back.net_to_find
    -- What was booked to make the year's figures may wait a little longer before it is taken back.
    AND back.fiscal_year * 12 + back.period - line.fiscal_year * 12 - line.period
      BETWEEN 1 AND CASE WHEN line.period = 12 THEN $months_after_year_end ELSE 1 END
    AND line.book_id IS NOT DISTINCT FROM back.book_id
    AND line.currency IS NOT DISTINCT FROM back.currency
  WHERE abs(coalesce(line.debit, 0) - coalesce(line.credit, 0)) >= $least_amount
    AND coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
    AND line.period BETWEEN 1 AND 12 AND back.period BETWEEN 1 AND 12
),
periods_of_account AS (
  SELECT unit_id, book_id, account_code, count(DISTINCT fiscal_year * 12 + period) AS periods
  FROM reversals
  GROUP BY unit_id, book_id, account_code
),
-- One original is taken back once.
reversed_lines AS (
  SELECT unit_id, book_id, account_code, currency, side, amount, fiscal_year, period, voucher_word, voucher_no,
    row_id, row_id_back, reversed_on, reversing_voucher
  FROM reversals
  WHERE nearness = 1 AND voucher_no IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY row_id ORDER BY reversed_on, row_id_back) = 1
),
-- Taken back in a few parts that make the whole; what an account takes back in many lines says nothing.
parts_together AS (
  SELECT unit_id, book_id, account_code, currency, fiscal_year, period, sum(net_to_find) AS net_to_find
  FROM takings_back
  WHERE period BETWEEN 1 AND 12
  GROUP BY unit_id, book_id, account_code, currency, fiscal_year, period
  HAVING count(*) BETWEEN 2 AND $most_parts
),
taken_back_in_parts AS (
  SELECT parts.unit_id, parts.book_id, parts.account_code, parts.currency, parts.fiscal_year AS year_back,
    parts.period AS period_back, line.fiscal_year, line.period, line.voucher_word,
    coalesce(line.voucher_no, line.voucher_id) AS voucher_no, line.row_id, coalesce(line.side, '') AS side,
    abs(parts.net_to_find) AS amount
  FROM parts_together AS parts
  JOIN journal_line AS line ON line.unit_id = parts.unit_id
    AND line.account_code = parts.account_code
    AND coalesce(line.debit, 0) - coalesce(line.credit, 0) = parts.net_to_find
    AND line.fiscal_year * 12 + line.period + 1 = parts.fiscal_year * 12 + parts.period
    AND line.book_id IS NOT DISTINCT FROM parts.book_id
    AND line.currency IS NOT DISTINCT FROM parts.currency
  WHERE abs(coalesce(line.debit, 0) - coalesce(line.credit, 0)) >= $least_amount
    AND coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
    AND line.period BETWEEN 1 AND 12 AND coalesce(line.voucher_no, line.voucher_id) IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY parts.unit_id, parts.book_id, parts.account_code, parts.currency,
    parts.fiscal_year, parts.period ORDER BY line.voucher_date DESC, line.row_id DESC) = 1
),
rows_of_both AS (
  SELECT unit_id, book_id, account_code, currency, side, amount, fiscal_year, period, voucher_word, voucher_no, reversed_on,
    reversing_voucher, row_id
  FROM reversed_lines
  UNION ALL
  SELECT unit_id, book_id, account_code, currency, side, 0 AS amount, fiscal_year, period, voucher_word, voucher_no, reversed_on,
    reversing_voucher, row_id_back AS row_id
  FROM reversed_lines
  UNION ALL
  SELECT whole.unit_id, whole.book_id, whole.account_code, whole.currency, whole.side, 0 AS amount, whole.fiscal_year,
    whole.period, whole.voucher_word, whole.voucher_no, back.voucher_date AS reversed_on,
    concat(coalesce(back.voucher_word, ''), coalesce(back.voucher_no, '')) AS reversing_voucher, back.row_id
  FROM taken_back_in_parts AS whole
  JOIN takings_back AS back ON back.unit_id = whole.unit_id AND back.account_code = whole.account_code
    AND back.book_id IS NOT DISTINCT FROM whole.book_id AND back.currency IS NOT DISTINCT FROM whole.currency
    AND back.fiscal_year = whole.year_back AND back.period = whole.period_back
  UNION ALL
  SELECT whole.unit_id, whole.book_id, whole.account_code, whole.currency, whole.side, whole.amount, whole.fiscal_year,
    whole.period, whole.voucher_word, whole.voucher_no, CAST(NULL AS DATE) AS reversed_on,
    CAST(NULL AS VARCHAR) AS reversing_voucher, whole.row_id
  FROM taken_back_in_parts AS whole
)
SELECT pair.unit_id, pair.book_id, pair.fiscal_year, pair.period, pair.voucher_word, pair.voucher_no,
  concat(coalesce(pair.voucher_word, ''), pair.voucher_no) AS voucher, min(pair.account_code) AS account_code,
  max(pair.reversing_voucher) AS reversing_voucher, max(pair.reversed_on) AS reversed_on, max(pair.currency) AS currency,
  CAST(greatest(sum(pair.amount) FILTER (WHERE pair.side <> 'budgetary'),
    sum(pair.amount) FILTER (WHERE pair.side = 'budgetary')) AS DECIMAL(18, 2)) AS amount,
  list_sort(list(pair.row_id)) AS journal_line_rows
FROM rows_of_both AS pair
LEFT JOIN periods_of_account AS habit ON habit.unit_id = pair.unit_id AND habit.account_code = pair.account_code
  AND habit.book_id IS NOT DISTINCT FROM pair.book_id
WHERE coalesce(habit.periods, 0) <= $most_periods
GROUP BY pair.unit_id, pair.book_id, pair.fiscal_year, pair.period, pair.voucher_word, pair.voucher_no
