/*
id: posted_on_rest_day
title: {zh: 休息日记账, en: Posted on a rest day}
status: stable
role: corroborates
level: low
basis: [isa240]
why:
  zh: 周末、法定节假日很少有人记账。这时出现的凭证，可能是避开他人、集中补做的。
  en: Few people book entries at weekends and on holidays. Entries made then may avoid other eyes or be made up later.
not_when:
  zh: 调休上班日按日历算工作日；有录入时间的按录入时间；每月最后一天的计提、结转，以及本来就在休息日办公的单位（如医院）不计。
  en: Swapped working days count as such; the time of entry goes before the voucher date; month-end entries and units that work at weekends do not count.
ask:
  zh: 当日值班、加班记录和系统登录日志，经办人为何在休息日录入。
  en: The duty roster and log-in record of the day, and why it was entered then.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') <> 'void'"}
max_share: 1
scope: row
params: {habit_share: 0.1, least_lines: 100}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: posted_day
reason:
  zh: "凭证{voucher}于{posted_day}（休息日）记账，借方{amount}。"
  en: "Voucher {voucher} was entered on {posted_day}, a rest day; debits {amount}."
examples:
  - says: a Sunday and a voucher entered on a Saturday; a swapped Saturday, a holiday's voucher entered later, a month's last day
    given:
      calendar:
        - {day: 2025-03-08, is_workday: true, is_swapped: true}
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "1", voucher_date: 2025-03-09, account_code: "5001", debit: 80.00, credit: 0.00}
        - {<<: *line, account_code: "1002", debit: 0.00, credit: 80.00}
        - {<<: *line, voucher_no: "2", voucher_date: 2025-03-10}
        - {<<: *line, voucher_no: "3", voucher_date: 2025-03-08}
        - {<<: *line, voucher_no: "4", voucher_date: 2025-03-14, entered_at: "2025-03-15 23:10:00+08:00", debit: 990.00}
        - {<<: *line, voucher_no: "5", voucher_date: 2025-03-16, entered_at: "2025-03-17 09:10:00+08:00"}
        - {<<: *line, voucher_no: "6", voucher_date: 2025-08-31}
        - {<<: *line, voucher_no: "7", voucher_date: 2025-03-16, status: void}
    expect:
      - {voucher_no: "1", amount: 80.00, posted_day: 2025-03-09}
      - {voucher_no: "4", amount: 990.00, posted_day: 2025-03-15}
*/
WITH unit_days AS (
  SELECT unit_id, coalesce(CAST(entered_at AS DATE), voucher_date) AS posted_day, entered_at IS NULL AS by_voucher_date,
    count(*) AS lines
  FROM journal_line
  WHERE coalesce(status, 'valid') <> 'void'
  GROUP BY unit_id, coalesce(CAST(entered_at AS DATE), voucher_date), entered_at IS NULL
),
days_with_habit AS (
  SELECT unit_days.unit_id, unit_days.posted_day, unit_days.by_voucher_date, calendar.is_workday,
    sum(unit_days.lines) OVER (PARTITION BY unit_days.unit_id) AS lines_of_unit,
    sum(CASE WHEN calendar.is_workday OR (unit_days.by_voucher_date AND unit_days.posted_day = last_day(unit_days.posted_day))
      THEN 0 ELSE unit_days.lines END) OVER (PARTITION BY unit_days.unit_id) AS lines_on_rest_days
  FROM unit_days
  JOIN calendar ON calendar.day = unit_days.posted_day
),
rest_days AS (
  SELECT unit_id, posted_day, by_voucher_date
  FROM days_with_habit
  WHERE NOT is_workday AND NOT (by_voucher_date AND posted_day = last_day(posted_day))
    AND (lines_of_unit < $least_lines OR lines_on_rest_days <= $habit_share * lines_of_unit)
)
SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
  coalesce(line.voucher_no, line.voucher_id) AS voucher_no,
  concat(coalesce(line.voucher_word, ''), coalesce(line.voucher_no, line.voucher_id, '')) AS voucher,
  max(rest.posted_day) AS posted_day, max(line.currency) AS currency,
  CAST(greatest(sum(coalesce(line.debit, 0)) FILTER (WHERE line.side IS DISTINCT FROM 'budgetary'),
    sum(coalesce(line.debit, 0)) FILTER (WHERE line.side = 'budgetary'), 0) AS DECIMAL(18, 2)) AS amount,
  list_sort(list(line.row_id)) AS journal_line_rows
FROM journal_line AS line
JOIN rest_days AS rest ON rest.unit_id = line.unit_id
  AND rest.posted_day = coalesce(CAST(line.entered_at AS DATE), line.voucher_date)
  AND rest.by_voucher_date = (line.entered_at IS NULL)
WHERE coalesce(line.status, 'valid') <> 'void' AND NOT coalesce(line.is_closing, false)
  AND coalesce(line.description, '') NOT LIKE '%结转%'
GROUP BY line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word, line.voucher_no, line.voucher_id
