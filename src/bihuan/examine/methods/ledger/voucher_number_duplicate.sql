/*
id: voucher_number_duplicate
title: {zh: 凭证号重复, en: Two vouchers carry one number}
status: stable
role: lead
level: medium
basis: [accounting]
why:
  zh: 同一账套、期间、凭证字下一号只能有一张凭证。两张凭证同号，可能是补插凭证、重复导入或绕过系统编号。
  en: Within a book, period and type a number belongs to one voucher. Two under one number point to an inserted or repeated one.
not_when:
  zh: 平行记账的财务、预算分录各自从1编分录号不算；导出时丢失凭证字、大量重号的不报；转换系统时应先核对两套编号。
  en: Financial and budgetary lines that are each numbered from 1; books whose types were lost in the export, where many numbers repeat.
ask:
  zh: 两张同号凭证的原件和附件、各自的录入时间和录入人，说明补录原因。
  en: Both vouchers with their attachments, when and by whom each was entered, and why.
reads: [journal_line]
population: {table: journal_line, where: voucher_no IS NOT NULL}
scope: year
params: {most_share: 0.2}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "{fiscal_year}年{period}期凭证{voucher}有两张以上（{first_date}至{voucher_date}，内码或分录号重复），借方合计{amount}。"
  en: "Voucher {voucher} of {fiscal_year}, period {period}, stands more than once ({first_date} to {voucher_date}); debits {amount} in all."
examples:
  - says: number 5 is used on two days by two balanced vouchers; parallel entries, other types and periods are no repetition
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "0005", voucher_seq: 5, voucher_date: 2025-03-05, line_no: 1, account_code: "5001", debit: 800.00, credit: 0.00, currency: CNY, side: financial}
        - {<<: *line, line_no: 2, account_code: "1002", debit: 0.00, credit: 800.00}
        - {<<: *line, voucher_date: 2025-03-19, line_no: 3, debit: 95.00}
        - {<<: *line, voucher_date: 2025-03-19, line_no: 4, account_code: "1002", debit: 0.00, credit: 95.00}
        - {<<: *line, voucher_no: "0006", voucher_seq: 6}
        - {<<: *line, voucher_no: "0006", voucher_seq: 6, line_no: 2, account_code: "1002", debit: 0.00, credit: 800.00}
        - {<<: *line, voucher_no: "0006", voucher_seq: 6, line_no: 1, account_code: "7201", side: budgetary}
        - {<<: *line, voucher_no: "0006", voucher_seq: 6, line_no: 2, account_code: "8001", side: budgetary, debit: 0.00, credit: 800.00}
        - {<<: *line, voucher_word: 转}
        - {<<: *line, period: 4, voucher_date: 2025-04-05}
        - {<<: *line, unit_id: U2}
        - {<<: *line, book_id: "002"}
        - {<<: *line, voucher_no: "0007", voucher_seq: 7, line_no: null, prepared_by: 张三}
        - {<<: *line, voucher_no: "0007", voucher_seq: 7, line_no: null, prepared_by: 张三, account_code: "1002", debit: 0.00, credit: 800.00}
        - {<<: *line, voucher_no: "0007", voucher_seq: 7, line_no: null, prepared_by: 李四, debit: 70.00}
        - {<<: *line, voucher_no: "0007", voucher_seq: 7, line_no: null, prepared_by: 李四, account_code: "1002", debit: 0.00, credit: 70.00}
        - {<<: *line, voucher_no: "0008", voucher_seq: 8, prepared_by: 张三}
        - {<<: *line, voucher_no: "0008", voucher_seq: 8, prepared_by: 李四, line_no: 2, account_code: "1002", debit: 0.00, credit: 800.00}
    expect:
      - {unit_id: U1, book_id: "001", period: 3, voucher_word: 记, voucher_no: "0005", amount: 895.00}
      - {unit_id: U1, book_id: "001", period: 3, voucher_word: 记, voucher_no: "0007", amount: 870.00}
  - says: the same day but other keys in the source, or line numbers that come back; lines dated apart that balance only together are one voucher
    given:
      journal_line:
        - &key {unit_id: U1, book_id: null, fiscal_year: 2025, period: 3, voucher_word: null, voucher_no: "1", voucher_seq: 1, voucher_id: "9001", voucher_date: 2025-03-05, line_no: 0, account_code: "5001", debit: 60.00, credit: 0.00}
        - {<<: *key, line_no: 1, account_code: "1002", debit: 0.00, credit: 60.00}
        - {<<: *key, voucher_id: "9002"}
        - {<<: *key, voucher_id: "9002", line_no: 1, account_code: "1002", debit: 0.00, credit: 60.00}
        - {<<: *key, voucher_no: "2", voucher_seq: 2, voucher_id: null}
        - {<<: *key, voucher_no: "2", voucher_seq: 2, voucher_id: null, line_no: 1, account_code: "1002", debit: 0.00, credit: 60.00}
        - {<<: *key, voucher_no: "2", voucher_seq: 2, voucher_id: null, debit: 44.00}
        - {<<: *key, voucher_no: "2", voucher_seq: 2, voucher_id: null, line_no: 1, account_code: "1002", debit: 0.00, credit: 44.00}
        - {<<: *key, voucher_no: "3", voucher_seq: 3, voucher_id: "9003"}
        - {<<: *key, voucher_no: "3", voucher_seq: 3, voucher_id: "9003", voucher_date: 2025-03-06, line_no: 1, account_code: "1002", debit: 0.00, credit: 60.00}
    expect:
      - {unit_id: U1, voucher_no: "1", amount: 120.00}
      - {unit_id: U1, voucher_no: "2", amount: 104.00}
*/
WITH numbers_to_look_at AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no
  FROM journal_line
  WHERE voucher_no IS NOT NULL
  GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, voucher_no
  HAVING min(voucher_date) <> max(voucher_date) OR min(prepared_by) <> max(prepared_by) OR min(voucher_id) <> max(voucher_id)
    OR count(line_no) FILTER (WHERE debit <> 0 AND side IS DISTINCT FROM 'budgetary')
      > max(line_no) FILTER (WHERE debit <> 0 AND side IS DISTINCT FROM 'budgetary')
      - min(line_no) FILTER (WHERE debit <> 0 AND side IS DISTINCT FROM 'budgetary') + 1
),
their_lines AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word, line.voucher_no,
    line.voucher_id, coalesce(line.prepared_by, '') AS prepared_by, line.voucher_date, line.voucher_seq, line.line_no, line.side, line.debit, line.credit, line.currency, line.row_id,
    line.debit <> 0 AS is_debit
  FROM journal_line AS line
  SEMI JOIN numbers_to_look_at AS seen ON seen.unit_id = line.unit_id
    AND seen.book_id IS NOT DISTINCT FROM line.book_id
    AND seen.fiscal_year IS NOT DISTINCT FROM line.fiscal_year
    AND seen.period IS NOT DISTINCT FROM line.period
    AND seen.voucher_word IS NOT DISTINCT FROM line.voucher_word
    AND seen.voucher_no = line.voucher_no
),
-- Two balanced vouchers under one number differ by their day or by who prepared them, where the export holds no keys.
their_parts AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, voucher_id, voucher_date, prepared_by,
    max(voucher_seq) AS voucher_seq,
    sum(coalesce(debit, 0)) AS debits, sum(coalesce(debit, 0) - coalesce(credit, 0)) AS net,
    max(currency) AS currency
  FROM their_lines
  GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, voucher_id, voucher_date, prepared_by
),
line_numbers_that_return AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, voucher_id, voucher_date
  FROM their_lines
  WHERE line_no IS NOT NULL AND (debit <> 0 OR credit <> 0)
  GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, voucher_id, voucher_date, side, line_no, is_debit
  HAVING count(*) > 1
),
returning_parts AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, voucher_id, voucher_date
  FROM line_numbers_that_return
  GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, voucher_id, voucher_date
),
parts_marked AS (
  SELECT part.unit_id, part.book_id, part.fiscal_year, part.period, part.voucher_word, part.voucher_no,
    part.voucher_id, part.voucher_date, part.voucher_seq, part.debits, part.net, part.currency,
    again.unit_id IS NOT NULL AS has_lines_twice
  FROM their_parts AS part
  LEFT JOIN returning_parts AS again ON again.unit_id = part.unit_id
    AND again.book_id IS NOT DISTINCT FROM part.book_id
    AND again.fiscal_year IS NOT DISTINCT FROM part.fiscal_year
    AND again.period IS NOT DISTINCT FROM part.period
    AND again.voucher_word IS NOT DISTINCT FROM part.voucher_word
    AND again.voucher_no = part.voucher_no
    AND again.voucher_id IS NOT DISTINCT FROM part.voucher_id
    AND again.voucher_date IS NOT DISTINCT FROM part.voucher_date
),
repeated AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no,
    max(voucher_seq) AS voucher_seq, min(voucher_date) AS first_date, max(voucher_date) AS voucher_date,
    sum(debits) AS amount, max(currency) AS currency
  FROM parts_marked
  GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, voucher_no
  HAVING min(voucher_id) <> max(voucher_id) OR count(*) FILTER (WHERE has_lines_twice) > 0
    OR (count(*) > 1 AND count(*) FILTER (WHERE net <> 0) = 0 AND count(*) FILTER (WHERE debits <> 0) > 1)
),
-- Where most numbers of a period come back, the type was lost on the way and nothing is repeated.
repeated_in_books_that_number AS (
  SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no, first_date, voucher_date, amount, currency,
    count(*) OVER (PARTITION BY unit_id, book_id, fiscal_year, period) AS repeated_in_period,
    max(voucher_seq) OVER (PARTITION BY unit_id, book_id, fiscal_year, period) AS highest
  FROM repeated
)
SELECT held.unit_id, held.book_id, held.fiscal_year, held.period, held.voucher_word, held.voucher_no,
  concat(coalesce(held.voucher_word, ''), held.voucher_no) AS voucher, held.first_date, held.voucher_date,
  CAST(held.amount AS DECIMAL(18, 2)) AS amount, held.currency, list_sort(list(line.row_id)) AS journal_line_rows
FROM repeated_in_books_that_number AS held
JOIN their_lines AS line ON line.unit_id = held.unit_id
  AND line.book_id IS NOT DISTINCT FROM held.book_id
  AND line.fiscal_year IS NOT DISTINCT FROM held.fiscal_year
  AND line.period IS NOT DISTINCT FROM held.period
  AND line.voucher_word IS NOT DISTINCT FROM held.voucher_word
  AND line.voucher_no = held.voucher_no
WHERE held.repeated_in_period <= 3 OR held.repeated_in_period <= $most_share * held.highest
GROUP BY held.unit_id, held.book_id, held.fiscal_year, held.period, held.voucher_word, held.voucher_no,
  held.first_date, held.voucher_date, held.amount, held.currency
