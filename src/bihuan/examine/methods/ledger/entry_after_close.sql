/*
id: entry_after_close
title: {zh: 结账后补记凭证, en: An entry made after the period was closed}
status: stable
role: lead
level: medium
basis: [isa240, accounting]
why:
  zh: 期间结账、损益结转之后又补进凭证，会改变已上报的数字，往往为应付检查、调节结余而作。
  en: An entry put in after the period was closed changes figures already reported, often to meet an inspection or to shift the result.
not_when:
  zh: 允许的补记日数之内；结转、计提凭证本身；整本账集中补录（如系统迁移）；13期及以后的调整期。
  en: Within the days of grace; closing and accruing entries themselves; whole books entered later, as when systems change; adjustment periods.
ask:
  zh: 反结账的申请、审批和系统日志，补记凭证的依据，对已报决算的影响。
  en: Request, approval and log of the re-opening, the grounds of the entry, and what it does to the reported accounts.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid' AND period BETWEEN 1 AND 12"}
scope: year
params: {habit_share: 0.2}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "{fiscal_year}年{period}期凭证{voucher}（日期{voucher_date}）在结账之后补记：录入于{entered_on}，损益结转凭证为{closing_no}号，借方{amount}。"
  en: "Voucher {voucher} of {fiscal_year}, period {period}, dated {voucher_date}, was made after the close: entered {entered_on}, closing entry number {closing_no}; debits {amount}."
examples:
  - says: dated December but entered in May; entered within the days of grace, an accrual, a void one
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2024, period: 12, voucher_word: 记, voucher_no: "0088", voucher_seq: 88, voucher_date: 2024-12-30, entered_at: "2024-12-30 10:00:00+08:00", account_code: "5001", debit: 500.00, credit: 0.00}
        - {<<: *line, voucher_no: "0089", voucher_seq: 89, entered_at: "2025-01-20 10:00:00+08:00"}
        - {<<: *line, voucher_no: "0090", voucher_seq: 90, entered_at: "2025-05-20 10:00:00+08:00", debit: 77000.00}
        - {<<: *line, voucher_no: "0091", voucher_seq: 91, entered_at: "2025-05-20 10:00:00+08:00", status: void}
        - {<<: *line, voucher_no: "0092", voucher_seq: 92}
        - {<<: *line, voucher_no: "0093", voucher_seq: 93}
        - {<<: *line, voucher_no: "0094", voucher_seq: 94}
    expect:
      - {unit_id: U1, fiscal_year: 2024, period: 12, voucher_no: "0090", amount: 77000.00}
  - says: no time of entry, but an expense is numbered after the closing entry; another type and a month without closing are not judged
    given:
      journal_line:
        - &seq {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "0040", voucher_seq: 40, voucher_date: 2025-03-31, account_code: "6602", account_name: 管理费用, debit: 500.00, credit: 0.00}
        - {<<: *seq, voucher_no: "0041", voucher_seq: 41, description: 期间损益结转, debit: 0.00, credit: 500.00}
        - {<<: *seq, voucher_no: "0042", voucher_seq: 42, voucher_date: 2025-03-28, debit: 8800.00}
        - {<<: *seq, voucher_no: "0043", voucher_seq: 43, account_code: "1002", account_name: 银行存款, debit: 60.00}
        - {<<: *seq, voucher_word: 付, voucher_no: "0042", voucher_seq: 42}
        - {<<: *seq, period: 4, voucher_no: "0050", voucher_seq: 50, voucher_date: 2025-04-28}
    expect:
      - {unit_id: U1, period: 3, voucher_word: 记, voucher_no: "0042", amount: 8800.00, closing_no: "41"}
*/
WITH lines_marked AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_seq, voucher_date, entered_at, description,
    coalesce(is_closing, false) AS closes, description LIKE '%损益%' AS says_result, description LIKE '%结转%' AS says_carried
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND period BETWEEN 1 AND 12
),
closing_lines_marked AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_seq, voucher_date, entered_at,
    CASE WHEN closes THEN true WHEN says_carried THEN says_result OR regexp_matches(description, '盈余|利润')
      WHEN says_result THEN description LIKE '%期间损益%' ELSE false END AS closes
  FROM lines_marked
),
periods AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, max(entered_at) AS last_entered, max(voucher_seq) AS highest,
    max(voucher_date) AS last_day, max(voucher_seq) FILTER (WHERE closes) AS closing_seq,
    max(entered_at) FILTER (WHERE closes) AS closed_at
  FROM closing_lines_marked
  GROUP BY unit_id, book_id, fiscal_year, period, voucher_word
),
periods_to_look_at AS (
  SELECT periods.unit_id, periods.book_id, periods.fiscal_year, periods.period, periods.voucher_word, periods.closing_seq,
    periods.closed_at, CAST(grace.value AS INTEGER) AS grace_days
  FROM periods
  JOIN unit_parameter AS grace ON grace.unit_id = periods.unit_id AND grace.name = 'ledger_close_grace_days'
    AND grace.valid_from <= periods.last_day AND (grace.valid_to IS NULL OR periods.last_day < grace.valid_to)
  WHERE periods.highest > periods.closing_seq OR periods.last_entered > periods.closed_at
    OR date_diff('day', periods.last_day, CAST(periods.last_entered AS DATE)) > CAST(grace.value AS INTEGER)
),
late_lines AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
    coalesce(line.voucher_no, line.voucher_id) AS voucher_no, line.voucher_date, line.entered_at, line.debit, line.side,
    line.currency, line.row_id, period.closing_seq,
    coalesce(date_diff('day', last_day(line.voucher_date), CAST(line.entered_at AS DATE)) > period.grace_days, false) AS is_late,
    -- Within the day of the closing only the number tells what came after it.
    coalesce(line.entered_at > period.closed_at AND (line.voucher_seq > period.closing_seq
      OR CAST(line.entered_at AS DATE) > CAST(period.closed_at AS DATE)), false) AS is_after_closing_entry,
    line.entered_at IS NULL AND coalesce(line.voucher_seq > period.closing_seq, false)
      AND (regexp_matches(line.account_code, '^(5|6|7|4[0-6])') OR regexp_matches(coalesce(line.account_name, ''), '费用|支出|收入|成本'))
      AS is_numbered_after
  FROM journal_line AS line
  JOIN periods_to_look_at AS period ON period.unit_id = line.unit_id AND period.fiscal_year = line.fiscal_year
    AND period.period = line.period AND period.book_id IS NOT DISTINCT FROM line.book_id
    AND period.voucher_word IS NOT DISTINCT FROM line.voucher_word
  WHERE coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
    AND NOT regexp_matches(coalesce(line.description, ''), '结转|计提|提取|分配')
),
late_vouchers AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, max(voucher_date) AS voucher_date,
    max(entered_at) AS entered_at, max(closing_seq) AS closing_seq, max(currency) AS currency,
    greatest(sum(coalesce(debit, 0)) FILTER (WHERE side IS DISTINCT FROM 'budgetary'),
      sum(coalesce(debit, 0)) FILTER (WHERE side = 'budgetary'), 0) AS amount,
    list_sort(list(row_id)) AS journal_line_rows
  FROM late_lines
  WHERE is_late OR is_after_closing_entry OR is_numbered_after
  GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, voucher_no
),
lines_of_periods AS (
  SELECT unit_id, book_id, fiscal_year, count(*) AS lines, count(*) FILTER (WHERE is_late OR is_after_closing_entry OR is_numbered_after) AS late
  FROM late_lines
  GROUP BY unit_id, book_id, fiscal_year
)
SELECT late.unit_id, late.book_id, late.fiscal_year, late.period, late.voucher_word, late.voucher_no,
  concat(coalesce(late.voucher_word, ''), coalesce(late.voucher_no, '')) AS voucher, late.voucher_date,
  coalesce(CAST(CAST(late.entered_at AS DATE) AS VARCHAR), '—') AS entered_on,
  coalesce(CAST(late.closing_seq AS VARCHAR), '—') AS closing_no, late.currency,
  CAST(late.amount AS DECIMAL(18, 2)) AS amount, late.journal_line_rows
FROM late_vouchers AS late
JOIN lines_of_periods AS habit ON habit.unit_id = late.unit_id AND habit.fiscal_year = late.fiscal_year
  AND habit.book_id IS NOT DISTINCT FROM late.book_id
WHERE habit.late <= $habit_share * habit.lines OR habit.late <= 6
