/*
id: voucher_number_gap
title: {zh: 凭证断号, en: Voucher numbers are missing}
status: stable
role: lead
level: medium
basis: [accounting]
why:
  zh: 记账凭证应连续编号。中间缺号，可能是凭证被抽走、删除，或者导出时漏掉了不愿意提供的部分。
  en: Vouchers are numbered without gaps. A missing number may be a voucher taken out, deleted or left out of the hand-over.
not_when:
  zh: 作废凭证仍占号，已计入；系统整理断号前导出、多种凭证字共用一套号、按年连续编号的情形已分辨，不算断号。
  en: Void vouchers keep their numbers and are counted; books that share one run of numbers between types, or number through the year, are recognised.
ask:
  zh: 请单位说明缺号凭证的去向，提供作废登记、系统操作日志和装订成册的纸质凭证。
  en: Where the missing vouchers are, the register of voided ones, the system's log and the bound paper vouchers.
reads: [journal_line]
population: {table: journal_line, where: voucher_seq > 0}
scope: year
params: {longest_gap: 200, least_density: 0.5}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, missing_from]
  amount: estimated_amount
  currency: currency
  on: voucher_date
reason:
  zh: "{fiscal_year}年{period}期{voucher_word}字凭证{number_before}号之后接{number_after}号，缺{missing}张（按同期每张平均金额估计{estimated_amount}）。"
  en: "{fiscal_year}, period {period}, type {voucher_word}: number {number_before} is followed by {number_after}; {missing} missing (about {estimated_amount} at the period's average)."
examples:
  - says: number 3 is missing; a void voucher holds number 2; another type, period and unit have runs of their own
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 1, voucher_word: 记, voucher_no: "0001", voucher_seq: 1, voucher_date: 2025-01-06, account_code: "5001", debit: 300.00, credit: 0.00, currency: CNY, status: valid}
        - {<<: *line, account_code: "1002", debit: 0.00, credit: 300.00}
        - {<<: *line, voucher_no: "0002", voucher_seq: 2, status: void, debit: 900.00}
        - {<<: *line, voucher_no: "0004", voucher_seq: 4, voucher_date: 2025-01-20, debit: 600.00}
        - {<<: *line, voucher_no: "0004", voucher_seq: 4, voucher_date: 2025-01-20, account_code: "1002", debit: 0.00, credit: 600.00}
        - {<<: *line, period: 2, voucher_date: 2025-02-06}
        - {<<: *line, period: 2, voucher_no: "0002", voucher_seq: 2, voucher_date: 2025-02-16}
        - {<<: *line, voucher_word: 转}
        - {<<: *line, voucher_word: 转, voucher_no: "0002", voucher_seq: 2}
        - {<<: *line, unit_id: U2, voucher_no: "0003", voucher_seq: 3}
        - {<<: *line, unit_id: U2, voucher_no: "0004", voucher_seq: 4}
    expect:
      - {unit_id: U1, period: 1, voucher_word: 记, missing_from: 3, missing: 1, number_before: 2, number_after: 4}
  - says: three types share one run, in which only 4 is missing
    given:
      journal_line:
        - &shared {unit_id: U1, book_id: null, fiscal_year: 2025, period: 1, voucher_word: 收, voucher_no: "1", voucher_seq: 1, voucher_date: 2025-01-06, account_code: "5001", debit: 10.00, credit: 0.00, currency: CNY}
        - {<<: *shared, voucher_word: 付, voucher_no: "2", voucher_seq: 2}
        - {<<: *shared, voucher_word: 转, voucher_no: "3", voucher_seq: 3}
        - {<<: *shared, voucher_word: 收, voucher_no: "5", voucher_seq: 5}
        - {<<: *shared, voucher_word: 付, voucher_no: "6", voucher_seq: 6}
    expect:
      - {unit_id: U1, missing_from: 4, missing: 1}
  - says: numbers run through the year; the first of February is 3, and 5 and 6 are missing
    given:
      journal_line:
        - &year {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 1, voucher_word: 记, voucher_no: "1", voucher_seq: 1, voucher_date: 2025-01-06, account_code: "5001", debit: 10.00, credit: 0.00, currency: CNY}
        - {<<: *year, voucher_no: "2", voucher_seq: 2}
        - {<<: *year, period: 2, voucher_no: "3", voucher_seq: 3, voucher_date: 2025-02-06}
        - {<<: *year, period: 2, voucher_no: "4", voucher_seq: 4, voucher_date: 2025-02-07}
        - {<<: *year, period: 3, voucher_no: "7", voucher_seq: 7, voucher_date: 2025-03-07}
        - {<<: *year, period: 3, voucher_no: "8", voucher_seq: 8, voucher_date: 2025-03-08}
    expect:
      - {unit_id: U1, missing_from: 5, missing: 2}
*/
WITH numbers AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_seq
  FROM journal_line
  WHERE voucher_seq > 0
  GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, voucher_seq
),
series AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word,
    min(voucher_seq) AS lowest, max(voucher_seq) AS highest, count(*) AS used
  FROM numbers
  GROUP BY unit_id, book_id, fiscal_year, period, voucher_word
),
series_after_series AS (
  SELECT unit_id, book_id, fiscal_year, voucher_word, lowest, highest, used,
    lag(highest) OVER (PARTITION BY unit_id, book_id, fiscal_year, voucher_word ORDER BY period
      ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS highest_before
  FROM series
),
books_to_look_at AS (
  SELECT unit_id, book_id, fiscal_year, count(DISTINCT coalesce(voucher_word, '')) AS words,
    count(*) FILTER (WHERE lowest * 2 <= highest_before) > 0 AS restarts
  FROM series_after_series
  GROUP BY unit_id, book_id, fiscal_year
  HAVING count(*) FILTER (WHERE used < highest - lowest + 1) > 0 OR count(*) FILTER (WHERE lowest > 1) > 0
),
-- Types share one run of numbers when no number of a period stands under two of them.
numbers_under_two_types AS (
  SELECT numbers.unit_id, numbers.book_id, numbers.fiscal_year, numbers.period, numbers.voucher_seq
  FROM numbers
  JOIN books_to_look_at AS book ON book.unit_id = numbers.unit_id
    AND book.book_id IS NOT DISTINCT FROM numbers.book_id
    AND book.fiscal_year IS NOT DISTINCT FROM numbers.fiscal_year
  WHERE book.words > 1
  GROUP BY numbers.unit_id, numbers.book_id, numbers.fiscal_year, numbers.period, numbers.voucher_seq
  HAVING count(*) > 1
),
books_of_separate_types AS (
  SELECT unit_id, book_id, fiscal_year
  FROM numbers_under_two_types
  GROUP BY unit_id, book_id, fiscal_year
),
numbers_in_runs AS (
  SELECT numbers.unit_id, numbers.book_id, numbers.fiscal_year,
    CASE WHEN book.words = 1 OR separate.unit_id IS NOT NULL THEN numbers.voucher_word END AS run_word,
    CASE WHEN book.restarts THEN numbers.period END AS run_period,
    book.restarts, numbers.voucher_seq, min(numbers.period) AS period, min(numbers.voucher_word) AS voucher_word
  FROM numbers
  JOIN books_to_look_at AS book ON book.unit_id = numbers.unit_id
    AND book.book_id IS NOT DISTINCT FROM numbers.book_id
    AND book.fiscal_year IS NOT DISTINCT FROM numbers.fiscal_year
  LEFT JOIN books_of_separate_types AS separate ON separate.unit_id = numbers.unit_id
    AND separate.book_id IS NOT DISTINCT FROM numbers.book_id
    AND separate.fiscal_year IS NOT DISTINCT FROM numbers.fiscal_year
  GROUP BY numbers.unit_id, numbers.book_id, numbers.fiscal_year,
    CASE WHEN book.words = 1 OR separate.unit_id IS NOT NULL THEN numbers.voucher_word END,
    CASE WHEN book.restarts THEN numbers.period END, book.restarts, numbers.voucher_seq
),
numbers_in_order AS (
  SELECT unit_id, book_id, fiscal_year, run_word, run_period, restarts, voucher_seq, period, voucher_word,
    lag(voucher_seq) OVER (PARTITION BY unit_id, book_id, fiscal_year, run_word, run_period ORDER BY voucher_seq
      ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS number_before,
    lag(period) OVER (PARTITION BY unit_id, book_id, fiscal_year, run_word, run_period ORDER BY voucher_seq
      ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS period_before,
    count(*) OVER (PARTITION BY unit_id, book_id, fiscal_year, run_word, run_period) AS used,
    max(voucher_seq) OVER (PARTITION BY unit_id, book_id, fiscal_year, run_word, run_period) AS highest,
    min(voucher_seq) OVER (PARTITION BY unit_id, book_id, fiscal_year, run_word, run_period) AS lowest
  FROM numbers_in_runs
),
gaps AS (
  SELECT unit_id, book_id, fiscal_year, period, period_before, voucher_word, run_word,
    coalesce(number_before, 0) AS number_before, voucher_seq AS number_after,
    voucher_seq - coalesce(number_before, 0) - 1 AS missing
  FROM numbers_in_order
  WHERE voucher_seq - coalesce(number_before, CASE WHEN restarts THEN 0 ELSE voucher_seq - 1 END) > 1
    AND voucher_seq - coalesce(number_before, 0) - 1 <= $longest_gap
    AND used >= $least_density * (highest - lowest + 1)
),
period_averages AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, max(line.currency) AS currency,
    sum(line.debit) / nullif(count(DISTINCT line.voucher_seq), 0) AS amount_per_voucher
  FROM journal_line AS line
  SEMI JOIN gaps ON gaps.unit_id = line.unit_id
    AND gaps.book_id IS NOT DISTINCT FROM line.book_id
    AND gaps.fiscal_year IS NOT DISTINCT FROM line.fiscal_year
    AND gaps.period IS NOT DISTINCT FROM line.period
  WHERE coalesce(line.status, 'valid') = 'valid'
  GROUP BY line.unit_id, line.book_id, line.fiscal_year, line.period
  HAVING count(DISTINCT line.currency) = 1
),
neighbours AS (
  SELECT gaps.unit_id, gaps.book_id, gaps.fiscal_year, gaps.period, gaps.voucher_word, gaps.number_before,
    gaps.number_after, gaps.missing, max(line.voucher_date) AS voucher_date,
    list_sort(list(line.row_id)) AS journal_line_rows
  FROM gaps
  JOIN journal_line AS line ON line.unit_id = gaps.unit_id
    AND line.book_id IS NOT DISTINCT FROM gaps.book_id
    AND line.fiscal_year IS NOT DISTINCT FROM gaps.fiscal_year
    AND (line.voucher_seq = gaps.number_after AND line.period IS NOT DISTINCT FROM gaps.period
      OR line.voucher_seq = gaps.number_before AND line.period IS NOT DISTINCT FROM gaps.period_before)
    AND (gaps.run_word IS NULL OR line.voucher_word = gaps.run_word)
  GROUP BY gaps.unit_id, gaps.book_id, gaps.fiscal_year, gaps.period, gaps.voucher_word, gaps.number_before,
    gaps.number_after, gaps.missing
)
SELECT neighbours.unit_id, neighbours.book_id, neighbours.fiscal_year, neighbours.period,
  coalesce(neighbours.voucher_word, '') AS voucher_word, neighbours.number_before + 1 AS missing_from,
  neighbours.number_before, neighbours.number_after, neighbours.missing, neighbours.voucher_date,
  CAST(coalesce(average.amount_per_voucher * neighbours.missing, 0) AS DECIMAL(18, 2)) AS estimated_amount,
  average.currency, neighbours.journal_line_rows
FROM neighbours
LEFT JOIN period_averages AS average ON average.unit_id = neighbours.unit_id
  AND average.book_id IS NOT DISTINCT FROM neighbours.book_id
  AND average.fiscal_year IS NOT DISTINCT FROM neighbours.fiscal_year
  AND average.period IS NOT DISTINCT FROM neighbours.period
